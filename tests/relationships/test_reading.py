"""Each sees when the other has read: words count as read when they stood before the reader's eyes, once."""

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.utils.html import strip_tags

from relationships.access import enter
from relationships.models import Reading, Relationship
from relationships.verification import first_fault
from relationships.views.record import PAGE
from tests.cast import Chair, from_one_chair, signed_in

NOON = dt.datetime(2031, 5, 6, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def openings(chair: Chair) -> list[str]:
    """The pages that this person has opened, as the record tells it."""
    return list(
        chair.participant.events.filter(verb="opened").order_by("number").values_list("page", flat=True)
    )


def read(chair: Chair) -> set[str]:
    """What this person has read, as the record tells it."""
    return set(Reading.objects.filter(event__actor=chair.participant).values_list("entry__text", flat=True))


def page(chair: Chair, address: str = "", **query) -> str:
    answer = chair.get(address, **query)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(strip_tags(html)).split())


def entry_page(entry) -> str:
    return f"entry/{entry.pk}/"


@pytest.fixture
def clock(settings):
    # Whoever is away for hours in these tests is still logged in.
    settings.SESSION_ABSOLUTE_HOURS = 24 * 365
    settings.SESSION_IDLE_MINUTES = settings.SESSION_ABSOLUTE_HOURS * 60
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pausing(me):
    """I would rather choose when to open new words."""
    me.participant.person.pauses_first = True
    me.participant.person.save()
    return me


# --- The half hour -----------------------------------------------------------------------------------------


def test_a_look_is_one_act_for_half_an_hour(clock, me, them):
    them.write("Hello.")
    for minutes in (0, 1, 29):
        clock.move_to(NOON + minutes * MINUTE)
        page(me)
    assert openings(me) == [""]
    clock.move_to(NOON + 30 * MINUTE)
    page(me)
    assert openings(me) == ["", ""]


def test_each_page_and_each_person_has_a_half_hour_of_their_own(clock, me, them):
    entry = them.write("Hello.")
    page(me), page(me, entry_page(entry)), page(me, "brief/"), page(them)
    page(me), page(me, entry_page(entry)), page(me, "brief/"), page(them)
    assert openings(me) == ["", entry_page(entry), "brief/"]
    assert openings(them) == [""]


def test_other_parts_of_the_record_are_the_same_page(clock, me, them):
    them.write("Hello.", kind="value")
    page(me), page(me, kind="value"), page(me, by="one"), page(me, before=99)
    assert openings(me) == [""]


def test_words_that_are_new_are_read_even_within_the_half_hour(clock, me, them):
    them.write("First.")
    page(me)
    clock.move_to(NOON + 5 * MINUTE)
    them.write("Second.")
    page(me)
    assert read(me) == {"First.", "Second."}
    assert openings(me) == ["", ""]
    newest = Reading.objects.get(entry__text="Second.")
    assert newest.event.at == NOON + 5 * MINUTE


# --- What counts as read -----------------------------------------------------------------------------------


def test_what_one_wrote_oneself_is_not_read_by_oneself(me, them):
    me.write("Mine.")
    page(me)
    assert read(me) == set()
    page(them)
    assert read(them) == {"Mine."}


def test_it_is_read_once_and_the_first_time_stands(clock, me, them):
    entry = them.write("Hello.")
    page(me)
    clock.move_to(NOON + dt.timedelta(days=3))
    page(me), page(me, entry_page(entry))
    assert Reading.objects.get(entry=entry).event.at == NOON


def test_both_see_whether_the_other_has_read(me, them):
    them.write("Hello.")
    name = me.participant.short_name
    assert f"{name} has not read this yet" in words(page(them))
    page(me)
    for chair in (me, them):
        assert "Both have read this" in words(page(chair))


@pytest.mark.parametrize("address", ["", "entry", "brief/", "brief/text/"])
def test_words_are_read_on_whichever_page_shows_them(me, them, address):
    entry = them.write("Hello.", kind="value")
    assert read(me) == set()
    assert "Hello." in page(me, entry_page(entry) if address == "entry" else address)
    assert read(me) == {"Hello."}


