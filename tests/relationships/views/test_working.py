"""How the two work together: proposed by either, held to when the other agrees, and never changed behind anybody."""

import re

import pytest

from relationships import prose
from relationships.models import Relationship, Verb
from relationships.views.working import GLANCE
from tests.cast import signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown
from tests.relationships.views.test_queries import looks

NAMES = "What we call each other"


def shares(chair):
    return f"Share with {chair.relationship.facing(chair.participant).short_name}"


def propose(chair, text="First names.", door="names", **what):
    return chair.write(text, kind="way_of_working", door=door, **what)


def agree(chair, wording, text=""):
    return chair.answer(wording, text, kind="agreement")


def part(answer, door="names"):
    return main(answer).one("section", id=f"part-{door}")


def held(answer, door="names"):
    """The words that hold, or none."""
    found = part(answer, door).all("article", class_="agreed")
    return found[0].all(class_="words")[0].text if found else None


def pausing(chair):
    chair.participant.person.pauses_first = True
    chair.participant.person.save()


# --- Before anything is said ----------------------------------------------------------------------------


def test_an_empty_page_says_what_will_be_here_and_has_one_thing_to_do(me, them):
    for chair in (me, them):
        page = main(chair.get("working/"))
        assert "Then neither has to guess." in page.one(class_="lead").text
        (button,) = page.all(class_="button")
        assert button.text == "Propose the first wording"
        assert button.attrs["href"] == f"{me.address}saying/way_of_working/together/"
        assert len(page.all("h2")) == 4
        assert f"{me.address}saying/way_of_working/answering/" in links(page)


def test_both_see_the_same_page_but_for_their_own_controls(me, them):
    agree(them, propose(me))
    agree(me, propose(them, "We tell it all.", "together"))
    me.get("working/"), them.get("working/")
    mine, theirs = (main(chair.get("working/")) for chair in (me, them))
    for page, door in ((mine, "together"), (theirs, "names")):  # Where each of them agreed.
        assert "I no longer agree" in page.one("section", id=f"part-{door}").text
    told = [
        [one.text.replace("I no longer agree", "").strip() for one in page.all("h1", "h2", "article")]
        for page in (mine, theirs)
    ]
    assert told[0] == told[1]


# --- Proposed and agreed --------------------------------------------------------------------------------


def test_it_is_proposed_agreed_to_in_one_tap_and_then_it_is_a_text_of_both(me, them):
    answer = press(
        me.client, me.get("saying/way_of_working/names/"), shares(me), text="First names, *always*."
    )
    entry = me.relationship.entries.get()
    assert (entry.kind, entry.door) == ("way_of_working", "names")
    assert answer["Location"] == f"{me.address}working/#entry-{entry.pk}"
    mine = part(me.get("working/")).one("article")
    assert "proposes" in mine.one(class_="by").text
    assert f"Waits for {them.participant.short_name}." in mine.text
    answer = press(them.client, them.get("working/"), "I agree")
    assert answer["Location"] == f"{me.address}working/#entry-{entry.pk}"
    said = me.relationship.entries.get(kind="agreement")
    assert (said.author, said.about, said.text) == (them.participant, entry, "")
    for chair in (me, them):
        text = part(chair.get("working/")).one("article", class_="agreed")
        assert text.one("em").text == "always"
        who = f"{me.participant.short_name} wrote this on .+, and {them.participant.short_name} agreed on .+"
        assert re.search(who, text.text)
        assert "Waits for" not in text.text
        assert not main(chair.get("working/")).all("button", class_="button")


def test_nobody_agrees_to_their_own_nor_finds_the_page_for_it(me, them):
    entry = propose(me)
    assert not [one for one in main(me.get("working/")).all("button") if one.text == "I agree"]
    address = f"entry/{entry.pk}/saying/agreement/"
    assert me.get(address).status_code == 404
    assert me.post(address, do="share").status_code == 404
    assert not me.relationship.entries.filter(kind="agreement").exists()
    assert them.post(address, do="share", wording=str(entry.pk)).status_code == 302


def test_an_agreement_is_to_a_wording_that_was_shown_and_to_what_still_waits(me, them):
    entry = propose(me, "One.")
    address = f"entry/{entry.pk}/saying/agreement/"
    for wording in ({}, {"wording": "nonsense"}):
        answer = them.post(address, do="share", **wording)
        assert answer.status_code == 422
        assert "put differently in the meantime" in main(answer).text
    newer = propose(me, "Two, instead.")
    assert them.post(address, do="share", wording=str(entry.pk)).status_code == 422
    agree(them, newer)
    assert them.post(address, do="share", wording=str(entry.pk)).status_code == 422
    assert held(me.get("working/")) == "Two, instead."


