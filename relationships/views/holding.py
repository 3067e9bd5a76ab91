"""What holds, as pages show it: each in its author's words and in their order, with how it came to be so."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Value
from django.utils.functional import Promise

from relationships import clock, history, kinds, ranking
from relationships.history import Step, Turn
from relationships.models import Entry, Participant, Relationship
from relationships.models.entry import EntryQuerySet
from relationships.standing import threads
from relationships.views.cards import Card, Deck

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
    rows = _keys(relationship.entries.shown_to(me).of_kind(kind.name), relationship.seats)
    found = []
    for seat in relationship.seats:
        holding = [key for key, author, _number, is_kept in rows if author == seat.pk and not is_kept]
        kept = [key for key, author, _number, is_kept in rows if author == seat.pk and is_kept]
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
    rows = _TOLD.filter(thread__in=list(keys)).shown_to(me).order_by("number")
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


def _keys(firsts: EntryQuerySet, seats: list[Participant]) -> list[tuple[uuid.UUID, uuid.UUID, int, bool]]:
    """What is shown: its key, its author's, its number, and whether it is no longer so; the newest first.

    By their keys: the database looks for the threads of each, and for no others.
    """
    wanted = [
        (rows, is_kept)
        for seat in seats
        for rows, is_kept in (
            (firsts.by(seat).holding().newest_first()[:MOST], False),
            (firsts.by(seat).no_longer_holding().newest_first()[:KEPT], True),
        )
    ]
    each = [
        Entry.objects.filter(pk__in=rows.values("pk"))
        .order_by()
        .annotate(is_kept=Value(is_kept))
        .values_list("pk", "author", "number", "is_kept")
        for rows, is_kept in wanted
    ]
    return sorted(each[0].union(*each[1:]), key=lambda row: -row[2])


def _held(card: Card, *, is_to_ask: bool) -> Held:
    said: dict[int, Card] = {id(answer.standing): answer for answer in card.answers}
    points = [Point(step, said.get(id(step.standing), card)) for step in history.steps(card.standing)]
    return Held(card, points, is_to_ask=is_to_ask, is_closed=bool(card.standing.closing))
