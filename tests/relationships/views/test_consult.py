"""Planning to meet: when, how long and how; moved, called off, met; and the page of one appointment."""

import datetime as dt
import re
import uuid
import zoneinfo

import pytest
from django.utils import formats, timezone

from relationships import clock
from relationships.agenda import agenda, find
from relationships.models import Appointment, Event, Relationship, Verb
from tests.cast import CANARY, Chair, pair, person, signed_in
from tests.relationships.views.shown import links, main, press, shown
from tests.relationships.views.test_queries import asked

UTC = dt.UTC
WINTER = dt.datetime(2027, 1, 15, 12, tzinfo=UTC)

PARTS = ["Record", "Before we meet", "Appointments", "What matters", "Who we are"]


def at(chair, *, days=1, hours=0):
    """A time to come, on the whole minute."""
    moment = clock.now() + dt.timedelta(days=days, hours=hours)
    return moment.replace(second=0, microsecond=0)


def typed(chair, moment, minutes="20", **more):
    """What somebody types for that moment, by the clock on their own wall."""
    here = moment.astimezone(chair.participant.person.zone)
    return {"day": here.strftime("%Y-%m-%d"), "time": here.strftime("%H:%M"), "minutes": minutes} | more


def as_shown(chair, moment):
    """A time as this person's page shows it."""
    here = timezone.localtime(moment, chair.participant.person.zone)
    return f"{formats.date_format(here, 'l')}, {formats.date_format(here, 'DATETIME_FORMAT')}"


def plan(chair, moment=None, **what):
    moment = moment or at(chair)
    return chair.relationship.plan(by=chair.participant, starts_at=moment, minutes=20, **what).consult


def plan_in_the_past(chair, *, hours):
    """One whose time has come and gone."""
    moment = at(chair, days=0, hours=-hours)
    with clock.telling(moment - dt.timedelta(hours=2)):
        return plan(chair, moment)


def stands(chair, consult):
    return find(chair.relationship, consult.pk)


def lives_in(chair, zone):
    chair.participant.person.time_zone = zone
    chair.participant.person.save()
    chair.relationship.__dict__.pop("seats", None)


def notices(response):
    return [one.text for one in main(response).all(class_="notice")]


def errors(response):
    assert response.status_code == 422
    return [line.text for line in main(response).one(class_="problem").all("li")]


def sent(chair, page, button, **what):
    """Fill in a form and press the button; the page that one lands on."""
    answer = press(chair.client, chair.get(page), button, **what)
    assert answer.status_code == 302, errors(answer)
    return chair.client.get(answer["Location"])


# --- Planning ---------------------------------------------------------------------------------------------


def test_either_plans_an_appointment_and_both_see_it(me, them):
    moment = at(me)
    answer = sent(me, "consult/planning/", "Plan it", **typed(me, moment, way="video", where="Room 4"))
    (made,) = Appointment.objects.all()
    assert (made.starts_at, made.minutes, made.way, made.where) == (moment, 20, "video", "Room 4")
    assert (made.state, made.event.actor) == ("planned", me.participant)
    assert answer.request["PATH_INFO"] == f"{me.address}consult/{made.consult_id}/"
    assert notices(answer) == ["Planned. You both see it."]
    for chair in (me, them):
        page = main(chair.get(f"consult/{made.consult_id}/"))
        assert page.one("h1").text == as_shown(chair, moment)
        assert "20 minutes, by video, Room 4" in page.text
        assert as_shown(chair, moment) in main(chair.get("consult/")).one(id="coming").text


def test_how_and_where_may_be_left_out(me):
    sent(me, "consult/planning/", "Plan it", **typed(me, at(me)))
    (made,) = Appointment.objects.all()
    assert (made.way, made.where, made.reason) == ("", "", "")


def test_the_length_of_the_last_one_is_offered_again(me, them):
    me.relationship.plan(by=them.participant, starts_at=at(me), minutes=50)
    assert main(me.get("consult/planning/")).one("input", name="minutes").attrs["value"] == "50"


