"""Before we meet: one sheet in their own words, the same for both, on the page and as plain text."""

import datetime as dt
from itertools import product

import pytest
from django.utils import timezone

from relationships import clock
from relationships.models import Relationship, Verb
from tests.cast import signed_in
from tests.relationships.views.shown import links, main


@pytest.fixture
def ago():
    def earlier(**how_much):
        return clock.telling(timezone.now() - dt.timedelta(**how_much))

    return earlier


def part(response, name):
    return main(response).one("section", id=name)


def test_what_matters_and_how_care_should_be_stand_in_both_voices(me, them, ago):
    with ago(days=90):
        me.write("My garden.", kind="value")
        them.write("To be told early.", kind="care_preference")
    for chair in (me, them):
        answer = chair.get("brief/")
        assert "My garden." in part(answer, "matters").text
        assert "To be told early." in part(answer, "care").text
        assert "Nothing written yet." in part(answer, "care").text
        assert "What stands above still holds." in part(answer, "new").text


def test_what_is_new_is_what_was_written_since(me, them, ago):
    with ago(days=40):
        me.write("Long ago.")
    with ago(days=3):
        them.write("The other day.", kind="conversation")
    words = part(me.get("brief/"), "new").text
    assert "The other day." in words
    assert "Long ago." not in words
    since = (timezone.now() - dt.timedelta(days=60)).date().isoformat()
    assert "Long ago." in part(me.get("brief/", since=since), "new").text


def test_since_i_last_looked_where_i_have_looked(me, them, ago):
    with ago(days=10):
        them.write("Seen.")
    with ago(days=5):
        me.get()
    with ago(days=2):
        them.write("Not seen.")
    words = part(me.get("brief/"), "new").text
    assert "Not seen." in words
    assert "Seen." not in words.replace("Not seen.", "")
    again = part(me.get("brief/"), "new").text  # The same look, so the same sheet.
    assert "Not seen." in again


def test_a_correction_stands_in_its_place_and_withdrawn_words_do_not(me, them):
    mine = me.write("Muddled.", kind="value")
    me.correct(mine, "Clear.")
    gone = them.write("Gone.", kind="value")
    them.withdraw(gone)
    for chair in (me, them):
        for page in ("brief/", "brief/text/"):
            words = chair.get(page).content.decode()
            assert "Clear." in words
            assert "Muddled." not in words
            assert "Gone." not in words


def test_nothing_stands_twice_and_what_is_cut_leads_to_the_rest(me, them):
    entry = me.write("A sentence of some length, to be cut. " * 20, kind="value")
    answer = them.get("brief/")
    assert len(main(answer).all(class_="excerpt")) == 1
    assert f"{me.address}entry/{entry.pk}/" in links(part(answer, "matters"))
    assert "[…]" in them.get("brief/text/").content.decode()


def test_more_than_a_sheet_holds_is_counted_and_leads_to_the_record(me, them):
    for number in range(9):
        them.write(f"number {number}")
    new = part(me.get("brief/"), "new")
    assert len(new.all(class_="excerpt")) == 6
    assert "3 more in the record" in new.text
    assert "3 more in the record" in me.get("brief/text/").content.decode()


def test_the_plain_text_holds_the_same_words_and_where_they_are_from(me, them):
    me.write("<b>My</b> garden & hers.", kind="value")
    me.get("brief/")
    answer = me.get("brief/text/")
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "<b>My</b> garden & hers." in text
    assert "Wren Halloway" in text
    assert "Isko Marchetti-Oduya" in text
    head = me.relationship.head()
    assert f"at act {head.number}, {head.fingerprint}" in text
    box = main(me.get("brief/")).one("textarea")
    assert "<b>My</b> garden & hers." in box.typed
    assert "readonly" in box.attrs


def test_the_plain_text_goes_on_with_the_same_date(me, ago):
    with ago(days=200):
        me.write("Long ago.")
    since = (timezone.now() - dt.timedelta(days=300)).date().isoformat()
    link = next(
        link
        for link in links(main(me.get("brief/", since=since)))
        if link.startswith(me.address + "brief/text/")
    )
    assert "Long ago." in me.client.get(link).content.decode()


@pytest.mark.parametrize("since", ["soon", "2026-13-01", "\x00", "9" * 40])
def test_a_date_that_is_none_is_said_beside_its_box_and_the_sheet_stands(me, them, since):
    them.write("My garden.", kind="value")
    answer = me.get("brief/", since=since)
    assert answer.status_code == 200
    assert "Write the day like this" in main(answer).one("form").one("p", class_="error").text
    assert "My garden." in part(answer, "matters").text
    assert me.get("brief/text/", since=since).status_code == 200


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", ""])
def test_no_date_in_any_zone_is_an_error_of_ours(me, them, zone):
    them.write("My garden.", kind="value")
    me.participant.person.time_zone = zone
    me.participant.person.save()
    for page, since in product(("brief/", "brief/text/"), ("0001-01-01", "9999-12-31", "1883-11-18")):
        answer = me.get(page, since=since)
        assert answer.status_code == 200
        assert "My garden." in answer.content.decode()


def test_to_read_the_sheet_is_to_read_what_stands_on_it(me, them):
    entry = them.write("My garden.", kind="value")
    me.client.get(f"{me.address}brief/", headers={"Sec-Purpose": "prefetch"})
    me.client.head(f"{me.address}brief/")
    assert not me.relationship.events.filter(verb=Verb.OPENED).exists()
    me.get("brief/")
    assert me.relationship.events.get(verb=Verb.OPENED).readings.get().entry_id == entry.pk
    assert "Both have read this" in main(them.get()).text


def test_whoever_likes_to_choose_finds_no_unopened_words_here(me, them):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    entry = them.write("Heavy.", kind="value")
    for page in ("brief/", "brief/text/"):
        assert "Heavy." not in me.get(page).content.decode()
    me.get(f"entry/{entry.pk}/")
    assert "Heavy." in main(me.get("brief/")).text


def test_the_form_asks_with_a_date_in_the_address(me):
    form = main(me.get("brief/")).one("form")
    assert form.attrs["method"] == "get"
    assert form.one("input", name="since").attrs["value"]
    assert not main(me.get("brief/")).all("input", name="csrfmiddlewaretoken")


def test_it_can_be_read_before_the_other_has_come(wren):
    alone = Relationship.begin(by=wren, side="patient")
    alone.write(by=alone.seat_of(wren), text="Waiting.", kind="value")
    for page in ("brief/", "brief/text/"):
        assert "Waiting." in signed_in(wren).get(f"/r/{alone.pk}/{page}").content.decode()


def test_it_can_be_read_after_the_end(me, them):
    me.write("My garden.", kind="value")
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        assert "My garden." in main(chair.get("brief/")).text
