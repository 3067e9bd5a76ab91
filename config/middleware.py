"""What happens to every request, whichever page it is for."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from config import device
from config.views import has_words, kept_words

Handler = Callable[[HttpRequest], HttpResponse]


class KeepWordsLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Every page is private unless it says otherwise, and a session that ran out costs nobody their words."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if has_words(request):
            return kept_words(request)
        return super().handle_no_permission(request, view_func)


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
