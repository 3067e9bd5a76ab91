"""Answering: a reply, or a different way to see it. Anybody of the two may answer anything, their own words too."""

import pytest

from relationships.models import Bearing, Verb
from tests.relationships.views.shown import links, main, press, shown

WAYS = ["answer/", "answer/differently/"]


def answering(chair, entry, way="answer/", **typed):
    name = chair.relationship.facing(chair.participant).short_name
    return press(chair.client, chair.get(f"entry/{entry.pk}/{way}"), f"Share with {name}", **typed)


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_stands_under_what_it_answers_for_both(me, them, way):
    entry = them.write("Theirs.")
    answer = answering(me, entry, way, text="I hear you.")
    said = me.relationship.entries.get(bearing=Bearing.ANSWERS)
    assert answer["Location"] == f"{me.address}entry/{entry.pk}/#entry-{said.pk}"
    for chair in (me, them):
        thread = main(chair.get()).one("article")
        assert [words.text for words in thread.all(class_="words")] == ["Theirs.", "I hear you."]
    assert (said.author, said.about, said.kind) == (me.participant, entry, "reply")


@pytest.mark.parametrize("way", WAYS)
def test_the_page_shows_what_is_answered_as_it_stands_now(me, them, way):
    entry = them.write("Muddled.")
    them.correct(entry, "Clear.")
    me.answer(entry, "An earlier answer.")
    page = main(me.get(f"entry/{entry.pk}/{way}"))
    assert page.one(class_="words").text == "Clear."
    assert them.participant.short_name in page.one(class_="by").text


def test_one_can_answer_oneself_and_an_answer(me, them):
    entry = me.write("Mine.")
    first = them.answer(entry, "Theirs.")
    answering(me, entry, text="To myself.")
    answering(me, first, text="To the answer.")
    said = list(me.relationship.entries.filter(bearing=Bearing.ANSWERS).order_by("number"))
    assert [(one.text, one.about_id, one.thread_id) for one in said] == [
        ("Theirs.", entry.pk, entry.pk),
        ("To myself.", entry.pk, entry.pk),
        ("To the answer.", first.pk, entry.pk),
    ]
    words = [one.text for one in main(them.get(f"entry/{entry.pk}/")).one("article").all(class_="words")]
    assert words == ["Mine.", "Theirs.", "To myself.", "To the answer."]


def test_to_answer_a_wording_is_to_answer_the_entry(me, them):
    entry = them.write("Theirs.")
    wording = them.correct(entry, "Theirs, better.")
    answering(me, wording, text="I hear you.")
    assert me.relationship.entries.get(bearing=Bearing.ANSWERS).about == entry


def test_withdrawn_words_can_be_answered_without_showing_them(me, them):
    entry = them.write("Not so.")
    them.withdraw(entry)
    assert "Not so." not in main(me.get(f"entry/{entry.pk}/answer/")).text
    assert answering(me, entry, text="All right.").status_code == 302


def test_the_way_to_see_it_differently_is_offered_and_helps_to_say_it_kindly(me, them):
    entry = them.write("Theirs.")
    assert f"{me.address}entry/{entry.pk}/answer/differently/" in links(
        main(me.get(f"entry/{entry.pk}/answer/"))
    )
    page = main(me.get(f"entry/{entry.pk}/answer/differently/"))
    assert "neither of you has to be wrong" in page.text
    assert "I remember it differently: …" in page.text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [("", "Write something first."), ("w" * 20_001, "longer than one"), ("a\u2067b", "direction of reading")],
)
def test_what_cannot_be_taken_is_said_beside_the_box_and_the_words_kept(me, them, way, wrong, sentence):
    entry = them.write("Theirs.")
    answer = answering(me, entry, way, text=wrong)
    assert answer.status_code == 422
    box = next(box for box in main(answer).all(class_="box") if box.all("textarea"))
    assert sentence in box.one("p", class_="error").text
    assert box.one("textarea").typed == wrong
    assert "Theirs." in main(answer).text
    assert me.relationship.entries.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_double_click_answers_once(me, them, way):
    entry = them.write("Theirs.")
    page = me.get(f"entry/{entry.pk}/{way}")
    button = f"Share with {them.participant.short_name}"
    places = {press(me.client, page, button, text="Once.")["Location"] for _ in range(2)}
    assert len(places) == 1
    assert me.relationship.events.filter(verb=Verb.ANSWERED).count() == 1
    other = press(me.client, page, button, text="Twice?")
    assert other.status_code == 422
    assert main(other).one("textarea").typed == "Twice?"


@pytest.mark.parametrize("way", WAYS)
def test_a_preview_shows_no_html_of_anybody(me, them, way):
    entry = them.write("<u>Theirs</u>")
    button = press(me.client, me.get(f"entry/{entry.pk}/{way}"), "Preview", text="<u>mine</u>")
    assert not shown(button).all("u")
    assert "<u>mine</u>" in main(button).one(class_="preview").text
    assert me.relationship.entries.count() == 1


def test_after_the_end_the_words_come_back_and_nothing_is_added(me, them):
    entry = them.write("Theirs.")
    page = me.get(f"entry/{entry.pk}/answer/")
    them.relationship.end(by=them.participant)
    answer = press(me.client, page, f"Share with {them.participant.short_name}", text="Too late.")
    assert answer.status_code == 422
    assert "This journal has ended." in main(answer).one(class_="problem").text
    assert main(answer).one("textarea").typed == "Too late."
    assert me.relationship.entries.count() == 1