BAD = [
    ({"day": "2001-02-03"}, "Day: That time is past. If you have met already, say that you have met."),
    ({"day": "1066-10-14"}, "Day: That time is past. If you have met already, say that you have met."),
    ({"day": "0001-01-01"}, "Day: That time is past. If you have met already, say that you have met."),
    ({"day": "2226-02-03"}, "Day: That is more than two years ahead. Check the year."),
    ({"day": "9999-12-31", "time": "23:59"}, "Day: That is more than two years ahead. Check the year."),
    ({"day": ""}, "Day: Say on which day."),
    ({"day": "soon"}, "Day: Write the day like this: 2026-11-23."),
    ({"time": ""}, "Time: Say at what time."),
    ({"time": "25:00"}, "Time: Write the time like this: 14:30."),
    ({"minutes": ""}, "How many minutes: Say how many minutes it takes."),
    ({"minutes": "0"}, "How many minutes: It takes at least 1 minute."),
    ({"minutes": "-20"}, "How many minutes: It takes at least 1 minute."),
    ({"minutes": "1441"}, "How many minutes: That is longer than a day. Check the minutes."),
    ({"minutes": "half an hour"}, "How many minutes: Write the minutes as a number, like 20."),
    ({"minutes": "9" * 5000}, "How many minutes: Write the minutes as a number, like 20."),
    ({"way": "by pigeon"}, "How: Choose one of these."),
]


@pytest.mark.parametrize("page", ["planning", "moving"])
@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_what_cannot_be_planned_is_said_plainly_and_nothing_typed_is_lost(me, page, wrong, sentence):
    consult = plan(me, at(me, days=3))
    button, address = {
        "planning": ("Plan it", "consult/planning/"),
        "moving": ("Move it", f"consult/{consult.pk}/moving/"),
    }[page]
    what = typed(me, at(me), where="Room 4", way="home") | wrong
    before = Event.objects.count()
    answer = press(me.client, me.get(address), button, **what)
    assert errors(answer) == [sentence]
    assert Event.objects.count() == before
    form = main(answer)
    for name in ("day", "time", "minutes", "where"):
        assert form.one("input", name=name).attrs.get("value", "") == what[name]
    chosen = [one.attrs["value"] for one in form.all("input", name="way") if "checked" in one.attrs]
    assert chosen == ([] if "way" in wrong else ["home"])
    # And with that put right, the very same form is taken.
    assert press(me.client, answer, button, **typed(me, at(me), way="home")).status_code == 302


@pytest.mark.parametrize(
    ("day", "time"), [("2027-03-28", "01:30"), ("2027-10-31", "01:30")], ids=["left out", "twice"]
)
def test_an_hour_that_is_not_there_or_comes_twice_is_refused(me, day, time):
    """London and Lisbon change their clocks at the same moment, from one to two and back."""
    with clock.telling(WINTER):
        page = me.get("consult/planning/")
        answer = press(me.client, page, "Plan it", day=day, time=time, minutes="20")
        said = "The clocks change that night, and this time is left out or comes twice. Choose another."
        assert errors(answer) == [f"Time: {said}"]
        assert not Appointment.objects.exists()
        assert press(me.client, answer, "Plan it", time="03:30").status_code == 302


def test_planned_in_winter_for_a_summer_day_it_is_the_time_that_was_typed(me, them):
    lives_in(them, "Pacific/Auckland")
    with clock.telling(WINTER):
        page = sent(me, "consult/planning/", "Plan it", day="2027-07-14", time="09:30", minutes="20")
        assert main(page).one("h1").text == "Wednesday, 14 July 2027, 09:30"
        assert Appointment.objects.get().starts_at == dt.datetime(2027, 7, 14, 8, 30, tzinfo=UTC)
    with clock.telling(dt.datetime(2027, 7, 1, 12, tzinfo=UTC)):
        consult = f"consult/{Appointment.objects.get().consult_id}/"
        assert main(me.get(consult)).one("h1").text == "Wednesday, 14 July 2027, 09:30"
        assert main(them.get(consult)).one("h1").text == "Wednesday, 14 July 2027, 20:30"


def test_each_sees_the_times_of_where_they_live_and_which_clock_that_is(me, them):
    moment = at(me)
    consult = plan(me, moment)
    for zones in (("Europe/London", "Pacific/Auckland"), ("America/Argentina/Buenos_Aires", "Europe/Lisbon")):
        for chair, zone in zip((me, them), zones, strict=True):
            lives_in(chair, zone)
        for chair, zone in zip((me, them), zones, strict=True):
            town = zone.rpartition("/")[2].replace("_", " ")
            here = timezone.localtime(moment, zoneinfo.ZoneInfo(zone))
            for page in ("consult/", f"consult/{consult.pk}/"):
                answer = main(chair.get(page))
                assert here.strftime("%H:%M") in answer.text
                assert f"By the clock in {town}." in answer.text
            assert f"By the clock in {town}." in main(chair.get("consult/planning/")).text


def test_where_both_live_by_the_same_clock_nothing_is_said_of_it(me, them):
    consult = plan(me)
    for chair in (me, them):
        lives_in(chair, "Europe/London")
    for page in ("consult/", "consult/planning/", f"consult/{consult.pk}/"):
        assert "By the clock" not in me.get(page).content.decode()


