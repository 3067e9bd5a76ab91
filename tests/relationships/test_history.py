"""How something came to be so: first said, put differently, still true, no longer so; and when it is asked about."""

import datetime as dt

import pytest

from relationships import clock, kinds
from relationships.errors import ClosedAlready, NotSound, NotYourWords
from relationships.history import Turn, is_to_ask, last_said, said_at, steps
from relationships.models import Entry
from relationships.standing import threads
from tests.cast import from_one_chair

NOW = dt.datetime(2031, 5, 6, 12, 0, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)


def ago(days):
    return clock.telling(NOW - dt.timedelta(days=days))


def stands(entry):
    said = Entry.objects.filter(thread=entry.thread_id).for_reading()
    return threads(entry.relationship.with_authors(said))[0]


def told(entry):
    return [(step.turn, step.entry.text) for step in steps(stands(entry))]


def asked_for(chair):
    """By the database, and by what is at hand: the two must agree."""
    found = set(chair.relationship.entries.last_said_before(NOW - YEAR))
    firsts = chair.relationship.entries.first_in_thread()
    assert found == {one for one in firsts if is_to_ask(stands(one), before=NOW - YEAR)}
    return found


@pytest.fixture
def value(me):
    with ago(800):
        return me.write("One.", kind="value")


@from_one_chair
def test_what_was_only_said_has_one_step(value):
    assert told(value) == [(Turn.SAID, "One.")]


@from_one_chair
def test_every_step_stands_in_its_time(me, them, value):
    with ago(600):
        me.correct(value, "Two.", why="It was not that.")
    with ago(500):
        me.answer(value, "", kind="still_true")
        them.answer(value, "I see.")
        them.answer(value, "You mean two.", kind="reflection")
    with ago(400):
        me.correct(value, "Three.")
    with ago(300):
        me.answer(value, "It went away.", kind="no_longer")
    assert told(value) == [
        (Turn.SAID, "One."),
        (Turn.REWORDED, "Two."),
        (Turn.STILL_TRUE, ""),
        (Turn.REWORDED, "Three."),
        (Turn.NO_LONGER, "It went away."),
    ]
    found = steps(stands(value))
    assert [step.entry.why for step in found] == ["", "It was not that.", "", "", ""]
    assert [step.is_current for step in found] == [False, False, False, True, False]
    assert [(NOW - said_at(step)).days for step in found] == [800, 600, 500, 400, 300]


@from_one_chair
def test_what_was_withdrawn_is_no_step(me, value):
    still, gone = me.answer(value, "Yes.", kind="still_true"), me.answer(value, "No.", kind="no_longer")
    assert len(told(value)) == 3
    me.withdraw(still)
    me.withdraw(gone)
    assert told(value) == [(Turn.SAID, "One.")]


@from_one_chair
def test_words_beside_it_that_were_put_differently_keep_their_day(me, value):
    with ago(300):
        gone = me.answer(value, "It wnet.", kind="no_longer")
    with ago(200):
        me.correct(gone, "It went.")
    step = steps(stands(value))[-1]
    assert (step.entry.text, (NOW - said_at(step)).days) == ("It went.", 300)


@from_one_chair
def test_it_was_last_said_when_its_author_last_stood_by_it(me, them, value):
    for days, does in [
        (700, lambda: me.correct(value, "Two.")),
        (600, lambda: me.answer(value, "", kind="still_true")),
        (500, lambda: me.correct(value, "Three.")),
    ]:
        with ago(days):
            does()
        assert (NOW - last_said(stands(value))).days == days
    with ago(10):
        them.answer(value, "I see.")
        me.answer(value, "Me too.")
    assert (NOW - last_said(stands(value))).days == 500


@from_one_chair
def test_it_is_asked_about_once_a_year_has_passed(me, them):
    with ago(366):
        old = [
            chair.write("Old.", kind=kind) for chair in (me, them) for kind in ("value", "care_preference")
        ]
        old.append(me.write("Old.", kind="philosophy", door="heals"))
        me.write("No question.", kind="life_context")
        me.write("No question.", kind="promise")
    with ago(364):
        me.write("Younger.", kind="value")
    assert asked_for(me) == set(old)


@from_one_chair
@pytest.mark.parametrize("kind", ["still_true", "correction"])
def test_whoever_says_it_again_is_not_asked_for_another_year(me, value, kind):
    def again():
        return me.correct(value, "Two.") if kind == "correction" else me.answer(value, "", kind="still_true")

    with ago(370):
        again()
    assert asked_for(me) == {value}
    with ago(360):
        again()
    assert asked_for(me) == set()


@from_one_chair
def test_to_take_back_that_it_is_still_true_is_to_be_asked_again(me, value):
    with ago(10):
        still = me.answer(value, "", kind="still_true")
    assert asked_for(me) == set()
    me.withdraw(still)
    assert asked_for(me) == {value}


@from_one_chair
def test_what_does_not_hold_is_not_asked_about(me, value):
    with ago(10):
        gone = me.answer(value, "", kind="no_longer")
    assert asked_for(me) == set()
    me.withdraw(gone)
    assert asked_for(me) == {value}
    me.withdraw(value)
    assert asked_for(me) == set()


@from_one_chair
def test_what_the_other_answers_is_not_to_stand_by_it(me, them, value):
    with ago(10):
        them.answer(value, "Still so, I think.")
        them.answer(value, "You mean one.", kind="reflection")
    assert asked_for(me) == {value}


# --- The verbs ------------------------------------------------------------------------------------------


@from_one_chair
@pytest.mark.parametrize("kind", ["still_true", "no_longer"])
def test_only_its_author_says_so_and_only_while_it_holds(me, them, value, kind):
    with pytest.raises(NotYourWords):
        them.answer(value, "", kind=kind)
    for other in (me.write("No.", kind="promise"), me.write("No."), me.answer(value, "So.")):
        with pytest.raises(NotSound):
            me.answer(other, "", kind=kind)
    me.answer(value, "", kind=kind)
    if kind == "no_longer":
        with pytest.raises(ClosedAlready):
            me.answer(value, "", kind="still_true")


def test_every_kind_that_holds_can_be_said_again_and_no_longer():
    assert set(kinds.holding()) == set(kinds.StillTrue.about) == set(kinds.NoLonger.about)


@from_one_chair
def test_holding_and_no_longer_holding_are_all_that_was_not_withdrawn(me, value):
    gone, withdrawn = me.write("Gone.", kind="value"), me.write("Withdrawn.", kind="value")
    back = me.write("Back.", kind="value")
    me.answer(gone, "", kind="no_longer")
    me.withdraw(me.answer(back, "", kind="no_longer"))
    me.withdraw(withdrawn)
    entries = me.relationship.entries.of_kind("value")
    assert set(entries.holding()) == {value, back}
    assert set(entries.no_longer_holding()) == {gone}
