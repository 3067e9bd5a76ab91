"""The consults of a relationship: planned, moved, called off, met."""

import uuid

from django.http import Http404, HttpResponse

from relationships.access import SignedInRequest, door
from relationships.agenda import agenda
from relationships.models import Appointment, Participant, Relationship


def find(relationship: Relationship, consult_id: uuid.UUID) -> Appointment:
    """How this consult stands, or the same 404 as for one that does not exist."""
    found = agenda(relationship).find(consult_id)
    if found is None:
        raise Http404
    return found


@door
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    raise Http404


@door
def plan(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    raise Http404


@door
def meet_unplanned(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    raise Http404


@door
def show(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def move(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def call_off(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404


@door
def meet(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404
