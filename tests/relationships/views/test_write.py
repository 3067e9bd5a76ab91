"""Writing something of one's own: one line is enough, nothing is lost, and sent twice it is shared once."""

import datetime as dt
import uuid
from itertools import product

import pytest
from django.test import Client

from relationships.forms import WriteForm
from relationships.models import Draft, Relationship, Verb
from tests.cast import Chair, signed_in
from tests.relationships.views.shown import cards, fields_of, links, main, press, shown

LATE_IN_LIFE = "Write the day like this: 2026-11-23."
TOO_LONG = "w" * 20_001


def share(chair: Chair, **typed):
    """Open the page, fill it in and press the first button."""
    return press(chair.client, chair.get("write/"), shares(chair), **typed)


def shares(chair):
    return f"Share with {chair.relationship.facing(chair.participant).short_name}"


def test_one_line_is_enough_and_the_other_reads_it_at_once(me, them):
    answer = share(me, text="Slept well.")
    entry = me.relationship.entries.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{me.address}#entry-{entry.pk}"
    assert cards(them.get()) == ["Slept well."]
    assert (entry.text, entry.kind, entry.author) == ("Slept well.", "", me.participant)
    assert "Shared with " in main(me.client.get(me.address)).one(class_="notice").text


def test_all_that_may_be_said_about_it_is_kept(me):
    share(
        me,
        text="  *Two* lines\r\nas typed  ",
        kind="value",
        prompt="What makes a day a good one?",
        happened_on="2026-02-28",
        helped_by="my sister",
    )
    entry = me.relationship.entries.get()
    assert entry.text == "  *Two* lines\nas typed  "
    assert (entry.kind, entry.prompt, entry.helped_by) == (
        "value",
        "What makes a day a good one?",
        "my sister",
    )
    assert entry.happened_on == dt.date(2026, 2, 28)


def test_the_page_says_who_reads_it_and_that_nobody_watches(me, them):
    page = main(me.get("write/"))
    care = page.one(class_="care").text
    assert them.participant.short_name in care
    assert "Nobody watches this page" in care
    assert "call 112" in care
    assert len(page.all("textarea")) == 1


def test_a_kind_can_be_chosen_on_the_way_there_and_none_has_to_be(me):
    chosen = [
        box.attrs["value"]
        for kind in ("value", "gossip", "")
        for box in main(me.get("write/", kind=kind)).all("input", name="kind")
        if "checked" in box.attrs
    ]
    assert chosen == ["value", ""]


def test_what_it_is_about_and_the_questions_stand_before_the_box_and_nothing_is_said_for_anybody(me):
    page = main(me.get("write/"))
    form = next(form for form in page.all("form") if form.all("textarea"))
    order = [box.attrs.get("name") for box in form.all("input", "textarea", "button")]
    assert order.index("kind") < order.index("prompt") < order.index("text") < order.index("do")
    chosen = [
        label for label in form.all("label") if [box for box in label.all("input") if "checked" in box.attrs]
    ]
    assert [label.text for label in chosen] == ["anything at all", "no question"]
    share(me, text="Just this.")
    assert me.relationship.entries.get().kind == ""
    assert "anything at all" not in main(me.get()).text


# --- What is wrong is said beside its box, and the words are kept ------------------------------------------


