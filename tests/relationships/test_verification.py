"""Whoever holds the database could take the guards off and rewrite the record. Then the seals say where.

Each test begins with a record that fits, does what such a person would do, and sees it named.
"""

import datetime as dt
import multiprocessing
import uuid
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.core.management import ManagementUtility, call_command
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from relationships import chain, clock, guards, prose, verification
from relationships.models import (
    Appointment,
    Consult,
    Entry,
    EntryState,
    Event,
    Invitation,
    Participant,
    Reading,
    Relationship,
    Rendering,
    projection,
)
from relationships.verification import first_fault
from tests.cast import Pair, pair, person

LONG_AGO = dt.datetime(1999, 12, 31, tzinfo=dt.UTC)


@dataclass
class Kept:
    """A record of ten acts, and somebody who has the run of its database."""

    relationship: Relationship
    wren: Participant
    isko: Participant
    first: Entry
    answer: Entry
    correction: Entry
    last: Entry
    other: Pair

    def rows(self, model):
        """Every row of a noun in this record, past the Python guards."""
        mine = {"pk": self.relationship.pk} if model is Relationship else {"relationship": self.relationship}
        return QuerySet(model).filter(**mine)

    def act(self, number):
        return self.rows(Event).filter(number=number)

    def of(self, model, row):
        return self.rows(model).filter(pk=row.pk)


@pytest.fixture
def kept(two, stranger) -> Kept:
    record = two.relationship
    first = record.write(by=two.patient, text="First.")
    answer = record.answer(first, by=two.clinician, text="An answer.")
    correction = record.correct(first, by=two.patient, text="First, put differently.")
    record.open(by=two.clinician, page="", entries=record.entries.for_reading())
    record.open(by=two.patient, page="", entries=record.entries.for_reading())
    withdrawn = record.write(by=two.clinician, text="To be withdrawn.")
    record.withdraw(withdrawn, by=two.clinician)
    last = record.write(by=two.patient, text="Last.")
    other = pair(person("Otto Other"), person("Olga Other"))
    other.relationship.write(by=other.patient, text="Elsewhere.")
    connection.check_constraints()
    guards.remove(connection)
    return Kept(record, two.patient, two.clinician, first, answer, correction, last, other)


def found_after(kept: Kept, *tampering) -> str | None:
    """Do all of this, recount, and take it back."""
    assert first_fault(kept.relationship) is None
    with transaction.atomic():
        for deed in tampering:
            deed(kept)
        fault = first_fault(Relationship.objects.get(pk=kept.relationship.pk))
        transaction.set_rollback(True)
    return fault


def write(record, by, count):
    for number in range(count):
        record.write(by=by, text=f"Number *{number}*.")


def swap_words(k):
    k.of(Entry, k.first).update(text="Last.")
    k.of(Entry, k.last).update(text="First.")


def reorder(k):
    k.act(4).update(number=1000)
    k.act(5).update(number=4)
    k.act(1000).update(number=5)


def reorder_with_their_entries(k):
    reorder(k)
    k.of(Entry, k.first).update(number=1000)
    k.of(Entry, k.answer).update(number=4)
    k.of(Entry, k.first).update(number=5)


def close_the_gap(k):
    k.act(6).delete()
    for number in range(7, 12):
        k.act(number).update(number=number - 1)


def insert_an_entry(k):
    entry = Entry(
        relationship=k.relationship,
        author=k.wren,
        number=12,
        text="I agree to everything.",
        written_at=LONG_AGO,
        salt=chain.new_salt(),
    )
    entry.thread = entry
    entry.save()


def insert_an_act_that_is_sealed_and_not_chained(k):
    event = Event(relationship=k.relationship, number=12, actor=k.isko, verb="ended", at=LONG_AGO)
    event.digest = chain.digest(chain.FIRST, event.act([]))
    event.save()


def swap_the_seats(k):
    there = list(k.rows(Participant))
    people = [seat.person for seat in there][::-1]
    k.rows(Participant)._raw_delete(using="default")
    for seat, someone in zip(there, people, strict=True):
        seat.person, seat._state.adding = someone, True
        seat.save()


