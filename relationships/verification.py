"""Recounting a chain: whether what stands in the tables is what was sealed when it was done."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import Model

from relationships import chain, prose
from relationships.models import (
    Appointment,
    Bearing,
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

OF_A_CONSULT = (Verb.PLANNED, Verb.MOVED, Verb.CALLED_OFF, Verb.MET)


def first_fault(relationship: Relationship, *, pages: bool = True) -> str | None:
    """The first thing that does not fit, as a sentence that names it; None where everything fits.

    With `pages` the HTML of every entry is made anew as well, which takes far longer than all the rest.
    """
    return next(_faults(relationship, pages), None)


def _faults(relationship: Relationship, pages: bool) -> Iterator[str]:
    with_entries = ("entry__rendering", "appointment") if pages else ("entry", "appointment")
    events = relationship.events.select_related(*with_entries).order_by("number")
    readings = _readings(relationship)
    previous, expected, written, arranged = chain.FIRST, 1, 0, 0
    consults: set[str] = set()
    erasures = Erasures()
    seats: dict[str, dict[str, Any]] = {}
    invitations: dict[str, dict[str, Any]] = {}
    for event in events.iterator(chunk_size=500):
        if event.number != expected:
            yield f"act {expected} is missing; the next one there is act {event.number}."
        act = event.act(readings.pop(event.pk, []))
        if not _fits(event.digest, lambda: chain.digest(previous, act, event.commitment)):  # noqa: B023
            yield f"the seal of act {event.number} ({event.verb}) does not fit what it says or what came before it."
        yield from _faults_of_entry(event, pages)
        yield from _faults_of_appointment(event)
        yield from erasures.faults(event)
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
    yield from projection.faults(relationship)


def _faults_across(relationship: Relationship) -> Iterator[str]:
    """Rows of this record that point into another, and of another that point into this one."""
    seats = relationship.participants.values("pk")
    entries, events = relationship.entries.values("pk"), relationship.events.values("pk")
    invitations, consults = relationship.invitations.values("pk"), relationship.consults.values("pk")
    links: tuple[tuple[type[Model], str, Any], ...] = (
        (Entry, "author", seats),
        (Entry, "about", entries),
        (Entry, "thread", entries),
        (Entry, "consult", consults),
        (Appointment, "consult", consults),
        (Appointment, "event", events),
        (Event, "actor", seats),
        (Event, "entry", entries),
        (Event, "invitation", invitations),
        (Reading, "entry", entries),
        (Reading, "event", events),
        (EntryState, "entry", entries),
        (ConsultState, "consult", consults),
        (Invitation, "invited_by", seats),
        (Participant, "invitation", invitations),
    )
    for model, name, ours in links:
        rows = model._default_manager.exclude(**{name: None})
        if rows.filter(relationship=relationship).exclude(**{f"{name}__in": ours}).exists():
            yield f"the {name} of one of its rows belongs to another record."
        if rows.filter(**{f"{name}__in": ours}).exclude(relationship=relationship).exists():
            yield f"a row of another record names its {name} in this one."


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

    def faults(self, event: Event) -> Iterator[str]:
        if event.entry:
            if event.entry.is_erased:
                self.empty[str(event.entry_id)] = event.number
            else:
                self.full.add(str(event.entry_id))
            yield from self._faults_of_correction(event, event.entry)
        if event.verb == Verb.ERASING:
            self.announced[str(event.number)] = event.details
        if event.verb == Verb.ERASED:
            yield from self._faults_of_erased(event)

    def _faults_of_correction(self, event: Event, entry: Entry) -> Iterator[str]:
        key, about = str(entry.pk), str(entry.about_id)
        self.writers[key] = event.actor_id
        is_one = event.verb == Verb.CORRECTED
        if is_one != (entry.bearing == Bearing.CORRECTS):
            yield f"act {event.number} is something else than its entry says."
        elif is_one and self.writers.get(about) != event.actor_id:
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


def _faults_of_entry(event: Event, pages: bool) -> Iterator[str]:
    entry: Entry | None = event.entry
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
    elif pages and not _shows_what_it_says(entry):
        yield f"the page of the entry of act {event.number} shows other words than were written."


def _faults_of_appointment(event: Event) -> Iterator[str]:
    made: Appointment | None = getattr(event, "appointment", None)
    if event.verb not in OF_A_CONSULT:
        if made:
            yield f"act {event.number} made no appointment, and has one."
    elif made is None:
        yield f"the appointment of act {event.number} is missing."
    elif (made.relationship_id, made.number) != (event.relationship_id, event.number):
        yield f"the appointment of act {event.number} says that it belongs elsewhere."
    elif not _fits(event.details, made.sealed):
        yield f"the appointment of act {event.number} is not as it was made."


def _shows_what_it_says(entry: Entry) -> bool:
    """Whether the HTML that people read is made from the words. It is not sealed, so it is made again."""
    kept: Rendering | None = getattr(entry, "rendering", None)
    if kept is None or kept.version != prose.VERSION:
        return True  # Then pages make it anew.
    fresh = Rendering.of(entry)
    return (kept.html, kept.words) == (fresh.html, fresh.words)
