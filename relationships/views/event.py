"""What happened here: every act, the same list for both."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship
from relationships.views.pages import page
from relationships.views.record import Look

PAGE = 100


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    events = relationship.events.for_reading().newest_first()
    before = Look.of(request).before
    if before:
        events = events.before(before)
    found = list(events[: PAGE + 1])
    seats = {seat.pk: seat for seat in relationship.seats}
    for event in found:
        event.actor = seats.get(event.actor_id)
    older = found[PAGE - 1].number if len(found) > PAGE else None
    return page(request, "record/events.html", relationship, me, events=found[:PAGE], older=older)