def test_a_wording_that_is_shown_after_all_has_been_read(me, them):
    entry = propose(them, "On Tuesdays.")
    pausing(me)
    better = them.correct(entry, "On Fridays.")
    answer = me.post(f"entry/{entry.pk}/saying/agreement/", do="share", wording=str(entry.pk))
    assert "On Fridays." in main(answer).text
    assert me.relationship.entries.for_reading().get(pk=better.pk).read_at


def test_words_stay_under_the_name_that_they_were_written_under(me, them):
    """Whoever renames a heading puts nothing into the other one's mouth."""
    agree(them, propose(me, "Yes, always."))
    assert "Written under" not in part(me.get("working/")).text
    them.write("Wren takes the medicine", kind="change", door="way_of_working/names")
    for chair in (me, them):
        seen = part(chair.get("working/"))
        assert seen.one("h2").text == "Wren takes the medicine"
        assert "Written under “What we call each other”." in seen.one("article", class_="agreed").text
    propose(me, "Or not.", heading="Wren takes the medicine")
    waiting = part(them.get("working/")).all("article")[1]
    assert "Written under" not in waiting.text


def test_a_newer_wording_is_not_taken_back_together_with_what_holds(me, them):
    entry = propose(me, "Weekly.")
    agree(them, entry)
    me.correct(entry, "Daily.")
    agreed, newer = part(me.get("working/")).all("article")
    assert f"{me.address}entry/{entry.pk}/withdrawal/" not in links(newer)
    assert "I no longer agree" in agreed.text
    assert "You both agreed to these words." in main(me.get(f"entry/{entry.pk}/withdrawal/")).text


def test_words_beside_an_agreement_stand_with_it(me, them):
    entry = propose(me)
    page = them.get(f"entry/{entry.pk}/saying/agreement/")
    press(them.client, page, "I agree", text="Gladly, and **at last**.")
    assert part(me.get("working/")).one("strong").text == "at last"


def test_a_newer_wording_waits_below_what_holds_and_the_other_may_propose_yet_another(me, them):
    agree(them, propose(me))
    newer = propose(them, "Last names.")
    page = part(me.get("working/"))
    assert held(me.get("working/")) == "First names."
    waiting = page.one("div", class_="facing").one("article")
    assert waiting.one(class_="words").text == "Last names."
    another = f"{me.address}saying/way_of_working/names/?from={newer.pk}"
    assert {another, f"{me.address}entry/{newer.pk}/answer/"} <= set(links(waiting))
    assert another not in links(main(them.get("working/")))
    assert f"{me.address}entry/{newer.pk}/correction/" in links(main(them.get("working/")))


def test_what_both_propose_at_once_stands_side_by_side(me, them):
    propose(me, "Mine."), propose(them, "Theirs.")
    facing = part(me.get("working/")).one("div", class_="facing")
    assert [one.one(class_="words").text for one in facing.all("article")] == ["Mine.", "Theirs."]
    voices = {one.classes[-1] for one in facing.all("article")}
    assert voices == {"voice-one", "voice-two"}


def test_a_new_proposal_begins_with_the_words_that_hold(me, them):
    text = "\nFirst names,\n*always*."
    entry = propose(them, text)
    agree(me, entry)
    (link,) = [one for one in links(main(me.get("working/"))) if "?from=" in one]
    page = me.client.get(link)
    assert main(page).one("textarea").typed == text
    press(me.client, page, shares(me), text="Any name.")
    assert me.relationship.entries.latest("number").text == "Any name."
    assert held(me.get("working/")) == "First names, always."


def test_a_proposal_begins_with_nothing_but_a_wording_that_can_be_read(me, them, stranger):
    other = stranger.seats.get()
    foreign = other.relationship.write(by=other, text="Theirs alone.", kind="way_of_working", door="names")
    value = them.write("The sea.", kind="value")
    for entry in (foreign, value):
        assert me.get("saying/way_of_working/names/", **{"from": str(entry.pk)}).status_code == 404
    for nothing in ("", "x", "\x00"):
        page = me.get("saying/way_of_working/names/", **{"from": nothing})
        assert main(page).one("textarea").typed == ""


def test_to_begin_with_the_others_words_is_to_have_read_them(me, them):
    entry = propose(them)
    me.get("saying/way_of_working/names/", **{"from": str(entry.pk)})
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at


# --- What was before ------------------------------------------------------------------------------------


