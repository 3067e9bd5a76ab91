"""In which order somebody's own values, or wishes for care, stand. Pure.

An order is an entry that names others by their ids, the first one first. The newest of each person and kind counts.
What is not in it, most often because it is newer, stands before what is, the newest first: nobody who has ranked
what matters has ranked that below it.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db.models import QuerySet

from config.prepared import Prepared
from relationships import kinds
from relationships.models import Entry, Participant, Relationship

T = TypeVar("T")

EARLIER, LATER, FIRST = "earlier", "later", "first"
"""The ways in which one of them can be moved."""


def in_order(newest_first: Iterable[T], ranked: Sequence[str], key: Callable[[T], object]) -> list[T]:
    """These, of which `key` gives the id, as `ranked` has them."""
    places = {one: place for place, one in reversed(list(enumerate(ranked)))}
    return sorted(newest_first, key=lambda one: places.get(str(key(one)), -1))


def arranged(asked: Iterable[str], known: Sequence[str]) -> list[str]:
    """What somebody asked for, each once, without what is not theirs to rank; what they left out comes last."""
    mine = dict.fromkeys(one for one in asked if one in known)
    return list(mine | dict.fromkeys(known))


def moved(ranked: Sequence[str], one: str, way: str) -> list[str]:
    """The same with one of them a place earlier or later, or first; as it was where that cannot be."""
    if one not in ranked or way not in (EARLIER, LATER, FIRST):
        return list(ranked)
    rest = [other for other in ranked if other != one]
    here = ranked.index(one)
    place = {EARLIER: max(0, here - 1), LATER: here + 1, FIRST: 0}[way]
    return [*rest[:place], one, *rest[place:]]


def orders(
    relationship: Relationship, reader: Participant, *names: str
) -> dict[tuple[uuid.UUID, str], Entry]:
    """The newest order of each person for these kinds, in one query."""
    said = _ORDERS(relationship=relationship.pk, reader=reader.pk)
    newest = {(one.author_id, one.door): one for one in relationship.own(said)}
    return {key: one for key, one in newest.items() if key[1] in names}


def _all_orders(relationship: uuid.UUID, reader: uuid.UUID) -> QuerySet[Entry]:
    rows = Entry.objects.filter(relationship=relationship).shown_to(reader).of_kind(kinds.Order.name)
    newest: QuerySet[Entry] = rows.newest_of_each_author_and_door().order_by("number")
    return newest


_ORDERS = Prepared(_all_orders)
