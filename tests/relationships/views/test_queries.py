"""What a page asks of the database: the same for three entries and for three hundred, and little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships.models import Relationship
from tests.cast import pair, person, signed_in

TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def asked(get, address):
    """How many questions one page costs; where a transaction begins and ends is not a question."""
    with CaptureQueriesContext(connection) as queries:
        assert get(address).status_code == 200
    return len([query for query in queries if not query["sql"].startswith(TRANSACTION)])


def looks(chair, page=""):
    """What the first look costs, which is noted and sealed, and what a second look costs."""
    return asked(chair.client.get, chair.address + page), asked(chair.client.get, chair.address + page)


def write(me, them, threads, *, talk=False):
    for number in range(threads):
        chair, other = (me, them) if number % 2 else (them, me)
        entry = chair.write(f"number {number}", kind=("value", "care_preference", "")[number % 3])
        if talk:
            other.answer(entry)
            chair.answer(entry)
            chair.correct(entry)
            if number % 5 == 0:
                chair.withdraw(entry, "Not so.")


def test_every_page_costs_the_same_for_three_entries_and_for_three_hundred(me, them, after):
    write(me, them, 3)
    few = {page: looks(me, page) for page in COSTS}
    write(me, them, 297)
    with after(hours=1):
        assert {page: looks(me, page) for page in COSTS} == few


def test_every_page_costs_the_same_with_everything_that_can_be_said_in_it(me, them, after):
    write(me, them, 3)
    few = {page: looks(me, page) for page in COSTS}
    write(me, them, 30, talk=True)
    with after(hours=1):
        assert {page: looks(me, page) for page in COSTS} == few


def test_an_entry_costs_the_same_whatever_was_said_about_it(me, them):
    entry = them.write("Theirs.")
    few = looks(me, f"entry/{entry.pk}/")
    for number in range(12):
        them.answer(entry, f"answer {number}")
        them.correct(entry, f"wording {number}")
    assert looks(me, f"entry/{entry.pk}/") == few


# The number of questions, so that one more is a decision. The first look also locks, notes, seals and marks as read.
COSTS = {"": (10, 7), "brief/": (10, 7), "event/": (4, 4)}


@pytest.mark.parametrize("page", COSTS)
def test_a_page_costs_what_is_written_here(me, them, page):
    write(me, them, 10, talk=True)
    first, second = looks(me, page)
    assert (first - (connection.vendor == "postgresql" and first != second), second) == COSTS[page]


def test_a_second_look_at_the_record_costs_at_most_eight_and_the_brief_ten(me, them):
    write(me, them, 10, talk=True)
    assert looks(me)[1] <= 8
    assert looks(me, "brief/")[1] <= 10


@pytest.mark.parametrize("page", ["?kind=value&by=one", "?before=20"])
def test_a_part_of_the_record_costs_no_more(me, them, page):
    write(me, them, 30)
    assert looks(me, page)[1] <= looks(me)[1]


def test_home_costs_the_same_for_one_journal_and_for_forty(wren, isko):
    client = signed_in(wren)
    pair(wren, isko)
    one = asked(client.get, "/")
    for number in range(39):
        other = pair(wren, person(f"Clinician{number}")) if number % 3 else None
        relationship = other.relationship if other else Relationship.begin(by=wren, side="clinician")
        relationship.write(by=relationship.seat_of(wren), text="Words.")
    assert asked(client.get, "/") == one
    assert one <= 8
