"""What happens to every request, whichever page it is for."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac
from django_htmx.http import HttpResponseClientRedirect

from config import device, logs
from config.views import are_back, are_somebody_elses, has_words, kept_words

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PROBES = ("health", "ready")
"""Asked every few seconds by a machine, so a line each would hide the others."""


def one_line_in_the_log(get_response: Handler) -> Handler:
    """Who did what is told without a name and without an address: see `config.logs`."""

    def handle(request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        with logs.within(secrets.token_hex(8)):
            response = get_response(request)
            line = _line(request) | {
                "status_code": response.status_code,
                "ms": round((time.monotonic() - begun) * 1000),
            }
            quiet = line["route"] in PROBES and response.status_code < 400
            logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra=line)
        return response

    return handle


def _line(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    is_file = request.path_info.startswith(settings.STATIC_URL)
    # Whoever has not been asked for by then is not looked up for the log.
    person = getattr(request, "_cached_user", None)
    return {
        "method": request.method if request.method in METHODS else "other",
        "route": (match.view_name if match else "static" if is_file else "none") or "none",
        "actor": _without_a_name("actor", person.pk) if person and person.pk else None,
        "relationship": _record_of(match.kwargs) if match else None,
    }


def _record_of(kwargs: dict[str, Any]) -> str | None:
    found = kwargs.get("relationship_id")
    return _without_a_name("relationship", found) if found else None


def _without_a_name(kind: str, key: Any) -> str:
    """The same word for the same one, from which nobody without our key finds back to them."""
    return salted_hmac(f"config.logs.{kind}", str(key), algorithm="sha256").hexdigest()[:12]


class KeepWordsLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Every page is private unless it says otherwise, and a session that ran out costs nobody their words."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], *rest: Any
    ) -> HttpResponseBase | None:
        # Whoever logged in here since is another one, and only its author shares what was typed.
        if are_somebody_elses(request):
            return kept_words(request)
        return super().process_view(request, view_func, *rest)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if has_words(request):
            return kept_words(request)
        return super().handle_no_permission(request, view_func)


def words_are_taken_back(get_response: Handler) -> Handler:
    """A session that ran out costs one press after logging in again, and not two."""

    def handle(request: HttpRequest) -> HttpResponse:
        if are_back(request):
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return get_response(request)

    return handle


def only_utf8(get_response: Handler) -> Handler:
    """Words come as UTF-8, as every browser sends them from our pages. Django would try any codec of Python's."""

    def handle(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            return HttpResponseBadRequest()
        return get_response(request)

    return handle


def only_for_this_site(get_response: Handler) -> Handler:
    """No other site shows anything of this one as part of itself, not even a picture."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return handle


def never_cached(get_response: Handler) -> Handler:
    """No page stays behind in a browser or a proxy."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        add_never_cache_headers(response)
        return response

    return handle


def redirects_for_htmx(get_response: Handler) -> Handler:
    """Tell htmx to go there, or the page redirected to would land inside a fragment of this one."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "htmx", False) and response.status_code in (301, 302, 303):
            return HttpResponseClientRedirect(response["Location"])
        return response

    return handle


def on_a_device(get_response: Handler) -> Handler:
    """Whatever is done in this request is done on this kind of device."""

    def handle(request: HttpRequest) -> HttpResponse:
        with device.at(device.kind_of(request.headers.get("User-Agent", ""))):
            return get_response(request)

    return handle


class SessionThatTakesNoAnswerAway(SessionMiddleware):
    """What was shared is acknowledged, though the disk is full by the time that the session would be saved."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return response
