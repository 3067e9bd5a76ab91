"""Pages in the language and the time zone of whoever reads them, for as long as they are logged in."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts import sessions

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


IN_THE_BACKGROUND = "session-keeper"
"""What our script says of itself (`X-Requested-With`) where it asks without anybody having done something."""


def sessions_end(get_response: Handler) -> Handler:
    """Log out whoever has not been here for too long, and let a browser that logs out forget what it saw."""

    def handle(request: HttpRequest) -> HttpResponse:
        was_here = request.user.is_authenticated
        if was_here and sessions.seconds_left(request.session) <= 0:
            # Who it was, for the page that gives their words back to nobody else.
            request.logged_out = request.user  # type: ignore[attr-defined]
            logout(request)
        elif was_here and request.headers.get("X-Requested-With") != IN_THE_BACKGROUND:
            sessions.touch(request.session)
        response = get_response(request)
        if was_here and not request.user.is_authenticated:
            # Not "cookies": a browser would take those of every other site under the same domain.
            response.headers.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response

    return handle
