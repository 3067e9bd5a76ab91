"""R11: order comes from the number and never from the clock; a time that is twice or never is asked about."""

import datetime as dt
import zoneinfo

import pytest
import time_machine

from relationships import clock
from relationships.models import Entry
from relationships.verification import first_fault
from tests.relationships.views.shown import cards, main

NIGHTS = {
    # The night each year on which an hour is left out, and the one on which it comes twice.
    "Europe/Berlin": [("2027-03-28", "02:30"), ("2027-10-31", "02:30")],
    "Europe/London": [("2027-03-28", "01:30"), ("2027-10-31", "01:30")],
    "America/New_York": [("2027-03-14", "02:30"), ("2027-11-07", "01:30")],
    "Australia/Lord_Howe": [("2027-10-03", "02:15"), ("2027-04-04", "01:45")],
    "America/St_Johns": [("2027-03-14", "02:30"), ("2027-11-07", "01:30")],
}


def test_the_clock_goes_back_an_hour_and_nothing_changes_places(me, them, measured):
    now = clock.now()
    for number in range(12):
        with clock.telling(now - dt.timedelta(minutes=17 * number)):
            (me if number % 2 else them).write(f"Words {number}.")
    with clock.telling(now + dt.timedelta(hours=1)):
        for chair in (me, them):
            assert cards(chair.get()) == [f"Words {number}." for number in reversed(range(12))]
    assert first_fault(me.relationship) is None
    told = list(Entry.objects.order_by("number").values_list("written_at", flat=True))
    assert told == sorted(told, reverse=True), "The clock did go back."
    measured("12 acts against the clock, 0 out of order")


@pytest.mark.parametrize("year", [2038, 2039, 2100, 2999])
def test_the_years_in_which_clocks_of_others_stop(me, them, year):
    with time_machine.travel(dt.datetime(year, 1, 19, 3, 14, 7, tzinfo=dt.UTC), tick=False):
        client = type(me.client)()
        client.force_login(me.participant.person)
        assert client.post(me.address + "write/", {"text": "Later."}).status_code == 302
        entry = Entry.objects.get()
        assert entry.written_at.year == year
        page = client.get(f"{me.address}entry/{entry.pk}/")
        assert str(year) in main(page).text
    assert first_fault(me.relationship) is None


@pytest.mark.parametrize("zone", NIGHTS)
def test_an_hour_that_is_twice_or_never_is_asked_about_and_never_guessed(me, zone, measured):
    me.participant.person.time_zone = zone
    me.participant.person.save()
    with time_machine.travel(dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC), tick=False):
        me.client.force_login(me.participant.person)
        for day, time in NIGHTS[zone]:
            answer = me.post("consult/planning/", day=day, time=time, minutes="20", where="Here")
            assert answer.status_code == 422
            assert "this time is left out or comes twice. Choose another." in main(answer).text
            assert main(answer).one("input", name="where").attrs["value"] == "Here"
        assert not me.relationship.consults.exists()
        assert me.post("consult/planning/", day=day, time="12:00", minutes="20").status_code == 302
    measured(f"{2 * len(NIGHTS)} nights of clock changes: 0 guessed")


def test_two_who_live_by_two_clocks_see_one_moment_and_one_order(me, them):
    zones = {"Asia/Kolkata": me, "America/St_Johns": them}
    for zone, chair in zones.items():
        chair.participant.person.time_zone = zone
        chair.participant.person.save()
    moment = dt.datetime(2027, 2, 3, 20, 0, tzinfo=dt.UTC)
    with clock.telling(moment):
        entry = me.write("One moment.")
    for zone, chair in zones.items():
        chair.client.force_login(chair.participant.person)
        here = moment.astimezone(zoneinfo.ZoneInfo(zone))
        assert here.isoformat() in main(chair.get(f"entry/{entry.pk}/")).one("time").attrs["datetime"]
