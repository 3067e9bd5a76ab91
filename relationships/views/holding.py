"""What holds, as pages show it: each in its author's words and in their order, with how it came to be so."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet, Value
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from config.prepared import Prepared
from relationships import clock, history, kinds, ranking
from relationships.history import Step, Turn
from relationships.models import Entry, EntryState, Participant, Relationship
from relationships.models.state import part_of_a_union
from relationships.standing import threads
from relationships.views.cards import Card, Deck
from relationships.views.dates import on_the_day_of
from relationships.views.moulds import pour_what_is_there

MOST = 200
"""How many that hold are shown of each person: the newest."""
KEPT = 50
"""How many that are no longer so."""
PAGE = 30
"""How many of each person stand on one page."""

# What bears on how something stands, without what was answered to it.
_TOLD = Entry.objects.of_kind(*kinds.holding(), kinds.StillTrue.name, kinds.NoLonger.name).for_cutting()


@dataclass(frozen=True, slots=True)
class Point:
    """One step of how something came to be so, where its line of time shows it."""

    step: Step
    card: Card
    """Of what was said there."""

    @property
    def is_held(self) -> bool:
        """Whether its reader likes to choose when to open what was said there."""
        return self.card.is_held

    @property
    def turn(self) -> str:
        return self.step.turn.name

    @property
    def at(self) -> dt.datetime:
        return history.said_at(self.step)

    @property
    def why(self) -> str:
        """Why it was put differently."""
        return self.step.entry.why

    @property
    def words(self) -> str:
        """What was said there, without marks; the wording that holds stands above in full."""
        return "" if self.step.is_current or self.is_held else self.step.entry.words


@dataclass(frozen=True, slots=True)
class Held:
    """One entry that holds, or held, with its line of time."""

    card: Card
    points: list[Point]
    is_to_ask: bool
    """Whether a year or so has passed since its author last stood by it."""
    is_closed: bool
    submission: uuid.UUID = field(default_factory=uuid.uuid4)
    """Names the form that asks, so that a tap said twice is said once."""
    under: Promise | str = ""
    """The name of the heading that it was written under, where that is another one now."""

    @property
    def since(self) -> dt.datetime:
        return self.card.entry.written_at

    @property
    def has_history(self) -> bool:
        """Whether anything happened to it since it was first said."""
        return len(self.points) > 1

    @property
    def reworded(self) -> Point | None:
        """Where it was last put differently."""
        return self._last(Turn.REWORDED)

    @property
    def confirmed(self) -> Point | None:
        """Where its author last said that it is still true."""
        return self._last(Turn.STILL_TRUE)

    @property
    def last_said(self) -> dt.datetime:
        return history.last_said(self.card.standing)

    @property
    def is_asked_about(self) -> bool:
        """Whether its reader is to say whether it is still true."""
        return self.is_to_ask and self.card.is_mine and not self.card.is_held

    def poured(self) -> SafeString:
        """Its words and days, and the ways on from it."""
        card = self.card
        shape = {
            "is_held": card.is_held,
            "is_new": card.is_new,
            "is_mine": card.is_mine,
            "can_answer": card.can_answer,
            "is_asked_about": self.is_asked_about,
        }
        words = {"url": card.url}
        if not card.is_held:
            was_said_again = not self.is_to_ask or self.last_said != self.since
            words |= {
                "prompt": card.prompt,
                "under": str(self.under),
                "html": card.html,
                "helper": card.helped_by,
                "since": on_the_day_of(self.since, "DATE_FORMAT") if was_said_again else "",
                "last_said": on_the_day_of(self.last_said, "DATE_FORMAT") if self.is_to_ask else "",
                "reworded_on": on_the_day_of(self.reworded.at, "DATE_FORMAT") if self.reworded else "",
                "confirmed_on": on_the_day_of(self.confirmed.at, "DATE_FORMAT") if self.confirmed else "",
                "timeline": self._timeline() if self.has_history else "",
                "no_longer": self._no_longer() if card.is_mine else "",
            }
        return pour_what_is_there("values/holds.html", "held", shape, words)

    def _timeline(self) -> SafeString:
        return render_to_string("values/timeline.html", {"held": self})

    def _no_longer(self) -> str:
        entry = self.card.entry
        return reverse("saying-about", args=[entry.relationship_id, entry.pk, kinds.NoLonger.name])

    def shown(self) -> Iterator[Entry]:
        """The entries that stand on the page to their end: its wording, and that it is still true.

        Whatever is folded away, and may have words, has not been before anybody's eyes.
        """
        if self.is_closed or self.card.is_held:
            return
        yield from self.card.standing.wordings
        if self.confirmed and not self.confirmed.step.entry.text:
            yield self.confirmed.step.standing.entry

    def _last(self, turn: Turn) -> Point | None:
        found = (one for one in reversed(self.points) if one.step.turn is turn and not one.is_held)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Series:
    """The keys of all that one of the two says of one kind: what holds, in their order, then what is no longer so."""

    seat: Participant
    holding: list[uuid.UUID]
    kept: list[uuid.UUID]
    order: Entry | None = None
    """The order that its author gave it."""

    @property
    def keys(self) -> list[uuid.UUID]:
        return self.holding + self.kept

    @property
    def can_be_ordered(self) -> bool:
        return len(self.holding) > 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """As much of a series as stands on one page."""

    series: Series
    place: int
    """At which place of the series it begins."""
    others: Mapping[str, str] = field(default_factory=dict)
    """With which entry the other person's leaf begins, by their voice, where that is not their first one."""

    @property
    def keys(self) -> list[uuid.UUID]:
        return self.series.keys[self.place : self.place + PAGE]

    @property
    def left(self) -> int:
        """How many come after."""
        return max(0, len(self.series.keys) - self.place - PAGE)

    @property
    def goes_on(self) -> bool:
        """Whether something of that holds still."""
        return self.place + PAGE < len(self.series.holding)

    @property
    def more(self) -> str:
        """The query of an address that asks for what comes after."""
        return self.beginning_with(self.series.keys[self.place + PAGE])

    @property
    def first(self) -> str:
        """The query of an address that asks for the beginning."""
        return "?" + urlencode(self.others) if self.others else ""

    def beginning_with(self, key: uuid.UUID) -> str:
        return "?" + urlencode({**self.others, self.series.seat.voice: key})

    def has(self, key: uuid.UUID) -> bool:
        return key in self.keys


