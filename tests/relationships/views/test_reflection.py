"""Saying back what one understood, and hearing whether that was meant: yes, nearly, not yet."""

import uuid

import pytest

from relationships.errors import AnsweredAlready, NotSound, YourOwnWords
from relationships.models import Verb
from relationships.verification import first_fault
from relationships.views.entry import whole_thread
from tests.cast import from_one_chair, signed_in
from tests.relationships.views.shown import main, press


def thread(chair, entry):
    return whole_thread(chair.relationship, entry)


def reflect(chair, entry, text="You would rather hear it early.", **what):
    return chair.answer(entry, text, kind="reflection", **what)


def acknowledge(chair, reflection, level, text=""):
    return chair.answer(reflection, text, kind="acknowledgement", answers={"understood": {"level": level}})


def test_what_one_understood_stands_beneath_and_says_who_said_it(me, them):
    entry = them.write("Tell me soon, and then leave me be.")
    page = me.get(f"entry/{entry.pk}/reflection/")
    assert "Tell me soon, and then leave me be." in main(page).text
    shared = press(me.client, page, f"Share with {them.participant.short_name}", text="You want it early.")
    assert shared.status_code == 302
    for chair in (me, them):
        assert "You want it early." in main(chair.get(f"entry/{entry.pk}/")).text
    (said,) = thread(me, entry).reflections
    assert (said.entry.author, said.understood) == (me.participant, "")


@pytest.mark.parametrize("level", ["yes", "nearly", "not_yet"])
def test_whoever_meant_it_says_how_near_it_came(me, them, level):
    entry = them.write("Tell me soon.")
    reflection = reflect(me, entry)
    page = them.get(f"entry/{reflection.pk}/acknowledgement/")
    assert "Tell me soon." in main(page).text
    button = f"Share with {me.participant.short_name}"
    assert press(them.client, page, button, text="Soon, not early.", understood=level).status_code == 302
    (said,) = thread(me, entry).reflections
    assert said.understood == level


def test_it_can_be_said_without_a_word_and_not_without_an_answer(me, them):
    reflection = reflect(me, them.write("Tell me soon."))
    address = f"entry/{reflection.pk}/acknowledgement/"
    refused = them.post(address, do="share", text="Just words.")
    assert refused.status_code == 422
    assert "Just words." in main(refused).text
    unseen = them.post(address, do="share", text="", understood="nearly")
    assert unseen.status_code == 422
    seen = {"wording": str(reflection.pk), "understood": "nearly"}
    assert them.post(address, do="share", text="", **seen).status_code == 302


@from_one_chair
def test_the_next_one_comes_after_a_nearly_and_stands_beneath(me, them):
    entry = them.write("Tell me soon.")
    acknowledge(them, reflect(me, entry, "Early, then."), "nearly", "Soon is not early.")
    acknowledge(them, reflect(me, entry, "As soon as you know."), "yes")
    assert [one.understood for one in thread(me, entry).reflections] == ["nearly", "yes"]


def test_nobody_says_their_own_words_back_nor_answers_for_the_other(me, them):
    entry = them.write("Tell me soon.")
    assert them.get(f"entry/{entry.pk}/reflection/").status_code == 404
    with pytest.raises(YourOwnWords):
        reflect(them, entry)
    reflection = reflect(me, entry)
    assert me.get(f"entry/{reflection.pk}/acknowledgement/").status_code == 404
    with pytest.raises(YourOwnWords):
        acknowledge(me, reflection, "yes")
    assert them.get(f"entry/{reflection.pk}/acknowledgement/").status_code == 200


@from_one_chair
def test_it_is_answered_once_and_again_when_that_was_withdrawn(me, them):
    reflection = reflect(me, them.write("Tell me soon."))
    said = acknowledge(them, reflection, "yes")
    with pytest.raises(AnsweredAlready):
        acknowledge(them, reflection, "nearly")
    them.withdraw(said)
    acknowledge(them, reflection, "nearly")


def test_it_is_bound_to_the_wording_and_the_page_says_when_that_has_changed(me, them):
    entry = them.write("Tell me soon.")
    better = them.correct(entry, "Tell me when you know.")
    reflection = reflect(me, better)
    page = f"entry/{reflection.pk}/acknowledgement/"
    assert "put this differently since" not in main(them.get(page)).text
    them.correct(entry, "Tell me on the day.")
    assert "put this differently since" in main(them.get(page)).text
    assert [one.entry for one in thread(me, entry).reflections] == [reflection]


