"""Four plain questions to both."""

import uuid

from django.http import Http404, HttpResponse

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship


@door
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def over_time(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    raise Http404
