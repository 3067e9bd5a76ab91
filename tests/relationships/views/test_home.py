"""Where one arrives: one's own journals and nobody else's, with what is new said gently."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships import clock
from relationships.models import Entry, Relationship, Rendering, projection
from tests.cast import pair, person, signed_in
from tests.relationships.views.shown import cards, links, main


def told(client):
    """What stands beside each journal."""
    return [line.text for line in main(client.get("/")).one("ul", class_="journals").all("li")]


def test_a_newcomer_is_shown_the_way(wren):
    page = main(signed_in(wren).get("/"))
    assert "/begin/" in links(page)
    assert "open the link that they gave you" in page.text
    assert not page.all("ul")


def test_each_sees_the_others_name_and_since_when(me, them):
    (line,) = told(me.client)
    assert line.startswith(them.participant.name)
    assert re.search(r"Together since \w+ \d{4}\.", line)
    assert me.address in links(main(me.client.get("/")))


def test_something_new_is_said_until_it_was_read(me, them):
    me.write("Mine.")
    assert "something new" not in told(me.client)[0]
    assert "There is something new." in told(them.client)[0]
    them.get()
    assert "something new" not in told(them.client)[0]


def test_what_was_withdrawn_before_it_was_read_does_not_stay_new_for_ever(me, them):
    them.withdraw(them.write("Theirs."))
    me.get()
    assert "something new" not in told(me.client)[0]


def test_an_ended_one_says_so_and_stands_last(me, them, wren, isko):
    pair(isko, wren)
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        lines = told(chair.client)
        assert "Ended. You can both still read it." in lines[-1]
        assert "Ended" not in lines[0]


def test_an_empty_seat_says_so(wren):
    Relationship.begin(by=wren, side="patient")
    (line,) = told(signed_in(wren))
    assert "Somebody who is not here yet" in line


def test_nobody_elses_journals_stand_there(me, stranger):
    page = main(me.client.get("/"))
    assert "Another Clinician" not in page.text
    assert [link for link in links(page) if link.startswith("/r/")] == [me.address]


def test_what_somebody_else_called_themselves_stays_letters(wren):
    pair(wren, person("<b>Ann</b> & Co"))
    page = main(signed_in(wren).get("/"))
    assert "<b>Ann</b> & Co" in page.text
    assert not page.all("b")


# --- How the empty place stands -------------------------------------------------------------------------


def test_an_empty_place_says_how_the_invitation_stands(wren, after):
    relationship = Relationship.begin(by=wren, side="patient")
    seat = relationship.seat_of(wren)
    client = signed_in(wren)
    waits, declined, run_out = "waits for an answer", "said no to the invitation", "has run out"

    def says():
        (line,) = told(client)
        assert "The other place is still empty." in line
        return [words for words in (waits, declined, run_out) if words in line]

    assert says() == []
    first = relationship.invite(by=seat)
    assert says() == [waits]
    relationship.decline(first)
    assert says() == [declined]
    second = relationship.invite(by=seat)
    assert says() == [waits]
    relationship.take_back(second, by=seat)
    assert says() == []
    relationship.invite(by=seat)
    with after(days=4):
        assert says() == [run_out]


def test_they_are_together_since_the_other_one_came(wren, isko):
    with clock.telling(dt.datetime(2026, 3, 1, tzinfo=dt.UTC)):
        relationship = Relationship.begin(by=wren, side="patient")
    with clock.telling(dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)):
        relationship.accept(relationship.invite(by=relationship.seat_of(wren)), by=isko)
    for someone in (wren, isko):
        assert "Together since May 2026." in told(signed_in(someone))[0]


# --- What comes next ------------------------------------------------------------------------------------


@pytest.fixture
def december():
    """It is Wednesday, 2 December 2026, in the afternoon."""
    with clock.telling(dt.datetime(2026, 12, 2, 15, tzinfo=dt.UTC)):
        yield


def plan(chair, *, days, way="video"):
    starts = dt.datetime(2026, 12, 2, 14, 50, tzinfo=dt.UTC) + dt.timedelta(days=days)
    return chair.relationship.plan(by=chair.participant, starts_at=starts, minutes=20, way=way).consult


@pytest.mark.usefixtures("december")
def test_the_next_appointment_stands_under_its_journal(me, them):
    plan(them, days=7)
    consult = plan(me, days=1)
    for chair in (me, them):
        assert "Next appointment Thursday, 3 December, 14:50, by video" in told(chair.client)[0]
        assert f"{me.address}consult/{consult.pk}/" in links(main(chair.client.get("/")))
        assert "9 December" not in told(chair.client)[0]
    me.relationship.call_off(consult, by=me.participant)
    assert "Wednesday, 9 December" in told(them.client)[0]


@pytest.mark.usefixtures("december")
def test_one_that_has_begun_stands_until_it_is_over(me):
    with clock.telling(dt.datetime(2026, 12, 2, 14, tzinfo=dt.UTC)):
        plan(me, days=0)
    assert "2 December, 14:50" in told(me.client)[0]
    with clock.telling(dt.datetime(2026, 12, 2, 15, 11, tzinfo=dt.UTC)):
        assert "Next appointment" not in told(me.client)[0]


@pytest.mark.usefixtures("december")
def test_ones_own_open_promises_stand_there_with_by_when_and_not_the_others(me, them):
    entry = me.write("bring the letter", kind="promise", due_on=dt.date(2026, 12, 9))
    me.write("walk", kind="promise")
    me.answer(me.write("kept", kind="promise"), "", kind="kept")
    them.answer(me.write("let go", kind="promise"), "", kind="released")
    me.withdraw(me.write("withdrawn", kind="promise"))
    them.write("theirs", kind="promise")
    lines = [
        line.text for line in main(me.client.get("/")).one("ul", class_="journals").all("ul")[0].all("li")
    ]
    assert lines == ["bring the letter by 9 December", "walk"]
    assert f"{me.address}entry/{entry.pk}/" in links(main(me.client.get("/")))
    assert "theirs" in told(them.client)[0]
    assert "bring the letter" not in told(them.client)[0]


@pytest.mark.usefixtures("december")
def test_a_moved_and_reworded_promise_stands_as_it_does_now(me):
    entry = me.write("muddled", kind="promise", due_on=dt.date(2026, 12, 3))
    me.correct(entry, "clear", due_on=dt.date(2026, 12, 3))
    me.answer(entry, "", kind="moved", due_on=dt.date(2026, 12, 20))
    assert "clear by 20 December" in told(me.client)[0]
    assert "muddled" not in told(me.client)[0]


@pytest.mark.usefixtures("december")
def test_each_journal_has_its_own_and_none_shows_another(me, them):
    mine = me.participant
    other = pair(mine.person, person("Third Party"))
    other.relationship.write(by=other.relationship.seat_of(mine.person), text="for the third", kind="promise")
    plan(me, days=1)
    me.write("for the other", kind="promise")
    lines = [line for line in told(me.client) if line.startswith(("Third Party", them.participant.name))]
    third, here = sorted(lines, key=lambda line: not line.startswith("Third Party"))
    assert "for the third" in third
    assert "for the other" not in third
    assert "Next appointment" not in third
    assert "for the other" in here
    assert "for the third" not in here
    assert "third" not in main(them.client.get("/")).text.lower()


def test_three_promises_stand_there_and_a_way_to_all_of_them(me):
    for number in range(4):
        me.write(f"number {number}", kind="promise")
    (under,) = main(me.client.get("/")).one("ul", class_="journals").all("ul")
    assert [line.text for line in under.all("li")] == ["number 0", "number 1", "number 2"]
    everything = f"{me.address}?kind=promise&by={me.participant.voice}"
    assert everything in links(main(me.client.get("/")))
    assert len(cards(me.client.get(everything))) == 4


def test_an_ended_journal_shows_nothing_to_come(me):
    starts = clock.now() + dt.timedelta(days=1)
    me.relationship.plan(by=me.participant, starts_at=starts, minutes=20)
    me.write("bring the letter", kind="promise")
    me.relationship.end(by=me.participant)
    assert told(me.client)[0].endswith("Ended. You can both still read it.")


def test_a_row_of_another_record_that_points_here_promises_nothing(me, stranger):
    """Written by somebody with the database in their hands: it speaks for my seat, or points at my promise."""
    entry = me.write("bring the letter", kind="promise")
    elsewhere = stranger.seats.get().relationship
    seat = stranger.seats.get()
    for about, bearing in ((None, ""), (entry, "corrects"), (entry, "closes"), (entry, "withdraws")):
        forged = Entry(
            relationship=elsewhere,
            author=me.participant,
            number=elsewhere.head().number + 1 + len(bearing),
            kind="promise",
            about=about,
            bearing=bearing,
            text="Forged.",
            written_at=clock.now(),
            salt="0" * 32,
        )
        forged.thread = entry if about else forged
        forged.save()
        Rendering.of(forged).save()
    projection.rebuild(elsewhere)
    line = told(me.client)[0]
    assert "bring the letter" in line
    assert "Forged." not in line
    assert "Forged." not in main(signed_in(seat.person).get("/")).text


def test_what_comes_next_costs_the_same_for_one_journal_and_for_ten(wren, isko):
    client = signed_in(wren)

    def fill(two):
        seat = two.relationship.seat_of(wren)
        starts = clock.now() + dt.timedelta(days=1)
        two.relationship.plan(by=seat, starts_at=starts, minutes=20)
        two.relationship.answer(
            two.relationship.write(by=seat, text="walk", kind="promise"), by=seat, kind="moved"
        )

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    fill(pair(wren, isko))
    one = cost()
    for number in range(9):
        fill(pair(wren, person(f"Clinician{number}")))
    assert cost() == one


def test_the_list_goes_on_page_by_page_with_what_is_new_first(isko, monkeypatch):
    monkeypatch.setattr("relationships.views.home.PAGE", 2)
    begun = [pair(person(f"Patient{number} Example"), isko) for number in range(5)]
    begun[1].relationship.write(by=begun[1].patient, text="Something new.")
    client = signed_in(isko)

    def names(address):
        page = main(client.get(address))
        rows = [line.text.split(" Example")[0] for line in page.one("ul", class_="journals").all("li")]
        return rows, [link for link in links(page) if "page=" in link]

    assert names("/") == (["Patient1", "Patient4"], ["?page=2"])
    assert names("/?page=2") == (["Patient3", "Patient2"], ["?page=1", "?page=3"])
    assert names("/?page=3") == (["Patient0"], ["?page=2"])
    for wrong in ("0", "4", "-1", "x", "9" * 20):
        assert names(f"/?page={wrong}") == names("/")
