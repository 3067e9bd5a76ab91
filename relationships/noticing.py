"""One mail that says "There is something new in your journal", and nothing more until they have looked.

Whoever has words of the other that they have not read, an invitation of theirs accepted, or an erasure announced, and has
not been told since, is told: at once, which is after a few minutes, so that five lines are one mail; or at most once a
day; or never. Each chooses that, and hours in which they are not told, for themselves.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Told, User
from config import mail, queue
from relationships import clock
from relationships.evidence import held
from relationships.models import EntryState, Event, Notice, Participant, Verb
from relationships.models.event import NEW_BY_ITSELF
from relationships.models.participant import ParticipantQuerySet

A_FEW_MINUTES = dt.timedelta(minutes=5)
"""So long after the first new line "at once" is: somebody who writes five has them told in one mail."""

DAILY_AT = dt.time(8)
"""Whoever is told once a day is told in the morning, of what came before it, or after their quiet hours."""

TRIED_AGAIN_AFTER = dt.timedelta(days=1)
"""A notice that surely did not leave is as if it had not been, but not before then."""

LATELY = dt.timedelta(days=3)
"""What was written since then is looked at each minute: longer than a day, quiet hours and a second try take together."""

EACH_DAY = "noticing.all"
"""Under this name the cache remembers that all was looked at, for a day."""

LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def notice_lately() -> int:
    """For each minute: put a notice into the queue for each person who is to be told of something written lately."""
    return notice(since=clock.now() - LATELY)


def notice_all() -> int:
    """Once a day: whoever was told, was away for long and has looked since is told of what waits in other journals."""
    return notice() if cache.add(EACH_DAY, True, timeout=dt.timedelta(days=1).total_seconds()) else 0


def notice(*, since: dt.datetime | None = None) -> int:
    """Put a notice into the queue for each person who is to be told now, of what came since then or ever; how many."""
    found = defaultdict(list)
    for seat in _seats_with_news(since=since):
        found[seat.person].append(seat)
    return sum(_tell(person) for person, seats in found.items() if _is_time(person, seats))


def settle() -> None:
    """Note when the mails of notices were taken, and forget those that surely did not leave."""
    lately = Notice.objects.filter(sent_at=None, made_at__gt=clock.now() - queue.KEPT_FOR)
    waiting = {one.name: one for one in lately}
    for name, outcome in mail.outcomes(waiting).items():
        if outcome.sent_at:
            Notice.objects.filter(pk=waiting[name].pk).update(sent_at=outcome.sent_at)
        elif outcome.surely_not and waiting[name].made_at < clock.now() - TRIED_AGAIN_AFTER:
            waiting[name].delete()


def is_quiet(person: User, moment: dt.datetime) -> bool:
    """Whether this falls into their quiet hours, by the clock on their wall; over midnight too."""
    begin, end = person.quiet_from, person.quiet_until
    if begin is None or end is None or begin == end:
        return False
    on_the_wall = moment.astimezone(person.zone).time()
    if begin < end:
        return begin <= on_the_wall < end
    return on_the_wall >= begin or on_the_wall < end


def _seats_with_news(person: User | None = None, since: dt.datetime | None = None) -> ParticipantQuerySet:
    """Each seat with something new of which its person has not been told since, and when the first of it came.

    Whoever was told and has not looked since is left out, whatever came meanwhile. Of one person, or of everybody: then
    it begins with what is new, and looks at no other seat.
    """
    seats = Participant.objects.filter(
        **({"person": person} if person else {"relationship__in": _where_something_is_new(since or LONG_AGO)})
    )
    told = Notice.objects.newest_to(OuterRef("person")).values("made_at")[:1]
    here = {"relationship": OuterRef("relationship")}
    words = EntryState.objects.filter(**here, is_unread=True, written_at__gt=OuterRef("told_at"))
    words = words.exclude(author=OuterRef("pk"))
    acts = Event.objects.filter(**here, verb__in=NEW_BY_ITSELF, at__gt=OuterRef("told_at")).exclude(
        actor=OuterRef("pk")
    )
    acts = acts.filter(at__gt=OuterRef("looked_at"), at__gte=OuterRef("joined_at"))
    found: ParticipantQuerySet = (
        seats.filter(person__is_active=True)
        .exclude(person__told_of_news=Told.NEVER)
        .annotate(
            told_at=Coalesce(Subquery(told), LONG_AGO),
            looked_at=Coalesce(Subquery(_last_look(OuterRef("person"))), LONG_AGO),
        )
        .filter(Q(told_at=LONG_AGO) | Q(looked_at__gt=F("told_at")))
        .annotate(
            words_at=Subquery(words.order_by("written_at").values("written_at")[:1]),
            acts_at=Subquery(acts.order_by("at").values("at")[:1]),
        )
        .filter(Q(words_at__isnull=False) | Q(acts_at__isnull=False))
        .select_related("person")
    )
    return found


def _where_something_is_new(since: dt.datetime) -> QuerySet[Any, Any]:
    """The records in which something unread was written since then, or something done that is new to somebody."""
    unread = EntryState.objects.filter(is_unread=True, written_at__gt=since).order_by()
    acts = [Event.objects.filter(verb=verb, at__gt=since).order_by() for verb in NEW_BY_ITSELF]
    return unread.values("relationship").union(*(some.values("relationship") for some in acts))


def _last_look(person: OuterRef) -> QuerySet[Participant, Any]:
    """When somebody last opened a page of any of their journals: one look-up for each of these."""
    opened = Event.objects.filter(actor=OuterRef("pk"), verb=Verb.OPENED).order_by("-at")
    seats = Participant.objects.filter(person=person).annotate(opened=Subquery(opened.values("at")[:1]))
    rows: QuerySet[Participant, Any] = (
        seats.filter(opened__isnull=False).order_by("-opened").values("opened")[:1]
    )
    return rows


def _is_time(person: User, seats: list[Participant]) -> bool:
    """Whether what came first has waited for as long as they like to be left alone."""
    now = clock.now()
    if is_quiet(person, now):
        return False
    first = min(at for seat in seats for at in (seat.words_at, seat.acts_at) if at)  # type: ignore[attr-defined]
    if person.told_of_news == Told.DAILY:
        return bool(first < _this_morning(person, now))
    return bool(first <= now - A_FEW_MINUTES)


def _this_morning(person: User, now: dt.datetime) -> dt.datetime:
    """The last time that it was DAILY_AT where they are."""
    here = now.astimezone(person.zone)
    morning = dt.datetime.combine(here.date(), DAILY_AT, person.zone)
    return (
        morning
        if morning <= here
        else dt.datetime.combine(here.date() - dt.timedelta(1), DAILY_AT, person.zone)
    )


def _tell(person: User) -> int:
    """Write one notice and its mail, both or neither. None where another run has, or they have looked meanwhile."""
    try:
        with transaction.atomic():
            newest = Notice.objects.filter(person=person).first()
            seats = list(_seats_with_news(person))
            if not seats:
                return 0
            number = newest.number + 1 if newest else 1
            one = Notice.objects.create(person=person, number=number, made_at=clock.now())
            _letter(one, person, seats).send()
    except IntegrityError:
        return 0
    return 1


def _letter(one: Notice, person: User, seats: list[Participant]) -> EmailMessage:
    site = settings.SITE_ADDRESS.rstrip("/")
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(person.zone):
        context = {
            "link": site + reverse("home"),
            "settings": site + reverse("settings"),
            "held": held(seat.relationship_id for seat in seats),
        }
        letter = EmailMessage(
            subject=render_to_string("mail/notice_subject.txt").strip(),
            body=render_to_string("mail/notice.txt", context),
            to=[person.email],
        )
    letter.name = one.name  # type: ignore[attr-defined]
    return letter
