"""R3. Whoever runs the machine rewrites the record, and either of the two finds it out alone.

The forger has all there is: the database without its guards, the code and the key that signs. They change something and
write the whole chain anew, so that it fits in itself; that it does is checked each time, or the test would show nothing.
What they have not is what left the machine before: a note that came by mail, a fingerprint on paper, an older copy. Each
of the three finds each of the forgeries, from either seat, on the page and with the one file that needs no server.
"""

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import QuerySet

from relationships import chain, clock, exports, guards, heads, verifier
from relationships.models import (
    Appointment,
    Entry,
    Event,
    Participant,
    Reading,
    Relationship,
    Rendering,
    Verb,
)
from relationships.verification import first_fault

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(two) -> Relationship:
    """A record with something of everything that can be forged."""
    here, wren, isko = two.relationship, two.patient, two.clinician
    first = here.write(
        by=wren, text="I never took the tablets.", kind="value", happened_on=dt.date(2026, 3, 1)
    )
    here.open(by=isko, page="", entries=here.entries.for_reading())
    here.answer(first, by=isko, text="You told me so in March.")
    here.correct(first, by=wren, text="I took two of them.", why="I remembered.")
    here.open(by=wren, page="", entries=here.entries.for_reading())
    planned = here.plan(
        by=isko, starts_at=clock.now() + dt.timedelta(minutes=30), minutes=20, where="The harbour"
    )
    here.meet(planned.consult, by=wren)
    here.write(by=isko, text="I ought to have asked.", kind="account", consult=planned.consult)
    here.write(by=wren, text="To be asked next time.", kind="hope", consult=planned.consult)
    here.write(by=isko, text="The last word.")
    return here


def copy_for(record: Relationship, seat: Participant) -> bytes:
    newest = record.events.order_by("-number").first()
    return b"".join(exports.archive(record, seat, newest, "Read me."))


@dataclass
class Receipts:
    """What somebody keeps where the forger does not come."""

    note: str
    number: int
    fingerprint: str
    copy: bytes

    @classmethod
    def of(cls, record: Relationship, seat: Participant) -> "Receipts":
        head = record.head()
        note = heads.note(record.pk, head.number, head.digest)
        return cls(note, head.number, head.fingerprint, copy_for(record, seat))


# --- The forger ------------------------------------------------------------------------------------------


@dataclass
class Forger:
    """Holds all rows of a record, and puts them back sealed and signed anew."""

    record: Relationship
    events: list[Event] = field(default_factory=list)
    appointments: dict[object, Appointment] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def __post_init__(self) -> None:
        here = {"relationship": self.record}
        self.events = list(Event.objects.filter(**here).select_related("entry").order_by("number"))
        self.appointments = {one.event_id: one for one in Appointment.objects.filter(**here)}
        self.readings = list(Reading.objects.filter(**here).order_by("entry__number"))

    def entry(self, text: str) -> Entry:
        return next(one.entry for one in self.events if one.entry and one.entry.text == text)

    def forget(self, event: Event) -> None:
        """As if it had never been done."""
        self.events.remove(event)
        self.readings = [one for one in self.readings if event.pk != one.event_id]
        if event.entry:
            self.readings = [one for one in self.readings if one.entry_id != event.entry_id]

    def put_back(self) -> None:
        connection.check_constraints()
        guards.remove(connection)
        Rendering.objects.filter(entry__relationship=self.record).delete()
        for model in (Reading, Appointment, Event, Entry):
            QuerySet(model).filter(relationship=self.record)._raw_delete("default")
        previous = chain.FIRST
        for number, event in enumerate(self.events, 1):
            event.number = number
            self._seal(event, previous)
            previous = event.digest
        QuerySet(Entry).bulk_create(event.entry for event in self.events if event.entry)
        QuerySet(Event).bulk_create(self.events)
        made = [self.appointments[one.pk] for one in self.events if one.pk in self.appointments]
        QuerySet(Appointment).bulk_create(made)
        QuerySet(Reading).bulk_create(self.readings)
        connection.check_constraints()
        guards.install(connection)

    def _seal(self, event: Event, previous: str) -> None:
        if event.entry:
            event.entry.number = event.number
            if not event.entry.is_erased:
                event.commitment = event.entry.commitment()
        if made := self.appointments.get(event.pk):
            made.number = event.number
            event.details = made.sealed()
        read = [str(one.entry_id) for one in self.readings if one.event_id == event.pk]
        event.digest = chain.digest(previous, event.act(read), event.commitment)


def edit_words(forger):
    forger.entry("I never took the tablets.").text = "I took all the tablets."


def edit_one_letter(forger):
    forger.entry("I ought to have asked.").text = "I ought to have asked!"


