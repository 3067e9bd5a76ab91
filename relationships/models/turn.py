"""A turn at the record: the one way in which anything is added to it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from config import device
from relationships import chain, clock
from relationships.errors import Ended
from relationships.models import projection
from relationships.models.consult import Appointment
from relationships.models.draft import Draft
from relationships.models.entry import Entry, Rendering
from relationships.models.event import Event, Reached, Reading, Verb
from relationships.models.recount import Fact

if TYPE_CHECKING:
    from relationships.models.participant import Participant
    from relationships.models.relationship import Relationship


class Turn:
    """Holds the relationship's lock from its first line to its last, and leaves exactly one Event."""

    def __init__(self, relationship: "Relationship", by: "Participant | None", at: dt.datetime) -> None:
        self.relationship = relationship
        self.by = by
        self.at = at
        self.head = relationship.head()
        self.number = self.head.number + 1 if self.head else 1
        self.is_done = False

    def enter(
        self,
        verb: Verb,
        entry: Entry,
        *,
        joined: list[Fact],
        shown: Rendering,
        draft: Draft | None = None,
        details: dict[str, str] | None = None,
    ) -> Entry:
        """Add what somebody wrote to the entries that it `joined`, and end the draft that it was."""
        entry.number = self.number
        entry.written_at = self.at
        entry.salt = chain.new_salt()
        entry.save()
        shown.save(force_insert=True)
        if draft is not None:
            # A newer version is being typed somewhere else, so those words stay.
            Draft.objects.filter(pk=draft.pk, version=draft.version).delete()
        self.note(verb, entry=entry, commitment=entry.commitment(), details=details or {})
        projection.keep(entry, joined)
        return entry

    def arrange(self, verb: Verb, appointment: Appointment) -> Appointment:
        """Add what an act leaves of a consult."""
        appointment.number = self.number
        appointment.salt = chain.new_salt()
        appointment.event = self.note(verb, details=appointment.sealed())
        appointment.save()
        projection.keep_appointment(appointment)
        return appointment

    def note(self, verb: Verb, *, readings: Iterable[Entry] = (), **fields: Any) -> Event:
        """Append the turn's Event, and for an opening the entries read in it."""
        if self.is_done:
            raise RuntimeError("A turn leaves one Event, and this one has left it.")
        read = sorted(readings, key=lambda entry: entry.number)
        event = Event(
            relationship=self.relationship,
            number=self.number,
            actor=self.by,
            verb=verb,
            at=self.at,
            device=device.now(),
            **fields,
        )
        previous = self.head.digest if self.head else chain.FIRST
        event.digest = chain.digest(previous, event.act([str(entry.pk) for entry in read]), event.commitment)
        event.save()
        if read:
            Reading.objects.bulk_create(
                Reading(entry=entry, event=event, relationship=self.relationship) for entry in read
            )
            projection.keep_read(read)
        # Whoever goes on with this relationship, to show a page, shows what stands now.
        event.is_after_the_end = verb == Verb.ENDED or (self.head is not None and self.head.is_after_the_end)
        self.relationship.reached = Reached.by(event)
        self.is_done = True
        return event

    def leave_nothing(self) -> None:
        """For what turned out to be said already: a form sent twice, a page opened a moment ago."""
        self.is_done = True


@contextmanager
def turn(
    relationship: "Relationship",
    by: "Participant | None",
    *,
    at: dt.datetime | None = None,
    after_the_end: bool = False,
) -> Iterator[Turn]:
    """Take a turn: one transaction, alone at this relationship, one Event. Raises `Ended` for an ended one."""
    if by is not None and by.relationship_id != relationship.pk:
        raise ValueError("A participant acts in their own relationship.")
    with relationship.alone():
        this = Turn(relationship, by, at or clock.now())
        if not after_the_end and this.head and this.head.is_after_the_end:
            raise Ended
        yield this
        if not this.is_done:
            raise RuntimeError("A turn that leaves no Event leaves nothing.")
