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
    prompts: ClassVar[tuple[Promise | str, ...]] = ()
    """Optional doors into an empty page. Nobody has to answer one."""
    bears: ClassVar[str] = ""
    """How it bears on an earlier entry (`Bearing`); empty for one that stands by itself."""
    about: ClassVar[tuple[str, ...]] = ()
    """The kinds of entry that it may be about; none named, any."""
    of_author_only: ClassVar[bool] = False
    """Whether only the author of that earlier entry may say it."""
    of_other_only: ClassVar[bool] = False
    """Whether only the other one may say it."""
    is_offered: ClassVar[bool] = True
    """Whether the page for writing offers it; the others have pages of their own."""
    of_a_consult: ClassVar[bool] = False
    """Whether it belongs to a consult."""
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


def offered() -> Iterator[type[Kind]]:
    """Those of them that the page for writing offers."""
    return (kind for kind in standing_alone() if kind.is_offered)


def opening_together() -> list[str]:
    """The names of those that nobody sees before both have written theirs."""
    return [kind.name for kind in _registry.values() if kind.opens_together]


class Conversation(Kind):
    name = "conversation"
    label = _("what we talked about")
    prompts = (
        _("What did we talk about?"),
        _("What did you hear that you want to keep?"),
        _("What was left unsaid?"),
    )


class Value(Kind):
    name = "value"
    label = _("what matters to me")
    prompts = (
        _("What matters most to you right now?"),
        _("What makes a day a good one?"),
        _("What would you not give up?"),
    )


class LifeContext(Kind):
    name = "life_context"
    label = _("what is going on in my life")
    prompts = (
        _("What has happened since we last met?"),
        _("Who is around you these days?"),
        _("What takes up your thoughts?"),
    )


class CarePreference(Kind):
    name = "care_preference"
    label = _("how I’d like my care to be")
    prompts = (
        _("How do you like to be told things?"),
        _("Who would you like to have with you?"),
        _("What helps? What does not?"),
    )


class Hope(Kind):
    name = "hope"
    label = _("what I hope for")
    prompts = (
        _("What would you like us to come to?"),
        _("Is there something we must not leave out?"),
    )
    is_offered = False
    of_a_consult = True


class Arrival(Kind):
    """How somebody arrives. A draft, and so private, until they choose to share it."""

    name = "arrival"
    label = _("how I arrive")
    prompts = (_("How are you, just now?"),)
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


class Unsorted(Kind):
    name = ""
    label = _("something else")
    heading = ""
    prompts = (_("Anything at all. One line is enough."),)


class Reply(Kind):
    name = "reply"
    label = _("an answer")
    bears = "answers"


class TalkedAbout(Kind):
    """A hope ticked off in the room, by either of the two."""

    name = "talked_about"
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
    needs_words = False
    questions = (Question("understood", _("That is what I meant")),)
    levels: ClassVar[dict[str, Promise | str]] = {
        "yes": _("yes"),
        "nearly": _("nearly"),
        "not_yet": _("not yet"),
    }
    act = _("said whether that was meant")
