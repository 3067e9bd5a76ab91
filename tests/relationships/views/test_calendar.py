"""A calendar learns when, and nothing else: not who, where, how or why, and not from anybody's secret but one's own."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import get_language
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from accounts import calendar_address
from relationships import clock
from relationships.views import calendar
from tests.cast import CANARY, pair, person, signed_in

pytestmark = pytest.mark.django_db

SOON = dt.timedelta(days=3)


def address_of(someone):
    calendar_address.make(someone)
    someone.refresh_from_db()
    return f"/calendar/{calendar_address.token_of(someone)}.ics"


def feed_of(someone):
    """What a calendar gets that knows the address: it has no session and says nothing of itself."""
    return Client().get(address_of(someone))


def events_in(feed):
    return Calendar.from_ical(feed.content).walk("VEVENT")


def plan(chair, after=SOON, **what):
    details = {"minutes": 30, "way": "home", "where": f"At {CANARY}"} | what
    return chair.relationship.plan(by=chair.participant, starts_at=timezone.now() + after, **details)


@pytest.fixture
def mine(me):
    return me.participant.person


# --- What it says ---------------------------------------------------------------------------------------


def test_each_of_the_two_sees_when_it_is_whoever_planned_it(me, them, mine):
    planned = plan(me, minutes=45)
    start = planned.starts_at.replace(microsecond=0)
    for someone in (mine, them.participant.person):
        (event,) = events_in(feed_of(someone))
        assert event["DTSTART"].dt == start
        assert event["DTEND"].dt == start + dt.timedelta(minutes=45)
        assert event["STATUS"] == "CONFIRMED"


def test_it_is_in_utc_whatever_their_zone_and_summer_time_does_not_move_it(me, mine):
    with clock.telling(dt.datetime(2026, 3, 1, tzinfo=dt.UTC)):
        for day in (27, 30):  # The clocks of London and of Lisbon go forward in between.
            me.relationship.plan(
                by=me.participant, starts_at=dt.datetime(2026, 3, day, 9, tzinfo=mine.zone), minutes=20
            )
        lines = feed_of(mine).content.decode().split("\r\n")
    assert "DTSTART:20260327T090000Z" in lines
    assert "DTSTART:20260330T080000Z" in lines


@pytest.mark.parametrize(("chosen", "spoken"), [("", "en"), ("en", "en"), ("de", "de")])
def test_every_one_is_called_appointment_in_the_language_they_chose(me, mine, chosen, spoken, monkeypatch):
    plan(me)
    mine.language = chosen
    mine.save()
    monkeypatch.setattr(calendar, "_", lambda words: f"{words}, said in {get_language()}")
    feed = Client(headers={"accept-language": "fr"}).get(address_of(mine))
    assert [str(event["SUMMARY"]) for event in events_in(feed)] == [f"Appointment, said in {spoken}"]


def test_it_holds_these_lines_and_no_others(me, mine):
    planned = plan(me)
    me.relationship.move(planned.consult, by=me.participant, starts_at=planned.starts_at + SOON, minutes=10)
    lines = feed_of(mine).content.decode().replace("\r\n ", "").split("\r\n")
    assert [
        line
        for line in lines
        if not re.match(r"(DTSTAMP|LAST-MODIFIED|DTSTART|DTEND|UID):[0-9a-fTZ]+$", line)
    ] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar//EN",
        "X-WR-CALNAME:Appointments",
        "BEGIN:VEVENT",
        "SUMMARY:Appointment",
        "SEQUENCE:1",
        "CLASS:PRIVATE",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_move_is_the_same_appointment_at_another_time(me, them, mine):
    planned = plan(me)
    (before,) = events_in(feed_of(mine))
    moved = them.relationship.move(
        planned.consult, by=them.participant, starts_at=planned.starts_at + SOON, minutes=30, reason=CANARY
    )
    (after,) = events_in(feed_of(mine))
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == moved.starts_at.replace(microsecond=0)
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt


def test_one_that_is_called_off_is_struck_out_and_planned_again_it_stands(me, mine):
    planned = plan(me)
    me.relationship.call_off(planned.consult, by=me.participant, reason=f"Because of {CANARY}.")
    (event,) = events_in(feed_of(mine))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    me.relationship.move(planned.consult, by=me.participant, starts_at=planned.starts_at, minutes=30)
    (event,) = events_in(feed_of(mine))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 2)


def test_what_has_been_stays_for_a_month(me, mine):
    with clock.telling(timezone.now() - dt.timedelta(days=40)):
        for days in (35, 11, 9):
            me.relationship.plan(
                by=me.participant, starts_at=timezone.now() - dt.timedelta(days=40 - days), minutes=30
            )
    assert len(events_in(feed_of(mine))) == 2


def test_all_of_ones_journals_are_in_it_and_nobody_elses(me, mine, stranger):
    plan(me)
    other = (
        pair(mine, person("Third Person"))
        if me.participant.side == "patient"
        else pair(person("Third"), mine)
    )
    other.relationship.plan(by=other.patient, starts_at=timezone.now() + SOON, minutes=20)
    seat = stranger.seats.get()
    seat.relationship.plan(by=seat, starts_at=timezone.now() + SOON, minutes=20)
    assert len(events_in(feed_of(mine))) == 2
    assert len(events_in(feed_of(stranger))) == 1


def test_nobody_can_tell_from_two_feeds_that_they_hold_the_same_appointment(me, them, mine):
    plan(me)
    (here,), (there,) = events_in(feed_of(mine)), events_in(feed_of(them.participant.person))
    assert here["UID"] != there["UID"]
    assert "@" not in here["UID"]


def test_a_feed_that_was_made_anew_calls_everything_by_another_name(me, mine):
    plan(me)
    (before,) = events_in(feed_of(mine))
    calendar_address.renew(mine)
    (after,) = events_in(feed_of(mine))
    assert before["UID"] != after["UID"]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.text(alphabet="ghjkquvwxyzäöüßéñЖ水 ", min_size=4, max_size=60), min_size=6, max_size=6)
)
def test_no_word_of_any_name_or_record_is_in_it(me, them, mine, words):
    words = [f"qz{word.strip()}qz" for word in words]
    for chair, (name, called) in ((me, words[:2]), (them, words[2:4])):
        someone = chair.participant.person
        someone.name, someone.called, someone.pronounced = name, called, called
        someone.save()
    planned = plan(me, where=words[4])
    me.relationship.write(by=me.participant, kind="hope", consult=planned.consult, text=words[5])
    them.relationship.move(
        planned.consult,
        by=them.participant,
        starts_at=planned.starts_at,
        minutes=9,
        where=words[4],
        reason=words[5],
    )
    feed = feed_of(mine)
    said = feed.content.decode().replace("\r\n ", "") + str(feed.headers)
    assert "SUMMARY:Appointment" in said
    for word in [
        *words,
        "qz",
        "home",
        "Alongside",
        "example.org",
        str(planned.consult_id),
        str(me.relationship.pk),
    ]:
        assert word not in said
    assert planned.consult_id.hex not in said


# --- Who gets it ----------------------------------------------------------------------------------------


def test_it_comes_as_a_calendar_that_nobody_keeps(me, mine):
    plan(me)
    feed = feed_of(mine)
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert 'filename="calendar.ics"' in feed["Content-Disposition"]
    assert "no-store" in feed["Cache-Control"]
    assert feed["Referrer-Policy"] == "no-referrer"
    assert not feed.cookies
    head = Client().head(address_of(mine))
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_to_be_read(mine, method):
    assert getattr(Client(), method)(address_of(mine)).status_code == 405


def without_what_is_new(answer):
    page = re.sub(r'name="(?:csrfmiddlewaretoken|shown_to)" value="[^"]*"', "", answer.content.decode())
    return answer.status_code, page, {k: v for k, v in answer.headers.items() if k != "Expires"}


def test_wrong_renewed_removed_and_of_a_closed_account_look_the_same(me, them, mine):
    plan(me)
    old = address_of(mine)
    assert Client().get(old).status_code == 200
    calendar_address.renew(mine)
    renewed = Client().get(old)
    assert renewed.status_code == 404
    newer = address_of(mine)
    calendar_address.remove(mine)
    closed = them.participant.person
    theirs = address_of(closed)
    assert Client().get(theirs).status_code == 200
    closed.is_active = False
    closed.save()
    for address in (newer, theirs, "/calendar/no-such.ics", f"/calendar/{'a' * 64}.ics", "/calendar/%00.ics"):
        assert without_what_is_new(Client().get(address)) == without_what_is_new(renewed), address


def test_to_be_logged_in_opens_nobodys_calendar(me, them, mine):
    plan(me)
    address = address_of(mine)
    calendar_address.renew(mine)
    assert me.client.get(address).status_code == 404
    assert signed_in(them.participant.person).get(address).status_code == 404


def test_its_address_is_in_no_log(me, mine, caplog):
    caplog.set_level(0)
    address = address_of(mine)
    Client().get(address), Client().post(address)
    calendar_address.renew(mine)
    assert Client().get(address).status_code == 404
    assert "/calendar/…" in caplog.text
    assert address.split("/")[-1].removesuffix(".ics") not in caplog.text


def test_it_costs_the_same_for_one_appointment_and_for_forty(me, mine):
    plan(me)
    address = address_of(mine)
    with CaptureQueriesContext(connection) as few:
        Client().get(address)
    for number in range(39):
        planned = plan(me, dt.timedelta(days=number))
        me.relationship.call_off(planned.consult, by=me.participant)
    with CaptureQueriesContext(connection) as many:
        assert len(events_in(Client().get(address))) == 40
    assert len(few) == len(many) == 2
