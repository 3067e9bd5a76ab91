"""Where one arrives: the journals that one keeps."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.prepared import Prepared
from config.templatetags.addresses import address_of
from relationships import clock, kinds
from relationships.access import SignedInRequest
from relationships.models import (
    Appointment,
    ConsultState,
    Draft,
    Entry,
    EntryState,
    Event,
    Invitation,
    Participant,
    SaidBack,
    Verb,
)
from relationships.models.consult import AppointmentQuerySet
from relationships.standing import threads
from relationships.views.ahead import OF_A_PROMISE, Promised, soonest_first
from relationships.views.appointments import as_next
from relationships.views.dates import meets_at, on_the_day_of, this_year_or_not
from relationships.views.moulds import joined, pour_what_is_there

PAGE = 50
"""Journals on a page."""
PROMISES = 3
"""How many of one's open promises stand beside a journal."""


@dataclass(frozen=True, slots=True)
class Journal:
    mine: Participant
    them: Participant | None
    next: Appointment | None
    called_off: list[Appointment]
    """What was called off, and its time has not come."""
    promises: list[Promised]
    has_more: bool

    @property
    def line(self) -> SafeString:
        """The journal as the list shows it."""
        mine, them, key = self.mine, self.them, self.mine.relationship_id
        goes_on = not mine.is_ended  # type: ignore[attr-defined]
        since = max(mine.joined_at, them.joined_at) if them else None
        words: dict[str, object] = {
            "address": address_of("record", key),
            "name": them.name if them else "",
            "short_name": them.short_name if them else "",
            "empty_place": self.empty_place if not them else "",
            "together_since": on_the_day_of(since, "YEAR_MONTH_FORMAT") if since else "",
            "ahead": self._ahead(),
        }
        if goes_on:
            unheard = mine.unheard_at if them else None  # type: ignore[attr-defined]
            words |= {
                "said_back": _address("acknowledgement", key, mine.said_back),  # type: ignore[attr-defined]
                "to_say_again": _address("entry", key, mine.to_say_again),  # type: ignore[attr-defined]
                "unheard_on": this_year_or_not(timezone.localtime(unheard).date()) if unheard else "",
                "asks": address_of(kinds.get(kind).page, key) if (kind := mine.to_ask) else "",  # type: ignore[attr-defined]
            }
        shape: dict[str, object] = {
            "is_ended": not goes_on,
            "has_news": mine.has_news,  # type: ignore[attr-defined]
            "has_draft": mine.draft is not None,  # type: ignore[attr-defined]
        }
        return pour_what_is_there("components/journal.html", "journal", shape, words)

    def _ahead(self) -> SafeString:
        all_of_them = f"{address_of('record', self.mine.relationship_id)}?kind=promise&by={self.mine.voice}"
        words = {
            "next": as_next(self.next, meets_at(self.next.starts_at)) if self.next else "",
            "called_off": joined(map(_called_off, self.called_off)),
            "promises": joined(one.alone() for one in self.promises),
            "all_promises": all_of_them if self.has_more else "",
        }
        return pour_what_is_there("components/journal_ahead.html", "ahead", {}, words)

    @property
    def empty_place(self) -> str:
        """How the other place stands while nobody is in it."""
        if self.mine.waiting_invitation:  # type: ignore[attr-defined]
            return _("The other place is still empty. An invitation waits for an answer.")
        match self.mine.came_of_it:  # type: ignore[attr-defined]
            case Verb.DECLINED:
                return _("The other place is still empty. Somebody said no to the invitation.")
            case Verb.INVITED:
                return _("The other place is still empty. The invitation has run out.")
        return _("The other place is still empty.")


def _called_off(one: Appointment) -> SafeString:
    return render_to_string("consult/called_off.html", {"appointment": one})


def _address(name: str, journal: uuid.UUID, entry: uuid.UUID | None) -> str:
    return address_of(name, journal, entry) if entry else ""


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """One's own relationships, those with something new first, in a few queries. They never show each other."""
    keys = _KEYS(person=request.user.pk)
    number = _page_asked_for(request, most=ceil(len(keys) / PAGE))
    here = [Key(*key) for key in keys[PAGE * (number - 1) : PAGE * number]]
    context = {
        "journals": _journals(request, here),
        "earlier": number - 1,
        "later": number + 1 if len(keys) > PAGE * number else 0,
    }
    return render(request, "home.html", context)


