"""In the room: one page for a screen that both look at, with what they hope for, what is said and what is promised."""

import datetime as dt
import uuid

import pytest

from relationships import clock
from relationships.models import Bearing, Draft, Reading, Relationship, Verb
from relationships.verification import first_fault
from tests.cast import CANARY, Chair, pair, person, signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown
from tests.relationships.views.test_queries import looks

TICK, NOT_YET, MET = "We talked about this", "not yet after all", "We have met"


@pytest.fixture
def consult(me):
    """Planned for a quarter of an hour from now."""
    starts_at = clock.now() + dt.timedelta(minutes=15)
    return me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult


@pytest.fixture
def address(consult):
    return f"consult/{consult.pk}/room/"


@pytest.fixture
def hope(them, consult):
    return them.write("To sleep through.", kind="hope", prompt="What is it?", consult=consult)


@pytest.fixture
def button(them):
    return f"Share with {them.participant.short_name}"


def room(chair, address):
    return main(chair.get(address))


def line(chair, address, entry):
    return room(chair, address).one("div", id=f"entry-{entry.pk}")


def ticks(chair):
    return list(chair.relationship.entries.of_kind("talked_about").filter(bearing=Bearing.CLOSES))


# --- What both hope for ---------------------------------------------------------------------------------


def test_both_see_what_both_hope_for(me, them, consult, address, hope):
    me.write("To laugh once.", kind="hope", consult=consult)
    for chair in (me, them):
        said = room(chair, address).one("section", id="hopes")
        assert [words.text for words in said.all(class_="words")] in (
            ["To laugh once.", "To sleep through."],
            ["To sleep through.", "To laugh once."],
        )
        assert [name.text for name in said.all("h2")] == ["Wren", "Isko"]


def test_a_hope_stands_as_it_was_put_last_and_one_that_was_withdrawn_does_not(
    me, them, address, hope, consult
):
    gone = them.write("To be gone.", kind="hope", consult=consult)
    assert "To be gone." in room(me, address).text
    them.correct(hope, "To sleep till seven.")
    them.withdraw(gone)
    assert [words.text for words in room(me, address).one(id="hopes").all(class_="words")] == [
        "To sleep till seven."
    ]


def test_either_ticks_a_hope_off_and_both_see_it(me, them, address, hope):
    answer = press(me.client, me.get(address), TICK)
    assert answer["Location"] == f"{me.address}{address}#entry-{hope.pk}"
    for chair in (me, them):
        assert "talked about" in line(chair, address, hope).text
        assert TICK not in line(chair, address, hope).text
    (tick,) = ticks(me)
    assert (tick.about, tick.author, tick.text) == (hope, me.participant, "")
    assert me.relationship.events.order_by("-number").values_list("verb", flat=True)[1] == Verb.CLOSED
    assert first_fault(me.relationship) is None


def test_one_ticks_off_ones_own_hope_as_well(me, consult, address):
    own = me.write("To laugh once.", kind="hope", consult=consult)
    press(me.client, me.get(address), TICK)
    assert [tick.about for tick in ticks(me)] == [own]


def test_ticked_twice_or_by_both_it_is_ticked_once_and_said_plainly(me, them, address, hope):
    mine, theirs = me.get(address), them.get(address)
    press(me.client, mine, TICK)
    for chair, page in ((me, mine), (them, theirs)):
        again = press(chair.client, page, TICK)
        assert again.status_code == 302
        assert "one of you has said so already" in main(chair.client.get(again["Location"])).text
    assert len(ticks(me)) == 1


def test_whoever_ticked_it_takes_it_back_and_the_other_cannot(me, them, address, hope):
    press(me.client, me.get(address), TICK)
    assert NOT_YET not in room(them, address).text
    refused = them.post(f"entry/{hope.pk}/talked-about/", do="take-back")
    assert "Only the person who wrote this can change it." in main(them.client.get(refused["Location"])).text
    assert "talked about" in line(me, address, hope).text
    press(me.client, me.get(address), NOT_YET)
    for chair in (me, them):
        assert [one.text for one in line(chair, address, hope).all("button")] == [TICK]
    # And ticked again, by the other this time.
    press(them.client, them.get(address), TICK)
    assert "talked about" in line(me, address, hope).text
    assert len(ticks(me)) == 2


