"""`manage.py backup FOLDER`, or `-` for a pipe: everything in one file, while people write."""

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from relationships import backups


class Command(BaseCommand):
    help = "Put everything into one new file in a folder, or write it to a pipe (-)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="where the file is to be; - writes it to a pipe")
        parser.add_argument("--keep", type=int, help="afterwards remove all but the newest so many")

    def handle(self, *, folder: str, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep is how many backups to keep: 1 or more.")
        try:
            self._pipe() if folder == "-" else self._file(Path(folder), keep)
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error), returncode=1) from error

        # Afterwards, and a backup is one without it: it waits for writers, and the next backup does it again.
        with contextlib.suppress(DatabaseError):
            backups.renew_statistics()

    def _file(self, folder: Path, keep: int | None) -> None:
        made = backups.make(folder)
        self.stdout.write(f"{made.path}: {made.records} records, {made.acts} acts.")
        for path in backups.keep(folder, keep) if keep else []:
            self.stdout.write(f"Removed {path}.")

    def _pipe(self) -> None:
        if sys.stdout.isatty():
            raise CommandError("A backup is no text for a screen: backup - | age -r … > file")
        with tempfile.TemporaryDirectory(prefix="alongside-") as folder:
            made = backups.make(Path(folder))
            with made.path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        self.stderr.write(f"{made.path.name}: {made.records} records, {made.acts} acts.")
