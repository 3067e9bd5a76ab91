"""What a page shows of an entry, worked out once for each so that the template only sets it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relationships import clock, kinds
from relationships.models import Bearing, Entry, Participant, Relationship
from relationships.models.relationship import LATELY
from relationships.standing import Standing
from relationships.views import dates
from relationships.views.moulds import joined, pour


@dataclass(slots=True)
class Card:
    """One entry on a page: who said it, under what heading, the words, and what can be done with it."""

    standing: Standing
    entry: Entry
    """As first written."""
    current: Entry
    """The wording that holds."""
    voice: str
    who: str
    label: Promise | str
    reader: str
    """Who else reads it."""
    url: str
    html: SafeString
    is_mine: bool
    is_new: bool
    is_held: bool
    is_read: bool
    is_withdrawn: bool
    can_answer: bool
    can_close: bool = False
    """A promise that is open."""
    can_move: bool = False
    can_acknowledge: bool = False
    """What the other one understood of my words, while I have not said whether that is what I meant."""
    can_reflect: bool = False
    """Words of the other one, which I may say back."""
    can_reflect_again: bool = False
    """What I said back, where it came near or not yet."""
    can_differ: bool = False
    """What was said back last, where the two may leave it at two views."""
    is_seen_differently: bool = False
    """What was said back, where they have."""
    is_a_view: bool = False
    """What one of them said as they left it at that."""
    is_step: bool = False
    """What was said back, or whether it was meant: a step on a way that has its own next one."""
    is_reworded: bool = False
    """Said of a wording, where another one holds by now."""
    meant_by: str = ""
    """Of what was said back, while nobody has said whether it was meant: who is to say so."""
    subject: str = ""
    """The address of what it was said of, where this page leads there."""
    subject_by: str = ""
    due: str = ""
    """Of a promise: by when."""
    asked: str = ""
    """Of an entry with questions: the answers to them, as HTML."""
    consult_url: str = ""
    page_url: str = ""
    """Of an entry that stands on a page of its kind as well: that page."""
    page_link: Promise | str = ""
    why: str = ""
    """Why it was withdrawn, if they said so."""
    answers: "list[Card]" = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return str(self.entry.pk)

    @property
    def is_corrected(self) -> bool:
        return self.current is not self.entry

    @property
    def prompt(self) -> str:
        return self.current.prompt

    @property
    def helped_by(self) -> str:
        return self.current.helped_by

    @property
    def about_day(self) -> str:
        """The day that it is about."""
        return dates.on_a_day(self.current.happened_on, "DATE_FORMAT") if self.current.happened_on else ""

    def shown(self) -> Iterator[Entry]:
        """The entries whose words stand on the page: those held back or folded away do not."""
        if self.standing.withdrawal:
            yield self.standing.withdrawal
        elif not self.is_held:
            yield from self.standing.wordings
        for answer in self.answers:
            yield from answer.shown()

    def in_the_record(self) -> SafeString:
        """The whole thread as the record shows it, beside its day on the spine."""
        written = timezone.localtime(self.entry.written_at)
        weekday, day = dates.on_the_spine(written.date())
        return self._poured(
            "components/thread.html",
            {"weekday": weekday},
            {
                "moment": written.isoformat(),
                "day": day,
                "answers": joined(answer.as_answer() for answer in self.answers),
            },
        )

    def as_answer(self, *, is_alone: bool = False) -> SafeString:
        """Under what it answers; `is_alone` on the page of one thread, where there is more room."""
        written = timezone.localtime(self.entry.written_at)
        _weekday, day = dates.on_the_spine(written.date())
        return self._poured(
            "components/answer.html", {"is_alone": is_alone}, {"moment": written.isoformat(), "day": day}
        )

    def as_answer_alone(self) -> SafeString:
        return self.as_answer(is_alone=True)

    def _poured(self, template: str, shape: dict[str, object], words: dict[str, object]) -> SafeString:
        """Words that decide about the markup only by being there count as shape: there, or not."""
        shape |= dict(zip(SHAPE, _shape(self), strict=True))
        words |= dict(zip(WORDS, _words(self), strict=True))
        optional = {
            "prompt": self.prompt,
            "meant_by": self.meant_by,
            "subject": self.subject,
            "subject_by": self.subject_by,
            "helped_by": self.helped_by,
            "about_day": self.about_day,
            "why": self.why,
            "html": self.html,
            "due": self.due,
            "asked": self.asked,
            "consult_url": self.consult_url,
            "page_url": self.page_url,
            "page_link": self.page_link,
        }
        for name, value in optional.items():
            (words if value else shape)[name] = value
        return pour(template, "card", shape, words)


def one_below_the_other(cards: Iterable[Card]) -> SafeString:
    """Threads as the record shows them."""
    return mark_safe("".join(f"{card.in_the_record()}\n" for card in cards))  # noqa: S308


SHAPE = (
    *("voice", "is_new", "is_held", "is_read", "is_withdrawn", "is_corrected"),
    *("can_answer", "can_close", "can_move", "can_acknowledge"),
    *("can_reflect", "can_reflect_again", "can_differ", "is_seen_differently", "is_a_view", "is_reworded"),
    "is_step",
)
WORDS = ("anchor", "who", "label", "reader", "url")
_shape = attrgetter(*SHAPE)
_words = attrgetter(*WORDS)


class Deck:
    """Makes the cards of one page for one reader."""

    def __init__(self, relationship: Relationship, me: Participant) -> None:
        self.me = me
        self.pauses = me.person.pauses_first
        self.can_answer = not relationship.is_ended
        self.voices = {seat.pk: (seat.short_name, seat.voice) for seat in relationship.seats}
        them = relationship.facing(me)
        self.readers = {me.pk: them.short_name if them else _("The other person")}
        if them:
            self.readers[them.pk] = me.short_name
        self.look_began = clock.now() - LATELY
        self.labels: dict[str, str] = {}
        """What each kind is called, in the reader's language: looked up once for a page, not once for each card."""
        # One address is worked out, and every other has the same shape.
        blank = "00000000-0000-0000-0000-000000000000"
        self.address = reverse("entry", args=[relationship.pk, blank]).replace(blank, "%s")
        self.consult = reverse("consult", args=[relationship.pk, blank]).replace(blank, "%s")

    def card(self, standing: Standing, *, is_open: bool = False) -> Card:
        """`is_open`: this page was opened for these words, so they are not held back."""
        entry, withdrawal = standing.entry, standing.withdrawal
        kind = kinds.get(entry.kind)
        who, voice = self.voices[entry.author_id]
        mine = entry.author_id == self.me.pk
        # Of something withdrawn it is the withdrawal that can be new.
        told = [withdrawal] if withdrawal else standing.wordings
        is_unread = not mine and any(one.read_at is None for one in told)
        is_held = is_unread and self.pauses and not is_open and not withdrawal
        hides = is_held or withdrawal
        is_promise = entry.kind == "promise"
        can_close = self.can_answer and is_promise and not withdrawal and not standing.closing
        subject = standing.subject
        of_a_wording = kind.of_the_wording or entry.bearing == Bearing.REFLECTS
        is_open_reflection = (
            entry.bearing == Bearing.REFLECTS
            and not withdrawal
            and standing.is_last_reflection
            and standing.understood != "yes"
            and not standing.is_seen_differently
        )
        waits = is_open_reflection and not standing.understood
        may_reflect = self.can_answer and kind.is_answered and kind.needs_words and not withdrawal
        return Card(
            standing=standing,
            entry=entry,
            current=standing.current,
            voice=voice,
            who=who,
            label=self._label_of_kind(entry)
            if is_held
            else _label(entry, kind) or self._label_of_kind(entry),
            reader=self.readers[entry.author_id],
            url=self.address % entry.pk,
            html=mark_safe("" if hides else standing.current.html),  # noqa: S308  Made by prose.render.
            is_mine=mine,
            is_new=is_unread or (not mine and any(self._in_this_look(one) for one in told)),
            is_held=is_held,
            # Whoever looks at the other's words is reading them.
            is_read=told[-1].read_at is not None or not (mine or is_held),
            is_withdrawn=withdrawal is not None,
            # What opens together cannot be answered before; its own page knows whether it is open.
            can_answer=self.can_answer and kind.is_answered and not kind.opens_together,
            can_close=can_close,
            can_move=can_close and mine,
            can_acknowledge=self.can_answer and waits and not mine,
            can_reflect=may_reflect and not mine,
            can_reflect_again=self.can_answer and is_open_reflection and mine and not waits,
            can_differ=self.can_answer and is_open_reflection,
            is_seen_differently=standing.is_seen_differently and not withdrawal,
            is_a_view=entry.kind == kinds.Difference.name and not withdrawal,
            is_step=entry.bearing in (Bearing.REFLECTS, Bearing.ACKNOWLEDGES),
            is_reworded=of_a_wording and standing.is_of_an_earlier_wording and not withdrawal,
            meant_by=self.voices[subject.entry.author_id][0] if subject and waits else "",
            subject=self.address % subject.entry.pk if subject else "",
            subject_by=self.voices[subject.entry.author_id][0] if subject else "",
            due=dates.by_when(standing.due_on, is_closed=bool(standing.closing)) if is_promise else "",
            asked="" if hides or not entry.answers else _asked(entry, kind),
            consult_url=self.consult % entry.consult_id if entry.consult_id else "",
            page_url=reverse(kind.page, args=[entry.relationship_id]) if kind.page_link else "",
            page_link=kind.page_link,
            why=withdrawal.text if withdrawal else "",
            answers=[self.card(answer, is_open=is_open) for answer in _as_they_come_closer(standing.answers)],
        )

    def _label_of_kind(self, entry: Entry) -> str:
        if entry.kind not in self.labels:
            self.labels[entry.kind] = str(entry.label_of_its_kind)
        return self.labels[entry.kind]

    def _in_this_look(self, entry: Entry) -> bool:
        return entry.read_at is not None and entry.read_at > self.look_began


