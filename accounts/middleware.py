"""Pages in the language and the time zone of whoever reads them, and what they are asked for first."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts import fresh

Handler = Callable[[HttpRequest], HttpResponse]


def in_their_language_and_zone(get_response: Handler) -> Handler:
    def handle(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(user.zone):
            return get_response(request)

    return handle


class Proven:
    """allauth's own pages ask for a fresh proof as ours do. Its rule lets some through unasked."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.url_name not in fresh.PROVEN or not request.user.is_authenticated:
            return None
        return None if fresh.is_fresh(request) else fresh.ask(request)
