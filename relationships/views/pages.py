"""The frame that every page of a record shares."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from relationships.access import SignedInRequest
from relationships.models import Participant, Relationship


def page(
    request: SignedInRequest,
    template: str | list[str],
    relationship: Relationship,
    me: Participant,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a page of the record, with what its frame needs (`templates/record/base.html`)."""
    frame = {
        "relationship": relationship,
        "me": me,
        "them": relationship.facing(me),
        "seats": relationship.seats,
    }
    return render(request, template, frame | context, status=status)


def address_within(request: SignedInRequest, relationship: Relationship) -> str:
    """Which page of the record this is: its address below the record's own, empty for the record itself."""
    return request.path_info.partition(f"{relationship.pk}/")[2]


def is_a_look(request: SignedInRequest) -> bool:
    """Whether a person is looking: not a HEAD, and not a browser that fetches ahead of a tap."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead
