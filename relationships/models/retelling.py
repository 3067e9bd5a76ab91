"""What somebody has told in more than one of their journals. Nobody but its author ever learns of it."""

from django.db import models


class Retelling(models.Model):
    """A mark on an entry: its author has told the same elsewhere too.

    It names no other entry, so that not even these rows lead from one of a person's relationships to another.
    """

    entry = models.OneToOneField(
        "Entry", on_delete=models.PROTECT, primary_key=True, related_name="retelling"
    )
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="retellings")

    def __str__(self) -> str:
        return str(self.entry_id)
