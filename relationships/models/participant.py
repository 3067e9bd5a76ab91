"""One person's seat in a relationship."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.append_only import AppendOnly, AppendOnlyQuerySet
from config.ids import uuid7


class Side(models.TextChoices):
    """A label for the page. Nothing that anybody may do depends on it; only this file reads it."""

    PATIENT = "patient", _("patient")
    CLINICIAN = "clinician", _("healthcare professional")

    @property
    def facing(self) -> "Side":
        """The side of the other seat."""
        return Side.CLINICIAN if self is Side.PATIENT else Side.PATIENT


class ParticipantQuerySet(AppendOnlyQuerySet):
    def of(self, person: Any) -> "ParticipantQuerySet":
        return self.filter(person=person)

    def going_on(self) -> "ParticipantQuerySet":
        """Those in a relationship that has not ended."""
        return self.exclude(relationship__events__verb="ended")


class Participant(AppendOnly):
    """A seat, filled. Two to a relationship, one to a person: the database sees to both."""

    class Seat(models.IntegerChoices):
        """The first is whoever began. It decides which of the two voices is whose, and nothing else."""

        FIRST = 1
        SECOND = 2

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Its index is the unique one below.
    relationship = models.ForeignKey(
        "Relationship", on_delete=models.PROTECT, related_name="participants", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    seat = models.PositiveSmallIntegerField(choices=Seat.choices)
    side = models.CharField(max_length=12, choices=Side.choices)
    # The invitation that led here; none for whoever began. One to one: it works once, whatever the code does.
    invitation = models.OneToOneField(
        "Invitation", on_delete=models.PROTECT, null=True, related_name="filled_by"
    )
    joined_at = models.DateTimeField()

    objects: ClassVar[ParticipantQuerySet] = ParticipantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["seat"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "seat"], name="participant_one_to_a_seat"),
            models.UniqueConstraint(fields=["relationship", "side"], name="participant_one_to_a_side"),
            models.UniqueConstraint(
                fields=["relationship", "person"], name="participant_one_seat_to_a_person"
            ),
            models.CheckConstraint(condition=Q(seat__in=[1, 2]), name="participant_two_seats"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="participant_two_sides"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.person.name)

    @property
    def short_name(self) -> str:
        return str(self.person.short_name)

    @property
    def pronouns(self) -> str:
        return str(self.person.pronouns)

    @property
    def pronounced(self) -> str:
        """How to say what they like to be called; empty where they have not told."""
        return str(self.person.pronounced)

    @property
    def side_label(self) -> str:
        return str(Side(self.side).label)

    @property
    def voice(self) -> str:
        """The name of this person's voice in the stylesheet: two of equal strength."""
        return "one" if self.seat == self.Seat.FIRST else "two"

    def sealed(self) -> dict[str, str]:
        """Who sits where, as the chain seals it: a seat cannot be given to somebody else behind its back."""
        return {
            "participant": str(self.pk),
            "person": str(self.person_id),
            "seat": str(self.seat),
            "side": str(self.side),
        }
