"""Only you write or correct your words. The other can answer or see it differently, and both stand side by side."""

import datetime as dt

import pytest

from relationships import clock
from relationships.errors import NotYourWords


def page_of(chair, entry) -> str:
    return chair.get(f"entry/{entry.pk}/").content.decode()


def test_nobody_else_can_put_my_words_differently_or_withdraw_them(me, them):
    entry = me.write("I am not ready.")
    for way in ("correction", "withdrawal"):
        assert them.get(f"entry/{entry.pk}/{way}/").status_code == 404
        assert them.post(f"entry/{entry.pk}/{way}/", text="I am ready.").status_code == 404
        assert way not in page_of(them, entry)
        assert me.get(f"entry/{entry.pk}/{way}/").status_code == 200
        assert way in page_of(me, entry)
    assert list(me.relationship.entries.values_list("text", flat=True)) == ["I am not ready."]


def test_i_can(me, them):
    entry = me.write("I am not ready.")
    assert me.post(f"entry/{entry.pk}/correction/", text="I am nearly ready.").status_code == 302
    assert "I am nearly ready." in them.get().content.decode()
    assert me.post(f"entry/{entry.pk}/withdrawal/", text="It was the day.").status_code == 302
    assert "withdrew this" in them.get().content.decode()


def test_my_words_stand_exactly_as_i_typed_them(me, them):
    typed = "Well…\n\n  *not* <b>bold</b> & 5 < 6, *\n"
    entry = me.write(typed)
    page = page_of(them, entry)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; 5 &lt; 6" in page
    assert entry.text == typed
    assert f'<p class="exact" dir="auto">{"Well…"}' in page


def test_the_other_can_see_it_differently_and_both_stand_side_by_side(me, them):
    entry = me.write("We decided to wait.")
    help_page = them.get(f"entry/{entry.pk}/answer/differently/").content.decode()
    assert "neither of you has to be wrong" in help_page
    assert "We decided to wait." in help_page
    assert them.post(f"entry/{entry.pk}/answer/differently/", text="I had only asked.").status_code == 302
    for chair in (me, them):
        for page in (chair.get().content.decode(), page_of(chair, entry)):
            assert "We decided to wait." in page
            assert "I had only asked." in page
            assert 'class="error"' not in page


def test_each_wording_says_who_wrote_it(me, them):
    entry = me.write("Mine.")
    them.answer(entry, "Theirs.")
    page = page_of(me, entry)
    for chair in (me, them):
        assert f"<bdi>{chair.participant.short_name}</bdi>" in page
        assert f"voice-{chair.participant.voice}" in page


def test_somebody_who_helped_is_named_and_the_words_remain_mine(me, them):
    assert me.post("write/", text="With my niece.", helped_by="Ines").status_code == 302
    assert me.relationship.entries.get().author == me.participant
    assert "Written with the help of <bdi>Ines</bdi>" in them.get().content.decode()


def test_nobody_writes_in_my_name(me, them):
    """Whatever a form says: who writes is who is logged in."""
    them.post(
        "write/", text="Hello.", author=me.participant.pk, by=me.participant.pk, actor=me.participant.pk
    )
    assert me.relationship.entries.get().author == them.participant


# --- Around an appointment ------------------------------------------------------------------------------


def met(chair):
    """A consult that has met an hour ago."""
    when = clock.now() - dt.timedelta(hours=1)
    return chair.relationship.meet(None, by=chair.participant, starts_at=when, minutes=20).consult


def test_each_says_how_it_was_and_the_two_stand_side_by_side(me, them):
    consult = met(them)
    me.write("You asked my brother.", kind="account", consult=consult)
    them.write("It went well, I thought.", kind="account", consult=consult)
    for chair in (me, them):
        page = chair.get(f"consult/{consult.pk}/").content.decode()
        assert page.index("How it was, as each of us saw it") < page.index("You asked my brother.")
        assert "It went well, I thought." in page
        assert 'class="error"' not in page
        assert "official" not in page


def test_how_it_was_for_me_is_mine_to_put_differently_and_nobody_else_s(me, them):
    mine = me.write("You asked my brother.", kind="account", consult=met(me))
    for way in ("correction", "withdrawal"):
        assert them.post(f"entry/{mine.pk}/{way}/", text="It was fine.").status_code == 404
    assert me.post(f"entry/{mine.pk}/correction/", text="You asked my brother, twice.").status_code == 302
    assert them.post(f"entry/{mine.pk}/answer/", text="I did.").status_code == 302
    told = me.relationship.entries.order_by("number").values_list("text", flat=True)
    assert list(told) == ["You asked my brother.", "You asked my brother, twice.", "I did."]


def test_nobody_says_for_me_by_when_i_shall_do_something(me, them):
    promise = me.write("I shall ask.", kind="promise", due_on=dt.date(2031, 5, 6))
    later = (clock.now() + dt.timedelta(days=9)).date()
    address = f"entry/{promise.pk}/moving/"
    assert them.get(address).status_code == them.post(address, due_on=later.isoformat()).status_code == 404
    with pytest.raises(NotYourWords):
        them.answer(promise, "", kind="moved", due_on=later)
    assert "moving/" not in page_of(them, promise)
    assert me.post(address, due_on=later.isoformat(), text="She is away.").status_code == 302
    assert "She is away." in them.get(f"entry/{promise.pk}/").content.decode()


def test_the_other_can_say_that_it_is_kept_and_that_is_their_word(me, them):
    promise = me.write("I shall ask.", kind="promise")
    assert them.post(f"entry/{promise.pk}/keeping/", text="You did, twice.").status_code == 302
    said = me.relationship.entries.get(kind="kept")
    assert (said.author, said.text) == (them.participant, "You did, twice.")
    assert me.relationship.entries.get(kind="promise").author == me.participant
