"""The registry of kinds of entry.

A new kind is one class here, its words in `templates/`, and its tests; nothing else changes.
The database keeps a kind's `name`; pages show its `label`, in plain words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_registry: dict[str, type["Kind"]] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence that somebody may agree with or not, with words of their own beside it."""

    name: str
    says: Promise | str


@dataclass(frozen=True, slots=True)
class Door:
    """A way into an empty page, and nothing that anybody has to go through: a question, or a heading.

    The record keeps `name`, whatever the door is called and in whatever language it is read.
    """

    name: str
    says: Promise | str
    hint: Promise | str = ""
    """More of it, for whoever wonders what to write there."""

    def __str__(self) -> str:
        return str(self.says)


LEVELS: dict[str, Promise | str] = {
    "yes": _("yes"),
    "mostly": _("mostly"),
    "a_little": _("a little"),
    "no": _("no"),
}
"""How far somebody agrees with a question, from the most to the least. Words, never numbers."""


class Kind:
    """One kind of entry. Subclassing registers it."""

    name: ClassVar[str]
    """How the record, the API and exports call it; empty where nobody chose one."""
    label: ClassVar[Promise | str]
    """What people choose and see above the words, in the voice of whoever wrote them."""
    heading: ClassVar[Promise | str | None] = None
    """What stands above the words, where that is not the label."""
    doors: ClassVar[tuple[Door, ...]] = ()
    """Optional ways into an empty page. Nobody has to use one; people drop, rename and add to them (`doors.py`)."""
    bears: ClassVar[str] = ""
    """How it bears on an earlier entry (`Bearing`); empty for one that stands by itself."""
    about: ClassVar[tuple[str, ...]] = ()
    """The kinds of entry that it may be about; none named, any."""
    of_author_only: ClassVar[bool] = False
    """Whether only the author of that earlier entry may say it."""
    of_other_only: ClassVar[bool] = False
    """Whether only the other one may say it."""
    has_ones_own_doors: ClassVar[bool] = False
    """Whether each of the two drops, renames and adds doors for themselves, and not both for both."""
    is_offered: ClassVar[bool] = True
    """Whether the page for writing offers it; the others have pages of their own."""
    of_a_consult: ClassVar[bool] = False
    """Whether it belongs to a consult."""
    of_the_wording: ClassVar[bool] = False
    """Whether it is about one wording of that earlier entry, and is refused where another one holds by now."""
    only_once: ClassVar[bool] = False
    """Whether it is said of each wording once, until that is withdrawn."""
    once_each: ClassVar[bool] = False
    """Whether either of the two may say it of the same entry, each once."""
    page: ClassVar[str] = "record"
    """Where it stands, by the name of that page's address."""
    page_link: ClassVar[Promise | str] = ""
    """The link to that page under an entry in the record, where one leads there."""
    is_in_record: ClassVar[bool] = True
    """Whether the record shows it among everything else and says that it is new; else it is read on its own page."""
    is_news: ClassVar[bool] = True
    """Whether the page before a consult tells of it as new; else it has a place of its own there, or elsewhere."""
    is_said_by_itself: ClassVar[bool] = False
    """Whether it has a page of its own on which it is written, `saying/`."""
    asks: ClassVar[Promise | str] = ""
    """The link to that page in the record, where it is offered there."""
    is_answered: ClassVar[bool] = True
    """Whether pages offer to answer it and to say it back."""
    is_words: ClassVar[bool] = True
    """Whether it is somebody's words; else it does what it does on its page, and is done again instead of changed."""
    is_told_elsewhere: ClassVar[bool] = False
    """Whether its author may bring it to another journal of theirs: it is about themselves, and about nobody else."""
    longest_line: ClassVar[int] = 0
    """Of a kind that is one line only: its most characters."""
    holds: ClassVar[bool] = False
    """Whether it holds until its author says that it is no longer so, and is asked about once in a while."""
    needs_words: ClassVar[bool] = True
    act: ClassVar[Promise | str | None] = None
    """What the list of acts says that somebody did, where the verb does not say it."""
    questions: ClassVar[tuple[Question, ...]] = ()
    """What it asks, each to be answered by one of `levels`, by words, by both or not at all."""
    levels: ClassVar[dict[str, Promise | str]] = LEVELS
    is_of_what_was: ClassVar[bool] = False
    """Whether it can be said only once the consult has met."""
    opens_together: ClassVar[bool] = False
    """Whether it stays private to its author until both have written theirs of the same consult."""

    def __init_subclass__(cls) -> None:
        if cls.name in _registry:
            raise TypeError(f"There are two kinds called {cls.name!r}.")
        _registry[cls.name] = cls


def get(name: str) -> type[Kind]:
    """The kind of that name. Raises KeyError for a name that nobody registered."""
    return _registry[name]


def standing_alone() -> Iterator[type[Kind]]:
    """The kinds that begin a thread, in the order in which they are shown."""
    return (kind for kind in _registry.values() if not kind.bears)


