"""Told once: one's own words brought to another journal of one's own, and nobody but their author ever knows."""

import uuid

import pytest
from django.contrib.messages import get_messages

from relationships.errors import NotYourWords
from relationships.models import Entry, Relationship, Retelling
from relationships.verification import first_fault
from tests.cast import CANARY, Chair, pair, person, signed_in
from tests.relationships.views.shown import links, main, press


@pytest.fixture
def elsewhere(me, side) -> Chair:
    """Another journal of mine, with somebody else."""
    other = person("Ottoline Farr")
    two = pair(me.participant.person, other) if side == "patient" else pair(other, me.participant.person)
    return Chair(two.seat(side), two.relationship, me.client)


@pytest.fixture
def somebody_else(elsewhere) -> Chair:
    seat = elsewhere.relationship.facing(elsewhere.participant)
    return Chair(seat, elsewhere.relationship, signed_in(seat.person))


def tell(chair, entry, elsewhere, **more):
    return chair.post(
        f"entry/{entry.pk}/telling/",
        **({"journal": str(elsewhere.relationship.pk), "submission": str(uuid.uuid4())} | more),
    )


def test_ones_own_words_are_a_new_entry_there(me, them, elsewhere, somebody_else):
    entry = me.write("Old words.", kind="value", helped_by="Ann")
    me.correct(entry, "I would rather be at the river.", helped_by="Ann")
    page = me.get(f"entry/{entry.pk}/telling/")
    assert "I would rather be at the river." in main(page).text
    journal = str(elsewhere.relationship.pk)
    there = press(me.client, page, "Tell it there too", journal=journal)
    assert there.status_code == 302
    assert there["Location"].startswith(elsewhere.address)
    (told,) = elsewhere.relationship.entries.all()
    assert (told.text, told.kind, told.helped_by) == ("I would rather be at the river.", "value", "Ann")
    assert [str(one) for one in get_messages(there.wsgi_request)] == []
    assert told.author == elsewhere.participant
    assert "I would rather be at the river." in main(somebody_else.get()).text
    assert first_fault(elsewhere.relationship) is None
    assert first_fault(me.relationship) is None


def test_only_its_author_sees_that_it_is_told_elsewhere(me, them, elsewhere, somebody_else):
    entry = me.write("The river.")
    tell(me, entry, elsewhere)
    (told,) = elsewhere.relationship.entries.all()
    for chair, one in ((me, entry), (elsewhere, told)):
        assert "Also told elsewhere" in main(chair.get(f"entry/{one.pk}/")).text
    for chair, one in ((them, entry), (somebody_else, told)):
        for page in ("", f"entry/{one.pk}/", "event/", "brief/?since=2020-01-01"):
            assert "elsewhere" not in chair.get(page).content.decode(), page


def test_neither_journal_shows_a_trace_of_the_other(me, them, elsewhere, somebody_else):
    entry = me.write("The river.")
    tell(me, entry, elsewhere)
    names = [them.participant.name, str(me.relationship.pk), str(entry.pk)]
    for page in ("", "event/", f"entry/{elsewhere.relationship.entries.get().pk}/"):
        for chair in (elsewhere, somebody_else):
            html = chair.get(page).content.decode()
            assert [name for name in names if name in html] == [], page
    for page in ("", "event/", f"entry/{entry.pk}/"):
        for chair in (me, them):
            html = chair.get(page).content.decode()
            assert "Ottoline" not in html, page
            assert str(elsewhere.relationship.pk) not in html, page
    assert {one.relationship_id for one in Retelling.objects.all()} == {
        me.relationship.pk,
        elsewhere.relationship.pk,
    }


