"""The projection: a row for each entry and each consult that says how it is today, so that pages look it up.

The verbs keep the rows in the transaction of their act, `rebuild` makes those of a record anew, and `faults`, which the
check that people are offered asks, compares every one with a recount of the entries. Verbs decide by the entries and
never by these rows.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, When

from relationships import kinds
from relationships.models.consult import Appointment
from relationships.models.entry import Entry
from relationships.models.recount import COLUMNS, Fact, State, Thread, recount, threads_of
from relationships.models.state import ConsultState, EntryState

if TYPE_CHECKING:
    from relationships.models.relationship import Relationship

BATCH = 500
"""Rows to one INSERT."""

_IS_READ = Case(When(reading__relationship=F("relationship"), then=True), default=False)
"""Sealed in this record's own chain, and not in another's that points here."""
_HAS_TEXT = ExpressionWrapper(~Q(text=""), output_field=BooleanField())


def facts(relationship: "Relationship", **of: Any) -> list[Fact]:
    """Those of a record, in order; of only some of its threads where `of` says so."""
    rows = Entry.objects.filter(relationship=relationship, **of).order_by("number")
    told = rows.annotate(has_text=_HAS_TEXT, is_read=_IS_READ)
    return [
        Fact(*row)
        for row in told.values_list(
            *("pk", "author", "number", "kind", "about", "bearing", "thread", "consult", "written_at"),
            *("answers", "has_text", "is_read"),
        )
    ]


def _touched_in(first: Entry) -> list[Fact]:
    """Those of the thread that this entry begins, and of what opens together with it."""
    here: dict[str, Any] = {"thread": first.pk}
    if kinds.get(first.kind).opens_together:
        answers = Entry.objects.filter(
            relationship=first.relationship_id, kind=first.kind, consult=first.consult_id, about=None
        )
        here = {"thread__in": answers.values("pk")}
    return facts(first.relationship, **here)


def joined_by(entry: Entry) -> list[Fact]:
    """Its thread, and what opens together with that, before the entry is written; in one query or none."""
    is_alone = entry.about_id is None and not kinds.get(entry.kind).opens_together
    return [] if is_alone else _touched_in(entry.thread)


def threads_of_kind(relationship: "Relationship", kind: str, *, door: str, but: uuid.UUID) -> list[Thread]:
    """Those of a record that an entry of this kind and door begins, without the one named."""
    firsts = Entry.objects.filter(relationship=relationship, kind=kind, door=door, about=None)
    return list(threads_of(facts(relationship, thread__in=firsts.exclude(pk=but).values("pk"))))


# --- Kept by the verbs ------------------------------------------------------------------------------------


def keep(entry: Entry, joined: list[Fact]) -> None:
    """Add the row of an entry that was written, and change those of the entries that it `joined`."""
    now = recount([*joined, Fact.of(entry)])
    EntryState(relationship_id=entry.relationship_id, **asdict(now.pop(entry.pk))).save(force_insert=True)
    _change(recount(joined), now)


def keep_read(entries: Iterable[Entry]) -> None:
    """These were read for the first time."""
    EntryState.objects.filter(pk__in=[entry.pk for entry in entries]).update(is_unread=False)


def keep_appointment(appointment: Appointment) -> None:
    """This is the newest appointment of its consult."""
    row = _consult_row(appointment)
    if not ConsultState.objects.filter(pk=appointment.consult_id).update(**row):
        ConsultState.objects.create(consult_id=appointment.consult_id, **row)


def keep_thread(first: Entry) -> None:
    """Set the rows of the thread that this entry begins anew: some of its words are gone."""
    now = recount(_touched_in(first))
    before = {state.entry_id: state for state in _kept(first.relationship, pk__in=list(now))}
    _change(before, now)


def _change(before: dict[uuid.UUID, State], now: dict[uuid.UUID, State]) -> None:
    """Change the rows of which a recount gives something else; rows that change alike, together."""
    alike: dict[tuple[tuple[str, Any], ...], list[uuid.UUID]] = defaultdict(list)
    for key, state in now.items():
        changed = tuple(
            (name, getattr(state, name))
            for name in COLUMNS
            if getattr(state, name) != getattr(before[key], name)
        )
        if changed:
            alike[changed].append(key)
    for changed, keys in alike.items():
        EntryState.objects.filter(pk__in=keys).update(**dict(changed))


# --- Made anew, and compared --------------------------------------------------------------------------------


def rebuild(relationship: "Relationship") -> None:
    """Make every row of a record anew. Within a transaction, so that no page meets half of them."""
    EntryState.objects.filter(relationship=relationship).delete()
    ConsultState.objects.filter(relationship=relationship).delete()
    EntryState.objects.bulk_create(
        (
            EntryState(relationship=relationship, **asdict(state))
            for state in recount(facts(relationship)).values()
        ),
        batch_size=BATCH,
    )
    ConsultState.objects.bulk_create(
        (
            ConsultState(consult_id=appointment.consult_id, **_consult_row(appointment))
            for appointment in _newest(relationship).values()
        ),
        batch_size=BATCH,
    )


def faults(relationship: "Relationship") -> Iterator[str]:
    """Each kept row that says something else than the record, and each that is missing or too many."""
    counted = recount(facts(relationship))
    for state in _kept(relationship):
        should = counted.pop(state.entry_id, None)
        if should is None:
            yield f"a page would show entry {state.number}, which is not there."
        elif state != should:
            name = next(name for name in COLUMNS if getattr(state, name) != getattr(should, name))
            yield f"the pages take entry {should.number} for something else than it is ({name})."
    for state in counted.values():
        yield f"the pages leave out entry {state.number}."
    yield from _faults_of_consults(relationship)


def _faults_of_consults(relationship: "Relationship") -> Iterator[str]:
    newest = _newest(relationship)
    for kept in ConsultState.objects.filter(relationship=relationship):
        appointment = newest.pop(kept.consult_id, None)
        names = ("relationship_id", "appointment_id", "state", "starts_at", "ends_at")
        if appointment is None:
            yield "a page would show an appointment that is not there."
        elif any(
            getattr(kept, name) != value
            for name, value in zip(names, _consult_row(appointment).values(), strict=True)
        ):
            yield f"the pages show another appointment than that of act {appointment.number}."
    for appointment in newest.values():
        yield f"the pages leave out the appointment of act {appointment.number}."


def _kept(relationship: "Relationship", **of: Any) -> Iterator[State]:
    rows = EntryState.objects.filter(relationship=relationship, **of).order_by("number")
    return (State(*row) for row in rows.values_list(*COLUMNS).iterator(chunk_size=BATCH))


def _newest(relationship: "Relationship") -> dict[uuid.UUID, Appointment]:
    """The newest appointment of each of its own consults, by the consult's key."""
    ours = relationship.appointments.filter(consult__relationship=relationship)
    return {one.consult_id: one for one in ours.order_by("number")}


def _consult_row(appointment: Appointment) -> dict[str, Any]:
    return {
        "relationship_id": appointment.relationship_id,
        "appointment_id": appointment.pk,
        "state": str(appointment.state),
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
    }


# --- After a migration or a restore ---------------------------------------------------------------------------


def fill(*, using: str, **kwargs: Any) -> None:
    """Make the rows of each record that lacks one: after a migration, and so after a restore of an older backup.

    A migration that changes the rule deletes the rows, and they are made anew here.
    """
    there = set(connections[using].introspection.table_names())
    if not {EntryState._meta.db_table, ConsultState._meta.db_table} <= there:
        return  # On the way back to a version before them.
    for relationship in _incomplete(using):
        with transaction.atomic(using=using):
            relationship.lock()
            rebuild(relationship)


def _incomplete(using: str) -> "list[Relationship]":
    from relationships.models.relationship import Relationship  # It imports this module.

    entries = Entry.objects.using(using).filter(state=None).values("relationship")
    appointments = Appointment.objects.using(using).filter(consult__now=None).values("relationship")
    return list(Relationship.objects.using(using).filter(Q(pk__in=entries) | Q(pk__in=appointments)))
