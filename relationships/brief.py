"""Before we meet: one page from the record, in the people's own words. Nothing is summarised, only cut."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from django.db.models import Exists, OuterRef, Q

from relationships import prose
from relationships.agenda import Agenda
from relationships.models import Appointment, Bearing, Entry, Participant, Relationship
from relationships.models.entry import EntryQuerySet
from relationships.standing import Standing

AT_A_GLANCE = 3
"""How many of what matters stand on the page, of both together."""
CARE = 2
"""How many of how somebody likes care to be, for each."""
HOPES = 2
"""How many hopes, for each: as many as there are questions."""
PROMISES = 5
"""How many open promises, of both together."""
NEW = 6
"""How many of the new entries stand on the page itself."""
MOST = 100
"""As far as new entries are counted."""
GLANCE, SHORT, LONG = (84, 2), (120, 3), (200, 3)
"""Characters and lines of one entry: at a glance, what holds, and what is new. The rest is one tap away."""
NOT_NEWS = ("hope", "arrival", "experience", "talked_about")
"""Kinds that have a place of their own on this page or on another one."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of an entry, whole sentences where that can be."""

    standing: Standing
    words: str
    is_cut: bool
    is_new: bool = False
    """Whether it was said, or put differently, since the two last met."""

    @property
    def entry(self) -> Entry:
        """The entry as first written; its author and its address."""
        return self.standing.entry

    @property
    def said_at(self) -> dt.datetime:
        """When it was put as it stands."""
        return self.standing.current.written_at

    def line(self, characters: int) -> tuple[str, bool]:
        """At most so much of it on one line, for plain text, and whether that is less than all.

        Nobody's second line may look like somebody else's first.
        """
        words, is_cut = prose.cut(" / ".join(self.words.splitlines()), characters)
        return words, is_cut or self.is_cut


@dataclass(frozen=True, slots=True)
class Person:
    """One of the two, and what they say for themselves."""

    participant: Participant
    hopes: list[Excerpt]
    arrivals: list[Excerpt]
    care: list[Excerpt]


@dataclass(frozen=True, slots=True)
class Brief:
    consult: Appointment | None
    """The consult it is for; None where none is planned."""
    since: dt.datetime
    """When the two last met, or began."""
    have_met: bool
    people: list[Person]
    matters: list[Excerpt]
    """What matters most: the newest of each in turn."""
    promises: list[Excerpt]
    """The open ones, by the day they are due; those without a day come last."""
    new: list[Excerpt]
    more: int
    """How many more new entries the record holds."""
    shown: list[Entry]
    """Every entry that stands on the page to its end: whoever saw half of one has not read it."""

    @property
    def headline(self) -> Excerpt | None:
        """The newest of what is new."""
        return self.new[0] if self.new else None


def brief(
    relationship: Relationship,
    agenda: Agenda,
    consult: Appointment | None,
    *,
    reader: Participant,
    since: dt.datetime | None = None,
) -> Brief:
    """What stands, and what is new since the two last met, or since another time.

    For a `reader` who likes to choose when to open new words, what they have not read yet is left out.
    """
    met = agenda.last_met(before=consult.starts_at if consult else None)
    since = since or (met.starts_at if met else relationship.begun_at)
    visible = relationship.entries.shown_to(reader)
    known = _standing(relationship, visible, consult)
    fresh = _new(visible, since, known)
    stands = _as_they_stand(relationship, known + fresh[:NEW])
    standing, new = [stands[key] for key in known], [stands[key] for key in fresh[:NEW]]
    if reader.person.pauses_first:
        standing, new = _read_by(reader, standing), _read_by(reader, new)

    def excerpts(some: Iterable[Standing], limits: tuple[int, int]) -> list[Excerpt]:
        return [_excerpt(one, *limits, since=since) for one in some]

    def of(seat: Participant, kind: str) -> list[Standing]:
        return [one for one in standing if one.entry.author_id == seat.pk and one.entry.kind == kind]

    people = [
        Person(
            participant=seat,
            hopes=excerpts(of(seat, "hope")[::-1], GLANCE),
            arrivals=excerpts(of(seat, "arrival"), SHORT),
            care=excerpts(of(seat, "care_preference"), SHORT),
        )
        for seat in relationship.seats
    ]
    matters = excerpts(_in_turn([of(seat, "value") for seat in relationship.seats])[:AT_A_GLANCE], GLANCE)
    promises = sorted(
        (one for one in standing if one.entry.kind == "promise"), key=lambda one: one.due_on or dt.date.max
    )
    sheet = [
        *matters,
        *(promised := excerpts(promises, SHORT)),
        *(news := excerpts(new, LONG)),
        *(one for person in people for one in (*person.hopes, *person.arrivals, *person.care)),
    ]
    shown = [entry for one in sheet if not one.is_cut for entry in one.standing.wordings]
    more = max(0, len(fresh) - NEW)
    return Brief(consult, since, met is not None, people, matters, promised, news, more, shown)


