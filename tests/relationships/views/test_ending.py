"""Ending: either may, after a page that asks; it stays readable by both and closed to writing."""

import pytest

from relationships.models import Relationship, Verb
from tests.relationships.views.shown import cards, links, main, press


def test_the_page_asks_first_and_looking_ends_nothing(me):
    page = main(me.get("ending/"))
    assert "neither needs a reason" in page.text
    assert me.address in links(page)
    me.client.head(me.address + "ending/")
    assert not Relationship.objects.get().is_ended


def test_either_ends_it_and_both_can_read_it(me, them):
    me.write("Mine.")
    answer = press(me.client, me.get("ending/"), "End it")
    assert answer["Location"] == me.address
    assert Relationship.objects.get().is_ended
    for chair in (me, them):
        assert cards(chair.get()) == ["Mine."]
        assert "This journal has ended." in main(chair.get()).text
        assert main(chair.get("ending/")).one("h1").text == "This journal has ended"
        assert not main(chair.get("ending/")).all("form")


def test_a_second_press_says_so_and_leaves_one_act(me, them):
    pages = [(chair, chair.get("ending/")) for chair in (me, them)]
    for chair, page in pages:
        assert press(chair.client, page, "End it")["Location"] == me.address
    assert "This journal has ended." in main(them.get()).one(class_="notices").text
    assert me.relationship.events.filter(verb=Verb.ENDED).count() == 1


@pytest.mark.parametrize(
    "page", ["write/", "invitation/", "entry/{}/answer/", "entry/{}/correction/", "entry/{}/withdrawal/"]
)
def test_nothing_can_be_added_by_either_at_any_address(me, them, page):
    entries = [(chair, chair.write("Words.")) for chair in (me, them)]
    me.relationship.end(by=them.participant)
    length = me.relationship.head().number
    for chair, entry in entries:
        answer = chair.post(page.format(entry.pk), text="More.", way="link")
        assert answer.status_code in (302, 422)
    assert me.relationship.head().number == length


def test_every_page_can_still_be_looked_at_by_both(me, them):
    entries = [me.write("Mine."), them.write("Theirs.")]
    me.relationship.end(by=me.participant)
    pages = ["", "write/", "brief/", "brief/text/", "event/", "ending/", "invitation/"]
    pages += [
        f"entry/{entry.pk}/{page}" for entry in entries for page in ("", "answer/", "answer/differently/")
    ]
    for page in pages:
        for chair in (me, them):
            assert chair.get(page).status_code == 200, page