# --- Twice, and at the same time --------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_act(me):
    consult = plan(me, at(me, days=3))
    forms = [
        ("consult/planning/", "Plan it", typed(me, at(me))),
        (f"consult/{consult.pk}/moving/", "Move it", typed(me, at(me, days=4))),
        (f"consult/{consult.pk}/calling-off/", "Call it off", {"reason": "I am ill."}),
        ("consult/unplanned/", "We have met", typed(me, at(me, days=-1))),
    ]
    for address, button, what in forms:
        page = me.get(address)
        first = press(me.client, page, button, **what)
        before = Event.objects.count()
        again = press(me.client, page, button, **what)
        assert (first.status_code, again["Location"]) == (302, first["Location"])
        assert Event.objects.count() == before


def test_a_form_that_was_sent_and_says_something_else_now_is_not_taken_for_the_first(me):
    page = me.get("consult/planning/")
    assert press(me.client, page, "Plan it", **typed(me, at(me))).status_code == 302
    later = typed(me, at(me, days=7))
    answer = press(me.client, page, "Plan it", **later)
    assert errors(answer) == [
        "You have sent this once already, and it said something else. Look at it, and send it again."
    ]
    assert main(answer).one("input", name="day").attrs["value"] == later["day"]
    assert Appointment.objects.count() == 1
    assert press(me.client, answer, "Plan it").status_code == 302
    assert Appointment.objects.count() == 2


def test_two_that_move_it_at_once_are_both_kept_and_both_see_it(me, them):
    consult = plan(me, at(me, days=3))
    page = f"consult/{consult.pk}/moving/"
    mine, theirs = me.get(page), them.get(page)
    to = {"them": at(me, days=4), "me": at(me, days=5)}
    answer = press(them.client, theirs, "Move it", **typed(them, to["them"], reason="I am away."))
    assert "while you were writing" not in them.client.get(answer["Location"]).content.decode()
    answer = press(me.client, mine, "Move it", **typed(me, to["me"]))
    name = them.participant.short_name
    assert notices(me.client.get(answer["Location"])) == [
        "Moved. The earlier time stays visible to you both.",
        f"{name} moved it to {as_shown(me, to['them'])} while you were writing. Both are kept; yours stands.",
    ]
    assert stands(me, consult).starts_at == to["me"]
    for chair in (me, them):
        history = main(chair.get(f"consult/{consult.pk}/")).one(id="history")
        told = [line.text for line in history.all("li")]
        assert [line.split(" it ")[0].split(" ")[-1] for line in told] == ["moved", "moved", "planned"]
        assert as_shown(chair, to["me"]) in told[0]
        assert as_shown(chair, to["them"]) in told[1]
        assert history.one("q").text == "I am away."


def test_whoever_moves_what_was_called_off_meanwhile_is_told(me, them):
    consult = plan(me, at(me, days=3))
    page = me.get(f"consult/{consult.pk}/moving/")
    sent(them, f"consult/{consult.pk}/calling-off/", "Call it off")
    answer = press(me.client, page, "Move it", **typed(me, at(me, days=5)))
    assert answer.status_code == 422
    assert "This appointment was called off in the meantime." in main(answer).text
    assert stands(me, consult).is_called_off
    # Now they know, and what they typed is still there.
    again = press(me.client, answer, "Plan it again")
    assert "It is planned again." in notices(me.client.get(again["Location"]))
    assert stands(me, consult).is_planned
    assert stands(me, consult).starts_at == at(me, days=5)


def test_whoever_calls_off_what_was_moved_meanwhile_is_told(me, them):
    consult = plan(me, at(me, days=3))
    page = me.get(f"consult/{consult.pk}/calling-off/")
    sent(them, f"consult/{consult.pk}/moving/", "Move it", **typed(them, at(me, days=5)))
    answer = press(me.client, page, "Call it off", reason="I am ill.")
    said = notices(me.client.get(answer["Location"]))
    assert said[0] == "Called off. You both see it."
    assert said[1].endswith("while you were writing. Both are kept; yours stands.")
    assert stands(me, consult).is_called_off


def test_what_i_did_myself_meanwhile_needs_no_telling(me):
    consult = plan(me, at(me, days=3))
    page = me.get(f"consult/{consult.pk}/moving/")
    sent(me, f"consult/{consult.pk}/moving/", "Move it", **typed(me, at(me, days=5)))
    answer = press(me.client, page, "Move it", **typed(me, at(me, days=6)))
    assert len(notices(me.client.get(answer["Location"]))) == 1


# --- At the same time as another --------------------------------------------------------------------------