@from_one_chair
def test_an_answer_that_nobody_asked_for_is_not_taken(me, them):
    reflection = reflect(me, them.write("Tell me soon."))
    for answers in ({}, None, {"understood": {"level": "never"}}, {"heard": {"level": "yes"}}):
        with pytest.raises(NotSound):
            them.answer(reflection, "", kind="acknowledgement", answers=answers)
    with pytest.raises(NotSound):
        them.answer(them.write("Mine."), "", kind="acknowledgement", answers={"understood": {"level": "yes"}})


def test_only_what_was_said_back_can_be_acknowledged(me, them):
    entry = me.write("Not said back by anybody.")
    assert them.get(f"entry/{entry.pk}/reflection/").status_code == 200
    assert them.get(f"entry/{entry.pk}/acknowledgement/").status_code == 404


@from_one_chair
def test_each_is_one_act_and_the_chain_holds(me, them):
    acknowledge(them, reflect(me, them.write("Tell me soon.")), "yes")
    acts = list(me.relationship.events.order_by("-number").values_list("verb", flat=True)[:3])
    assert acts == [Verb.ANSWERED, Verb.ANSWERED, Verb.WROTE]
    assert first_fault(me.relationship) is None


def test_sent_twice_it_is_said_once(me, them):
    entry = them.write("Tell me soon.")
    form = {"text": "Early.", "submission": str(uuid.uuid4()), "do": "share"}
    for _time in range(2):
        assert me.post(f"entry/{entry.pk}/reflection/", **form).status_code == 302
    assert len(thread(me, entry).reflections) == 1


def test_a_stranger_finds_neither(me, them, stranger):
    reflection = reflect(me, them.write("Tell me soon."))
    client = signed_in(stranger)
    for page in ("reflection/", "acknowledgement/"):
        address = f"{me.address}entry/{reflection.pk}/{page}"
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "Mine."}).status_code == 404


def test_an_ended_journal_gives_the_words_back(me, them):
    entry = them.write("Tell me soon.")
    me.relationship.end(by=them.participant)
    refused = me.post(f"entry/{entry.pk}/reflection/", do="share", text="You want it early.")
    assert refused.status_code == 422
    assert "You want it early." in main(refused).text


# --- Whose turn it is -----------------------------------------------------------------------------------


def test_whoever_says_it_once_more_sees_what_came_of_it_so_far(me, them):
    entry = them.write("Tell me soon.")
    acknowledge(them, reflect(me, entry, "Early, then."), "nearly", "Soon is not early.")
    page = main(me.get(f"entry/{entry.pk}/reflection/")).text
    assert page.index("Tell me soon.") < page.index("Early, then.") < page.index("Soon is not early.")
    second = reflect(me, entry, "As soon as you know.")
    page = main(them.get(f"entry/{second.pk}/acknowledgement/")).text
    assert page.index("Early, then.") < page.index("Soon is not early.") < page.index("As soon as you know.")


def test_it_says_in_words_whose_turn_it_is(me, them):
    mine, theirs = me.participant.short_name, them.participant.short_name
    entry = them.write("Tell me soon.")
    reflection = reflect(me, entry)
    for chair in (me, them):
        assert f"waits for {theirs}" in main(chair.get()).one(class_="ahead").text
    assert "Is that what you meant?" in main(them.client.get("/")).text
    assert "Say it once more" not in main(me.client.get("/")).text
    acknowledge(them, reflection, "not_yet")
    for chair in (me, them):
        assert f"not yet, waits for {mine}" in main(chair.get()).one(class_="ahead").text
    assert "Say it once more" in main(me.client.get("/")).text
    assert "Is that what you meant?" not in main(them.client.get("/")).text
    acknowledge(them, reflect(me, entry, "Now."), "yes")
    for chair in (me, them):
        assert "waits for" not in main(chair.get()).text
        assert "Say it once more" not in main(chair.client.get("/")).text


def test_what_is_no_longer_so_asks_nothing_any_more(me, them):
    value = them.write("The river.", kind="value")
    reflect(me, value)
    assert "waits for" in main(me.get()).text
    them.answer(value, "", kind="no_longer")
    for chair in (me, them):
        assert "waits for" not in main(chair.get()).text
        assert "Is that what you meant?" not in main(chair.client.get("/")).text
