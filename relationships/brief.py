"""Before we meet: one page from the record, in the people's own words. Nothing is summarised, only cut."""

import datetime as dt
import json
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from math import ceil
from typing import Any, NamedTuple, TypeVar
from unicodedata import east_asian_width

from django.db.models import F, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from config.prepared import Prepared
from relationships import clock, kinds, prose, ranking
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


class Room(NamedTuple):
    """How much of one entry stands somewhere: so many of its lines, or where that is 1, its opening on one line."""

    width: int
    """In letters as wide as an “n”."""
    lines: int


GLANCES = [Room(width, 1) for width in (110, 98, 88, 78, 68, 60, 52, 44, 37, 31, 26, 22, 18, 15, 12, 9)]
"""What stands at a glance of each entry: the most with which the first screen of a phone holds all of it."""
SCREEN, OF_A_SCREEN = 24, 38
"""How many lines that screen has for it, and how many letters one of them."""
SHORTS_AND_LONGS = [
    (Room(short, lines), Room(2 * short, 2 * lines - 1))
    for short, lines in (
        *((300, 6), (260, 5), (230, 5), (200, 4), (180, 4), (160, 4), (140, 3), (120, 3), (105, 3), (90, 2)),
        *((75, 2), (60, 1), (40, 1), (25, 1)),
    )
]
"""The same of what holds and of what is new: the most with which a sheet of paper holds the whole page."""
SLASH = " / "
"""Where a line ended, between two that stand on one."""
SHORT_LINE = 40
"""With fewer characters than these, the line after it stands beside it."""
PAPER, ACROSS, HALF = 63, 91, 42
"""How many lines a sheet has for it, and how many letters one of them, across it and on one side of it."""


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

    @property
    def due_on(self) -> dt.date | None:
        """Of a promise: by when, as it stands."""
        return self.standing.due_on

    def line(self, characters: int) -> tuple[str, bool]:
        """At most so much of it on one line, for plain text, and whether that is less than all.

        Nobody's second line may look like somebody else's first.
        """
        words, is_cut = _cut(self.words.splitlines(), SLASH, characters)
        return words, is_cut or self.is_cut


@dataclass(frozen=True, slots=True)
class Person:
    """One of the two, and what they say for themselves."""

    participant: Participant
    hopes: list[Excerpt]
    has_more_hopes: bool
    """Whether there are more than have room here."""
    arrivals: list[Excerpt]
    care: list[Excerpt]


@dataclass(frozen=True, slots=True)
class Brief:
    consult: Appointment | None
    """The consult it is for; None where none is planned."""
    since: dt.datetime
    """When the two last met, or began; or another time that the reader asked for."""
    asked: bool
    """Whether they did."""
    have_met: bool
    people: list[Person]
    matters: list[Excerpt]
    """What matters most: the first of each in turn, in the order that they gave it or the newest first."""
    promises: list[Excerpt]
    """The open ones, by the day they are due; those without a day come last."""
    more_promises: int
    """How many more are open."""
    unconfirmed: list[Excerpt]
    """What one has said back and the other has not confirmed, the newest first."""
    headline: Excerpt | None
    """The newest of what is new and does not stand at a glance already, at a glance."""
    new: list[Excerpt]
    more: int
    """How many more new entries the record holds."""

    @property
    def glance(self) -> list[Excerpt]:
        """What the first screen holds."""
        hopes = [one for person in self.people for one in person.hopes]
        return [*self.matters, *hopes, *([self.headline] if self.headline else [])]

    @property
    def shown(self) -> list[Entry]:
        """Every entry that stands on the page to its end: whoever saw half of one has not read it."""
        rest = [one for person in self.people for one in (*person.care, *person.arrivals)]
        page = [*self.glance, *self.promises, *self.unconfirmed, *self.new, *rest]
        return [entry for one in page if not one.is_cut for entry in one.standing.wordings]

    @property
    def has_arrivals(self) -> bool:
        """Whether either has said how they arrive."""
        return any(person.arrivals for person in self.people)

    @property
    def has_news(self) -> bool:
        """Whether anything was said since the two last met, but for what they hope for and how they arrive."""
        return self.headline is not None or any(one.is_new for one in self.matters)

    def fits_a_screen(self) -> bool:
        """Whether the first screen of a phone holds what is read at a glance, as far as can be told from here."""
        said = [_with_all_beside(one) + REST * one.is_cut for one in self.glance if one is not self.headline]
        said += ["They have not said yet." for person in self.people if not person.hopes]
        said += ["and more" for person in self.people if person.has_more_hopes]
        if self.headline:
            told = f"{self.headline.entry.label}, 22 November and more below"
            said.append(f"{_with_all_beside(self.headline)} {told}")
        lines = [
            min(2, _lines(_names(self.people), OF_A_SCREEN)),
            *(min(2, _lines(_called(person), OF_A_SCREEN)) for person in self.people),
            *(_lines(one, OF_A_SCREEN) + 1 / 3 for one in said),
        ]
        return sum(lines) <= SCREEN

    def fits_a_sheet(self) -> bool:
        """Whether one sheet of paper holds all of it, as far as can be told from here."""
        hopes, care, arrivals = (
            _higher_side([one for person in self.people for one in part(person)]) for part in PARTS
        )
        lines = [
            _lines(_names(self.people), ACROSS),
            max(
                _lines(f"{_called(person)} · {person.participant.side_label}", HALF) for person in self.people
            ),
            HEADING + max(1, _higher_side(self.matters)),
            HEADING + max(1, hopes) + any(person.has_more_hopes for person in self.people),
            HEADING + 2 + sum(1 + _lines(one.words + " …", ACROSS) + BETWEEN for one in self.new),
            HEADING + max(1, care),
            HEADING + 1 + _higher_side(self.promises, above=1) if self.promises else 0,
            HEADING + arrivals if arrivals else 0,
            HEADING + 1 + _higher_side(self.unconfirmed, above=1) if self.unconfirmed else 0,
            _lines(f"Where, or a number to call: {self.consult.where}", ACROSS) if self.consult else 1,
        ]
        return sum(lines) <= PAPER


