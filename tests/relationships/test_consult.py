"""A consult: planned, moved, called off, met. Every act is kept, and the newest stands."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relationships import clock
from relationships.errors import (
    CalledOffAlready,
    DoesNotFit,
    Ended,
    InThePast,
    MetAlready,
    NotItsTime,
    NotSound,
    Refused,
    TooFarAhead,
    TooLongAgo,
)
from relationships.models import Appointment, Consult, Event, Verb
from relationships.models.relationship import AHEAD, EARLY, LATE, LONGEST
from relationships.verification import first_fault
from tests.cast import from_one_chair, pair

HOUR = dt.timedelta(hours=1)
MOMENT = dt.timedelta(microseconds=1)


def soon(hours=24):
    return clock.now() + dt.timedelta(hours=hours)


def rows():
    return [model.objects.count() for model in (Consult, Appointment, Event)]


@pytest.fixture
def record(me):
    return me.relationship


@pytest.fixture
def consult(record, them):
    """One that the other has planned for tomorrow."""
    what = {"minutes": 20, "way": "video", "where": "By the usual link"}
    return record.plan(by=them.participant, starts_at=soon(), **what).consult


def stands(consult):
    (newest,) = Appointment.objects.standing().filter(consult=consult)
    return newest


def refused(why, do):
    """Do it, see it refused for this reason with nothing written, and return the sentence."""
    before = rows()
    with pytest.raises(Refused) as caught:
        do()
    assert type(caught.value) is why
    assert rows() == before
    return str(caught.value)


# --- What each act leaves ---------------------------------------------------------------------------------


@from_one_chair
def test_either_plans_moves_calls_off_and_says_that_they_met(record, me, them, consult):
    assert record.plan(by=me.participant, starts_at=soon(), minutes=20).state == "planned"
    assert record.move(consult, by=me.participant, starts_at=soon(48), minutes=30).is_planned
    assert record.call_off(consult, by=me.participant, reason="I am ill.").is_called_off
    assert record.move(consult, by=them.participant, starts_at=soon(0.5), minutes=30).is_planned
    assert record.meet(consult, by=me.participant).has_met
    assert first_fault(record) is None


@from_one_chair
def test_the_earlier_time_stays_beside_the_new_one(record, me, consult):
    first = stands(consult)
    moved = record.move(consult, by=me.participant, starts_at=soon(72), minutes=45, reason="I am away.")
    assert stands(consult) == moved
    assert list(consult.appointments.order_by("number")) == [first, moved]
    assert (moved.way, moved.where) == ("", ""), "A move says all that stands from now on."
    assert moved.event.actor == me.participant


@from_one_chair
def test_what_is_called_off_or_met_keeps_its_time_and_place(record, me, consult):
    planned = stands(consult)
    off = record.call_off(consult, by=me.participant, reason="I am ill.")
    for name in ("starts_at", "minutes", "way", "where"):
        assert getattr(off, name) == getattr(planned, name)
    assert off.reason == "I am ill."


@from_one_chair
def test_a_consult_that_nobody_planned_can_have_met(record, me):
    met = record.meet(None, by=me.participant, starts_at=soon(-3), minutes=15, way="telephone")
    assert (met.has_met, met.minutes, met.way) == (True, 15, "telephone")
    assert [event.verb for event in Event.objects.filter(appointment__consult=met.consult)] == ["met"]


# --- What is refused --------------------------------------------------------------------------------------


@from_one_chair
def test_a_consult_is_planned_for_a_time_to_come(record, me, consult):
    """A moment ago is near enough: it took a moment to fill in the form."""
    now = clock.now()
    with clock.telling(now):
        for do in (
            lambda at: record.plan(by=me.participant, starts_at=at, minutes=20),
            lambda at: record.move(consult, by=me.participant, starts_at=at, minutes=20),
        ):
            said = refused(InThePast, lambda do=do: do(now - LATE - MOMENT))
            assert said == "That time is past. If you have met already, say that you have met."
            refused(TooFarAhead, lambda do=do: do(now + AHEAD + MOMENT))
            refused(TooFarAhead, lambda do=do: do(now + dt.timedelta(days=200 * 366)))
            for at in (now - LATE, now + AHEAD):
                assert do(at).starts_at == at


@from_one_chair
@pytest.mark.parametrize("minutes", [None, 0, -20, LONGEST + 1])
def test_a_consult_has_a_length(record, me, minutes):
    refused(DoesNotFit, lambda: record.plan(by=me.participant, starts_at=soon(), minutes=minutes))
    for sound in (1, LONGEST):
        assert record.plan(by=me.participant, starts_at=soon(), minutes=sound).minutes == sound


@from_one_chair
def test_nothing_unsound_is_kept_of_it(record, me, consult):
    when = {"starts_at": soon(), "minutes": 20}
    refused(DoesNotFit, lambda: record.plan(by=me.participant, **when, way="by pigeon"))
    refused(NotSound, lambda: record.plan(by=me.participant, **when, where="a\x00b"))
    refused(NotSound, lambda: record.move(consult, by=me.participant, **when, reason="a\u202eb"))
    refused(NotSound, lambda: record.call_off(consult, by=me.participant, reason="\x1b"))


@from_one_chair
def test_they_have_not_met_before_its_time(record, me, consult):
    starts_at = stands(consult).starts_at
    with clock.telling(starts_at - EARLY - MOMENT):
        said = refused(NotItsTime, lambda: record.meet(consult, by=me.participant))
        assert said == "The time of this appointment has not come yet. If you met earlier, move it first."
    with clock.telling(starts_at - EARLY):
        assert record.meet(consult, by=me.participant).has_met


@from_one_chair
def test_one_that_nobody_planned_is_neither_to_come_nor_long_ago(record, me):
    now = clock.now()
    with clock.telling(now):
        for why, at in ((NotItsTime, now + EARLY + MOMENT), (TooLongAgo, now - AHEAD - MOMENT)):
            refused(why, lambda at=at: record.meet(None, by=me.participant, starts_at=at, minutes=20))
        refused(DoesNotFit, lambda: record.meet(None, by=me.participant, minutes=20))
        for at in (now + EARLY, now - AHEAD):
            assert record.meet(None, by=me.participant, starts_at=at, minutes=20).has_met


@from_one_chair
def test_what_has_met_stays_as_it_was(record, me, them, consult):
    with clock.telling(soon(25)):
        met = record.meet(consult, by=them.participant)
        for do in (
            lambda: record.move(consult, by=me.participant, starts_at=soon(), minutes=20),
            lambda: record.call_off(consult, by=me.participant),
            lambda: record.meet(consult, by=me.participant),
        ):
            assert refused(MetAlready, do) == "You have met. This appointment stays as it was."
    assert stands(consult) == met


@from_one_chair
def test_what_is_called_off_can_only_be_planned_again(record, me, them, consult):
    record.call_off(consult, by=them.participant)
    with clock.telling(soon(25)):
        refused(CalledOffAlready, lambda: record.call_off(consult, by=me.participant))
        refused(CalledOffAlready, lambda: record.meet(consult, by=me.participant))
        assert record.move(consult, by=me.participant, starts_at=soon(), minutes=20).is_planned


@from_one_chair
def test_in_a_journal_that_has_ended_nothing_is_arranged(record, me, them, consult):
    record.end(by=them.participant)
    when = {"starts_at": soon(), "minutes": 20}
    for do in (
        lambda: record.plan(by=me.participant, **when),
        lambda: record.move(consult, by=me.participant, **when),
        lambda: record.call_off(consult, by=me.participant),
        lambda: record.meet(None, by=me.participant, starts_at=soon(-1), minutes=20),
    ):
        refused(Ended, do)


@from_one_chair
def test_a_consult_of_others_is_not_arranged_here(record, me, stranger):
    seat = stranger.seats.get()
    theirs = seat.relationship.plan(by=seat, starts_at=soon(), minutes=20).consult
    before = rows()
    for do in (
        lambda: record.move(theirs, by=me.participant, starts_at=soon(), minutes=20),
        lambda: record.call_off(theirs, by=me.participant),
        lambda: record.meet(theirs, by=me.participant),
    ):
        with pytest.raises(ValueError, match="same relationship"):
            do()
    assert rows() == before


# --- Twice, and at once -----------------------------------------------------------------------------------


@from_one_chair
def test_a_form_sent_twice_is_one_act(record, me, consult):
    def twice(do):
        submission = uuid.uuid4()
        first = do(submission)
        before = rows()
        assert do(submission) == first
        assert rows() == before

    when = {"starts_at": soon(2), "minutes": 20}
    twice(lambda key: record.plan(by=me.participant, **when, submission=key))
    twice(lambda key: record.move(consult, by=me.participant, **when, submission=key))
    twice(lambda key: record.call_off(consult, by=me.participant, submission=key))
    past = when | {"starts_at": soon(-2)}
    twice(lambda key: record.meet(None, by=me.participant, **past, submission=key))


@from_one_chair
def test_two_that_overlap_are_both_kept(record, me, them):
    first = record.plan(by=me.participant, starts_at=soon(), minutes=30)
    at_its_end = record.plan(by=them.participant, starts_at=first.ends_at, minutes=30)
    within = record.plan(by=them.participant, starts_at=first.starts_at + dt.timedelta(minutes=5), minutes=5)
    assert first.overlaps(within)
    assert within.overlaps(first)
    assert not first.overlaps(at_its_end)


ACTS = st.lists(
    st.tuples(
        st.booleans(),  # Who of the two.
        st.sampled_from(["plan", "move", "call_off", "meet"]),
        st.integers(0, 3),  # Which of the consults, where there are some.
        st.sampled_from([-1, 0, 1, 5, 24, 24 * 400, 24 * 900]),  # To when, in hours from then.
        st.sampled_from([0, 1, 30]),  # How many hours later it is.
    ),
    max_size=12,
)


ANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(acts=ACTS)
@settings(ANY, max_examples=20)
def test_whatever_two_people_do_the_newest_stands_and_each_act_is_one_event(wren, isko, acts):
    do_all(wren, isko, acts)


@pytest.mark.long
@given(acts=ACTS)
@settings(ANY, max_examples=60)
def test_the_newest_stands_in_three_times_as_many_runs(wren, isko, acts):
    do_all(wren, isko, acts)


def do_all(wren, isko, acts):
    two = pair(wren, isko)
    record, now = two.relationship, clock.now()
    consults, expected = [], {}
    for who, verb, which, hours, later in acts:
        now += dt.timedelta(hours=later)
        seat = two.patient if who else two.clinician
        when = {"starts_at": now + dt.timedelta(hours=hours), "minutes": 20}
        before = record.events.count()
        with clock.telling(now):
            if verb == "plan" or not consults:
                allowed = hours in (0, 1, 5, 24, 24 * 400)
                do = lambda seat=seat, when=when: record.plan(by=seat, **when)  # noqa: E731
                consult = None
            else:
                consult = consults[which % len(consults)]
                state, starts_at = expected[consult.pk]
                allowed = {
                    "move": state != "met" and hours in (0, 1, 5, 24, 24 * 400),
                    "call_off": state == "planned",
                    "meet": state == "planned" and starts_at <= now + HOUR,
                }[verb]
                what = when if verb == "move" else {}
                do = lambda verb=verb, seat=seat, what=what, consult=consult: getattr(record, verb)(  # noqa: E731
                    consult, by=seat, **what
                )
            if not allowed:
                with pytest.raises(Refused):
                    do()
                assert record.events.count() == before
                continue
            made = do()
        assert record.events.count() == before + 1
        assert record.head() == made.event
        assert made.event.actor == seat
        if consult is None:
            consults.append(made.consult)
            consult = made.consult
        state = {"plan": "planned", "move": "planned", "call_off": "called_off", "meet": "met"}[
            verb if consult.appointments.count() > 1 else "plan"
        ]
        keeps = state in ("called_off", "met")
        expected[consult.pk] = (state, expected[consult.pk][1] if keeps else when["starts_at"])
    standing = {one.consult_id: (one.state, one.starts_at) for one in record.appointments.standing()}
    assert standing == expected
    arranged = record.events.filter(verb__in=[Verb.PLANNED, Verb.MOVED, Verb.CALLED_OFF, Verb.MET])
    assert arranged.count() == record.appointments.count()
    assert first_fault(record) is None
