"""Every prompt is an optional door. One line is enough. Nothing but words is ever required."""

import pytest

from relationships import kinds
from relationships.forms import AnswerForm, CorrectForm, WithdrawForm, WriteForm


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
        for prompt in kind.prompts:
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
