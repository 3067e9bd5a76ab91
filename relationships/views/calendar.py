"""A private calendar feed."""

from django.http import Http404, HttpResponse

from relationships.access import SignedInRequest


def feed(request: SignedInRequest, token: str) -> HttpResponse:
    raise Http404
