"""The nouns, one a file."""

from relationships.models.append_only import AppendOnly, AppendOnlyError
from relationships.models.draft import Draft
from relationships.models.entry import Bearing, Entry, Rendering
from relationships.models.event import Event, Reading, Verb
from relationships.models.invitation import Invitation
from relationships.models.participant import Participant, Side
from relationships.models.relationship import Relationship

__all__ = [
    "AppendOnly",
    "AppendOnlyError",
    "Bearing",
    "Draft",
    "Entry",
    "Event",
    "Invitation",
    "Participant",
    "Reading",
    "Relationship",
    "Rendering",
    "Side",
    "Verb",
]