def test_to_take_back_what_nobody_ticked_changes_nothing(me, address, hope):
    acts = me.relationship.events.count()
    assert me.post(f"entry/{hope.pk}/talked-about/", do="take-back").status_code == 302
    assert me.relationship.events.count() == acts


def test_only_a_hope_can_be_ticked_and_only_by_sending(me, them, consult, hope):
    value = them.write("Quiet.", kind="value")
    wording = them.correct(hope, "To sleep.")
    for entry in (value, wording):
        assert me.post(f"entry/{entry.pk}/talked-about/").status_code == 404
    assert me.get(f"entry/{hope.pk}/talked-about/").status_code == 405
    assert ticks(me) == []
    me.post(f"entry/{hope.pk}/talked-about/")
    assert len(ticks(me)) == 1


def test_a_hope_withdrawn_in_the_meantime_is_not_ticked(me, them, address, hope):
    page = me.get(address)
    them.withdraw(hope)
    answer = press(me.client, page, TICK)
    assert "This has been withdrawn." in main(me.client.get(answer["Location"])).text
    assert ticks(me) == []


def test_after_they_have_met_a_tick_leads_to_the_page_of_the_consult(me, them, address, consult, hope):
    me.relationship.meet(consult, by=them.participant)
    answer = me.post(f"entry/{hope.pk}/talked-about/")
    assert answer["Location"] == f"{me.address}consult/{consult.pk}/#entry-{hope.pk}"
    assert len(ticks(me)) == 1


def test_whoever_pauses_first_opens_the_others_hope_when_they_like(me, address, hope):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    said = line(me, address, hope)
    assert "To sleep through." not in said.text
    assert f"{me.address}entry/{hope.pk}/" in links(said)
    assert not Reading.objects.exists()
    me.get(f"entry/{hope.pk}/")
    assert "To sleep through." in line(me, address, hope).text


def test_whoever_looks_has_read_what_the_other_hopes_for(me, hope, address):
    me.get(address)
    assert Reading.objects.get().entry == hope
    me.get(address)
    assert me.relationship.events.filter(verb=Verb.OPENED).count() == 1


# --- What is said ---------------------------------------------------------------------------------------


def test_what_is_said_belongs_to_this_consult_and_one_stays_in_the_room(me, address, consult, button):
    for text in ("First this.", "Then that."):
        answer = press(me.client, me.get(address), button, text=text, helped_by="Ann")
        assert answer["Location"] == me.address + address
    said = me.relationship.entries.of_kind("conversation").order_by("number")
    assert [(one.text, one.consult, one.helped_by) for one in said] == [
        ("First this.", consult, "Ann"),
        ("Then that.", consult, "Ann"),
    ]
    assert room(me, address).one("textarea").typed == ""


def test_sent_twice_it_is_shared_once(me, address):
    form = next(fields_of(form) for form in room(me, address).all("form") if form.all("textarea"))
    for _time in range(2):
        assert me.post(address, **form | {"text": "Said.", "do": "share"}).status_code == 302
    assert me.relationship.entries.of_kind("conversation").count() == 1


def test_its_draft_is_found_again_and_is_nobody_elses(me, them, address):
    press(me.client, me.get(address), "Keep as a draft", text=f"Half, {CANARY}.")
    other_device = Chair(me.participant, me.relationship, signed_in(me.participant.person))
    assert room(other_device, address).one("textarea").typed == f"Half, {CANARY}."
    assert CANARY not in them.get(address).content.decode()
    assert me.post("draft/", box=address, text="By itself.").status_code == 200


def test_the_page_does_not_jump_to_the_box(me, address):
    assert "autofocus" not in room(me, address).one("textarea").attrs


# --- What is promised -----------------------------------------------------------------------------------


