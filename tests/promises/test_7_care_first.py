"""No urgency, streaks or scores. Wherever one writes it says that nobody watches. Either may pause before opening."""

import datetime as dt
import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from relationships import clock
from relationships.models import Relationship
from tests.cast import person

BOXES = ("write/", "entry/{}/answer/", "entry/{}/answer/differently/")
AROUND = ("hope/", "hope/more/", "arrival/", "room/")
"""Where one writes around an appointment that is planned."""


def words(answer) -> str:
    return " ".join(unescape(strip_tags(answer.content.decode())).split())


def test_wherever_one_writes_it_says_that_nobody_watches_and_where_to_turn(me, them, settings):
    settings.EMERGENCY_NUMBER = "999"
    mine, theirs = me.write("Mine."), them.write("Theirs.")
    for page in (*(box.format(theirs.pk) for box in BOXES), f"entry/{mine.pk}/correction/", ""):
        assert "Nobody watches this page. If it cannot wait, call 999." in words(me.get(page)), page


def test_it_says_so_again_when_something_went_wrong(me):
    assert "If it cannot wait, call" in words(me.post("write/", text=""))


@pytest.mark.django_db
def test_both_agreed_to_it_in_plain_words(client):
    host = person("Host")
    relationship = Relationship.begin(by=host, side="patient")
    invitation = relationship.invite(by=relationship.seat_of(host))
    said = words(client.get(f"/join/{invitation.token}/"))
    assert "Nobody watches it." in said
    assert "It is not for anything that cannot wait" in said
    assert "No page here opens it to anybody else" in said


def test_nothing_hurries_counts_or_scores(me, them):
    for _ in range(3):
        me.write("Again."), them.write("Again.")
    for page in ("", "write/", "brief/", "event/"):
        said = words(me.get(page)).lower()
        for word in (
            "streak",
            "score",
            "overdue",
            "urgent",
            "hurry",
            "reminder",
            "unread (",
            "points",
            "level",
            "goal",
        ):
            assert not re.search(rf"\b{re.escape(word)}", said), (word, page)
    assert not re.search(r"\d+ (new|unread)", words(me.client.get("/")))


def test_either_may_pause_before_they_open_the_others_words(me, them):
    them.write("Difficult news.")
    assert "Difficult news." in words(me.get())
    me.participant.person.pauses_first = True
    me.participant.person.save()
    entry = them.write("More of it.")
    said = words(me.get())
    assert "More of it." not in said
    assert "Open it when you like" in said
    assert "More of it." in words(me.get(f"entry/{entry.pk}/"))


def test_the_pause_is_chosen_in_ones_own_settings(me):
    assert "pauses_first" in me.client.get("/me/settings/").context["form"].fields


def test_either_may_end_it_without_a_reason(me, them):
    page = me.get("ending/")
    assert "neither needs a reason" in words(page)
    assert not re.search(r"<(textarea|select)|type=\"(text|radio|checkbox)\"", page.content.decode())
    assert me.post("ending/").status_code == 302
    assert "This journal has ended." in words(them.get())


# --- Around an appointment ------------------------------------------------------------------------------


def test_there_too_it_says_wherever_one_writes_that_nobody_watches(me, them):
    soon = clock.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20).consult
    promise = me.write("I shall ask.", kind="promise")
    pages = [f"consult/{consult.pk}/{page}" for page in AROUND]
    pages += ["promise/", *(f"entry/{promise.pk}/{way}/" for way in ("keeping", "releasing", "moving"))]
    for page in pages:
        assert "If it cannot wait, call" in words(me.get(page)), page
    me.relationship.meet(consult, by=them.participant)
    for page in ("account/", "questions/"):
        assert "If it cannot wait, call" in words(me.get(f"consult/{consult.pk}/{page}")), page


def test_a_promise_that_is_late_is_shown_without_alarm(me, them):
    """It is said by when it was due, in the same words as for one that is not late."""
    today = clock.now().date()
    late = me.write("The late one.", kind="promise", due_on=today - dt.timedelta(days=40))
    due = me.write("The one to come.", kind="promise", due_on=today + dt.timedelta(days=40))
    for chair in (me, them):
        for page in ("", "brief/", f"entry/{late.pk}/", f"entry/{due.pk}/"):
            said = words(chair.get(page)).lower()
            for alarm in (
                "overdue",
                "too late",
                "missed",
                "broken",
                "failed",
                "warning",
                "urgent",
                "remind",
                "!",
            ):
                assert alarm not in said, (alarm, page)
    html = [me.get(f"entry/{one.pk}/").content.decode() for one in (late, due)]
    classes = [
        {name for names in re.findall(r'class="([^"]*)"', one) for name in names.split()} for one in html
    ]
    assert classes[0] == classes[1], "It looks no different."


def test_nothing_is_added_up_or_rated_however_often_they_met(me, them):
    given = {"heard": {"level": "no"}, "next": {"level": "yes"}}
    for days in (30, 20, 10):
        when = clock.now() - dt.timedelta(days=days)
        consult = me.relationship.meet(None, by=me.participant, starts_at=when, minutes=20).consult
        for chair in (me, them):
            chair.write("", kind="experience", consult=consult, answers=given)
    for page in (
        "consult/",
        "consult/over-time/",
        f"consult/{consult.pk}/",
        f"consult/{consult.pk}/questions/",
    ):
        said = words(me.get(page)).lower()
        said = re.sub(r"(this|it) is no score\.", "", said)
        for word in (
            "score",
            "average",
            "rating",
            "rate ",
            "points",
            "stars",
            "%",
            " of 4",
            "trend",
            "better than",
        ):
            assert word not in said, (word, page)


def test_nobody_is_pushed_to_answer(me, them):
    """Who has not answered is not asked again on any other page, and nothing says that the other waits."""
    when = clock.now() - dt.timedelta(days=1)
    consult = me.relationship.meet(None, by=me.participant, starts_at=when, minutes=20).consult
    them.write("", kind="experience", consult=consult, answers={"heard": {"level": "yes"}})
    questions = f"consult/{consult.pk}/questions/"
    assert questions in me.get(f"consult/{consult.pk}/").content.decode(), "There is a way to them."
    for page in ("", "write/", "brief/", "consult/"):
        assert questions not in me.get(page).content.decode(), page
    assert questions not in me.client.get("/").content.decode()
