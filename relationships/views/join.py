"""Being invited: who by, to what, and saying yes or no. Looking changes nothing."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.adapter import open_signup_for
from relationships import clock
from relationships.access import SignedInRequest
from relationships.errors import NotWaiting, Refused
from relationships.models import Invitation, Participant
from relationships.models.invitation import InvitationQuerySet

AGREED = "agreed_to_invitation"
"""Under this name the session remembers which invitation somebody has agreed to while they log in."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, and what this is and is not. Agreeing leads through the log-in, where that is needed."""
    invitation = _waiting(token)
    if invitation is None:
        return render(request, "join/gone.html", status=404)
    if request.method != "POST" or _is_mine(request, invitation):
        return render(request, "join/join.html", _context(request, invitation, token))
    if request.user.is_authenticated:
        return _take_the_seat(request, invitation)
    request.session[AGREED] = {"invitation": str(invitation.pk), "at": clock.now().isoformat()}
    open_signup_for(request, address=invitation.address, until=invitation.expires_at)
    on = {"next": reverse("join-agreed")} | ({"email": invitation.address} if invitation.address else {})
    way = "account_login" if request.POST.get("has_account") else "account_signup"
    return redirect(f"{reverse(way)}?{urlencode(on)}")


@require_http_methods(["GET", "HEAD", "POST"])
def agreed(request: SignedInRequest) -> HttpResponse:
    """After the log-in: take the seat that somebody at this browser has agreed to.

    It names whose account this is and waits for a tap: on a shared telephone, whoever agreed may have gone.
    """
    invitation = _agreed_to(request)
    if invitation is None:
        return redirect("home")
    if request.method == "POST":
        del request.session[AGREED]
        return _take_the_seat(request, invitation)
    return render(request, "join/agreed.html", {"inviter": invitation.invited_by})


@login_not_required
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _waiting(token)
    if invitation is not None and _is_mine(request, invitation):
        return redirect("join", token)
    try:
        if invitation is None:
            raise NotWaiting
        invitation.relationship.decline(invitation)
    except Refused:
        return render(request, "join/gone.html", status=404)
    return render(request, "join/declined.html")


def _take_the_seat(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    relationship = invitation.relationship
    try:
        relationship.accept(invitation, by=request.user)
    except Refused as refused:
        return render(
            request, "join/refused.html", {"why": str(refused), "invitation": invitation}, status=409
        )
    messages.success(request, _("Welcome. This journal belongs to you both."))
    return redirect("record", relationship.pk)


def _agreed_to(request: HttpRequest) -> Invitation | None:
    """The invitation that was agreed to at this browser within the last hour, where it still waits."""
    agreement = request.session.get(AGREED)
    if not agreement or dt.datetime.fromisoformat(agreement["at"]) < clock.now() - dt.timedelta(hours=1):
        return None
    return _to_show().filter(pk=agreement["invitation"]).first()


def _to_show() -> InvitationQuerySet:
    return Invitation.objects.waiting().select_related("relationship", "invited_by__person")


def _waiting(token: str) -> Invitation | None:
    return _to_show().of_token(token).first()


def _is_mine(request: HttpRequest, invitation: Invitation) -> bool:
    mine = Participant.objects.filter(relationship=invitation.relationship_id, person=request.user.pk)
    return request.user.is_authenticated and mine.exists()


def _context(request: HttpRequest, invitation: Invitation, token: str) -> dict[str, object]:
    return {
        "invitation": invitation,
        "token": token,
        "inviter": invitation.invited_by,
        "is_mine": _is_mine(request, invitation),
    }
