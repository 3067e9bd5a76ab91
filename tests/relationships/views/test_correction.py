"""Putting one's own words differently: the new wording takes the place of the old, which both can still read."""

import datetime as dt

import pytest

from relationships.models import Bearing, Verb
from tests.relationships.views.shown import cards, fields_of, main, press


@pytest.fixture
def entry(me):
    return me.write("It was Tuesday.", kind="value", helped_by="Ann", happened_on=dt.date(2026, 1, 2))


@pytest.fixture
def button(them):
    return f"Share with {them.participant.short_name}"


def page_of(chair, entry):
    return chair.get(f"entry/{entry.pk}/correction/")


def test_the_box_holds_the_words_as_they_stand(me, entry):
    me.correct(entry, "It was *Wednesday*.", helped_by="Bo", happened_on=dt.date(2026, 1, 3))
    kept = fields_of(main(page_of(me, entry)).all("form")[0])
    assert kept["text"] == ["It was *Wednesday*."]
    assert kept["helped_by"] == ["Bo"]
    assert kept["happened_on"] == ["2026-01-03"]


def test_the_new_wording_is_what_both_see_and_the_old_one_stays(me, them, entry, button):
    answer = press(me.client, page_of(me, entry), button, text="It was Wednesday.", happened_on="2026-01-03")
    wording = me.relationship.entries.get(bearing=Bearing.CORRECTS)
    assert answer["Location"] == f"{me.address}entry/{entry.pk}/#entry-{wording.pk}"
    for chair in (me, them):
        assert cards(chair.get()) == ["It was Wednesday."]
        assert "It was Tuesday." in main(chair.get(f"entry/{entry.pk}/")).text
    entry.refresh_from_db()
    assert entry.text == "It was Tuesday."
    assert (wording.kind, wording.happened_on) == ("value", dt.date(2026, 1, 3))


def test_it_can_be_put_differently_again_and_again(me, entry, button):
    for day in ("Wednesday", "Thursday"):
        press(me.client, page_of(me, entry), button, text=f"It was {day}.")
    assert cards(me.get()) == ["It was Thursday."]
    assert me.relationship.events.filter(verb=Verb.CORRECTED).count() == 2


@pytest.mark.parametrize(
    ("box", "wrong", "sentence"),
    [
        ("text", "", "Write something first."),
        ("text", "w" * 20_001, "longer than one entry can be"),
        ("text", "a\x00b", "invisible control character"),
        ("happened_on", "2126-01-01", "more than a year ahead"),
        ("helped_by", "h" * 121, "120 characters"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_box(me, entry, button, box, wrong, sentence):
    answer = press(me.client, page_of(me, entry), button, **({"text": "Better."} | {box: wrong}))
    assert answer.status_code == 422
    field = [field for field in main(answer).all(class_="field") if field.all(name=box)][-1]
    assert sentence in field.one("p", class_="error").text
    assert fields_of(main(answer).all("form")[0])[box] == [wrong]
    assert me.relationship.entries.count() == 1


def test_a_double_click_corrects_once(me, entry, button):
    page = page_of(me, entry)
    for _ in range(2):
        assert press(me.client, page, button, text="Once.").status_code == 302
    assert me.relationship.events.filter(verb=Verb.CORRECTED).count() == 1
    other = press(me.client, page, button, text="Twice?")
    assert other.status_code == 422
    assert main(other).one("textarea").typed == "Twice?"


def test_a_draft_of_it_waits_beside_the_words_that_hold(me, them, entry):
    press(me.client, page_of(me, entry), "Keep as a draft", text="Perhaps Wednesday.")
    assert main(page_of(me, entry)).one("textarea").typed == "Perhaps Wednesday."
    assert cards(them.get()) == ["It was Tuesday."]


def test_withdrawn_words_are_not_put_differently_any_more(me, entry, button):
    page = page_of(me, entry)
    me.withdraw(entry)
    assert page_of(me, entry)["Location"] == f"{me.address}entry/{entry.pk}/"
    answer = press(me.client, page, button, text="After all.")
    assert answer.status_code == 422
    assert "This has been withdrawn." in main(answer).text
    assert main(answer).one("textarea").typed == "After all."


def test_after_the_end_the_words_come_back_and_nothing_is_added(me, them, entry, button):
    page = page_of(me, entry)
    them.relationship.end(by=them.participant)
    answer = press(me.client, page, button, text="Too late.")
    assert answer.status_code == 422
    assert main(answer).one("textarea").typed == "Too late."
    assert me.relationship.entries.count() == 1


def test_a_preview_changes_nothing(me, them, entry):
    answer = press(me.client, page_of(me, entry), "Preview", text="<i>Wednesday</i>")
    assert "<i>Wednesday</i>" in main(answer).one(class_="preview").text
    assert cards(them.get()) == ["It was Tuesday."]