def test_what_the_other_one_worded_stays_where_it_is(me, them, elsewhere):
    """A heading or a question that the pair has made for itself may be the other one's words."""
    entry = me.write(
        "The river.", kind="value", heading=f"What Isko calls it, {CANARY}", prompt="Their question?"
    )
    tell(me, entry, elsewhere)
    told = elsewhere.relationship.entries.get()
    assert (told.heading, told.prompt, told.text) == ("", "", "The river.")
    ours = me.write("Calm.", kind="value", prompt="What makes a day a good one?")
    tell(me, ours, elsewhere)
    assert elsewhere.relationship.entries.last().prompt == "What makes a day a good one?"


def test_who_helped_is_said_anew(me, them, elsewhere):
    """It may be the other one, and nobody there has heard of them."""
    entry = me.write("The river.", kind="value", helped_by=them.participant.name)
    page = me.get(f"entry/{entry.pk}/telling/")
    press(me.client, page, "Tell it there too", journal=str(elsewhere.relationship.pk), helped_by="")
    assert elsewhere.relationship.entries.get().helped_by == ""


def test_the_others_words_cannot_be_carried_away(me, them, elsewhere):
    theirs, mine = them.write(f"Theirs, {CANARY}."), me.write("Mine.")
    assert me.get(f"entry/{theirs.pk}/telling/").status_code == 404
    assert tell(me, theirs, elsewhere).status_code == 404
    assert tell(me, mine, elsewhere).status_code == 302
    with pytest.raises(NotYourWords):
        elsewhere.relationship.tell(theirs, by=elsewhere.participant)
    assert CANARY not in str(list(elsewhere.relationship.entries.values_list("text")))


def test_nothing_is_told_where_one_has_no_place(me, them, stranger):
    entry = me.write("Mine.")
    foreign = stranger.seats.get().relationship
    before = Entry.objects.count()
    for journal in (foreign.pk, me.relationship.pk, uuid.uuid4(), "nonsense"):
        answer = me.post(f"entry/{entry.pk}/telling/", journal=str(journal))
        assert answer.status_code == 422
    assert Entry.objects.count() == before
    assert signed_in(stranger).get(f"{me.address}entry/{entry.pk}/telling/").status_code == 404


def test_answers_and_what_belongs_to_an_appointment_are_not_offered(me, them, elsewhere):
    answer = me.answer(them.write("Theirs."), "An answer.")
    promise = me.write("I shall ask.", kind="promise")
    gone = me.write("Gone.")
    me.withdraw(gone)
    for entry in (answer, promise, gone):
        assert me.get(f"entry/{entry.pk}/telling/").status_code == 404
        assert f"{me.address}entry/{entry.pk}/telling/" not in links(main(me.get(f"entry/{entry.pk}/")))


def test_from_a_journal_that_has_ended_words_may_still_be_brought_and_not_into_one(me, them, elsewhere):
    entry, there = me.write("Mine."), elsewhere.write("Said there.")
    me.relationship.end(by=them.participant)
    assert tell(me, entry, elsewhere).status_code == 302
    page = elsewhere.get(f"entry/{there.pk}/telling/")
    assert "You have no other journal that is open." in main(page).text
    assert tell(elsewhere, there, me).status_code == 422


def test_sent_twice_it_is_told_once(me, elsewhere):
    entry, form = me.write("Mine."), str(uuid.uuid4())
    for _time in range(2):
        assert tell(me, entry, elsewhere, submission=form).status_code == 302
    assert elsewhere.relationship.entries.count() == 1
    assert Relationship.objects.count() == 2


def test_it_can_wait_in_a_journal_for_whoever_comes(me):
    alone = Relationship.begin(by=me.participant.person, side=me.participant.side)
    entry = me.write("Mine.")
    page = me.get(f"entry/{entry.pk}/telling/")
    assert "Somebody who is not here yet" in main(page).text
    assert press(me.client, page, "Tell it there too", journal=str(alone.pk)).status_code == 302
    assert alone.entries.get().text == "Mine."


def test_without_another_journal_it_says_so(me):
    entry = me.write("Mine.")
    page = main(me.get(f"entry/{entry.pk}/telling/"))
    assert "You have no other journal that is open." in page.text
    assert page.all("form") == []
