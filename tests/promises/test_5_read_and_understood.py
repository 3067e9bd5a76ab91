"""Read and understood are different things. Each sees when the other has read; saying so is for people to do.

When something counts as read is shown in detail in tests/relationships/test_reading.py.
"""

import datetime as dt
from html import unescape

import time_machine
from django.utils.html import strip_tags

from relationships import clock


def words(chair, page: str = "") -> str:
    return " ".join(unescape(strip_tags(chair.get(page).content.decode())).split())


def test_each_sees_that_the_other_has_not_read_yet_and_then_that_they_have(me, them):
    me.write("It is back.")
    name = them.participant.short_name
    assert f"{name} has not read this yet" in words(me)
    them.get()
    assert f"{name} has not read this yet" not in words(me)
    assert "Both have read this" in words(me)


def test_each_sees_when(me, them):
    entry = me.write("It is back.")
    with time_machine.travel("2026-11-24 09:30Z", tick=False):
        them.participant.relationship.open(
            by=them.participant, page="", entries=me.relationship.entries.for_reading()
        )
    with time_machine.travel("2026-11-25 09:30Z", tick=False):
        me.client.force_login(me.participant.person)
        page = words(me, f"entry/{entry.pk}/")
        acts = words(me, "event/")
    assert "24 November 2026, " in page
    assert "24 Nov" in acts


def test_reading_alone_is_not_called_understanding(me, them):
    entry = me.write("It is back.")
    them.get()
    for page in ("", f"entry/{entry.pk}/"):
        assert "understood" not in words(me, page).lower()


def test_the_other_can_say_that_they_see_it_otherwise_and_neither_is_corrected(me, them):
    entry = me.write("You want to stop.")
    them.post(f"entry/{entry.pk}/answer/differently/", text="I want to pause.")
    for chair in (me, them):
        assert "You want to stop." in words(chair)
        assert "I want to pause." in words(chair)


def test_nothing_says_that_it_was_read_when_only_a_machine_fetched_it(me, them):
    me.write("It is back.")
    them.client.head(them.address)
    them.client.get(them.address, headers={"Sec-Purpose": "prefetch"})
    name = them.participant.short_name
    assert f"{name} has not read this yet" in words(me)
    them.get()
    assert f"{name} has not read this yet" not in words(me)


# --- Before a meeting, and saying it back ---------------------------------------------------------------


def test_each_sees_whether_the_other_has_read_what_they_hope_for(me, them):
    soon = clock.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20).consult
    hope = me.write("To be heard.", kind="hope", consult=consult)
    unread = f"{them.participant.short_name} has not read this yet"
    assert unread in words(me, f"entry/{hope.pk}/")
    assert "To be heard." in words(them, f"consult/{consult.pk}/brief/")
    assert unread not in words(me, f"entry/{hope.pk}/")


def test_what_the_brief_shows_only_the_beginning_of_was_not_read_by_it(me, them):
    soon = clock.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20).consult
    hope = me.write("To be heard. " * 40, kind="hope", consult=consult)
    assert "To be heard." in words(them, f"consult/{consult.pk}/brief/")
    assert f"{them.participant.short_name} has not read this yet" in words(me, f"entry/{hope.pk}/")


def test_only_whoever_meant_it_says_whether_it_was_understood(me, them):
    entry = me.write("I would like to stay on the water.")
    assert them.post(f"entry/{entry.pk}/reflection/", text="You want a boat.").status_code == 302
    said_back = me.relationship.entries.get(kind="reflection")
    page = f"entry/{said_back.pk}/acknowledgement/"
    assert them.post(page, understood="yes").status_code == 404
    seen = {"wording": str(said_back.pk)}
    assert me.post(page, understood="nearly", text="Not the boat. The water.", **seen).status_code == 302
    for chair in (me, them):
        said = words(chair, f"entry/{entry.pk}/")
        assert "You want a boat." in said
        assert "Not the boat. The water." in said
        assert "nearly" in said.lower()
