"""Other people's data, and the records that are measured in the midst of it, written in bulk.

The verbs take some milliseconds an entry; here a million entries take minutes. Every row is nevertheless what a verb
would have left: entries and acts are sealed by the models' own methods, and recounting any record finds no fault. All
records are written together in order of time, so that the rows of one lie scattered among those of all.
"""

import datetime as dt
import json
import random
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

from accounts.models import User
from config.ids import uuid7
from relationships import chain, clock, guards, prose
from relationships.models import (
    Appointment,
    Bearing,
    Consult,
    ConsultState,
    Entry,
    EntryState,
    Event,
    Invitation,
    Notice,
    Participant,
    Reading,
    Relationship,
    Reminder,
    Rendering,
    Verb,
    projection,
)
from relationships.models.invitation import digest_of
from relationships.models.recount import COLUMNS, Fact, State, recount
from tests.benchmark.words import Words

ORDINARY = ("conversation", "conversation", "value", "life_context", "life_context", "care_preference", "")
WAYS = ("in_person", "in_person", "telephone", "video", "home")
DOORS = ("most_important", "people", "communication", "wellness", "please_do", "support", "also")
PATIENTS = 40
"""Of each other clinician."""
ONE_IN_TEN = (100, *(10,) * 9)
"""How many entries other people's records have: nine in ten are short."""

Row = TypeVar("Row", bound=models.Model)

# --- Rows on their way into their tables ---------------------------------------------------------------


class Table:
    """Writes a model's rows without asking the model again: one statement for thousands of them."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = [one for one in model._meta.local_concrete_fields if not isinstance(one, models.AutoField)]
        self.name = model._meta.db_table
        self.columns = [connection.ops.quote_name(one.column or "") for one in fields]
        self.attributes = [(one.attname, _written_as(one)) for one in fields]
        self.rows: list[tuple[Any, ...]] = []

    def add(self, instance: models.Model) -> None:
        held = instance.__dict__
        self.rows.append(
            tuple(
                [
                    write(held[name]) if write and held[name] is not None else held[name]
                    for name, write in self.attributes
                ]
            )
        )

    def flush(self) -> None:
        rows, self.rows = self.rows, []
        if not rows:
            return
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    copy.write("".join("\t".join(map(_copied, row)) + "\n" for row in rows))
            else:
                places = ", ".join("?" * len(self.columns))
                connection.connection.executemany(
                    f"INSERT INTO {self.name} ({columns}) VALUES ({places})", rows
                )


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _copied(value: Any) -> str:
    """As COPY reads it."""
    if value is None:
        return r"\N"
    return value.translate(_ESCAPED) if isinstance(value, str) else str(value)


def _written_as(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How this database keeps such a value, where that is not as it is."""
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.CharField):
        return str  # Not a member of an enumeration.
    if connection.vendor == "postgresql":
        return None
    related = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(related, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, models.DateTimeField):
        return lambda value: str(value.replace(tzinfo=None))
    return str if isinstance(field, models.DateField) else None


def made(model: type[Row], **held: Any) -> Row:
    """An instance with these attributes, at a fifth of what its own `__init__` costs."""
    one = model.__new__(model)
    one.__dict__ = {**_constants(model), **{name: make() for name, make in _makers(model)}, **held}
    return one


@cache
def _constants(model: type[models.Model]) -> dict[str, Any]:
    fields = model._meta.concrete_fields
    return {"_state": ModelState()} | {
        one.attname: one.get_default()
        for one in fields
        if one.default is NOT_PROVIDED or not callable(one.default)
    }


@cache
def _makers(model: type[models.Model]) -> list[tuple[str, Callable[[], Any]]]:
    """What has another value in each row. Keys are always given."""
    fields = model._meta.concrete_fields
    return [
        (one.attname, one.default) for one in fields if callable(one.default) and not one.primary_key
        and one.default is not NOT_PROVIDED
    ]  # fmt: skip