@dataclass(slots=True)
class Column:
    """What one of the two says, of one kind or under one heading."""

    seat: Participant
    is_mine: bool
    holding: list[Held] = field(default_factory=list)
    kept: list[Held] = field(default_factory=list)
    """What is no longer so, the newest first."""
    leaf: Leaf | None = None
    """Of what it is a part, where it may be longer than a page."""

    @property
    def is_empty(self) -> bool:
        return not (self.holding or self.kept)


def series(
    relationship: Relationship,
    me: Participant,
    kind: type[kinds.Kind],
    orders: Mapping[tuple[uuid.UUID, str], Entry] | None = None,
) -> list[Series]:
    """All of that kind that each has said and that was not withdrawn, by its keys, in one query."""
    rows = _keys(relationship, me, kind.name)
    found = []
    for seat in relationship.seats:
        holding = [key for key, author, _number, mark in rows if author == seat.pk and mark == "holds"]
        kept = [key for key, author, _number, mark in rows if author == seat.pk and mark == "kept"]
        order = orders.get((seat.pk, kind.name)) if orders else None
        ranked = (order.ranked if order else None) or []
        found.append(Series(seat, ranking.in_order(holding, ranked, str), kept, order))
    return found


def leaves(series: Sequence[Series], asked: Mapping[str, str]) -> list[Leaf]:
    """One of each. `asked` names the entry that it begins with, by the voice of its author; what it says wrongly is
    as if it were not said.
    """
    found = [Leaf(one, _place(one, asked.get(one.seat.voice, ""))) for one in series]
    begins = {leaf.series.seat.voice: str(leaf.keys[0]) for leaf in found if leaf.place}
    return [
        replace(leaf, others={voice: key for voice, key in begins.items() if voice != leaf.series.seat.voice})
        for leaf in found
    ]


