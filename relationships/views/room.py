"""In the room: one quiet page for a screen that both look at."""

import uuid

from django.http import Http404, HttpResponse

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship


@door
def show(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def talked_about(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    raise Http404
