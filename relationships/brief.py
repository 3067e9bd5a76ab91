"""Before we meet: one page from the record, in the people's own words. Nothing is summarised, only cut."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from relationships import prose
from relationships.models import Bearing, Entry, Participant, Relationship
from relationships.models.entry import EntryQuerySet
from relationships.standing import Standing

AT_A_GLANCE = 3
"""How many of what matters, and of how they like care to be, for each person."""
NEW = 6
"""How many of the new entries stand on the page itself."""
SHORT, LONG = 150, 240
"""Characters of one entry: what holds, and what is new. The rest is one tap away."""

STANDING_KINDS = ("value", "care_preference")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of an entry, whole sentences where that can be."""

    entry: Entry
    """The entry as first written; its author and its address."""
    words: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One of the two, as the page introduces them."""

    participant: Participant
    matters: list[Excerpt]
    care: list[Excerpt]


@dataclass(frozen=True, slots=True)
class Brief:
    people: list[Person]
    new: list[Excerpt]
    more: int
    """How many more new entries the record holds."""
    since: dt.datetime
    shown: list[Entry]
    """Every entry whose words stand on the page."""


def brief(relationship: Relationship, since: dt.datetime, *, reader: Participant | None = None) -> Brief:
    """What stands, and what is new since then.

    With a `reader` who likes to choose when to open new words, what they have not read yet is left out.
    """
    standing = _standing(relationship)
    new, more = _new(relationship, since, [one.entry for one in standing])
    if reader and reader.person.pauses_first:
        standing, new = _read_by(reader, standing), _read_by(reader, new)
    people = [
        Person(
            participant=seat,
            matters=_excerpts(_of(standing, seat, "value"), SHORT),
            care=_excerpts(_of(standing, seat, "care_preference"), SHORT),
        )
        for seat in relationship.seats
    ]
    shown = [entry for one in (*standing, *new) for entry in one.wordings]
    return Brief(people, _excerpts(new, LONG), more, since, shown)


def _standing(relationship: Relationship) -> list[Standing]:
    """The newest of what matters and of how care should be, from each person, as it stands."""
    firsts = relationship.entries.first_in_thread().not_withdrawn().newest_first()
    newest = [
        relationship.entries.filter(pk__in=firsts.by(seat).of_kind(kind).values("pk")[:AT_A_GLANCE])
        .order_by()
        .values("pk")
        for seat in relationship.seats
        for kind in STANDING_KINDS
    ]
    return _as_they_stand(relationship, newest[0].union(*newest[1:]))


def _new(
    relationship: Relationship, since: dt.datetime, known: list[Entry]
) -> tuple[list[Standing], int]:
    """What was written since then and does not stand above already, the newest first; and how many more."""
    written = relationship.entries.since(since).not_withdrawn().exclude(bearing__in=[Bearing.CORRECTS, Bearing.WITHDRAWS])
    keys = list(written.exclude(pk__in=[entry.pk for entry in known]).newest_first().values_list("pk", flat=True)[:100])
    return _as_they_stand(relationship, keys[:NEW]), max(0, len(keys) - NEW)


def _as_they_stand(relationship: Relationship, keys: EntryQuerySet | list[object]) -> list[Standing]:
    """These entries with their corrections, the newest first."""
    rows = relationship.entries.for_reading()
    entries = relationship.with_authors(rows.filter(pk__in=keys))
    corrections = relationship.with_authors(
        rows.filter(about__in=[entry.pk for entry in entries], bearing=Bearing.CORRECTS)
    )
    alone = {entry.pk: Standing(entry) for entry in sorted(entries, key=lambda entry: -entry.number)}
    for correction in sorted(corrections, key=lambda entry: entry.number):
        alone[correction.about_id].corrections.append(correction)
    return list(alone.values())


def _of(standing: list[Standing], seat: Participant, kind: str) -> list[Standing]:
    return [one for one in standing if one.entry.author_id == seat.pk and one.entry.kind == kind]


def _read_by(reader: Participant, standing: list[Standing]) -> list[Standing]:
    return [
        one
        for one in standing
        if one.entry.author_id == reader.pk or all(hasattr(wording, "reading") for wording in one.wordings)
    ]


def _excerpts(standing: Iterable[Standing], limit: int) -> list[Excerpt]:
    # Paragraphs close up: the page is one sheet.
    words = [re.sub(r"\n+", "\n", one.current.shown.words) for one in standing]
    return [Excerpt(one.entry, *prose.cut(said, limit)) for one, said in zip(standing, words, strict=True)]
