"""Inviting the other one: by e-mail, or by a link that is also a picture for their telephone."""

import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.fresh import fresh_proof, typed_before
from config import mail
from relationships.access import SignedInRequest, door
from relationships.errors import Refused
from relationships.forms import InviteForm
from relationships.models import Invitation, Participant, Relationship
from relationships.views.pages import page


@door
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """The two ways to invite, and the invitations that wait."""
    way = request.POST.get("way")
    before = {} if way else {"address": typed_before(request)}
    form = InviteForm(request.POST if way == "mail" else None, initial=before)
    try:
        if way == "link":
            return redirect("invitation", relationship.pk, relationship.invite(by=me).pk)
        if form.is_valid():
            _invite_by_mail(request, relationship, me, form.cleaned_data["address"])
            messages.success(request, _("The invitation is on its way."))
            return redirect("record", relationship.pk)
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("record", relationship.pk)
    waiting = _waiting(relationship)
    status = 422 if form.errors else 200
    return page(
        request, "record/invitations.html", relationship, me, status=status, form=form, waiting=waiting
    )


def _invite_by_mail(
    request: SignedInRequest, relationship: Relationship, me: Participant, address: str
) -> None:
    """Both or neither: an invitation that nobody hears of waits for nothing."""
    with transaction.atomic():
        _letter(request, relationship.invite(by=me, address=address)).send()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation without an answer, and what is known of its mail."""

    invitation: Invitation
    not_sent: str


def _waiting(relationship: Relationship) -> list[Waiting]:
    found = list(relationship.invitations.waiting())
    came = mail.outcomes([_name(one) for one in found if one.address])
    return [Waiting(one, _said_of(came.get(_name(one)))) for one in found]


def _said_of(outcome: mail.Outcome | None) -> str:
    """What to say of a mail that did not leave; nothing of one that did, or is still tried."""
    if outcome is None or outcome.sent_at:
        return ""
    if outcome.surely_not:
        return _("The mail could not be sent. Look at the address once more, or show a link instead.")
    return _("The mail broke off on its way, and may not have arrived. Ask them, or show a link instead.")


@door
@require_safe
@fresh_proof
def show(
    request: SignedInRequest, relationship: Relationship, me: Participant, invitation_id: uuid.UUID
) -> HttpResponse:
    """The link as text and as a picture, for a screen that the other one looks at too."""
    invitation = _find(relationship, invitation_id)
    if invitation.address or not invitation.showable:
        raise Http404
    link = _link(request, invitation)
    return page(
        request,
        "record/invitation.html",
        relationship,
        me,
        invitation=invitation,
        link=link,
        picture=_qr(link),
    )


@door
@require_POST
@fresh_proof
def take_back(
    request: SignedInRequest, relationship: Relationship, me: Participant, invitation_id: uuid.UUID
) -> HttpResponse:
    invitation = _find(relationship, invitation_id)
    try:
        relationship.take_back(invitation, by=me)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        take_letters_back([invitation])
        messages.success(request, _("The invitation no longer works."))
    return redirect("invitations", relationship.pk)


def take_letters_back(invitations: Iterable[Invitation]) -> None:
    """What was to bring an invitation that no longer works does not leave any more."""
    for one in invitations:
        mail.take_back(_name(one))


def _find(relationship: Relationship, invitation_id: uuid.UUID) -> Invitation:
    invitation: Invitation | None = relationship.invitations.waiting().filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def _link(request: SignedInRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("join", args=[invitation.token]))


def _letter(request: SignedInRequest, invitation: Invitation) -> EmailMessage:
    """A mail with the link and nothing of the record; it names who invites, for nobody opens a link from nobody."""
    context = {"inviter": request.user.name, "link": _link(request, invitation), "invitation": invitation}
    letter = EmailMessage(
        subject=render_to_string("mail/invitation_subject.txt", context).strip(),
        body=render_to_string("mail/invitation.txt", context),
        to=[invitation.address],
    )
    letter.name = _name(invitation)  # type: ignore[attr-defined]
    return letter


def _name(invitation: Invitation) -> str:
    """The name of its letter in the queue."""
    return f"invitation {invitation.pk}"


def _qr(link: str) -> SafeString:
    """The link as an SVG picture. Dark on white in every colour scheme, or a telephone cannot read it."""
    picture = io.BytesIO()
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(link)
    code.make_image(image_factory=qrcode.image.svg.SvgPathImage).save(picture)
    drawing = picture.getvalue().decode().partition("?>")[2]
    return mark_safe(drawing)  # noqa: S308  Drawn here, of black squares.