def _page_asked_for(request: SignedInRequest, most: int) -> int:
    """The number of the page. What an address says wrongly is as if it were not said."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    return number if 1 <= number <= most else 1


# --- The queries ------------------------------------------------------------------------------------------

_HERE = {"relationship": OuterRef("relationship")}
_MINE = _HERE | {"author": OuterRef("pk")}


def _all_keys(person: uuid.UUID) -> QuerySet[Participant, Any]:
    """Of every seat that a person has, a line each: first those of journals that go on, and among them those with
    something new.
    """
    seats = Participant.objects.of(person).annotate(
        ended=Exists(Event.objects.filter(**_HERE, verb=Verb.ENDED)),
        has_news=Exists(EntryState.objects.filter(**_HERE, is_unread=True).exclude(author=OuterRef("pk"))),
    )
    rows: QuerySet[Participant, Any] = seats.order_by("ended", "-has_news", "-joined_at").values_list(
        "pk", "ended", "has_news"
    )
    return rows


def _seats(
    keys: list[uuid.UUID], now: dt.datetime, a_year_ago: dt.datetime, a_while_ago: dt.datetime
) -> QuerySet[Participant]:
    """These seats, each with what the page says of its journal."""
    states = EntryState.objects.newest_first()
    waiting = states.filter(**_HERE, said_back=SaidBack.WAITING).exclude(author=OuterRef("pk"))
    to_say_again = states.filter(**_MINE, said_back=SaidBack.NOT_YET)
    to_ask = states.filter(**_MINE, last_said_at__lt=a_year_ago)
    # Without what the other can only read once they have answered themselves.
    unheard = EntryState.objects.filter(**_MINE, is_unread=True).exclude(kind__in=kinds.opening_together())
    # By the invitation, of which there are few: a journal may have thousands of acts.
    inviting = Event.objects.filter(
        invitation__relationship=OuterRef("relationship"),
        verb__in=[Verb.INVITED, Verb.DECLINED, Verb.TOOK_BACK],
    )
    rows: QuerySet[Participant] = (
        Participant.objects.filter(pk__in=keys)
        .annotate(
            said_back=Subquery(waiting.values("entry")[:1], output_field=UUIDField()),
            to_say_again=Subquery(to_say_again.values("entry__thread")[:1], output_field=UUIDField()),
            # Not whether there is one: PostgreSQL may answer that for all seats of everybody at once.
            draft=Subquery(Draft.objects.to_share().filter(author=OuterRef("pk")).values("pk")[:1]),
            waiting_invitation=Subquery(Invitation.objects.filter(**_HERE).waiting(now).values("pk")[:1]),
            to_ask=Subquery(to_ask.values("kind")[:1]),
            unheard_at=Subquery(
                unheard.filter(written_at__lt=a_while_ago).order_by("number").values("written_at")[:1]
            ),
            came_of_it=Subquery(inviting.newest_first().values("verb")[:1]),
        )
        .order_by()
    )
    return rows


def _others(relationships: list[uuid.UUID], me: uuid.UUID) -> QuerySet[Participant]:
    rows: QuerySet[Participant] = Participant.objects.filter(relationship__in=relationships).exclude(
        person=me
    )
    return rows.select_related("person").order_by()


def _coming(relationships: list[uuid.UUID], now: dt.datetime) -> QuerySet[Appointment]:
    """What is planned and not over, and what was called off and would not be over."""
    here = ConsultState.objects.filter(relationship__in=relationships, ends_at__gt=now)
    rows: AppointmentQuerySet = Appointment.objects.filter(
        pk__in=here.exclude(state=Appointment.State.MET).values("appointment")
    )
    coming: AppointmentQuerySet = rows.select_related("event")
    return coming.in_order()


def _promises(relationships: list[uuid.UUID], seats: list[uuid.UUID]) -> QuerySet[Entry]:
    """How each open promise stands that was made from one of these seats."""
    made = EntryState.objects.filter(
        relationship__in=relationships, author__in=seats, kind="promise", is_open=True
    )
    rows: QuerySet[Entry] = Entry.objects.for_cutting().filter(OF_A_PROMISE).in_threads_of(made)
    return rows


_KEYS, _SEATS, _OTHERS = Prepared(_all_keys), Prepared(_seats), Prepared(_others)
_COMING, _PROMISES = Prepared(_coming), Prepared(_promises)


# --- What they found --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """One of one's seats, before the page asks for more."""

    pk: uuid.UUID
    is_ended: bool
    has_news: bool


def _journals(request: SignedInRequest, keys: list[Key]) -> list[Journal]:
    if not keys:
        return []
    now = clock.now()
    found = _SEATS(
        keys=[key.pk for key in keys],
        now=now,
        a_year_ago=now - dt.timedelta(days=settings.STILL_TRUE_DAYS),
        a_while_ago=now - dt.timedelta(days=settings.UNREAD_DAYS),
    )
    by_key = {seat.pk: seat for seat in found}
    mine = [by_key[key.pk] for key in keys]
    for seat, key in zip(mine, keys, strict=True):
        seat.is_ended, seat.has_news = key.is_ended, key.has_news
    everywhere = [seat.relationship_id for seat in mine]
    them = {seat.relationship_id: seat for seat in _OTHERS(relationships=everywhere, me=request.user.pk)}
    going_on = [seat for seat in mine if not seat.is_ended]
    (plans, called_off), promised = _ahead(going_on), _promised(going_on)
    return [
        Journal(
            seat,
            them.get(seat.relationship_id),
            plans.get(seat.relationship_id),
            called_off[seat.relationship_id],
            promised[seat.pk][:PROMISES],
            len(promised[seat.pk]) > PROMISES,
        )
        for seat in mine
    ]


def _ahead(
    seats: list[Participant],
) -> tuple[dict[object, Appointment], dict[object, list[Appointment]]]:
    """The next appointment of each journal, one that has begun included; and those that were called off."""
    called_off: dict[object, list[Appointment]] = defaultdict(list)
    if not seats:
        return {}, called_off
    coming = _COMING(relationships=[seat.relationship_id for seat in seats], now=clock.now())
    for one in coming:
        if one.is_called_off:
            called_off[one.relationship_id].append(one)
    return {one.relationship_id: one for one in reversed(coming) if one.is_planned}, called_off


def _promised(seats: list[Participant]) -> dict[object, list[Promised]]:
    """What each of these seats has promised and is open, the soonest first."""
    mine = {seat.pk: seat.relationship_id for seat in seats}
    by_journal: dict[object, list[Entry]] = defaultdict(list)
    if seats:
        for entry in _PROMISES(relationships=list(mine.values()), seats=list(mine)):
            by_journal[entry.relationship_id].append(entry)
    promised: dict[object, list[Promised]] = defaultdict(list)
    for entries in by_journal.values():
        for one in soonest_first(one for one in threads(entries) if one.entry.about_id is None):
            # Only what was promised from this very seat, in its own journal.
            if mine.get(one.entry.author_id) == one.entry.relationship_id:
                promised[one.entry.author_id].append(one)
    return promised
