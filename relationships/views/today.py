"""All consults of a day."""

from django.http import Http404, HttpResponse

from relationships.access import SignedInRequest


def show(request: SignedInRequest) -> HttpResponse:
    raise Http404


def briefs(request: SignedInRequest) -> HttpResponse:
    raise Http404
