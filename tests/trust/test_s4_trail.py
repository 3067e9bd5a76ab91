"""S4. The trail: each read, copy, denied try and change of a seat leaves one act, which both see and nobody changes.

Log-ins are a person's own, and are tested with the accounts.
"""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.html import escape

from config import device
from config.append_only import AppendOnlyError
from relationships import erasing
from relationships.models import Relationship, Verb
from tests.cast import CANARY, Chair, person, signed_in
from tests.relationships.views.test_event import acts

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148"
TABLET = "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X)"
COMPUTER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def reads(me, them, stranger):
    them.get("brief/")
    return "opened “Before we meet”"


def reads_an_entry(me, them, stranger):
    them.get(f"entry/{me.write().pk}/")
    return "opened one entry"


def writes(me, them, stranger):
    them.post("write/", do="share", text=f"Words, {CANARY}.")
    return "wrote something"


def takes_a_copy(me, them, stranger):
    me.relationship.export(by=them.participant)
    return "took a copy"


def is_denied(me, them, stranger):
    signed_in(stranger).get(me.address)
    return "Somebody without a place here asked to open this, was not let in and saw nothing"


def ends(me, them, stranger):
    me.relationship.end(by=them.participant)
    return "ended this journal"


@pytest.mark.parametrize("deed", [reads, reads_an_entry, writes, takes_a_copy, is_denied, ends])
def test_each_leaves_one_act_that_both_see(me, them, stranger, deed):
    before = me.relationship.events.count()
    sentence = deed(me, them, stranger)
    both = [acts(chair.get("event/")) for chair in (me, them)]
    assert both[0] == both[1]
    assert sentence in both[0][0][1]
    extra = deed is reads_an_entry  # The entry itself was written first.
    assert me.relationship.events.count() == before + 1 + extra


def test_every_change_of_a_seat_is_there(wren, isko):
    alone = Relationship.begin(by=wren, side="patient")
    first = alone.seats[0]
    alone.take_back(alone.invite(by=first), by=first)
    alone.decline(alone.invite(by=first))
    second = alone.accept(alone.invite(by=first, address=isko.email), by=isko)
    verbs = list(alone.events.order_by("number").values_list("verb", flat=True))
    assert verbs == ["began", "invited", "took_back", "invited", "declined", "invited", "accepted"]
    both = [acts(signed_in(seat.person).get(f"/r/{alone.pk}/event/")) for seat in (first, second)]
    assert both[0] == both[1]
    assert len(both[0]) == len(verbs)


@pytest.mark.parametrize(
    ("agent", "said"),
    [(PHONE, "on a telephone"), (TABLET, "on a tablet"), (COMPUTER, "on a computer"), ("", "")],
)
def test_from_which_kind_of_device_and_nothing_closer(me, them, agent, said):
    them.client.get(them.address, headers={"User-Agent": agent})
    for chair in (me, them):
        page = chair.get("event/")
        line = acts(page)[0][1]
        assert line == f"{them.participant.short_name} opened the record {said}".strip()
        assert "iPhone" not in page.content.decode()
    assert me.relationship.head().device in ("", device.PHONE, device.TABLET, device.COMPUTER)


def test_an_act_from_before_devices_were_noted_has_none(me):
    me.write()
    assert "on a" not in acts(me.get("event/"))[0][1]


def test_it_holds_no_word_of_what_was_written_nor_who_was_denied(me, them, stranger):
    for deed in (reads, writes, takes_a_copy, is_denied):
        deed(me, them, stranger)
    me.answer(me.write(f"{CANARY} again", kind="value"), f"{CANARY}.")
    kept = json.dumps(list(me.relationship.events.values()), default=str)
    page = me.get("event/").content.decode()
    for said in (kept, page):
        assert CANARY not in said
        for word in (stranger.name, stranger.email, str(stranger.pk)):
            assert escape(word) not in said


def test_nothing_of_it_can_be_changed_or_removed(me, stranger):
    is_denied(me, None, stranger)
    event = me.relationship.head()
    assert event.verb == Verb.KNOCKED
    for change in (event.delete, event.save, me.relationship.events.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    for sql in ("UPDATE relationships_event SET device = 'phone'", "DELETE FROM relationships_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_whoever_runs_this_is_named_as_such_where_words_are_erased(me, them):
    entry = me.write()
    erasing.announce(entry, reason="A court has said so.")
    for chair in (me, them):
        line = acts(chair.get("event/"))[0][1]
        assert line.startswith("Whoever looks after this site announced that words will be erased")
        assert "A court has said so." in line
        assert CANARY not in line


def test_the_seats_of_two_people_who_never_met_say_nothing_of_each_other(me, stranger):
    is_denied(me, None, stranger)
    own = stranger.seats.get()
    chair = Chair(own, own.relationship, signed_in(stranger))
    assert "asked to open" not in chair.get("event/").content.decode()
    assert person("Nobody").seats.count() == 0