def give_a_seat_away(k):
    k.of(Participant, k.isko).update(person=k.other.patient.person)


def a_third_seat_elsewhere(k):
    k.of(Participant, k.isko)._raw_delete(using="default")


def reading_of(k, entry):
    return k.rows(Reading).filter(entry=entry)


def add_a_reading(k):
    opened = k.rows(Event).filter(verb="opened").last()
    Reading.objects.create(entry=k.last, event=opened, relationship=k.relationship)


def another_opening(k):
    first, second = k.rows(Event).filter(verb="opened").order_by("number")
    k.rows(Reading).filter(event=first).update(event=second)


def reseal(k, number):
    """Make the seal of one act fit what it says now."""
    event, before = k.act(number).get(), k.act(number - 1).get()
    if event.entry_id:
        event.entry = QuerySet(Entry).get(pk=event.entry_id)
        event.commitment = event.entry.commitment()
    read = [str(key) for key in event.readings.order_by("entry__number").values_list("entry", flat=True)]
    digest = chain.digest(before.digest, event.act(read), event.commitment)
    k.act(number).update(digest=digest, commitment=event.commitment)


def change_and_reseal(k):
    k.of(Entry, k.first).update(text="Forged.")
    QuerySet(Rendering).filter(entry=k.first).delete()
    reseal(k, 4)


def end_it_in_somebodys_name(k):
    k.act(11).update(actor=k.isko)


WORDS, SEAL = "the words of act {} are not those that were written", "the seal of act {} "
SHOWN = "the page of the entry of act {} shows other words than were written"

