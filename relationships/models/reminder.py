"""That somebody has been reminded of a consult."""

from typing import ClassVar

from django.db import models

from config.ids import uuid7


class Reminder(models.Model):
    """One to a consult and person, for ever, so that there is never a second. Outside the record: nobody's words.

    It is written together with its mail (`config.mail`), so whatever is killed, there are both or neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="+")
    consult = models.ForeignKey("Consult", on_delete=models.PROTECT, related_name="reminders")
    participant = models.ForeignKey("Participant", on_delete=models.PROTECT, related_name="reminders")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consult", "participant"], name="reminder_only_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)
