"""What somebody would like a consult to come to: two questions, one on a page, and each can be skipped."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.forms import HopeForm
from relationships.models import Participant, Relationship
from relationships.views.around import ask
from relationships.views.consult import find


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    return _hope(request, relationship, me, consult_id, number=0, onwards="hope-more")


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create_more(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    return _hope(request, relationship, me, consult_id, number=1, onwards="consult")


def _hope(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    consult_id: uuid.UUID,
    *,
    number: int,
    onwards: str,
) -> HttpResponse:
    appointment = find(relationship, consult_id)
    next_page = reverse(onwards, args=[relationship.pk, consult_id])
    return ask(
        request,
        relationship,
        me,
        appointment,
        template="consult/hope.html",
        form_class=HopeForm,
        kind="hope",
        prompt=kinds.Hope.doors[number].says,
        is_asked=appointment.is_planned,
        then=lambda entry: next_page,
        next_page=next_page,
        is_first=number == 0,
    )
