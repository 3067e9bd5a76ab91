"""Before we meet: which of the people's own words stand on that page. Nothing is summarised."""

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from config.prepared import Prepared
from relationships import kinds, ranking
from relationships.models import Appointment, Bearing, Entry, EntryState, Participant, Relationship
from relationships.models.state import part_of_a_union
from relationships.standing import Standing, threads

T = TypeVar("T")

AT_A_GLANCE = 3
"""How many of what matters stand on the page, of both together."""
CARE = 2
"""How many of how somebody likes care to be, for each."""
IN_ORDER = (kinds.Value.name, kinds.CarePreference.name)
"""The kinds that people put in order."""
RANKED = 200
"""Among how many of each person, the newest, what comes first for them is looked for."""
HOPES = 2
"""How many hopes, for each: as many as there are questions."""
PROMISES = 5
"""How many open promises stand on the page, of both together: those that are due first."""
OPEN = 30
"""Among how many open promises those are looked for, the newest of both."""
UNCONFIRMED = 3
"""How much of what was said back and is not confirmed, of both together."""
NEW = 6
"""How many of the new entries stand on the page itself."""
MOST = 100
"""As far as new entries are counted."""
KNOWN = 60
"""More than the page shows of what may be new and has a place of its own."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, and what they say for themselves."""

    participant: Participant
    hopes: list[Standing]
    has_more_hopes: bool
    """Whether there are more than have room here."""
    arrivals: list[Standing]
    care: list[Standing]


@dataclass(frozen=True, slots=True)
class Selection:
    """What stands on the page, before anything is cut."""

    consult: Appointment | None
    """The consult it is for; None where none is planned."""
    since: dt.datetime
    """When the two last met, or began; or another time that the reader asked for."""
    asked: bool
    """Whether they did."""
    have_met: bool
    sides: list[Side]
    matters: list[Standing]
    """What matters most: the first of each in turn, in the order that they gave it or the newest first."""
    promises: list[Standing]
    """The open ones, by the day they are due; those without a day come last."""
    more_promises: int
    """How many more are open."""
    unconfirmed: list[Standing]
    """What one has said back and the other has not confirmed, the newest first."""
    new: list[Standing]
    more: int
    """How many more new entries the record holds."""


def selection(
    relationship: Relationship,
    consult: Appointment | None,
    met: Appointment | None,
    *,
    reader: Participant,
    since: dt.datetime | None = None,
) -> Selection:
    """What stands, and what is new since the two last met before this consult, or since another time.

    For a `reader` who likes to choose when to open new words, what they have not read yet is left out.
    """
    begins = since or (met.began_at if met else relationship.begun_at)
    known, fresh = _keys(relationship, reader, consult, begins)
    stands = _as_they_stand(relationship, reader, known + fresh[:NEW])
    standing, new = ([stands[key.pk] for key in keys if key.pk in stands] for keys in (known, fresh[:NEW]))
    if reader.person.pauses_first:
        standing, new = _read_by(reader, standing), _read_by(reader, new)
    promises = [one for one in standing if one.entry.kind == "promise"]
    promises.sort(key=lambda one: one.due_on or dt.date.max)

    def of(kind: str, seat: Participant) -> list[Standing]:
        return [one for one in standing if (one.entry.kind, one.entry.author_id) == (kind, seat.pk)]

    return Selection(
        consult=consult,
        since=begins,
        asked=since is not None,
        have_met=met is not None,
        sides=[
            Side(
                participant=seat,
                hopes=(hopes := of("hope", seat))[:HOPES][::-1],
                has_more_hopes=len(hopes) > HOPES,
                arrivals=of("arrival", seat),
                care=of("care_preference", seat),
            )
            for seat in relationship.seats
        ],
        matters=_in_turn(
            (one for one in standing if one.entry.kind == "value"), lambda one: one.entry.author_id
        ),
        promises=promises[:PROMISES],
        more_promises=max(0, len(promises) - PROMISES),
        unconfirmed=[one for one in standing if one.entry.bearing == Bearing.REFLECTS],
        new=new,
        more=max(0, len(fresh) - NEW),
    )


# --- What is looked up --------------------------------------------------------------------------------


class _Key(NamedTuple):
    """An entry before its words are asked for."""

    number: int
    pk: uuid.UUID
    thread: uuid.UUID


ORDER = kinds.Order.name


def _all_keys(
    relationship: uuid.UUID,
    reader: uuid.UUID,
    since: dt.datetime,
    one: uuid.UUID,
    two: uuid.UUID | None = None,
    consult: uuid.UUID | None = None,
) -> QuerySet[EntryState, Any]:
    here = EntryState.objects.of(relationship).newest_first()
    new = here.shown_to(reader).news().filter(written_at__gte=since)
    parts = [
        # By time, for the index: a clock that went back matters only among more than are counted.
        _part(new.order_by("-written_at", "-number")[: MOST + KNOWN], "new", thread=F("entry__thread")),
        _part(here.unconfirmed()[:UNCONFIRMED], "said_back", thread=F("entry__thread")),
    ]
    for author in filter(None, (one, two)):
        theirs, seat = here.filter(author=author), 1 if author == one else 2
        parts.append(_part(here.open_of_kind("promise", author)[:OPEN], "promise"))
        for kind in IN_ORDER:
            newest_order = theirs.first_of_kind(ORDER).filter(entry__door=kind)[:1]
            parts += [
                _part(here.open_of_kind(kind, author)[:RANKED], f"{kind} {seat}"),
                _part(newest_order, f"{ORDER} {kind} {seat}", ranked=Cast("entry__ranked", TextField())),
            ]
        if consult:
            # By the consult, of which there is little: of each kind there may be hundreds.
            for kind, most in (("hope", HOPES + 1), ("arrival", 1)):
                said = Entry.objects.filter(consult=consult, kind=kind, author=author)
                said = said.filter(state__is_first=True, state__is_withdrawn=False).order_by("-number")
                parts.append(_part(said[:most], kind))
    return parts[0].union(*parts[1:], all=True)