def _standing(
    relationship: Relationship, visible: EntryQuerySet, consult: Appointment | None
) -> list[uuid.UUID]:
    """The keys of what the page shows whatever its age, the newest first, in one query."""
    firsts = visible.first_in_thread().not_withdrawn().newest_first()
    wanted = [firsts.of_kind("promise").open_still()[:PROMISES]]
    for seat in relationship.seats:
        wanted += [
            firsts.by(seat).of_kind("value")[:AT_A_GLANCE],
            firsts.by(seat).of_kind("care_preference")[:CARE],
        ]
        if consult:
            of_it = firsts.by(seat).filter(consult=consult.consult_id)
            wanted += [of_it.of_kind("hope")[:HOPES], of_it.of_kind("arrival")[:1]]
    found = [
        Entry.objects.filter(pk__in=rows.values("pk")).order_by().values_list("number", "pk")
        for rows in wanted
    ]
    return [key for _number, key in sorted(found[0].union(*found[1:]), reverse=True)]


def _new(visible: EntryQuerySet, since: dt.datetime, known: list[uuid.UUID]) -> list[uuid.UUID]:
    """The keys of what was said since then and does not stand above already, the newest first."""
    said = visible.since(since).not_withdrawn().exclude(pk__in=known).exclude(kind__in=NOT_NEWS)
    # What was said to words that are withdrawn would stand here without them.
    of_nothing = Entry.objects.filter(bearing=Bearing.WITHDRAWS, about=OuterRef("thread"))
    said = said.exclude(text="").exclude(bearing__in=[Bearing.CORRECTS, Bearing.WITHDRAWS])
    return list(said.filter(~Exists(of_nothing)).newest_first().values_list("pk", flat=True)[:MOST])


def _as_they_stand(relationship: Relationship, keys: list[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """These entries by their keys, each with its corrections and with what moved or closed it."""
    told = Q(bearing__in=[Bearing.CORRECTS, Bearing.CLOSES]) | Q(kind="moved")
    rows = Entry.objects.filter(Q(pk__in=keys) | Q(about__in=keys) & told).not_withdrawn()
    stands: dict[uuid.UUID, Standing] = {}
    for entry in relationship.with_authors(rows.for_cutting().order_by("number")):
        if entry.pk in keys:
            stands[entry.pk] = Standing(entry)
        if entry.about_id in stands and entry.bearing == Bearing.CORRECTS:
            stands[entry.about_id].corrections.append(entry)
        elif entry.about_id in stands:
            stands[entry.about_id].told.append(Standing(entry))
    return stands


def _in_turn(each: list[list[Standing]]) -> list[Standing]:
    """One of each, then the next of each, beginning with whoever said something last."""
    each = sorted(each, key=lambda some: some[0].entry.number if some else 0, reverse=True)
    return [one for turn in zip_longest(*each) for one in turn if one]


def _read_by(reader: Participant, standing: list[Standing]) -> list[Standing]:
    return [
        one
        for one in standing
        if one.entry.author_id == reader.pk or all(wording.read_at for wording in one.wordings)
    ]


def _excerpt(standing: Standing, characters: int, lines: int, *, since: dt.datetime) -> Excerpt:
    # Paragraphs close up and lists are cut by their lines: the page is one sheet.
    said = [line for line in standing.current.words.split("\n") if line.strip()]
    words, is_cut = prose.cut("\n".join(said[:lines]), characters)
    return Excerpt(standing, words, is_cut or len(said) > lines, standing.current.written_at >= since)
