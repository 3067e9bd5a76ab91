"""A promise: open until either says that it is kept or need not be done, and moved only by whoever made it."""

import datetime as dt

import pytest

from relationships.errors import ClosedAlready, NotSound, NotYourWords, Withdrawn
from relationships.models import Bearing, Entry, Verb
from relationships.standing import Standing
from relationships.verification import first_fault
from relationships.views.entry import whole_thread
from relationships.views.record import Look, sheet
from tests.cast import from_one_chair
from tests.relationships.test_concurrency import assert_whole, at_once, busy, fresh, writers  # noqa: F401

SOON, LATER, LATEST = dt.date(2026, 12, 3), dt.date(2027, 1, 9), dt.date(2027, 6, 1)


def stands(chair, entry) -> Standing:
    return whole_thread(chair.relationship, entry)


def open_ones(chair) -> list[str]:
    """The words of the open promises, as they stand, in the order in which a page shows them."""
    promises = sheet(chair.relationship, chair.participant, Look()).ahead.promises
    return [one.words for one in promises]


@from_one_chair
@pytest.mark.parametrize("kind", ["kept", "released"])
def test_either_closes_it_by_an_entry_of_its_own_and_one_act(me, them, kind):
    for author in (me, them):
        entry = author.write("A promise.", kind="promise", due_on=SOON)
        before = me.relationship.head().number
        closing = me.answer(entry, "", kind=kind)
        assert me.relationship.head().number == before + 1
        assert me.relationship.head().verb == Verb.CLOSED
        assert (closing.bearing, closing.thread) == (Bearing.CLOSES, entry)
        assert stands(them, entry).closing.entry == closing
    assert open_ones(me) == []
    assert first_fault(me.relationship) is None


@from_one_chair
@pytest.mark.parametrize("second", ["kept", "released", "moved"])
def test_what_is_closed_is_not_closed_or_moved_again_and_can_be_answered(me, them, second):
    entry = me.write("A promise.", kind="promise")
    them.answer(entry, "", kind="kept")
    before = me.relationship.head().number
    with pytest.raises(ClosedAlready):
        me.answer(entry, "", kind=second, due_on=LATER if second == "moved" else None)
    assert me.relationship.head().number == before
    me.answer(entry, "Thank you.")


@from_one_chair
def test_a_closing_that_was_withdrawn_closes_nothing(me, them):
    entry = me.write("A promise.", kind="promise")
    kept = them.answer(entry, "", kind="kept")
    them.withdraw(kept)
    assert stands(me, entry).closing is None
    assert open_ones(me) == ["A promise."]
    me.answer(entry, "", kind="released")
    assert open_ones(me) == []


@from_one_chair
def test_only_its_author_moves_it_and_it_stays_open(me, them):
    entry = me.write("A promise.", kind="promise", due_on=SOON)
    with pytest.raises(NotYourWords):
        them.answer(entry, "", kind="moved", due_on=LATER)
    me.answer(entry, "", kind="moved", due_on=LATER)
    assert stands(them, entry).due_on == LATER
    assert open_ones(them) == ["A promise."]


@from_one_chair
def test_the_newest_word_about_the_day_holds_and_a_withdrawn_one_does_not(me):
    entry = me.write("A promise.", kind="promise", due_on=SOON)
    moved = me.answer(entry, "", kind="moved", due_on=LATER)
    assert stands(me, entry).due_on == LATER
    me.withdraw(moved)
    assert stands(me, entry).due_on == SOON
    me.answer(entry, "", kind="moved", due_on=LATEST)
    me.correct(entry, "A promise, put differently.", due_on=LATER)
    assert stands(me, entry).due_on == LATER
    me.correct(entry, "A promise without a day.")
    assert stands(me, entry).due_on is None


@from_one_chair
def test_a_withdrawn_promise_is_not_open_and_takes_nothing(me, them):
    entry = me.write("A promise.", kind="promise")
    me.withdraw(entry)
    assert open_ones(them) == []
    for chair, kind in ((me, "kept"), (them, "kept"), (me, "moved")):
        with pytest.raises(Withdrawn):
            chair.answer(entry, "", kind=kind, due_on=LATER if kind == "moved" else None)


