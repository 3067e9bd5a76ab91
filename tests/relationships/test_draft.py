"""Words that are not shared yet: nobody else sees them, they are there on any device, and none are lost."""

import datetime as dt

import pytest
import time_machine
from django.urls import resolve
from django.utils import timezone

from relationships.models import Draft
from relationships.prose import LIMIT
from relationships.views.draft import BOXES
from tests.cast import CANARY, Chair, from_one_chair, signed_in


def save(chair: Chair, text: str, *, box: str = "write/", draft="", version="", **more) -> dict:
    """What a page does a moment after one stops typing."""
    data = {"box": box, "text": text, "draft": draft or "", "version": version or "", **more}
    answer = chair.post("draft/", **data)
    assert answer.status_code == 200, answer.content
    return answer.json()


def typed(chair: Chair, page: str = "write/") -> str:
    """What stands in the box of a page."""
    return chair.get(page).context["form"]["text"].value() or ""


def kept(chair: Chair) -> set[str]:
    return set(chair.participant.drafts.values_list("text", flat=True))


def on_another_device(chair: Chair) -> Chair:
    return Chair(chair.participant, chair.relationship, signed_in(chair.participant.person))


def test_what_was_typed_is_found_again_on_another_device(me):
    save(me, "On the bus.", kind="value", prompt="Why?", happened_on="2031-05-06", helped_by="Sam")
    form = on_another_device(me).get("write/").context["form"]
    shown = {name: form[name].value() for name in ("text", "kind", "prompt", "happened_on", "helped_by")}
    assert shown == {
        "text": "On the bus.",
        "kind": "value",
        "prompt": "Why?",
        "happened_on": "2031-05-06",
        "helped_by": "Sam",
    }


def test_nobody_else_ever_sees_it(me, them, stranger):
    entry = me.write("Shared.")
    save(me, f"Not shared, {CANARY}-draft.")
    mine = me.participant.drafts.get()
    assert f"{CANARY}-draft" in me.get("write/").content.decode()
    for page in (
        "",
        "write/",
        "brief/",
        "brief/text/",
        "event/",
        f"entry/{entry.pk}/",
        f"entry/{entry.pk}/answer/",
    ):
        assert f"{CANARY}-draft" not in them.get(page).content.decode(), page
    assert "not shared yet" not in them.client.get("/").content.decode()
    assert signed_in(stranger).get(me.address + "write/").status_code == 404
    # Nor by its number, which a page of theirs might carry.
    save(them, "Theirs.", draft=mine.pk, version=mine.version)
    them.post("draft/discarding/", draft=mine.pk)
    mine.refresh_from_db()
    assert mine.text == f"Not shared, {CANARY}-draft."
    assert kept(them) == {"Theirs."}


def test_it_leaves_no_act(me):
    before = me.relationship.events.count()
    save(me, "Typing.")
    assert me.relationship.events.count() == before


def test_the_record_and_the_list_of_journals_point_to_it(me, them):
    for chair, there in ((me, False), (them, False)):
        assert ("that you have not shared" in chair.get().content.decode()) is there
    save(me, "Typing.")
    for chair, there in ((me, True), (them, False)):
        assert ("that you have not shared" in chair.get().content.decode()) is there
    assert "You have words there that are not shared yet." in me.client.get("/").content.decode()


def test_each_saving_is_a_new_version_of_the_same_draft(me):
    first = save(me, "One")
    second = save(me, "One line", **first)
    assert (second["draft"], second["version"]) == (first["draft"], first["version"] + 1)
    assert kept(me) == {"One line"}


def test_words_can_be_shortened_on_the_page_that_shows_them(me):
    first = save(me, "One line too many")
    save(me, "One line", **first)
    assert kept(me) == {"One line"}


def test_an_older_page_never_overwrites_newer_words(me):
    first = save(me, "At the table.")
    newer = save(me, "At the table, and more.", **first)
    older = save(on_another_device(me), "On the telephone, quite different.", **first)
    assert kept(me) == {"At the table, and more.", "On the telephone, quite different."}
    assert older["draft"] != newer["draft"]


def test_words_that_only_grew_are_the_same_words(me):
    """A page whose last saving was heard, and its answer lost, saves once more under the old number."""
    first = save(me, "At the")
    save(me, "At the table", **first)
    again = save(me, "At the table, and more.", **first)
    assert again["draft"] == first["draft"]
    assert kept(me) == {"At the table, and more."}


def test_a_box_that_was_emptied_keeps_no_draft(me):
    first = save(me, "Never mind.")
    assert save(me, "  \n", **first) == {"draft": None, "version": None}
    assert kept(me) == set()
    assert typed(me) == ""


def test_an_empty_box_on_an_older_page_does_not_empty_the_newer(me):
    first = save(me, "Here.")
    save(me, "Here and more.", **first)
    save(on_another_device(me), "", **first)
    assert kept(me) == {"Here and more."}


