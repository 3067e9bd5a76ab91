"""Who did what, when: one line for every verb, each chained to the line before."""

from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from config.append_only import AppendOnly, AppendOnlyQuerySet
from config.ids import uuid7
from relationships import chain


class Verb(models.TextChoices):
    BEGAN = "began", _("began this journal")
    INVITED = "invited", _("sent an invitation")
    ACCEPTED = "accepted", _("accepted the invitation")
    DECLINED = "declined", _("said no to the invitation")
    TOOK_BACK = "took_back", _("took back an invitation")
    WROTE = "wrote", _("wrote")
    CORRECTED = "corrected", _("corrected")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    WITHDREW = "withdrew", _("withdrew")
    PLANNED = "planned", _("planned an appointment")
    MOVED = "moved", _("moved an appointment")
    CALLED_OFF = "called_off", _("called off an appointment")
    MET = "met", _("said that we met")
    OPENED = "opened", _("opened")
    ENDED = "ended", _("ended this journal")
    EXPORTED = "exported", _("took a copy")
    KNOCKED = "knocked", _("asked to open this, was not let in and saw nothing")
    ERASING = "erasing", _("announced that words will be erased")
    ERASED = "erased", _("erased words")


BY_NOBODY_HERE = (Verb.DECLINED, Verb.KNOCKED, Verb.ERASING, Verb.ERASED)
"""Acts of somebody without a seat: who said no to one, who is somebody else, whoever runs this installation."""


NEW_BY_ITSELF = (Verb.ACCEPTED, Verb.ERASING)
"""Acts that somebody is told of although nobody wrote anything."""


class EventQuerySet(AppendOnlyQuerySet):
    def before(self, number: int) -> "EventQuerySet":
        return self.filter(number__lt=number)

    def newest_first(self) -> "EventQuerySet":
        return self.order_by("-number")

    def heads(self) -> "EventQuerySet":
        """The newest of each relationship."""
        newest = Event.objects.filter(relationship=OuterRef("relationship")).newest_first()
        return self.filter(number=Subquery(newest.values("number")[:1]))

    def for_reading(self) -> "EventQuerySet":
        return self.select_related("entry", "entry__about", "invitation", "appointment")


class Reached(NamedTuple):
    """How far a record has come."""

    number: int
    digest: str
    is_ended: bool

    @classmethod
    def by(cls, newest: "Event | None") -> "Reached":
        if newest is None:
            return cls(0, chain.FIRST, is_ended=False)
        return cls(newest.number, newest.digest, newest.is_after_the_end)


class Event(AppendOnly):
    """One act. `number` counts from 1 within its relationship; `digest` seals it and all before it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Its index is the unique one below.
    relationship = models.ForeignKey(
        "Relationship", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    number = models.PositiveIntegerField()
    # Nobody only where none of the two did it (`BY_NOBODY_HERE`).
    actor = models.ForeignKey("Participant", on_delete=models.PROTECT, null=True, related_name="events")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    at = models.DateTimeField()
    entry = models.OneToOneField("Entry", on_delete=models.PROTECT, null=True, related_name="event")
    invitation = models.ForeignKey("Invitation", on_delete=models.PROTECT, null=True, related_name="events")
    # For `opened`: which page, by its address within the record ("" is the record itself).
    page = models.CharField(max_length=120, blank=True)
    # The kind of device it was done on, as `config.device` names it; empty where nobody knows.
    device = models.CharField(max_length=12, blank=True)
    details = models.JSONField(default=dict)
    commitment = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    is_after_the_end: bool
    """Known of the newest one of a record alone (`Relationship.head`)."""

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["relationship", "number"]
        constraints: ClassVar = [
            # The net under the lock: two Events can never follow the same one.
            models.UniqueConstraint(fields=["relationship", "number"], name="event_numbered_once"),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="event_known_verb"),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | Q(verb__in=BY_NOBODY_HERE), name="event_done_by_somebody"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor", "verb", "page", "-number"], name="event_last_opening"),
            models.Index(fields=["relationship", "verb"], name="event_by_verb"),
            models.Index(fields=["actor", "-at"], condition=Q(verb="opened"), name="event_last_look"),
            # One for each of NEW_BY_ITSELF: SQLite does not see that an index serves where several verbs are asked for.
            models.Index(fields=["at"], condition=Q(verb="accepted"), name="event_accepted"),
            models.Index(fields=["at"], condition=Q(verb="erasing"), name="event_erasing"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"

    def get_verb_display(self) -> str:  # type: ignore[no-redef]
        """What was done. Django's own puts all choices in order each time that it is asked."""
        return str(Verb(self.verb).label)

    def act(self, readings: list[str]) -> dict[str, Any]:
        """What the digest covers, besides the Event before and the Entry's commitment.

        `readings`: the ids of the entries that this opening showed its reader for the first time, in order.
        """
        told = {"device": self.device} if self.device else {}
        return told | {
            "relationship": str(self.relationship_id),
            "number": self.number,
            "actor": self.actor_id and str(self.actor_id),
            "verb": self.verb,
            "at": chain.moment(self.at),
            "entry": self.entry_id and str(self.entry_id),
            "invitation": self.invitation_id and str(self.invitation_id),
            "page": self.page,
            "details": self.details,
            "readings": readings,
        }

    @property
    def fingerprint(self) -> str:
        return chain.fingerprint(self.digest)


class Reading(AppendOnly):
    """A line of an `opened` Event: this entry stood before its reader's eyes for the first time.

    An entry has one author and one other reader, so one reading at most.
    """

    entry = models.OneToOneField("Entry", on_delete=models.PROTECT, related_name="reading")
    event = models.ForeignKey("Event", on_delete=models.PROTECT, related_name="readings")
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="+")

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.entry_id}"
