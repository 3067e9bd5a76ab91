"""A row of another record that points into this one, written by somebody with the database in their hands.

No guard stands against an insert. So pages do not show such rows, and a recount finds them.
"""

import datetime as dt
import uuid

import pytest

from relationships import chain, clock
from relationships.agenda import agenda
from relationships.models import Appointment, Bearing, Entry, Event, Reading, Rendering, Verb, projection
from relationships.verification import first_fault
from tests.cast import from_one_chair, pair, person

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
    projection.rebuild(record)


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


# --- Consults, promises and the four questions -------------------------------------------------------------


def soon():
    return clock.now() + dt.timedelta(minutes=30)


def arrange(record, actor, consult, **what):
    """Seal an appointment in `record` for a consult of another one, numbered above all there is."""
    head = record.head()
    while head.number < 20:
        record.write(by=actor, text="To be the last one to have said something.")
        head = record.head()
    told = Appointment(
        consult=consult,
        relationship=record,
        number=head.number + 1,
        starts_at=soon(),
        minutes=5,
        salt=chain.new_salt(),
        **what,
    )
    seal(record, actor, Verb.CALLED_OFF, details=told.sealed())
    told.event = record.head()
    told.save()
    projection.rebuild(record)


@from_one_chair
@pytest.mark.parametrize("state", ["called_off", "planned", "met"])
def test_an_appointment_sealed_in_another_record_does_not_touch_ours(me, them, elsewhere, state):
    planned = me.relationship.plan(by=me.participant, starts_at=soon(), minutes=20, where="The second bell")
    arrange(elsewhere.relationship, elsewhere.patient, planned.consult, state=state, where=FORGED)
    assert [one.where for one in agenda(me.relationship).appointments] == ["The second bell"]
    assert agenda(me.relationship).next == planned
    moved = me.relationship.move(planned.consult, by=them.participant, starts_at=soon(), minutes=30)
    assert agenda(me.relationship).next == moved
    assert first_fault(me.relationship)
    assert first_fault(elsewhere.relationship)


def speak(record, author, about, kind, bearing, **what):
    """Seal something in `record` about an entry of another one."""
    head = record.head()
    entry = Entry(
        relationship=record,
        author=author,
        number=head.number + 1,
        kind=kind,
        about=about,
        bearing=bearing,
        text=FORGED,
        written_at=head.at,
        salt=chain.new_salt(),
        **what,
    )
    entry.thread = about.thread if about else entry
    entry.save()
    seal(record, author, Verb.CLOSED, entry=entry, commitment=entry.commitment())
    projection.rebuild(record)
    return entry


@from_one_chair
def test_a_promise_is_neither_kept_nor_opened_again_by_another_record(me, them, elsewhere):
    one, other = me.write("I shall ask.", kind="promise"), me.write("I shall wait.", kind="promise")
    kept = them.answer(other, "", kind="kept")
    open_now = me.relationship.entries.of_kind("promise").open_still()
    assert list(open_now.all()) == [one]
    speak(elsewhere.relationship, elsewhere.patient, one, "kept", Bearing.CLOSES)
    speak(elsewhere.relationship, elsewhere.patient, kept, "kept", Bearing.WITHDRAWS)
    assert list(open_now.all()) == [one]


@from_one_chair
def test_answers_sealed_in_another_record_open_nothing_here(me, them, elsewhere):
    consult = me.relationship.meet(None, by=me.participant, starts_at=soon(), minutes=20).consult
    mine = me.write("", kind="experience", consult=consult, answers={"heard": {"words": "No."}})
    speak(
        elsewhere.relationship,
        them.participant,
        None,
        "experience",
        "",
        consult=consult,
        answers={"heard": {"level": "yes"}},
    )
    assert mine not in me.relationship.entries.shown_to(them.participant)
    assert list(me.relationship.entries.shown_to(me.participant)) == [mine]


@from_one_chair
def test_two_honest_records_know_nothing_of_each_other(me, them, elsewhere):
    me.answer(them.write("Here."), "Here too.")
    elsewhere.relationship.write(by=elsewhere.patient, text="Elsewhere.", submission=uuid.uuid4())
    assert first_fault(me.relationship) is None
    assert first_fault(elsewhere.relationship) is None
