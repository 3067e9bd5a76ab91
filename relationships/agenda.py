"""The consults of a relationship, as each stands today: what comes next, what has been. Pure."""

import datetime as dt
import uuid
from dataclasses import dataclass

from relationships import clock
from relationships.models import Appointment, Relationship


@dataclass(frozen=True, slots=True)
class Agenda:
    appointments: list[Appointment]
    """The newest of each consult, by time, the earliest first."""

    def find(self, consult_id: uuid.UUID) -> Appointment | None:
        return next((one for one in self.appointments if one.consult_id == consult_id), None)

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

    def last_met(self, before: dt.datetime | None = None) -> Appointment | None:
        """The last consult that has met, or the last before that moment."""
        met = [one for one in self.appointments if one.has_met and (before is None or one.starts_at < before)]
        return met[-1] if met else None


def agenda(relationship: Relationship) -> Agenda:
    """In one query, however many consults there are."""
    return Agenda(list(relationship.appointments.standing().select_related("event").in_order()))
