"""The nouns, one a file."""

from config.append_only import AppendOnly, AppendOnlyError
from relationships.models.consult import Appointment, Consult, Way
from relationships.models.draft import Draft
from relationships.models.entry import Bearing, Entry, Rendering
from relationships.models.event import Event, Reading, Verb
from relationships.models.invitation import Invitation
from relationships.models.notice import Notice
from relationships.models.participant import Participant, Side
from relationships.models.picture import Picture
from relationships.models.relationship import Relationship
from relationships.models.reminder import Reminder
from relationships.models.retelling import Retelling
from relationships.models.state import ConsultState, EntryState, SaidBack

__all__ = [
    "AppendOnly",
    "AppendOnlyError",
    "Appointment",
    "Bearing",
    "Consult",
    "ConsultState",
    "Draft",
    "Entry",
    "EntryState",
    "Event",
    "Invitation",
    "Notice",
    "Participant",
    "Picture",
    "Reading",
    "Relationship",
    "Reminder",
    "Rendering",
    "Retelling",
    "SaidBack",
    "Side",
    "Verb",
    "Way",
]