def edit_the_why(forger):
    forger.entry("I took two of them.").why = "I was told to."


def edit_the_day(forger):
    forger.entry("I never took the tablets.").happened_on = dt.date(2026, 2, 1)


def say_it_was_the_other(forger):
    event = next(one for one in forger.events if one.entry and one.entry.text == "The last word.")
    event.actor = event.entry.author = next(s for s in forger.record.seats if s.pk != event.actor_id)


def say_it_was_earlier(forger):
    forger.events[4].at -= dt.timedelta(days=3)


def say_it_was_on_a_telephone(forger):
    forger.events[4].device = "phone"


def drop_an_answer(forger):
    forger.forget(next(e for e in forger.events if e.entry and e.entry.text == "You told me so in March."))


def drop_that_it_was_read(forger):
    forger.forget(next(e for e in forger.events if e.verb == Verb.OPENED))


def drop_the_last(forger):
    forger.forget(forger.events[-1])


def drop_all_of_the_end(forger):
    for event in forger.events[-3:]:
        forger.forget(event)


def reorder(forger):
    forger.events[-1], forger.events[-2] = forger.events[-2], forger.events[-1]


def insert_an_entry(forger, place: int = 6):
    author = forger.record.seats[0]
    at = forger.events[place].at
    entry = Entry(
        relationship=forger.record, author=author, number=0, text="I agree to everything.", written_at=at,
        salt=chain.new_salt(),
    )  # fmt: skip
    entry.thread = entry
    forger.events.insert(
        place, Event(relationship=forger.record, actor=author, verb=Verb.WROTE, at=at, entry=entry, number=0)
    )


def drop_one_and_insert_another(forger):
    drop_an_answer(forger)
    insert_an_entry(forger)


def move_the_appointment(forger):
    next(iter(forger.appointments.values())).where = "The station"


def erase_in_secret(forger):
    """With the acts that a lawful erasure leaves, dated back."""
    entry = forger.entry("I ought to have asked.")
    event = next(one for one in forger.events if one.entry is entry)
    for name, blank in Entry.BLANK.items():
        setattr(entry, name, blank)
    told = {"entry": str(entry.pk), "reason": "The law.", "on": "2026-01-01"}
    place = forger.events.index(event) + 1
    new = {"relationship": forger.record, "at": event.at, "number": 0}
    done = {"entries": str(entry.pk), "announced": str(place + 1), "reason": "The law."}
    forger.events[place:place] = [
        Event(verb=Verb.ERASING, details=told, **new),
        Event(verb=Verb.ERASED, details=done, **new),
    ]


def erase_one_more(forger):
    """Under an announcement of something else."""
    erase_in_secret(forger)
    entry = forger.entry("The last word.")
    for name, blank in Entry.BLANK.items():
        setattr(entry, name, blank)
    done = next(one for one in forger.events if one.verb == Verb.ERASED)
    forger.events.remove(done)
    done.details["entries"] += f" {entry.pk}"
    forger.events.append(done)


def erase_without_waiting(forger):
    erase_in_secret(forger)
    told = next(one for one in forger.events if one.verb == Verb.ERASING)
    told.details["on"] = (told.at.date() + dt.timedelta(days=14)).isoformat()


def correct_the_others_words(forger):
    event = next(one for one in forger.events if one.verb == Verb.CORRECTED)
    event.actor = event.entry.author = next(s for s in forger.record.seats if s.pk != event.actor_id)


FORGERIES = [
    edit_words,
    edit_one_letter,
    edit_the_why,
    edit_the_day,
    say_it_was_the_other,
    say_it_was_earlier,
    say_it_was_on_a_telephone,
    drop_an_answer,
    drop_that_it_was_read,
    drop_the_last,
    drop_all_of_the_end,
    reorder,
    insert_an_entry,
    drop_one_and_insert_another,
    move_the_appointment,
    erase_in_secret,
]


# --- What each of the two finds ----------------------------------------------------------------------------


def on_the_page(chair, kept: Receipts) -> dict[str, bool]:
    """Whether it fits, says the page."""
    found = {
        "note": chair.post("checking/", by="note", note=kept.note),
        "mail": chair.post("checking/", by="note", note=mail_around(chair, kept)),
        "fingerprint": chair.post("checking/", by="paper", number=kept.number, fingerprint=kept.fingerprint),
        "copy": chair.post("checking/", by="copy", copy=SimpleUploadedFile("kept.zip", kept.copy)),
    }
    pages = {by: answer.content.decode() for by, answer in found.items()}
    assert {answer.status_code for answer in found.values()} == {200}
    assert all(("This fits." in page) is not ("This does not fit." in page) for page in pages.values())
    return {by: "This fits." in page for by, page in pages.items()}