def in_the_record() -> Iterator[type[Kind]]:
    """Those of them that the record shows."""
    return (kind for kind in standing_alone() if kind.is_in_record)


def offered() -> Iterator[type[Kind]]:
    """Those of them that the page for writing offers."""
    return (kind for kind in standing_alone() if kind.is_offered)


def on_their_own_pages() -> list[str]:
    """The names of those that are read where their page is, and never pushed."""
    return [kind.name for kind in _registry.values() if not kind.is_in_record]


def not_news() -> list[str]:
    """The names of those that the page before a consult does not tell of as new."""
    return [kind.name for kind in _registry.values() if not (kind.is_news and kind.is_in_record)]


def holding() -> list[str]:
    """The names of those that hold until their author says otherwise."""
    return [kind.name for kind in _registry.values() if kind.holds]


def linked() -> Iterator[type[Kind]]:
    """Those whose page the record leads to."""
    return (kind for kind in standing_alone() if kind.asks)


def opening_together() -> list[str]:
    """The names of those that nobody sees before both have written theirs."""
    return [kind.name for kind in _registry.values() if kind.opens_together]


class Conversation(Kind):
    name = "conversation"
    label = _("what we talked about")
    doors = (
        Door("talked", _("What did we talk about?")),
        Door("heard", _("What did you hear that you want to keep?")),
        Door("unsaid", _("What was left unsaid?")),
    )


class Value(Kind):
    name = "value"
    is_told_elsewhere = True
    page = "values"
    holds = True
    label = _("what matters to me")
    doors = (
        Door("most", _("What matters most to you right now?")),
        Door("good_day", _("What makes a day a good one?")),
        Door("not_give_up", _("What would you not give up?")),
    )


class LifeContext(Kind):
    name = "life_context"
    is_told_elsewhere = True
    label = _("what is going on in my life")
    doors = (
        Door("since", _("What has happened since we last met?")),
        Door("around", _("Who is around you these days?")),
        Door("thoughts", _("What takes up your thoughts?")),
    )


class CarePreference(Kind):
    name = "care_preference"
    is_told_elsewhere = True
    page = "care"
    holds = True
    label = _("how I’d like my care to be")
    doors = (
        Door("told", _("How do you like to be told things?")),
        Door("with", _("Who would you like to have with you?")),
        Door("helps", _("What helps? What does not?")),
    )


class Hope(Kind):
    name = "hope"
    is_news = False
    label = _("what I hope for")
    doors = (
        Door("come_to", _("What would you like us to come to?")),
        Door("not_leave_out", _("Is there something we must not leave out?")),
    )
    is_offered = False
    of_a_consult = True


class Arrival(Kind):
    """How somebody arrives. A draft, and so private, until they choose to share it."""

    name = "arrival"
    is_news = False
    label = _("how I arrive")
    doors = (Door("now", _("How are you, just now?")),)
    is_offered = False
    of_a_consult = True


class Account(Kind):
    name = "account"
    label = _("how it was, as I saw it")
    is_offered = False
    of_a_consult = True
    is_of_what_was = True


class Experience(Kind):
    """Four plain questions to both: the beginning of a conversation, never a score."""

    name = "experience"
    is_news = False
    label = _("how it was for me")
    questions = (
        Question("heard", _("I felt heard")),
        Question("myself", _("I could be myself")),
        Question("understood", _("We understood each other")),
        Question("next", _("I know what happens next")),
    )
    is_offered = False
    of_a_consult = True
    is_of_what_was = True
    needs_words = False
    opens_together = True
    act = _("answered four questions")


class PromiseMade(Kind):
    name = "promise"
    label = _("what I promise")
    is_offered = False
    act = _("promised")


class Appreciation(Kind):
    """One line of thanks. Nothing is done with it."""

    name = "appreciation"
    is_news = False
    label = _("thank you")
    longest_line = 200
    is_offered = False
    is_said_by_itself = True
    is_answered = False
    asks = _("Say thank you")


class Unsorted(Kind):
    name = ""
    is_told_elsewhere = True
    label = _("something else")
    heading = ""
    doors = (Door("anything", _("Anything at all. One line is enough.")),)


class Reply(Kind):
    name = "reply"
    label = _("an answer")
    bears = "answers"


class TalkedAbout(Kind):
    """A hope ticked off in the room, by either of the two."""

    name = "talked_about"
    is_news = False
    label = _("we talked about this")
    bears = "closes"
    about = ("hope",)
    needs_words = False
    act = _("ticked as talked about")


class Kept(Kind):
    name = "kept"
    label = _("this is kept")
    bears = "closes"
    about = ("promise",)
    needs_words = False
    act = _("marked as kept")


class Released(Kind):
    name = "released"
    label = _("this need not be done any more")
    bears = "closes"
    about = ("promise",)
    needs_words = False
    act = _("released")


class Moved(Kind):
    """A promise for another day: it stays open."""

    name = "moved"
    label = _("another day")
    bears = "answers"
    about = ("promise",)
    of_author_only = True
    needs_words = False
    act = _("moved to another day")


