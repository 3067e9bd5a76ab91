"""Their own questions: dropped, renamed and written by either, for both, and both see who did it."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from relationships import doors, kinds
from tests.cast import from_one_chair, signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown
from tests.relationships.views.test_queries import looks

MOST = "What matters most to you right now?"
KEY = "value/most"
ADDING = {"prompts/adding/": "", "prompts/value/adding/": "value/", "prompts/unsorted/adding/": "unsorted/"}


def change(chair, key, name="", level=""):
    answers = {"door": {"level": level}} if level else None
    return chair.write(name, kind="change", door=key, answers=answers)


def offer(chair, key):
    return doors.find_by_key(doors.every(doors.changes(chair.relationship)), key)


def line(answer, key):
    return main(answer).one(id=f"prompt-{key.replace('/', '-')}")


def tap(chair, page, key, button):
    """Press one of the buttons beside a question, as the page shows them."""
    form = next(form for form in line(page, key).all("form") if form.one("button").text.startswith(button))
    return chair.client.post(form.attrs["action"], fields_of(form))


def changed(chair):
    """What the page says of who changed what, the newest first, without the day."""
    found = main(chair.get("prompts/")).all("ol", class_="changed")
    return [one.one("span").text for one in found[0].all("li")] if found else []


def choices(chair, **query):
    """What the page for writing offers to write about: each value, and what it is called."""
    page = main(chair.get("write/", **query))
    return {
        box.attrs["value"]: label.text
        for label in page.all("label")
        for box in label.all("input", name="kind")
    }


def asked(chair):
    return [box.attrs["value"] for box in main(chair.get("write/")).all("input", name="prompt")]


def shares(chair):
    return f"Share with {chair.relationship.facing(chair.participant).short_name}"


# --- The page -------------------------------------------------------------------------------------------


def test_both_see_everything_that_is_offered_and_nothing_changed_yet(me, them):
    for chair in (me, them):
        page = main(chair.get("prompts/"))
        headings = [one.text for one in page.all("h2")]
        assert headings == [
            *("What we talked about", "What matters to me", "What is going on in my life"),
            *("How I’d like my care to be", "Anything at all"),
            *("What I believe about health and care", "How we work together", "What changed"),
        ]
        for kind in doors.of_both():
            assert all(str(one) in page.text for one in kind.doors)
        assert "These are the questions that everybody begins with." in page.text
        assert [one.text for one in page.all(class_="button")] == ["Add a heading of your own"]


def test_what_is_each_ones_own_is_not_changed_here(me):
    page = main(me.get("prompts/")).text
    assert "People who are important to me" not in page
    for key in (
        "portrait/people",
        "hope/come_to",
        "philosophy",
        "unsorted",
        "value/nonsense",
        "nonsense",
        "f" * 32,
    ):
        assert me.get(f"prompts/{key}/").status_code == 404, key
        for act in ("leaving-out", "offering", "first-name"):
            assert me.post(f"prompts/{key}/{act}/").status_code == 404, key
    for kind in ("portrait", "hope", "nonsense", "x" * 32):
        assert me.get(f"prompts/{kind}/adding/").status_code == 404
        assert me.post(f"prompts/{kind}/adding/", text="Mine.").status_code == 404
    assert not me.relationship.entries.exists()


# --- Renamed --------------------------------------------------------------------------------------------


def test_either_renames_a_question_for_both_and_both_see_who_it_was(me, them):
    page = me.get(f"prompts/{KEY}/")
    assert main(page).one("input", name="text").attrs["value"] == MOST
    answer = press(me.client, page, "Rename it", text="What holds you?")
    assert answer["Location"] == f"{me.address}prompts/#prompt-value-most"
    for chair in (me, them):
        assert "What holds you?" in line(chair.get("prompts/"), KEY).text
        assert f"at first: {MOST}" in line(chair.get("prompts/"), KEY).text
        assert changed(chair) == [f"{me.participant.short_name} renamed “{MOST}” to “What holds you?”."]
        assert "What holds you?" in asked(chair)
        assert MOST not in asked(chair)


def test_a_heading_is_renamed_and_what_is_written_under_it_keeps_its_name(me, them):
    press(me.client, me.get("prompts/value/"), "Rename it", text="what I love")
    assert choices(them)["value"] == "what I love"
    press(them.client, them.get("write/", kind="value"), shares(them), text="The sea.")
    entry = me.relationship.entries.latest("number")
    assert (entry.kind, entry.heading, entry.label) == ("value", "what I love", "what I love")
    press(them.client, them.get("prompts/value/"), "Rename it", text="what I cannot do without")
    assert "what I love" in main(me.get()).one("article").one(class_="by").text
    press(me.client, me.get("write/", kind="value"), shares(me), text="Bread.")
    assert me.relationship.entries.latest("number").heading == "what I cannot do without"


def test_its_first_name_comes_back_in_a_tap_or_typed_by_hand(me, them):
    for back in ("tap", "typed"):
        change(them, KEY, f"What holds you, {back}?")
        page = me.get("prompts/")
        if back == "tap":
            assert tap(me, page, KEY, "Back to its first name")["Location"].endswith("#prompt-value-most")
        else:
            press(me.client, me.get(f"prompts/{KEY}/"), "Rename it", text=MOST)
        newest = me.relationship.entries.latest("number")
        assert (newest.text, newest.answers) == ("", {"door": {"level": "first_name"}})
        assert str(offer(me, KEY).says) == MOST
        assert "Back to its first name" not in line(them.get("prompts/"), KEY).text
        assert changed(me)[0] == f"{me.participant.short_name} gave “{MOST}” its first name back."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Write something first."),
        (" \u200b ", "Write something first."),
        ("n" * 121, "120 characters"),
        ("two\u2028lines", "Write this on one line."),
        ("a\u202eb", "direction of reading"),
        (MOST, "It is called that already."),
        ("WHAT MAKES A DAY A GOOD ONE?", "There is one with this name already."),
    ],
)
def test_what_cannot_be_a_name_is_said_and_kept(me, name, sentence):
    answer = press(me.client, me.get(f"prompts/{KEY}/"), "Rename it", text=name)
    assert answer.status_code == 422
    assert sentence in main(answer).one(class_="problem").text
    assert main(answer).one("input", name="text").attrs.get("value", "") == name
    assert not me.relationship.entries.exists()
    assert press(me.client, answer, "Rename it", text="n" * 120).status_code == 302


def test_a_double_click_renames_once(me):
    page = me.get(f"prompts/{KEY}/")
    places = {press(me.client, page, "Rename it", text="What holds you?")["Location"] for _ in range(2)}
    assert len(places) == 1
    assert me.relationship.entries.count() == 1
    change(me, KEY, "What keeps you?")
    back = me.get(f"prompts/{KEY}/")
    answers = [press(me.client, back, "Rename it", text=MOST).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert me.relationship.entries.count() == 3


def test_of_two_names_at_once_the_newest_counts_and_both_are_told(me, them):
    mine, theirs = me.get(f"prompts/{KEY}/"), them.get(f"prompts/{KEY}/")
    press(me.client, mine, "Rename it", text="Mine?")
    press(them.client, theirs, "Rename it", text="Theirs?")
    assert offer(me, KEY).says == "Theirs?"
    assert changed(me) == [
        f"{them.participant.short_name} renamed “Mine?” to “Theirs?”.",
        f"{me.participant.short_name} renamed “{MOST}” to “Mine?”.",
    ]


# --- Left out and offered -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", [KEY, "value", "philosophy/heals", "unsorted/anything", "way_of_working/names"]
)
def test_either_leaves_it_out_and_either_offers_it_again(me, them, key):
    answer = tap(me, me.get("prompts/"), key, "Leave out")
    assert answer["Location"] == f"{me.address}prompts/#prompt-{key.replace('/', '-')}"
    assert offer(me, key).is_dropped
    for chair in (me, them):
        assert "left out" in line(chair.get("prompts/"), key).text
    tap(them, them.get("prompts/"), key, "Offer it again")
    assert not offer(me, key).is_dropped
    name = str(offer(me, key).says)
    assert changed(me) == [
        f"{them.participant.short_name} offered “{name}” again.",
        f"{me.participant.short_name} left out “{name}”.",
    ]


def test_a_question_that_was_left_out_is_not_asked_and_a_heading_not_offered(me, them):
    tap(me, me.get("prompts/"), KEY, "Leave out")
    tap(me, me.get("prompts/"), "conversation", "Leave out")
    for chair in (me, them):
        assert MOST not in asked(chair)
        assert set(choices(chair)) == {"value", "life_context", "care_preference", ""}


def test_of_two_at_once_one_is_enough(me, them):
    mine, theirs = me.get("prompts/"), them.get("prompts/")
    for chair, page in ((me, mine), (me, mine), (them, theirs)):
        assert tap(chair, page, KEY, "Leave out").status_code == 302
    assert me.relationship.entries.count() == 1
    assert offer(them, KEY).is_dropped


def test_a_page_gone_back_to_does_each_of_its_changes(me):
    page = me.get("prompts/")
    for key in (KEY, "value/good_day", "value"):
        tap(me, page, key, "Leave out")
    assert me.relationship.entries.count() == 3


def test_anything_at_all_is_always_offered(me):
    page = line(me.get("prompts/"), "unsorted")
    assert not page.all("form")
    for key in [one.key for one in doors.headings([]) if not one.is_fixed]:
        tap(me, me.get("prompts/"), key, "Leave out")
    assert choices(me) == {"": "anything at all"}
    assert me.post("write/", text="Just this.", kind="").status_code == 302


def test_nobodys_words_are_lost_with_what_was_left_out(me, them):
    page = me.get("write/", kind="value")
    press(me.client, page, "Keep as a draft", text="The sea.", kind="value", prompt=MOST)
    tap(them, them.get("prompts/"), "value", "Leave out")
    tap(them, them.get("prompts/"), KEY, "Leave out")
    page = me.get("write/")
    form = next(form for form in main(page).all("form") if form.all("textarea"))
    sent = fields_of(form)
    assert (sent["text"], sent["kind"], sent["prompt"]) == (["The sea."], ["value"], [MOST])
    press(me.client, page, shares(me))
    entry = me.relationship.entries.latest("number")
    assert (entry.text, entry.kind, entry.prompt) == ("The sea.", "value", MOST)
    assert "value" in choices(me, kind="value")
    assert "value" not in choices(me)
    assert me.post("write/", text="Bread.", kind="value").status_code == 302


# --- Added ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ADDING)
def test_either_adds_one_of_their_own_and_either_changes_it(me, them, page):
    answer = press(me.client, me.get(page), "Add it", text="What was the sea like?")
    entry = me.relationship.entries.get()
    assert (entry.kind, entry.text) == ("change", "What was the sea like?")
    assert re.fullmatch(ADDING[page] + "[0-9a-f]{32}", entry.door)
    assert answer["Location"] == f"{me.address}prompts/#prompt-{entry.door.replace('/', '-')}"
    press(them.client, them.get(f"prompts/{entry.door}/"), "Rename it", text="What is the sea like?")
    assert "at first" not in line(me.get("prompts/"), entry.door).text
    tap(me, me.get("prompts/"), entry.door, "Leave out")
    mine, theirs = me.participant.short_name, them.participant.short_name
    assert changed(them) == [
        f"{mine} left out “What is the sea like?”.",
        f"{theirs} renamed “What was the sea like?” to “What is the sea like?”.",
        f"{mine} added “What was the sea like?”.",
    ]


def test_a_question_of_their_own_is_asked_with_those_of_its_kind(me, them):
    press(me.client, me.get("prompts/value/adding/"), "Add it", text="What would Grandmother ask?")
    page = main(them.get("write/")).one("div", **{"data-kind": "value"})
    assert [one.attrs["value"] for one in page.all("input")][-1] == "What would Grandmother ask?"
    press(
        them.client, them.get("write/"), shares(them), text="The sea.", prompt="What would Grandmother ask?"
    )
    assert me.relationship.entries.latest("number").prompt == "What would Grandmother ask?"


def test_what_is_written_under_a_heading_of_their_own_keeps_it(me, them):
    press(me.client, me.get("prompts/adding/"), "Add it", text="what the sea was like")
    key = me.relationship.entries.get().door
    assert choices(them)[key] == "what the sea was like"
    press(them.client, them.get("write/"), "Keep as a draft", text="Flat.", kind=key)
    assert them.participant.drafts.get().kind == key
    press(them.client, them.get("write/"), shares(them))
    entry = me.relationship.entries.latest("number")
    assert (entry.kind, entry.heading, entry.text) == ("", "what the sea was like", "Flat.")
    assert "what the sea was like" in main(me.get()).one("article").one(class_="by").text
    chosen = [
        one.attrs["value"]
        for one in main(me.get("write/", kind=key)).all("input", name="kind")
        if "checked" in one.attrs
    ]
    assert chosen == [key]


def test_a_heading_that_is_none_is_refused_with_the_words_kept(me):
    answer = me.post("write/", text="My words.", kind="e" * 32)
    assert answer.status_code == 422
    assert main(answer).one("textarea").typed == "My words."
    assert press(me.client, answer, shares(me), kind="").status_code == 302


@pytest.mark.parametrize("page", ADDING)
def test_a_double_click_adds_one_and_other_words_are_another(me, page):
    form = me.get(page)
    places = {press(me.client, form, "Add it", text="One?")["Location"] for _ in range(2)}
    assert len(places) == 1
    assert me.relationship.entries.count() == 1
    again = press(me.client, form, "Add it", text="Another?")
    assert again.status_code == 422
    assert press(me.client, again, "Add it").status_code == 302
    assert len({one.door for one in me.relationship.entries.all()}) == 2


def test_two_who_add_at_once_both_add(me, them):
    mine, theirs = me.get("prompts/value/adding/"), them.get("prompts/value/adding/")
    press(me.client, mine, "Add it", text="Mine?")
    press(them.client, theirs, "Add it", text="Theirs?")
    assert [str(one) for one in doors.of(kinds.Value, doors.changes(me.relationship))][3:] == [
        "Mine?",
        "Theirs?",
    ]


def test_a_request_without_the_hidden_box_adds_too(me):
    assert me.post("prompts/value/adding/", text="By hand?").status_code == 302
    assert me.post("prompts/value/adding/", text="By hand, again?").status_code == 302
    assert len(doors.of(kinds.Value, doors.changes(me.relationship))) == 5


@pytest.mark.parametrize("page", ADDING)
def test_there_is_room_for_so_many(me, page):
    for number in range(doors.MOST):
        change(me, ADDING[page] + uuid.uuid4().hex, f"number {number}")
    answer = me.post(page, text="One more?")
    assert answer.status_code == 422
    assert "There are enough of your own here." in main(answer).one(class_="problem").text
    assert me.relationship.entries.count() == doors.MOST
    assert f"{me.address}{page}" not in links(main(me.get("prompts/")))


@pytest.mark.parametrize("page", ADDING)
@pytest.mark.parametrize("name", ["", "n" * 121, "a\u202eb", "two\u2028lines"])
def test_what_cannot_be_a_name_is_not_added(me, page, name):
    answer = press(me.client, me.get(page), "Add it", text=name)
    assert answer.status_code == 422
    assert not me.relationship.entries.exists()
    assert press(me.client, answer, "Add it", text="One?").status_code == 302
    taken = press(me.client, me.get(page), "Add it", text="one?")
    assert "There is one with this name already." in main(taken).text


# --- Always ---------------------------------------------------------------------------------------------


def test_a_change_is_not_pushed_and_to_look_at_the_page_is_to_have_read_it(me, them):
    entry = change(them, KEY, "What holds you?")
    assert "new" not in main(me.get()).text.lower().split()
    assert not main(me.get()).all("article")
    me.get("write/")
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at is None
    me.get("prompts/")
    assert me.relationship.entries.for_reading().get(pk=entry.pk).read_at


def test_what_was_changed_is_an_act_among_the_others(me, them):
    change(them, KEY, "What holds you?")
    page = main(me.get("event/"))
    assert "changed the questions" in page.text
    assert f"{me.address}prompts/" in " ".join(links(page))


def test_after_the_end_all_of_it_is_read_and_nothing_changed(me, them):
    change(me, KEY, "What holds you?")
    page, naming, adding = me.get("prompts/"), me.get(f"prompts/{KEY}/"), me.get("prompts/adding/")
    them.relationship.end(by=them.participant)
    tap(me, page, KEY, "Leave out")
    assert "This journal has ended." in main(me.get("prompts/")).one(class_="notices").text
    for form, button in ((naming, "Rename it"), (adding, "Add it")):
        answer = press(me.client, form, button, text="Too late?")
        assert answer.status_code == 422
        assert main(answer).one("input", name="text").attrs["value"] == "Too late?"
    assert me.relationship.entries.count() == 1
    seen = main(me.get("prompts/"))
    assert not seen.all("form")
    assert "What holds you?" in seen.text


def test_a_stranger_finds_nothing_and_the_two_find_it(me, them, stranger):
    client = signed_in(stranger)
    pages = ["prompts/", f"prompts/{KEY}/", "prompts/value/", *ADDING]
    acts = [f"prompts/{KEY}/{act}/" for act in ("leaving-out", "offering", "first-name")]
    for page in pages + acts:
        assert client.get(me.address + page).status_code == 404
        assert client.post(me.address + page, {"text": "Mine."}).status_code == 404
        assert them.get(page).status_code == (405 if page in acts else 200)
    assert not me.relationship.entries.exists()


@pytest.mark.parametrize(
    "name",
    [
        "<b>bold</b> & <script>alert(1)</script> {{ x }}",
        "Donaudampfschifffahrtsgesellschaftskapitaen" * 2,
        "ما الذي يهمك الآن؟",
        '" onmouseover="x',
    ],
)
def test_any_name_stands_everywhere_and_stays_a_name(me, them, name):
    for key in (KEY, "value", "a" * 32, "way_of_working/names"):
        change(them, key, name)
    for page in ("prompts/", f"prompts/{KEY}/", "write/", "working/", "saying/way_of_working/names/"):
        answer = me.get(page)
        assert answer.status_code == 200
        assert (
            name in main(answer).text
            or name.capitalize() in main(answer).text
            or any(box.attrs.get("value") == name for box in main(answer).all("input"))
        )
        assert not [one for one in shown(answer).all("script") if one.raw]
        assert not [one for one in shown(answer) if "onmouseover" in one.attrs]
    press(me.client, me.get("write/"), shares(me), text="Words.", kind="a" * 32, prompt=name)
    assert (
        me.relationship.entries.latest("number").heading,
        me.relationship.entries.latest("number").prompt,
    ) == (
        name,
        name,
    )
    assert name in main(them.get()).one("article").text


def test_the_page_costs_the_same_for_no_change_and_for_many(me, them, after):
    for page in ("prompts/", "write/"):
        few = looks(me, page)
        for number in range(40):
            change(them, f"value/{uuid.uuid4().hex}", f"{page} number {number}")
            change(them, KEY, f"{page} name {number}")
        me.get("prompts/")
        with after(hours=1):
            assert looks(me, page) == few
        assert few[1] <= 8


@from_one_chair
def test_the_page_for_writing_shows_only_the_questions_of_the_kind_that_is_chosen(me):
    css = (Path(settings.BASE_DIR) / "static/css/areas/write.css").read_text()
    for kind in kinds.offered():
        assert f'[data-kind="{kind.name}"]' in css
        if kind.name:  # All that is none of ours has the questions of no kind.
            assert css.count(f'[value="{kind.name}"]') == 2
