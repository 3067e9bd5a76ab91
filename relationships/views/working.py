"""How the two work together: proposed by either, and held to when the other agrees."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship
from relationships.views.pages import page


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    return page(request, "working/working.html", relationship, me)