PARTS: tuple[Callable[[Person], list[Excerpt]], ...] = (
    lambda person: person.hopes,
    lambda person: person.care,
    lambda person: person.arrivals,
)


def brief(
    relationship: Relationship,
    consult: Appointment | None,
    met: Appointment | None,
    *,
    reader: Participant,
    since: dt.datetime | None = None,
) -> Brief:
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
    reflections = [one for one in standing if one.entry.bearing == Bearing.REFLECTS]
    said = {one.entry.pk: _Said.by(one, since=begins) for one in standing + new}

    def of(kind: str, room: Room, seat: Participant) -> list[Excerpt]:
        found = [one for one in standing if (one.entry.kind, one.entry.author_id) == (kind, seat.pk)]
        return excerpts(found, room)

    cut: dict[tuple[uuid.UUID, Room], Excerpt] = {}

    def excerpts(some: Iterable[Standing], room: Room) -> list[Excerpt]:
        """Each is cut once for a room: the page is laid out again and again until it fits."""
        keys = [(one.entry.pk, room) for one in some]
        for key in keys:
            if key not in cut:
                cut[key] = said[key[0]].within(room)
        return [cut[key] for key in keys]

    def laid(glance: Room, short: Room, long: Room) -> Brief:
        people = [
            Person(
                participant=seat,
                hopes=(hopes := of("hope", glance, seat))[:HOPES][::-1],
                has_more_hopes=len(hopes) > HOPES,
                arrivals=of("arrival", short, seat),
                care=of("care_preference", short, seat),
            )
            for seat in relationship.seats
        ]
        values = [one for one in standing if one.entry.kind == "value"]
        promised, news = excerpts(promises[:PROMISES], short), excerpts(new, long)
        rest = [*news, *promised, *(one for person in people for one in person.care)]
        newest = max(
            (one for one in rest if one.is_new), key=lambda one: one.standing.current.number, default=None
        )
        return Brief(
            consult=consult,
            since=begins,
            asked=since is not None,
            have_met=met is not None,
            people=people,
            matters=excerpts(_in_turn(values, lambda one: one.entry.author_id), glance),
            promises=promised,
            more_promises=len(promises) - len(promised),
            unconfirmed=excerpts(reflections, short),
            headline=newest and said[newest.entry.pk].within(glance),
            new=news,
            more=max(0, len(fresh) - NEW),
        )

    least = SHORTS_AND_LONGS[-1]
    glance = _most(GLANCES, lambda room: laid(room, *least).fits_a_screen())
    return laid(glance, *_most(SHORTS_AND_LONGS, lambda rooms: laid(glance, *rooms).fits_a_sheet()))


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


# --- What is cut from it --------------------------------------------------------------------------------


def _most(rooms: Sequence[T], fits: Callable[[T], bool]) -> T:
    """The first that fits, where each is less than the one before it, or else the last."""
    first, last = 0, len(rooms) - 1
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if fits(rooms[middle]) else (middle + 1, last)
    return rooms[last]


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


