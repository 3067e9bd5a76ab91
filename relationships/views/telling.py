"""Told once: bringing one's own words to another journal of one's own.

A person's relationships never show each other. So this page belongs to neither: it has no journal's frame, only
whoever wrote the words can open it, and what it leaves behind is a mark that nobody else ever sees.
"""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relationships.access import SignedInRequest, door, enter
from relationships.errors import Refused
from relationships.forms import TellForm
from relationships.models import Participant, Relationship
from relationships.views.cards import Deck
from relationships.views.entry import find, may_be_told, standing_of
from relationships.views.words import address_of


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    standing = standing_of(relationship, find(relationship, me, entry_id))
    if not may_be_told(standing, me):
        raise Http404
    journals = _others(me)
    blank = {"submission": uuid.uuid4(), "helped_by": standing.current.helped_by}
    form = TellForm(request.POST or None, journals=journals, initial=blank)
    if request.method == "POST" and form.is_valid():
        # Through the door of the other journal, like anybody who comes to it.
        other, seat = enter(request.user, form.cleaned_data["journal"])
        try:
            words = {name: form.cleaned_data[name] for name in ("helped_by", "submission")}
            told = other.tell(standing.current, by=seat, **words)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            # Without a message: it could be read on the page of another journal, by somebody else at this screen.
            return redirect(address_of(told))
    context: dict[str, Any] = {"form": form, "journals": journals}
    card = Deck(relationship, me).card(standing.alone(), is_open=True)
    status = 422 if form.errors else 200
    return render(request, "telling/telling.html", context | {"card": card}, status=status)


def _others(me: Participant) -> list[tuple[str, str]]:
    """My other journals that have not ended, each by the name of the other one there, if somebody is."""
    mine = Participant.objects.of(me.person).exclude(pk=me.pk).going_on().order_by("-joined_at")
    here = Participant.objects.filter(relationship__in=mine.values("relationship")).exclude(person=me.person)
    names = {seat.relationship_id: seat.name for seat in here.select_related("person")}
    nobody = str(_("Somebody who is not here yet"))
    return [(str(seat.relationship_id), names.get(seat.relationship_id, nobody)) for seat in mine]