def mail_around(chair, kept: Receipts) -> str:
    """Below a newer note, which whoever rewrote the record sent since, the older one is quoted."""
    head = chair.relationship.head()
    newer = heads.note(chair.relationship.pk, head.number, head.digest)
    return f"Hello.\n\n{newer}\n" + "\n".join(f"> {line}" for line in kept.note.splitlines())


ASK_IN_TURN = """
import contextlib, io, json, sys, verify
found = []
for arguments in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        found.append([verify.main(arguments), None])
    found[-1][1] = said.getvalue()
print(json.dumps(found))
"""


def without_a_server(chair, kept: Receipts, folder: Path) -> dict[str, bool]:
    """Whether it fits, says the one file: alone in a process that knows nothing of the rest."""
    (folder / "verify.py").write_bytes(Path(verifier.__file__).read_bytes())
    (folder / "now.zip").write_bytes(copy_for(chair.relationship, chair.participant))
    (folder / "kept.zip").write_bytes(kept.copy)
    (folder / "note.txt").write_text(kept.note, encoding="utf-8")
    (folder / "mail.txt").write_text(mail_around(chair, kept), encoding="utf-8")
    asked = {
        "by itself": ["now.zip"],
        "note": ["now.zip", "--note", "note.txt"],
        "mail": ["now.zip", "--note", "mail.txt"],
        "fingerprint": ["now.zip", "--number", str(kept.number), "--fingerprint", kept.fingerprint.upper()],
        "copy": ["kept.zip", "--later", "now.zip"],
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK_IN_TURN, json.dumps(list(asked.values()))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    found = {}
    for by, (status, said) in zip(asked, json.loads(done.stdout), strict=True):
        assert status == (0 if "EVERYTHING FITS." in said else 1)
        assert ("DOES NOT FIT." in said) is (status == 1)
        found[by] = status == 0
    return found


EVERY_WAY = {"note": True, "mail": True, "fingerprint": True, "copy": True}
NO_WAY = dict.fromkeys(EVERY_WAY, False)


def test_what_nobody_touched_fits(me, them, record, tmp_path):
    kept = Receipts.of(record, me.participant)
    assert on_the_page(me, kept) == EVERY_WAY
    assert without_a_server(me, kept, tmp_path) == EVERY_WAY | {"by itself": True}


def test_what_went_on_honestly_fits(me, them, record, tmp_path):
    kept = Receipts.of(record, me.participant)
    them.write("And one more.")
    me.get()
    assert on_the_page(me, kept) == EVERY_WAY
    assert without_a_server(me, kept, tmp_path) == EVERY_WAY | {"by itself": True}


def test_putting_it_back_as_it_was_fits(me, record, tmp_path):
    """It is the forgery that is found, and not the forger's way of writing."""
    kept = Receipts.of(record, me.participant)
    Forger(record).put_back()
    assert on_the_page(me, kept) == EVERY_WAY
    assert without_a_server(me, kept, tmp_path) == EVERY_WAY | {"by itself": True}


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_each_receipt_of_either_finds(forgery, me, record, tmp_path, measured):
    kept = Receipts.of(record, me.participant)
    forger = Forger(record)
    forgery(forger)
    forger.put_back()
    assert first_fault(record) is None, "The forger is a good one: by itself, the record fits."
    assert on_the_page(me, kept) == NO_WAY
    assert without_a_server(me, kept, tmp_path) == NO_WAY | {"by itself": True}
    measured(f"{len(FORGERIES)} forgeries, each found from both seats by each of {len(EVERY_WAY)} receipts")


@pytest.mark.parametrize(
    ("forgery", "fault"),
    [
        (erase_one_more, "erased what nobody had announced"),
        (erase_without_waiting, "erased before the day that was announced"),
        (correct_the_others_words, "corrects what somebody else wrote"),
    ],
)
def test_what_the_journal_never_does_is_found_by_itself(forgery, fault, me, record, tmp_path):
    kept = Receipts.of(record, me.participant)
    forger = Forger(record)
    forgery(forger)
    forger.put_back()
    assert fault in first_fault(record)
    assert on_the_page(me, kept) == NO_WAY
    assert without_a_server(me, kept, tmp_path) == NO_WAY | {"by itself": False}


def test_a_careless_forger_is_found_by_the_record_itself(me, record, tmp_path):
    """Who edits without sealing anew is found with no receipt at all, and with any."""
    kept = Receipts.of(record, me.participant)
    connection.check_constraints()
    guards.remove(connection)
    QuerySet(Entry).filter(text="The last word.").update(text="Another word.")
    assert "act 13" in first_fault(record)
    assert on_the_page(me, kept) == NO_WAY
    assert without_a_server(me, kept, tmp_path) == NO_WAY | {"by itself": False}
