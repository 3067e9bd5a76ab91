"""Lawful erasure: words removed from the record, with both told beforehand, and a stone that stays in their place.

Whoever runs the installation does it (`manage.py erase`), as the owner of the tables, and never a page. It is announced
in the record, waits, and is done in one transaction that takes the guards of one table off and puts them back: killed
in the middle, it was never begun. The chain stays whole, since it holds a salted seal of the words and not the words.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from relationships import guards, prose
from relationships.errors import Refused
from relationships.models import Bearing, Draft, Entry, Event, Relationship, Rendering, Verb, projection
from relationships.models.turn import turn
from relationships.verification import first_fault

LONGEST_REASON = 500


def announce(entry: Entry, *, reason: str) -> Event:
    """Tell both, in the record, that the words of an entry will be erased, why and on which day."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or prose.fault(reason):
        raise Refused(f"Give a reason that both can read, of at most {LONGEST_REASON} characters.")
    entry = _first_wording(entry)
    with turn(entry.relationship, None, after_the_end=True) as this:
        if _is_erased(entry):
            raise Refused("Its words were erased already.")
        if announcement(entry):
            raise Refused("That was announced already.")
        day = timezone.localtime(this.at).date() + dt.timedelta(days=settings.ERASURE_DAYS)
        return this.note(
            Verb.ERASING, details={"entry": str(entry.pk), "reason": reason, "on": day.isoformat()}
        )


def announcement(entry: Entry) -> Event | None:
    """The act that announced the erasure of this entry."""
    told = entry.relationship.events.filter(verb=Verb.ERASING).order_by("number")
    return next((one for one in told if one.details["entry"] == str(entry.pk)), None)


def carry_out(entry: Entry) -> Event:
    """Erase the words of an entry and of all its wordings. Raises Refused, and then nothing was changed."""
    entry = _first_wording(entry)
    relationship: Relationship = entry.relationship
    with turn(relationship, None, after_the_end=True) as this:
        told = announcement(entry)
        if told is None:
            raise Refused("Announce it first: both have to be told beforehand.")
        if _is_erased(entry):
            raise Refused("Its words were erased already.")
        if this.at.date() < dt.date.fromisoformat(told.details["on"]):
            raise Refused(f"It was announced for {told.details['on']}. It cannot be done before that day.")
        _must_fit(relationship)
        wordings = [entry.pk, *_wordings(entry).values_list("pk", flat=True)]
        _blank(wordings)
        projection.keep_thread(entry.thread)
        done = this.note(
            Verb.ERASED,
            details={
                "entries": " ".join(str(key) for key in wordings),
                "announced": str(told.number),
                "reason": told.details["reason"],
            },
        )
        _must_fit(relationship)
    return done


def _blank(wordings: list[uuid.UUID]) -> None:
    """Remove the words, and whatever was made of them."""
    Rendering.objects.filter(entry__in=wordings).delete()
    boxes = Q()
    for key in wordings:
        boxes |= Q(box__startswith=f"entry/{key}/")
    Draft.objects.filter(boxes).delete()
    with guards.lifted(connection, Entry):
        QuerySet(Entry).filter(pk__in=wordings).update(**Entry.BLANK)


def _first_wording(entry: Entry) -> Entry:
    return entry.about if entry.bearing == Bearing.CORRECTS and entry.about else entry


def _wordings(entry: Entry) -> "QuerySet[Entry]":
    found: QuerySet[Entry] = entry.relationship.entries.filter(about=entry, bearing=Bearing.CORRECTS)
    return found.order_by("number")


def _is_erased(entry: Entry) -> bool:
    return Entry.objects.get(pk=entry.pk).is_erased


def _must_fit(relationship: Relationship) -> None:
    """An erasure neither covers a change that somebody made nor makes one."""
    if fault := first_fault(relationship, pages=False):
        raise Refused(f"The record does not fit, so nothing is erased: {fault}")