def _place(series: Series, key: str) -> int:
    return next((place for place, one in enumerate(series.keys) if str(one) == key), 0)


def read(relationship: Relationship, me: Participant, keys: Iterable[uuid.UUID]) -> list[Held]:
    """The entries of these keys, the newest first, in one query."""
    wanted = list(keys)
    rows = _ROWS(reader=me.pk, threads=wanted) if wanted else []
    before = still_true_before()
    deck = Deck(relationship, me)
    return [
        _held(deck.card(one), is_to_ask=not relationship.is_ended and history.is_to_ask(one, before=before))
        for one in threads(relationship.with_authors(rows))
    ]


def still_true_before() -> dt.datetime:
    """Whatever its author last stood by before then is asked about."""
    return clock.now() - dt.timedelta(days=settings.STILL_TRUE_DAYS)


def columns(
    relationship: Relationship, me: Participant, read: Iterable[Held], leaves: Sequence[Leaf] = ()
) -> list[Column]:
    """What each of the two says: the newest first, or as their leaf has it."""
    by_seat = {leaf.series.seat.pk: leaf for leaf in leaves}
    found = [Column(seat, seat.pk == me.pk, leaf=by_seat.get(seat.pk)) for seat in relationship.seats]
    for column in found:
        theirs = [one for one in read if one.card.entry.author_id == column.seat.pk]
        if column.leaf:
            places = {key: place for place, key in enumerate(column.leaf.keys)}
            theirs.sort(key=lambda one: places.get(one.card.entry.pk, -1))
        column.kept = [one for one in theirs if one.is_closed]
        column.holding = [one for one in theirs if not one.is_closed]
    return found


def _all_keys(
    relationship: uuid.UUID, reader: uuid.UUID, kind: str, one: uuid.UUID, two: uuid.UUID | None = None
) -> QuerySet[EntryState, Any]:
    """Of each author what holds, and what is no longer so: its key, its author's, its number, and which of the two."""
    shown = EntryState.objects.of(relationship).shown_to(reader).newest_first()
    parts = []
    for author in filter(None, (one, two)):
        closed = shown.first_of_kind(kind).filter(author=author, is_closed=True)
        for rows, mark in (
            (shown.open_of_kind(kind, author)[:MOST], "holds"),
            (closed[:KEPT], "kept"),
        ):
            parts.append(part_of_a_union(rows).values_list("entry", "author", "number", Value(mark)))
    return parts[0].union(*parts[1:], all=True)


def _all_told(reader: uuid.UUID, threads: list[uuid.UUID]) -> QuerySet[Entry]:
    rows: QuerySet[Entry] = _TOLD.filter(thread__in=threads).shown_to(reader).order_by("number")
    return rows


_KEYS, _ROWS = Prepared(_all_keys), Prepared(_all_told)


def _keys(
    relationship: Relationship, me: Participant, kind: str
) -> list[tuple[uuid.UUID, uuid.UUID, int, str]]:
    """The newest first."""
    one, *others = (seat.pk for seat in relationship.seats)
    rows = _KEYS(
        relationship=relationship.pk, reader=me.pk, kind=kind, one=one, two=others[0] if others else None
    )
    return sorted(rows, key=lambda row: -row[2])


def _held(card: Card, *, is_to_ask: bool) -> Held:
    said: dict[int, Card] = {id(answer.standing): answer for answer in card.answers}
    points = [Point(step, said.get(id(step.standing), card)) for step in history.steps(card.standing)]
    return Held(card, points, is_to_ask=is_to_ask, is_closed=bool(card.standing.closing))
