"""Drafts: words that are not shared yet, found again on any device, and nobody else's to see."""

import uuid

import pytest

from relationships.models import Draft, Verb
from tests.cast import Chair, signed_in
from tests.relationships.views.shown import fields_of, links, main, press

OTHER_WORDS = {"kind": "value", "prompt": "What makes a day a good one?", "helped_by": "Ann"}


def save(chair: Chair, **typed):
    """What the page sends by itself a moment after typing stops."""
    return chair.post("draft/", **({"box": "write/", "text": "Half a thou"} | typed))


@pytest.fixture
def boxes(me, them):
    """The address of every box within a record."""
    mine, theirs = me.write("Mine."), them.write("Theirs.")
    return [
        "write/",
        f"entry/{theirs.pk}/answer/",
        f"entry/{theirs.pk}/answer/differently/",
        f"entry/{mine.pk}/correction/",
    ]


# --- Without a script -----------------------------------------------------------------------------------


def test_every_box_keeps_its_own_draft_without_a_script(me, boxes):
    for box in boxes:
        answer = press(me.client, me.get(box), "Keep as a draft", text=f"For {box}.")
        assert answer.status_code == 200
        assert "Only you can see it." in main(answer).text
    for box in boxes:
        assert main(me.get(box)).one("textarea").typed == f"For {box}."
    assert Draft.objects.count() == len(boxes)


def test_it_is_found_again_on_another_device_with_all_that_belongs_to_it(me):
    press(
        me.client, me.get("write/"), "Keep as a draft", text="Half.", happened_on="2026-01-02", **OTHER_WORDS
    )
    other_device = Chair(me.participant, me.relationship, signed_in(me.participant.person))
    page = main(other_device.get("write/"))
    kept = fields_of(page.all("form")[0])
    assert page.one("textarea").typed == "Half."
    assert {name: kept[name][-1] for name in OTHER_WORDS} == OTHER_WORDS
    assert kept["happened_on"] == ["2026-01-02"]
    assert "This is your draft." in page.text


def test_the_record_leads_back_to_it_and_home_tells_of_it(me, boxes):
    for box in boxes:
        press(me.client, me.get(box), "Keep as a draft", text="Half.")
        assert me.address + box in links(main(me.get()))
        assert "not shared yet" in main(me.client.get("/")).text
        press(me.client, me.get(box), "Throw this draft away")
    assert "not shared yet" not in main(me.client.get("/")).text


def test_shared_words_leave_no_draft(me, them, boxes):
    for box in boxes:
        page = press(me.client, me.get(box), "Keep as a draft", text="Whole.")
        answer = press(me.client, page, f"Share with {them.participant.short_name}")
        assert answer.status_code == 302
        assert main(me.get(box)).one("textarea").typed != "Whole." or "correction" in box
    assert not Draft.objects.exists()


def test_it_can_be_thrown_away(me):
    press(me.client, me.get("write/"), "Keep as a draft", text="Half.")
    answer = press(me.client, me.get("write/"), "Throw this draft away")
    assert answer["Location"] == me.address
    assert main(me.get("write/")).one("textarea").typed == ""
    assert not Draft.objects.exists()


def test_throwing_away_what_is_gone_or_made_up_is_no_error(me):
    for draft in (str(uuid.uuid4()), "x", "", "\x00"):
        assert me.post("draft/discarding/", draft=draft).status_code == 302


# --- As one types ---------------------------------------------------------------------------------------


def test_it_is_saved_as_one_types_and_goes_on_from_there(me):
    first = save(me).json()
    second = save(me, text="Half a thought", **first).json()
    assert second["draft"] == first["draft"]
    assert second["version"] == first["version"] + 1
    assert Draft.objects.get().text == "Half a thought"


def test_every_box_of_the_record_can_be_saved_and_nothing_else(me, boxes):
    for box in boxes:
        assert save(me, box=box).status_code == 200
    nowhere = ("", "brief/", "draft/", "../../r/", "write", "x" * 200, "ending/", "write/\x00", "invitation/")
    for box in nowhere:
        answer = save(me, box=box)
        assert answer.status_code == 422, box
        assert answer.json()["error"]
    assert Draft.objects.count() == len(boxes)