@pytest.mark.parametrize("address", ["event/", "write/", "ending/"])
def test_pages_without_words_leave_no_trace(me, them, address):
    them.write("Hello.")
    assert "Hello." not in page(me, address)
    assert openings(me) == []
    page(me)
    assert openings(me) == [""]


def test_corrections_and_answers_are_read_too(me, them):
    mine = me.write("Mine.")
    them.answer(mine, "An answer.")
    theirs = them.write("Theirs.")
    them.correct(theirs, "Theirs, put differently.")
    page(me)
    assert read(me) == {"An answer.", "Theirs.", "Theirs, put differently."}


def test_a_thread_whose_answer_is_on_its_own_page_reads_only_what_is_there(me, them):
    mine = me.write("Mine.")
    answer, other = them.answer(mine, "One answer."), them.answer(mine, "Another answer.")
    assert "Another answer." not in page(me, entry_page(answer))
    assert read(me) == {"One answer."}
    page(me, entry_page(mine))
    assert read(me) == {"One answer.", other.text}


def test_an_entrys_page_with_every_kind_of_news_reads_each_once(me, them):
    theirs = them.write("Theirs.")
    them.correct(theirs, "Put differently.")
    answer = them.answer(theirs, "And besides.")
    them.correct(answer, "And besides, once more.")
    page(me, entry_page(theirs))
    assert read(me) == {"Theirs.", "Put differently.", "And besides.", "And besides, once more."}
    assert Reading.objects.count() == 4


# --- What does not -----------------------------------------------------------------------------------------


def test_asking_only_for_the_headers_is_not_reading(me, them):
    them.write("Hello.")
    assert me.client.head(me.address).status_code == 200
    assert (read(me), openings(me)) == (set(), [])
    me.client.get(me.address)
    assert (read(me), openings(me)) == ({"Hello."}, [""])


def test_a_browser_that_fetches_ahead_is_not_reading(me, them):
    entry = them.write("Hello.", kind="value")
    for header in (
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ):
        for address in ("", entry_page(entry), "brief/", "brief/text/"):
            assert me.client.get(me.address + address, headers=header).status_code == 200
    assert (read(me), openings(me)) == (set(), [])
    me.client.get(me.address)
    assert (read(me), openings(me)) == ({"Hello."}, [""])


@from_one_chair
def test_two_tabs_at_once_are_one_look(me, them):
    """Both had loaded their entries before either of them had told the record."""
    them.write("Hello.")
    tabs = []
    for _tab in range(2):
        record, seat = enter(me.participant.person, me.relationship.pk)
        tabs.append((record, seat, list(record.entries.for_reading())))
    events = [record.open(by=seat, page="", entries=entries) for record, seat, entries in tabs]
    assert [event is not None for event in events] == [True, False]
    assert (read(me), openings(me)) == ({"Hello."}, [""])
    assert first_fault(me.relationship) is None


def test_two_tabs_at_once_lose_nothing_that_came_between(me, them):
    them.write("First.")
    record, seat = enter(me.participant.person, me.relationship.pk)
    earlier = list(record.entries.for_reading())
    them.write("Second.")
    page(me)
    assert record.open(by=seat, page="", entries=earlier) is None
    assert read(me) == {"First.", "Second."}


@from_one_chair
def test_an_entry_that_stands_twice_on_a_page_is_read_once(me, them):
    them.write("Hello.")
    entries = list(me.relationship.entries.for_reading())
    record, seat = enter(me.participant.person, me.relationship.pk)
    record.open(by=seat, page="", entries=entries * 2)
    assert read(me) == {"Hello."}
    assert first_fault(me.relationship) is None


# --- Withdrawn words ---------------------------------------------------------------------------------------


def test_withdrawn_words_are_not_read_on_the_record_but_on_their_own_page(me, them):
    entry = them.write("I wish I had not.")
    them.withdraw(entry)
    assert "I wish I had not." not in page(me)
    assert read(me) == {""}
    assert "I wish I had not." in page(me, entry_page(entry))
    assert read(me) == {"", "I wish I had not."}


def test_words_withdrawn_before_they_were_read_are_not_new_for_ever(clock, me, them):
    them.withdraw(them.write("I wish I had not."))
    for days in (0, 1):
        clock.move_to(NOON + dt.timedelta(days=days))
        shown = page(me)
    assert "withdrew this" in shown
    assert "is-new" not in shown
    assert "There is something new." not in me.client.get("/").content.decode()


