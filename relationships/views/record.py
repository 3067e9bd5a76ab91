"""The record: what both have written, newest first."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.prepared import Prepared
from relationships import clock, kinds
from relationships.access import SignedInRequest, door
from relationships.models import Entry, EntryState, Event, Participant, Relationship, Verb
from relationships.models.state import EntryStateQuerySet
from relationships.standing import threads
from relationships.views import ahead as above
from relationships.views.ahead import Ahead
from relationships.views.cards import Card, Deck, one_below_the_other
from relationships.views.pages import address_within, is_a_look, page

PAGE = 30
"""Threads on a page."""
NEWS = 20
"""The most entries elsewhere in the record that a page points to."""
LARGEST = 2**31 - 1

UNSORTED = "unsorted"
"""How an address names the entries for which nobody chose a kind."""


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    look = Look.of(request)
    found = sheet(relationship, me, look)
    if is_a_look(request):
        shown = [entry for card in found.cards for entry in card.shown()]
        shown += found.ahead.shown() if found.ahead else []
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    return page(
        request,
        "record/record.html",
        relationship,
        me,
        sheet=found,
        look=look,
        parts=_parts(look, relationship.seats),
        ahead=found.ahead,
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


@lru_cache
def _names(language: str | None, kinds_there_are: int) -> list[tuple[str, str]]:
    """How an address names each kind in the record, and a page in this language."""
    return [(kind.name or UNSORTED, str(kind.label)) for kind in kinds.in_the_record()]


def _parts(look: "Look", seats: list[Participant]) -> list[Part]:
    by_kind = _names(get_language(), len(list(kinds.in_the_record())))
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


@dataclass(slots=True)
class Sheet:
    """One page of the record."""

    cards: list[Card]
    """The newest thread first."""
    news: list[Entry]
    """What is new to the reader elsewhere in the record, newest first."""
    older: int | None
    """The number to go on from, where there is more."""
    unheard: "Unheard | None"
    ahead: Ahead | None

    @property
    def newest(self) -> SafeString:
        return self.cards[0].in_the_record()

    @property
    def rest(self) -> SafeString:
        return one_below_the_other(self.cards[1:])


@dataclass(frozen=True, slots=True)
class Unheard:
    """What its reader wrote and the other one has not read for a while."""

    entry: Entry
    days: int
    told_at: dt.datetime | None
    """When the other one was surely told by e-mail since then, if they were; never why not."""

    @classmethod
    def of(cls, entry: Entry, told_at: dt.datetime | None) -> "Unheard":
        return cls(entry, (clock.now() - entry.written_at).days, told_at)


def sheet(relationship: Relationship, me: Participant, look: Look) -> Sheet:
    """In two queries: the keys of all that the page shows, and their rows."""
    keys = _keys(relationship, me, look)
    rows = _rows(relationship, keys)
    listed = {entry.pk for entry in keys["listed"]}
    standing = threads(row for row in rows if row.thread_id in listed)
    here = {entry.pk for thread in standing for entry in thread.everything()}
    deck, found = Deck(relationship, me), {row.pk: row for row in rows}
    news = [found[key.pk] for key in keys["news"] if key.pk in found and key.pk not in here]
    unheard = [Unheard.of(found[key.pk], key.told_at) for key in keys["unheard"] if key.pk in found]
    return Sheet(
        cards=[deck.card(thread) for thread in standing[:PAGE]],
        news=sorted(news, key=lambda entry: entry.number, reverse=True),
        older=standing[PAGE - 1].entry.number if len(standing) > PAGE else None,
        unheard=next(iter(unheard), None),
        ahead=above.before_them(
            relationship,
            me,
            rows,
            promises=[key.pk for key in keys["promise"]],
            said_back=[key.pk for key in keys["said_back"]],
        )
        if look.is_first_page and not relationship.is_ended
        else None,
    )


# --- The keys, and the rows ---------------------------------------------------------------------------


class Key(NamedTuple):
    pk: uuid.UUID
    thread: uuid.UUID
    told_at: dt.datetime | None
    """When the other was told by e-mail that there is something new, since this was written."""


def _listed(
    states: EntryStateQuerySet, kind: str | None, author: uuid.UUID | None, before: int | None
) -> EntryStateQuerySet:
    """The threads of the page, and one more."""
    if kind is not None:
        states = states.filter(kind=kind)
    if author is not None:
        states = states.filter(author=author)
    if before is not None:
        states = states.filter(number__lt=before)
    return states.listed().newest_first()[: PAGE + 1]


def _all_keys(
    relationship: uuid.UUID,
    me: uuid.UUID,
    kind: str | None = None,
    author: uuid.UUID | None = None,
    before: int | None = None,
    them: uuid.UUID | None = None,
    them_person: uuid.UUID | None = None,
    a_while_ago: dt.datetime | None = None,
    *,
    is_first_page: bool,
) -> QuerySet[EntryState, Any]:
    states = EntryState.objects.of(relationship).shown_to(me)
    parts = [_listed(states, kind, author, before).marked("listed")]
    if them and a_while_ago:
        # What is new to me anywhere in the record, and what of mine has been new to them for longest.
        mine = EntryState.objects.of(relationship).waiting_to_be_read(me).filter(written_at__lt=a_while_ago)
        # The other could not read before they answered themselves.
        mine = mine.exclude(kind__in=kinds.opening_together())
        theirs = EntryState.objects.of(relationship).waiting_to_be_read(them)
        parts.append(theirs.newest_first()[:NEWS].marked("news"))
        parts.append(mine.order_by("number")[:1].marked("unheard", told=them_person))
    if is_first_page:
        parts += above.keys(states, filter(None, (me, them)))
    return parts[0].union(*parts[1:], all=True)


_OF_THE_FIRST_PAGE = Prepared(partial(_all_keys, is_first_page=True))
_OF_A_PAGE = Prepared(partial(_all_keys, is_first_page=False))


def _keys(relationship: Relationship, me: Participant, look: Look) -> dict[str, list[Key]]:
    """What the page shows, by what it shows it for."""
    found: dict[str, list[Key]] = defaultdict(list)
    author = next((seat.pk for seat in relationship.seats if seat.voice == look.by), None)
    if look.by and author is None:
        return found
    them = relationship.facing(me) if look.before is None else None
    ask = _OF_THE_FIRST_PAGE if look.is_first_page and not relationship.is_ended else _OF_A_PAGE
    for mark, *key in ask(
        relationship=relationship.pk,
        me=me.pk,
        kind="" if look.kind == UNSORTED else look.kind or None,
        author=author,
        before=look.before,
        them=them and them.pk,
        them_person=them and them.person_id,
        a_while_ago=them and clock.now() - dt.timedelta(days=settings.UNREAD_DAYS),
    ):
        found[mark].append(Key(*key))
    return found


def _all_rows(
    threads: list[uuid.UUID] | None = None,
    above_them: list[uuid.UUID] | None = None,
    alone: list[uuid.UUID] | None = None,
) -> QuerySet[Entry]:
    wanted = Q(pk__in=[])
    if threads:
        wanted |= Q(thread__in=threads)
    if above_them:
        wanted |= Q(thread__in=above_them) & above.TOLD
    if alone:
        wanted |= Q(pk__in=alone)
    return Entry.objects.for_cutting().filter(wanted).order_by("number")


_ROWS = Prepared(_all_rows)


def _rows(relationship: Relationship, keys: dict[str, list[Key]]) -> list[Entry]:
    threads = {key.thread for key in keys["listed"]}
    above_them = {key.thread for key in (*keys["promise"], *keys["said_back"])} - threads
    alone = {key.pk for key in (*keys["news"], *keys["unheard"])}
    if not (threads or above_them or alone):
        return []
    rows = _ROWS(
        threads=list(threads) or None, above_them=list(above_them) or None, alone=list(alone) or None
    )
    return relationship.with_authors(rows)
