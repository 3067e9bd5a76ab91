"""“We see this differently”: a finished state of saying back, in which both views stand side by side."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships.access import SignedInRequest, door
from relationships.forms import CloseForm
from relationships.models import Bearing, Participant, Relationship
from relationships.standing import Standing
from relationships.views.cards import Card, Deck
from relationships.views.entry import find, standing_of
from relationships.views.pages import address_within, is_a_look
from relationships.views.words import words_page


@dataclass(frozen=True, slots=True)
class View:
    """How one of the two sees it: what they wrote as they left it at that, or else what they had said before."""

    seat: Participant
    card: Card


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Of what was said back. Either may leave it at two views, and each may say once how they see it."""
    entry = find(relationship, me, entry_id)
    reflection = standing_of(relationship, entry)
    meant = reflection.subject
    if reflection.entry.bearing != Bearing.REFLECTS or meant is None:
        raise Http404
    said = reflection.said("difference")
    is_gone = bool(reflection.withdrawal or meant.withdrawal)
    if request.method != "POST" and (is_gone or (reflection.understood == "yes" and not said)):
        return redirect("entry", relationship.pk, reflection.entry.pk)
    deck = Deck(relationship, me)
    views = [
        View(seat, deck.card(_view(seat, meant, reflection, said).alone(), is_open=True))
        for seat in relationship.seats
    ]
    if is_a_look(request):
        shown = [one for view in views for one in view.card.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    return words_page(
        request,
        relationship,
        me,
        template="difference/difference.html",
        form_class=CloseForm,
        share=lambda words: relationship.answer(reflection.entry, by=me, kind="difference", **words),
        then=lambda entry: reverse("difference", args=[relationship.pk, reflection.entry.pk]),
        views=views,
        is_said=bool(said),
        is_closed=any(one.entry.author_id == me.pk for one in said),
        leave=reverse("entry", args=[relationship.pk, reflection.entry.thread_id])
        + f"#entry-{reflection.entry.pk}",
    )


def _view(seat: Participant, meant: Standing, reflection: Standing, said: list[Standing]) -> Standing:
    own = [one for one in said if one.entry.author_id == seat.pk and one.current.text]
    before = meant if meant.entry.author_id == seat.pk else reflection
    return own[-1] if own else before
