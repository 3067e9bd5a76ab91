"""Where one arrives: the journals that one keeps."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest
from relationships.models import Draft, Entry, Event, Participant, Verb


@dataclass(frozen=True, slots=True)
class Journal:
    mine: Participant
    them: Participant | None


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """All of one's own relationships, in a few queries however many there are. They never show each other."""
    return render(request, "home.html", {"journals": _journals(request)})


def _journals(request: SignedInRequest) -> list[Journal]:
    here = {"relationship": OuterRef("relationship")}
    unread = Entry.objects.filter(**here).unread_by(OuterRef("pk"))
    mine = list(
        Participant.objects.of(request.user)
        .select_related("relationship")
        .annotate(
            has_news=Exists(unread),
            has_draft=Exists(Draft.objects.filter(author=OuterRef("pk"))),
            is_ended=Exists(Event.objects.filter(**here, verb=Verb.ENDED)),
        )
        .order_by("is_ended", "-joined_at")
    )
    others = Participant.objects.filter(relationship__in=[seat.relationship_id for seat in mine])
    them = {
        seat.relationship_id: seat for seat in others.exclude(person=request.user).select_related("person")
    }
    return [Journal(seat, them.get(seat.relationship_id)) for seat in mine]
