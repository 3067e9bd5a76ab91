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
from relationships.models import Entry, Participant, Relationship
from relationships.views import holding
from relationships.views.holding import Held, Leaf, Series
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
    leaves = holding.leaves(_series(relationship, me, kind), request.GET)
    said = holding.read(relationship, me, [key for leaf in leaves for key in leaf.keys])
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
        columns=holding.columns(relationship, me, said, leaves),
        has_said=bool(said),
        ordering=reverse(f"{_page_of(kind)}-order", args=[relationship.pk]),
        asks=_asked_elsewhere(relationship, me, kind, leaves, said),
    )


def address_of(relationship: Relationship, me: Participant, entry: Entry) -> str:
    """Where an entry stands on the page of its kind: on the first one, or on the one that begins with it."""
    page = reverse(_page_of(entry.kind), args=[relationship.pk])
    leaves = holding.leaves(_series(relationship, me, entry.kind), {})
    leaf = next(one for one in leaves if one.series.seat.pk == entry.author_id)
    is_further = entry.pk in leaf.series.keys and not leaf.has(entry.pk)
    return page + (leaf.beginning_with(entry.pk) if is_further else "") + f"#entry-{entry.pk}"


def _series(relationship: Relationship, me: Participant, kind: str) -> list[Series]:
    return holding.series(relationship, me, kinds.get(kind), ranking.orders(relationship, me, kind))


def _asked_elsewhere(
    relationship: Relationship, me: Participant, kind: str, leaves: list[Leaf], said: list[Held]
) -> str:
    """Where one of mine stands that is asked about on another page than this; empty where none is."""
    (mine,) = [leaf for leaf in leaves if leaf.series.seat.pk == me.pk]
    is_asked_here = any(one.is_to_ask and one.card.is_mine for one in said)
    if relationship.is_ended or is_asked_here or len(mine.series.keys) <= holding.PAGE:
        return ""
    asked = (
        relationship.entries.shown_to(me).of_kind(kind).by(me).last_said_before(holding.still_true_before())
    )
    keys = set(asked.newest_first().values_list("pk", flat=True)[: holding.MOST])
    key = next((one for one in mine.series.holding if one in keys), None)
    return f"{mine.beginning_with(key)}#entry-{key}" if key else ""


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
    (mine,) = [one for one in _series(relationship, me, kind) if one.seat.pk == me.pk]
    said = {one.card.entry.pk: one for one in holding.read(relationship, me, mine.holding)}
    return {said[key].card.anchor: said[key] for key in mine.holding if key in said}


def _page_of(kind: str) -> str:
    return kinds.get(kind).page
