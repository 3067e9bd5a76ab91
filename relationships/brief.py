"""Before we meet: one page from the record, in the people's own words. Nothing is summarised, only cut."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from relationships import prose
from relationships.models import Bearing, Entry, Participant, Relationship
from relationships.standing import Standing

AT_A_GLANCE = 3
"""How many of what matters, and of how they like care to be, for each person."""
NEW = 6
"""How many of the new entries stand on the page itself."""
MOST = 100
"""As far as new entries are counted."""
SHORT, LONG = (140, 3), (220, 3)
"""Characters and lines of one entry: what holds, and what is new. The rest is one tap away."""

STANDING_KINDS = ("value", "care_preference")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of an entry, whole sentences where that can be."""

    entry: Entry
    """The entry as first written; its author and its address."""
    words: str
    is_cut: bool

    @property
    def line(self) -> str:
        """On one line, for plain text: nobody's second line may look like somebody else's first."""
        return " / ".join(self.words.splitlines())


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
    """Every entry that stands on the page to its end: whoever saw half of one has not read it."""


def brief(relationship: Relationship, since: dt.datetime, *, reader: Participant | None = None) -> Brief:
    """What stands, and what is new since then.

    With a `reader` who likes to choose when to open new words, what they have not read yet is left out.
    """
    known = _standing(relationship)
    fresh = _new(relationship, since, known)
    stands = _as_they_stand(relationship, known + fresh[:NEW])
    standing, new = [stands[key] for key in known], [stands[key] for key in fresh[:NEW]]
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
    news = _excerpts(new, LONG)
    excerpts = [*news, *(excerpt for person in people for excerpt in (*person.matters, *person.care))]
    shown = [
        entry for excerpt in excerpts if not excerpt.is_cut for entry in stands[excerpt.entry.pk].wordings
    ]
    return Brief(people, news, max(0, len(fresh) - NEW), since, shown)


def _standing(relationship: Relationship) -> list[uuid.UUID]:
    """The keys of the newest of what matters and of how care should be, from each person, the newest first."""
    firsts = relationship.entries.first_in_thread().not_withdrawn().newest_first()
    newest = [
        Entry.objects.filter(pk__in=firsts.by(seat).of_kind(kind).values("pk")[:AT_A_GLANCE])
        .order_by()
        .values_list("number", "pk")
        for seat in relationship.seats
        for kind in STANDING_KINDS
    ]
    return [key for _number, key in sorted(newest[0].union(*newest[1:]), reverse=True)]


def _new(relationship: Relationship, since: dt.datetime, known: list[uuid.UUID]) -> list[uuid.UUID]:
    """The keys of what was written since then and does not stand above already, the newest first."""
    written = relationship.entries.since(since).not_withdrawn().exclude(pk__in=known)
    said = written.exclude(bearing__in=[Bearing.CORRECTS, Bearing.WITHDRAWS])
    return list(said.newest_first().values_list("pk", flat=True)[:MOST])


def _as_they_stand(relationship: Relationship, keys: list[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """These entries with their corrections, by their keys."""
    with_corrections = Q(pk__in=keys) | Q(about__in=keys, bearing=Bearing.CORRECTS)
    rows = Entry.objects.filter(with_corrections).for_cutting().order_by("number")
    stands: dict[uuid.UUID, Standing] = {}
    for entry in relationship.with_authors(rows):
        if entry.pk in keys:
            stands[entry.pk] = Standing(entry)
        elif entry.about_id:
            stands[entry.about_id].corrections.append(entry)
    return stands


def _of(standing: list[Standing], seat: Participant, kind: str) -> list[Standing]:
    return [one for one in standing if one.entry.author_id == seat.pk and one.entry.kind == kind]


def _read_by(reader: Participant, standing: list[Standing]) -> list[Standing]:
    return [
        one
        for one in standing
        if one.entry.author_id == reader.pk or all(wording.read_at for wording in one.wordings)
    ]


def _excerpts(standing: Iterable[Standing], limits: tuple[int, int]) -> list[Excerpt]:
    return [_excerpt(one, *limits) for one in standing]


def _excerpt(standing: Standing, characters: int, lines: int) -> Excerpt:
    # Paragraphs close up and lists are cut by their lines: the page is one sheet.
    said = [line for line in standing.current.words.split("\n") if line.strip()]
    words, is_cut = prose.cut("\n".join(said[:lines]), characters)
    return Excerpt(standing.entry, words, is_cut or len(said) > lines)
