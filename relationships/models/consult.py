"""A meeting at a time: planned, moved, called off, met."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.append_only import AppendOnly, AppendOnlyQuerySet
from config.ids import uuid7
from relationships import chain


class Consult(AppendOnly):
    """A meeting. When it is, and whether, is what its newest `Appointment` says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="consults")

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class Way(models.TextChoices):
    """How the two meet."""

    IN_PERSON = "in_person", _("in person")
    TELEPHONE = "telephone", _("by telephone")
    VIDEO = "video", _("by video")
    HOME = "home", _("at home")


class AppointmentQuerySet(AppendOnlyQuerySet):
    def standing(self) -> "AppointmentQuerySet":
        """The newest of each consult."""
        return self.filter(newest_of__relationship=F("relationship"))

    def planned(self) -> "AppointmentQuerySet":
        return self.filter(state=Appointment.State.PLANNED)

    def met(self) -> "AppointmentQuerySet":
        return self.filter(state=Appointment.State.MET)

    def of(self, person: Any) -> "AppointmentQuerySet":
        """All that this person has a seat in."""
        return self.filter(relationship__participants__person=person)

    def between(self, start: dt.datetime, end: dt.datetime) -> "AppointmentQuerySet":
        """Of the newest of each consult those that begin within this time: `start` belongs to it, `end` does not.

        By the state of the consult, whose index begins with its relationship: everybody has appointments that day.
        """
        return self.filter(newest_of__starts_at__gte=start, newest_of__starts_at__lt=end)

    def in_order(self) -> "AppointmentQuerySet":
        return self.order_by("starts_at", "number")


class Appointment(AppendOnly):
    """What one act left of a consult: when, how long, how and where, and how it stands since. The newest stands.

    It is a line of its Event as a Reading is a line of an opening. Who did it and when is the Event's to say.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CALLED_OFF = "called_off", _("called off")
        MET = "met", _("met")

    consult = models.ForeignKey("Consult", on_delete=models.PROTECT, related_name="appointments")
    event = models.OneToOneField("Event", on_delete=models.PROTECT, related_name="appointment")
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="appointments")
    # That of the Event.
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=12, choices=Way.choices, blank=True)
    where = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    salt = models.CharField(max_length=32)
    # One for each form that was shown: the same form sent twice is one act.
    submission = models.UUIDField(default=uuid.uuid4, editable=False)

    objects: ClassVar[AppointmentQuerySet] = AppointmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["relationship", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "number"], name="appointment_numbered_once"),
            models.UniqueConstraint(fields=["relationship", "submission"], name="appointment_made_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="appointment_has_a_length"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["consult", "-number"], name="appointment_of_consult"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    def get_way_display(self) -> str:  # type: ignore[no-redef]
        """How the two meet. Django's own puts all choices in order each time that it is asked."""
        return str(Way(self.way).label) if self.way else ""

    @property
    def length(self) -> str:
        """How long it takes, in words."""
        told = ngettext("%(minutes)s minute", "%(minutes)s minutes", self.minutes)
        return told % {"minutes": self.minutes}

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def is_called_off(self) -> bool:
        return self.state == self.State.CALLED_OFF

    @property
    def has_met(self) -> bool:
        return self.state == self.State.MET

    @property
    def began_at(self) -> dt.datetime:
        """When it began, if it has met: at its time, or earlier where somebody said so earlier."""
        return min(self.starts_at, self.event.at)

    @property
    def was_moved(self) -> bool:
        """Whether it was moved to this time, and not planned for it."""
        return self.event.verb == "moved"

    def overlaps(self, other: "Appointment") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def content(self) -> dict[str, Any]:
        return {
            "consult": str(self.consult_id),
            "relationship": str(self.relationship_id),
            "number": self.number,
            "state": str(self.state),
            "starts_at": chain.moment(self.starts_at),
            "minutes": self.minutes,
            "way": str(self.way),
            "where": self.where,
            "reason": self.reason,
        }

    def sealed(self) -> dict[str, str]:
        """What the Event's details say of it. Salted like an entry: where it is and why are words as well."""
        return {
            "consult": str(self.consult_id),
            "appointment": chain.commitment(self.salt, self.content()),
        }
