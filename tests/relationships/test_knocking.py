"""Both see that somebody who has no seat asked for their record: once a day, and never who it was."""

import datetime as dt
import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relationships import clock, knocking
from relationships.models import Relationship, Verb
from relationships.verification import first_fault
from tests.cast import pair, person, signed_in
from tests.config.post import queued, work
from tests.relationships.test_concurrency import at_once, writers

__all__ = ["writers"]


@pytest.fixture
def after():
    """`with after(days=1):` it is that much later in the record."""
    return lambda **how_much: clock.telling(timezone.now() + dt.timedelta(**how_much))


def knocks(relationship):
    return relationship.events.filter(verb=Verb.KNOCKED)


def test_it_is_noted_once_a_day_for_each_stranger_whatever_they_asked_for(two, stranger, after):
    client = signed_in(stranger)
    for page in ("", "brief/", "values/", ""):
        client.get(f"/r/{two.relationship.pk}/{page}")
    client.post(f"/r/{two.relationship.pk}/write/", {"text": "Mine."})
    assert knocks(two.relationship).count() == 1
    signed_in(person("Elsewhere")).get(f"/r/{two.relationship.pk}/")
    assert knocks(two.relationship).count() == 2
    with after(days=1):
        client.get(f"/r/{two.relationship.pk}/")
    assert knocks(two.relationship).count() == 3
    assert first_fault(two.relationship) is None


def test_it_says_nothing_of_who(two, stranger):
    signed_in(stranger).get(f"/r/{two.relationship.pk}/")
    event = knocks(two.relationship).get()
    said = json.dumps(event.act([]))
    assert event.actor is None
    assert event.device == ""
    for word in (str(stranger.pk), stranger.pk.hex, "Sefa", "Stranger", stranger.email):
        assert word not in said


def test_one_stranger_is_not_known_again_in_another_record_or_on_another_day(two, stranger, after):
    other = pair(person("Other"), person("Person")).relationship
    client = signed_in(stranger)
    for relationship in (two.relationship, other):
        client.get(f"/r/{relationship.pk}/")
    with after(days=1):
        client.get(f"/r/{two.relationship.pk}/")
    names = [event.details["stranger"] for one in (two.relationship, other) for event in knocks(one)]
    assert len(set(names)) == 3


def test_neither_of_the_two_nor_anybody_who_is_not_logged_in_knocks(two, me):
    me.get()
    me.get("entry/00000000-0000-0000-0000-000000000000/")
    Client().get(me.address)
    assert not knocks(two.relationship).exists()


def test_a_record_that_has_ended_is_still_watched(two, stranger):
    two.relationship.end(by=two.patient)
    signed_in(stranger).get(f"/r/{two.relationship.pk}/")
    assert knocks(two.relationship).count() == 1


def test_where_there_is_no_such_record_nothing_is_noted(stranger):
    before = sum(one.events.count() for one in Relationship.objects.all())
    signed_in(stranger).get(f"/r/{uuid.uuid4()}/")
    assert sum(one.events.count() for one in Relationship.objects.all()) == before


def test_whoever_tries_without_end_fills_no_table(two, stranger, settings, after):
    queued(settings)
    client = signed_in(stranger)
    with clock.telling(clock.now().replace(minute=30)):
        for _ in range(knocking.MOST_AN_HOUR + 10):
            assert client.get(f"/r/{uuid.uuid4()}/").status_code == 404
    assert DBTaskResult.objects.count() == knocking.MOST_AN_HOUR
    with after(hours=2):
        client.get(f"/r/{two.relationship.pk}/")
    work()
    assert knocks(two.relationship).count() == 1


def test_whoever_has_got_a_seat_meanwhile_has_not_knocked(wren, isko, settings):
    queued(settings)
    alone = Relationship.begin(by=wren, side="patient")
    signed_in(isko).get(f"/r/{alone.pk}/")
    alone.accept(alone.invite(by=alone.seats[0]), by=isko)
    work()
    assert not knocks(alone).exists()


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("is_there", [True, False])
def test_the_queue_does_not_keep_who_it_was(two, stranger, settings, monkeypatch, is_there, fails):
    """What is done stays in the queue for weeks, and a copy of the database would tell."""
    queued(settings)
    record = two.relationship.pk if is_there else uuid.uuid4()
    signed_in(stranger).get(f"/r/{record}/")
    row = DBTaskResult.objects.get()
    assert str(stranger.pk) in json.dumps(row.args_kwargs)
    if fails:
        monkeypatch.setattr(knocking, "_look", lambda *_: 1 / 0)
    work()
    row = DBTaskResult.objects.get()
    assert row.status == ("FAILED" if fails else "SUCCESSFUL")
    kept = json.dumps([row.args_kwargs, row.return_value, row.traceback])
    for who in (stranger.pk, record):
        assert str(who) not in kept
        assert who.hex not in kept
    assert knocks(two.relationship).exists() == (is_there and not fails)


def test_noted_twice_at_once_it_is_noted_once(writers):
    two = pair(person("Wren"), person("Isko"))
    what = {"relationship": str(two.relationship.pk), "person": str(person("Sefa").pk)}
    at_once(*[lambda: knocking.note.func(None, **what)] * 4)
    assert knocks(two.relationship).count() == 1
    assert first_fault(two.relationship) is None