def test_each_box_has_its_own(me, them):
    mine, theirs = me.write("Mine."), them.write("Theirs.")
    boxes = [
        "write/",
        f"entry/{theirs.pk}/answer/",
        f"entry/{theirs.pk}/answer/differently/",
        f"entry/{mine.pk}/correction/",
    ]
    for number, box in enumerate(boxes):
        save(me, f"Draft {number}.", box=box)
    assert [typed(me, box) for box in boxes] == ["Draft 0.", "Draft 1.", "Draft 2.", "Draft 3."]


def boxes(me: Chair, them: Chair) -> list[str]:
    """Every page with a box that there is, where it can be written in."""
    mine, theirs = me.write("Mine."), them.write("Theirs.")
    soon = timezone.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20).consult
    promise = me.write("I shall ask.", kind="promise")
    met = me.relationship.meet(None, by=me.participant, starts_at=soon, minutes=20).consult
    value = me.write("The river.", kind="value")
    said_back = them.answer(mine, "You said it was yours.", kind="reflection")
    return [
        "write/",
        "promise/",
        *(f"entry/{theirs.pk}/{page}/" for page in ("answer", "answer/differently", "reflection")),
        f"entry/{mine.pk}/correction/",
        f"entry/{said_back.pk}/acknowledgement/",
        *(f"entry/{promise.pk}/{page}/" for page in ("keeping", "releasing", "moving")),
        *(f"consult/{consult.pk}/{page}/" for page in ("hope", "hope/more", "arrival", "room")),
        f"consult/{met.pk}/account/",
        *("saying/appreciation/", "saying/philosophy/heals/"),
        *("portrait/doors/adding/", "portrait/doors/people/"),
        f"entry/{value.pk}/saying/no_longer/",
        f"entry/{said_back.pk}/difference/",
        *("prompts/value/most/", "prompts/value/adding/", "prompts/adding/"),
    ]


def test_every_page_with_a_box_keeps_what_is_typed_in_it_and_for_one_alone(me, them):
    pages = boxes(me, them)
    for number, box in enumerate(pages):
        save(me, f"Draft {number}, {CANARY}-draft.", box=box)
    assert [typed(me, box) for box in pages] == [f"Draft {n}, {CANARY}-draft." for n in range(len(pages))]
    for box in (*pages, "", "event/", "brief/", "consult/"):
        answer = them.get(box)
        assert f"{CANARY}-draft" not in answer.content.decode(), box
    assert len(kept(me)) == len(pages)


@from_one_chair
def test_those_are_all_the_pages_with_a_box(me, them):
    named = {resolve(f"{me.address}{box}").url_name for box in boxes(me, them)}
    assert named == BOXES


def test_the_day_of_a_promise_is_kept_with_it(me):
    save(me, "I shall ask.", box="promise/", due_on="2031-05-06")
    form = on_another_device(me).get("promise/").context["form"]
    assert (form["text"].value(), form["due_on"].value()) == ("I shall ask.", "2031-05-06")


def test_a_box_of_somebody_elses_consult_keeps_nothing(me, stranger):
    seat = stranger.seats.select_related("relationship").get()
    soon = timezone.now() + dt.timedelta(minutes=30)
    elsewhere, here = (
        record.plan(by=by, starts_at=soon, minutes=20).consult
        for record, by in ((seat.relationship, seat), (me.relationship, me.participant))
    )
    assert me.post("draft/", box=f"consult/{elsewhere.pk}/hope/", text="Hello.").status_code == 422
    assert me.post("draft/", box=f"consult/{here.pk}/hope/", text="Hello.").status_code == 200
    assert kept(me) == {"Hello."}


@pytest.mark.parametrize(
    "box", ["", "event/", "ending/", "../", "write/x", "entry/1/answer/", "x" * 200, "draft/"]
)
def test_there_is_no_draft_where_there_is_no_box(me, box):
    assert me.post("draft/", box=box, text="Hello.").status_code == 422
    assert kept(me) == set()
    assert me.post("draft/", box="write/", text="Hello.").status_code == 200


def test_the_newest_draft_of_a_box_stands_in_it(me):
    save(me, "Older.")
    save(me, "Newer.")
    assert typed(me) == "Newer."
    assert kept(me) == {"Older.", "Newer."}


def test_it_is_kept_without_scripts_by_a_button_and_by_a_preview(me):
    for way in ("keep", "preview"):
        answer = me.post("write/", text=f"By {way}.", do=way)
        assert answer.status_code == 200
        assert f"By {way}.</textarea>" in answer.content.decode()
    assert kept(me) == {"By keep.", "By preview."}
    assert not me.relationship.entries.exists()


