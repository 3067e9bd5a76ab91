"""`manage.py restore FILE`, or `-` for a pipe: everything back, and every seal recounted."""

import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from relationships import backups, chain, guards
from relationships.models import Relationship
from relationships.verification import NotCompared, first_fault, renderers_for

REWRITTEN = """
This is now what stood when the backup was made. Whatever was written after that is gone, and to those who wrote
it a restored backup looks like any other way to rewrite a record. So tell them, and let both of each record
compare the number and the fingerprint above with what they kept."""


class Command(BaseCommand):
    help = "Restore a backup into an empty database, or with --replace in the place of what is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="what `backup` made; - reads it from a pipe")
        parser.add_argument(
            "--replace", action="store_true", help="throw away the records that are there now"
        )

    def handle(self, *, file: str, replace: bool, **options: Any) -> None:
        if backups.has_records() and not replace:
            raise CommandError(
                "There are records in this database. Make a backup of them, then say --replace to throw them away.",
                returncode=1,
            )
        try:
            if file == "-":
                with backups.as_file(sys.stdin.buffer) as held:
                    backups.restore(held)
            else:
                backups.restore(Path(file))
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error), returncode=1) from error
        # A backup may be older than the code.
        call_command("migrate", verbosity=0, interactive=False)
        guards.install(connection)
        self._recount()

    def _recount(self) -> None:
        faults, records = 0, Relationship.objects.order_by("begun_at")
        with renderers_for(records) as renderers:
            for record in records.iterator():
                try:
                    head, fault = record.head(), first_fault(record, renderers=renderers)
                except NotCompared as error:
                    raise CommandError(f"Record {record.pk}: {error}", returncode=1) from error
                stands = f"{head.number} acts · {chain.fingerprint(head.digest)}" if head else "no acts"
                self.stdout.write(f"{record.pk}  {stands}{f'  DOES NOT FIT: {fault}' if fault else ''}")
                faults += fault is not None
        if faults:
            raise CommandError(
                f"{faults} records do not fit. Let nobody in, and keep this file.", returncode=1
            )
        self.stdout.write("Every seal fits.")
        self.stdout.write(REWRITTEN)
