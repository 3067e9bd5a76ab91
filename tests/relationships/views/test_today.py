"""All one's consults of a day, by the clock on one's own wall, each one tap from its brief; and all briefs on paper."""

import datetime as dt
import zoneinfo
from itertools import pairwise

import pytest
import time_machine

from relationships import clock
from relationships.models import Relationship, Verb
from tests.cast import CANARY, person, signed_in
from tests.relationships.views.shown import links, main, shown
from tests.relationships.views.test_queries import asked

NOON = dt.datetime(2031, 5, 6, 12, 0, tzinfo=dt.UTC)
BRIEFS = "/today/briefs/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def plan(chair, hours, minutes=20, **what):
    starts_at = NOON + dt.timedelta(hours=hours)
    with clock.telling(min(clock.now(), starts_at - dt.timedelta(hours=1))):
        return chair.relationship.plan(by=chair.participant, starts_at=starts_at, minutes=minutes, **what)


@pytest.fixture
def another(me):
    """Somebody else whom I meet, in a record of our own; `another("Ada", 2)` is in two hours."""

    def meet(name, hours, minutes=20):
        side = me.participant.side
        theirs = Relationship.begin(by=me.participant.person, side=side)
        mine = theirs.seat_of(me.participant.person)
        theirs.accept(theirs.invite(by=mine), by=person(name))
        starts_at = NOON + dt.timedelta(hours=hours)
        return theirs.plan(by=mine, starts_at=starts_at, minutes=minutes)

    return meet


def day(chair, address="/today/", **query):
    answer = chair.client.get(address, query)
    assert answer.status_code == 200
    return answer


def rows(answer):
    return [one.text for one in main(answer).all("li")]


def brief_of(appointment):
    return f"/r/{appointment.relationship_id}/consult/{appointment.consult_id}/brief/"


def test_all_of_a_day_stand_in_order_of_time_each_one_tap_from_its_brief(me, them, another):
    second, third = plan(me, 4, way="video"), another("Ada Quill", 6)
    first = another("Noor Birch", 1)
    answer = day(me)
    told = rows(answer)
    assert [line.split()[0] for line in told] == [
        "14:00",
        "17:00",
        "19:00",
    ]  # Summer time, in both their zones.
    names = ("Noor Birch", them.participant.name, "Ada Quill")
    assert all(name in line for name, line in zip(names, told, strict=True))
    assert "Until 17:20, by video." in told[1]
    briefs = [link for link in links(main(answer)) if link.endswith("/brief/")]
    assert briefs == [brief_of(one) for one in (first, second, third)]
    assert {me.client.get(link).status_code for link in briefs} == {200}


def test_it_is_ones_own_page_and_nobody_elses(me, them, another, stranger):
    another("Ada Quill", 1)
    plan(me, 4, where=f"Room of {CANARY}")
    me.write(f"One line, {CANARY}.", kind="value")
    assert len(rows(day(me))) == 2
    assert len(rows(day(them))) == 1
    assert "Ada" not in main(day(them)).text
    for address in ("/today/", BRIEFS):
        other = signed_in(stranger).get(address)
        assert rows(other) == []
        assert CANARY not in other.content.decode()
    assert CANARY not in day(me).content.decode(), "It is a list, and no record."


@pytest.mark.parametrize("address", ["/today/", BRIEFS])
def test_somebody_who_is_not_logged_in_is_led_to_log_in(client, db, address):
    assert client.get(address)["Location"].startswith("/accounts/login/")


def test_a_day_begins_and_ends_where_one_lives(me, them):
    me.participant.person.time_zone, them.participant.person.time_zone = (
        "Pacific/Auckland",
        "America/New_York",
    )
    me.participant.person.save(), them.participant.person.save()
    plan(me, 14)  # The 7th at 14:00 in Auckland, the 6th at 22:00 in New York.
    assert rows(day(me, day="2031-05-06")) == []
    assert rows(day(me, day="2031-05-07"))[0].startswith("14:00")
    assert rows(day(them, day="2031-05-06"))[0].startswith("22:00")
    assert rows(day(them, day="2031-05-07")) == []


def test_without_a_day_it_is_today_where_one_lives(me):
    me.participant.person.time_zone = "Pacific/Auckland"
    me.participant.person.save()
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        me.client.force_login(me.participant.person)
        answer = day(me)
    assert main(answer).one("h1").text == "Today"
    assert "Wednesday, 7 May 2031" in main(answer).text


