"""Before we meet: what stands and what is new since we last met, in the people's own words, the same for both."""

import datetime as dt

import pytest
import time_machine

from relationships import clock
from relationships.agenda import before_one, before_the_next
from relationships.brief import AT_A_GLANCE, CARE, HOPES, NEW, PROMISES, selection
from relationships.models import Appointment, Relationship
from relationships.views.fitting import Brief, Excerpt, fitted
from tests.cast import Chair, from_one_chair, pair, person

NOON = dt.datetime(2031, 5, 6, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def ago(days: float):
    return clock.telling(NOON - days * DAY)


def long_ago(chair: Chair, text: str, **what):
    with ago(300):
        return chair.write(text, **what)


@pytest.fixture
def met(me):
    """They last met thirty days ago."""
    with ago(30):
        return me.relationship.meet(None, by=me.participant, starts_at=clock.now(), minutes=20)


@pytest.fixture
def coming(me):
    """They meet in three days."""
    return me.relationship.plan(by=me.participant, starts_at=NOON + 3 * DAY, minutes=20)


def sheet(chair: Chair, consult: Appointment | None = None, since: dt.datetime | None = None) -> Brief:
    """The brief as this person gets it, of that consult or of the next."""
    relationship = Relationship.objects.get(pk=chair.relationship.pk)
    next_one, met = before_the_next(relationship)
    if consult:
        next_one, met = before_one(relationship, consult.consult_id)
    return fitted(selection(relationship, next_one, met, reader=chair.participant, since=since))


def words(excerpts: list[Excerpt]) -> list[str]:
    return [excerpt.words for excerpt in excerpts]


def of(chair: Chair, part: str, sheet: Brief) -> list[str]:
    said = next(person for person in sheet.people if person.participant == chair.participant)
    return words(getattr(said, part))


# --- Nothing important missed ---------------------------------------------------------------------------


@from_one_chair
def test_what_is_said_after_we_met_early_is_new_the_next_time(me, them):
    with ago(2):
        early = me.relationship.plan(
            by=me.participant, starts_at=clock.now() + dt.timedelta(minutes=50), minutes=20
        )
        me.relationship.meet(early.consult, by=them.participant)
        me.write("We laughed.", kind="account", consult=early.consult)
    assert words(sheet(them).new) == ["We laughed."]


@from_one_chair
def test_of_more_hopes_than_have_room_it_says_that_there_are_more(me, them, coming):
    for number in range(HOPES):
        me.write(f"hope {number}", kind="hope", consult=coming.consult)
    assert not any(person.has_more_hopes for person in sheet(me).people)
    me.write("one more", kind="hope", consult=coming.consult)
    found = sheet(them)
    assert [person.has_more_hopes for person in found.people].count(True) == 1
    assert of(me, "hopes", found)[-1] == "one more"


@from_one_chair
def test_what_was_said_back_stands_until_it_is_confirmed_however_old(me, them, met):
    with ago(200):
        meant = me.write("Tell me soon.", kind="care_preference")
        first = them.answer(meant, "Early.", kind="reflection")
    for chair in (me, them):
        assert words(sheet(chair).unconfirmed) == ["Early."]
    with ago(190):
        me.answer(first, "", kind="acknowledgement", answers={"understood": {"level": "nearly"}})
    (one,) = sheet(me).unconfirmed
    assert one.standing.understood == "nearly"
    with ago(180):
        second = them.answer(meant, "When you know.", kind="reflection")
    assert words(sheet(me).unconfirmed) == ["When you know."]
    with ago(170):
        said = me.answer(second, "", kind="acknowledgement", answers={"understood": {"level": "yes"}})
    assert sheet(me).unconfirmed == []
    me.withdraw(said)
    assert words(sheet(them).unconfirmed) == ["When you know."]
    me.withdraw(meant)
    assert sheet(them).unconfirmed == []


# --- What stands ----------------------------------------------------------------------------------------


@from_one_chair
def test_what_matters_and_how_care_should_be_stand_however_old_they_are(me, them, met):
    long_ago(me, "My garden.", kind="value")
    long_ago(them, "Being told the truth.", kind="value")
    long_ago(me, "Slowly, please.", kind="care_preference")
    long_ago(me, "We talked.", kind="conversation")
    found = sheet(me)
    assert sorted(words(found.matters)) == ["Being told the truth.", "My garden."]
    assert (of(me, "care", found), of(them, "care", found)) == (["Slowly, please."], [])
    assert (found.new, found.headline, found.has_news) == ([], None, False)


@from_one_chair
def test_what_matters_most_is_at_most_three_of_both_in_turn(me, them):
    for number in range(4):
        me.write(f"Mine {number}.", kind="value")
    them.write("Theirs.", kind="value")
    assert words(sheet(me).matters) == ["Theirs.", "Mine 3.", "Mine 2."]
    assert AT_A_GLANCE == 3


@from_one_chair
def test_what_matters_to_one_alone_has_all_the_room(me):
    for number in range(5):
        me.write(f"Mine {number}.", kind="value")
    assert words(sheet(me).matters) == ["Mine 4.", "Mine 3.", "Mine 2."]


@from_one_chair
def test_what_matters_and_has_no_room_above_is_told_as_new(me, them, met):
    for number in range(4):
        me.write(f"Mine {number}.", kind="value")
    them.write("Theirs.", kind="value")
    assert words(sheet(me).new) == ["Mine 1.", "Mine 0."]


@from_one_chair
def test_the_newest_ways_to_be_cared_for_stand_and_no_more_than_a_few(me):
    for number in range(CARE + 2):
        long_ago(me, f"Care {number}.", kind="care_preference")
    assert of(me, "care", sheet(me)) == ["Care 3.", "Care 2."]


def put_in_order(chair, *entries):
    ranked = [str(entry.pk) for entry in entries]
    chair.write("", kind="order", door=entries[0].kind, ranked=ranked)


@from_one_chair
@pytest.mark.parametrize("kind", ["value", "care_preference"])
def test_what_comes_first_for_somebody_comes_first_here_however_old(me, them, kind):
    said = [long_ago(me, f"Mine {number}.", kind=kind) for number in range(5)]
    put_in_order(me, said[0], said[3], said[1], said[4], said[2])

    def mine(found):
        return (
            [one for one in words(found.matters) if "Mine" in one]
            if kind == "value"
            else of(me, "care", found)
        )

    room = AT_A_GLANCE if kind == "value" else CARE
    for chair in (me, them):
        assert mine(sheet(chair)) == ["Mine 0.", "Mine 3.", "Mine 1."][:room]
    me.answer(said[0], "", kind="no_longer")
    assert mine(sheet(them)) == ["Mine 3.", "Mine 1.", "Mine 4."][:room]
    me.write("Mine and new.", kind=kind)  # Nobody has ranked it below anything.
    assert mine(sheet(them)) == ["Mine and new.", "Mine 3.", "Mine 1."][:room]


@from_one_chair
def test_each_has_their_own_order_and_the_two_still_take_turns(me, them):
    mine = [long_ago(me, f"Mine {number}.", kind="value") for number in range(3)]
    theirs = [long_ago(them, f"Theirs {number}.", kind="value") for number in range(3)]
    put_in_order(me, *mine)
    put_in_order(them, *theirs)
    assert words(sheet(me).matters) == ["Theirs 0.", "Mine 0.", "Theirs 1."]


@from_one_chair
def test_what_comes_first_and_may_have_no_room_is_not_told_twice(me, met):
    said = [me.write(f"Mine {number}.", kind="value") for number in range(4)]
    put_in_order(me, *said)
    found = sheet(me)
    assert words(found.matters) == ["Mine 0.", "Mine 1.", "Mine 2."]
    assert words(found.new) == ["Mine 3."]


@from_one_chair
@pytest.mark.parametrize("kind", ["value", "care_preference", "philosophy"])
def test_what_is_no_longer_so_does_not_stand_until_that_is_taken_back(me, them, met, kind):
    door = {"door": "heals"} if kind == "philosophy" else {}
    stays, goes = me.write("Stays.", kind=kind, **door), me.write("Goes.", kind=kind, **door)

    def here():
        found = sheet(them)
        return {one for one in words(found.matters + found.new) + of(me, "care", found) if one.endswith("s.")}

    assert here() == {"Stays.", "Goes."}
    gone = me.answer(goes, "Why it went", kind="no_longer")
    assert here() == {"Stays."}
    me.withdraw(gone)
    assert here() == {"Stays.", "Goes."}
    me.answer(stays, "", kind="no_longer")
    assert here() == {"Goes."}


@from_one_chair
def test_a_closed_one_makes_room_for_an_older(me):
    said = [long_ago(me, f"Mine {number}.", kind="value") for number in range(4)]
    me.answer(said[3], "", kind="no_longer")
    assert words(sheet(me).matters) == ["Mine 2.", "Mine 1.", "Mine 0."]


@from_one_chair
def test_hopes_and_how_somebody_arrives_are_those_of_the_consult(me, them, coming):
    later = me.relationship.plan(by=me.participant, starts_at=NOON + 40 * DAY, minutes=20)
    me.write("The first.", kind="hope", consult=coming.consult)
    me.write("The second.", kind="hope", consult=coming.consult)
    them.write("Another day.", kind="hope", consult=later.consult)
    them.write("Tired.", kind="arrival", consult=coming.consult)
    found = sheet(me)
    assert (of(me, "hopes", found), of(them, "hopes", found)) == (["The first.", "The second."], [])
    assert (of(me, "arrivals", found), of(them, "arrivals", found)) == ([], ["Tired."])
    assert of(them, "hopes", sheet(me, later)) == ["Another day."]
    assert words(found.new) == [], "They have a place of their own, and are no news besides."


@from_one_chair
def test_without_a_consult_nobody_hopes_for_anything(me, coming):
    me.write("The first.", kind="hope", consult=coming.consult)
    me.relationship.call_off(coming.consult, by=me.participant)
    found = sheet(me)
    assert found.consult is None
    assert [person.hopes for person in found.people] == [[], []]
    assert of(me, "hopes", sheet(me, me.relationship.appointments.standing().get())) == ["The first."]


@from_one_chair
def test_of_many_hopes_the_newest_few_stand(me, coming):
    for number in range(HOPES + 1):
        me.write(f"Hope {number}.", kind="hope", consult=coming.consult)
    assert of(me, "hopes", sheet(me)) == ["Hope 1.", "Hope 2."]


def test_open_promises_stand_by_the_day_they_are_due(me, them):
    day = NOON.date()
    them.write("No day.", kind="promise")
    late = me.write("Late.", kind="promise", due_on=day - 2 * DAY)
    soon = them.write("Soon.", kind="promise", due_on=day + 2 * DAY)
    kept = me.write("Kept.", kind="promise", due_on=day)
    me.answer(kept, "", kind="kept")
    found = sheet(me)
    assert words(found.promises) == ["Late.", "Soon.", "No day."]
    assert [one.due_on for one in found.promises] == [late.due_on, soon.due_on, None]
    me.answer(late, "", kind="moved", due_on=day + 9 * DAY)
    assert words(sheet(me).promises) == ["Soon.", "Late.", "No day."]


def test_of_many_promises_those_due_first_stand_and_the_others_are_counted(me):
    for number in range(PROMISES + 2):
        me.write(f"Promise {number}.", kind="promise", due_on=NOON.date() + (10 - number) * DAY)
    found = sheet(me)
    assert words(found.promises) == [f"Promise {number}." for number in (6, 5, 4, 3, 2)]
    assert found.more_promises == 2


# --- What is new ----------------------------------------------------------------------------------------


@from_one_chair
def test_what_is_new_stands_the_newest_first_whoever_wrote_it(me, them, met):
    old = long_ago(me, "Long ago.")
    me.write("One.", kind="life_context"), them.write("Two.", kind="conversation")
    them.answer(old, "Three, an answer.")
    found = sheet(me)
    assert words(found.new) == ["Three, an answer.", "Two.", "One."]
    assert found.headline is not None
    assert found.headline.words == "Three, an answer."


def test_new_is_what_was_said_since_we_last_met_and_not_since_somebody_looked(me, them, met):
    with ago(31):
        me.write("The day before.")
    with ago(29):
        me.write("The day after.")
    for chair in (me, them):
        chair.get("brief/"), chair.get()
    for chair in (me, them):
        found = sheet(chair)
        assert words(found.new) == ["The day after."]
        assert (found.since, found.have_met, found.asked) == (met.starts_at, True, False)


@pytest.mark.django_db
def test_until_we_have_met_everything_is_new_since_we_began():
    with ago(400):
        two = pair(person("Ada Quill"), person("Noor Birch"))
        planned = two.relationship.plan(by=two.patient, starts_at=NOON - 399 * DAY, minutes=20)
        two.relationship.write(by=two.patient, text="At first.")
    found = fitted(selection(two.relationship, None, None, reader=two.clinician))
    assert (found.since, found.have_met) == (two.relationship.begun_at, False)
    assert words(found.new) == ["At first."]
    assert planned.is_planned, "That its time has come does not mean that they met."


@from_one_chair
def test_the_brief_of_a_consult_that_has_been_tells_of_the_time_before_it(me, met):
    with ago(60):
        before = me.relationship.meet(None, by=me.participant, starts_at=clock.now(), minutes=20)
    with ago(45):
        me.write("Between the two.")
    found = sheet(me, met)
    assert found.since == before.starts_at
    assert words(found.new) == ["Between the two."]
    assert words(sheet(me).new) == []


@from_one_chair
def test_what_stands_above_is_not_told_again_below_but_marked(me, met):
    old = long_ago(me, "My garden.", kind="value")
    me.write("My dog.", kind="value")
    found = sheet(me)
    assert [(one.words, one.is_new) for one in found.matters] == [("My dog.", True), ("My garden.", False)]
    assert (found.new, found.headline, found.has_news) == ([], None, True)
    me.correct(old, "My garden and my pond.")
    marked = next(one for one in sheet(me).matters if "garden" in one.words)
    assert (marked.words, marked.is_new, marked.said_at) == ("My garden and my pond.", True, NOON)


@from_one_chair
@pytest.mark.parametrize("kind", ["care_preference", "promise"])
def test_a_new_one_that_stands_further_down_is_the_headline(me, them, met, kind):
    me.write("We talked.", kind="conversation")
    them.write("Slowly, please.", kind=kind)
    found = sheet(me)
    assert found.headline is not None
    assert found.headline.words == "Slowly, please."
    assert words(found.new) == ["We talked."]


@from_one_chair
def test_more_than_the_sheet_holds_is_counted(me):
    for number in range(NEW + 3):
        me.write(f"Line {number}.")
    found = sheet(me)
    assert words(found.new) == [f"Line {number}." for number in range(8, 2, -1)]
    assert found.more == 3


@from_one_chair
def test_it_begins_where_it_is_told_to(me, met):
    for days in (40, 2, 1):
        with ago(days):
            me.write(f"{days} days ago.")
    found = sheet(me, since=NOON - 50 * DAY)
    assert words(found.new) == ["1 days ago.", "2 days ago.", "40 days ago."]
    assert found.asked
    assert words(sheet(me, since=NOON).new) == []


# --- How it stands --------------------------------------------------------------------------------------


@from_one_chair
def test_the_wording_that_holds_is_the_one_that_stands(me):
    entry = long_ago(me, "My garden.", kind="value")
    me.correct(entry, "My garden and my dog.")
    note = me.write("A note.")
    me.correct(note, "A better note.")
    found = sheet(me)
    assert words(found.matters) == ["My garden and my dog."]
    assert words(found.new) == ["A better note."]


@from_one_chair
def test_nothing_stands_of_what_was_withdrawn(me, them, coming):
    value, note = long_ago(me, "My garden.", kind="value"), me.write("A note.")
    hope = me.write("A walk.", kind="hope", consult=coming.consult)
    promise = me.write("A letter.", kind="promise")
    answer = them.answer(note, "An answer.")
    me.correct(value, "My garden and dog.")
    found = sheet(me)
    assert words([*found.glance, *found.promises, *found.new]) == [
        *("My garden and dog.", "A walk.", "An answer.", "A letter.", "An answer.", "A note."),
    ]
    for entry in (value, note, hope, promise):
        me.withdraw(entry, "Because.")
    them.withdraw(answer)
    found = sheet(me)
    assert (found.glance, found.promises, found.new, found.shown) == ([], [], [], [])


@from_one_chair
def test_a_withdrawn_one_makes_room_for_an_older(me):
    entries = [long_ago(me, f"Value {number}.", kind="value") for number in range(AT_A_GLANCE + 1)]
    me.withdraw(entries[-1])
    assert words(sheet(me).matters) == ["Value 2.", "Value 1.", "Value 0."]


@from_one_chair
def test_a_long_one_is_cut_at_a_sentence_and_says_so(me):
    whole = "This is the first sentence of it. " * 60
    long_ago(me, whole, kind="value")
    me.write(whole)
    found = sheet(me)
    for excerpt in (*found.matters, *found.new):
        assert excerpt.is_cut
        assert excerpt.words.endswith("of it.")
        assert whole.startswith(excerpt.words)
    assert len(found.matters[0].words) < len(found.new[0].words)
    assert found.shown == [], "Nobody has read what is cut."


@from_one_chair
def test_a_short_one_is_whole_and_read(me):
    entry = me.write("Short.\n\nAnd two paragraphs.")
    found = sheet(me)
    assert (found.new[0].words, found.new[0].is_cut) == ("Short.\nAnd two paragraphs.", False)
    assert set(found.shown) == {entry}


@from_one_chair
def test_at_a_glance_short_lines_stand_beside_each_other(me):
    me.write("- bread\n- bees\n- the boat", kind="value")
    (excerpt,) = sheet(me).matters
    assert (excerpt.words, excerpt.is_cut) == ("- bread / - bees / - the boat", False)


@from_one_chair
def test_at_a_glance_the_first_of_long_paragraphs_stands_alone(me):
    first = "I would like to be told the whole of it at once."
    me.write(f"{first}\n\nThe rest can wait until we have had some tea.", kind="value")
    (excerpt,) = sheet(me).matters
    assert (excerpt.words, excerpt.is_cut) == (first, True)


@from_one_chair
def test_the_more_there_is_the_shorter_each_is_cut(me, them, coming):
    whole = "One more sentence of many words. " * 40
    me.write(whole, kind="value")
    alone = sheet(me)
    for chair in (me, them):
        for kind in ("value", "care_preference", "promise", "conversation"):
            for _ in range(4):
                chair.write(whole, kind=kind)
        for _ in range(HOPES):
            chair.write(whole, kind="hope", consult=coming.consult)
    full = sheet(me)
    assert len(full.matters[0].words) < len(alone.matters[0].words)
    assert full.fits_a_screen()
    assert full.fits_a_sheet()


@from_one_chair
@pytest.mark.parametrize("letter", ["M", "語"])
def test_of_wide_letters_fewer_stand_than_of_narrow_ones(me, letter):
    me.write("i" * 400, kind="value")
    narrow = len(sheet(me).matters[0].words)
    me.write(letter * 400, kind="value")
    assert 20 < len(sheet(me).matters[0].words) <= narrow / 2


@from_one_chair
def test_words_stand_without_their_marks(me):
    me.write("I am *not* tired of <b>this</b> & that.")
    assert words(sheet(me).new) == ["I am not tired of <b>this</b> & that."]


# --- For whom -------------------------------------------------------------------------------------------


@from_one_chair
def test_both_get_the_same_sheet(me, them, met, coming):
    me.write("Mine.", kind="value"), them.write("Theirs.", kind="care_preference"), them.write("News.")
    me.write("A walk.", kind="hope", consult=coming.consult)
    mine, theirs = sheet(me), sheet(them)
    assert [one.entry for one in mine.glance] == [one.entry for one in theirs.glance]
    assert words([*mine.glance, *mine.new]) == words([*theirs.glance, *theirs.new])
    assert (mine.since, mine.consult) == (theirs.since, theirs.consult)


def test_whoever_likes_to_choose_gets_only_what_they_have_read(me, them):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    mine, heavy = me.write("Mine.", kind="value"), them.write("Heavy.", kind="value")
    assert words(sheet(me).matters) == ["Mine."]
    assert words(sheet(them).matters) == ["Heavy.", "Mine."]
    me.get(f"entry/{heavy.pk}/")
    assert words(sheet(me).matters) == ["Heavy.", "Mine."]
    them.correct(heavy, "Heavier.")
    assert [one.entry for one in sheet(me).matters] == [mine]


@from_one_chair
def test_answers_that_wait_for_the_other_are_nowhere_on_it(me, them, met):
    answers = {"heard": {"level": "no", "words": "You looked at the screen."}}
    them.write("", kind="experience", consult=met.consult, answers=answers)
    found = sheet(me)
    assert (found.new, found.headline, found.has_news) == ([], None, False)


def test_whoever_waits_alone_has_a_sheet_too(wren):
    relationship = Relationship.begin(by=wren, side="patient")
    seat = relationship.seat_of(wren)
    relationship.write(by=seat, text="My garden.", kind="value")
    found = fitted(selection(relationship, None, None, reader=seat))
    assert words(found.matters) == ["My garden."]
    assert len(found.people) == 1


@from_one_chair
def test_one_line_for_plain_text_is_one_line_whatever_was_typed(me):
    me.write("First.\nSecond.\u2028Third.\n\nFourth.")
    (excerpt,) = sheet(me).new
    line, is_cut = excerpt.line(200)
    assert (line, is_cut) == ("First. / Second. / Third. / Fourth.", False)
    assert len(line.splitlines()) == 1
    assert excerpt.line(12) == ("First.", True)
