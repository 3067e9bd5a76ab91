"""Where one arrives: the journals that one keeps."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery, UUIDField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relationships import clock, kinds
from relationships.access import SignedInRequest
from relationships.models import Appointment, Draft, Entry, Event, Invitation, Participant, Verb
from relationships.models.relationship import LONGEST
from relationships.views.ahead import OPEN, TOLD, Promised, as_promised
from relationships.views.cards import meets_at

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
    def to_say_again(self) -> object:
        """The thread in which I said something back that came near or not yet; its id, or None."""
        return self.mine.to_say_again  # type: ignore[attr-defined]

    @property
    def said_back(self) -> object:
        """What the other one understood of my words and waits for my answer: its id, or None."""
        return self.mine.said_back  # type: ignore[attr-defined]

    @property
    def when(self) -> str:
        return meets_at(self.next.starts_at) if self.next else ""

    @property
    def together_since(self) -> dt.datetime | None:
        """When the other one accepted, whoever that was."""
        return max(self.mine.joined_at, self.them.joined_at) if self.them else None

    @property
    def asks_at(self) -> str:
        """The name of the page that asks whether something of mine is still true; empty where nothing is to ask."""
        kind = "" if self.mine.is_ended else self.mine.to_ask  # type: ignore[attr-defined]
        return kinds.get(kind).page if kind else ""

    @property
    def empty_place(self) -> str:
        """How the other place stands while nobody is in it."""
        if self.mine.invitation_waits:  # type: ignore[attr-defined]
            return _("The other place is still empty. An invitation waits for an answer.")
        match self.mine.came_of_it:  # type: ignore[attr-defined]
            case Verb.DECLINED:
                return _("The other place is still empty. Somebody said no to the invitation.")
            case Verb.INVITED:
                return _("The other place is still empty. The invitation has run out.")
        return _("The other place is still empty.")


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """All of one's own relationships, in a few queries however many there are. They never show each other."""
    return render(request, "home.html", {"journals": _journals(request)})


def _journals(request: SignedInRequest) -> list[Journal]:
    here = {"relationship": OuterRef("relationship")}
    unread = Entry.objects.filter(**here).unread_by(OuterRef("pk"))
    waiting = Entry.objects.filter(**here).exclude(author=OuterRef("pk")).unanswered()
    to_say_again = Entry.objects.filter(**here, author=OuterRef("pk")).answered_and_unconfirmed()
    a_while_ago = clock.now() - dt.timedelta(days=settings.STILL_TRUE_DAYS)
    to_ask = Entry.objects.filter(**here, author=OuterRef("pk")).last_said_before(a_while_ago)
    # Without what the other can only read once they have answered themselves.
    unread_by_them = Entry.objects.filter(**here, author=OuterRef("pk"), reading=None).in_the_record()
    unheard = unread_by_them.exclude(kind__in=kinds.opening_together()).not_withdrawn()
    since = clock.now() - dt.timedelta(days=settings.UNREAD_DAYS)
    inviting = Event.objects.filter(**here, verb__in=[Verb.INVITED, Verb.DECLINED, Verb.TOOK_BACK])
    mine = list(
        Participant.objects.of(request.user)
        .select_related("relationship")
        .annotate(
            has_news=Exists(unread),
            said_back=Subquery(waiting.newest_first().values("pk")[:1]),
            to_say_again=Subquery(to_say_again.newest_first().values("thread")[:1], output_field=UUIDField()),
            has_draft=Exists(Draft.objects.to_share().filter(author=OuterRef("pk"))),
            is_ended=Exists(Event.objects.filter(**here, verb=Verb.ENDED)),
            invitation_waits=Exists(Invitation.objects.filter(**here).waiting()),
            to_ask=Subquery(to_ask.newest_first().values("kind")[:1]),
            unheard_at=Subquery(
                unheard.filter(written_at__lt=since).order_by("number").values("written_at")[:1]
            ),
            came_of_it=Subquery(inviting.newest_first().values("verb")[:1]),
        )
        .order_by("is_ended", "-joined_at")
    )
    others = Participant.objects.filter(relationship__in=[seat.relationship_id for seat in mine])
    them = {
        seat.relationship_id: seat for seat in others.exclude(person=request.user).select_related("person")
    }
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
    here = Appointment.objects.filter(relationship__in=[seat.relationship_id for seat in seats])
    not_long_over = here.filter(starts_at__gt=clock.now() - dt.timedelta(minutes=LONGEST))
    standing = not_long_over.standing().select_related("event").in_order()
    coming = [one for one in standing if not one.has_met and one.ends_at > clock.now()]
    called_off = defaultdict(list)
    for one in coming:
        if one.is_called_off:
            called_off[one.relationship_id].append(one)
    return {one.relationship_id: one for one in reversed(coming) if one.is_planned}, called_off


def _promised(seats: list[Participant]) -> dict[object, list[Promised]]:
    """What each of these seats has promised and is open, the soonest first."""
    mine = {seat.pk: seat.relationship_id for seat in seats}
    by_journal = defaultdict(list)
    for entry in TOLD.in_threads_of(OPEN.filter(author__in=list(mine))):
        by_journal[entry.relationship_id].append(entry)
    promised: dict[object, list[Promised]] = defaultdict(list)
    for entries in by_journal.values():
        for one in as_promised(entries):
            # Only what was promised from this very seat, in its own journal.
            if mine.get(one.entry.author_id) == one.entry.relationship_id:
                promised[one.entry.author_id].append(one)
    return promised