def test_the_promises_of_this_consult_stand_there_with_whose_and_by_when(me, them, address, consult):
    me.write("Bring the letter.", kind="promise", consult=consult, due_on=dt.date(2027, 3, 4))
    kept = them.write("Call the ward.", kind="promise", consult=consult)
    me.answer(kept, "", kind="kept")
    them.write("Of another day.", kind="promise")
    gone = them.write("Not this.", kind="promise", consult=consult)
    them.withdraw(gone)
    for chair in (me, them):
        said = room(chair, address).one("section", id="promises")
        assert [words.text for words in said.all(class_="words")] == ["Bring the letter.", "Call the ward."]
        first, second = (one.text for one in said.all(class_="by"))
        assert first.startswith(f"{me.participant.short_name} by 4 March 2027")
        assert "this is kept" in second


def test_the_form_for_a_promise_names_the_consult_and_the_way_back(me, address, consult):
    form = next(
        form for form in room(me, address).all("form") if form.attrs.get("action") == f"{me.address}promise/"
    )
    sent = fields_of(form)
    assert {name: sent[name] for name in ("text", "due_on", "consult", "back")} == {
        "text": [""],
        "due_on": [""],
        "consult": [str(consult.pk)],
        "back": ["room"],
    }
    assert uuid.UUID(sent["submission"][0])
    assert form.one("button").attrs["value"] == "share"


def test_a_promise_made_in_the_room_stands_there(me, them, address, consult):
    answer = press(me.client, me.get(address), "Promise it", text="Bring the letter.", due_on="")
    assert answer["Location"].startswith(me.address + address)
    (promise,) = me.relationship.entries.of_kind("promise")
    assert (promise.consult, promise.author) == (consult, me.participant)
    assert "Bring the letter." in room(them, address).text


# --- And nothing else -----------------------------------------------------------------------------------


def test_nothing_of_anything_else_stands_on_a_screen_that_two_look_at(me, them, consult, address):
    later = me.relationship.plan(
        by=me.participant, starts_at=clock.now() + dt.timedelta(days=9), minutes=20, where=f"At {CANARY}"
    ).consult
    for chair in (me, them):
        chair.write(f"A value, {CANARY}.", kind="value")
        chair.write(f"I arrive, {CANARY}.", kind="arrival", consult=consult)
        chair.write(f"Said, {CANARY}.", kind="conversation", consult=consult)
        chair.write(f"Elsewhere, {CANARY}.", kind="hope", consult=later)
        chair.write(f"Elsewhere, {CANARY}.", kind="promise", consult=later)
        Draft.keep(chair.participant, "write/", None, None, text=f"Not yet, {CANARY}.")
        Draft.keep(chair.participant, f"consult/{consult.pk}/arrival/", None, None, text=f"Afraid, {CANARY}.")
    elsewhere = pair(me.participant.person, person(f"Somebody {CANARY}"))
    elsewhere.relationship.plan(
        by=elsewhere.patient, starts_at=clock.now() + dt.timedelta(minutes=20), minutes=5
    )
    them.answer(me.write("Mine.", kind="hope", consult=consult), f"An answer, {CANARY}.")
    for chair in (me, them):
        page = chair.get(address).content.decode()
        assert "Mine." in page
        assert CANARY not in page
        assert str(later.pk) not in page


def test_hostile_words_are_only_words(me, them, consult, address, button):
    hostile = "<script>alert(1)</script> </textarea><b>x"
    for kind in ("hope", "promise"):
        them.write(hostile, kind=kind, prompt="<i>?</i>" if kind == "hope" else "", consult=consult)
    page = press(me.client, me.get(address), "Keep as a draft", text=hostile)
    assert main(page).one("textarea").typed == hostile
    html = page.content.decode()
    assert "<script>alert" not in html
    assert "<i>?" not in html
    assert html.count("&lt;script&gt;") == 3


def test_both_see_the_same_page_but_for_their_own_tick(me, them, address, consult, hope):
    me.write("To laugh once.", kind="hope", consult=consult)
    me.write("Bring the letter.", kind="promise", consult=consult)

    def elements(chair):
        return [one.tag for one in room(chair, address) if one.text != NOT_YET]

    assert elements(me) == elements(them)
    me.post(f"entry/{hope.pk}/talked-about/")
    assert elements(me) == elements(them)


