"""A row of another record that points into this one, written by somebody with the database in their hands.

No guard stands against an insert. So pages do not show such rows, and a recount finds them.
"""

import uuid

import pytest

from relationships import chain
from relationships.models import Bearing, Entry, Event, Reading, Rendering, Verb
from relationships.verification import first_fault
from tests.cast import pair, person

FORGED = "Forged: I agree to everything."


@pytest.fixture
def elsewhere(db):
    return pair(person("Else Where"), person("Other Clinician"))


def forge(record, *, author, about, bearing):
    """Seal an entry in `record` that speaks for a seat of another one."""
    head = record.head()
    entry = Entry(
        relationship=record,
        author=author,
        number=head.number + 1,
        kind=about.kind if bearing == Bearing.CORRECTS else "reply",
        about=about,
        bearing=bearing,
        thread=about.thread,
        text=FORGED,
        written_at=head.at,
        salt=chain.new_salt(),
    )
    entry.save()
    Rendering.of(entry).save()
    seal(record, author, Verb.CORRECTED, entry=entry, commitment=entry.commitment())


def seal(record, actor, verb, *, readings=(), **fields):
    head = record.head()
    event = Event(relationship=record, number=head.number + 1, actor=actor, verb=verb, at=head.at, **fields)
    event.digest = chain.digest(
        head.digest, event.act([str(entry.pk) for entry in readings]), event.commitment
    )
    event.save()
    for entry in readings:
        Reading.objects.create(entry=entry, event=event, relationship=record)


@pytest.mark.parametrize("bearing", [Bearing.CORRECTS, Bearing.ANSWERS, Bearing.WITHDRAWS])
def test_words_sealed_in_another_record_do_not_stand_in_this_one(me, them, elsewhere, bearing):
    entry = them.write("What they really said.", kind="value")
    forge(elsewhere.relationship, author=them.participant, about=entry, bearing=bearing)
    for page in ("", "brief/", "brief/text/", f"entry/{entry.pk}/"):
        shown = me.get(page).content.decode()
        assert FORGED not in shown
        assert "What they really said." in shown
    assert first_fault(me.relationship)
    assert first_fault(elsewhere.relationship)


def test_a_reading_sealed_in_another_record_does_not_say_that_this_was_read(me, them, elsewhere):
    entry = me.write("Nobody has read this.")
    assert first_fault(me.relationship) is None
    seal(elsewhere.relationship, elsewhere.patient, Verb.OPENED, readings=[entry])
    assert f"{them.participant.short_name}</bdi> has not read this yet" in me.get().content.decode()
    assert first_fault(me.relationship)


def test_two_honest_records_know_nothing_of_each_other(me, them, elsewhere):
    me.answer(them.write("Here."), "Here too.")
    elsewhere.relationship.write(by=elsewhere.patient, text="Elsewhere.", submission=uuid.uuid4())
    assert first_fault(me.relationship) is None
    assert first_fault(elsewhere.relationship) is None
