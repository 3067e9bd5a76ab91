"""How entries stand today: each with its wordings, its withdrawal and its answers, the newest thread first."""

import datetime as dt
import random

from relationships.standing import Standing, threads
from tests.cast import from_one_chair


def standing(chair) -> list[Standing]:
    """The whole record as it stands, told in any order."""
    entries = chair.relationship.with_authors(chair.relationship.entries.for_reading())
    random.Random(7).shuffle(entries)
    return threads(entries)


def said(one: Standing) -> list[str]:
    return [entry.text for entry in one.everything()]


@from_one_chair
def test_an_entry_stands_by_itself_the_newest_first(me, them):
    me.write("First."), them.write("Second."), me.write("Third.")
    assert [said(one) for one in standing(me)] == [["Third."], ["Second."], ["First."]]
    assert [one.current.text for one in standing(me)] == ["Third.", "Second.", "First."]


@from_one_chair
def test_the_last_wording_holds_and_all_of_them_are_there(me):
    entry = me.write("One.")
    me.correct(entry, "Two.")
    me.correct(entry, "Three.")
    (one,) = standing(me)
    assert (one.entry.text, one.current.text) == ("One.", "Three.")
    assert [wording.text for wording in one.wordings] == ["One.", "Two.", "Three."]


@from_one_chair
def test_a_withdrawal_stands_beside_the_words_and_not_among_the_wordings(me):
    entry = me.write("One.")
    me.correct(entry, "Two.")
    me.withdraw(entry, "It was not mine to tell.")
    (one,) = standing(me)
    assert one.withdrawal.text == "It was not mine to tell."
    assert one.current.text == "Two."
    assert [entry.text for entry in one.entries] == ["One.", "Two.", "It was not mine to tell."]


@from_one_chair
def test_answers_hang_in_their_thread_in_order_of_time(me, them):
    first, second = me.write("First."), them.write("Second.")
    answer = them.answer(first, "An answer.")
    me.answer(second, "Elsewhere.")
    me.answer(answer, "An answer to it.")
    newest, oldest = standing(me)
    assert said(newest) == ["Second.", "Elsewhere."]
    assert said(oldest) == ["First.", "An answer.", "An answer to it."]
    assert [one.answers for one in oldest.answers] == [[], []]


@from_one_chair
def test_an_answer_has_wordings_and_a_withdrawal_of_its_own(me, them):
    entry = me.write("First.")
    answer = them.answer(entry, "An answer.")
    me.correct(entry, "First, put differently.")
    them.correct(answer, "An answer, put differently.")
    them.withdraw(answer)
    (one,) = standing(me)
    (hanging,) = one.answers
    assert (one.current.text, one.withdrawal) == ("First, put differently.", None)
    assert (hanging.current.text, hanging.withdrawal.text) == ("An answer, put differently.", "")


@from_one_chair
def test_an_answer_to_a_correction_or_a_withdrawal_stays_in_the_thread(me, them):
    entry = me.write("One.")
    them.answer(me.correct(entry, "Two."), "To the correction.")
    them.answer(me.withdraw(entry), "To the withdrawal.")
    (one,) = standing(me)
    assert [answer.entry.text for answer in one.answers] == ["To the correction.", "To the withdrawal."]
    assert one.withdrawal is not None


@from_one_chair
def test_an_entry_whose_thread_did_not_come_along_stands_by_itself(me, them):
    entry = me.write("First.")
    answer = them.answer(entry, "An answer.")
    them.correct(answer, "Put differently.")
    (alone,) = threads(me.relationship.entries.exclude(pk=entry.pk))
    assert (alone.entry, alone.current.text) == (answer, "Put differently.")


def test_nothing_stands_where_nothing_was_written():
    assert threads([]) == []


@from_one_chair
def test_every_entry_stands_exactly_once(me, them):
    for chair, other in ((me, them), (them, me)):
        entry = chair.write("Said.")
        answer = other.answer(entry)
        chair.answer(answer), chair.correct(entry), other.correct(answer), other.withdraw(answer)
        chair.withdraw(entry)
    keys = [entry.pk for one in standing(me) for entry in one.everything()]
    assert sorted(keys) == sorted(me.relationship.entries.values_list("pk", flat=True))


# --- What closes, moves and reflects --------------------------------------------------------------------


@from_one_chair
def test_a_promise_stands_open_until_it_is_closed_and_again_when_that_is_withdrawn(me, them):
    entry = me.write("A promise.", kind="promise")
    assert standing(me)[0].closing is None
    kept = them.answer(entry, "", kind="kept")
    assert standing(me)[0].closing.entry == kept
    them.withdraw(kept)
    assert standing(me)[0].closing is None
    released = me.answer(entry, "", kind="released")
    assert standing(me)[0].closing.entry == released


@from_one_chair
def test_by_when_is_what_its_author_said_last(me, them):
    days = [dt.date(2026, 12, day) for day in (3, 5, 7)]
    entry = me.write("A promise.", kind="promise", due_on=days[0])
    them.answer(entry, "A reply says nothing about the day.")
    me.answer(entry, "", kind="moved", due_on=days[1])
    assert standing(me)[0].due_on == days[1]
    me.correct(entry, "A promise, put differently.", due_on=days[2])
    assert standing(me)[0].due_on == days[2]


@from_one_chair
def test_what_was_told_of_an_answer_hangs_on_that_answer_and_not_on_the_thread(me, them):
    entry = me.write("A promise.", kind="promise")
    reply = them.answer(entry, "When?")
    me.answer(reply, "Soon.")
    (one,) = standing(me)
    assert [told.entry.text for told in one.told] == ["When?"]
    assert [told.entry.text for told in one.find(reply).told] == ["Soon."]


@from_one_chair
def test_what_was_said_of_one_wording_is_said_of_the_entry(me, them):
    entry = me.write("First.")
    wording = me.correct(entry, "Second.")
    said_back = them.answer(wording, "You mean the second.", kind="reflection")
    (one,) = standing(me)
    assert [reflection.entry for reflection in one.reflections] == [said_back]
    assert one.find(wording) is one
