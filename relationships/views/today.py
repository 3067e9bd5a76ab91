"""All consults of a day, one's own page: in order, each one tap from its brief, and all their briefs in one go."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from config.prepared import Prepared
from config.templatetags.addresses import address_of
from relationships import clock
from relationships.access import SignedInRequest, enter
from relationships.agenda import before_one
from relationships.brief import selection
from relationships.forms import DayForm
from relationships.models import Appointment, Participant
from relationships.views.brief import on_the_sheet
from relationships.views.dates import at_a_time
from relationships.views.fitting import fitted
from relationships.views.moulds import pour_what_is_there
from relationships.views.pages import is_a_look


@dataclass(frozen=True, slots=True)
class Meeting:
    """One consult of the day."""

    appointment: Appointment
    them: Participant | None
    begins_before_another_ends: bool
    """Whether it and another one of the day are at the same time."""

    def line(self) -> SafeString:
        """As the list of the day shows it."""
        one = self.appointment
        shape = {
            "is_called_off": one.is_called_off,
            "has_met": one.has_met,
            "overlaps": self.begins_before_another_ends,
        }
        words = {
            "moment": timezone.localtime(one.starts_at).isoformat(),
            "at": at_a_time(one.starts_at, "TIME_FORMAT"),
            "until": at_a_time(one.ends_at, "TIME_FORMAT"),
            "way": one.get_way_display(),
            "brief": address_of("consult-brief", one.relationship_id, one.consult_id),
            "name": self.them.name if self.them else "",
        }
        return pour_what_is_there("components/meeting.html", "meeting", shape, words)


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """In as many queries for forty consults as for one. Only whoever asks sees them side by side."""
    day = _day(request)
    meetings = _meetings(request, day)
    context = {
        "day": day,
        "is_today": day == timezone.localdate(clock.now()),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "meetings": meetings,
        "next_day": None if meetings else _next_day(request, day),
    }
    return render(request, "today.html", context)


@require_safe
def briefs(request: SignedInRequest) -> HttpResponse:
    """The briefs of all that were not called off, for paper; to look at them is to look at each."""
    day = _day(request)
    sheets = []
    for appointment in _appointments(request, day):
        if appointment.is_called_off:
            continue
        relationship, me = enter(request.user, appointment.relationship_id)
        _same, met = before_one(relationship, appointment.consult_id)
        sheet = fitted(selection(relationship, appointment, met, reader=me))
        if is_a_look(request):
            relationship.open(by=me, page=f"consult/{appointment.consult_id}/brief/", entries=sheet.shown)
        frame = {
            "relationship": relationship,
            "seats": relationship.seats,
            "them": relationship.facing(me),
            "on": f"{appointment.consult_id}-",
        }
        sheets.append(frame | on_the_sheet(sheet))
    return render(request, "today_briefs.html", {"day": day, "sheets": sheets})


def _day(request: SignedInRequest) -> dt.date:
    """The day that the address asks for, or else today, as the reader's own calendar counts days."""
    form = DayForm(request.GET)
    return (form.is_valid() and form.cleaned_data["day"]) or timezone.localdate(clock.now())


def _appointments(request: SignedInRequest, day: dt.date) -> list[Appointment]:
    start, end = (
        timezone.make_aware(dt.datetime.combine(date, dt.time.min))
        for date in (day, day + dt.timedelta(days=1))
    )
    found: list[Appointment] = _OF_A_DAY(person=request.user.pk, start=start, end=end)
    return found


def _all_of_a_day(person: uuid.UUID, start: dt.datetime, end: dt.datetime) -> QuerySet[Appointment]:
    rows: QuerySet[Appointment] = Appointment.objects.of(person).standing().between(start, end).in_order()
    return rows


def _all_others(person: uuid.UUID, relationships: list[uuid.UUID]) -> QuerySet[Participant]:
    others = Participant.objects.filter(relationship__in=relationships).exclude(person=person)
    rows: QuerySet[Participant] = others.select_related("person")
    return rows


_OF_A_DAY, _OTHERS = Prepared(_all_of_a_day), Prepared(_all_others)


def _next_day(request: SignedInRequest, day: dt.date) -> dt.date | None:
    """The next day with an appointment, for one that has none."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    planned = (
        Appointment.objects.of(request.user)
        .standing()
        .filter(newest_of__starts_at__gte=max(end, clock.now()))
    )
    first = planned.exclude(state=Appointment.State.CALLED_OFF).in_order().first()
    return timezone.localtime(first.starts_at).date() if first else None


def _meetings(request: SignedInRequest, day: dt.date) -> list[Meeting]:
    appointments = _appointments(request, day)
    everywhere = list({one.relationship_id for one in appointments})
    others = _OTHERS(person=request.user.pk, relationships=everywhere) if everywhere else []
    them = {seat.relationship_id: seat for seat in others}
    planned = [one for one in appointments if not one.is_called_off]
    return [
        Meeting(
            one,
            them.get(one.relationship_id),
            one in planned and any(one.overlaps(other) for other in planned if other != one),
        )
        for one in appointments
    ]
