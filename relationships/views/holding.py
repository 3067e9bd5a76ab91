"""What holds, as pages show it: each in its author's words and in their order, with how it came to be so."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.functional import Promise

from relationships import clock, history, kinds, ranking
from relationships.history import Step, Turn
from relationships.models import Entry, Participant, Relationship
from relationships.models.entry import EntryQuerySet
from relationships.standing import threads
from relationships.views.cards import Card, Deck

MOST = 200
"""How many that hold stand on a page, of each person: the newest."""
KEPT = 50
"""How many that are no longer so."""

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


@dataclass(slots=True)
class Column:
    """What one of the two says, of one kind or under one heading."""

    seat: Participant
    is_mine: bool
    holding: list[Held] = field(default_factory=list)
    kept: list[Held] = field(default_factory=list)
    """What is no longer so, the newest first."""
    order: Entry | None = None
    """The order that its author gave it."""

    @property
    def is_empty(self) -> bool:
        return not (self.holding or self.kept)

    @property
    def can_be_ordered(self) -> bool:
        return len(self.holding) > 1


def read(relationship: Relationship, me: Participant, kind: type[kinds.Kind]) -> list[Held]:
    """All of that kind that both have said and that was not withdrawn, the newest first, in two queries."""
    keys = _keys(relationship.entries.shown_to(me).of_kind(kind.name), relationship.seats)
    rows = _TOLD.filter(thread__in=keys).shown_to(me).order_by("number")
    before = clock.now() - dt.timedelta(days=settings.STILL_TRUE_DAYS)
    deck = Deck(relationship, me)
    return [
        _held(deck.card(one), is_to_ask=not relationship.is_ended and history.is_to_ask(one, before=before))
        for one in threads(relationship.with_authors(rows))
    ]


def columns(
    relationship: Relationship,
    me: Participant,
    read: list[Held],
    orders: dict[tuple[uuid.UUID, str], Entry] | None = None,
) -> list[Column]:
    """What each of the two says, in the order that they gave it themselves."""
    found = [Column(seat, is_mine=seat.pk == me.pk) for seat in relationship.seats]
    for column in found:
        theirs = [one for one in read if one.card.entry.author_id == column.seat.pk]
        column.kept = [one for one in theirs if one.is_closed]
        column.holding = [one for one in theirs if not one.is_closed]
        if orders and column.holding:
            column.order = orders.get((column.seat.pk, column.holding[0].card.entry.kind))
            ranked = column.order.ranked or [] if column.order else []
            column.holding = ranking.in_order(column.holding, ranked, lambda one: one.card.entry.pk)
    return found


def _keys(firsts: EntryQuerySet, seats: list[Participant]) -> list[uuid.UUID]:
    """Of what stands on the page. By their keys: the database looks for the threads of each, and for no others."""
    wanted = [
        rows
        for seat in seats
        for rows in (
            firsts.by(seat).holding().newest_first()[:MOST],
            firsts.by(seat).no_longer_holding().newest_first()[:KEPT],
        )
    ]
    each = [Entry.objects.filter(pk__in=rows.values("pk")).order_by().values_list("pk") for rows in wanted]
    return [key for (key,) in each[0].union(*each[1:])]


def _held(card: Card, *, is_to_ask: bool) -> Held:
    said: dict[int, Card] = {id(answer.standing): answer for answer in card.answers}
    points = [Point(step, said.get(id(step.standing), card)) for step in history.steps(card.standing)]
    return Held(card, points, is_to_ask=is_to_ask, is_closed=bool(card.standing.closing))
