"""How the answers of both stand beside each other. No database: what is given is what is set beside each other."""

import datetime as dt
import uuid
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from relationships import kinds, together
from relationships.models import Entry
from relationships.standing import Standing

ONE, TWO = (
    SimpleNamespace(pk=uuid.uuid4(), voice=voice, seat=seat) for seat, voice in ((1, "one"), (2, "two"))
)


def consults(number: int) -> list[Any]:
    begun = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return [
        SimpleNamespace(consult_id=uuid.uuid4(), starts_at=begun + dt.timedelta(days=n))
        for n in range(number)
    ]


def said(consult: Any, seat: Any, **levels: str) -> Standing:
    """Answers to the questions named, each by its level."""
    answers = {name: {"level": level} for name, level in levels.items()}
    return Standing(
        Entry(kind="experience", consult_id=consult.consult_id, author_id=seat.pk, answers=answers)
    )


def picture(name: str, pictures: list[together.Picture]) -> together.Picture:
    return next(one for one in pictures if one.question.name == name)


def test_every_question_has_its_place_whether_it_was_answered_or_left_out():
    entry = Entry(kind="experience", answers={"myself": {"level": "a_little", "words": "In the end."}})
    given = together.answers(entry)
    assert [one.question.name for one in given] == ["heard", "myself", "understood", "next"]
    assert [(str(one.says), one.words) for one in given] == [
        ("", ""),
        ("a little", "In the end."),
        ("", ""),
        ("", ""),
    ]


def test_only_consults_that_both_have_answered_about_are_in_the_picture():
    first, second, third = consults(3)
    pictures = together.over_time(
        [first, second, third],
        [said(first, ONE, heard="yes"), said(second, ONE, heard="no"), said(second, TWO, heard="yes")],
        [ONE, TWO],
    )
    assert [row.consult for row in picture("heard", pictures).rows] == [second]


def test_where_nobody_or_only_one_has_answered_there_is_no_picture():
    (only,) = consults(1)
    assert together.over_time([only], [], [ONE, TWO]) == []
    assert together.over_time([only], [said(only, TWO, heard="yes")], [ONE, TWO]) == []
    assert together.over_time([only], [said(only, ONE, heard="yes")], [ONE]) == []


def test_a_question_left_out_is_a_gap_in_the_line_and_never_a_low_point():
    times = consults(4)
    mine = [said(one, ONE, heard=level) for one, level in zip(times, ("yes", "", "no", "no"), strict=True)]
    mine[1].entry.answers = {"next": {"level": "yes"}}
    theirs = [said(one, TWO, heard="mostly") for one in times]
    line, other = picture("heard", together.over_time(times, mine + theirs, [ONE, TWO])).lines
    assert [point.x for point in line.points] == ["12.50%", "62.50%", "87.50%"]
    assert [(here.x, there.x) for here, there in line.strokes] == [("62.50%", "87.50%")]
    assert len(other.points) == 4
    assert len(other.strokes) == 3


def test_what_was_withdrawn_is_a_gap_too():
    times = consults(2)
    mine = [said(one, ONE, heard="yes") for one in times]
    mine[0].withdrawal = Entry(bearing="withdraws")
    theirs = [said(one, TWO, heard="yes") for one in times]
    shown = picture("heard", together.over_time(times, mine + theirs, [ONE, TWO]))
    assert [point.x for point in shown.lines[0].points] == ["75.00%"]
    assert shown.rows[0].said[0][1].is_withdrawn
    assert not shown.rows[0].said[1][1].is_withdrawn


def test_the_levels_stand_below_each_other_at_equal_distances_and_the_same_for_both():
    times = consults(4)
    levels = list(kinds.Experience.levels)
    everybody = [
        said(one, seat, next=level) for seat in (ONE, TWO) for one, level in zip(times, levels, strict=True)
    ]
    shown = picture("next", together.over_time(times, everybody, [ONE, TWO]))
    heights = [[point.y for point in line.points] for line in shown.lines]
    assert heights[0] == heights[1] == shown.levels
    ems = [float(height.removesuffix("em")) for height in shown.levels]
    assert {round(lower - upper, 3) for upper, lower in pairwise(ems)} == {together.ROW}


@pytest.mark.parametrize(("number", "is_dense"), [(1, False), (40, True)])
def test_one_consult_and_forty_fill_the_same_picture(number, is_dense):
    times = consults(number)
    everybody = [said(one, seat, heard="mostly") for one in times for seat in (ONE, TWO)]
    shown = picture("heard", together.over_time(times, everybody, [ONE, TWO]))
    across = [float(point.x.removesuffix("%")) for point in shown.lines[0].points]
    assert across == sorted(set(across))
    assert across[0] > 0
    assert across[-1] < 100
    assert len(shown.lines[0].strokes) == number - 1
    assert shown.is_dense == is_dense