@from_one_chair
@pytest.mark.parametrize("kind", ["kept", "released", "moved"])
def test_nothing_but_a_promise_is_kept(me, kind):
    promise = me.write("A promise.", kind="promise")
    for other in (me.write("No promise.", kind="value"), me.correct(promise, "Another wording.")):
        with pytest.raises(NotSound):
            me.answer(other, "", kind=kind, due_on=LATER if kind == "moved" else None)
    me.answer(promise, "", kind=kind, due_on=LATER if kind == "moved" else None)


def test_of_two_who_close_it_at_the_same_moment_one_does_and_the_other_hears_it(busy):  # noqa: F811
    entry = busy.relationship.write(by=busy.patient, text="A promise.", kind="promise")

    def closing(seat, kind):
        def close():
            try:
                return fresh(busy.relationship).answer(entry, by=seat, kind=kind)
            except ClosedAlready as refused:
                return refused

        return close

    told = at_once(closing(busy.patient, "kept"), closing(busy.clinician, "released"))
    assert sorted(isinstance(one, ClosedAlready) for one in told) == [False, True]
    assert Entry.objects.filter(about=entry).count() == 1
    assert_whole(busy.relationship)


# --- The open ones --------------------------------------------------------------------------------------


@from_one_chair
def test_they_stand_by_the_day_they_are_due_as_it_stands_and_those_without_one_come_last(me, them):
    never = me.write("No day.", kind="promise")
    latest = them.write("Latest.", kind="promise", due_on=SOON)
    them.answer(latest, "", kind="moved", due_on=LATEST)
    me.write("Soon.", kind="promise", due_on=SOON)
    later = me.write("Sooner.", kind="promise", due_on=LATEST)
    me.correct(later, "Later.", due_on=LATER)
    for chair in (me, them):
        assert open_ones(chair) == ["Soon.", "Later.", "Latest.", "No day."]
    me.answer(never, "", kind="moved", due_on=dt.date(2026, 12, 1))
    assert open_ones(me) == ["No day.", "Soon.", "Later.", "Latest."]


@from_one_chair
def test_the_first_five_are_the_soonest_of_all(me, them):
    days = [LATEST, None, SOON, LATER, None, SOON, LATEST, LATER]
    entries = []
    for number, due_on in enumerate(days):
        chair = (me, them)[number % 2]
        entry = chair.write(f"number {number}", kind="promise", due_on=due_on)
        entries.append(entry)
        if number % 3 == 0:
            chair.withdraw(chair.answer(entry, "", kind="moved", due_on=dt.date(2026, 12, 1)))
        if number % 3 == 1:
            chair.answer(entry, "", kind="moved", due_on=days[-number])
    ahead = sheet(me.relationship, me.participant, Look()).ahead
    promises, has_more = ahead.promises, ahead.has_more
    due = sorted(stands(me, entry).due_on or dt.date.max for entry in entries)
    assert [stands(me, one.entry).due_on for one in promises] == due[:5]
    assert has_more


@from_one_chair
def test_five_are_no_more_than_five(me):
    for number in range(5):
        me.write(f"number {number}", kind="promise")
    ahead = sheet(me.relationship, me.participant, Look()).ahead
    promises, has_more = ahead.promises, ahead.has_more
    assert (len(promises), has_more) == (5, False)


@from_one_chair
def test_whoever_likes_to_choose_does_not_meet_new_words_there(me, them):
    me.write("Mine.", kind="promise")
    theirs = them.write("Theirs.", kind="promise")
    me.participant.person.pauses_first = True
    assert open_ones(me) == ["Mine."]
    assert open_ones(them) == ["Mine.", "Theirs."]
    rows = me.relationship.with_authors(Entry.objects.filter(pk=theirs.pk).for_reading())
    me.relationship.open(by=me.participant, page=f"entry/{theirs.pk}/", entries=rows)
    assert open_ones(me) == ["Mine.", "Theirs."]


@from_one_chair
def test_a_long_one_is_cut_to_one_line(me):
    me.write("One line.\n\nAnd a second " + "very " * 40 + "long one.", kind="promise")
    (one,) = sheet(me.relationship, me.participant, Look()).ahead.promises
    assert one.is_cut
    assert one.words.startswith("One line. And a second")
    assert "\n" not in one.words
    assert len(one.words) <= 64
