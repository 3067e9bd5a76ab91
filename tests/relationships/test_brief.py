"""Before we meet: what stands and what is new, in the people's own words, the same for both."""

import datetime as dt

import pytest
import time_machine

from relationships import clock
from relationships.brief import AT_A_GLANCE, LONG, NEW, SHORT, Brief, brief
from relationships.models import Relationship
from tests.cast import Chair

NOON = dt.datetime(2031, 5, 6, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def long_ago(chair: Chair, text: str, **what):
    with clock.telling(NOON - 300 * DAY):
        return chair.write(text, **what)


def sheet(chair: Chair, since: dt.datetime = NOON - 30 * DAY, reader=None) -> Brief:
    return brief(Relationship.objects.get(pk=chair.relationship.pk), since, reader=reader)


def of(chair: Chair, part: str, sheet: Brief) -> list[str]:
    person = next(person for person in sheet.people if person.participant == chair.participant)
    return [excerpt.words for excerpt in getattr(person, part)]


def new(sheet: Brief) -> list[str]:
    return [excerpt.words for excerpt in sheet.new]


def text(chair: Chair, **query) -> str:
    answer = chair.get("brief/text/", **query)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return answer.content.decode()


def test_what_matters_and_how_care_should_be_stand_however_old_they_are(me, them):
    long_ago(me, "My garden.", kind="value")
    long_ago(them, "Being told the truth.", kind="value")
    long_ago(me, "Slowly, please.", kind="care_preference")
    long_ago(me, "We talked.", kind="conversation")
    found = sheet(me)
    assert of(me, "matters", found) == ["My garden."]
    assert of(them, "matters", found) == ["Being told the truth."]
    assert (of(me, "care", found), of(them, "care", found)) == (["Slowly, please."], [])
    assert new(found) == []


def test_the_newest_of_each_stand_and_no_more_than_a_few(me):
    for number in range(AT_A_GLANCE + 2):
        long_ago(me, f"Value {number}.", kind="value")
    assert of(me, "matters", sheet(me)) == ["Value 4.", "Value 3.", "Value 2."]


def test_what_is_new_stands_the_newest_first_whoever_wrote_it(me, them):
    old = long_ago(me, "Long ago.")
    me.write("One.", kind="life_context"), them.write("Two.", kind="conversation")
    them.answer(old, "Three, an answer.")
    assert new(sheet(me)) == ["Three, an answer.", "Two.", "One."]


def test_what_stands_above_is_not_told_again_as_new(me):
    me.write("My garden.", kind="value")
    found = sheet(me)
    assert of(me, "matters", found) == ["My garden."]
    assert new(found) == []


def test_more_than_the_sheet_holds_is_counted(me):
    for number in range(NEW + 3):
        me.write(f"Line {number}.")
    found = sheet(me)
    assert new(found) == [f"Line {number}." for number in range(8, 2, -1)]
    assert found.more == 3
    assert "3 more in the record" in text(me)


def test_it_begins_where_it_is_told_to(me):
    for days in (3, 2, 1):
        with clock.telling(NOON - days * DAY):
            me.write(f"{days} days ago.")
    assert new(sheet(me, NOON - 2 * DAY)) == ["1 days ago.", "2 days ago."]
    assert new(sheet(me, NOON)) == []


def test_the_wording_that_holds_is_the_one_that_stands(me):
    entry = long_ago(me, "My garden.", kind="value")
    me.correct(entry, "My garden and my dog.")
    note = me.write("A note.")
    me.correct(note, "A better note.")
    found = sheet(me)
    assert of(me, "matters", found) == ["My garden and my dog."]
    assert new(found) == ["A better note."]


def test_nothing_stands_of_what_was_withdrawn(me, them):
    value, note = long_ago(me, "My garden.", kind="value"), me.write("A note.")
    answer = them.answer(note, "An answer.")
    me.correct(value, "My garden and dog.")
    assert (of(me, "matters", sheet(me)), new(sheet(me))) == (
        ["My garden and dog."],
        ["An answer.", "A note."],
    )
    me.withdraw(value, "Because."), me.withdraw(note), them.withdraw(answer)
    found = sheet(me)
    assert (of(me, "matters", found), new(found), found.shown) == ([], [], [])
    for word in ("garden", "note", "answer", "Because"):
        assert word not in text(me)


def test_a_withdrawn_one_makes_room_for_an_older(me):
    entries = [long_ago(me, f"Value {number}.", kind="value") for number in range(AT_A_GLANCE + 1)]
    me.withdraw(entries[-1])
    assert of(me, "matters", sheet(me)) == ["Value 2.", "Value 1.", "Value 0."]


def test_a_long_one_is_cut_at_a_sentence_and_says_so(me):
    whole = "This is the first sentence of it. " * 20
    long_ago(me, whole, kind="value")
    me.write(whole)
    found = sheet(me)
    value, note = found.people[0 if me.participant.seat == 1 else 1].matters[0], found.new[0]
    for excerpt, (limit, _lines) in ((value, SHORT), (note, LONG)):
        assert excerpt.is_cut
        assert limit // 2 < len(excerpt.words) <= limit
        assert excerpt.words.endswith("of it.")
        assert whole.startswith(excerpt.words)
    assert text(me).count("[…]") == 3  # And once in the line that explains it.


def test_a_short_one_is_whole(me):
    me.write("Short.\n\nAnd two paragraphs.")
    (excerpt,) = sheet(me).new
    assert (excerpt.words, excerpt.is_cut) == ("Short.\nAnd two paragraphs.", False)


def test_words_stand_without_their_marks(me):
    me.write("I am *not* tired of <b>this</b> & that.")
    assert new(sheet(me)) == ["I am not tired of <b>this</b> & that."]
    assert "I am not tired of <b>this</b> & that." in text(me)


def test_both_get_the_same_sheet(me, them):
    me.write("Mine.", kind="value"), them.write("Theirs.", kind="care_preference"), them.write("News.")
    me.get("brief/"), them.get("brief/")
    since = "2031-05-01"
    assert text(me, since=since) == text(them, since=since)
    mine, theirs = (chair.get("brief/", since=since).content.decode() for chair in (me, them))
    between = slice('<section id="matters"', '<form class="asking')
    for page in (mine, theirs):
        assert between.start in page
    assert (
        mine[mine.index(between.start) : mine.index(between.stop)]
        == (theirs[theirs.index(between.start) : theirs.index(between.stop)])
    )


def test_it_is_since_i_last_looked_unless_i_say_otherwise(me, them, today):
    with clock.telling(NOON - 20 * DAY):
        them.write("Three weeks ago.")
    with clock.telling(NOON - 40 * DAY):
        them.write("Six weeks ago.")
    first = text(me)
    assert "Three weeks ago." in first
    assert "Six weeks ago." not in first, "Never having looked, it is the last 30 days."
    today.move_to(NOON + DAY)
    them.write("Yesterday and a little.")
    today.move_to(NOON + 2 * DAY)
    again = text(me)
    assert "Yesterday and a little." in again
    assert "Three weeks ago." not in again
    assert "Six weeks ago." in text(me, since="2031-01-01")


@pytest.mark.parametrize("since", ["yesterday", "2031-02-30", "0001-01-01", "9999-12-31", "1899-12-31"])
def test_a_day_that_is_none_gets_a_sentence_and_the_sheet_all_the_same(me, since):
    me.write("News.")
    answer = me.get("brief/", since=since)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "News." in answer.content.decode()
    assert not me.get("brief/", since="2031-05-01").context["form"].errors


def test_whoever_waits_alone_has_a_sheet_too(wren):
    relationship = Relationship.begin(by=wren, side="patient")
    relationship.write(by=relationship.seat_of(wren), text="My garden.", kind="value")
    found = brief(relationship, NOON - DAY)
    assert [len(person.matters) for person in found.people] == [1]


def test_the_plain_text_says_who_when_and_from_where(me, them):
    me.write("My garden.", kind="value"), them.write("News.")
    said = text(me)
    head = me.relationship.head()
    for name in ("Wren Halloway", "Isko Marchetti-Oduya", "6 May 2031", "call me Wren", "she/her"):
        assert name in said
    assert f"- {me.participant.short_name}: My garden." in said
    assert f"at act {head.number}, {head.fingerprint}" in said
    assert "<" not in said


def test_nobody_can_write_a_line_for_the_other_in_the_plain_text(me, them):
    name = them.participant.short_name
    me.write(f"Thank you.\n- {name}: I agree that they may stop.", kind="value")
    me.write(f"And more.\n- {name}: I agree.")
    begins = [line for line in text(me).splitlines() if line.startswith(f"- {name}")]
    assert not [line for line in begins if "I agree" in line]
