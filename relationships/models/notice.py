"""That somebody has been told of something new."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.expressions import OuterRef

from config.ids import uuid7


class NoticeQuerySet(models.QuerySet["Notice"]):
    def newest_to(self, person: OuterRef) -> "NoticeQuerySet":
        return self.filter(person=person).order_by("-number")

    def arrived(self) -> "NoticeQuerySet":
        """Those that a mail server has taken."""
        return self.filter(sent_at__isnull=False)


class Notice(models.Model):
    """One mail for all of somebody's journals. Outside the record: nobody's words.

    It is written together with its mail, and numbered, so that of two runs that find the same to tell only one can.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    # When a mail server took it; empty until then, and for one of which nobody knows.
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["person", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "number"], name="notice_numbered_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name of its letter in the queue."""
        return f"notice {self.pk}"
