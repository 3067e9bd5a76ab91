"""Handing one's device to the other one."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship


@door
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    raise Http404


def write(request: HttpRequest) -> HttpResponse:
    raise Http404


def end(request: HttpRequest) -> HttpResponse:
    raise Http404
