"""All consults of a day, one's own page: in order, each one tap from its brief, and all their briefs in one go."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from relationships import clock
from relationships.access import SignedInRequest, enter
from relationships.agenda import before_one
from relationships.brief import brief
from relationships.forms import DayForm
from relationships.models import Appointment, Participant
from relationships.views.brief import on_the_sheet
from relationships.views.pages import is_a_look


@dataclass(frozen=True, slots=True)
class Meeting:
    """One consult of the day."""

    appointment: Appointment
    them: Participant | None
    begins_before_another_ends: bool
    """Whether it and another one of the day are at the same time."""

    @property
    def brief(self) -> str:
        return reverse("consult-brief", args=[self.appointment.relationship_id, self.appointment.consult_id])


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
        sheet = brief(relationship, appointment, met, reader=me)
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
    return list(Appointment.objects.of(request.user).standing().between(start, end).in_order())


def _next_day(request: SignedInRequest, day: dt.date) -> dt.date | None:
    """The next day with an appointment, for one that has none."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    planned = Appointment.objects.of(request.user).standing().filter(starts_at__gte=max(end, clock.now()))
    first = planned.exclude(state=Appointment.State.CALLED_OFF).in_order().first()
    return timezone.localtime(first.starts_at).date() if first else None


def _meetings(request: SignedInRequest, day: dt.date) -> list[Meeting]:
    appointments = _appointments(request, day)
    others = Participant.objects.filter(relationship__in=[one.relationship_id for one in appointments])
    them = {
        seat.relationship_id: seat for seat in others.exclude(person=request.user).select_related("person")
    }
    planned = [one for one in appointments if not one.is_called_off]
    return [
        Meeting(
            one,
            them.get(one.relationship_id),
            one in planned and any(one.overlaps(other) for other in planned if other != one),
        )
        for one in appointments
    ]