@pytest.mark.parametrize(
    ("hours", "is_there"), [(-12, True), (-12 - 1 / 60, False), (12, False), (12 - 1 / 60, True)]
)
def test_midnight_belongs_to_the_day_that_begins(me, hours, is_there):
    me.participant.person.time_zone = "UTC"
    me.participant.person.save()
    plan(me, hours)
    assert bool(rows(day(me, day="2031-05-06"))) is is_there


@pytest.mark.parametrize(("asked_for", "hours"), [("2031-03-30", 23), ("2031-10-26", 25)])
def test_a_day_on_which_the_clocks_change_is_whole(me, asked_for, hours):
    """Of 23 or of 25 hours: its last quarter of an hour belongs to it."""
    zone = zoneinfo.ZoneInfo("Europe/London")
    me.participant.person.time_zone = zone.key
    me.participant.person.save()
    midnight = dt.datetime.fromisoformat(asked_for).replace(tzinfo=zone).astimezone(dt.UTC)
    for quarters in (-1, 0, 4 * hours - 1, 4 * hours):
        plan(me, (midnight - NOON) / dt.timedelta(hours=1) + quarters / 4)
    assert [line.split()[0] for line in rows(day(me, day=asked_for))] == ["00:00", "23:45"]


def test_the_days_before_and_after_are_one_tap_away(me):
    plan(me, 24)
    answer = day(me)
    before, after = links(main(answer).one("nav", class_="days"))
    assert (before, after) == ("/today/?day=2031-05-05", "/today/?day=2031-05-07")
    tomorrow = me.client.get(after)
    assert len(rows(tomorrow)) == 1
    assert main(tomorrow).one("h1").text == "Wednesday"
    assert "/today/" in links(main(tomorrow))


def test_a_day_without_any_says_so_and_has_nothing_to_print(me):
    answer = day(me)
    assert "No appointments on this day." in main(answer).text
    assert not [link for link in links(main(answer)) if BRIEFS in link]
    assert "No appointments on this day." in main(day(me, BRIEFS)).text


def test_one_that_was_called_off_says_so_and_is_not_printed(me, them):
    off, on = plan(me, 1), plan(me, 3)
    me.relationship.call_off(off.consult, by=them.participant)
    answer = day(me)
    assert ["called off" in line for line in rows(answer)] == [True, False]
    assert brief_of(off) in links(main(answer))
    assert [one.one("time").attrs["datetime"][:16] for one in main(day(me, BRIEFS)).all("h1")] == [
        timed(on, me).isoformat()[:16]
    ]


def timed(appointment, chair):
    return appointment.starts_at.astimezone(chair.participant.person.zone)


def test_one_that_was_moved_stands_where_it_is_now(me, them):
    moved = plan(me, 1)
    later = NOON + dt.timedelta(days=1)
    me.relationship.move(moved.consult, by=them.participant, starts_at=later, minutes=20)
    assert rows(day(me)) == []
    assert len(rows(day(me, day="2031-05-07"))) == 1


def test_one_that_has_met_says_so(me):
    consult = plan(me, -2).consult
    me.relationship.meet(consult, by=me.participant)
    assert "You have met." in rows(day(me))[0]


def test_those_at_the_same_time_say_so_and_those_one_after_the_other_do_not(me, another):
    plan(me, 1, minutes=30), another("Ada Quill", 1.25), another("Noor Birch", 3)
    plan(me, 3 + 1 / 3)
    told = rows(day(me))
    assert ["overlaps" in line for line in told] == [True, True, False, False]


def test_one_that_was_called_off_is_in_nobodys_way(me, another):
    off = plan(me, 1)
    another("Ada Quill", 1)
    assert ["overlaps" in line for line in rows(day(me))] == [True, True]
    me.relationship.call_off(off.consult, by=me.participant)
    assert ["overlaps" in line for line in rows(day(me))] == [False, False]


def test_a_day_without_any_leads_to_the_next_one_that_has_one(me, them, stranger):
    for hours in (24 * 9, 24 * 3, 24 * -2):
        plan(me, hours)
    off = plan(them, 24)
    them.relationship.call_off(off.consult, by=them.participant, reason="")
    for chair in (me, them):
        page = main(day(chair))
        assert "Your next one is on Friday, " in page.text
        (there,) = (link for link in links(page) if link == "/today/?day=2031-05-09")
        assert len(rows(chair.client.get(there))) == 1
        assert "Your next one" not in main(chair.client.get(there)).text
    assert "Your next one is on Friday, " in main(day(me, day="2031-04-01")).text, "None that is over."
    assert "Your next one" not in main(signed_in(stranger).get("/today/")).text
    assert "/" in links(main(signed_in(stranger).get("/today/")))