def test_a_box_that_was_emptied_keeps_no_draft(me):
    kept = save(me).json()
    assert save(me, text="  ", **kept).json() == {"draft": None, "version": None}
    assert not Draft.objects.exists()


def test_two_devices_never_overwrite_each_other(me):
    here = save(me, text="On the telephone").json()
    there = save(me, text="At the desk").json()
    assert here["draft"] != there["draft"]
    older = save(me, text="On the telephone, more", **here).json()
    stale = save(me, text="An older page", **here).json()
    assert older["draft"] == here["draft"]
    assert stale["draft"] not in (here["draft"], there["draft"])
    assert {draft.text for draft in Draft.objects.all()} == {
        "At the desk",
        "On the telephone, more",
        "An older page",
    }


@pytest.mark.parametrize(
    ("box", "wrong"),
    [
        ("text", "nul\x00"),
        ("helped_by", "bell\x07"),
        ("prompt", "\x00"),
        ("happened_on", "\x00"),
        ("kind", "\x00"),
    ],
)
def test_what_a_database_cannot_hold_is_said_and_nothing_else_lost(me, box, wrong):
    kept = save(me).json()
    answer = save(me, **({"text": "More."} | kept | {box: wrong}))
    assert answer.status_code == 422
    assert "not saved" in answer.json()["error"]
    assert Draft.objects.get().text == "Half a thou"
    page = me.post("write/", **({"text": "More.", "do": "keep"} | kept | {box: wrong}))
    assert page.status_code == 200
    assert "not saved" in main(page).text


def test_words_longer_than_an_entry_are_still_kept_as_a_draft(me):
    save(me, text="w" * 30_000, helped_by="h" * 300, happened_on="d" * 100, kind="k" * 100, prompt="p" * 300)
    assert len(Draft.objects.get().text) == 30_000
    assert me.get("write/").status_code == 200
    assert me.get().status_code == 200


def test_a_draft_saved_meanwhile_outlives_the_words_that_were_shared(me, them):
    page = press(me.client, me.get("write/"), "Keep as a draft", text="First.")
    kept = fields_of(main(page).all("form")[0])
    save(me, text="First. And more.", draft=kept["draft"][0], version=kept["version"][0])
    press(me.client, page, f"Share with {them.participant.short_name}")
    assert Draft.objects.get().text == "First. And more."


# --- Whose it is ----------------------------------------------------------------------------------------


def test_the_other_never_sees_it_nor_that_there_is_one(me, them):
    save(me, text="Not for you yet.")
    for page in ("", "write/", "brief/", "event/"):
        seen = them.get(page).content.decode()
        assert "Not for you yet." not in seen
        assert "have not shared" not in seen
    assert "not shared yet" not in main(them.client.get("/")).text
    assert main(them.get("write/")).one("textarea").typed == ""


def test_the_other_can_neither_go_on_with_it_nor_throw_it_away(me, them):
    kept = save(me, text="Mine.").json()
    save(them, text="Mine. Or theirs?", **kept)
    them.post("draft/discarding/", draft=kept["draft"])
    them.post("write/", text="Theirs.", **kept)
    assert me.participant.drafts.get().text == "Mine."
    assert me.participant.drafts.get().version == kept["version"]


def test_a_draft_leaves_no_trace_in_the_record(me):
    length = me.relationship.head().number
    save(me)
    press(me.client, me.get("write/"), "Keep as a draft", text="Half.")
    press(me.client, me.get("write/"), "Throw this draft away")
    assert me.relationship.head().number == length
    assert not me.relationship.entries.exists()
    assert not me.relationship.events.filter(verb=Verb.WROTE).exists()


def test_a_draft_is_only_ever_taken_by_post(me):
    assert me.get("draft/").status_code == 405
    assert me.get("draft/discarding/").status_code == 405


def test_there_is_no_box_at_an_entry_that_is_not_there(me, them):
    there = them.write("Theirs.")
    for entry, status in ((there.pk, 200), (uuid.uuid4(), 422)):
        assert me.post("draft/", box=f"entry/{entry}/answer/", text="Words.").status_code == status