def test_overlapping_is_allowed_and_said(me, them):
    first = at(me)
    plan(them, first)
    overlapping = typed(me, first + dt.timedelta(minutes=10))
    answer = sent(me, "consult/planning/", "Plan it", **overlapping)
    told = f"You already have an appointment together then: {as_shown(me, first)}."
    assert notices(answer) == ["Planned. You both see it.", told]
    after_it = typed(me, first + dt.timedelta(minutes=30), minutes="5")
    assert len(notices(sent(me, "consult/planning/", "Plan it", **after_it))) == 1


def test_ones_own_appointment_elsewhere_is_told_without_a_word_about_where(me):
    moment = at(me)
    other = pair(me.participant.person, person(f"Other {CANARY}"))
    seat = other.relationship.seat_of(me.participant.person)
    elsewhere = other.relationship.plan(by=seat, starts_at=moment, minutes=60, where=CANARY)
    answer = sent(me, "consult/planning/", "Plan it", **typed(me, moment))
    assert notices(answer)[1:] == ["You have another appointment at that time."]
    assert CANARY not in answer.content.decode()
    assert str(other.relationship.pk) not in answer.content.decode()
    consult = agenda(me.relationship).next.consult
    other.relationship.call_off(elsewhere.consult, by=seat)
    moved = typed(me, moment + dt.timedelta(minutes=5))
    assert len(notices(sent(me, f"consult/{consult.pk}/moving/", "Move it", **moved))) == 1


def test_an_appointment_of_a_journal_that_has_ended_is_in_nobodys_way(me):
    moment = at(me)
    other = pair(me.participant.person, person("Other"))
    seat = other.relationship.seat_of(me.participant.person)
    other.relationship.plan(by=seat, starts_at=moment, minutes=60)
    other.relationship.end(by=seat)
    assert len(notices(sent(me, "consult/planning/", "Plan it", **typed(me, moment)))) == 1


def test_what_the_other_one_has_planned_elsewhere_is_never_told(me, them):
    moment = at(me)
    other = pair(them.participant.person, person("Other"))
    seat = other.relationship.seat_of(them.participant.person)
    other.relationship.plan(by=seat, starts_at=moment, minutes=60)
    answer = sent(me, "consult/planning/", "Plan it", **typed(me, moment))
    assert notices(answer) == ["Planned. You both see it."]


# --- Moving and calling off -------------------------------------------------------------------------------


def test_the_form_for_moving_begins_with_what_stands(me, them):
    moment = at(me)
    consult = plan(them, moment, way="telephone", where="The usual number")
    form = main(me.get(f"consult/{consult.pk}/moving/"))
    for name, value in (typed(me, moment) | {"where": "The usual number"}).items():
        assert form.one("input", name=name).attrs["value"] == value
    assert [one.attrs["value"] for one in form.all("input", name="way") if "checked" in one.attrs] == [
        "telephone"
    ]


def test_either_calls_it_off_and_either_plans_it_again(me, them):
    consult = plan(them)
    page = f"consult/{consult.pk}/"
    sent(me, f"{page}calling-off/", "Call it off", reason="I am ill.")
    for chair in (me, them):
        assert "This appointment was called off." in main(chair.get(page)).text
        assert "I am ill." in [quote.text for quote in main(chair.get(page)).all("q")]
        assert "This appointment was called off." in main(chair.get(f"{page}calling-off/")).text
        assert not main(chair.get(f"{page}calling-off/")).all("form")
        assert "called off" in main(chair.get("consult/")).one(id="been").text
    sent(them, f"{page}moving/", "Plan it again", **typed(them, at(me, days=9)))
    assert stands(me, consult).is_planned
    assert main(me.get("consult/")).one(id="coming")


def test_what_was_called_off_by_the_other_meanwhile_is_said(me, them):
    consult = plan(me)
    page = me.get(f"consult/{consult.pk}/calling-off/")
    sent(them, f"consult/{consult.pk}/calling-off/", "Call it off")
    answer = press(me.client, page, "Call it off", reason="I am ill.")
    assert errors(answer) == ["This appointment has been called off already."]
    assert main(answer).one("input", name="reason").attrs["value"] == "I am ill."


def test_what_has_met_is_neither_moved_nor_called_off(me, them):
    consult = plan(me, at(me, days=0, hours=1))
    pages = {
        name: me.get(f"consult/{consult.pk}/{name}/") for name in ("moving", "calling-off")
    }  # Open since before.
    with clock.telling(at(me, days=0, hours=2)):
        me.relationship.meet(consult, by=them.participant)
    answer = press(me.client, pages["moving"], "Move it", **typed(me, at(me), reason="I am late."))
    assert errors(answer) == ["You have met. This appointment stays as it was."]
    assert main(answer).one("input", name="reason").attrs["value"] == "I am late."
    assert errors(press(me.client, pages["calling-off"], "Call it off"))
    for name in pages:
        page = main(me.get(f"consult/{consult.pk}/{name}/"))
        assert not page.all("form")
        assert f"{me.address}consult/{consult.pk}/" in links(page)
    assert stands(me, consult).has_met


