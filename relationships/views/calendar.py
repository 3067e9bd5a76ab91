"""A person's appointments for their own calendar: when, and nothing else."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from accounts import calendar_address
from accounts.models import User
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
        content = _calendar_of(person).to_ical()
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response


def _calendar_of(person: User) -> Calendar:
    """All that this person has planned or has had lately, in all their journals together."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    # A name is asked for, and need not say whose program it was.
    calendar.add("PRODID", "-//Calendar//EN")
    calendar.add("X-WR-CALNAME", _("Appointments"))
    appointments = (
        Appointment.objects.of(person)
        .standing()
        .filter(starts_at__gte=clock.now() - BACK)
        .annotate(lines=Count("consult__appointments"))
        .select_related("event")
        .in_order()
    )
    for appointment in appointments:
        calendar.add_component(_event(person, appointment))
    return calendar


def _event(person: User, appointment: Any) -> Event:
    """The newest line of a consult, which has so many `lines`."""
    event = Event()
    event.add("UID", calendar_address.uid(person, str(appointment.consult_id)))
    event.add("DTSTAMP", appointment.event.at.astimezone(dt.UTC))
    event.add("LAST-MODIFIED", appointment.event.at.astimezone(dt.UTC))
    event.add("DTSTART", appointment.starts_at.astimezone(dt.UTC))
    event.add("DTEND", appointment.ends_at.astimezone(dt.UTC))
    event.add("SEQUENCE", appointment.lines - 1)
    event.add("STATUS", "CANCELLED" if appointment.is_called_off else "CONFIRMED")
    event.add("CLASS", "PRIVATE")
    event.add("SUMMARY", _("Appointment"))
    return event
