"""Ending a relationship: closed to writing, kept for reading."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.fresh import fresh_proof
from relationships.access import SignedInRequest, door
from relationships.errors import Ended
from relationships.models import Participant, Relationship
from relationships.views.invitation import take_letters_back
from relationships.views.pages import page


@door
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    if request.method != "POST":
        return page(request, "record/ending.html", relationship, me)
    waiting = list(relationship.invitations.waiting())
    try:
        relationship.end(by=me)
    except Ended as refused:
        messages.info(request, str(refused))
    else:
        take_letters_back(waiting)
        messages.success(request, _("This journal has ended. You can both still read all of it."))
    return redirect("record", relationship.pk)
