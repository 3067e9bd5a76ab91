"""Taking back one's own words."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relationships.access import SignedInRequest, door
from relationships.errors import Refused
from relationships.forms import WithdrawForm
from relationships.models import Participant, Relationship
from relationships.views.cards import Deck
from relationships.views.entry import find_changeable, standing_of
from relationships.views.pages import page
from relationships.views.words import address_of


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """A page to confirm it, since it cannot be undone, with room for a why."""
    entry = find_changeable(relationship, me, entry_id)
    form = WithdrawForm(request.POST or None, initial={"submission": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            withdrawal = relationship.withdraw(entry, by=me, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Withdrawn. You can both still read what it said."))
            return redirect(address_of(withdrawal))
    standing = standing_of(relationship, entry)
    return page(
        request,
        "record/withdrawal.html",
        relationship,
        me,
        status=422 if form.errors else 200,
        form=form,
        card=Deck(relationship, me).card(standing, is_open=True),
        is_agreed=bool(standing.said("agreement")),
    )
