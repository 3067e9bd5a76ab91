"""The questions and headings that the two are offered, and how they change them."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship
from relationships.views.pages import page


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    return page(request, "prompts/prompts.html", relationship, me)