TAMPERING = {
    # What somebody wrote.
    "the words are edited": (lambda k: k.of(Entry, k.first).update(text="Forged."), WORDS.format(4)),
    "one letter is edited": (lambda k: k.of(Entry, k.last).update(text="Last"), WORDS.format(11)),
    "two people's words are swapped": (swap_words, WORDS.format(4)),
    "the kind is changed": (lambda k: k.of(Entry, k.first).update(kind="value"), WORDS.format(4)),
    "the day is changed": (
        lambda k: k.of(Entry, k.first).update(happened_on=LONG_AGO.date()),
        WORDS.format(4),
    ),
    "the question is changed": (lambda k: k.of(Entry, k.first).update(prompt="Who?"), WORDS.format(4)),
    "a helper is added": (lambda k: k.of(Entry, k.first).update(helped_by="Nobody"), WORDS.format(4)),
    "the time of writing is changed": (
        lambda k: k.of(Entry, k.first).update(written_at=LONG_AGO),
        WORDS.format(4),
    ),
    "a correction becomes an answer": (
        lambda k: k.of(Entry, k.correction).update(bearing="answers"),
        WORDS.format(6),
    ),
    "an answer is about something else": (
        lambda k: k.of(Entry, k.answer).update(about=k.last),
        WORDS.format(5),
    ),
    "an answer hangs in another thread": (
        lambda k: k.of(Entry, k.answer).update(thread=k.last),
        WORDS.format(5),
    ),
    "the salt is changed": (lambda k: k.of(Entry, k.first).update(salt="0" * 32), WORDS.format(4)),
    "the salt is spoilt": (lambda k: k.of(Entry, k.first).update(salt="spoilt"), WORDS.format(4)),
    "the author is changed": (
        lambda k: k.of(Entry, k.first).update(author=k.isko),
        "the entry of act 4 names another author",
    ),
    "an entry is moved to another record": (
        lambda k: k.of(Entry, k.last).update(relationship=k.other.relationship),
        "the entry of act 11 says that it belongs elsewhere",
    ),
    "an entry is dropped": (
        lambda k: k.of(Entry, k.last)._raw_delete(using="default"),
        "the entry of act 11 is missing",
    ),
    "an entry is inserted": (insert_an_entry, "there are 7 entries, and 6 acts wrote one"),
    # What happened.
    "an act is dropped": (lambda k: k.act(6).delete(), "act 6 is missing; the next one there is act 7"),
    "the first act is dropped": (
        lambda k: k.act(1).delete(),
        "act 1 is missing; the next one there is act 2",
    ),
    "every act is dropped": (lambda k: k.rows(Event)._raw_delete(using="default"), "it has no acts at all"),
    "an act is dropped and the gap closed": (close_the_gap, SEAL.format(6)),
    "two acts change places": (reorder, SEAL.format(4)),
    "two acts change places with their entries": (reorder_with_their_entries, SEAL.format(4)),
    "an act is inserted": (insert_an_act_that_is_sealed_and_not_chained, SEAL.format(12)),
    "somebody else did it": (lambda k: k.act(4).update(actor=k.isko), SEAL.format(4)),
    "the last act is put in another name": (end_it_in_somebodys_name, SEAL.format(11)),
    "the time of an act is changed": (lambda k: k.act(7).update(at=LONG_AGO), SEAL.format(7)),
    "a microsecond is changed": (
        lambda k: k.act(7).update(at=F("at") + dt.timedelta(microseconds=1)),
        SEAL.format(7),
    ),
    "it was another deed": (lambda k: k.act(7).update(verb="wrote"), SEAL.format(7)),
    "it was another page": (lambda k: k.act(7).update(page="brief/"), SEAL.format(7)),
    "an act points to another entry": (
        lambda k: (k.act(11).update(entry=None), k.act(4).update(entry=k.last)),
        SEAL.format(4),
    ),
    "an act loses its entry": (lambda k: k.act(4).update(entry=None), SEAL.format(4)),
    "an act points to another invitation": (
        lambda k: k.act(3).update(invitation=k.other.relationship.invitations.get()),
        SEAL.format(3),
    ),
    "a seal is changed": (lambda k: k.act(4).update(digest="0" * 64), SEAL.format(4)),
    "a seal is spoilt": (lambda k: k.act(4).update(digest="spoilt"), SEAL.format(4)),
    "a commitment is spoilt": (lambda k: k.act(4).update(commitment="spoilt"), SEAL.format(4)),
    "words are changed and their act sealed again": (change_and_reseal, SEAL.format(5)),
    # Who read what.
    "a reading is dropped": (lambda k: reading_of(k, k.first).delete(), SEAL.format(7)),
    "every reading is dropped": (lambda k: k.rows(Reading)._raw_delete(using="default"), SEAL.format(7)),
    "a reading is added": (add_a_reading, SEAL.format(8)),
    "a reading is of another entry": (lambda k: reading_of(k, k.first).update(entry=k.last), SEAL.format(7)),
    "it was read at another time": (another_opening, SEAL.format(7)),
    # Who they are.
    "two people change seats": (swap_the_seats, "the two places are not held by those who took them"),
    "a seat is given to somebody else": (
        give_a_seat_away,
        "the two places are not held by those who took them",
    ),
    "somebody is put out of their seat": (
        a_third_seat_elsewhere,
        "the two places are not held by those who took them",
    ),
    "the sealed holder of a seat is changed": (lambda k: k.act(1).update(details={}), SEAL.format(1)),
    # What the empty seat was held out as.
    "an invitation is dropped": (
        lambda k: k.rows(Invitation)._raw_delete(using="default"),
        "the invitations are not those that the acts made",
    ),
    "an invitation lasts longer": (
        lambda k: k.rows(Invitation).update(expires_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC)),
        "invitation",
    ),
    "an invitation goes to another address": (
        lambda k: k.rows(Invitation).update(address="forger@example.org"),
        "invitation",
    ),
    "an invitation opens with another link": (
        lambda k: k.rows(Invitation).update(token_hash="0" * 64),
        "invitation",
    ),
    # What pages show.
    "the record began at another time": (lambda k: k.rows(Relationship).update(begun_at=LONG_AGO), "beg"),
    "the page shows other words than were written": (
        lambda k: QuerySet(Rendering).filter(entry=k.first).update(html="<p>Forged.</p>"),
        SHOWN.format(4),
    ),
    "where the entry is cut short, it shows other words": (
        lambda k: QuerySet(Rendering).filter(entry=k.last).update(words="Forged."),
        SHOWN.format(11),
    ),
}