@pytest.mark.parametrize(
    ("page", "button", "name"),
    [
        ("consult/planning/", "Plan it", "where"),
        ("consult/{}/moving/", "Move it", "reason"),
        ("consult/{}/calling-off/", "Call it off", "reason"),
    ],
)
def test_a_journal_that_has_ended_refuses_with_the_words_kept(me, them, page, button, name):
    page = page.format(plan(me).pk)
    open_still = me.get(page)
    me.relationship.end(by=them.participant)
    what = {} if "calling" in page else typed(me, at(me))
    answer = press(me.client, open_still, button, **what, **{name: "My own words."})
    assert errors(answer) == ["This journal has ended. You can both still read it, and nothing can be added."]
    assert main(answer).one("input", name=name).attrs["value"] == "My own words."
    assert not main(me.get(page)).all("form")


def test_beside_a_box_for_words_it_says_that_nobody_watches(me):
    consult = plan(me)
    for page in ("moving", "calling-off"):
        assert (
            "Nobody watches this page"
            in main(me.get(f"consult/{consult.pk}/{page}/")).one(class_="care").text
        )


@pytest.mark.parametrize("words", ["a\x00b", "a\u202eb", "a" * 501])
def test_a_reason_that_cannot_be_kept_is_refused(me, words):
    consult = plan(me)
    answer = press(me.client, me.get(f"consult/{consult.pk}/calling-off/"), "Call it off", reason=words)
    assert all(line.startswith("Why: ") for line in errors(answer))
    assert stands(me, consult).is_planned


def test_reasons_and_places_are_shown_as_typed_and_never_as_markup(me, them):
    consult = plan(me, where="<b>Room</b> & *more*")
    sent(
        me, f"consult/{consult.pk}/calling-off/", "Call it off", reason="<i>No</i> & \u05e9\u05dc\u05d5\u05dd"
    )
    page = main(them.get(f"consult/{consult.pk}/"))
    assert "<b>Room</b> & *more*" in page.text
    assert page.one("q").one("bdi").text == "<i>No</i> & \u05e9\u05dc\u05d5\u05dd"


# --- Having met -------------------------------------------------------------------------------------------


def test_either_says_that_they_have_met_once_its_time_has_come(me, them):
    soon = plan(them, at(me, days=0, hours=3))
    page = f"consult/{soon.pk}/"
    assert "We have met" not in main(me.get(page)).text
    answer = me.client.post(f"{me.address}{page}meeting/", follow=True)
    assert notices(answer) == [
        "The time of this appointment has not come yet. If you met earlier, move it first."
    ]
    assert stands(me, soon).is_planned
    with clock.telling(stands(me, soon).starts_at - dt.timedelta(minutes=59)):
        answer = sent(me, page, "We have met")
        assert answer.request["PATH_INFO"] == f"{me.address}{page}"
        assert notices(answer) == ["You have met. Each of you can now write how it was."]
    assert stands(me, soon).event.actor == me.participant


def test_when_both_say_it_that_is_one_act_and_no_error(me, them):
    consult = plan_in_the_past(me, hours=3)
    mine, theirs = me.get(f"consult/{consult.pk}/"), them.get(f"consult/{consult.pk}/")
    assert press(them.client, theirs, "We have met").status_code == 302
    answer = press(me.client, mine, "We have met")
    assert notices(me.client.get(answer["Location"])) == []
    assert me.relationship.events.filter(verb=Verb.MET).count() == 1


def test_one_that_is_over_and_that_nobody_spoke_of_is_asked_about(me, them):
    first, second = (plan_in_the_past(them, hours=hours) for hours in (3, 30))
    page = me.get("consult/")
    waiting = main(page).one(id="unsaid")
    assert waiting.one("h2").text == "Did you meet?"
    assert [link for link in links(waiting) if link.endswith(f"{first.pk}/")]
    its_own = main(me.get(f"consult/{first.pk}/"))
    assert "This time is over. Did you meet?" in its_own.text
    assert f"{me.address}consult/{first.pk}/hope/" not in links(its_own), "Nobody hopes for what is over."
    forms = {form.attrs["action"]: form for form in waiting.all("form")}
    assert len(forms) == 2
    for action in forms:  # One after the other from the same page, as somebody does who goes back.
        me.client.post(action)
    assert stands(me, first).has_met
    assert stands(me, second).has_met
    assert not main(them.get("consult/")).all(id="unsaid")


