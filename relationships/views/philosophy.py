"""What each believes about health and care, and where the two meet and part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from relationships import doors, kinds
from relationships.access import SignedInRequest, door
from relationships.models import Participant, Relationship
from relationships.views import holding
from relationships.views.holding import Column, Held
from relationships.views.pages import address_within, is_a_look, page

BETWEEN = ("meets", "parts")
"""The doors for what is between the two: they come last, whatever doors people add."""


@dataclass(frozen=True, slots=True)
class Part:
    """What both say under one heading."""

    name: str
    says: Promise | str
    columns: list[Column]
    writing: str
    """Where one writes under it; empty where that is not offered."""

    @property
    def is_open_to_me(self) -> bool:
        """Whether I could write here and have not."""
        return bool(self.writing) and any(column.is_mine and column.is_empty for column in self.columns)


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    everything = holding.series(relationship, me, kinds.Philosophy)
    said = holding.read(relationship, me, [key for one in everything for key in one.keys])
    if is_a_look(request):
        shown = [entry for one in said for entry in one.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    parts = list(_parts(relationship, me, said))
    wrote = any(one.card.is_mine for one in said)
    return page(
        request,
        "philosophy/philosophy.html",
        relationship,
        me,
        parts=parts,
        # One thing to do, for whoever has not begun.
        begin=None if wrote else next((part for part in parts if part.is_open_to_me), None),
    )


def _parts(relationship: Relationship, me: Participant, said: list[Held]) -> Iterator[Part]:
    """Each heading as the two have it, and none that was left out, but where there are words under it."""
    offers = doors.of(kinds.Philosophy, doors.changes(relationship, me), me)
    offers.sort(key=lambda offer: offer.name in BETWEEN)
    known = {offer.name for offer in offers}
    for offer in offers:
        here = [
            replace(one, under=offer.was_called(one.card.entry))
            for one in said
            if one.card.entry.door == offer.name
        ]
        is_offered = not (offer.is_dropped or relationship.is_ended)
        if here or not offer.is_dropped:
            writing = reverse("saying-door", args=[relationship.pk, kinds.Philosophy.name, offer.name])
            yield Part(
                offer.name,
                offer.says,
                holding.columns(relationship, me, here),
                writing=writing if is_offered else "",
            )
    if rest := [one for one in said if one.card.entry.door not in known]:
        yield Part("", kinds.Philosophy.label, holding.columns(relationship, me, rest), "")
