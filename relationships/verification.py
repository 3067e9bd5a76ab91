"""Recounting a chain: whether what stands in the tables is what was sealed when it was done.

Three passes, the cheap one first: the acts and what they made; what is derived from the entries; what pages show.
"""

import datetime as dt
import os
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.base import ModelState

from config.prepared import Prepared
from relationships import chain, prose
from relationships.models import (
    Appointment,
    Bearing,
    Consult,
    ConsultState,
    Entry,
    EntryState,
    Event,
    Invitation,
    Participant,
    Reading,
    Relationship,
    Rendering,
    Verb,
    projection,
)

Sealed = TypeVar("Sealed", str, dict[str, str])
Row = TypeVar("Row", bound=models.Model)

RENDERED_HERE = 500
"""Entries that are rendered before another process would have started."""
BATCH = 25
"""Entries that a process renders at a time: about as many milliseconds, far more than sending them costs."""
AHEAD = 32
"""Batches that wait for a process: enough for many cores, and never the whole record in memory."""

OF_A_CONSULT = (Verb.PLANNED, Verb.MOVED, Verb.CALLED_OFF, Verb.MET)


class NotCompared(RuntimeError):
    """A process that renders entries was killed, so nobody knows whether pages show what was written."""

    def __init__(self) -> None:
        super().__init__(
            "the seals fit, but a process that compared what pages show was killed. Verify it again."
        )


def first_fault(
    relationship: Relationship, *, pages: bool = True, renderers: Executor | None = None
) -> str | None:
    """The first thing that does not fit, as a sentence that names it; None where everything fits.

    With `pages` each entry is rendered again as well, which takes far longer than all the rest: in this process,
    or by `renderers`. Raises NotCompared where one of those is killed.
    """
    if next(_faults(relationship, pages, renderers), None) is None:
        return None
    # Somebody may have acted while it was counted. What is there while nobody can is a fault.
    with relationship.alone():
        return next(_faults(relationship, pages, renderers), None)


def cores() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def renderers_for(records: "models.QuerySet[Relationship]") -> Iterator[Executor | None]:
    """A process for each core, for as long as these records are verified; None where that would take longer.

    They are spawned, not forked: they have no connection to the database, and get texts and answer yes or no.
    """
    shown = Rendering.objects.filter(entry__relationship__in=records).values("pk")
    if cores() == 1 or len(shown[:RENDERED_HERE]) < RENDERED_HERE:
        yield None
    else:
        with ProcessPoolExecutor(cores(), mp_context=get_context("spawn")) as pool:
            yield pool


def _faults(relationship: Relationship, pages: bool, renderers: Executor | None) -> Iterator[str]:
    yield from _faults_of_chain(relationship)
    yield from projection.faults(relationship)
    if pages:
        yield from _faults_of_pages(relationship, renderers)


def _faults_of_chain(relationship: Relationship) -> Iterator[str]:
    readings = _readings(relationship)
    made_by = {made.event_id: made for made in Appointment.objects.filter(event__relationship=relationship)}
    previous, expected, written, arranged = chain.FIRST, 1, 0, 0
    consults: set[str] = set()
    erasures = Erasures()
    seats: dict[str, dict[str, Any]] = {}
    invitations: dict[str, dict[str, Any]] = {}
    for event, entry in _acts(relationship):
        if event.number != expected:
            yield f"act {expected} is missing; the next one there is act {event.number}."
        act = event.act(readings.pop(event.pk, []))
        if not _fits(event.digest, lambda: chain.digest(previous, act, event.commitment)):  # noqa: B023
            yield f"the seal of act {event.number} ({event.verb}) does not fit what it says or what came before it."
        yield from _faults_of_entry(event, entry)
        yield from _faults_of_appointment(event, made_by.get(event.pk))
        yield from erasures.faults(event, entry)
        match event.verb:
            case Verb.BEGAN | Verb.ACCEPTED:
                seats[event.details["participant"]] = event.details | {"joined_at": event.at}
            case Verb.INVITED:
                invitations[str(event.invitation_id)] = event.details
            case Verb.PLANNED | Verb.MOVED | Verb.CALLED_OFF | Verb.MET:
                consults.add(event.details["consult"])
        if event.verb == Verb.BEGAN and event.at != relationship.begun_at:
            yield f"the record says that it began at another time than act {event.number}."
        written += event.entry_id is not None
        arranged += event.verb in OF_A_CONSULT
        previous, expected = event.digest, event.number + 1
    if expected == 1:
        yield "it has no acts at all."
    yield from erasures.faults_at_the_end()
    if readings:
        yield f"{len(readings)} lists of readings belong to no act."
    if (entries := relationship.entries.count()) != written:
        yield f"there are {entries} entries, and {written} acts wrote one."
    there = {
        str(seat.pk): seat.sealed() | {"joined_at": seat.joined_at}
        for seat in relationship.participants.all()
    }
    if there != seats:
        yield "the two places are not held by those who took them."
    if {str(one.pk): one.sealed() for one in relationship.invitations.all()} != invitations:
        yield "the invitations are not those that the acts made."
    if (appointments := relationship.appointments.count()) != arranged:
        yield f"there are {appointments} appointments, and {arranged} acts made one."
    if {str(one.pk) for one in relationship.consults.all()} != consults:
        yield "the consults are not those that the acts made."
    yield from _faults_across(relationship)


