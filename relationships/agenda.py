"""The consults of a relationship, as each stands today: what comes next, what has been. Pure."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from config.prepared import Prepared
from relationships import clock
from relationships.models import Appointment, ConsultState, Relationship
from relationships.models.consult import AppointmentQuerySet

State = Appointment.State


@dataclass(frozen=True, slots=True)
class Agenda:
    appointments: list[Appointment]
    """The newest of each consult, by time, the earliest first."""

    @property
    def coming(self) -> list[Appointment]:
        """Planned, and not over yet."""
        return [one for one in self.appointments if one.is_planned and one.ends_at > clock.now()]

    @property
    def unsaid(self) -> list[Appointment]:
        """Planned and over, and nobody has said whether they met; the newest first."""
        over = [one for one in self.appointments if one.is_planned and one.ends_at <= clock.now()]
        return over[::-1]

    @property
    def been(self) -> list[Appointment]:
        """Met or called off, the newest first."""
        return [one for one in self.appointments if not one.is_planned][::-1]

    @property
    def called_off(self) -> list[Appointment]:
        """Called off, and the time has not come: somebody may still set out for it."""
        return [one for one in self.appointments if one.is_called_off and one.ends_at > clock.now()]

    @property
    def next(self) -> Appointment | None:
        return next(iter(self.coming), None)


def agenda(relationship: Relationship) -> Agenda:
    """All of them, in one query."""
    return Agenda(list(relationship.appointments.standing().select_related("event").in_order()))


def around_now(relationship: Relationship) -> Agenda:
    """Only the next one, the last one that is over and unsaid, and those that were called off and are still to come."""
    return Agenda(_AROUND(relationship=relationship.pk, now=clock.now()))


def last_met(relationship: Relationship, before: dt.datetime | None = None) -> Appointment | None:
    """The last consult that has met, or the last before that moment."""
    return next(iter(_MET(relationship=relationship.pk, before=before)), None)


def find(relationship: Relationship, consult_id: uuid.UUID) -> Appointment | None:
    """How this consult stands today."""
    return next(iter(_ONE(relationship=relationship.pk, consult=consult_id)), None)


def _rows(keys: QuerySet[ConsultState, Any]) -> AppointmentQuerySet:
    rows: AppointmentQuerySet = Appointment.objects.filter(pk__in=keys).select_related("event")
    return rows.in_order()


def _around(relationship: uuid.UUID, now: dt.datetime) -> AppointmentQuerySet:
    here = ConsultState.objects.filter(relationship=relationship)
    planned, called_off = (here.filter(state=state) for state in (State.PLANNED, State.CALLED_OFF))
    parts = [
        planned.filter(ends_at__gt=now).order_by("starts_at", "appointment__number")[:1],
        planned.filter(ends_at__lte=now).order_by("-starts_at", "-appointment__number")[:1],
        called_off.filter(ends_at__gt=now),
    ]
    # SQLite allows no LIMIT in a part of a UNION, so each part is a subquery.
    first, *rest = (
        ConsultState.objects.filter(pk__in=part.values("pk")).order_by().values("appointment")
        for part in parts
    )
    return _rows(first.union(*rest, all=True))


def _met(relationship: uuid.UUID, before: dt.datetime | None = None) -> AppointmentQuerySet:
    met = ConsultState.objects.filter(relationship=relationship, state=State.MET)
    if before:
        met = met.filter(starts_at__lt=before)
    return _rows(met.order_by("-starts_at", "-appointment__number").values("appointment")[:1])


_AROUND = Prepared(_around)
_MET = Prepared(_met)
_ONE = Prepared(
    lambda relationship, consult: _rows(
        ConsultState.objects.filter(relationship=relationship, pk=consult).values("appointment")
    )
)
