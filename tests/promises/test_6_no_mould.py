"""Every prompt is an optional door. One line is enough. Nothing but words is ever required."""

import datetime as dt

import pytest

from relationships import clock, kinds
from relationships.forms import (
    AnswerForm,
    CallOffForm,
    CloseForm,
    CorrectForm,
    HopeForm,
    PromiseForm,
    QuestionsForm,
    RoomForm,
    WithdrawForm,
    WordsForm,
    WriteForm,
)


def test_one_line_is_enough(me, them):
    assert me.post("write/", text="Tired.").status_code == 302
    assert "Tired." in them.get().content.decode()


@pytest.mark.parametrize("text", ["?", "🙂", "no", "…", "痛い", "\u0645\u062a\u0639\u0628"])
def test_so_is_one_sign_in_any_script(two, text):
    assert two.relationship.write(by=two.patient, text=text).text == text


def test_only_words_are_required_and_for_a_withdrawal_not_even_those():
    for form in (WriteForm, AnswerForm, CorrectForm):
        assert [name for name, field in form().fields.items() if field.required] == ["text"]
    assert [name for name, field in WithdrawForm().fields.items() if field.required] == []


def test_an_empty_page_gets_a_kind_sentence_and_nothing_else_is_asked(me):
    answer = me.post("write/", text="")
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {"text": ["Write something first. One line is enough."]}


def test_no_kind_needs_to_be_chosen_and_none_stands_above_the_words(me, them):
    me.post("write/", text="Just this.")
    entry = me.relationship.entries.get()
    assert (entry.kind, entry.prompt, entry.happened_on, entry.helped_by) == ("", "", None, "")
    assert entry.label == ""
    assert "Just this." in them.get(kind="unsorted").content.decode()


def test_every_kind_can_be_chosen_by_both(me, them):
    for kind in kinds.offered():
        assert me.post("write/", text=f"Of kind {kind.name}.", kind=kind.name).status_code == 302
    assert {"conversation", "value", "life_context", "care_preference", ""} == set(
        me.relationship.entries.values_list("kind", flat=True)
    )
    page = them.get("write/").content.decode()
    for kind in kinds.offered():
        assert f'value="{kind.name}"' in page


def test_a_prompt_can_be_left_alone_and_answered_with_any_kind(me, them):
    page = me.get("write/").content.decode()
    for kind in kinds.offered():
        for prompt in kind.doors:
            assert str(prompt) in page
    assert "no question" in page
    me.post("write/", text="My garden.", kind="conversation", prompt="What matters most to you right now?")
    assert "What matters most to you right now?" in them.get().content.decode()


def test_a_prompt_may_be_ones_own(me, them):
    me.post("write/", text="The sea.", prompt="What would Grandmother ask?")
    assert "What would Grandmother ask?" in them.get().content.decode()


def test_markdown_is_never_needed(me, them):
    typed = "- not a list\nfive * six * seven\n1. maybe"
    entry = me.write(typed)
    assert entry.text == typed
    page = them.get().content.decode()
    for words in ("not a list", "five * six * seven", "maybe"):
        assert words in page


def test_the_words_people_see_are_plain_ones(me):
    page = me.get("write/").content.decode().lower()
    for plain in ("what we talked about", "what matters to me", "what is going on in my life", "care to be"):
        assert plain in page
    for barrier in ("preference</label>", "decision", "goals of care", "compliance", "chief complaint"):
        assert barrier not in page


# --- Around an appointment ------------------------------------------------------------------------------


def planned(chair):
    soon = clock.now() + dt.timedelta(minutes=30)
    return chair.relationship.plan(by=chair.participant, starts_at=soon, minutes=20).consult


def test_around_an_appointment_too_nothing_but_words_is_required_and_often_not_even_those():
    for form in (HopeForm, WordsForm, PromiseForm, RoomForm):
        assert [name for name, field in form().fields.items() if field.required] == ["text"]
    for form in (CloseForm, CallOffForm, QuestionsForm):
        assert [name for name, field in form().fields.items() if field.required] == []


def test_an_appointment_needs_a_time_and_how_long_and_no_reason_place_or_purpose(me, them):
    day = (clock.now() + dt.timedelta(days=2)).date().isoformat()
    assert me.post("consult/planning/", day=day, time="10:30", minutes="20").status_code == 302
    told = me.relationship.appointments.get()
    assert (told.way, told.where, told.reason) == ("", "", "")
    assert them.post(f"consult/{told.consult_id}/calling-off/").status_code == 302
    assert me.relationship.appointments.latest("number").is_called_off


def test_each_question_before_an_appointment_can_be_skipped(me):
    consult = planned(me)
    first, second = (f"consult/{consult.pk}/{page}" for page in ("hope/", "hope/more/"))
    assert f'href="{me.address}{second}"' in me.get(first).content.decode()
    assert f'href="{me.address}consult/{consult.pk}/"' in me.get(second).content.decode()
    acts = me.relationship.events.exclude(verb="opened").count()
    assert me.relationship.entries.count() == 0
    assert me.post(first, text="The stairs.").status_code == 302
    assert me.relationship.events.exclude(verb="opened").count() == acts + 1


def test_how_one_arrives_is_ones_own_unless_one_shares_it(me, them):
    consult = planned(me)
    page = f"consult/{consult.pk}/arrival/"
    assert me.post(page, text="With a heavy heart.", do="keep").status_code == 200
    assert "With a heavy heart." in me.get(page).content.decode()
    for address in ("", page, f"consult/{consult.pk}/", f"consult/{consult.pk}/brief/", "event/"):
        assert "With a heavy heart." not in them.get(address).content.decode(), address
    assert not me.relationship.entries.exists()


def test_a_promise_without_a_day_is_a_promise(me, them):
    assert me.post("promise/", text="To ask.").status_code == 302
    assert "To ask." in them.get().content.decode()
    promise = me.relationship.entries.get()
    assert promise.due_on is None
    assert me.post(f"entry/{promise.pk}/keeping/").status_code == 302


def test_of_the_four_questions_one_word_or_one_line_is_enough_and_all_can_be_left_out(me, them):
    an_hour_ago = clock.now() - dt.timedelta(hours=1)
    for answered in ({"heard_level": "mostly"}, {"next_words": "Dancing."}):
        consult = me.relationship.meet(None, by=me.participant, starts_at=an_hour_ago, minutes=20).consult
        page = f"consult/{consult.pk}/questions/"
        said = me.get(page).content.decode()
        assert f'href="{me.address}consult/{consult.pk}/"' in said, "There is a way past them."
        assert me.post(page, **answered).status_code == 302
    assert me.relationship.entries.of_kind("experience").count() == 2
