"""“We see this differently”: a finished state, in which both views stand side by side and lead to each other."""

import pytest

from relationships.errors import AnsweredAlready, ClosedAlready, NotSound, Withdrawn
from relationships.models import Verb
from relationships.verification import first_fault
from relationships.views.entry import whole_thread
from tests.cast import CANARY, from_one_chair, signed_in
from tests.relationships.views.shown import links, main, press


def said_back(me, them, level="not_yet"):
    """Words of theirs, what I understood of them, and what they said to that."""
    entry = them.write(f"I am not afraid of the knife, {CANARY}.")
    reflection = me.answer(entry, "You want it over with.", kind="reflection")
    if level:
        them.answer(reflection, "", kind="acknowledgement", answers={"understood": {"level": level}})
    return entry, reflection


def reflection_of(chair, entry):
    (one,) = whole_thread(chair.relationship, entry).reflections
    return one


@pytest.fixture(params=["who said it back", "who was said back"])
def ender(request, me, them):
    return me if request.param == "who said it back" else them


def test_either_ends_it_and_both_views_stand_side_by_side(me, them, ender):
    entry, reflection = said_back(me, them)
    page = ender.get(f"entry/{reflection.pk}/difference/")
    assert "You can leave it at that" in main(page).text
    shared = press(ender.client, page, "Leave it at two views", text="I still think we should wait.")
    assert shared.status_code == 302
    assert reflection_of(me, entry).is_seen_differently
    for chair in (me, them):
        views = main(chair.client.get(shared["Location"])).one(class_="two-views")
        one, two = (views.one("section", id=f"view-{voice}") for voice in ("one", "two"))
        texts = {
            me.participant.voice: "You want it over with.",
            them.participant.voice: "not afraid of the knife",
        }
        texts[ender.participant.voice] = "I still think we should wait."
        assert texts["one"] in one.text
        assert texts["two"] in two.text
        # Each leads to the other, and to where it stands.
        assert "#view-two" in links(one)
        assert "#view-one" in links(two)


def test_it_needs_no_words_and_then_what_was_said_before_stands_there(me, them, ender):
    _entry, reflection = said_back(me, them)
    assert ender.post(f"entry/{reflection.pk}/difference/", do="share", text="").status_code == 302
    text = main(them.get(f"entry/{reflection.pk}/difference/")).one(class_="two-views").text
    assert "You want it over with." in text
    assert "not afraid of the knife" in text
    assert me.relationship.events.exclude(verb=Verb.OPENED).last().verb == Verb.CLOSED
    assert first_fault(me.relationship) is None


def test_the_other_may_say_once_how_they_see_it_and_neither_twice(me, them):
    _entry, reflection = said_back(me, them)
    page = f"entry/{reflection.pk}/difference/"
    assert me.post(page, do="share", text="I would wait.").status_code == 302
    assert len(main(me.get(page)).all("textarea")) == 0
    assert len(main(them.get(page)).all("textarea")) == 1
    assert them.post(page, do="share", text="I would not.").status_code == 302
    text = main(me.get(page)).one(class_="two-views").text
    assert "I would wait." in text
    assert "I would not." in text
    again = me.post(page, do="share", text="And another thing.")
    assert again.status_code == 422
    assert "And another thing." in main(again).text
    with pytest.raises(AnsweredAlready):
        me.answer(reflection, "", kind="difference")


def test_the_thread_and_the_record_lead_to_both_views(me, them):
    entry, reflection = said_back(me, them)
    me.answer(reflection, "I would wait.", kind="difference")
    views = f"{me.address}entry/{reflection.pk}/difference/"
    for chair in (me, them):
        for page in ("", f"entry/{entry.pk}/", f"entry/{reflection.pk}/"):
            assert views in links(main(chair.get(page))), page


def test_it_is_finished_and_nothing_waits_any_more(me, them):
    _entry, reflection = said_back(me, them, level=None)
    assert "waits for" in main(them.get()).text
    assert "said back what they understood" in main(them.client.get("/")).text
    them.answer(reflection, "", kind="difference")
    for chair in (me, them):
        assert "waits for" not in main(chair.get()).text
        assert "Said back, and not confirmed" not in main(chair.get("brief/")).text
    assert "said back what they understood" not in main(them.client.get("/")).text
    with pytest.raises(ClosedAlready):
        them.answer(reflection, "", kind="acknowledgement", answers={"understood": {"level": "yes"}})


@from_one_chair
def test_it_is_no_lock_whoever_understands_more_says_it_back_anew(me, them):
    entry, reflection = said_back(me, them)
    closing = me.answer(reflection, "", kind="difference")
    again = me.answer(entry, "You want to be asked first.", kind="reflection")
    them.answer(again, "", kind="acknowledgement", answers={"understood": {"level": "yes"}})
    first, last = whole_thread(me.relationship, entry).reflections
    assert (first.is_seen_differently, last.understood) == (True, "yes")
    me.withdraw(closing)
    assert not whole_thread(me.relationship, entry).reflections[0].is_seen_differently


def test_where_somebody_said_yes_it_is_not_offered(me, them):
    entry, reflection = said_back(me, them, level="yes")
    for chair in (me, them):
        assert chair.get(f"entry/{reflection.pk}/difference/").status_code == 302
        assert "We see this differently" not in main(chair.get(f"entry/{entry.pk}/")).text


def test_after_a_yes_or_without_the_words_it_was_about_it_is_refused(me, them):
    _entry, reflection = said_back(me, them, level="yes")
    stale = me.post(f"entry/{reflection.pk}/difference/", do="share", text="I would wait.")
    assert stale.status_code == 422
    assert "I would wait." in main(stale).text
    other, reflection = said_back(me, them)
    them.withdraw(other)
    with pytest.raises(ClosedAlready):
        me.answer(reflection, "", kind="difference")


def test_only_what_was_said_back_can_be_left_at_two_views(me, them, stranger):
    entry, reflection = said_back(me, them)
    assert me.get(f"entry/{reflection.pk}/difference/").status_code == 200
    assert me.get(f"entry/{entry.pk}/difference/").status_code == 404
    assert signed_in(stranger).get(f"{me.address}entry/{reflection.pk}/difference/").status_code == 404
    with pytest.raises(NotSound):
        me.answer(entry, "", kind="difference")


def test_what_was_withdrawn_has_no_two_views(me, them):
    _entry, reflection = said_back(me, them)
    me.withdraw(reflection)
    assert me.get(f"entry/{reflection.pk}/difference/").status_code == 302
    with pytest.raises(Withdrawn):
        them.answer(reflection, "", kind="difference")


@from_one_chair
def test_a_value_that_is_seen_differently_goes_on_to_hold(me, them):
    value = them.write("The river first.", kind="value")
    reflection = me.answer(value, "You want to move.", kind="reflection")
    me.answer(reflection, "", kind="difference")
    assert list(me.relationship.entries.of_kind("value").holding()) == [value]


def test_hostile_words_stay_words(me, them):
    _entry, reflection = said_back(me, them)
    me.answer(reflection, "<script>alert(1)</script> **so**", kind="difference")
    html = them.get(f"entry/{reflection.pk}/difference/").content.decode()
    assert "<script>alert" not in html
    assert "<strong>so</strong>" in html
