"""Taking back one's own words: they fold away for both, and both can still read them."""

import pytest

from relationships.models import Bearing, Verb
from tests.relationships.views.shown import fields_of, links, main, press


def page_of(chair, entry):
    return chair.get(f"entry/{entry.pk}/withdrawal/")


def test_the_page_asks_first_and_looking_withdraws_nothing(me, them):
    entry = me.write("Not so.")
    page = main(page_of(me, entry))
    assert "Withdraw this?" in page.text
    assert "Not so." in page.text
    assert f"{me.address}entry/{entry.pk}/" in links(page)
    me.client.head(f"{me.address}entry/{entry.pk}/withdrawal/")
    assert me.relationship.entries.count() == 1


@pytest.mark.parametrize("why", ["", "I was *tired*.\nAnd <wrong>."])
def test_it_folds_away_for_both_with_a_why_or_without(me, them, why):
    entry = me.write("Not so.")
    answer = press(me.client, page_of(me, entry), "Withdraw it", text=why)
    withdrawal = me.relationship.entries.get(bearing=Bearing.WITHDRAWS)
    assert answer["Location"] == f"{me.address}entry/{entry.pk}/#entry-{withdrawal.pk}"
    assert withdrawal.text == why
    for chair in (me, them):
        page = main(chair.get())
        assert "Not so." not in page.text
        assert f"{me.participant.short_name} withdrew this." in page.text
        assert " ".join(why.split()) in page.text
        assert "Not so." in main(chair.get(f"entry/{entry.pk}/")).text


def test_what_was_answered_stays(me, them):
    entry = me.write("Not so.")
    them.answer(entry, "Oh?")
    press(me.client, page_of(me, entry), "Withdraw it")
    assert "Oh?" in main(them.get()).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [("w" * 20_001, "longer than one entry can be"), ("a\x00b", "control"), ("a\u202eb", "direction")],
)
def test_a_why_that_cannot_be_taken_is_said_beside_its_box(me, wrong, sentence):
    entry = me.write("Not so.")
    answer = press(me.client, page_of(me, entry), "Withdraw it", text=wrong)
    assert answer.status_code == 422
    field = main(answer).one(class_="field")
    assert sentence in field.one("p", class_="error").text
    assert field.one("textarea").typed == wrong
    assert me.relationship.entries.count() == 1


def test_a_double_click_withdraws_once_and_says_so_both_times(me):
    entry = me.write("Not so.")
    page = page_of(me, entry)
    places = {press(me.client, page, "Withdraw it")["Location"] for _ in range(2)}
    assert len(places) == 1
    assert me.relationship.events.filter(verb=Verb.WITHDREW).count() == 1


def test_a_second_withdrawal_says_that_it_is_withdrawn(me):
    entry = me.write("Not so.")
    page = page_of(me, entry)
    me.withdraw(entry)
    answer = press(me.client, page, "Withdraw it", text="Once more.")
    assert answer.status_code == 422
    assert "This has been withdrawn." in main(answer).one(class_="problem").text
    assert fields_of(main(answer).all("form")[0])["text"] == ["Once more."]
    assert me.relationship.events.filter(verb=Verb.WITHDREW).count() == 1


def test_after_the_end_it_is_refused_and_the_why_comes_back(me, them):
    entry = me.write("Not so.")
    page = page_of(me, entry)
    them.relationship.end(by=them.participant)
    answer = press(me.client, page, "Withdraw it", text="Too late.")
    assert answer.status_code == 422
    assert "This journal has ended." in main(answer).one(class_="problem").text
    assert fields_of(main(answer).all("form")[0])["text"] == ["Too late."]
    assert me.relationship.entries.count() == 1