@pytest.mark.parametrize(("tamper", "named"), TAMPERING.values(), ids=TAMPERING.keys())
def test_it_is_found_and_named_when(kept, tamper, named):
    fault = found_after(kept, tamper)
    assert fault is not None
    assert named in fault


# --- Consults ----------------------------------------------------------------------------------------------


@dataclass
class Arranged:
    """The same record, with a consult: planned, moved and met in acts 12, 13 and 15."""

    kept: Kept
    consult: Consult
    hope: Entry
    answered: Entry
    promise: Entry
    elsewhere: Appointment

    def appointment(self, number):
        return self.kept.rows(Appointment).filter(number=number)

    def entry(self, entry):
        return self.kept.of(Entry, entry)


@pytest.fixture
def arranged(kept) -> Arranged:
    record, soon = kept.relationship, clock.now() + dt.timedelta(minutes=30)
    planned = record.plan(by=kept.wren, starts_at=soon, minutes=20, way="home", where="The second bell")
    record.move(planned.consult, by=kept.isko, starts_at=soon, minutes=30, reason="Twenty is too short.")
    hope = record.write(by=kept.wren, text="To be heard.", kind="hope", consult=planned.consult)
    record.meet(planned.consult, by=kept.wren)
    given = {"heard": {"level": "no", "words": "Not by you."}}
    answered = record.write(by=kept.wren, text="", kind="experience", consult=planned.consult, answers=given)
    promise = record.write(by=kept.isko, text="I shall ask.", kind="promise", due_on=dt.date(2031, 5, 6))
    elsewhere = kept.other.relationship.plan(by=kept.other.patient, starts_at=soon, minutes=10)
    return Arranged(kept, planned.consult, hope, answered, promise, elsewhere)


def another_line(a, **what):
    """One more appointment of the consult, as the last act would have made it."""
    last = a.appointment(15).get()
    values = {field.attname: getattr(last, field.attname) for field in Appointment._meta.concrete_fields}
    Appointment(**values | {"id": None, "submission": uuid.uuid4(), "number": 18} | what).save()


def change_and_seal_anew(a):
    """As somebody does who knows that the details hold a seal, and not that the digest covers them."""
    a.appointment(13).update(starts_at=LONG_AGO)
    a.kept.act(13).update(details=a.appointment(13).get().sealed())


def swap_two_times(a):
    planned, moved = a.appointment(12).get(), a.appointment(13).get()
    a.appointment(12).update(minutes=moved.minutes)
    a.appointment(13).update(minutes=planned.minutes)


