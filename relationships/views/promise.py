"""Who will do what by when."""

import uuid

from django.http import Http404, HttpResponse

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship


@door
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    raise Http404


@door
def keep(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def release(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def move(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    raise Http404
