"""What each believes about health and care, and where the two meet and part."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship
from relationships.views.pages import page


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    return page(request, "philosophy/philosophy.html", relationship, me)