def test_sharing_ends_the_draft(me, them):
    draft = save(me, "Ready.")
    form = me.get("write/").context["form"]
    answer = me.post("write/", text="Ready.", submission=form["submission"].value(), **draft)
    assert answer.status_code == 302
    assert kept(me) == set()
    assert "Ready." in them.get().content.decode()


def test_sharing_leaves_a_newer_version_that_is_typed_elsewhere(me):
    draft = save(me, "Ready.")
    save(on_another_device(me), "Ready, and more.", **draft)
    assert me.post("write/", text="Ready.", **draft).status_code == 302
    assert kept(me) == {"Ready, and more."}


def test_a_refused_sharing_keeps_the_draft(me):
    draft = save(me, "Nearly ready.")
    assert me.post("write/", text="", **draft).status_code == 422
    assert kept(me) == {"Nearly ready."}
    assert me.post("write/", text="Ready.", **draft).status_code == 302
    assert kept(me) == set()


def test_a_draft_can_be_thrown_away(me):
    draft = save(me, "Never mind.")
    assert me.post("draft/discarding/", draft=draft["draft"]).status_code == 302
    assert kept(me) == set()


def test_a_draft_longer_than_an_entry_can_be_is_kept_whole(me):
    save(me, "a" * 25_000)
    assert kept(me) == {"a" * 25_000}
    assert me.post("write/", text="a" * 25_000).status_code == 422


def test_what_a_database_cannot_hold_is_refused_and_said(me):
    answer = me.post("draft/", box="write/", text="a\x00b")
    assert answer.status_code == 422
    assert "This was not saved" in answer.json()["error"]
    assert kept(me) == set()
    save(me, "ab")
    assert kept(me) == {"ab"}


def test_a_malformed_number_makes_a_draft_of_its_own(me):
    save(me, "Mine.", draft="not-a-number", version="-7")
    assert kept(me) == {"Mine."}


def test_drafts_belong_to_the_record_they_were_typed_in(two):
    draft = Draft.keep(two.patient, "write/", None, None, text="Mine.")
    assert (draft.relationship, draft.author, draft.version) == (two.relationship, two.patient, 1)


# --- How much is kept -----------------------------------------------------------------------------------


def refused(chair: Chair, text: str, **more) -> str:
    """What a page is told, by itself and by its button, where its words are not kept."""
    answer = chair.post("draft/", box="write/", text=text, **more)
    assert answer.status_code == 422
    page = chair.post("write/", text=text, do="keep", **more)
    assert page.context["form"]["text"].value() == text, "The words stay on the page."
    assert answer.json()["error"] in page.content.decode()
    return answer.json()["error"]


def test_far_more_than_an_entry_can_hold_is_refused_and_said(me):
    save(me, "a" * 2 * LIMIT)
    longer = "b" * (2 * LIMIT + 1)
    assert refused(me, longer) == "This is too long to keep as a draft. Share it in parts."
    assert kept(me) == {"a" * 2 * LIMIT}


def test_a_sixth_draft_is_refused_and_said(me, them):
    five = {f"{n}." for n in range(5)}
    drafts = [save(me, text) for text in sorted(five)]
    told = "There are 5 drafts here already. Share one, or throw one away."
    assert refused(me, "Something else.") == told
    assert kept(me) == five
    # Another box, and the other's, have room of their own; and so has this one for its own drafts.
    save(them, "Theirs.")
    save(me, "More.", box=f"entry/{them.write().pk}/answer/")
    save(me, "Longer.", **drafts[2])
    assert refused(me, "From an older page.", **drafts[2]) == told
    me.post("draft/discarding/", draft=drafts[0]["draft"])
    save(me, "Something else.")
    assert kept(me) == five - {"0.", "2."} | {"More.", "Longer.", "Something else."}


def test_where_five_are_kept_one_that_the_new_words_contain_makes_way(me):
    with time_machine.travel(timezone.now() - dt.timedelta(hours=1), tick=True):
        for n in range(5):
            save(me, f"{n}.")
        second = me.participant.drafts.get(text="2.")
    assert save(me, "2. And more.")["draft"] == str(second.pk)
    assert kept(me) == {"0.", "1.", "2. And more.", "3.", "4."}


def test_first_savings_of_the_same_words_make_one_draft(me):
    told = [save(me, "Something that grows"[: 5 + n]) for n in range(8)]
    assert len({one["draft"] for one in told}) == 1
    assert [one["version"] for one in told] == [*range(1, 9)]
    assert kept(me) == {"Something th"}


def test_a_draft_from_before_is_not_taken_for_what_is_just_being_typed(me):
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=2), tick=True):
        save(me, "I")
    save(me, "I too")
    assert kept(me) == {"I", "I too"}


def test_nothing_that_belongs_to_a_draft_is_lost_to_a_first_saving(me):
    save(me, "I", helped_by="Sam")
    save(me, "I too")
    assert set(me.participant.drafts.values_list("text", "helped_by")) == {("I", "Sam"), ("I too", "")}
