"""A person's appointments for their own calendar: when, and nothing else."""

import datetime as dt
import uuid
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from accounts import calendar_address
from accounts.models import User
from config.prepared import Prepared
from relationships import clock
from relationships.models import Appointment

BACK = dt.timedelta(days=30)
"""How long an appointment stays in the calendar."""


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the address reads it: a calendar cannot log in."""
    person = calendar_address.person_of(token)
    if person is None:
        raise Http404
    # In the language that they chose. What a calendar says of its own language is not theirs.
    with translation.override(person.language or settings.LANGUAGE_CODE):
        content = _calendar_of(person)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response


def _calendar_of(person: User) -> str:
    """All that this person has planned or has had lately, in all their journals together, as iCalendar."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    # A name is asked for, and need not say whose program it was.
    calendar.add("PRODID", "-//Calendar//EN")
    calendar.add("X-WR-CALNAME", _("Appointments"))
    head, end, rest = calendar.to_ical().decode().partition("END:VCALENDAR")
    found = _LATELY(person=person.pk, since=clock.now() - BACK)
    return "".join([head, *(_poured(person, appointment) for appointment in found), end, rest])


def _all_lately(person: uuid.UUID, since: dt.datetime) -> QuerySet[Appointment]:
    rows = (
        Appointment.objects.of(person)
        .standing()
        .filter(newest_of__starts_at__gte=since)
        .select_related("event")
    )
    counted: QuerySet[Appointment] = rows.annotate(lines=Count("consult__appointments")).in_order()
    return counted


_LATELY = Prepared(_all_lately)


def _poured(person: User, appointment: Any) -> str:
    """The newest line of a consult, which has so many `lines`."""
    return _mould(appointment.is_called_off, _("Appointment")).format(
        uid=calendar_address.uid(person, str(appointment.consult_id)),
        at=_in_utc(appointment.event.at),
        starts_at=_in_utc(appointment.starts_at),
        ends_at=_in_utc(appointment.ends_at),
        sequence=appointment.lines - 1,
    )


@lru_cache(maxsize=32)
def _mould(is_called_off: bool, summary: str) -> str:
    """One event, to be formatted with what differs, which is as long as what it replaces, so that lines stay whole.

    The library puts an event together in a third of a millisecond, and a feed may have hundreds.
    """
    uid, sequence = "0" * 64, 987654321
    at, starts_at, ends_at = (dt.datetime(1970, 1, 1, second=second, tzinfo=dt.UTC) for second in (1, 2, 3))
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", at)
    event.add("LAST-MODIFIED", at)
    event.add("DTSTART", starts_at)
    event.add("DTEND", ends_at)
    event.add("SEQUENCE", sequence)
    event.add("STATUS", "CANCELLED" if is_called_off else "CONFIRMED")
    event.add("CLASS", "PRIVATE")
    event.add("SUMMARY", summary)
    text: str = event.to_ical().decode().replace("{", "{{").replace("}", "}}")
    for told, slot in (
        (uid, "uid"),
        (str(sequence), "sequence"),
        (_in_utc(at), "at"),
        (_in_utc(starts_at), "starts_at"),
        (_in_utc(ends_at), "ends_at"),
    ):
        text = text.replace(told, f"{{{slot}}}")
    return text


def _in_utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
