"""Whatever can be said on a page of its own: thanks, that something is no longer so, a door of what one believes."""

import uuid

import pytest

from relationships import kinds
from relationships.errors import (
    AnsweredAlready,
    NotSound,
    NotToBeAnswered,
    NotYourWords,
    RewordedMeanwhile,
    YourOwnWords,
)
from relationships.models import Verb
from relationships.verification import first_fault
from tests.cast import CANARY, signed_in
from tests.relationships.views.shown import fields_of, links, main, press

THANKS = "saying/appreciation/"


# --- Thanks ---------------------------------------------------------------------------------------------


def test_either_says_thank_you_in_one_line_and_both_read_it(me, them):
    assert f"{me.address}{THANKS}" in links(main(me.get()))
    page = me.get(THANKS)
    button = f"Share with {them.participant.short_name}"
    assert press(me.client, page, button, text="For waiting.").status_code == 302
    for chair in (me, them):
        assert "For waiting." in main(chair.get()).text
        assert "thank you" in main(chair.get()).text
    assert first_fault(me.relationship) is None


def test_nothing_is_done_with_it(me, them):
    entry = me.write("For waiting.", kind="appreciation")
    for chair in (me, them):
        for page in (main(chair.get()).one("article"), main(chair.get(f"entry/{entry.pk}/"))):
            ways = {link.removeprefix(f"{me.address}entry/{entry.pk}/") for link in links(page)}
            assert not ways & {"answer/", "answer/differently/", "reflection/", "telling/"}
        assert "For waiting." not in main(chair.get("brief/?since=2020-01-01")).text
    assert f"{me.address}entry/{entry.pk}/correction/" in links(main(me.get(f"entry/{entry.pk}/")))


@pytest.mark.parametrize("text", ["Two\nlines.", "x" * 201])
def test_it_is_one_line_and_a_short_one_and_no_word_is_lost(me, text):
    answer = me.post(THANKS, do="share", text=text)
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == text
    with pytest.raises(NotSound):
        me.write(text, kind="appreciation")
    assert me.post(THANKS, do="share", text="x" * 200).status_code == 302


def test_sent_twice_it_is_said_once(me):
    form = {"text": "For waiting.", "submission": str(uuid.uuid4()), "do": "share"}
    for _time in range(2):
        assert me.post(THANKS, **form).status_code == 302
    assert me.relationship.entries.count() == 1


# --- What is said of an earlier entry -------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "verb"), [("still_true", Verb.ANSWERED), ("no_longer", Verb.CLOSED)])
@pytest.mark.parametrize("of", ["value", "care_preference", "philosophy"])
def test_its_author_says_in_one_tap_how_it_holds_and_nobody_else_can(me, them, kind, verb, of):
    entry = me.write("The river.", kind=of, door="heals" if of == "philosophy" else "")
    address = f"entry/{entry.pk}/saying/{kind}/"
    assert them.get(address).status_code == 404
    assert them.post(address, do="share").status_code == 404
    with pytest.raises(NotYourWords):
        them.answer(entry, "", kind=kind)
    assert me.post(address, do="share").status_code == 302
    assert me.relationship.events.last().verb == verb
    assert me.relationship.entries.last().kind == kind


def test_it_can_be_said_with_a_why_and_the_page_keeps_it(me, them):
    entry = me.write("The river.", kind="value")
    page = me.get(f"entry/{entry.pk}/saying/no_longer/")
    assert "The river." in main(page).text
    press(me.client, page, f"Share with {them.participant.short_name}", text="We moved.")
    assert "We moved." in main(them.get(f"entry/{entry.pk}/")).text
    assert "no longer so" in main(them.get(f"entry/{entry.pk}/")).text
    assert "closed already" in main(me.get(f"entry/{entry.pk}/saying/no_longer/")).text


def test_it_is_said_only_of_what_can_hold(me):
    entry = me.write("We moved.", kind="life_context")
    for kind in ("still_true", "no_longer", "agreement"):
        assert me.get(f"entry/{entry.pk}/saying/{kind}/").status_code == 404
        with pytest.raises((NotSound, YourOwnWords)):
            me.answer(entry, "", kind=kind)


def test_an_agreement_is_to_the_wording_that_one_saw(me, them):
    proposal = them.write("On Tuesdays.", kind="way_of_working", door="answering")
    better = them.correct(proposal, "On Fridays.")
    address = f"entry/{proposal.pk}/saying/agreement/"
    stale = me.post(address, do="share", wording=str(proposal.pk), text="Fine with me.")
    assert stale.status_code == 422
    assert str(RewordedMeanwhile()) in main(stale).text
    assert "On Fridays." in main(stale).text
    assert "Fine with me." in main(stale).text
    assert me.post(address, do="share", wording=str(better.pk)).status_code == 302
    with pytest.raises(AnsweredAlready):
        me.answer(better, "", kind="agreement")
    assert me.relationship.entries.last().about_id == better.pk