def test_a_meeting_that_nobody_planned_is_told_with_its_time(me, them):
    moment = at(me, days=-2)
    answer = sent(me, "consult/unplanned/", "We have met", **typed(me, moment, way="home"))
    (made,) = Appointment.objects.all()
    assert (made.starts_at, made.way, made.state) == (moment, "home", "met")
    assert made.event.actor == me.participant
    assert main(answer).one("h1").text == as_shown(me, moment)
    assert as_shown(them, moment) in main(them.get("consult/")).one(id="been").text


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (2, "Day: That time has not come yet. You can plan an appointment for it."),
        (-900, "Day: That is more than two years ago. Check the year."),
    ],
)
def test_a_meeting_that_cannot_have_been_is_refused(me, days, sentence):
    page = me.get("consult/unplanned/")
    answer = press(me.client, page, "We have met", **typed(me, at(me, days=days), minutes="35"))
    assert errors(answer) == [sentence]
    assert main(answer).one("input", name="minutes").attrs["value"] == "35"
    assert not Appointment.objects.exists()
    assert press(me.client, answer, "We have met", **typed(me, at(me, days=-1))).status_code == 302


# --- All of them ------------------------------------------------------------------------------------------


def test_an_empty_page_says_what_will_be_here_and_has_one_button(me, them):
    for chair in (me, them):
        page = main(chair.get("consult/"))
        assert "Nothing is planned yet. Either of you can plan when you meet." in page.text
        assert [one.text for one in page.all(class_="button")] == ["Plan an appointment"]
        assert f"{me.address}consult/unplanned/" in links(page)


def test_all_of_them_stand_in_their_part_and_in_order(me, them):
    past = [plan_in_the_past(them, hours=hours) for hours in (60, 30)]
    for consult in past:
        me.relationship.meet(consult, by=me.participant)
    coming = [plan(me, at(me, days=days)) for days in (5, 2)]
    for chair in (me, them):
        page = main(chair.get("consult/"))
        assert [link for link in links(page.one(id="been")) if "over-time" not in link] == [
            f"{me.address}consult/{consult.pk}/" for consult in past[::-1]
        ]
        assert links(page.one(id="coming")) == [
            f"{me.address}consult/{consult.pk}/{more}" for consult in coming[::-1] for more in ("", "brief/")
        ]


def test_where_it_has_ended_all_can_be_read_and_nothing_planned(me, them):
    consult, over = plan(me), plan_in_the_past(me, hours=3)
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        for page in ("consult/", f"consult/{consult.pk}/", f"consult/{over.pk}/"):
            answer = main(chair.get(page))
            assert "This journal has ended." in answer.text
            assert not answer.all("form")
            assert not answer.all(class_="button")


# --- One of them ------------------------------------------------------------------------------------------


def test_while_it_is_planned_its_page_leads_to_all_that_can_be_done(me, them):
    consult = plan(them)
    for chair in (me, them):
        page = main(chair.get(f"consult/{consult.pk}/"))
        here = f"{me.address}consult/{consult.pk}/"
        ways = ("brief/", "hope/", "arrival/", "room/", "handing-over/", "moving/", "calling-off/")
        assert {f"{here}{way}" for way in ways} <= set(links(page))
        assert len(page.all(class_="button")) == 1


def test_hopes_stand_side_by_side_and_say_what_was_talked_about(me, them):
    consult = plan(me)
    mine = me.write("To travel in spring.", kind="hope", consult=consult)
    them.write("To hear of the nights.", kind="hope", consult=consult)
    them.answer(mine, "", kind="talked_about")
    for chair in (me, them):
        hopes = main(chair.get(f"consult/{consult.pk}/")).one(id="hopes")
        columns = {column.classes[0]: column.text for column in hopes.one(class_="facing") if column.classes}
        assert "To travel in spring." in columns[f"voice-{me.participant.voice}"]
        ticked = hopes.one(class_="closing")
        assert ticked.text == f"{them.participant.short_name}: we talked about this"
    mine.refresh_from_db()
    assert them.relationship.entries.for_reading().get(pk=mine.pk).read_at, "Who saw it has read it."


def test_how_somebody_arrives_stands_there_once_they_shared_it(me, them):
    consult = plan(me)
    page = f"consult/{consult.pk}/"
    me.client.post(f"{me.address}{page}arrival/", {"text": f"Tired, {CANARY}.", "do": "keep"})
    for chair in (me, them):
        assert CANARY not in chair.get(page).content.decode()
        assert not main(chair.get(page)).all(id="arrivals")
    me.write("A little tired.", kind="arrival", consult=consult)
    for chair in (me, them):
        assert "A little tired." in main(chair.get(page)).one(id="arrivals").text


