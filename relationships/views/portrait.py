"""Who each of the two is, in their own words, for whoever wants to read it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship
from relationships.views.pages import page


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    return page(request, "portrait/index.html", relationship, me)
