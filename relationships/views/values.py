"""What matters to each of the two, how they would like care to be, and which of it comes first for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from relationships import kinds, prose, ranking
from relationships.access import SignedInRequest, door
from relationships.errors import Refused
from relationships.forms import OnceForm
from relationships.models import Participant, Relationship
from relationships.views import holding
from relationships.views.holding import Held
from relationships.views.pages import address_within, is_a_look, page

HEADINGS: dict[str, Promise | str] = {
    kinds.Value.name: gettext_lazy("What matters to us"),
    kinds.CarePreference.name: gettext_lazy("How we’d like care to be"),
}
"""What the page of each kind is called."""

LINE = 160
"""How much of an entry stands where it is put in order, in characters."""


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant, kind: str) -> HttpResponse:
    """What holds for each of the two, and folded below what is no longer so."""
    said = holding.read(relationship, me, kinds.get(kind))
    if is_a_look(request):
        shown = [entry for one in said for entry in one.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    return page(
        request,
        "values/values.html",
        relationship,
        me,
        kind=kind,
        heading=HEADINGS[kind],
        columns=holding.columns(relationship, me, said, ranking.orders(relationship, me, kind)),
        has_said=bool(said),
        ordering=reverse(f"{_page_of(kind)}-order", args=[relationship.pk]),
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: SignedInRequest, relationship: Relationship, me: Participant, kind: str) -> HttpResponse:
    """Which of one's own comes first. The order travels in the form, and only the one button keeps it."""
    mine = _mine(relationship, me, kind)
    leave, stands = reverse(_page_of(kind), args=[relationship.pk]), list(mine)
    if len(mine) < 2 or (relationship.is_ended and request.method != "POST"):
        return redirect(leave)
    ranked = ranking.arranged(request.POST.getlist("ranked"), stands)
    way, _colon, moved = request.POST.get("move", "").partition(":")
    if way:
        ranked = ranking.moved(ranked, moved, way)
    form = OnceForm(request.POST) if request.method == "POST" and not way else None
    if form and form.is_valid():
        if ranked == stands:
            return redirect(leave)
        try:
            relationship.write(
                by=me, text="", kind=kinds.Order.name, door=kind, ranked=ranked, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your order is kept."))
            return redirect(leave)
    return page(
        request,
        "values/order.html",
        relationship,
        me,
        status=422 if form else 200,
        form=form or OnceForm(initial={"submission": request.POST.get("submission") or uuid.uuid4()}),
        kind=kind,
        places=_places([mine[one] for one in ranked], moved, way),
        leave=leave,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One entry where it is put in order."""

    held: Held
    words: str
    is_cut: bool
    is_first: bool
    is_last: bool
    goes_on_with: str
    """The button from which one goes on, of the entry that was moved: the same one, while it is offered."""


def _places(mine: Sequence[Held], moved: str, way: str) -> list[Place]:
    found = []
    for number, held in enumerate(mine):
        is_first, is_last = number == 0, number == len(mine) - 1
        words, is_cut = prose.cut(" ".join(held.card.current.words.split()), LINE)
        goes_on = ranking.LATER if is_first else ranking.EARLIER if is_last or way == ranking.FIRST else way
        is_moved = held.card.anchor == moved
        found.append(Place(held, words, is_cut, is_first, is_last, goes_on if is_moved else ""))
    return found


def _mine(relationship: Relationship, me: Participant, kind: str) -> dict[str, Held]:
    """What holds for me, by its id, in the order in which it stands now."""
    said = [one for one in holding.read(relationship, me, kinds.get(kind)) if one.card.is_mine]
    columns = holding.columns(relationship, me, said, ranking.orders(relationship, me, kind))
    return {one.card.anchor: one for column in columns for one in column.holding}


def _page_of(kind: str) -> str:
    return kinds.get(kind).page