def test_earlier_ones_stay_with_their_days_and_a_withdrawn_one_is_folded_away(me, them):
    agree(them, propose(me, "One."))
    agree(me, propose(them, "Two."))
    gone = propose(them, "Not so.")
    them.withdraw(gone)
    for chair in (me, them):
        before = part(chair.get("working/")).one("details")
        withdrawn, earlier = before.all("li")
        assert "withdrew this." in withdrawn.text
        assert "Not so." not in before.text
        assert "One." in earlier.text
        assert f"{them.participant.short_name} agreed on" in earlier.text
        assert held(chair.get("working/")) == "Two."


def test_put_differently_it_is_proposed_anew_and_what_was_agreed_holds_until_then(me, them):
    entry = propose(me, "First names.")
    agree(them, entry)
    page = me.get(f"entry/{entry.pk}/correction/")
    press(me.client, page, shares(me), text="First names, always.")
    for chair in (me, them):
        seen = part(chair.get("working/"))
        assert held(chair.get("working/")) == "First names."
        assert seen.one("div", class_="facing").one(class_="words").text == "First names, always."
        ids = [one.attrs["id"] for one in shown(chair.get("working/")) if "id" in one.attrs]
        assert len(ids) == len(set(ids))
    press(them.client, them.get("working/"), "I agree")
    assert held(me.get("working/")) == "First names, always."


def test_who_agreed_may_agree_no_longer_and_the_one_before_holds_again(me, them):
    agree(them, propose(me, "One."))
    said = agree(me, propose(them, "Two."))
    address = f"{me.address}entry/{said.pk}/withdrawal/"
    assert address in links(main(me.get("working/")))
    assert address not in links(main(them.get("working/")))
    press(me.client, me.client.get(address), "Withdraw it")
    assert held(them.get("working/")) == "One."
    assert part(me.get("working/")).one("div", class_="facing").one(class_="words").text == "Two."


# --- Two acts at once -----------------------------------------------------------------------------------


def test_what_was_put_differently_meanwhile_is_not_agreed_to_and_the_page_shows_the_new_words(me, them):
    entry = propose(them, "First names.")
    page = me.get("working/")
    them.correct(entry, "Last names.")
    answer = press(me.client, page, "I agree")
    assert answer.status_code == 422
    assert "put differently in the meantime" in main(answer).one(class_="problem").text
    assert main(answer).one(class_="words").text == "Last names."
    assert not me.relationship.entries.filter(kind="agreement").exists()
    assert press(me.client, answer, "I agree").status_code == 302
    assert held(them.get("working/")) == "Last names."


def test_what_was_withdrawn_meanwhile_is_not_agreed_to(me, them):
    entry = propose(them)
    page = me.get("working/")
    them.withdraw(entry)
    answer = press(me.client, page, "I agree")
    assert answer.status_code == 422
    assert "This has been withdrawn." in main(answer).text
    assert not me.relationship.entries.filter(kind="agreement").exists()


def test_a_double_click_agrees_once_and_a_second_page_hears_it(me, them):
    propose(them)
    page, other = me.get("working/"), me.get("working/")
    places = {press(me.client, page, "I agree")["Location"] for _ in range(2)}
    assert len(places) == 1
    assert me.relationship.events.filter(verb=Verb.ANSWERED).count() == 1
    answer = press(me.client, other, "I agree")
    assert answer.status_code == 422
    assert "You have said this already." in main(answer).one(class_="problem").text
    assert me.relationship.entries.filter(kind="agreement").count() == 1


def test_after_the_end_it_is_read_and_nothing_is_proposed_or_agreed(me, them):
    agree(them, propose(me))
    propose(them, "Last names.")
    page = me.get("working/")
    them.relationship.end(by=them.participant)
    answer = press(me.client, page, "I agree")
    assert answer.status_code == 422
    assert "This journal has ended." in main(answer).one(class_="problem").text
    for chair in (me, them):
        seen = main(chair.get("working/"))
        assert held(chair.get("working/")) == "First names."
        assert not seen.all("form")
        assert not [
            one for one in links(seen) if "saying" in one or "correction" in one or "withdrawal" in one
        ]


# --- Reading --------------------------------------------------------------------------------------------


def test_to_look_at_the_page_is_to_have_read_what_stands_on_it(me, them):
    entry = propose(them)
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at is None
    me.client.get(me.address + "working/", headers={"Sec-Purpose": "prefetch"})
    me.client.head(me.address + "working/")
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at is None
    me.get("working/")
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at