class Store:
    MOST = 60_000

    def __init__(self) -> None:
        self.tables: dict[type[models.Model], Table] = {}
        self.waiting = 0

    def add(self, instance: models.Model) -> None:
        table = self.tables.get(type(instance))
        if table is None:
            table = self.tables[type(instance)] = Table(type(instance))
        table.add(instance)
        self.waiting += 1

    def flush(self) -> None:
        with transaction.atomic():
            if connection.vendor == "postgresql" and _may_do_anything():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL session_replication_role = replica")
            for table in self.tables.values():
                table.flush()
            if connection.vendor == "postgresql" and _may_do_anything():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL session_replication_role = origin")
        self.waiting = 0

    def flush_if_full(self) -> None:
        if self.waiting > self.MOST:
            self.flush()


def _may_do_anything() -> bool:
    """Whether this role may put foreign keys out of action for a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return bool(cursor.fetchone()[0] == "on")


@contextmanager
def in_bulk() -> Iterator[None]:
    """Without guards, without looking after foreign keys, and without waiting for the disk."""
    guards.remove(connection)
    is_hurried = connection.vendor == "sqlite" and not connection.in_atomic_block
    if is_hurried:
        _pragmas("foreign_keys = OFF", "synchronous = OFF", "cache_size = -200000")
    try:
        yield
    finally:
        if is_hurried:
            _pragmas("foreign_keys = ON", "synchronous = FULL", "cache_size = -2000")
        guards.install(connection)


def _pragmas(*settings: str) -> None:
    with connection.cursor() as cursor:
        for setting in settings:
            cursor.execute(f"PRAGMA {setting}")


# --- A record that grows ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """What one record is to hold."""

    entries: int
    thread: int = 0
    """Answers to one of its entries."""
    held: int = 0
    """Values and wishes for care, of both together, that hold."""
    promises: int = 3
    """Open at a time."""
    said_back: int = 2
    """Said back and not confirmed, at a time."""
    left_unread: int = 0
    """Of each of the two, somewhere in the past."""
    new: int = 0
    """At the end, of the first and unread by the second."""


SHORT = Shape(entries=10)


class Said(NamedTuple):
    """What a journal remembers of an entry: there are more of them than there is room for their words."""

    pk: uuid.UUID
    kind: str
    author_id: uuid.UUID
    thread_id: uuid.UUID


@dataclass(slots=True)
class Planned:
    """An act about a consult that is to come."""

    at: dt.datetime
    verb: Verb
    consult: uuid.UUID
    starts_at: dt.datetime
    way: str


BEGIN, WRITE, FIRST_LOOKS, SECOND_LOOKS, ARRANGE, WRITE_NEWS = range(6)


@dataclass(slots=True)
class Journal:
    """A record, and what its two people may say next. What they say is drawn by chance."""

    store: Store
    words: Words
    random: random.Random
    relationship: uuid.UUID
    seats: tuple[uuid.UUID, uuid.UUID]
    people: tuple[uuid.UUID, uuid.UUID]
    shape: Shape
    begun_at: dt.datetime
    plans: list[Planned] = field(default_factory=list)
    number: int = 0
    digest: str = chain.FIRST
    written: int = 0
    arranged: int = 0
    answered: int = 0
    held: int = 0
    long_thread: Said | None = None
    proposed: Said | None = None
    recent: tuple[deque[Said], deque[Said]] = field(
        default_factory=lambda: (deque(maxlen=5), deque(maxlen=5))
    )
    promises: list[Said] = field(default_factory=list)
    said_back: list[tuple[Said, Said, bool]] = field(default_factory=list)
    """What was said back, of what, and whether something was said to it."""
    values: tuple[list[Said], list[Said]] = field(default_factory=lambda: ([], []))
    unread: tuple[list[Said], list[Said]] = field(default_factory=lambda: ([], []))
    """What each of the two has written and the other has not seen."""
    left: list[int] = field(default_factory=lambda: [0, 0])
    planned: dict[uuid.UUID, Appointment] = field(default_factory=dict)

    def act(self, code: int, at: dt.datetime) -> None:
        if code == WRITE:
            if self.written < self.shape.entries - self.shape.new:
                self.write(at)
        elif code == WRITE_NEWS:
            self._begin_a_thread(at, 0)
        elif code == ARRANGE:
            self.arrange(at, self.plans[self.arranged])
            self.arranged += 1
        elif code == BEGIN:
            self.begin()
        else:
            self.look(at, code - FIRST_LOOKS)

    # --- Acts ---

    def begin(self) -> None:
        at = self.begun_at
        invited, joined = at + dt.timedelta(hours=2), at + dt.timedelta(hours=30)
        first = Participant(
            pk=self.seats[0], relationship_id=self.relationship, person_id=self.people[0], seat=1,
            side="patient", joined_at=at,
        )  # fmt: skip
        invitation = Invitation(
            relationship_id=self.relationship, invited_by_id=first.pk, side="clinician", made_at=invited,
            expires_at=invited + dt.timedelta(hours=72),
        )  # fmt: skip
        invitation.token_hash = digest_of(invitation.token)
        second = Participant(
            pk=self.seats[1], relationship_id=self.relationship, person_id=self.people[1], seat=2,
            side="clinician", invitation_id=invitation.pk, joined_at=joined,
        )  # fmt: skip
        for row in (Relationship(pk=self.relationship, begun_at=at), first, second, invitation):
            self.store.add(row)
        self._note(Verb.BEGAN, at, first.pk, details=first.sealed())
        self._note(Verb.INVITED, invited, first.pk, invitation_id=invitation.pk, details=invitation.sealed())
        self._note(Verb.ACCEPTED, joined, second.pk, invitation_id=invitation.pk, details=second.sealed())

    def look(self, at: dt.datetime, seat: int) -> None:
        """This one opens the record, and reads all that is new but for a little."""
        unread = self.unread[1 - seat]
        if len(unread) > 3 and self.left[seat] < self.shape.left_unread:
            del unread[self.random.randrange(len(unread))]
            self.left[seat] += 1
        event = self._note(Verb.OPENED, at, self.seats[seat], read=[str(one.pk) for one in unread])
        for one in unread:
            self.store.add(
                made(Reading, entry_id=one.pk, event_id=event.pk, relationship_id=self.relationship)
            )
        unread.clear()

    def arrange(self, at: dt.datetime, plan: Planned) -> None:
        before = self.planned.get(plan.consult)
        states = {Verb.MET: "met", Verb.CALLED_OFF: "called_off"}
        line = Appointment(
            consult_id=plan.consult, relationship_id=self.relationship, number=self.number + 1,
            state=states.get(plan.verb, "planned"), starts_at=plan.starts_at, minutes=20, way=plan.way,
            where=before.where if before else self.words.line(), salt=chain.new_salt(),
        )  # fmt: skip
        if before is None:
            self.store.add(Consult(pk=plan.consult, relationship_id=self.relationship))
        event = self._note(plan.verb, at, self.seats[self.random.randrange(2)], details=line.sealed())
        line.event_id = event.pk
        self.store.add(line)
        self.planned[plan.consult] = line
        chance = self.random.random()
        if plan.verb == Verb.PLANNED and chance < 0.4:
            self._say(at, 0, kind="hope", consult_id=plan.consult)
        elif plan.verb == Verb.MET and chance < 0.5:
            for seat in (0, 1):
                self._answer_the_questions(at, seat, plan.consult)
            self._say(at, self.random.randrange(2), kind="account", consult_id=plan.consult)

    def write(self, at: dt.datetime) -> None:
        """Whatever these two may say now."""
        chance, seat = self.random.random(), self.random.randrange(2)
        recent = self.recent[seat]
        if self.shape.thread > self.answered and self.long_thread and chance < 0.12:
            self.answered += 1
            self._say_about(at, seat, self.long_thread, "reply", Bearing.ANSWERS)
        elif self.shape.held > self.held:
            self._hold(at, seat)
        elif chance < 0.42:
            self._begin_a_thread(at, seat)
        elif chance < 0.58 and (either := self.recent[self.random.randrange(2)]):
            self._say_about(at, seat, self.random.choice(either), "reply", Bearing.ANSWERS)
        elif chance < 0.64 and recent:
            own = self.random.choice(recent)
            self._say_about(at, seat, own, own.kind, Bearing.CORRECTS, verb=Verb.CORRECTED)
        elif chance < 0.66 and recent:
            own = recent.pop()
            self._say_about(at, seat, own, own.kind, Bearing.WITHDRAWS, verb=Verb.WITHDREW)
        elif chance < 0.75:
            self._promise(at, seat)
        elif chance < 0.92:
            self._say_back(at, seat)
        elif chance < 0.94:
            self._say(at, seat, kind="portrait", door=self.random.choice(DOORS))
        elif chance < 0.95:
            self._agree(at, seat)
        elif self.values[seat] and chance < 0.97:
            self._put_in_order(at, seat)
        elif self.values[seat]:
            self._say_about(at, seat, self.random.choice(self.values[seat]), "still_true", Bearing.ANSWERS)
        else:
            self._begin_a_thread(at, seat)

    # --- What they say ---

    def _begin_a_thread(self, at: dt.datetime, seat: int) -> None:
        entry = self._say(at, seat, kind=self.random.choice(ORDINARY))
        self.recent[seat].append(entry)
        if entry.kind == "value":
            self._remember_value(entry, seat)
        if self.shape.thread and self.long_thread is None and self.written > self.shape.entries // 2:
            self.long_thread = entry
            self.recent[seat].pop()

    def _hold(self, at: dt.datetime, seat: int) -> None:
        kind = "care_preference" if self.random.random() < 0.2 else "value"
        entry = self._say(at, seat, kind=kind)
        if kind == "value":
            self.held += 1
            self._remember_value(entry, seat)

    def _remember_value(self, entry: Said, seat: int) -> None:
        self.values[seat].append(entry)
        del self.values[seat][:-40]

    def _promise(self, at: dt.datetime, seat: int) -> None:
        due = (at + dt.timedelta(days=self.random.randint(3, 60))).date()
        if len(self.promises) < self.shape.promises:
            self.promises.append(self._say(at, seat, kind="promise", due_on=due))
            return
        first = self.promises[0]
        chance = self.random.random()
        if chance < 0.3:
            by = self.seats.index(first.author_id)
            self._say_about(at, by, first, "moved", Bearing.ANSWERS, due_on=due)
            self.promises.append(self.promises.pop(0))
        else:
            kind = "kept" if chance < 0.85 else "released"
            self._say_about(at, seat, first, kind, Bearing.CLOSES, verb=Verb.CLOSED)
            self.promises.pop(0)

    def _say_back(self, at: dt.datetime, seat: int) -> None:
        theirs = self.recent[1 - seat]
        if len(self.said_back) < self.shape.said_back and theirs:
            of = self.random.choice(theirs)
            if all(of is not known for _, known, _ in self.said_back):
                said = self._say_about(at, seat, of, "reflection", Bearing.REFLECTS)
                self.said_back.append((said, of, False))
                return
        if not self.said_back:
            self._begin_a_thread(at, seat)
            return
        said, of, is_heard = self.said_back.pop(0)
        author = self.seats.index(said.author_id)
        if is_heard:
            again = self._say_about(at, author, of, "reflection", Bearing.REFLECTS)
            self.said_back.append((again, of, False))
            return
        level = self.random.choice(("yes", "yes", "yes", "nearly", "not_yet"))
        self._say_about(
            at,
            1 - author,
            said,
            "acknowledgement",
            Bearing.ACKNOWLEDGES,
            answers={"understood": {"level": level}},
        )
        if level != "yes":
            self.said_back.append((said, of, True))

    def _agree(self, at: dt.datetime, seat: int) -> None:
        """One of them proposes how the two work together; the next time the other one agrees."""
        proposal, self.proposed = self.proposed, None
        if proposal is None:
            door = self.random.choice(("together", "names", "answering", "between"))
            self.proposed = self._say(at, seat, kind="way_of_working", door=door)
        else:
            by = 1 - self.seats.index(proposal.author_id)
            self._say_about(at, by, proposal, "agreement", Bearing.ANSWERS)

    def _put_in_order(self, at: dt.datetime, seat: int) -> None:
        mine = [str(one.pk) for one in self.values[seat]]
        self.random.shuffle(mine)
        self._say(at, seat, kind="order", door="value", ranked=mine, is_silent=True)

    def _answer_the_questions(self, at: dt.datetime, seat: int, consult: uuid.UUID) -> None:
        answers = {
            name: {"level": self.random.choice(("yes", "mostly", "a_little"))}
            for name in ("heard", "myself", "understood", "next")
        }
        answers["heard"]["words"] = self.words.line()
        self._say(at, seat, kind="experience", consult_id=consult, answers=answers, is_silent=True)

    def _say_about(
        self, at: dt.datetime, seat: int, about: Said, kind: str, bearing: Bearing, *, verb: Verb = Verb.ANSWERED,
        **more: Any,
    ) -> Said:  # fmt: skip
        is_silent = kind in ("still_true", "moved", "kept", "acknowledgement", "agreement")
        return self._say(
            at, seat, verb=verb, kind=kind, about_id=about.pk, thread_id=about.thread_id, bearing=str(bearing),
            is_silent=is_silent, **more,
        )  # fmt: skip

    def _say(
        self, at: dt.datetime, seat: int, *, verb: Verb = Verb.WROTE, is_silent: bool = False, **more: Any
    ) -> Said:
        text, html, words = ("", "", "") if is_silent else self.words.text()
        entry = made(
            Entry, id=uuid7(), relationship_id=self.relationship, author_id=self.seats[seat], number=self.number + 1,
            text=text, written_at=at, salt=chain.new_salt(), **more,
        )  # fmt: skip
        entry.thread_id = entry.thread_id or entry.pk
        self.store.add(entry)
        self.store.add(made(Rendering, entry_id=entry.pk, version=prose.VERSION, html=html, words=words))
        self._note(verb, at, entry.author_id, entry_id=entry.pk, commitment=entry.commitment())
        said = Said(entry.pk, entry.kind, entry.author_id, entry.thread_id)
        self.unread[seat].append(said)
        self.written += 1
        return said

    def _note(
        self, verb: Verb, at: dt.datetime, actor: uuid.UUID, *, read: list[str] | None = None, **more: Any
    ) -> Event:
        self.number += 1
        event = made(
            Event, id=uuid7(), relationship_id=self.relationship, number=self.number, actor_id=actor, verb=str(verb),
            at=at, **more,
        )  # fmt: skip
        self.digest = event.digest = chain.digest(self.digest, event.act(read or []), event.commitment)
        self.store.add(event)
        return event


# --- Everybody -------------------------------------------------------------------------------------------


@dataclass
class Measured:
    """The people and records that are looked at. They are the same in every size."""

    clinician: Any
    """With 401 journals."""
    patient: Any
    """With one: the record of 5,000."""
    long: Relationship
    """5,000 entries, 100 appointments, a thread of 200 answers."""
    hundred: Relationship
    values: Relationship
    """400 values that hold."""
    fresh: Relationship
    """Of its entries the newest 30 are unread by the clinician."""
    written_in: Relationship
    """Which the verbs add to."""
    thread: uuid.UUID
    """The entry with 200 answers."""
    coming: uuid.UUID
    """A consult of the record of 5,000 that is to come."""
    answered: uuid.UUID
    """One that has met, about which both have answered four questions."""


LARGE = {
    "long": Shape(entries=5000, thread=200, promises=12, said_back=4, left_unread=12),
    "hundred": Shape(entries=100, promises=6, left_unread=2),
    "values": Shape(entries=560, held=400),
    "fresh": Shape(entries=300, new=30),
    "written_in": Shape(entries=100),
}
JOURNALS = 401
TODAY = 16
"""Of these journals so many have an appointment today."""
DUE = 5
"""So many people are to be told of something in the next minute, and as many to be reminded."""


class Filling:
    """Everybody's data, drawn from one seed."""

    def __init__(self, seed: int = 1128, words: Words | None = None) -> None:
        self.random = random.Random(seed)
        self.words = words or Words(seed)
        self.store = Store()
        self.now = clock.now()

    def fill(self, others: int) -> Measured:
        """The measured records among so many entries of other people."""
        clinician, patient = self._somebody("Isko Marchetti"), self._somebody("Wren Halloway")
        User.objects.filter(pk=clinician.pk).update(calendar_id=uuid.uuid4())
        clinician.refresh_from_db()
        ours = self._ours(clinician, patient)
        self.write([*ours, *self._of_others(others)])
        long, *_ = ours
        assert long.long_thread is not None
        return Measured(
            clinician=clinician,
            patient=patient,
            thread=long.long_thread.pk,
            coming=min(
                (one for one in long.planned.values() if one.starts_at > self.now and one.state == "planned"),
                key=lambda one: one.starts_at,
            ).consult_id,
            answered=Entry.objects.filter(relationship=long.relationship, kind="experience")
            .latest("number")
            .consult_id,
            **{
                name: Relationship.objects.get(pk=journal.relationship)
                for name, journal in zip(LARGE, ours, strict=False)
            },
        )

    def add(self, others: int) -> None:
        """So many entries of other people more, and nothing of which anybody is to be told."""
        self.write(self._of_others(others), due=0)

    def write(self, journals: list[Journal], due: int = DUE) -> None:
        """All that is done in these records, in order of time over all of them; then what is derived from it."""
        acts = sorted(
            (_microseconds(at) << 32) | (place << 3) | code
            for place, journal in enumerate(journals)
            for at, code in self._calendar(journal)
        )
        with in_bulk():
            for act in acts:
                journals[(act >> 3) & 0x1FFFFFFF].act(act & 7, _moment(act >> 32))
                self.store.flush_if_full()
            self._tell(journals, due)
            self.store.flush()
            derive(self.store, [journal.relationship for journal in journals])
        settle()

    # --- Whose data ---

    def _somebody(self, name: str) -> Any:
        somebody = get_user_model()(
            email=f"{uuid.uuid4().hex[:12]}@example.org", name=name, called=name.split()[0]
        )
        somebody.set_unusable_password()
        somebody.save()
        return somebody

    def _stranger(self) -> uuid.UUID:
        somebody = User(
            pk=uuid7(), email=f"{uuid.uuid4().hex[:16]}@example.org", name=self.words.name(), password="!",
            joined_at=self.now,
        )  # fmt: skip
        self.store.add(somebody)
        return somebody.pk

    def _ours(self, clinician: Any, patient: Any) -> list[Journal]:
        ours = []
        for place in range(JOURNALS):
            name = list(LARGE)[place] if place < len(LARGE) else ""
            days = 900 if name else self.random.randint(120, 800)
            begun_at = self.now - dt.timedelta(days=days, seconds=self.random.randint(0, 80_000))
            journal = Journal(
                self.store, self.words, self.random, uuid.uuid4(), (uuid7(), uuid7()),
                (patient.pk if name == "long" else self._stranger(), clinician.pk),
                LARGE.get(name, SHORT), begun_at,
            )  # fmt: skip
            has_met = {"long": 100, "hundred": 4}.get(name, 1)
            is_today = 5 <= place < 5 + TODAY
            self._plan(
                journal,
                has_met,
                soon=dt.timedelta(days=4) if name in ("long", "hundred") else None,
                today=is_today,
            )
            ours.append(journal)
        return ours

    def _of_others(self, entries: int) -> list[Journal]:
        others, clinician, patients = [], uuid7(), PATIENTS
        while entries > 0:
            if patients >= PATIENTS:
                clinician, patients = self._stranger(), 0
            patients += 1
            shape = Shape(entries=min(entries, self.random.choice(ONE_IN_TEN)))
            entries -= shape.entries
            begun_at = self.now - dt.timedelta(
                days=self.random.randint(60, 900), seconds=self.random.randint(0, 80_000)
            )
            journal = Journal(
                self.store, self.words, self.random, uuid.uuid4(), (uuid7(), uuid7()),
                (self._stranger(), clinician), shape, begun_at,
            )  # fmt: skip
            if self.random.random() < 0.6:
                self._plan(journal, 1)
            others.append(journal)
        return others

    # --- When ---

    def _plan(
        self, journal: Journal, count: int, *, soon: dt.timedelta | None = None, today: bool = False
    ) -> None:
        """So many consults, the last of them lately or to come."""
        day = dt.timedelta(days=1)
        begun = journal.begun_at + 2 * day
        whole = self.now - 30 * day - begun
        plans: list[Planned] = []
        for place in range(count):
            consult, way = uuid7(), self.random.choice(WAYS)
            if place < count - 1:
                at = begun + whole * ((place + 1) / count)
            elif soon:
                at = self.now + soon
            elif today:
                at = self.now.replace(hour=8, minute=0, second=0) + dt.timedelta(
                    minutes=self.random.randint(0, 600)
                )
            else:
                at = self.now + dt.timedelta(days=self.random.randint(-25, 40), hours=2)
            at = at.replace(microsecond=0)
            planned = max(begun, at - dt.timedelta(days=self.random.randint(8, 20)))
            planned = min(planned, self.now - 6 * day)
            plans.append(Planned(planned, Verb.PLANNED, consult, at, way))
            chance = self.random.random()
            if chance < 0.2:
                at += day
                plans.append(Planned(planned + day, Verb.MOVED, consult, at, way))
            if at < self.now - day and chance < 0.9:
                plans.append(Planned(at + dt.timedelta(hours=1), Verb.MET, consult, at, way))
            elif chance > 0.95 and not soon:
                plans.append(Planned(planned + 2 * day, Verb.CALLED_OFF, consult, at, way))
        journal.plans = sorted(plans, key=lambda one: one.at)

    def _calendar(self, journal: Journal) -> Iterator[tuple[dt.datetime, int]]:
        """When something is done in this record, and what."""
        yield journal.begun_at, BEGIN
        began, until = journal.begun_at + dt.timedelta(days=2), self.now - dt.timedelta(hours=30)
        count, new = journal.shape.entries, journal.shape.new
        whole = until - began
        for _ in range(count - new):
            yield began + whole * self.random.random(), WRITE
        looks = max(2, count // 8)
        for place in range(looks):
            for code in (FIRST_LOOKS, SECOND_LOOKS):
                yield began + whole * ((place + self.random.random()) / looks), code
        for place in range(new):
            yield until + dt.timedelta(hours=2, minutes=place), WRITE_NEWS
        if new or self.random.random() < 0.85:
            for minutes, code in ((1, FIRST_LOOKS), (2, SECOND_LOOKS)):
                yield until + dt.timedelta(minutes=minutes), code
        for plan in journal.plans:
            yield plan.at, ARRANGE

    # --- Who has been told ---

    def _tell(self, journals: list[Journal], untold: int) -> None:
        """Almost everybody with something new has been told of it, and almost everybody who meets soon reminded."""
        news: dict[uuid.UUID, bool] = defaultdict(bool)
        meetings = 0
        for journal in journals:
            for seat, person in enumerate(journal.people):
                news[person] |= bool(journal.unread[1 - seat])
            for line in journal.planned.values():
                if line.state == "planned" and self.now < line.starts_at < self.now + dt.timedelta(days=3):
                    meetings += 1
                    for seat in journal.seats if meetings > untold else ():
                        self.store.add(
                            Reminder(
                                relationship_id=journal.relationship, consult_id=line.consult_id,
                                participant_id=seat, made_at=self.now - dt.timedelta(hours=1),
                            )
                        )  # fmt: skip
        for person, has_news in news.items():
            if has_news and untold:
                untold -= 1
            elif has_news or self.random.random() < 0.5:
                days = 1 if has_news else 60
                at = self.now - dt.timedelta(days=days)
                self.store.add(Notice(person_id=person, number=1, made_at=at, sent_at=at))


AT_ONCE = 900
"""So many records are worked out together."""


def derive(store: Store, records: list[uuid.UUID]) -> None:
    """Fill what is derived from the entries and was not written with them: how each entry and consult is today.

    `projection.rebuild` does the same for one record, and takes ten times as long.
    """
    names = ["pk" if name == "entry_id" else name.removesuffix("_id") for name in Fact._fields]
    told = Entry.objects.annotate(has_text=projection._HAS_TEXT, is_read=projection._IS_READ)
    for start in range(0, len(records), AT_ONCE):
        these = records[start : start + AT_ONCE]
        rows = told.filter(relationship__in=these).order_by("relationship", "number")
        states = [
            made(EntryState, relationship_id=relationship, **_columns(state))
            for relationship, facts in groupby(rows.values_list("relationship", *names), key=itemgetter(0))
            for state in recount([Fact(*fact) for _, *fact in facts]).values()
        ]
        # Those of one record do not come one after the other, as they do not where the verbs write them.
        for row in sorted(states, key=lambda one: one.written_at):
            store.add(row)
        appointments = Appointment.objects.filter(relationship__in=these).order_by("number")
        newest = {one.consult_id: one for one in appointments}
        for consult, appointment in newest.items():
            store.add(ConsultState(consult_id=consult, **projection._consult_row(appointment)))
        store.flush()


def _columns(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in COLUMNS}


def settle() -> None:
    """What a database of this kind does by itself, sooner or later, after so many rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def _microseconds(at: dt.datetime) -> int:
    return (at - EPOCH) // dt.timedelta(microseconds=1)


def _moment(microseconds: int) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=microseconds)
