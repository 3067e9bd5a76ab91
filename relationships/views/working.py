"""How the two work together: proposed by either, and held to when the other agrees."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.prepared import Prepared
from relationships import doors, kinds, prose
from relationships.access import SignedInRequest, door
from relationships.agreeing import Agreed, Earlier, Matter
from relationships.models import Bearing, Entry, Participant, Relationship
from relationships.standing import Standing, threads
from relationships.views.cards import Card, Deck
from relationships.views.pages import address_within, is_a_look, page

MOST = 200
"""Of so many proposals, those that were agreed to before all others, the page is made."""
LINE = 140
"""How much of an earlier wording stands on its line, in characters."""
GLANCE = 100
"""How much of what holds stands where somebody writes."""

# Put together once, as in `access`. What is said about a proposal besides stands on its own page.
_TOLD = Entry.objects.for_cutting().filter(
    Q(about=None) | Q(bearing__in=[Bearing.CORRECTS, Bearing.WITHDRAWS]) | Q(kind=kinds.Agreement.name)
)
_AGREED = Entry.objects.of_kind(kinds.Agreement.name).filter(thread=OuterRef("pk"))


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    offers = doors.of(kinds.WayOfWorking, doors.changes(relationship, me))
    parts = list(_parts(Deck(relationship, me), offers, proposals(relationship, me)))
    if is_a_look(request):
        shown = [entry for part in parts for entry in part.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    asked = [one for part in parts for one in part.waiting if one.asks_me]
    if asked:
        asked[0].is_first = True
    return page(
        request,
        "working/working.html",
        relationship,
        me,
        parts=parts,
        is_empty=not any(part.is_said for part in parts),
        is_asked=bool(asked),
        first=next((part.offer for part in parts if part.can_propose), None),
    )


def proposals(relationship: Relationship, me: Participant, name: str | None = None) -> list[Standing]:
    """All that was proposed, with its wordings and what was agreed, in one query; by the door of this name alone."""
    rows = _PROPOSALS(relationship=relationship.pk, reader=me.pk, name=name)
    said = threads(relationship.with_authors(rows))
    return [one for one in said if one.entry.about_id is None]


def _all_proposals(relationship: uuid.UUID, reader: uuid.UUID, name: str | None = None) -> QuerySet[Entry]:
    firsts = Entry.objects.filter(relationship=relationship).shown_to(reader)
    firsts = firsts.of_kind(kinds.WayOfWorking.name).first_in_thread()
    if name is not None:
        firsts = firsts.filter(door=name)
    firsts = firsts.annotate(is_agreed=Exists(_AGREED)).order_by("-is_agreed", "-number")
    return _TOLD.in_threads_of(firsts[:MOST])


_PROPOSALS = Prepared(_all_proposals)


@dataclass(frozen=True, slots=True)
class Glance:
    """What both hold to, in a line or two."""

    words: str
    is_cut: bool
    wording: Entry

    @property
    def shown(self) -> list[Entry]:
        """Whoever saw half of it has not read it."""
        return [] if self.is_cut else [self.wording]


def what_holds(relationship: Relationship, me: Participant, name: str) -> Glance | None:
    """The words that both hold to by the door of this name.

    Whoever likes to choose when to open new words does not meet them here.
    """
    holds = Matter.of(proposals(relationship, me, name)).holds
    if holds is None or Deck(relationship, me).card(holds.proposal).is_held:
        return None
    return Glance(*prose.cut(" ".join(holds.wording.words.split()), GLANCE), holds.wording)


# --- The parts of the page -----------------------------------------------------------------------------


@dataclass(slots=True)
class Held:
    """What both hold to, as a text of both."""

    card: Card
    agreement: Card

    under: Promise | str = ""
    """The name that it was written under, where that is another one now."""

    @classmethod
    def of(cls, deck: Deck, offer: doors.Offer, agreed: Agreed) -> "Held":
        under = offer.was_called(agreed.proposal.entry)
        return cls(deck.card(agreed.proposal), deck.card(agreed.agreement), under)


@dataclass(slots=True)
class Waiting:
    """What one of the two proposes."""

    card: Card
    under: Promise | str = ""
    """The name that it was written under, where that is another one now."""
    submission: uuid.UUID = field(default_factory=uuid.uuid4)
    is_first: bool = False
    """Whether it is the first thing that this page asks of its reader."""

    @property
    def asks_me(self) -> bool:
        """Whether it is mine to agree to: nobody agrees to their own, nor to what they have not opened."""
        return self.card.can_answer and not self.card.is_mine and not self.card.is_held

    @classmethod
    def of(cls, deck: Deck, offer: doors.Offer, proposal: Standing) -> "Waiting":
        card = deck.card(proposal.alone())
        card.label = _("proposes")
        return cls(card, offer.was_called(proposal.entry))


@dataclass(slots=True)
class Line:
    """An earlier wording on one line."""

    card: Card
    words: str
    is_cut: bool
    agreement: Card | None

    @classmethod
    def of(cls, deck: Deck, earlier: Earlier) -> "Line":
        card = deck.card(earlier.proposal.alone())
        told = "" if card.is_held or card.is_withdrawn else " ".join(earlier.wording.words.split())
        agreement = deck.card(earlier.agreement) if earlier.agreement else None
        return cls(card, *prose.cut(told, LINE), agreement)


@dataclass(slots=True)
class Part:
    """One thing that the two may agree on."""

    offer: doors.Offer
    can_propose: bool
    holds: Held | None
    waiting: list[Waiting]
    earlier: list[Line]

    @classmethod
    def of(cls, deck: Deck, offer: doors.Offer, said: Iterable[Standing], *, can_propose: bool) -> "Part":
        matter = Matter.of(said)
        return cls(
            offer,
            can_propose,
            Held.of(deck, offer, matter.holds) if matter.holds else None,
            [Waiting.of(deck, offer, one) for one in matter.waiting],
            [Line.of(deck, one) for one in matter.earlier],
        )

    @property
    def is_said(self) -> bool:
        return bool(self.holds or self.waiting or self.earlier)

    def shown(self) -> Iterator[Entry]:
        """The entries that stand here to their end; the earlier ones are folded away, and cut."""
        if self.holds:
            yield from self.holds.card.shown()
            yield from self.holds.agreement.shown()
        for one in self.waiting:
            yield from one.card.shown()


def _parts(deck: Deck, offers: list[doors.Offer], said: list[Standing]) -> Iterator[Part]:
    """A part for each door that is offered, and for each that words were written by, whatever became of it since."""
    by_door: dict[str, list[Standing]] = {}
    for one in said:
        by_door.setdefault(one.entry.door, []).append(one)
    for offer in offers:
        told = by_door.pop(offer.name, [])
        if told or not offer.is_dropped:
            yield Part.of(deck, offer, told, can_propose=deck.can_answer and not offer.is_dropped)
    for name, told in by_door.items():
        gone = doors.Offer(kinds.WayOfWorking.name, name, told[0].entry.label, is_dropped=True)
        yield Part.of(deck, gone, told, can_propose=False)
