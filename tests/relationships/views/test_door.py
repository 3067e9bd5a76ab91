"""The door by itself: who comes in, with what in their hands, and at what cost."""

import contextlib
import uuid

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from relationships.access import door, enter
from relationships.models import Draft
from tests.asked import rows_of
from tests.cast import from_one_chair


@from_one_chair
def test_a_participant_comes_in_with_all_that_every_page_needs_in_one_query(me, them):
    draft = Draft.keep(me.participant, "write/", None, None, text="Not yet.")
    with CaptureQueriesContext(connection) as asked:
        relationship, seat = enter(me.participant.person, me.relationship.pk)
        assert relationship == me.relationship
        assert seat == me.participant
        assert seat.person == me.participant.person
        assert [one.person for one in relationship.seats] == [
            one.person for one in sorted((me.participant, them.participant), key=lambda one: one.seat)
        ]
        assert seat.relationship is relationship
    assert len(asked) == 1
    assert asked[0]["sql"].count("LIMIT 1") == 4, (
        "Of acts and drafts the newest one, and whether it has ended."
    )
    newest = me.relationship.head()
    assert (relationship.head_number, relationship.head_digest) == (newest.number, newest.digest)
    assert seat.draft_box == draft.box
    assert relationship.is_ended is False


@from_one_chair
def test_after_an_act_it_is_the_newest_that_stands_there(me):
    me.write("One."), me.write("Two.")
    relationship, _ = enter(me.participant.person, me.relationship.pk)
    newest = me.relationship.head()
    assert newest.number == me.relationship.events.count()
    assert (relationship.head_number, relationship.head_digest) == (newest.number, newest.digest)


@from_one_chair
def test_it_says_that_a_journal_has_ended(me):
    me.relationship.end(by=me.participant)
    relationship, seat = enter(me.participant.person, me.relationship.pk)
    assert relationship.is_ended is True
    assert seat.draft_box is None


@from_one_chair
def test_whose_draft_it_is_is_not_mixed_up(me, them):
    Draft.keep(them.participant, "write/", None, None, text="Theirs.")
    assert enter(me.participant.person, me.relationship.pk)[1].draft_box is None


@from_one_chair
def test_others_and_made_up_ids_are_the_same_refusal(me, stranger):
    for someone, record in ((stranger, me.relationship.pk), (me.participant.person, uuid.uuid4())):
        with pytest.raises(Http404):
            enter(someone, record)


def seats_read(someone, record):
    with CaptureQueriesContext(connection) as asked, contextlib.suppress(Http404):
        enter(someone, record)
    return rows_of(asked.captured_queries, "relationships_participant")


@from_one_chair
def test_no_seat_of_somebody_elses_record_is_read(me, stranger):
    """It takes as long as one that is not there, since there is as little to read."""
    assert seats_read(me.participant.person, me.relationship.pk) >= 2
    assert seats_read(stranger, me.relationship.pk) == 0


@from_one_chair
def test_the_view_behind_it_is_handed_objects_and_all_else_of_the_address(me):
    @door
    def page(request, relationship, me, *, entry_id):
        """What it says of itself."""
        return HttpResponse(f"{relationship.pk} {me.pk} {entry_id}")

    request = RequestFactory().get("/")
    request.user = me.participant.person
    answer = page(request, me.relationship.pk, entry_id=7)
    assert answer.content.decode() == f"{me.relationship.pk} {me.participant.pk} 7"
    assert page.door is True
    assert page.__name__ == "page"
    assert page.__doc__ == "What it says of itself."


@from_one_chair
def test_it_is_this_record_that_stands_there_and_no_other(me, stranger):
    """Another one, longer and ended, changes nothing here."""
    theirs = stranger.seats.get()
    for number in range(9):
        theirs.relationship.write(by=theirs, text=f"Elsewhere, {number}.")
    theirs.relationship.end(by=theirs)
    relationship, _ = enter(me.participant.person, me.relationship.pk)
    newest = me.relationship.head()
    assert newest.number < theirs.relationship.head().number
    assert (relationship.head_number, relationship.head_digest) == (newest.number, newest.digest)
    assert relationship.is_ended is False