@dataclass(frozen=True, slots=True)
class _Said:
    """What one excerpt of an entry or another is cut from."""

    standing: Standing
    lines: list[str]
    is_all: bool
    is_new: bool

    @classmethod
    def by(cls, standing: Standing, *, since: dt.datetime) -> "_Said":
        # Paragraphs close up, and no page shows as much as this.
        words = standing.current.words
        lines = [line.strip() for line in words[:2000].split("\n") if line.strip()]
        return cls(standing, lines, len(words) <= 2000, standing.current.written_at >= since)

    @property
    def opening(self) -> list[str]:
        """The first line, and more where that is a short one."""
        lengths = accumulate(len(line) for line in self.lines)
        return self.lines[: 1 + sum(length < SHORT_LINE for length in lengths)]

    def within(self, room: Room) -> Excerpt:
        some, between = (self.opening, SLASH) if room.lines == 1 else (self.lines[: room.lines], "\n")
        words, is_cut = _cut(some, between, _characters_in(between.join(some), room.width))
        is_cut = is_cut or len(some) < len(self.lines) or not self.is_all
        return Excerpt(self.standing, words, is_cut, self.is_new)


def _cut(lines: list[str], between: str, characters: int) -> tuple[str, bool]:
    words, is_cut = prose.cut(between.join(lines), characters)
    return words.removesuffix(between.rstrip()) if is_cut else words, is_cut


# --- How much room words take -----------------------------------------------------------------------------


REST = " read the rest"
LABEL = 13
"""How many letters of a name there is room for before the words; brief.css hides what is over."""
HEADING, BETWEEN = 1.8, 0.25
"""How many lines of a sheet a heading takes with the room around it, and the room between two entries."""


def _names(people: list[Person]) -> str:
    return " and ".join(person.participant.name for person in people) + " · by telephone"


def _called(person: Person) -> str:
    """As long as what the page says of how to call somebody."""
    seat = person.participant
    said = f" (say: {seat.pronounced})" * bool(seat.pronounced) + f" · {seat.pronouns}" * bool(seat.pronouns)
    return f"Call me {seat.short_name}{said}"


def _with_all_beside(excerpt: Excerpt) -> str:
    """The words with what stands beside them at most: a name, a sign that they go on, and a day."""
    name = "n" * min(LABEL, ceil(_width(excerpt.entry.author.short_name)))
    day = "22_November" + "_2026" * (excerpt.said_at.year != clock.now().year)
    return f"{name} {excerpt.words}" + " …" * excerpt.is_cut + f" new,_{day}" * excerpt.is_new


def _higher_side(excerpts: list[Excerpt], *, above: int = 0) -> float:
    """How many lines the two take side by side, each on half a sheet, with so many above each entry."""
    heights: dict[uuid.UUID, float] = {}
    for one in excerpts:
        height = above + _lines(_with_all_beside(one), HALF) + BETWEEN
        heights[one.entry.author_id] = heights.get(one.entry.author_id, 0) + height
    return max(heights.values(), default=0)


def _lines(words: str, width: int) -> int:
    """How many lines of so many letters: broken between words, and within one that is longer than a line."""
    lines = 0
    for line in words.split("\n"):
        lines, used = lines + 1, 0.0
        for word in line.split(" "):
            needs = _width(word)
            if used and used + needs > width:
                lines, used = lines + 1, 0.0
            lines += int(needs // width)
            used += needs % width + _width(" ")
    return lines


def _width(words: str) -> float:
    """In letters as wide as an “n”."""
    return sum(map(_WIDTHS.__getitem__, words))


def _characters_in(words: str, width: int) -> int:
    """How many of the first characters have room within so many letters as wide as an “n”."""
    at_most = words[: int(width / _NARROW) + 1]
    return bisect_right(list(accumulate(map(_WIDTHS.__getitem__, at_most))), width)


_NARROW = 0.62


class _Widths(dict[str, float]):
    """Of each character that has been asked for."""

    def __missing__(self, character: str) -> float:
        if len(self) > 10_000:
            self.clear()
        self[character] = width = _width_of(character)
        return width


_WIDTHS = _Widths()


def _width_of(character: str) -> float:
    if character in "MW@%—…ŒÆ" or east_asian_width(character) in "WF":
        return 1.85
    if character in "mw":
        return 1.5
    if character in " iljtfrI.,:;!|'’()[]/-":
        return _NARROW
    return 1.35 if character.isupper() else 1.0