def test_one_thing_to_do_is_a_real_button(me, address, hope):
    for page in (room(me, address), room(me, address)):
        assert len([one for one in page.all(class_="button") if "quiet" not in one.classes]) == 1


# --- When it is over ------------------------------------------------------------------------------------


def test_they_say_that_they_have_met_once_its_time_has_come(me, consult):
    starts_at = clock.now() + dt.timedelta(hours=3)
    later = me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult
    assert MET not in room(me, f"consult/{later.pk}/room/").text
    forms = {form.attrs.get("action") for form in room(me, f"consult/{consult.pk}/room/").all("form")}
    assert f"{me.address}consult/{consult.pk}/meeting/" in forms
    with clock.telling(starts_at):
        assert MET in room(me, f"consult/{later.pk}/room/").text


def test_after_they_have_met_the_room_says_so_and_still_takes_what_was_said(
    me, them, consult, address, button
):
    me.relationship.meet(consult, by=them.participant)
    page = me.get(address)
    assert "You have met." in main(page).text
    assert MET not in [one.text for one in main(page).all("button")]
    assert f"{me.address}consult/{consult.pk}/" in links(main(page))
    assert press(me.client, page, button, text="One more thing.").status_code == 302


def test_of_one_that_was_called_off_there_is_only_what_was_hoped(me, them, consult, address, hope):
    me.relationship.call_off(consult, by=them.participant)
    page = room(me, address)
    assert "This appointment was called off." in page.text
    assert "To sleep through." in page.text
    assert page.all("textarea") == []


def test_an_ended_journal_keeps_the_words_and_refuses(me, them, address, hope, button):
    page = me.get(address)
    me.relationship.end(by=them.participant)
    refused = press(me.client, page, button, text="Said.")
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "Said."
    ticked = press(me.client, page, TICK)
    assert "This journal has ended." in main(me.client.get(ticked["Location"])).one(class_="notices").text
    closed = room(me, address)
    assert "To sleep through." in closed.text
    assert closed.all("button") == []
    assert ticks(me) == []


# --- Who gets in, and what it costs ---------------------------------------------------------------------


def test_a_stranger_finds_neither_the_room_nor_the_tick(me, address, hope, stranger):
    client = signed_in(stranger)
    assert me.get(address).status_code == 200
    assert client.get(me.address + address).status_code == 404
    assert client.post(me.address + address, {"text": "Mine.", "do": "share"}).status_code == 404
    own = Relationship.objects.get(participants__person=stranger)
    for record in (me.relationship, own):
        assert client.post(f"/r/{record.pk}/entry/{hope.pk}/talked-about/").status_code == 404
    assert ticks(me) == []


def test_a_consult_of_another_record_is_not_there(me, stranger):
    theirs = Relationship.objects.get(participants__person=stranger)
    starts_at = clock.now() + dt.timedelta(minutes=5)
    other = theirs.plan(by=theirs.seat_of(stranger), starts_at=starts_at, minutes=5).consult
    for consult_id in (other.pk, uuid.uuid4()):
        assert me.get(f"consult/{consult_id}/room/").status_code == 404
        assert me.post(f"consult/{consult_id}/room/", text="Mine.", do="share").status_code == 404


def test_it_costs_the_same_for_two_hopes_and_for_forty(me, them, consult, address, hope):
    me.write("Bring the letter.", kind="promise", consult=consult)
    few = looks(me, address)
    for number in range(20):
        for chair, other in ((me, them), (them, me)):
            wish = chair.write(f"Hope {number}.", kind="hope", consult=consult)
            promise = chair.write(f"Promise {number}.", kind="promise", consult=consult)
            other.answer(wish, "", kind="talked_about")
            other.answer(promise, "", kind="kept")
            chair.correct(wish)
    with clock.telling(clock.now() + dt.timedelta(minutes=31)):
        assert looks(me, address) == few
    assert few[1] <= 8


def test_no_word_of_it_is_in_the_title(me, them, consult, address):
    them.write(f"To sleep, {CANARY}.", kind="hope", consult=consult)
    page = me.get(address)
    assert CANARY in page.content.decode()
    assert CANARY not in shown(page).one("title").text
