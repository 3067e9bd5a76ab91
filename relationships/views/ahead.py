"""What the two have before them, a line each: when they meet, what they promised, what was said back."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from config.templatetags.addresses import address_of
from relationships import kinds, prose
from relationships.agenda import around_now
from relationships.models import Appointment, Bearing, Entry, EntryState, Participant, Relationship
from relationships.models.state import EntryStateQuerySet
from relationships.standing import Standing, threads
from relationships.views.appointments import as_next
from relationships.views.dates import by_when, meets_at, meets_on
from relationships.views.moulds import pour_what_is_there

LINE = 64
"""How much of a promise stands on one line, in characters."""
SAID = 32
"""The same of what was said back: enough to know which it was."""
ON_A_PAGE = 5
"""How many open ones stand above the record."""

SAID_BACK = 3
"""What was said back and not confirmed, of both together."""

MOST = 100
"""Of so many open ones of each, the newest, the soonest stand there."""

OF_A_PROMISE = Q(about=None) | Q(bearing__in=[Bearing.CORRECTS, Bearing.WITHDRAWS]) | Q(kind="moved")
"""How promises stand, without what was said about them besides."""
TOLD = OF_A_PROMISE | Q(bearing__in=[Bearing.REFLECTS, Bearing.ACKNOWLEDGES])
"""The same, and what was said back."""


def keys(states: EntryStateQuerySet, authors: Iterable[uuid.UUID]) -> list[QuerySet[EntryState, Any]]:
    """Those of the open promises and of what was said back, of the entries of a relationship with these seats."""
    return [
        *(
            states.open_of_kind("promise", author).newest_first()[:MOST].marked("promise")
            for author in authors
        ),
        states.unconfirmed().newest_first()[:SAID_BACK].marked("said_back"),
    ]


@dataclass(frozen=True, slots=True)
class Promised:
    """An open promise on one line."""

    standing: Standing
    words: str
    is_cut: bool
    by_when: str

    @property
    def entry(self) -> Entry:
        return self.standing.entry

    def alone(self) -> SafeString:
        """As it stands in a list of one's own promises."""
        return self._poured()

    def with_its_author(self) -> SafeString:
        """As it stands among those of both."""
        author = self.entry.author
        return self._poured(who=author.short_name, voice=author.voice)

    def _poured(self, *, who: str = "", voice: str = "") -> SafeString:
        words = {
            "address": address_of("entry", self.entry.relationship_id, self.entry.pk),
            "words": self.words,
            "by_when": self.by_when,
            "who": who,
        }
        shape = {"is_cut": self.is_cut, "voice": voice}
        return pour_what_is_there("components/promised.html", "promised", shape, words)

    @classmethod
    def of(cls, standing: Standing) -> "Promised":
        return cls(standing, *_on_one_line(standing), by_when(standing.due_on))


def _on_one_line(standing: Standing, limit: int = LINE) -> tuple[str, bool]:
    """The beginning of its words, and whether there are more."""
    return prose.cut(" ".join(standing.current.words.split()), limit)


def soonest_first(promises: Iterable[Standing]) -> list[Promised]:
    """Those without a day come last."""
    standing = list(promises)
    standing.sort(key=lambda one: (one.due_on or dt.date.max, one.entry.written_at, one.entry.number))
    return [Promised.of(one) for one in standing]


@dataclass(frozen=True, slots=True)
class SaidBack:
    """What somebody understood, on one line, while nobody has said yes to it."""

    standing: Standing
    words: str
    is_cut: bool
    waits_for: str
    """Whose turn it is: to say whether that was meant, or after nearly and not yet to say it back once more."""

    @property
    def entry(self) -> Entry:
        return self.standing.entry

    @property
    def understood(self) -> str:
        return self.standing.understood


def _open_between(
    relationship: Relationship, me: Participant, rows: Iterable[Entry]
) -> tuple[list[Promised], bool, list[SaidBack]]:
    """What both have promised, the soonest first, and whether there is more; what was said back.

    Whoever likes to choose when to open new words does not meet them here.
    """
    standing = [one for first in threads(rows) for one in (first, *first.answers)]
    if me.person.pauses_first:
        standing = [one for one in standing if one.entry.author_id == me.pk or _is_read(one)]
    promises = soonest_first([one for one in standing if one.entry.kind == "promise"])
    readers = {seat.pk: relationship.facing(seat) for seat in relationship.seats}
    back = [
        SaidBack(
            one,
            *_on_one_line(one, SAID),
            waits_for=(one.entry.author if one.understood else other).short_name,
        )
        for one in standing
        if one.entry.bearing == Bearing.REFLECTS
        if (other := readers[one.entry.author_id])
    ]
    return promises[:ON_A_PAGE], len(promises) > ON_A_PAGE, back


def _open_rows(rows: list[Entry], promises: set[uuid.UUID], said_back: set[uuid.UUID]) -> Iterator[Entry]:
    """Of the entries of their threads, those that say how the promises stand, and how what was said back does."""
    wordings = {row.pk for row in rows if row.about_id in said_back and row.bearing == Bearing.CORRECTS}
    for row in rows:
        is_of_a_promise = row.thread_id in promises and (
            row.about_id is None
            or row.bearing in (Bearing.CORRECTS, Bearing.WITHDRAWS)
            or row.kind == "moved"
        )
        is_said_to_it = row.about_id in said_back or (
            row.about_id in wordings and row.bearing == Bearing.ACKNOWLEDGES
        )
        if is_of_a_promise or row.pk in said_back or is_said_to_it:
            yield row


def _is_read(standing: Standing) -> bool:
    return all(wording.read_at for wording in standing.wordings)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the two have before them: when they meet, what was left unsaid, what was promised."""

    next: Appointment | None
    unsaid: Appointment | None
    """The last one that is over, where nobody has said whether they met."""
    called_off: list[Appointment]
    """What was called off, and its time has not come."""
    promises: list[Promised]
    has_more: bool
    said_back: list[SaidBack]
    """What one of them understood, where the other has not said yes."""

    linked: ClassVar = list(kinds.linked())
    """What can be said on a page of its own."""

    def as_next(self) -> SafeString:
        return as_next(self.next, meets_at(self.next.starts_at)) if self.next else SafeString()

    @property
    def when_over(self) -> str:
        return meets_on(self.unsaid.starts_at) if self.unsaid else ""

    def shown(self) -> list[Entry]:
        """The entries that stand here to their end."""
        lines: list[Promised | SaidBack] = [*self.promises, *self.said_back]
        return [entry for one in lines if not one.is_cut for entry in one.standing.wordings]


def before_them(
    relationship: Relationship,
    me: Participant,
    rows: list[Entry],
    promises: Iterable[uuid.UUID],
    said_back: Iterable[uuid.UUID],
) -> Ahead:
    """`rows` are those of a page, and among them those of the open promises and of what was said back."""
    plans = around_now(relationship)
    of_them = _open_rows(rows, set(promises), set(said_back))
    promised, has_more, back = _open_between(relationship, me, of_them)
    return Ahead(plans.next, next(iter(plans.unsaid), None), plans.called_off, promised, has_more, back)