def _acts(relationship: Relationship) -> Iterator[tuple[Event, Entry | None]]:
    """Each act with the entry that it wrote."""
    # Three keys are known already or not asked for: reading keys is a quarter of the work.
    of_event, of_entry = _columns(Event, "relationship_id"), _columns(Entry, "id", "submission")
    number = of_entry.index("number")
    names = of_event + [f"entry__{name}" for name in of_entry]
    rows = relationship.events.order_by("number").values_list(*names)
    for row in rows.iterator(chunk_size=500):
        values = row[len(of_event) :]
        event = _made(Event, of_event, row, relationship_id=relationship.pk)
        is_there = values[number] is not None
        yield event, _made(Entry, of_entry, values, id=event.entry_id) if is_there else None


def _columns(model: type[models.Model], *without: str) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in without]


def _made(model: type[Row], columns: list[str], values: tuple[Any, ...], **known: Any) -> Row:
    """A row as its model. Making it as Django does costs more than counting it."""
    made, state = model.__new__(model), ModelState()
    state.adding = False
    made.__dict__.update(zip(columns, values, strict=False), _state=state, **known)
    return made


def _faults_of_pages(relationship: Relationship, renderers: Executor | None) -> Iterator[str]:
    """Entries whose HTML is not made from their words. It is not sealed, so it is made again.

    What another version of the renderer made is no fault: pages make it anew.
    """
    rows = (
        Rendering.objects.filter(entry__relationship=relationship, version=prose.VERSION)
        .exclude(entry__salt="")
        .order_by("entry__number")
        .values_list("entry__number", "entry__text", "html", "words")
        .iterator(chunk_size=500)
    )
    shown = ((number, (text, prose.Rendered(html, words))) for number, text, html, words in rows)
    for number, is_made_from_it in _compared(shown, renderers):
        if not is_made_from_it:
            yield f"the page of the entry of act {number} shows other words than were written."


def _compared(
    shown: Iterable[tuple[int, prose.Shown]], renderers: Executor | None
) -> Iterator[tuple[int, bool]]:
    """The number of each entry and whether it is shown as it was written, in the order given."""
    if renderers is None:
        for number, one in shown:
            yield number, prose.is_made_from(one)
        return
    waiting: deque[tuple[list[int], Future[list[bool]]]] = deque()
    rest = iter(shown)
    try:
        while True:
            while len(waiting) < AHEAD and (batch := list(islice(rest, BATCH))):
                numbers, ones = [number for number, _ in batch], [one for _, one in batch]
                waiting.append((numbers, renderers.submit(prose.are_made_from, ones)))
            if not waiting:
                return
            numbers, answer = waiting.popleft()
            yield from zip(numbers, answer.result(), strict=True)
    # The second while it starts one beside one that was just killed.
    except (BrokenExecutor, OSError) as error:
        raise NotCompared() from error


def _faults_across(relationship: Relationship) -> Iterator[str]:
    """Rows of this record that point into another, and of another that point into this one."""
    for name, out, into in _LINKS:
        if out(relationship=relationship.pk):
            yield f"the {name} of one of its rows belongs to another record."
        if into(relationship=relationship.pk):
            yield f"a row of another record names its {name} in this one."


def _link(model: type[models.Model], name: str, named: type[models.Model]) -> tuple[str, Prepared, Prepared]:
    """What finds a row whose `name` leads out of a record, and one whose `name` leads into it from another."""

    def out(relationship: uuid.UUID) -> models.QuerySet[Any, Any]:
        # Not a join: what it names may not be there at all.
        is_ours = Exists(named._default_manager.filter(pk=OuterRef(name), relationship=relationship))
        return named_ones().filter(~is_ours, relationship=relationship).values_list("pk")[:1]

    def into(relationship: uuid.UUID) -> models.QuerySet[Any, Any]:
        ours = {f"{name}__relationship": relationship}
        return named_ones().filter(**ours).exclude(relationship=relationship).values_list("pk")[:1]

    def named_ones() -> models.QuerySet[Any]:
        return model._default_manager.exclude(**{name: None})

    return name, Prepared(out), Prepared(into)