# With their types: PostgreSQL takes a bare NULL in a part of a UNION for text.
_NO_KEY, _NO_LIST = Cast(Value(None), UUIDField()), Cast(Value(None), TextField())


def _part(
    some: QuerySet[Any, Any], mark: str, *, thread: Any = _NO_KEY, ranked: Any = _NO_LIST
) -> QuerySet[EntryState, Any]:
    return part_of_a_union(some).values_list(Value(mark), "number", "entry", thread, ranked)


_KEYS = Prepared(_all_keys)


def _keys(
    relationship: Relationship, reader: Participant, consult: Appointment | None, since: dt.datetime
) -> tuple[list[_Key], list[_Key]]:
    """Of what the page shows whatever its age, what comes first for each first; and of what is new since then and does
    not stand among that, the newest first. In one query.

    Only keys: the words of each are asked for through `shown_to`.
    """
    seats = [seat.pk for seat in relationship.seats]
    rows = _KEYS(
        relationship=relationship.pk,
        reader=reader.pk,
        since=since,
        one=seats[0],
        two=seats[1] if len(seats) > 1 else None,
        consult=consult.consult_id if consult else None,
    )
    found: dict[str, list[_Key]] = defaultdict(list)
    orders: dict[str, list[str]] = {}
    for mark, number, pk, thread, ranked in rows:
        found[mark].append(_Key(number, pk, thread or pk))
        if ranked:
            orders[mark] = json.loads(ranked)
    for keys in found.values():
        keys.sort(key=lambda key: key.number, reverse=True)

    def of_each(kind: str) -> list[list[_Key]]:
        """What each author has said in this kind, as they have put it in order, else the newest first."""
        marks = [mark for mark in (f"{kind} 1", f"{kind} 2") if mark in found]
        marks.sort(key=lambda mark: found[mark][0].number, reverse=True)
        return [
            ranking.in_order(found[mark], orders.get(f"{ORDER} {mark}", []), lambda key: key.pk)
            for mark in marks
        ]

    others = [*found["promise"][:OPEN], *found["said_back"], *found["hope"], *found["arrival"]]
    known = [
        # What matters and has no room at a glance may still be new, and stands below then.
        *_one_of_each(of_each(kinds.Value.name))[:AT_A_GLANCE],
        *(key for said in of_each(kinds.CarePreference.name) for key in said[:CARE]),
        *sorted(others, key=lambda key: key.number, reverse=True),
    ]
    above = {key.pk for key in known}
    return known, [key for key in found["new"] if key.pk not in above][:MOST]


def _all_as_they_stand(keys: list[uuid.UUID], threads: list[uuid.UUID], reader: uuid.UUID) -> QuerySet[Entry]:
    rows = Entry.objects.shown_to(reader).filter(Q(pk__in=keys) | _TOLD, thread__in=threads)
    return rows.not_withdrawn().for_cutting().order_by("number")


_TOLD = Q(bearing__in=[Bearing.CORRECTS, Bearing.CLOSES, Bearing.ACKNOWLEDGES]) | Q(kind="moved")
_AS_THEY_STAND = Prepared(_all_as_they_stand)


def _as_they_stand(
    relationship: Relationship, reader: Participant, wanted: list[_Key]
) -> dict[uuid.UUID, Standing]:
    """These entries by their keys, each with its corrections and with what moved or closed it."""
    if not wanted:
        return {}
    keys = {key.pk for key in wanted}
    rows = _AS_THEY_STAND(keys=list(keys), threads=list({key.thread for key in wanted}), reader=reader.pk)
    subjects = {row.pk: row.about_id for row in rows}
    # What is said of a wording is said of the entry.
    of_them = [
        row
        for row in rows
        if row.pk in keys
        or row.about_id in keys
        or (row.bearing == Bearing.ACKNOWLEDGES and subjects.get(row.about_id) in keys)
    ]
    found = threads(relationship.with_authors(of_them))
    each = [one for first in found for one in (first, *first.answers)]
    return {one.entry.pk: one for one in each if one.entry.pk in keys}


def _in_turn(some: Iterable[T], author_of: Callable[[T], uuid.UUID]) -> list[T]:
    """One of each author, then the next of each, beginning with whoever comes first."""
    each: dict[uuid.UUID, list[T]] = {}
    for one in some:
        each.setdefault(author_of(one), []).append(one)
    return _one_of_each(each.values())


def _one_of_each(some: Iterable[list[T]]) -> list[T]:
    """The first of each of these, then the second of each."""
    return [one for turn in zip_longest(*some) for one in turn if one is not None]


def _read_by(reader: Participant, standing: list[Standing]) -> list[Standing]:
    return [
        one
        for one in standing
        if one.entry.author_id == reader.pk or all(wording.read_at for wording in one.wordings)
    ]