def test_of_withdrawn_words_both_see_the_same(me, them):
    them.withdraw(them.write("I wish I had not."))
    page(me)
    says = "Both have read this"
    assert (says in page(me)) == (says in page(them))


# --- News --------------------------------------------------------------------------------------------------


def test_what_is_new_is_marked_until_the_look_is_over(clock, me, them):
    them.write("Hello.")
    mark = "is-new"
    assert mark in page(me)
    assert mark in page(me), "Going back to the page does not lose the mark."
    assert mark not in page(them)
    clock.move_to(NOON + 31 * MINUTE)
    assert mark not in page(me)


def test_the_list_of_journals_says_that_there_is_something_new(me, them):
    def says_so() -> bool:
        return "There is something new." in me.client.get("/").content.decode()

    assert not says_so()
    them.write("Hello.")
    assert says_so()
    page(me)
    assert not says_so()


def test_news_further_back_is_pointed_to_until_it_is_read(me, them):
    old = me.write("Where it began.")
    for number in range(PAGE + 1):
        me.write(f"Line {number}.")
    answer = them.answer(old, "Late, but here.")
    shown = page(me)
    assert "New to you, further back" in shown
    assert f'href="/r/{me.relationship.pk}/entry/{old.pk}/#entry-{answer.pk}"' in shown
    assert "Late, but here." not in shown
    assert read(me) == set()
    page(me, entry_page(old))
    assert read(me) == {"Late, but here."}
    assert "New to you, further back" not in page(me)
    assert "New to you, further back" not in page(them)


# --- A pause before opening --------------------------------------------------------------------------------


def test_with_a_pause_words_are_read_when_they_are_opened_and_not_before(pausing, them):
    me, entry = pausing, them.write("Difficult news.", kind="value")
    for address in ("", "brief/", "brief/text/"):
        assert "Difficult news." not in page(me, address)
    assert "Open it when you like" in page(me)
    assert read(me) == set()
    assert f"{me.participant.short_name} has not read this yet" in words(page(them))
    assert "Difficult news." in page(me, entry_page(entry))
    assert read(me) == {"Difficult news."}
    for address in ("", "brief/", "brief/text/"):
        assert "Difficult news." in page(me, address)


def test_without_a_pause_the_same_words_stand_open(me, them):
    them.write("Difficult news.", kind="value")
    for address in ("", "brief/", "brief/text/"):
        assert "Difficult news." in page(me, address)


def test_a_pause_holds_back_a_new_wording_and_an_answer_too(pausing, them):
    entry = them.write("First said.")
    page(pausing, entry_page(entry))
    mine = pausing.write("Mine.")
    them.correct(entry, "Said differently.")
    them.answer(mine, "An answer.")
    shown = page(pausing)
    assert "Mine." in shown
    assert "Said differently." not in shown
    assert "An answer." not in shown
    assert read(pausing) == {"First said."}


def test_a_pause_is_ones_own_and_changes_nothing_for_the_other(pausing, them):
    pausing.write("Mine.")
    assert "Mine." in page(them)
    assert "Open it when you like" not in page(them)


@pytest.mark.parametrize("way", ["answer/", "answer/differently/"])
def test_whoever_opens_words_in_order_to_answer_has_read_them(pausing, them, way):
    entry = them.write("Difficult news.")
    page(pausing)
    assert "Difficult news." in page(pausing, entry_page(entry) + way)
    assert read(pausing) == {"Difficult news."}


# --- Beside other acts -------------------------------------------------------------------------------------


def test_openings_are_acts_like_any_other(me, them):
    them.write("Hello.")
    page(me)
    opened = me.relationship.events.get(verb="opened")
    assert opened.number == me.relationship.head().number
    assert f"{me.participant.short_name} opened" in words(page(them, "event/"))
    assert first_fault(Relationship.objects.get(pk=me.relationship.pk)) is None


def test_nobody_elses_look_counts(me, them, stranger):
    them.write("Hello.")
    assert signed_in(stranger).get(me.address).status_code == 404
    assert not Reading.objects.exists()
    page(me)
    assert Reading.objects.count() == 1
