"""Inviting the other one: by e-mail, or by a link that is also a picture for their telephone."""

import io
import logging
import uuid

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.fresh import fresh_proof
from relationships.access import SignedInRequest, door
from relationships.errors import Refused
from relationships.forms import InviteForm
from relationships.models import Invitation, Participant, Relationship
from relationships.views.pages import page

logger = logging.getLogger(__name__)


@door
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """The two ways to invite, and the invitations that wait."""
    way = request.POST.get("way")
    form = InviteForm(request.POST if way == "mail" else None)
    try:
        if way == "link":
            return redirect("invitation", relationship.pk, relationship.invite(by=me).pk)
        if form.is_valid() and _invited_by_mail(request, relationship, me, form):
            messages.success(request, _("The invitation is on its way."))
            return redirect("record", relationship.pk)
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("record", relationship.pk)
    waiting = relationship.invitations.waiting()
    status = 422 if form.errors else 200
    return page(
        request, "record/invitations.html", relationship, me, status=status, form=form, waiting=waiting
    )


def _invited_by_mail(
    request: SignedInRequest, relationship: Relationship, me: Participant, form: InviteForm
) -> bool:
    """Invite and send the mail; an invitation whose mail could not be sent is taken back."""
    invitation = relationship.invite(by=me, address=form.cleaned_data["address"])
    try:
        _send(request, invitation)
    except OSError as error:  # The mail server's fault, whatever it was.
        logger.error("An invitation could not be sent: %s", type(error).__name__)
        relationship.take_back(invitation, by=me)
        form.add_error("address", _("The mail could not be sent. Try again later, or show a link instead."))
        return False
    return True


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
    try:
        relationship.take_back(_find(relationship, invitation_id), by=me)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("The invitation no longer works."))
    return redirect("invitations", relationship.pk)


def _find(relationship: Relationship, invitation_id: uuid.UUID) -> Invitation:
    invitation: Invitation | None = relationship.invitations.waiting().filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def _link(request: SignedInRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("join", args=[invitation.token]))


def _send(request: SignedInRequest, invitation: Invitation) -> None:
    """A mail with the link and nothing of the record; it names who invites, for nobody opens a link from nobody."""
    context = {"inviter": request.user.name, "link": _link(request, invitation), "invitation": invitation}
    subject = render_to_string("mail/invitation_subject.txt", context).strip()
    send_mail(subject, render_to_string("mail/invitation.txt", context), None, [invitation.address])


def _qr(link: str) -> SafeString:
    """The link as an SVG picture. Dark on white in every colour scheme, or a telephone cannot read it."""
    picture = io.BytesIO()
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(link)
    code.make_image(image_factory=qrcode.image.svg.SvgPathImage).save(picture)
    drawing = picture.getvalue().decode().partition("?>")[2]
    return mark_safe(drawing)  # noqa: S308  Drawn here, of black squares.
