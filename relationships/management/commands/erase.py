"""`manage.py erase`: remove somebody's words where the law demands it, in the open."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from relationships import erasing
from relationships.errors import Refused
from relationships.models import Entry


class Command(BaseCommand):
    help = (
        "Remove the words of an entry where the law demands it. `announce` tells both, in the record; `carry-out` does "
        "it once the day has come. Run it as the owner of the tables."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        announce = steps.add_parser("announce", help="tell both that it will be done, and why")
        announce.add_argument("entry", type=uuid.UUID)
        announce.add_argument("--reason", required=True, help="why; both read it, and it stays for ever")
        carry_out = steps.add_parser("carry-out", help="do it, on the day that was announced or later")
        carry_out.add_argument("entry", type=uuid.UUID)

    def handle(self, *, step: str, entry: uuid.UUID, reason: str = "", **options: Any) -> None:
        found = Entry.objects.filter(pk=entry).select_related("relationship", "about__relationship").first()
        if found is None:
            raise CommandError(f"There is no entry {entry}.")
        try:
            if step == "announce":
                told = erasing.announce(found, reason=reason)
                self.stdout.write(
                    f"Act {told.number} tells both that it will be done on {told.details['on']}."
                )
            else:
                done = erasing.carry_out(found)
                self.stdout.write(
                    f"Act {done.number} tells both that it was done. Backups still hold the words."
                )
        except Refused as refused:
            raise CommandError(str(refused), returncode=1) from refused
        except DatabaseError as error:
            raise CommandError(
                f"The database refuses it, and nothing was changed. Are you the owner of the tables? {error}"
            ) from error
