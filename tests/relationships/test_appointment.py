"""What an act leaves of a consult: sent twice it is there once, and it means the time that was meant."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine

from relationships import clock
from relationships.agenda import agenda
from relationships.errors import NotMetYet, Refused, SentAlready, TooLongAgo
from relationships.models import Appointment, Consult, Event
from relationships.verification import first_fault
from tests.cast import Chair, from_one_chair, pair, person

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def plan(chair: Chair, starts_in: dt.timedelta = HOUR / 2, **what) -> Appointment:
    when = {"starts_at": clock.now() + starts_in, "minutes": 20}
    return chair.relationship.plan(by=chair.participant, **when | what)


def refused(why: type[Refused], do) -> None:
    """It is refused for this reason, and leaves neither an act nor a row."""
    before = (Event.objects.count(), Appointment.objects.count(), Consult.objects.count())
    with pytest.raises(why):
        do()
    assert (Event.objects.count(), Appointment.objects.count(), Consult.objects.count()) == before


# --- Sent twice -----------------------------------------------------------------------------------------


def every_form(chair: Chair) -> list:
    """Each act on a consult, as a form that can be sent again; every one on a consult of its own."""
    seat, record = chair.participant, chair.relationship
    soon, forms = clock.now() + HOUR / 2, [uuid.uuid4() for _ in range(4)]
    one, two, three = (plan(chair).consult for _ in range(3))
    when = {"by": seat, "starts_at": soon, "minutes": 5}
    return [
        lambda **other: record.plan(**when | {"submission": forms[0]} | other),
        lambda **other: record.move(one, **when | {"submission": forms[1]} | other),
        lambda **other: record.call_off(
            two, **{"by": seat, "reason": "Rain.", "submission": forms[2]} | other
        ),
        lambda **other: record.meet(three, **{"by": seat, "submission": forms[3]} | other),
    ]


@from_one_chair
def test_the_same_form_sent_again_is_one_act(me):
    for send in every_form(me):
        first, acts = send(), me.relationship.events.count()
        assert send() == first
        assert me.relationship.events.count() == acts


@from_one_chair
def test_the_same_form_with_something_else_in_it_is_not_passed_over(me):
    """Somebody goes back to the form, changes the time and sends it: they must not think that this was kept."""
    plan_it, move_it, call_it_off, _meet = every_form(me)
    plan_it(), move_it(), call_it_off()
    for send in (plan_it, move_it):
        refused(SentAlready, lambda send=send: send(minutes=6))
        refused(SentAlready, lambda send=send: send(starts_at=clock.now() + DAY))
        refused(SentAlready, lambda send=send: send(where="Elsewhere"))
        assert send(minutes=6, submission=uuid.uuid4()).minutes == 6
    refused(SentAlready, lambda: call_it_off(reason="Snow."))


@from_one_chair
def test_a_form_for_one_consult_does_not_answer_for_another(me):
    form = uuid.uuid4()
    one, other = plan(me), plan(me)
    me.relationship.call_off(one.consult, by=me.participant, submission=form)
    refused(SentAlready, lambda: me.relationship.call_off(other.consult, by=me.participant, submission=form))
    assert agenda(me.relationship).coming == [other]


@from_one_chair
def test_a_form_that_planned_does_not_answer_for_a_move(me):
    form = uuid.uuid4()
    planned = plan(me, submission=form)
    same = {"starts_at": planned.starts_at, "minutes": planned.minutes, "submission": form}
    refused(SentAlready, lambda: me.relationship.move(planned.consult, by=me.participant, **same))


# --- What time it is ------------------------------------------------------------------------------------


@from_one_chair
@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/London", dt.date(2031, 3, 30)), ("America/New_York", dt.date(2031, 11, 2))]
)
def test_ten_in_the_morning_stays_ten_in_the_morning_over_the_change_of_clocks(me, zone, day):
    """Planned the day before the clocks change, for the morning after."""
    here = ZoneInfo(zone)
    ten = dt.datetime.combine(day, dt.time(10), here)
    with time_machine.travel(ten - DAY, tick=False):
        planned = me.relationship.plan(by=me.participant, starts_at=ten, minutes=20)
    kept = Appointment.objects.get(pk=planned.pk)
    on_the_wall = kept.starts_at.astimezone(here)
    assert (on_the_wall.date(), on_the_wall.time()) == (day, dt.time(10))
    assert kept.ends_at - kept.starts_at == 20 * MINUTE
    assert first_fault(me.relationship) is None


@from_one_chair
def test_the_hour_that_happens_twice_is_kept_as_the_one_that_was_meant(me):
    here = ZoneInfo("Europe/London")
    half_past_one = dt.datetime(2031, 10, 26, 1, 30, tzinfo=here)
    with time_machine.travel(half_past_one - DAY, tick=False):
        first = me.relationship.plan(by=me.participant, starts_at=half_past_one, minutes=20)
        second = me.relationship.plan(by=me.participant, starts_at=half_past_one.replace(fold=1), minutes=20)
        kept = agenda(me.relationship).coming
    assert kept == [first, second]
    assert kept[1].starts_at - kept[0].starts_at == HOUR


@from_one_chair
def test_one_that_was_forgotten_for_years_can_still_be_called_off(me, them):
    consult = plan(me).consult
    with time_machine.travel(clock.now() + 5 * 365 * DAY, tick=False):
        refused(TooLongAgo, lambda: me.relationship.meet(consult, by=me.participant))
        assert me.relationship.call_off(consult, by=them.participant).is_called_off


# --- What belongs to it ---------------------------------------------------------------------------------


@from_one_chair
def test_what_belongs_to_it_still_does_after_it_was_called_off_and_planned_again(me, them):
    planned = plan(me)
    hope = me.write("To be heard.", kind="hope", consult=planned.consult)
    me.relationship.call_off(planned.consult, by=them.participant)
    me.relationship.move(
        planned.consult, by=me.participant, starts_at=planned.starts_at, minutes=planned.minutes
    )
    assert list(planned.consult.entries.all()) == [hope]


@from_one_chair
def test_the_four_questions_are_answered_once_it_has_met(me, them):
    given = {"heard": {"level": "yes"}}
    planned, off = plan(me), plan(me)
    me.relationship.call_off(off.consult, by=them.participant)
    for consult in (planned.consult, off.consult):
        refused(
            NotMetYet, lambda consult=consult: me.write("", kind="experience", consult=consult, answers=given)
        )
    me.relationship.meet(planned.consult, by=them.participant)
    assert me.write("", kind="experience", consult=planned.consult, answers=given).answers == given


@from_one_chair
def test_a_persons_day_is_of_all_their_journals_and_of_nobody_elses(me, them, stranger):
    other = pair(person("Ada"), me.participant.person)
    tomorrow = (clock.now() + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    late = other.relationship.plan(by=other.clinician, starts_at=tomorrow + DAY - MINUTE, minutes=20)
    _before, at_midnight, _after = (
        me.relationship.plan(by=me.participant, starts_at=at, minutes=20)
        for at in (tomorrow - MINUTE, tomorrow, tomorrow + DAY)
    )
    seat = stranger.seats.select_related("relationship").get()
    seat.relationship.plan(by=seat, starts_at=tomorrow + HOUR, minutes=20)
    of_the_day = Appointment.objects.between(tomorrow, tomorrow + DAY).standing().planned().in_order()
    assert list(of_the_day.of(me.participant.person)) == [at_midnight, late]
    assert list(of_the_day.of(them.participant.person)) == [at_midnight]