MADE = "the appointment of act {} is not as it was made"
ARRANGED = {
    "a time is changed": (lambda a: a.appointment(12).update(starts_at=LONG_AGO), MADE.format(12)),
    "a time is changed by a microsecond": (
        lambda a: a.appointment(13).update(starts_at=F("starts_at") + dt.timedelta(microseconds=1)),
        MADE.format(13),
    ),
    "two lengths are swapped": (swap_two_times, MADE.format(12)),
    "a way is changed": (lambda a: a.appointment(12).update(way="video"), MADE.format(12)),
    "a place is changed": (lambda a: a.appointment(12).update(where="Nowhere"), MADE.format(12)),
    "a reason is taken away": (lambda a: a.appointment(13).update(reason=""), MADE.format(13)),
    "a reason is put into somebody's mouth": (
        lambda a: a.appointment(12).update(reason="I forgot."),
        MADE.format(12),
    ),
    "what has met was called off": (
        lambda a: a.appointment(15).update(state="called_off"),
        MADE.format(15),
    ),
    "the salt of an appointment is changed": (
        lambda a: a.appointment(12).update(salt="0" * 32),
        MADE.format(12),
    ),
    "the salt of an appointment is spoilt": (
        lambda a: a.appointment(12).update(salt="spoilt"),
        MADE.format(12),
    ),
    "an appointment is dropped": (
        lambda a: a.appointment(13)._raw_delete(using="default"),
        "the appointment of act 13 is missing",
    ),
    "an appointment is inserted for an act that made none": (
        lambda a: another_line(a, event_id=a.kept.act(4).get().pk),
        "act 4 made no appointment, and has one",
    ),
    "an appointment is inserted for an act of another record": (
        lambda a: another_line(a, event_id=a.kept.other.relationship.events.get(number=1).pk),
        "there are 4 appointments, and 3 acts made one",
    ),
    "an appointment is numbered anew": (
        lambda a: a.appointment(13).update(number=99),
        "the appointment of act 13 says that it belongs elsewhere",
    ),
    "an appointment is moved to another record": (
        lambda a: a.appointment(13).update(relationship=a.kept.other.relationship),
        "the appointment of act 13 says that it belongs elsewhere",
    ),
    "an appointment is of a consult of another record": (
        lambda a: a.appointment(13).update(consult=a.elsewhere.consult),
        MADE.format(13),
    ),
    "two acts change their appointments": (
        lambda a: (
            a.appointment(12).update(event=a.kept.act(4).get()),
            a.appointment(13).update(event=a.kept.act(12).get()),
            a.appointment(12).update(event=a.kept.act(13).get()),
        ),
        "the appointment of act 12 says that it belongs elsewhere",
    ),
    "the seal of an appointment is changed": (
        lambda a: a.kept.act(12).update(details={"consult": str(a.consult.pk), "appointment": "0" * 64}),
        SEAL.format(12),
    ),
    "a time is changed with its seal": (change_and_seal_anew, SEAL.format(13)),
    "a consult nobody planned is inserted": (
        lambda a: Consult(relationship=a.kept.relationship).save(),
        "the consults are not those that the acts made",
    ),
    "a consult is moved to another record": (
        lambda a: a.kept.of(Consult, a.consult).update(relationship=a.kept.other.relationship),
        "the consults are not those that the acts made",
    ),
    # What was written around it.
    "a hope is for another consult": (
        lambda a: a.entry(a.hope).update(consult=a.elsewhere.consult),
        WORDS.format(14),
    ),
    "a hope is for no consult": (lambda a: a.entry(a.hope).update(consult=None), WORDS.format(14)),
    "an answer is changed": (
        lambda a: a.entry(a.answered).update(answers={"heard": {"level": "yes", "words": "Not by you."}}),
        WORDS.format(16),
    ),
    "the words beside an answer are changed": (
        lambda a: a.entry(a.answered).update(answers={"heard": {"level": "no", "words": "By you."}}),
        WORDS.format(16),
    ),
    "an answer is added": (
        lambda a: a.entry(a.answered).update(answers=a.answered.answers | {"next": {"level": "yes"}}),
        WORDS.format(16),
    ),
    "answers are given to what asks nothing": (
        lambda a: a.entry(a.hope).update(answers={"heard": {"level": "yes"}}),
        WORDS.format(14),
    ),
    "the day of a promise is changed": (
        lambda a: a.entry(a.promise).update(due_on=dt.date(2031, 5, 7)),
        WORDS.format(17),
    ),
    "the day of a promise is taken away": (
        lambda a: a.entry(a.promise).update(due_on=None),
        WORDS.format(17),
    ),
    "a day is put on what was no promise": (
        lambda a: a.entry(a.hope).update(due_on=dt.date(2031, 5, 7)),
        WORDS.format(14),
    ),
    "somebody is said to have handed a device over": (
        lambda a: a.kept.act(14).update(details={"handed_over_by": str(a.kept.isko.pk)}),
        SEAL.format(14),
    ),
}


@pytest.mark.parametrize(("tamper", "named"), ARRANGED.values(), ids=ARRANGED.keys())
def test_of_a_consult_it_is_found_and_named_when(arranged, tamper, named):
    fault = found_after(arranged.kept, lambda _kept: tamper(arranged))
    assert fault is not None
    assert named in fault


