"""What somebody would like a consult to come to."""

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
def create_more(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404