def _label(entry: Entry, kind: type[kinds.Kind]) -> Promise | str:
    """What stands above the words, where the kind alone does not say it; else empty."""
    if entry.kind == "moved" and entry.due_on:
        return _("another day: %(day)s") % {"day": dates.this_year_or_not(entry.due_on)}
    if len(kind.questions) == 1 and entry.answers:
        (question,) = kind.questions
        level = entry.answers.get(question.name, {}).get("level", "")
        return f"{question.says}: {kind.levels[level]}" if level else question.says
    return entry.heading


def _asked(entry: Entry, kind: type[kinds.Kind]) -> str:
    """The answers to the questions of its kind, in the reader's language."""
    if len(kind.questions) < 2:
        return ""
    given = entry.answers or {}
    rows = [
        {
            "says": question.says,
            "level": kind.levels.get(given[question.name].get("level", ""), ""),
            "words": given[question.name].get("words", ""),
        }
        for question in kind.questions
        if question.name in given
    ]
    return render_to_string("components/asked.html", {"rows": rows})


def _as_they_come_closer(answers: list[Standing]) -> list[Standing]:
    """In order of time, but that what was said back of one entry, and to that, stands together."""

    def place(one: Standing) -> tuple[int, int]:
        said = one if one.entry.bearing == Bearing.REFLECTS else one.subject
        if said and said.subject and said.entry.bearing == Bearing.REFLECTS and one.entry.kind != "reply":
            first = next(every for every in said.subject.told if every.entry.bearing == Bearing.REFLECTS)
            return first.entry.number, one.entry.number
        return one.entry.number, one.entry.number

    return sorted(answers, key=place)
