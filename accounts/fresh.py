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

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, resume_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import own_code
from accounts.models import User
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

TYPED = "typed_before_proof"
"""Under this name the session keeps the address that somebody typed to invite, until they have shown who they are."""

LONGEST_ADDRESS = 254

HAS_NO_PAGE = {"invitation-taking-back": "invitations"}
"""The page to come back to, where what was pressed has none of its own."""


def fresh_proof(view: View) -> View:
    """Let nobody through who has not shown within five minutes who they are."""

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_fresh(request) else ask(request)

    proven.proof = True  # type: ignore[attr-defined]
    return proven  # type: ignore[return-value]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the newest proof of whoever is logged in is young enough."""
    proofs = [
        one["at"] for one in get_authentication_records(request, request.user) if one.get("reauthenticated")
    ]
    return bool(proofs) and _is_young(proofs[-1])


def prove(request: HttpRequest, user: Any, way: str) -> None:
    """Somebody has just shown who they are. To have logged in is such a proof as well."""
    record_authentication(request, user, method=way, reauthenticated=True)


def ask(request: HttpRequest) -> HttpResponse:
    """Ask who they are, and then show them the page again: they press once more, and see what it is they do.

    What is done unseen after a proof could have been pressed by whoever sat here before. So nothing is done by it: an
    address that was typed stands in its box again, to be looked at, until the next question or for five minutes.
    """
    again = reverse("account_reauthenticate")
    request.session.pop(TYPED, None)
    if has_words(request):
        return kept_words(request, proof=again)
    address = request.POST.get("address", "")
    if _name_of(request) == "invitations" and 0 < len(address) <= LONGEST_ADDRESS:
        request.session[TYPED] = {"address": address, "page": request.path, "at": time.time()}
    return redirect(f"{again}?{urlencode({'next': _page_of(request)})}")


def _name_of(request: HttpRequest) -> str | None:
    return request.resolver_match.url_name if request.resolver_match else None


def _page_of(request: HttpRequest) -> str:
    """Where they come back to: this page, or the one with the button."""
    page = HAS_NO_PAGE.get(_name_of(request) or "")
    if page is None or request.resolver_match is None:
        return request.get_full_path()
    return reverse(page, args=[request.resolver_match.kwargs["relationship_id"]])


def forget_what_is_old(request: HttpRequest) -> None:
    """An address that nobody gave a proof for in time; and whatever allauth would do by itself after one."""
    kept = request.session.get(TYPED)
    if kept and not _is_young(kept["at"]):
        del request.session[TYPED]
    if STATE_SESSION_KEY in request.session:
        del request.session[STATE_SESSION_KEY]


def _is_young(at: float) -> bool:
    return 0 <= time.time() - at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def typed_before(request: HttpRequest) -> str:
    """The address that was typed on this page before the proof, once. What is old is forgotten by then."""
    kept = request.session.pop(TYPED, None)
    return str(kept["address"]) if kept and kept["page"] == request.path else ""


def go_on(request: HttpRequest) -> HttpResponse:
    """What they wanted before they were asked."""
    return resume_request(request) or redirect("settings")


SENT = "proof_sent"
"""Under this name the session remembers the code that was sent for a proof, as a hash, and until when."""

LASTS = 15 * 60
"""For so many seconds a code that was sent is right."""


def send_code(request: HttpRequest, person: User) -> bool:
    """Send them a code to show who they are, unless too many were sent."""
    if not own_code.may_mail(person):
        return False
    code, kept = own_code.to_send()
    get_adapter(request).send_mail("account/email/proof_code", person.email, {"code": code})
    request.session[SENT] = {"hash": kept, "until": time.time() + LASTS}
    return True


def is_the_code(request: HttpRequest, person: User, typed: str) -> bool:
    """Whether that is the code that was sent. It works once, and guessing is slow."""
    sent = request.session.get(SENT)
    if not own_code.may_try(person) or not sent or sent["until"] < time.time():
        return False
    if not own_code.is_one_of(typed, [sent["hash"]]):
        return False
    del request.session[SENT]
    return True