class Reflection(Kind):
    """What the other one understood, in words of their own, of one wording of an entry."""

    name = "reflection"
    label = _("what I understood")
    bears = "reflects"
    of_other_only = True
    act = _("said what they understood")


class Acknowledgement(Kind):
    """Whether that is what was meant, said by whoever meant it."""

    name = "acknowledgement"
    label = _("whether that is what I meant")
    bears = "acknowledges"
    about = ("reflection",)
    of_other_only = True
    of_the_wording = True
    only_once = True
    needs_words = False
    questions = (Question("understood", _("That is what I meant")),)
    levels: ClassVar[dict[str, Promise | str]] = {
        "yes": _("yes"),
        "nearly": _("nearly"),
        "not_yet": _("not yet"),
    }
    act = _("said whether that was meant")


class Difference(Kind):
    """“We see this differently”: a finished state of saying back, in which both views stand side by side."""

    name = "difference"
    label = _("we see this differently")
    bears = "closes"
    about = ("reflection",)
    once_each = True
    needs_words = False
    act = _("said that we see this differently")


# --- What holds ------------------------------------------------------------------------------------------


class StillTrue(Kind):
    """Once in a while, in one tap: so the day is known on which it was last so."""

    name = "still_true"
    label = _("still true")
    bears = "answers"
    about = ("value", "care_preference", "philosophy")
    of_author_only = True
    needs_words = False
    is_said_by_itself = True
    act = _("said that it is still true")


class NoLonger(Kind):
    """It is kept, and does not hold any more."""

    name = "no_longer"
    label = _("no longer so")
    bears = "closes"
    about = ("value", "care_preference", "philosophy")
    of_author_only = True
    needs_words = False
    is_said_by_itself = True
    act = _("said that it is no longer so")


class Order(Kind):
    """In which order somebody's own values, or wishes for care, stand: `ranked` names them, `door` their kind."""

    name = "order"
    is_words = False
    label = _("what comes first for me")
    page = "values"
    is_in_record = False
    is_offered = False
    is_answered = False
    needs_words = False
    act = _("put in order what comes first")


class Philosophy(Kind):
    """What somebody believes about health and care; the last two doors are for where the two meet and part."""

    name = "philosophy"
    is_told_elsewhere = True
    label = _("what I believe about health and care")
    page = "philosophy"
    doors = (
        Door("heals", _("What I believe heals")),
        Door("refuses", _("What I will not do")),
        Door("decides", _("How much I want to decide myself")),
        Door("meets", _("Where we meet")),
        Door("parts", _("Where we part")),
    )
    is_offered = False
    is_said_by_itself = True
    holds = True


# --- Who we are ------------------------------------------------------------------------------------------


class Portrait(Kind):
    """Who somebody is, in their own words. Opened by whoever wants to read it, and never pushed.

    The first seven doors have the headings of the UK's About Me standard (PRSB); it is not claimed to conform.
    """

    name = "portrait"
    is_told_elsewhere = True
    label = _("who I am")
    page = "portrait-mine"
    doors = (
        Door("most_important", _("What is most important to me")),
        Door("people", _("People who are important to me")),
        Door("communication", _("How I communicate and how to communicate with me")),
        Door("wellness", _("My wellness")),
        Door("please_do", _("Please do and please do not")),
        Door("support", _("How and when to support me")),
        Door("also", _("Also worth knowing about me")),
        Door("work_why", _("What brought me to this work")),
        Door("work_how", _("How I like to work")),
        Door("work_hard", _("What I find hard")),
    )
    has_ones_own_doors = True
    is_offered = False
    is_in_record = False
    is_said_by_itself = True


# --- How we work together --------------------------------------------------------------------------------


class WayOfWorking(Kind):
    """A wording that one of the two proposes. It holds when the other one agrees."""

    name = "way_of_working"
    label = _("how we work together")
    page = "working"
    page_link = _("How we work together")
    doors = (
        Door("together", _("How we want to work together")),
        Door("names", _("What we call each other")),
        Door("answering", _("How quickly each of us usually answers, and when not")),
        Door("between", _("What to do between visits")),
    )
    is_offered = False
    is_said_by_itself = True


class Agreement(Kind):
    name = "agreement"
    label = _("I agree")
    bears = "answers"
    about = ("way_of_working",)
    of_other_only = True
    of_the_wording = True
    only_once = True
    needs_words = False
    is_said_by_itself = True
    act = _("agreed")


class Change(Kind):
    """One of our questions or headings dropped, offered again, renamed or added: `door` says which one."""

    name = "change"
    is_words = False
    label = _("our own questions")
    page = "prompts"
    is_offered = False
    is_in_record = False
    is_answered = False
    longest_line = 120
    needs_words = False
    questions = (Question("door", _("Whether it is offered")),)
    levels: ClassVar[dict[str, Promise | str]] = {
        "dropped": _("left out"),
        "offered": _("offered"),
        # Its first name, in whatever language it is read: no words of anybody's could say that.
        "first_name": _("called as it was at first"),
    }
    act = _("changed the questions")
