"""`manage.py verify_record`: recount the chain of every record, or of those named."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relationships.models import Relationship
from relationships.verification import NotCompared, first_fault, renderers_for


class Command(BaseCommand):
    help = "Recount the chain of every record, or of those named, and say the first thing that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("relationship", nargs="*", type=uuid.UUID)

    def handle(self, *, relationship: list[uuid.UUID], **options: Any) -> None:
        records = Relationship.objects.order_by("begun_at")
        if relationship:
            records = records.filter(pk__in=relationship)
            unknown = set(relationship) - set(records.values_list("pk", flat=True))
            if unknown:
                raise CommandError(f"There is no record {min(unknown)}.")
        counted = acts = 0
        with renderers_for(records) as renderers:
            for record in records.iterator():
                try:
                    fault = first_fault(record, renderers=renderers)
                except NotCompared as error:
                    raise CommandError(f"Record {record.pk}: {error}", returncode=1) from error
                if fault:
                    raise CommandError(f"Record {record.pk}: {fault}", returncode=1)
                head = record.head()
                counted, acts = counted + 1, acts + (head.number if head else 0)
        self.stdout.write(f"Every seal fits: {counted} records, {acts} acts.")
