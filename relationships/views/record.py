"""The record: what both have written, newest first."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relationships import clock, kinds
from relationships.access import SignedInRequest, door
from relationships.models import Entry, Event, Notice, Participant, Relationship, Verb
from relationships.models.entry import EntryQuerySet
from relationships.standing import threads
from relationships.views.ahead import before_them
from relationships.views.cards import Card, Deck
from relationships.views.pages import address_within, is_a_look, page

PAGE = 30
"""Threads on a page."""
NEWS = 20
"""The most entries elsewhere in the record that a page points to."""
LARGEST = 2**31 - 1

# Put together once, as in `access`.
_SAID = Entry.objects.for_reading()
_UNREAD = Entry.objects.filter(reading=None).in_the_record().not_withdrawn().newest_first()

UNSORTED = "unsorted"
"""How an address names the entries for which nobody chose a kind."""


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    look = Look.of(request)
    sheet = _sheet(relationship, me, look)
    ahead = None if relationship.is_ended or not look.is_first_page else before_them(relationship, me)
    if is_a_look(request):
        shown = [entry for card in sheet.cards for entry in card.shown()]
        shown += ahead.shown() if ahead else []
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    return page(
        request,
        "record/record.html",
        relationship,
        me,
        sheet=sheet,
        look=look,
        parts=_parts(look, relationship.seats),
        ahead=ahead,
        together_since=relationship.seats[1].joined_at if len(relationship.seats) > 1 else None,
        ending=_ending(relationship) if relationship.is_ended else None,
    )


def _ending(relationship: Relationship) -> Event | None:
    """Who ended it, and when."""
    ending: Event | None = relationship.events.filter(verb=Verb.ENDED).first()
    if ending:
        ending.actor = next((seat for seat in relationship.seats if seat.pk == ending.actor_id), None)
    return ending


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the record that can be asked for by itself."""

    address: str
    name: Promise | str
    is_shown: bool
    voice: str = ""


def _parts(look: "Look", seats: list[Participant]) -> list[Part]:
    by_kind = ((kind.name or UNSORTED, kind.label) for kind in kinds.in_the_record())
    return [
        *(Part(look.also(kind=name), label, look.kind == name) for name, label in by_kind),
        *(
            Part(
                look.also(by=seat.voice),
                _("by %(name)s") % {"name": seat.short_name},
                look.by == seat.voice,
                seat.voice,
            )
            for seat in seats
        ),
    ]


@dataclass(frozen=True, slots=True)
class Look:
    """Which part of the record somebody asks for. What an address says wrongly is as if it were not said."""

    kind: str = ""
    by: str = ""
    before: int | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Look":
        kind, by, before = (request.GET.get(name, "") for name in ("kind", "by", "before"))
        known = {standing.name or UNSORTED for standing in kinds.in_the_record()}
        return cls(
            kind=kind if kind in known else "",
            by=by if by in ("one", "two") else "",
            before=int(before)
            if before.isdecimal() and len(before) < 11 and int(before) <= LARGEST
            else None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.by)

    @property
    def is_first_page(self) -> bool:
        return not self.is_narrowed and self.before is None

    def also(self, **more: str) -> str:
        """The query of an address that asks for this and for `more`."""
        return "?" + urlencode({"kind": self.kind, "by": self.by} | more)

    def narrow(self, entries: EntryQuerySet, seats: list[Participant]) -> EntryQuerySet:
        if self.kind:
            entries = entries.of_kind("" if self.kind == UNSORTED else self.kind)
        if self.by:
            entries = entries.filter(author__in=[seat for seat in seats if seat.voice == self.by])
        if self.before:
            entries = entries.before(self.before)
        return entries


@dataclass(slots=True)
class Sheet:
    """One page of the record."""

    cards: list[Card]
    news: list[Entry]
    """What is new to the reader elsewhere in the record, newest first."""
    older: int | None
    """The number to go on from, where there is more."""
    unheard: "Unheard | None"


@dataclass(frozen=True, slots=True)
class Unheard:
    """What its reader wrote and the other one has not read for a while."""

    entry: Entry
    days: int
    told_at: dt.datetime | None
    """When the other one was surely told by e-mail since then, if they were; never why not."""

    @classmethod
    def of(cls, entry: Entry) -> "Unheard":
        told_at: dt.datetime | None = entry.told_at  # type: ignore[attr-defined]
        return cls(entry, (clock.now() - entry.written_at).days, told_at)


def _sheet(relationship: Relationship, me: Participant, look: Look) -> Sheet:
    firsts = look.narrow(
        relationship.entries.shown_to(me).first_in_thread().in_the_record(), relationship.seats
    ).newest_first()
    said = _SAID.in_threads_of(firsts[: PAGE + 1])
    standing = threads(relationship.own(said))
    here = {entry.pk for thread in standing for entry in thread.everything()}
    deck = Deck(relationship, me)
    unread = _unread(relationship, me, look)
    return Sheet(
        cards=[deck.card(thread) for thread in standing[:PAGE]],
        news=[entry for entry in unread if entry.author_id != me.pk and entry.pk not in here],
        older=standing[PAGE - 1].entry.number if len(standing) > PAGE else None,
        unheard=next((Unheard.of(entry) for entry in unread if entry.author_id == me.pk), None),
    )


def _unread(relationship: Relationship, me: Participant, look: Look) -> list[Entry]:
    """What is new to me anywhere in the record, the newest first, and before it what of mine has been new to them
    for longest, if it has been for a while. In one query, and on the first page only.
    """
    them = relationship.facing(me)
    if look.before is not None or them is None:
        return []
    a_while_ago = clock.now() - dt.timedelta(days=settings.UNREAD_DAYS)
    mine = relationship.entries.shown_to(me).by(me).first_unread_by(them, before=a_while_ago).values("pk")[:1]
    theirs = _UNREAD.filter(relationship=relationship, author=them).shown_to(me)[:NEWS].values("pk")
    told = Notice.objects.filter(person=them.person_id, made_at__gt=OuterRef("written_at")).arrived()
    found = (
        Entry.objects.shown_to(me)
        .filter(Q(pk__in=mine) | Q(pk__in=theirs))
        .annotate(told_at=Subquery(told.order_by("made_at").values("sent_at")[:1]))
    )
    return relationship.with_authors(found.order_by(Case(When(author=me, then=0), default=1), "-number"))