def test_what_is_folded_away_has_not_been_read(me, them):
    older = propose(them, "One.")
    agree(me, propose(them, "Two."))
    me.get("working/")
    read = {one.text: one.read_at for one in me.relationship.entries.of_kind("way_of_working").for_reading()}
    assert read["Two."]
    assert read["One."] is None
    me.get(f"entry/{older.pk}/")
    assert me.relationship.entries.for_reading().get(pk=older.pk).read_at


def test_whoever_pauses_first_opens_new_words_before_they_can_agree(me, them):
    pausing(me)
    entry = propose(them, "Words to wait for.")
    page = main(me.get("working/"))
    assert "Words to wait for." not in page.text
    assert not [one for one in page.all("button") if one.text == "I agree"]
    assert f"{me.address}entry/{entry.pk}/" in links(page)
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at is None
    me.get(f"entry/{entry.pk}/")
    assert "Words to wait for." in main(me.get("working/")).text
    press(me.client, me.get("working/"), "I agree")
    assert held(them.get("working/")) == "Words to wait for."


def test_a_new_wording_waits_for_whoever_pauses_and_what_they_agreed_to_stands_there(me, them):
    pausing(me)
    entry = propose(them, "First names.")
    me.get(f"entry/{entry.pk}/")
    agree(me, entry)
    them.correct(entry, "Last names.")
    page = me.get("working/")
    assert held(page) == "First names."
    assert "Last names." not in main(page).text
    assert "Open it when you like" in part(page).one("div", class_="facing").text
    assert "Last names." in main(them.get("working/")).text


def test_earlier_words_that_wait_are_not_told_on_their_line_either(me, them):
    pausing(me)
    propose(them, "Not yet opened.")
    newer = propose(them, "Newer.")
    me.get(f"entry/{newer.pk}/")
    assert "Not yet opened." not in main(me.get("working/")).text


def test_the_page_costs_the_same_for_one_proposal_and_for_many(me, them, after):
    agree(them, propose(me))
    few = looks(me, "working/")
    for number in range(12):
        entry = propose(them, f"number {number}", door=("names", "between", "together")[number % 3])
        me.answer(entry)
        them.correct(entry, f"number {number}, differently")
        if number % 2:
            agree(me, entry.told_about_it.get(bearing="corrects"))
    with after(hours=1):
        assert looks(me, "working/") == few
    assert few[1] <= 8


# --- Headings -------------------------------------------------------------------------------------------


def test_the_headings_are_as_the_two_have_changed_them(me, them):
    me.write("What we say", kind="change", door="way_of_working/names")
    me.write("", kind="change", door="way_of_working/between", answers={"door": {"level": "dropped"}})
    them.write("Who else reads", kind="change", door="way_of_working/" + "c" * 32)
    for chair in (me, them):
        seen = [one.text for one in main(chair.get("working/")).all("h2")]
        assert seen == [
            "How we want to work together",
            "What we say",
            "How quickly each of us usually answers, and when not",
            "Who else reads",
        ]
    answer = press(
        me.client, me.get(f"saying/way_of_working/{'c' * 32}/"), shares(me), text="Mira, on Sundays."
    )
    assert answer.status_code == 302
    assert me.relationship.entries.latest("number").heading == "Who else reads"
    assert "Mira, on Sundays." in part(them.get("working/"), "c" * 32).text


def test_a_heading_that_was_left_out_stands_as_long_as_there_are_words_under_it(me, them):
    agree(them, propose(me))
    me.write("", kind="change", door="way_of_working/names", answers={"door": {"level": "dropped"}})
    assert held(them.get("working/")) == "First names."
    assert len(main(me.get("working/")).all("h2")) == 4


def test_words_under_a_heading_that_is_gone_are_not_lost(me, them):
    them.write("Who else reads", kind="change", door="way_of_working/" + "c" * 32)
    agree(them, propose(me, "Mira.", "c" * 32, heading="Who else reads"))
    dropped = {"door": {"level": "dropped"}}
    them.write("", kind="change", door="way_of_working/" + "c" * 32, answers=dropped)
    seen = part(me.get("working/"), "c" * 32)
    assert seen.one("h2").text == "Who else reads"
    assert held(me.get("working/"), "c" * 32) == "Mira."
    assert not [one for one in links(seen) if "saying" in one]


# --- Elsewhere ------------------------------------------------------------------------------------------


