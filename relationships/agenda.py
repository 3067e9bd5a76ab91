"""The consults of a relationship, as each stands today: what comes next, what has been. Pure."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from config.prepared import Prepared
from relationships import clock
from relationships.models import Appointment, ConsultState, Relationship
from relationships.models.consult import AppointmentQuerySet

State = Appointment.State
FAR_AHEAD = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


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
    def has_met(self) -> bool:
        """Whether any of them has."""
        return any(one.has_met for one in self.appointments)

    @property
    def next(self) -> Appointment | None:
        return next(iter(self.coming), None)


def agenda(relationship: Relationship) -> Agenda:
    """All of them, in one query."""
    return Agenda(list(relationship.appointments.standing().select_related("event").in_order()))


def around_now(relationship: Relationship) -> Agenda:
    """Only the next one, the last one that is over and unsaid, and those that were called off and are still to come."""
    return Agenda(_AROUND(relationship=relationship.pk, now=clock.now()))


def before_the_next(relationship: Relationship) -> tuple[Appointment | None, Appointment | None]:
    """The next one, and the last one before it that has met."""
    return _the_one_and_the_met(_NEXT(relationship=relationship.pk, now=clock.now()))


def before_one(
    relationship: Relationship, consult_id: uuid.UUID
) -> tuple[Appointment | None, Appointment | None]:
    """This one, and the last one before it that has met."""
    return _the_one_and_the_met(_BEFORE(relationship=relationship.pk, consult=consult_id), consult_id)


def _the_one_and_the_met(
    found: list[Appointment], consult_id: uuid.UUID | None = None
) -> tuple[Appointment | None, Appointment | None]:
    one = next(
        (one for one in found if consult_id == one.consult_id or (not consult_id and one.is_planned)), None
    )
    return one, next((other for other in found if other is not one), None)


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


def _with_the_met(one: QuerySet[ConsultState, Any], relationship: uuid.UUID) -> AppointmentQuerySet:
    """This one and the last before it that has met; where there is no such one, the last that has met."""
    begins = Coalesce(Subquery(one.values("starts_at")[:1]), Value(FAR_AHEAD))
    met = ConsultState.objects.filter(relationship=relationship, state=State.MET, starts_at__lt=begins)
    last = met.order_by("-starts_at", "-appointment__number")[:1]
    first, second = (
        ConsultState.objects.filter(pk__in=part.values("pk")).order_by().values("appointment")
        for part in (one, last)
    )
    return _rows(first.union(second, all=True))


def _next(relationship: uuid.UUID, now: dt.datetime) -> AppointmentQuerySet:
    here = ConsultState.objects.filter(relationship=relationship)
    coming = here.filter(state=State.PLANNED, ends_at__gt=now).order_by("starts_at", "appointment__number")
    return _with_the_met(coming[:1], relationship)


def _before(relationship: uuid.UUID, consult: uuid.UUID) -> AppointmentQuerySet:
    one = ConsultState.objects.filter(relationship=relationship, pk=consult)
    return _with_the_met(one, relationship)


_AROUND = Prepared(_around)
_NEXT, _BEFORE = Prepared(_next), Prepared(_before)
_ONE = Prepared(
    lambda relationship, consult: _rows(
        ConsultState.objects.filter(relationship=relationship, pk=consult).values("appointment")
    )
)
