"""No urgency, streaks or scores. Wherever one writes it says that nobody watches. Either may pause before opening."""

import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from relationships.models import Relationship
from tests.cast import person

BOXES = ("write/", "entry/{}/answer/", "entry/{}/answer/differently/")


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
    assert "Nobody else can open it" in said


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
