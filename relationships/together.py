"""How the answers of both stand beside each other: for one consult, and over time. Pure functions.

Nothing here is added up, compared or judged. A level is a word, and the picture shows which word was chosen when.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise

from relationships import kinds
from relationships.kinds import Question
from relationships.models import Appointment, Entry, Participant
from relationships.standing import Standing

ROW = 2.25
"""How high the row of one level is in the picture, in em."""
DENSE = 16
"""From so many consults on their marks are drawn smaller, so that they stand apart on a telephone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of the two said to one question. Where they left it out, there is neither a level nor words."""

    question: Question
    level: str = ""
    words: str = ""
    is_withdrawn: bool = False

    @property
    def says(self) -> Promise | str:
        """The level, in the word that stood on the page."""
        return kinds.Experience.levels.get(self.level, "")


def answers(entry: Entry) -> list[Answer]:
    """What this entry says to each question of its kind, in the order in which they are asked."""
    given = entry.answers or {}
    return [Answer(question, **given.get(question.name, {})) for question in kinds.get(entry.kind).questions]


@dataclass(frozen=True, slots=True)
class Facing:
    """One question, and the answers to it beside each other, whoever began first."""

    question: Question
    said: list[tuple[Participant, Answer]]


def facing(standings: Sequence[Standing]) -> list[Facing]:
    """The answers of one consult, question by question."""
    said = [(one.entry.author, answers(one.entry)) for one in standings]
    return [
        Facing(question, [(seat, given[place]) for seat, given in said])
        for place, question in enumerate(kinds.Experience.questions)
    ]


# --- Over time ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One consult, and what each of the two said to one question."""

    consult: Appointment
    said: list[tuple[Participant, Answer]]


@dataclass(frozen=True, slots=True)
class Point:
    """Where a level stands in the picture. As text: a number would be written with a comma in some languages."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one of the two said to one question over time. Where they left it out, the line has a gap."""

    seat: Participant
    points: list[Point]
    strokes: list[tuple[Point, Point]]


@dataclass(frozen=True, slots=True)
class Picture:
    """One question over time: the same as rows of a table and as two lines."""

    question: Question
    rows: list[Row]
    lines: list[Line]

    @property
    def has_levels(self) -> bool:
        return any(line.points for line in self.lines)

    @property
    def is_dense(self) -> bool:
        return len(self.rows) > DENSE

    @property
    def levels(self) -> list[str]:
        """The heights of the levels, from the most to the least."""
        return [_height(level) for level in kinds.Experience.levels]

    @property
    def first(self) -> Appointment:
        return self.rows[0].consult

    @property
    def last(self) -> Appointment:
        return self.rows[-1].consult


def over_time(
    appointments: Iterable[Appointment], standings: Iterable[Standing], seats: Sequence[Participant]
) -> list[Picture]:
    """A picture for each question, of the consults that everybody has answered about; none where there are none.

    `appointments` come in order of time. What was withdrawn leaves a gap.
    """
    said = {(one.entry.consult_id, one.entry.author_id): one for one in standings}
    of_both = [
        consult
        for consult in appointments
        if len(seats) > 1 and all((consult.consult_id, seat.pk) in said for seat in seats)
    ]
    if not of_both:
        return []
    return [
        _picture(
            question,
            [
                Row(consult, [(seat, _answer(said[consult.consult_id, seat.pk], question)) for seat in seats])
                for consult in of_both
            ],
            seats,
        )
        for question in kinds.Experience.questions
    ]


def _answer(standing: Standing, question: Question) -> Answer:
    if standing.withdrawal:
        return Answer(question, is_withdrawn=True)
    return next(answer for answer in answers(standing.entry) if answer.question is question)


def _picture(question: Question, rows: list[Row], seats: Sequence[Participant]) -> Picture:
    lines = []
    for place, seat in enumerate(seats):
        drawn = [_point(number, row.said[place][1], len(rows)) for number, row in enumerate(rows)]
        lines.append(Line(seat, [point for point in drawn if point], list(_strokes(drawn))))
    return Picture(question, rows, lines)


def _point(number: int, answer: Answer, among: int) -> Point | None:
    """The consults stand at equal distances, each in the middle of its share of the width."""
    if not answer.level:
        return None
    return Point(f"{100 * (number + 0.5) / among:.2f}%", _height(answer.level))


def _height(level: str) -> str:
    return f"{ROW * (list(kinds.Experience.levels).index(level) + 0.5):.3f}em"


def _strokes(drawn: list[Point | None]) -> Iterator[tuple[Point, Point]]:
    """From each point to the next, unless something was left out between them."""
    return ((here, there) for here, there in pairwise(drawn) if here and there)
