"""How somebody arrives: for themselves first, and shared only if they say so."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.forms import WordsForm
from relationships.models import Participant, Relationship
from relationships.views.around import ask
from relationships.views.consult import find


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    if request.method == "POST" and request.POST.get("do") != "share":
        # Only the button that says so shares: whatever else sends this form keeps the words private.
        kept = request.POST.copy()
        kept["do"] = "keep"
        request.POST = kept  # type: ignore[assignment]
    appointment = find(relationship, consult_id)
    return ask(
        request,
        relationship,
        me,
        appointment,
        template="consult/arrival.html",
        form_class=WordsForm,
        kind="arrival",
        prompt=kinds.Arrival.doors[0].says,
        is_asked=appointment.is_planned,
        then=lambda entry: reverse("consult", args=[relationship.pk, consult_id]),
    )
