"""Pages in the language and the time zone of whoever reads them: for how long, and what they are asked for first."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import fresh, locks, sessions
from config.views import has_words, kept_words

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


class _Asks:
    """Looks at a request once its view is known."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class Proven(_Asks):
    """allauth's own pages ask for a fresh proof as ours do. Its rule lets some through unasked."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not request.user.is_authenticated:
            return None
        fresh.forget_what_is_old(request)
        if match is None or match.url_name not in fresh.PROVEN:
            return None
        return None if fresh.is_fresh(request) else fresh.ask(request)


class Locked(_Asks):
    """Where everybody needs a second lock, whoever has none is led to it first, and loses no word on the way."""

    OPEN = (
        *("second-lock", "proof", "settings", "sign-in"),
        *("about", "help", "health", "ready"),
        *("leaving", "session", "session-ending"),
    )

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        is_open = request.path_info.startswith("/accounts/") or (match and match.url_name in self.OPEN)
        if is_open or locks.has_one(request.user):
            return None
        if has_words(request):
            return kept_words(request, lock=reverse("second-lock"))
        if request.method == "GET":
            request.session[locks.AFTER] = request.get_full_path()
        return redirect("second-lock")


IN_THE_BACKGROUND = "session-keeper"
"""What our script says of itself (`X-Requested-With`) where it asks without anybody having done something."""


def _leads_to_log_in(response: HttpResponse) -> bool:
    leads_to = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    return leads_to.startswith(reverse("account_login"))


def sessions_end(get_response: Handler) -> Handler:
    """Log out whoever has not been here for too long, and let a browser that logs out forget what it saw."""

    def handle(request: HttpRequest) -> HttpResponse:
        was_here = request.user.is_authenticated
        is_over = was_here and sessions.seconds_left(request.session) <= 0
        if is_over:
            # Who it was, for the page that gives their words back to nobody else.
            request.logged_out = request.user  # type: ignore[attr-defined]
            logout(request)
        elif was_here and request.headers.get("X-Requested-With") != IN_THE_BACKGROUND:
            sessions.touch(request.session)
        response = get_response(request)
        if is_over and _leads_to_log_in(response) and request.path != reverse("account_logout"):
            # No longer than the browser is open, whatever kind of device it is.
            request.session.set_expiry(0)
            said = _("You were logged out after a while, so that nobody else reads on. Log in to go on.")
            messages.info(request, said)
        if was_here and not request.user.is_authenticated:
            # Not "cookies": a browser would take those of every other site under the same domain.
            response.headers.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response

    return handle
