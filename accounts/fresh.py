"""A fresh proof of who somebody is, before what cannot be taken back.

Whoever finds a browser that was left open has somebody's session. They do not have the password, the telephone or the
mailbox. So a few things are done only within five minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT) of a proof: that one has
just logged in, or has said again who one is. `fresh_proof` stands before our own views, and before those of allauth
that are named in PROVEN (`accounts.middleware.Proven`). Nobody passes unasked: who has neither a password nor a second
lock is sent a code.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request, suspend_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.views import has_words, kept_words

View = TypeVar("View", bound=Callable[..., HttpResponse])

PROVEN = {
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}
"""The addresses of allauth's that need a fresh proof, for a look as well as for a change."""

SECRETS = ("password", "password1", "password2", "oldpassword", "credential")
"""What is never put aside while somebody says who they are: they type it again."""


def fresh_proof(view: View) -> View:
    """Let nobody through who has not shown within five minutes who they are."""

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_fresh(request) else ask(request)

    return proven  # type: ignore[return-value]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the newest proof of whoever is logged in is young enough."""
    proofs = [
        one["at"] for one in get_authentication_records(request, request.user) if one.get("reauthenticated")
    ]
    return bool(proofs) and 0 <= time.time() - proofs[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def prove(request: HttpRequest, user: Any, way: str) -> None:
    """Somebody has just shown who they are. To have logged in is such a proof as well."""
    record_authentication(request, user, method=way, reauthenticated=True)


def ask(request: HttpRequest) -> HttpResponse:
    """Ask who they are, and then do what they wanted: nothing that they typed is lost, and no word is put aside."""
    again = reverse("account_reauthenticate")
    if has_words(request):
        return kept_words(request, proof=again)
    if any(name in request.POST for name in SECRETS):
        return redirect(f"{again}?next={request.path}")
    asked: HttpResponse = suspend_request(request, again)
    return asked


def go_on(request: HttpRequest) -> HttpResponse:
    """What they wanted before they were asked."""
    return resume_request(request) or redirect("settings")
