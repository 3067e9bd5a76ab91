"""Recounting a chain: whether what stands in the tables is what was sealed when it was done."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from relationships import chain
from relationships.models import Entry, Event, Reading, Relationship, Verb


def first_fault(relationship: Relationship) -> str | None:
    """The first thing that does not fit, as a sentence that names it; None where everything fits."""
    return next(_faults(relationship), None)


def _faults(relationship: Relationship) -> Iterator[str]:
    events = relationship.events.select_related("entry").order_by("number")
    readings = _readings(relationship)
    previous, expected, written = chain.FIRST, 1, 0
    seats: dict[str, dict[str, Any]] = {}
    invitations: set[str] = set()
    for event in events.iterator(chunk_size=500):
        if event.number != expected:
            yield f"act {expected} is missing; the next one there is act {event.number}."
        read = readings.pop(event.pk, [])
        if event.digest != chain.digest(previous, event.act(read), event.commitment):
            yield f"the seal of act {event.number} ({event.verb}) does not fit what it says or what came before it."
        yield from _faults_of_entry(event)
        if event.verb in (Verb.BEGAN, Verb.ACCEPTED):
            seats[event.details["participant"]] = event.details
        if event.verb == Verb.INVITED:
            invitations.add(str(event.invitation_id))
        written += event.entry_id is not None
        previous, expected = event.digest, event.number + 1
    if expected == 1:
        yield "it has no acts at all."
    if readings:
        yield f"act {min(readings, key=str)} lists readings and is not there."
    if relationship.entries.count() != written:
        yield f"there are {relationship.entries.count()} entries, and {written} acts wrote one."
    yield from _faults_of_seats(relationship, seats)
    if {str(key) for key in relationship.invitations.values_list("pk", flat=True)} != invitations:
        yield "the invitations are not those that the acts made."


def _readings(relationship: Relationship) -> dict[Any, list[str]]:
    """The entries first read at each opening, in the order in which they were sealed."""
    found = defaultdict(list)
    rows = Reading.objects.filter(relationship=relationship).order_by("entry__number")
    for event, entry in rows.values_list("event", "entry"):
        found[event].append(str(entry))
    return found


def _faults_of_entry(event: Event) -> Iterator[str]:
    entry: Entry | None = event.entry
    if entry is None:
        if event.commitment:
            yield f"the entry of act {event.number} is missing."
    elif (entry.relationship_id, entry.number) != (event.relationship_id, event.number):
        yield f"the entry of act {event.number} says that it belongs elsewhere."
    elif entry.author_id != event.actor_id:
        yield f"the entry of act {event.number} names another author than the act."
    elif entry.commitment() != event.commitment:
        yield f"the words of act {event.number} are not those that were written."


def _faults_of_seats(relationship: Relationship, sealed: dict[str, dict[str, Any]]) -> Iterator[str]:
    there = {str(seat.pk): seat.sealed() for seat in relationship.participants.all()}
    if there != sealed:
        yield "the two places are not held by those who took them."