_LINKS = [
    _link(Entry, "author", Participant),
    _link(Entry, "about", Entry),
    _link(Entry, "thread", Entry),
    _link(Entry, "consult", Consult),
    _link(Appointment, "consult", Consult),
    _link(Appointment, "event", Event),
    _link(Event, "actor", Participant),
    _link(Event, "entry", Entry),
    _link(Event, "invitation", Invitation),
    _link(Reading, "entry", Entry),
    _link(Reading, "event", Event),
    _link(EntryState, "entry", Entry),
    _link(ConsultState, "consult", Consult),
    _link(Invitation, "invited_by", Participant),
    _link(Participant, "invitation", Invitation),
]


def _fits(sealed: Sealed, count: Callable[[], Sealed]) -> bool:
    """Whether counting again gives what was sealed. What cannot even be counted does not fit."""
    try:
        return count() == sealed
    except ValueError:
        return False


def _readings(relationship: Relationship) -> dict[Any, list[str]]:
    """The entries first read at each opening, in the order in which they were sealed."""
    found = defaultdict(list)
    rows = Reading.objects.filter(relationship=relationship).order_by("entry__number")
    for event, entry in rows.values_list("event", "entry"):
        found[event].append(str(entry))
    return found


class Erasures:
    """Words that were lawfully erased: each such entry is empty, and an act that both were told of says so."""

    def __init__(self) -> None:
        self.empty: dict[str, int] = {}
        self.full: set[str] = set()
        self.announced: dict[str, dict[str, str]] = {}
        self.wordings: dict[str, str] = {}
        """Later wordings, each with the entry that it words anew, both of one author."""
        self.writers: dict[str, Any] = {}

    def faults(self, event: Event, entry: Entry | None) -> Iterator[str]:
        if entry:
            key = str(entry.pk)
            if entry.is_erased:
                self.empty[key] = event.number
            else:
                self.full.add(key)
            yield from self._faults_of_correction(event, entry, key)
        if event.verb == Verb.ERASING:
            self.announced[str(event.number)] = event.details
        if event.verb == Verb.ERASED:
            yield from self._faults_of_erased(event)

    def _faults_of_correction(self, event: Event, entry: Entry, key: str) -> Iterator[str]:
        self.writers[key] = event.actor_id
        is_one = event.verb == Verb.CORRECTED
        if is_one != (entry.bearing == Bearing.CORRECTS):
            yield f"act {event.number} is something else than its entry says."
        elif is_one and self.writers.get(about := str(entry.about_id)) != event.actor_id:
            yield f"act {event.number} corrects what somebody else wrote."
        elif is_one:
            self.wordings[key] = about

    def _faults_of_erased(self, event: Event) -> Iterator[str]:
        named = event.details.get("entries", "").split(" ")
        told = self.announced.get(event.details.get("announced", ""), {})
        first = told.get("entry", "")
        if first not in named or any(self.wordings.get(key) != first for key in named if key != first):
            yield f"act {event.number} erased what nobody had announced."
        if not _is_due(told.get("on", ""), event):
            yield f"act {event.number} erased before the day that was announced."
        for key in named:
            if key in self.full:
                yield f"act {event.number} says that words were erased, and they are there."
            elif self.empty.pop(key, None) is None:
                yield f"act {event.number} erased what is not there."

    def faults_at_the_end(self) -> Iterator[str]:
        for number in self.empty.values():
            yield f"the words of act {number} are gone, and no act says that they were erased."


def _is_due(on: str, event: Event) -> bool:
    try:
        return event.at.astimezone(dt.UTC).date() >= dt.date.fromisoformat(on)
    except ValueError:
        return False


def _faults_of_entry(event: Event, entry: Entry | None) -> Iterator[str]:
    if entry is None:
        if event.commitment:
            yield f"the entry of act {event.number} is missing."
    elif (entry.relationship_id, entry.number) != (event.relationship_id, event.number):
        yield f"the entry of act {event.number} says that it belongs elsewhere."
    elif entry.author_id != event.actor_id:
        yield f"the entry of act {event.number} names another author than the act."
    elif entry.is_erased:
        if entry.has_words():
            yield f"the words of act {event.number} were erased, and some are there."
    elif not _fits(event.commitment, entry.commitment):
        yield f"the words of act {event.number} are not those that were written."


def _faults_of_appointment(event: Event, made: Appointment | None) -> Iterator[str]:
    if event.verb not in OF_A_CONSULT:
        if made:
            yield f"act {event.number} made no appointment, and has one."
    elif made is None:
        yield f"the appointment of act {event.number} is missing."
    elif (made.relationship_id, made.number) != (event.relationship_id, event.number):
        yield f"the appointment of act {event.number} says that it belongs elsewhere."
    elif not _fits(event.details, made.sealed):
        yield f"the appointment of act {event.number} is not as it was made."
