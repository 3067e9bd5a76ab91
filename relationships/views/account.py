"""What happened, as one of them saw it. The other writes theirs, and neither is the official one."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships.access import SignedInRequest, door
from relationships.forms import WordsForm
from relationships.models import Participant, Relationship
from relationships.views.around import already_said, ask
from relationships.views.consult import find


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    """The other's is not shown here: each writes their own."""
    appointment = find(relationship, consult_id)
    if request.method != "POST":
        written = already_said(relationship, me, consult_id, "account", "")
        if written:
            return redirect("correction", relationship.pk, written.pk)
    return ask(
        request,
        relationship,
        me,
        appointment,
        template="consult/account.html",
        form_class=WordsForm,
        kind="account",
        prompt="",
        is_asked=appointment.has_met,
        then=lambda entry: reverse("questions", args=[relationship.pk, consult_id]),
    )