def test_in_the_record_a_proposal_leads_to_the_page_and_an_agreement_reads_well(me, them):
    entry = propose(me)
    agree(them, entry)
    for chair in (me, them):
        card = main(chair.get()).one("article")
        assert "how we work together" in card.all(class_="by")[0].text
        assert f"{me.address}working/#entry-{entry.pk}" in links(card)
        assert f"{me.address}entry/{entry.pk}/" in links(card)
        said = card.one(class_="answer")
        assert "I agree" in said.one(class_="by").text
        assert not said.all(class_="words")
    other = me.write("The sea.", kind="value")
    assert f"{me.address}working/#entry-{other.pk}" not in links(main(me.get()))


def test_in_a_thread_an_agreement_to_other_words_does_not_pass_for_one_to_these(me, them):
    entry = propose(me)
    agree(them, entry)
    assert "put those words differently since" not in main(me.get()).one(class_="answer").text
    me.correct(entry, "Last names.")
    for page in ("", f"entry/{entry.pk}/"):
        assert "put those words differently since" in main(me.get(page)).one(class_="answer").text
    agree(them, entry.told_about_it.get(bearing="corrects"))
    told = [one.text for one in main(me.get()).all(class_="answer")]
    assert [("differently since" in one) for one in told] == [True, False]


def test_what_both_hold_to_about_answering_stands_where_one_writes(me, them):
    entry = propose(me, "On Tuesdays and *Fridays*.", "answering")
    assert "You agreed" not in main(me.get("write/")).text
    agree(them, entry)
    for chair in (me, them):
        line = main(chair.get("write/")).all(class_="care")[1]
        assert line.text == "You agreed: On Tuesdays and Fridays."
        assert links(line) == [f"{me.address}working/#part-answering"]
    agree(me, propose(them, "word " * 100, "answering"))
    line = main(me.get("write/")).all(class_="care")[1]
    assert line.text.endswith("word …")
    assert len(line.text) <= GLANCE + 15


def test_another_heading_stands_nowhere_where_one_writes(me, them):
    agree(them, propose(me))
    assert len(main(me.get("write/")).all(class_="care")) == 1


def test_words_that_wait_do_not_come_by_way_of_the_page_for_writing(me, them):
    entry = propose(them, "On Tuesdays.", "answering")
    agree(me, entry)
    pausing(me)
    assert "On Tuesdays." not in main(me.get("write/")).text
    me.get(f"entry/{entry.pk}/")
    assert "On Tuesdays." in main(me.get("write/")).text


def test_what_stands_whole_on_the_page_for_writing_has_been_read_there(me, them):
    entry = propose(them, "On Tuesdays.", "answering")
    agree(me, entry)
    assert "On Tuesdays." in main(me.get("write/")).text
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at


# --- Anybody and anything -------------------------------------------------------------------------------


def test_a_stranger_finds_nothing_and_the_two_find_it(me, them, stranger):
    entry = propose(me)
    client = signed_in(stranger)
    pages = ["working/", "saying/way_of_working/names/", f"entry/{entry.pk}/saying/agreement/"]
    for page in pages:
        assert client.get(me.address + page).status_code == 404
        assert client.post(me.address + page, {"text": "Mine."}).status_code == 404
        assert them.get(page).status_code == 200
    assert me.relationship.entries.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> & <script>alert(1)</script>",
        "Donaudampfschifffahrtsgesellschaft" * 30,
        "سأحضر الرسالة من المستشفى",
        "# not a heading\n\n- a\n- b",
    ],
)
def test_any_words_stand_on_the_page_and_stay_words(me, them, text):
    agree(them, propose(me, text, "answering"), text)
    propose(them, text, "answering")
    agree(me, propose(them, text))
    agree(me, propose(them, text))
    them.write(text.replace("\n", " ")[:120], kind="change", door="way_of_working/between")
    for page in ("working/", "write/"):
        answer = me.get(page)
        assert answer.status_code == 200
        assert not [one for one in shown(answer).all("script") if one.raw]
    typed = [words.text for words in part(me.get("working/"), "answering").all(class_="words")]
    assert typed
    assert set(typed) == {" ".join(prose.visible(text).replace("\n- ", "\n").split())}


def test_with_an_empty_seat_a_proposal_waits_for_whoever_comes(wren):
    relationship = Relationship.begin(by=wren, side="patient")
    client = signed_in(wren)
    page = client.get(f"/r/{relationship.pk}/saying/way_of_working/names/")
    assert press(client, page, "Share", text="First names.").status_code == 302
    assert "Waits for The other person." in main(client.get(f"/r/{relationship.pk}/working/")).text


def test_the_form_says_which_wording_it_shows(me, them):
    entry = propose(them)
    wording = them.correct(entry, "Last names.")
    form = next(form for form in main(me.get("working/")).all("form") if form.all("button"))
    assert fields_of(form)["wording"] == [str(wording.pk)]