def test_one_with_nobody_in_the_other_seat_is_there_too(wren):
    alone = Relationship.begin(by=wren, side="patient")
    alone.plan(by=alone.seat_of(wren), starts_at=NOON + dt.timedelta(hours=1), minutes=20)
    assert "Somebody who is not here yet" in rows(signed_in(wren).get("/today/"))[0]
    assert signed_in(wren).get(BRIEFS).status_code == 200


@pytest.mark.parametrize("typed", ["soon", "2031-13-01", "0001-01-01", "9999-12-31", "\x00", "9" * 50, ""])
@pytest.mark.parametrize("address", ["/today/", BRIEFS])
def test_a_day_that_is_none_is_today(me, typed, address):
    plan(me, 1)
    assert len(main(day(me, address, day=typed)).all("time")) == 1


@pytest.mark.parametrize("typed", ["1900-01-01", "2999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
def test_no_day_in_any_zone_is_an_error_of_ours(me, typed, zone):
    me.participant.person.time_zone = zone
    me.participant.person.save()
    for address in ("/today/", BRIEFS):
        assert "No appointments on this day." in main(day(me, address, day=typed)).text


# --- On paper -------------------------------------------------------------------------------------------


def test_all_briefs_of_a_day_stand_one_after_the_other(me, them, another):
    mine, other = plan(me, 1), another("Ada Quill", 3)
    me.write("My garden.", kind="value"), them.write("A walk.", kind="hope", consult=mine.consult)
    (link,) = [link for link in links(main(day(me))) if BRIEFS in link]
    answer = me.client.get(link)
    first, second = main(answer).all("article")
    assert ("My garden." in first.text, "A walk." in first.text) == (True, True)
    assert "My garden." not in second.text
    assert "Ada Quill" in second.text
    for appointment, sheet in ((mine, first), (other, second)):
        head = Relationship.objects.get(pk=appointment.relationship_id).head()
        assert head.fingerprint in sheet.text
    ids = [one.attrs["id"] for one in shown(answer) if one.attrs.get("id")]
    assert len(ids) == len(set(ids))
    asked_for = {one.attrs["aria-labelledby"] for one in main(answer).all("section")}
    assert asked_for <= set(ids)


def test_to_print_them_is_to_look_at_each(me, them):
    entry, consult = them.write("My garden.", kind="value"), plan(me, 1)
    me.client.get(BRIEFS, headers={"Sec-Purpose": "prefetch"})
    me.client.head(BRIEFS)
    day(me)
    assert not me.relationship.events.filter(verb=Verb.OPENED).exists()
    day(me, BRIEFS), day(me, BRIEFS)
    opened = me.relationship.events.get(verb=Verb.OPENED)
    assert opened.page == f"consult/{consult.consult_id}/brief/"
    assert opened.readings.get().entry_id == entry.pk


def test_unopened_words_of_the_other_stay_unopened_there(me, them):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    them.write("Heavy.", kind="value"), plan(me, 1)
    assert "Heavy." not in day(me, BRIEFS).content.decode()


# --- What it costs --------------------------------------------------------------------------------------


def test_a_full_day_costs_as_many_questions_as_one_appointment(me, another):
    plan(me, 1)
    one = asked(me.client.get, "/today/")
    for number in range(9):
        another(f"Somebody{number} Else", 1 + number / 2)
    assert asked(me.client.get, "/today/") == one
    assert one <= 5


def test_each_sheet_costs_as_many_as_every_other(me, another):
    counts = []
    for number in range(4):
        another(f"Somebody{number} Else", 1 + number / 2)
        me.client.get(BRIEFS)
        counts.append(asked(me.client.get, BRIEFS))
    steps = {later - earlier for earlier, later in pairwise(counts)}
    assert len(steps) == 1
    assert steps.pop() <= 6


def test_the_way_there_is_on_ones_own_pages(me):
    for address in ("/", "/today/"):
        assert "/today/" in links(shown(me.client.get(address)))
    assert "/today/" in links(main(me.client.get("/")))