def test_a_consult_of_this_record_that_another_one_names_is_found_in_both(arranged):
    """Somebody seals a move of Wren and Isko's consult in a record of their own."""
    other, last = arranged.kept.other, arranged.elsewhere
    assert first_fault(other.relationship) is None
    head = other.relationship.head()
    forged = Appointment(
        consult=arranged.consult,
        relationship=other.relationship,
        number=head.number + 1,
        state="called_off",
        starts_at=last.starts_at,
        minutes=10,
        salt=chain.new_salt(),
    )
    event = Event(
        relationship=other.relationship,
        number=forged.number,
        actor=other.patient,
        verb="called_off",
        at=head.at,
        details=forged.sealed(),
    )
    event.digest = chain.digest(head.digest, event.act([]))
    event.save()
    forged.event = event
    forged.save()
    assert "another record" in first_fault(arranged.kept.relationship)
    assert first_fault(other.relationship) is not None


def test_the_first_of_two_faults_is_named(kept):
    one, two = TAMPERING["one letter is edited"][0], TAMPERING["the time of an act is changed"][0]
    assert SEAL.format(7) in found_after(kept, one, two)


def test_what_pages_show_is_compared_after_the_whole_chain(kept):
    """The chain is the cheap part, and what it says weighs more."""
    shown, sealed = (
        TAMPERING[name][0]
        for name in ("the page shows other words than were written", "the time of an act is changed")
    )
    assert SEAL.format(7) in found_after(kept, shown, sealed)


def test_what_an_older_renderer_made_is_no_fault(kept):
    """Pages make it anew from the words."""

    def made_by_an_older_one(k):
        QuerySet(Rendering).filter(entry=k.first).update(html="<p>Older.</p>", version=prose.VERSION + 1)

    assert found_after(kept, made_by_an_older_one) is None


def test_each_entry_is_rendered_once(kept, monkeypatch):
    converted, convert = [], prose._Converter.convert
    monkeypatch.setattr(
        prose._Converter, "convert", lambda self, text: converted.append(text) or convert(self, text)
    )
    assert first_fault(kept.relationship) is None
    assert len(converted) == kept.relationship.entries.count()
    converted.clear()
    kept.relationship.write(by=kept.wren, text="Once.")
    assert converted == ["Once."]


@pytest.mark.django_db
def test_a_long_record_is_recounted_with_as_many_statements_as_a_short_one(two):
    def recounted():
        with CaptureQueriesContext(connection) as queries:
            assert first_fault(two.relationship) is None
        return [query["sql"] for query in queries if query["sql"].lstrip().startswith(("SELECT", "DECLARE"))]

    write(two.relationship, two.patient, 10)
    short = recounted()
    write(two.relationship, two.clinician, 290)
    assert len(recounted()) == len(short)


def test_what_was_cut_off_at_the_end_no_longer_fits_the_fingerprint_on_paper(kept):
    """The chain alone cannot know how long it was: that is why its head stands at the foot of every page."""
    on_paper = kept.relationship.head().fingerprint

    def cut_off(k):
        k.act(11).delete()
        EntryState.objects.filter(pk=k.last.pk).delete()
        k.of(Entry, k.last)._raw_delete(using="default")
        assert k.relationship.head().fingerprint != on_paper

    assert found_after(kept, cut_off) is None


def test_another_record_is_not_at_fault(kept):
    kept.of(Entry, kept.first).update(text="Forged.")
    assert first_fault(kept.relationship) is not None
    assert first_fault(kept.other.relationship) is None


# --- manage.py verify_record -------------------------------------------------------------------------------


@pytest.fixture
def verify(monkeypatch, capsys):
    """Run it as a person at a terminal does, and see the exit status and what was said."""
    monkeypatch.setattr("django.core.management.base.connections", SimpleNamespace(close_all=lambda: None))

    def run(*records):
        status = 0
        try:
            ManagementUtility(
                ["manage.py", "verify_record", *(str(record.pk) for record in records)]
            ).execute()
        except SystemExit as left:
            status = left.code
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_an_untouched_record_passes(kept, verify):
    status, said = verify()
    assert status == 0
    assert f"Every seal fits: 3 records, {Event.objects.count()} acts." in said


