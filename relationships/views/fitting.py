"""How much of what stands before we meet has room: on the first screen of a phone, and on one sheet of paper.

Nothing is summarised, only cut.
"""

import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import NamedTuple, TypeVar
from unicodedata import east_asian_width

from relationships import clock, prose
from relationships.brief import Selection
from relationships.models import Appointment, Entry, Participant
from relationships.standing import Standing

T = TypeVar("T")


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
    """The page, cut so that the first screen of a phone and a sheet of paper hold what they should."""

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


def fitted(chosen: Selection) -> Brief:
    """As much of each entry as has room."""
    matters, new = chosen.matters, chosen.new
    of_sides = [one for side in chosen.sides for one in (*side.hopes, *side.arrivals, *side.care)]
    every = [*matters, *new, *chosen.promises, *chosen.unconfirmed, *of_sides]
    said = {one.entry.pk: _Said.by(one, since=chosen.since) for one in every}
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
                participant=side.participant,
                hopes=excerpts(side.hopes, glance),
                has_more_hopes=side.has_more_hopes,
                arrivals=excerpts(side.arrivals, short),
                care=excerpts(side.care, short),
            )
            for side in chosen.sides
        ]
        promised, news = excerpts(chosen.promises, short), excerpts(new, long)
        rest = [*news, *promised, *(one for person in people for one in person.care)]
        newest = max(
            (one for one in rest if one.is_new), key=lambda one: one.standing.current.number, default=None
        )
        return Brief(
            consult=chosen.consult,
            since=chosen.since,
            asked=chosen.asked,
            have_met=chosen.have_met,
            people=people,
            matters=excerpts(matters, glance),
            promises=promised,
            more_promises=chosen.more_promises,
            unconfirmed=excerpts(chosen.unconfirmed, short),
            headline=newest and said[newest.entry.pk].within(glance),
            new=news,
            more=chosen.more,
        )

    least = SHORTS_AND_LONGS[-1]
    glance = _most(GLANCES, lambda room: laid(room, *least).fits_a_screen())
    return laid(glance, *_most(SHORTS_AND_LONGS, lambda rooms: laid(glance, *rooms).fits_a_sheet()))


# --- What is cut from it --------------------------------------------------------------------------------


def _most(rooms: Sequence[T], fits: Callable[[T], bool]) -> T:
    """The first that fits, where each is less than the one before it, or else the last."""
    first, last = 0, len(rooms) - 1
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if fits(rooms[middle]) else (middle + 1, last)
    return rooms[last]


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