# --- Doors ----------------------------------------------------------------------------------------------


def test_words_come_in_by_a_door_and_carry_its_name(me):
    assert "What I believe heals" in main(me.get("saying/philosophy/heals/")).text
    assert me.post("saying/philosophy/heals/", do="share", text="Sleep.").status_code == 302
    entry = me.relationship.entries.get()
    assert (entry.kind, entry.door, entry.heading) == ("philosophy", "heals", "")


def test_each_door_keeps_a_draft_of_its_own(me):
    for door in ("heals", "refuses"):
        me.post(f"saying/philosophy/{door}/", do="keep", text=f"Of {door}.")
    for door in ("heals", "refuses"):
        assert main(me.get(f"saying/philosophy/{door}/")).one("textarea").typed == f"Of {door}."


def test_words_are_written_under_the_name_that_their_page_showed(me, them):
    """Or the other one could rename a heading while somebody writes under it."""
    page = me.get("saying/philosophy/heals/")
    them.write("What I lied about", kind="change", door="philosophy/heals")
    refused = press(me.client, page, f"Share with {them.participant.short_name}", text="Sleep.")
    assert refused.status_code == 422
    assert "This is called otherwise by now." in main(refused).text
    assert main(refused).one("h1").text == "What I lied about"
    assert main(refused).one("textarea").typed == "Sleep."
    again = press(me.client, refused, f"Share with {them.participant.short_name}")
    assert again.status_code == 302
    assert me.relationship.entries.last().heading == "What I lied about"


def test_so_is_what_is_written_about_a_kind_of_ones_own(me, them):
    them.write("Good news", kind="change", door="life_context")
    page = me.get("write/")
    them.write("What I lied about", kind="change", door="life_context")
    form = next(one for one in main(page).all("form") if one.all("textarea"))
    typed = {name: values[-1] for name, values in fields_of(form).items()}
    refused = me.post("write/", **typed | {"kind": "life_context", "text": "I walked.", "do": "share"})
    assert refused.status_code == 422
    assert "This is called otherwise by now." in main(refused).text
    assert not me.relationship.entries.of_kind("life_context").exists()


def test_nothing_is_said_to_what_is_no_words(me, them):
    kept = [me.write("Calm.", kind="value") for _each in range(2)]
    order = me.write("", kind="order", door="value", ranked=[str(one.pk) for one in kept])
    renamed = me.write("What keeps us", kind="change", door="value/most")
    thanks = me.write("For waiting.", kind="appreciation")
    for entry in (order, renamed, thanks):
        for page in ("answer/", "answer/differently/", "reflection/"):
            assert them.get(f"entry/{entry.pk}/{page}").status_code == 404, page
            assert them.post(f"entry/{entry.pk}/{page}", text="Hm.", do="share").status_code == 404, page
    for entry in (order, renamed):
        for page in ("correction/", "withdrawal/"):
            assert me.get(f"entry/{entry.pk}/{page}").status_code == 404, page
        with pytest.raises(NotToBeAnswered):
            me.withdraw(entry)


def test_a_door_that_nobody_made_leads_nowhere(me, stranger):
    for page in ("saying/philosophy/nowhere/", "saying/philosophy/", "saying/appreciation/heals/"):
        assert me.get(page).status_code == 404
        assert me.post(page, text="Words.", do="share").status_code == 404
    for page in ("saying/still_true/", "saying/promise/", "saying/nothing/"):
        assert me.get(page).status_code == 404
    assert signed_in(stranger).get(f"{me.address}saying/philosophy/heals/").status_code == 404
    with pytest.raises(NotSound):
        me.write("Words.", kind="value", door="no such name!")


def test_every_kind_with_a_page_of_its_own_has_one(me, them):
    """By the registry alone: whoever adds a kind adds no address."""
    by_itself = [kind for kind in kinds._registry.values() if kind.is_said_by_itself and not kind.bears]
    assert {kind.name for kind in by_itself} >= {"appreciation", "philosophy", "portrait", "way_of_working"}
    for kind in by_itself:
        for door in kind.doors or [None]:
            page = f"saying/{kind.name}/" + (f"{door.name}/" if door else "")
            answer = me.post(page, do="share", text=f"Of {kind.name}, {CANARY}.")
            assert answer.status_code == 302, page
            assert me.client.get(answer["Location"]).status_code == 200, page


def test_a_why_has_room_for_a_few_sentences_and_no_more(me, them):
    entry = me.write("The river.", kind="value")
    address = f"entry/{entry.pk}/correction/"
    long = "x" * 501
    refused = me.post(address, do="share", text="The sea.", why=long)
    assert refused.status_code == 422
    assert refused.context["form"]["why"].value() == long
    with pytest.raises(NotSound):
        me.correct(entry, "The sea.", why=long)
    assert me.post(address, do="share", text="The sea.", why=long[1:]).status_code == 302
    assert "x" * 500 in main(them.get(f"entry/{entry.pk}/")).text