def test_a_touched_one_does_not_and_the_first_thing_is_named(kept, verify):
    kept.of(Entry, kept.first).update(text="Forged.")
    status, said = verify()
    assert status == 1
    assert str(kept.relationship.pk) in said
    assert WORDS.format(4) in said
    assert "Every seal fits" not in said


def test_one_record_can_be_asked_for(kept, verify):
    kept.of(Entry, kept.first).update(text="Forged.")
    assert verify(kept.other.relationship)[0] == 0
    assert verify(kept.relationship)[0] == 1
    assert verify(kept.other.relationship, kept.relationship)[0] == 1


@pytest.fixture
def long(kept, monkeypatch):
    """A record of some sixty entries, on a machine with two cores where that is worth both."""
    monkeypatch.setattr(verification, "RENDERED_HERE", 50)
    monkeypatch.setattr(verification, "cores", lambda: 2)
    write(kept.relationship, kept.wren, 60)
    return kept.relationship


@pytest.fixture
def not_here(monkeypatch):
    """Nothing is rendered in this process."""
    monkeypatch.setattr(prose, "rendered", lambda text: pytest.fail("It was rendered here."))


def test_a_long_record_is_rendered_by_other_processes(long, not_here, verify):
    assert verify(long) == (0, f"Every seal fits: 1 records, {long.head_number} acts.\n")


@pytest.mark.parametrize("forged", [{"html": "<p>Forged.</p>"}, {"words": "Forged."}])
def test_they_find_the_one_page_that_shows_something_else(long, forged, not_here, verify):
    entry = long.entries.order_by("number")[44]
    QuerySet(Rendering).filter(entry=entry).update(**forged)
    status, said = verify(long)
    assert status == 1
    assert SHOWN.format(entry.number) in said


def test_one_of_them_that_is_killed_is_never_an_all_clear(long, monkeypatch, verify):
    class ShortOfMemory(ProcessPoolExecutor):
        def submit(self, *args):
            asked = super().submit(*args)
            for process in multiprocessing.active_children()[:1]:
                process.kill()
            # Or the pool starts its second process while it counts those that are left, and fails at that itself.
            wait([asked])
            return asked

    monkeypatch.setattr(verification, "ProcessPoolExecutor", ShortOfMemory)
    status, said = verify(long)
    assert status == 1
    assert f"Record {long.pk}: the seals fit, but a process that compared what pages show was killed." in said
    assert "Every seal fits" not in said


def test_one_core_or_few_entries_take_no_other_process(long, monkeypatch, verify):
    monkeypatch.setattr(verification, "ProcessPoolExecutor", lambda *args, **kwargs: pytest.fail("It did."))
    with monkeypatch.context() as one_core:
        one_core.setattr(verification, "cores", lambda: 1)
        assert verify(long)[0] == 0
    monkeypatch.setattr(verification, "RENDERED_HERE", 1000)
    assert verify(long)[0] == 0


def test_a_record_that_is_not_there_does_not_pass(kept, verify):
    assert verify(kept.relationship)[0] == 0
    status, said = verify(SimpleNamespace(pk=uuid.UUID(int=1)))
    assert status == 1
    assert "There is no record 00000000-0000-0000-0000-000000000001." in said


@pytest.mark.django_db
def test_an_installation_without_records_passes(capsys):
    call_command("verify_record")
    assert "Every seal fits: 0 records, 0 acts." in capsys.readouterr().out


@pytest.mark.parametrize("does", ["opens the record", "writes"])
def test_what_somebody_does_while_it_counts_is_no_fault(me, them, monkeypatch, does):
    me.write("Mine.")
    kept, done = projection._kept, []

    def meanwhile(relationship, **of):
        if not done:
            done.append(them.get() if does == "opens the record" else them.write("Meanwhile."))
        return kept(relationship, **of)

    monkeypatch.setattr(projection, "_kept", meanwhile)
    assert first_fault(me.relationship) is None
    assert done