def met(chair):
    consult = plan_in_the_past(chair, hours=3)
    chair.relationship.meet(consult, by=chair.participant)
    return consult


def test_two_accounts_stand_side_by_side_and_an_empty_place_says_so_gently(me, them):
    consult = met(them)
    page, account = f"consult/{consult.pk}/", f"{me.address}consult/{consult.pk}/account/"
    them.write("We had little time.", kind="account", consult=consult)
    mine, theirs = (main(chair.get(page)).one(id="accounts") for chair in (me, them))
    assert account in links(mine), "The empty place is mine to fill."
    assert account not in links(theirs)
    for accounts in (mine, theirs):
        assert "Nothing written yet." in accounts.text
        assert "We had little time." in accounts.text
    me.write("We had all the time.", kind="account", consult=consult)
    for chair in (me, them):
        accounts = main(chair.get(page)).one(id="accounts")
        for seat, words in ((me, "We had all the time."), (them, "We had little time.")):
            column = accounts.one(class_="facing").one("div", class_=f"voice-{seat.participant.voice}")
            assert [one.text for one in column.all(class_="words")] == [words]
        assert account not in links(accounts)


def test_what_was_promised_in_it_says_how_it_stands(me, them):
    consult = met(me)
    promise = them.write("I will ask.", kind="promise", consult=consult, due_on=dt.date(2027, 5, 6))
    me.write("Not of this day.", kind="promise")
    page = f"consult/{consult.pk}/"
    promises = main(me.get(page)).one(id="promises")
    assert "I will ask." in promises.text
    assert "6 May" in promises.text
    assert "Not of this day." not in promises.text
    assert f"{me.address}promise/?consult={consult.pk}" in links(promises)
    me.answer(promise, "They said yes.", kind="kept")
    for chair in (me, them):
        promises = main(chair.get(page)).one(id="promises")
        assert promises.one(class_="closing").text == f"{me.participant.short_name}: this is kept"
        assert "They said yes." in promises.text


def test_what_was_said_in_the_room_and_what_was_answered_stands_there_too(me, them):
    consult = met(me)
    said = them.write("We spoke of the sea.", kind="conversation", consult=consult)
    me.answer(said, "For a long time.")
    for chair in (me, them):
        others = main(chair.get(f"consult/{consult.pk}/")).one(id="others")
        assert "We spoke of the sea." in others.text
        assert "For a long time." in others.text


def answered(chair, consult):
    said = {"heard": {"level": "a_little", "words": CANARY}}
    return chair.write("", kind="experience", consult=consult, answers=said)


def test_the_four_questions_are_offered_and_open_once_both_have_answered(me, them):
    consult = met(me)
    page, questions = f"consult/{consult.pk}/", f"{me.address}consult/{consult.pk}/questions/"

    def asks(chair):
        part = main(chair.get(page)).one(id="questions")
        assert questions in links(part)
        return part.text

    assert "How was it for you?" in asks(me)
    answered(me, consult)
    assert "Your answers stay private until you have both answered." in asks(me)
    assert "How was it for you?" in asks(them)
    answered(them, consult)
    for chair in (me, them):
        assert "How it was for each of us" in asks(chair)
        assert CANARY not in chair.get(page).content.decode()


def test_whether_the_other_has_answered_is_not_to_be_seen_before_i_have(me, them):
    consult = met(me)
    page = f"consult/{consult.pk}/"

    def look():
        """The page without its foot, which counts the acts."""
        html = me.get(page).content.decode().partition("<footer")[0]
        return re.sub(r'(name="(?:csrfmiddlewaretoken|shown_to|submission)" value=)"[^"]*"', r"\1", html)

    look()
    before, cost = look(), asked(me.client.get, me.address + page)
    answered(them, consult)
    assert (look(), asked(me.client.get, me.address + page)) == (before, cost)
    answered(me, consult)
    assert look() != before


def test_whoever_likes_to_choose_when_to_open_new_words_is_asked_first(me, them):
    consult = met(me)
    me.participant.person.pauses_first = True
    me.participant.person.save()
    entry = them.write(f"Hard to read, {CANARY}.", kind="account", consult=consult)
    page = me.get(f"consult/{consult.pk}/")
    assert CANARY not in page.content.decode()
    assert f"{me.address}entry/{entry.pk}/" in links(main(page))
    assert them.relationship.entries.for_reading().get(pk=entry.pk).read_at is None


