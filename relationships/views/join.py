"""Being invited: who by, to what, and saying yes or no. Looking changes nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.adapter import open_signup_for
from relationships.access import SignedInRequest
from relationships.errors import Refused
from relationships.models import Invitation, Participant

AGREED = "agreed_to_invitation"
"""Under this name the session remembers which invitation somebody has agreed to while they log in."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, and what this is and is not. Agreeing leads through the log-in, where that is needed."""
    invitation = _waiting(token)
    if invitation is None:
        return render(request, "join/gone.html", status=404)
    if request.method != "POST":
        return render(request, "join/join.html", _context(request, invitation, token))
    request.session[AGREED] = str(invitation.pk)
    if request.user.is_authenticated:
        return redirect("join-agreed")
    open_signup_for(request, address=invitation.address, until=invitation.expires_at)
    on = {"next": reverse("join-agreed")} | ({"email": invitation.address} if invitation.address else {})
    way = "account_login" if request.POST.get("has_account") else "account_signup"
    return redirect(f"{reverse(way)}?{urlencode(on)}")


@require_safe
def agreed(request: SignedInRequest) -> HttpResponse:
    """Take the seat that one has agreed to before logging in. Without that agreement nothing happens here."""
    invitation = Invitation.objects.waiting().filter(pk=request.session.pop(AGREED, None)).first()
    if invitation is None:
        return redirect("home")
    relationship = invitation.relationship
    try:
        relationship.accept(invitation, by=request.user)
    except Refused as refused:
        return render(
            request, "join/refused.html", {"why": str(refused), "invitation": invitation}, status=409
        )
    messages.success(request, _("Welcome. This journal belongs to you both."))
    return redirect("record", relationship.pk)


@login_not_required
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _waiting(token)
    if invitation is None:
        return render(request, "join/gone.html", status=404)
    try:
        invitation.relationship.decline(invitation)
    except Refused:
        return render(request, "join/gone.html", status=404)
    return render(request, "join/declined.html")


def _waiting(token: str) -> Invitation | None:
    return (
        Invitation.objects.waiting()
        .of_token(token)
        .select_related("relationship", "invited_by__person")
        .first()
    )


def _context(request: HttpRequest, invitation: Invitation, token: str) -> dict[str, object]:
    person = request.user
    mine = Participant.objects.filter(relationship=invitation.relationship_id)
    return {
        "invitation": invitation,
        "token": token,
        "inviter": invitation.invited_by,
        "is_mine": person.is_authenticated and mine.filter(person=person.pk).exists(),
    }
