"""The nouns, one a file."""

from relationships.models.append_only import AppendOnly, AppendOnlyError
from relationships.models.consult import Appointment, Consult, Way
from relationships.models.draft import Draft
from relationships.models.entry import Bearing, Entry, Rendering
from relationships.models.event import Event, Reading, Verb
from relationships.models.invitation import Invitation
from relationships.models.participant import Participant, Side
from relationships.models.relationship import Relationship
from relationships.models.reminder import Reminder

__all__ = [
    "AppendOnly",
    "AppendOnlyError",
    "Appointment",
    "Bearing",
    "Consult",
    "Draft",
    "Entry",
    "Event",
    "Invitation",
    "Participant",
    "Reading",
    "Relationship",
    "Reminder",
    "Rendering",
    "Side",
    "Verb",
    "Way",
]