@pytest.mark.parametrize(
    ("box", "wrong", "sentence"),
    [
        ("text", "", "Write something first."),
        ("text", " \n\u200b ", "Write something first."),
        ("text", TOO_LONG, "longer than one entry can be"),
        ("text", "bell\x07", "invisible control character"),
        ("text", "nul\x00", "invisible control character"),
        ("text", "turned\u202eround", "turns the direction of reading"),
        ("kind", "gossip", "Choose one of these, or none."),
        ("happened_on", "2126-01-01", "more than a year ahead"),
        ("happened_on", "1066-10-14", "before 1900"),
        ("happened_on", "yesterday", LATE_IN_LIFE),
        ("happened_on", "2026-02-30", LATE_IN_LIFE),
        ("helped_by", "a\u202eb", "turns the direction of reading"),
        ("helped_by", "a\x00b", "haracter"),
        ("helped_by", "h" * 121, "120 characters"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_box(me, box, wrong, sentence):
    typed = {"text": "My words.", "kind": "value", "helped_by": "Ann", "happened_on": "2026-01-02"} | {
        box: wrong
    }
    answer = share(me, **typed)
    assert answer.status_code == 422
    page = main(answer)
    beside = [field for field in page.all(class_="field") if field.all(name=box)]
    assert sentence in beside[-1].one("p", class_="error").text
    assert sentence in page.one(class_="problem").text
    assert not me.relationship.entries.exists()
    assert page.one("textarea").typed == typed["text"]
    kept = fields_of(page.all("form")[0])
    for name in {"helped_by", "happened_on"}:
        assert kept[name] == [typed[name]]
    if box != "kind":
        assert kept["kind"] == ["value"]


def test_a_question_longer_than_a_line_is_refused_and_the_words_kept(me):
    shown_form = fields_of(main(me.get("write/")).all("form")[0])
    answer = me.client.post(me.address + "write/", shown_form | {"text": "My words.", "prompt": "?" * 201})
    assert answer.status_code == 422
    assert "200 characters" in main(answer).one(class_="problem").text
    assert main(answer).one("textarea").typed == "My words."


def test_as_long_as_an_entry_may_be_is_taken(me):
    assert share(me, text="é" * 20_000).status_code == 302
    assert len(me.relationship.entries.get().text) == 20_000


def test_a_newline_at_the_beginning_comes_back_with_the_error(me):
    answer = share(me, text="\n\nafter two", kind="gossip")
    assert main(answer).one("textarea").typed == "\n\nafter two"


def test_half_an_emoji_is_never_an_error_of_ours(me):
    # A browser sends U+FFFD for it. Whoever sends the bytes themselves gets an answer too, and no half is kept.
    answer = me.client.post(
        me.address + "write/", b"text=half%20%ED%A0%BD", "application/x-www-form-urlencoded"
    )
    assert answer.status_code in (302, 422)
    assert not any("\ud83d" in entry.text for entry in me.relationship.entries.all())
    form = WriteForm({"text": "half \ud83d", "helped_by": "\ud83d"})
    assert "perhaps half an emoji" in str(form.errors["text"])
    assert "perhaps half an emoji" in str(form.errors["helped_by"])


@pytest.mark.parametrize("name", ["submission", "draft", "version"])
def test_a_hidden_box_that_somebody_meddled_with_costs_no_words(me, name):
    form = fields_of(main(me.get("write/")).all("form")[0])
    for do, wrong in product(("share", "keep", "preview"), ("x", "\x00", "-1", "9" * 30)):
        sent = form | {"text": ["My words."], name: [wrong]}
        answer = me.client.post(me.address + "write/", sent | {"do": do})
        assert answer.status_code in (200, 302, 422)
        if answer.status_code != 302:
            assert main(answer).one("textarea").typed == "My words."


# --- Once -----------------------------------------------------------------------------------------------


def test_a_double_click_shares_once(me):
    page = me.get("write/")
    first = press(me.client, page, shares(me), text="Once.")
    second = press(me.client, page, shares(me), text="Once.")
    assert me.relationship.entries.count() == 1
    assert me.relationship.events.filter(verb=Verb.WROTE).count() == 1
    assert first["Location"] == second["Location"]


def test_a_form_gone_back_to_with_other_words_says_so_and_keeps_them(me):
    page = me.get("write/")
    press(me.client, page, shares(me), text="First words.")
    answer = press(me.client, page, shares(me), text="Other words.")
    assert answer.status_code == 422
    assert "shared this once already" in main(answer).one(class_="problem").text
    assert main(answer).one("textarea").typed == "Other words."
    assert me.relationship.entries.count() == 1
    assert press(me.client, answer, shares(me)).status_code == 302
    assert {entry.text for entry in me.relationship.entries.all()} == {"First words.", "Other words."}


def test_a_request_without_the_hidden_boxes_shares_too(me):
    assert me.post("write/", text="By hand.").status_code == 302
    assert me.relationship.entries.count() == 1


def test_the_same_form_of_two_people_is_two_entries(me, them):
    submission = str(uuid.uuid4())
    me.post("write/", text="Mine.", submission=submission)
    them.post("write/", text="Theirs.", submission=submission)
    assert me.relationship.entries.count() == 2


# --- Before it is shared --------------------------------------------------------------------------------


def test_a_preview_shows_how_it_will_look_and_shares_nothing(me, them):
    answer = press(me.client, me.get("write/"), "Preview", text="*Softly* <script>x</script>")
    preview = main(answer).one("section", class_="preview")
    assert preview.one("em").text == "Softly"
    assert "<script>x</script>" in preview.one(class_="words").text
    assert not preview.all("script")
    assert main(answer).one("textarea").typed == "*Softly* <script>x</script>"
    assert not me.relationship.entries.exists()
    assert cards(them.get()) == []
    assert press(me.client, answer, shares(me)).status_code == 302
    assert not me.participant.drafts.exists()


def test_a_preview_of_nothing_is_the_page_again(me):
    answer = press(me.client, me.get("write/"), "Preview")
    assert answer.status_code == 200
    assert not main(answer).all(class_="preview")


def test_a_day_that_cannot_be_is_said_when_it_is_shared_and_not_before(me):
    answer = press(me.client, me.get("write/"), "Preview", text="My words.", happened_on="soon")
    assert answer.status_code == 200
    assert fields_of(main(answer).all("form")[0])["happened_on"] == ["soon"]


# --- How it stands --------------------------------------------------------------------------------------


def test_before_the_other_has_come_it_waits_for_them(db, wren):
    relationship = Relationship.begin(by=wren, side="patient")
    client = signed_in(wren)
    answer = press(client, client.get(f"/r/{relationship.pk}/write/"), "Share", text="Waiting.")
    assert "It waits here for the other person." in main(client.get(answer["Location"])).text


def test_after_the_end_the_words_come_back_and_nothing_is_added(me, them):
    page = me.get("write/")
    them.relationship.end(by=them.participant)
    length = me.relationship.head().number
    answer = press(me.client, page, shares(me), text="Too late.")
    assert answer.status_code == 422
    assert "This journal has ended." in main(answer).text
    assert main(answer).one("textarea").typed == "Too late."
    assert me.relationship.head().number == length
    assert me.address in links(main(me.get("write/")))


def test_the_page_works_without_a_script_and_htmx_gets_the_same(me):
    page = shown(me.get("write/"))
    form = next(form for form in page.all("form") if form.all("textarea"))
    assert form.attrs["method"] == "post"
    assert form.attrs["action"] == me.address + "write/"
    answer = press(me.client, me.get("write/"), shares(me), text="By htmx.", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith(me.address + "#entry-")


def test_somebody_elses_browser_shares_nothing_here(me):
    answer = Client().post(me.address + "write/", {"text": "Forged."})
    assert answer.status_code == 403
    assert not me.relationship.entries.exists()
    assert not Draft.objects.exists()
