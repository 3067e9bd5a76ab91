"""The consults of a relationship as each stands: what comes next, what nobody has spoken of yet, what has been."""

import datetime as dt
import uuid

import pytest

from relationships import clock
from relationships.agenda import agenda, around_now, before_one, before_the_next, find
from tests.cast import from_one_chair


@pytest.fixture
def plan(me):
    """Plan a consult that begins in so many hours; where that is past, it was planned in time."""

    def at(hours, minutes=30):
        starts_at = clock.now() + dt.timedelta(hours=hours)
        with clock.telling(min(clock.now(), starts_at - dt.timedelta(hours=1))):
            return me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=minutes).consult

    return at


def keys(appointments):
    return [one.consult_id for one in appointments]


@from_one_chair
def test_a_relationship_without_consults_has_an_empty_agenda(me):
    empty = agenda(me.relationship)
    assert (empty.next, empty.coming, empty.unsaid, empty.been) == (None, [], [], [])
    assert around_now(me.relationship).appointments == []
    assert before_the_next(me.relationship) == (None, None)
    assert before_one(me.relationship, uuid.uuid4()) == (None, None)
    assert find(me.relationship, uuid.uuid4()) is None


@from_one_chair
def test_what_comes_is_in_order_of_time_however_it_was_planned(me, plan):
    later, sooner, soonest = plan(50), plan(20), plan(2)
    assert keys(agenda(me.relationship).coming) == [soonest.pk, sooner.pk, later.pk]
    assert agenda(me.relationship).next.consult_id == soonest.pk
    in_three_days = {"starts_at": clock.now() + dt.timedelta(days=3), "minutes": 20}
    me.relationship.move(soonest, by=me.participant, **in_three_days)
    assert keys(agenda(me.relationship).coming) == [sooner.pk, later.pk, soonest.pk]


@from_one_chair
def test_one_that_is_going_on_comes_still_and_one_that_is_over_waits_for_a_word(me, plan):
    going_on, over, long_over = plan(-0.25), plan(-2), plan(-30)
    assert keys(agenda(me.relationship).coming) == [going_on.pk]
    assert keys(agenda(me.relationship).unsaid) == [over.pk, long_over.pk]
    with clock.telling(agenda(me.relationship).coming[0].ends_at):
        assert keys(agenda(me.relationship).unsaid) == [going_on.pk, over.pk, long_over.pk]


@from_one_chair
def test_what_has_met_or_was_called_off_has_been(me, them, plan):
    met, off, coming = plan(-2), plan(5), plan(8)
    me.relationship.meet(met, by=them.participant)
    me.relationship.call_off(off, by=them.participant)
    stands = agenda(me.relationship)
    assert keys(stands.been) == [off.pk, met.pk]
    assert keys(stands.coming) == [coming.pk]
    assert stands.unsaid == []


@from_one_chair
def test_the_last_that_has_met_is_asked_for_as_of_a_time(me, plan):
    first, second, off = plan(-50), plan(-20), plan(-10)
    for consult in (first, second):
        me.relationship.meet(consult, by=me.participant)
    me.relationship.call_off(off, by=me.participant)

    def before(consult):
        one, met_before = before_one(me.relationship, consult.pk)
        assert one.consult_id == consult.pk
        return met_before

    nothing_comes, met = before_the_next(me.relationship)
    assert (nothing_comes, met.consult_id) == (None, second.pk)
    assert before(second).consult_id == first.pk
    assert before(first) is None
    coming = plan(5)
    next_one, met = before_the_next(me.relationship)
    assert (next_one.consult_id, met.consult_id) == (coming.pk, second.pk)


@from_one_chair
def test_the_newest_of_each_is_found_in_one_query(me, plan, django_assert_num_queries):
    consults = [plan(hours) for hours in (1, 2, 3)]
    when = {"starts_at": clock.now() + dt.timedelta(days=9), "minutes": 45}
    newest = me.relationship.move(consults[1], by=me.participant, **when)
    with django_assert_num_queries(1):
        stands = agenda(me.relationship)
        assert len(stands.appointments) == 3
    with django_assert_num_queries(1):
        assert find(me.relationship, consults[1].pk) == newest


@from_one_chair
def test_another_relationship_has_another_agenda(me, plan, stranger):
    consult = plan(3)
    elsewhere = stranger.seats.get().relationship
    assert agenda(elsewhere).appointments == []
    assert find(elsewhere, consult.pk) is None


def test_what_is_around_now_is_found_among_hundreds(me, them, plan, django_assert_num_queries):
    for hours in (-9, -7):
        me.relationship.meet(plan(hours), by=them.participant)
    unsaid = [plan(hours) for hours in (-5, -3)]
    off = [plan(hours) for hours in (4, 6)]
    for consult in off:
        me.relationship.call_off(consult, by=them.participant)
    coming = [plan(hours) for hours in (5, 8)]
    with django_assert_num_queries(1):
        found = around_now(me.relationship)
        assert found.next.consult_id == coming[0].pk
        assert keys(found.unsaid) == [unsaid[1].pk]
        assert keys(found.called_off) == [off[0].pk, off[1].pk]
        assert len(found.appointments) == 4
