"""Where one arrives: one's own journals and nobody else's, with what is new said gently."""

import re

from relationships.models import Relationship
from tests.cast import pair, person, signed_in
from tests.relationships.views.shown import links, main


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