def test_looking_at_it_is_one_act_in_half_an_hour(me, them):
    consult = plan(me)
    me.write("To rest.", kind="hope", consult=consult)
    page = f"consult/{consult.pk}/"
    before = me.relationship.events.count()
    them.client.head(them.address + page)
    assert me.relationship.events.count() == before
    for _ in range(3):
        them.get(page)
    assert me.relationship.events.count() == before + 1
    assert (me.relationship.head().verb, me.relationship.head().page) == (Verb.OPENED, page)


def test_its_page_costs_the_same_however_much_was_said_in_it(me, them):
    consult = met(me)
    page = f"{me.address}consult/{consult.pk}/"

    def say(times):
        for number in range(times):
            chair, other = (me, them) if number % 2 else (them, me)
            for kind in ("hope", "account", "promise", "conversation"):
                entry = chair.write(f"Words {number}", kind=kind, consult=consult)
                other.answer(entry)
            other.answer(chair.write("Done.", kind="promise", consult=consult), "", kind="kept")

    say(1)
    me.client.get(page)
    few = asked(me.client.get, page)
    say(6)
    for number in range(5):
        plan(me, at(me, days=number + 1))
    me.client.get(page)
    assert asked(me.client.get, page) == few
    assert few <= 8


def test_all_of_them_cost_the_same_for_two_and_for_twenty(me):
    plan(me)
    page = f"{me.address}consult/"
    few = asked(me.client.get, page)
    for number in range(19):
        plan(me, at(me, days=number + 2))
    assert asked(me.client.get, page) == few


# --- Who gets there ---------------------------------------------------------------------------------------

OF_ONE = ("", "moving/", "calling-off/", "meeting/")


def test_a_stranger_finds_none_of_this(me, stranger):
    consult = plan(me)
    pages = [f"consult/{page}" for page in ("", "planning/", "unplanned/")]
    pages += [f"consult/{consult.pk}/{page}" for page in OF_ONE]
    outside = signed_in(stranger)
    before = Event.objects.count()
    for page in pages:
        answers = [getattr(outside, way)(me.address + page, typed(me, at(me))) for way in ("get", "post")]
        assert [answer.status_code for answer in answers] == [404, 404], page
        assert me.get(page).status_code == (405 if page.endswith("meeting/") else 200)
    assert stands(me, consult).is_planned
    assert Event.objects.filter(relationship__participants__person=stranger).count() <= before


def test_a_consult_of_another_record_is_not_found_in_this_one(me, stranger):
    seat = stranger.seats.get()
    theirs = seat.relationship.plan(by=seat, starts_at=at(me), minutes=20).consult
    for key in (theirs.pk, uuid.uuid4()):
        for page in OF_ONE:
            for answer in (me.get(f"consult/{key}/{page}"), me.post(f"consult/{key}/{page}", reason="No.")):
                assert answer.status_code in (404, 405), page
                assert answer.status_code == 404 or (page, answer.request["REQUEST_METHOD"]) in (
                    ("meeting/", "GET"),
                    ("", "POST"),
                )
    assert find(seat.relationship, theirs.pk).is_planned


def test_a_journal_with_one_person_can_have_appointments_too(me):
    alone = Relationship.begin(by=me.participant.person, side=me.participant.side)
    chair = Chair(alone.seat_of(me.participant.person), alone, me.client)
    page = sent(chair, "consult/planning/", "Plan it", **typed(chair, at(chair)))
    assert main(page).one("h1").text
    assert "Hand this device over" not in main(page).text


# --- The way there ----------------------------------------------------------------------------------------


def test_every_page_of_a_record_leads_to_the_appointments_and_says_where_one_is(me):
    consult = plan(me)
    marked = {
        "": "Record",
        "brief/": "Before we meet",
        f"consult/{consult.pk}/brief/": "Before we meet",
        "consult/": "Appointments",
        "consult/planning/": "Appointments",
        f"consult/{consult.pk}/": "Appointments",
        "write/": None,
    }
    for page, name in marked.items():
        nav = shown(me.get(page)).one("nav", class_="nav")
        assert [link.text for link in nav.all("a")] == PARTS, page
        assert [link.text for link in nav.all("a") if "aria-current" in link.attrs] == [name] * bool(name)


def test_what_happened_here_stands_at_the_foot_of_every_page_beside_the_fingerprint(me):
    consult = plan(me)
    for page in ("", "brief/", "write/", "event/", "consult/", f"consult/{consult.pk}/"):
        foot = shown(me.get(page)).one("footer")
        assert foot.all(class_="fingerprint")
        (link,) = (one for one in foot.all("a") if one.text == "What happened here")
        assert link.attrs["href"] == f"{me.address}event/"
        assert ("aria-current" in link.attrs) == (page == "event/")
