"""One file with everything, and everything back from it.

A backup is made while people write: SQLite's own online copy, or `pg_dump` at one moment. What lives only for a
while is left out: log-ins that are open, mail that waits, rate limits. So nobody gets in with a backup, and
nothing is sent a second time after one was restored.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from relationships import clock
from relationships.models import Relationship

SQLITE, POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
"""How the two kinds of file begin."""

PASSING = ("django_session", "usersessions_usersession", "django_tasks_database_dbtaskresult")

COUNTED = "SELECT COUNT(DISTINCT relationship_id), COUNT(*) FROM relationships_event"


class BackupError(Exception):
    """It cannot be done, and this says why."""


@dataclass(frozen=True)
class Made:
    path: Path
    records: int
    acts: int


# --- There ----------------------------------------------------------------------------------------------


def make(folder: Path) -> Made:
    """A backup in this folder. It has its name only when all of it is on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".alongside-", suffix=".part", dir=folder)
    os.close(handle)
    part = Path(name)
    try:
        records, acts = _dump(part)
        _on_the_disk(part)
        made = clock.now().strftime("%Y%m%dT%H%M%SZ")
        kind = "sqlite3" if connection.vendor == "sqlite" else "pgdump"
        done = folder / f"alongside-{made}-{records}-records-{acts}-acts.{kind}"
        part.rename(done)
        _on_the_disk(folder)
    finally:
        part.unlink(missing_ok=True)
    return Made(done, records, acts)


ROWS_OF_AN_INDEX = 1000
"""So many are looked at to know what an index is worth: a moment's work, for which writers wait."""


def renew_statistics() -> None:
    """Let SQLite see what its indexes are worth. PostgreSQL does that by itself.

    Here, since a backup is made each day by a process that may define tables: the served ones may not (`guards`).
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={ROWS_OF_AN_INDEX}")
            cursor.execute("ANALYZE")


def keep(folder: Path, newest: int) -> list[Path]:
    """Remove all backups of this folder but the newest so many; those that were removed."""
    old = sorted(folder.glob("alongside-*-acts.*"), key=lambda path: path.name, reverse=True)[newest:]
    for path in old:
        path.unlink()
    return old


def _dump(part: Path) -> tuple[int, int]:
    return _dump_sqlite(part) if connection.vendor == "sqlite" else _dump_postgresql(part)


def _dump_sqlite(part: Path) -> tuple[int, int]:
    # A connection of its own: that of Django takes a lock with each transaction, and writers would wait.
    source = f"file:{Path(settings.DATABASES['default']['NAME']).resolve()}?mode=ro"
    with (
        contextlib.closing(sqlite3.connect(source, uri=True, timeout=20)) as of,
        contextlib.closing(sqlite3.connect(part, isolation_level=None)) as to,
    ):
        of.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")
        to.execute("PRAGMA secure_delete=ON")
        there = {name for (name,) in to.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there & {*PASSING, *_cache_tables()}:
            to.execute(f'DELETE FROM "{table}"')  # noqa: S608  Names of our own.
        _assert_whole(to)
        records, acts = to.execute(COUNTED).fetchone()
    return records, acts


def _assert_whole(to: sqlite3.Connection) -> None:
    found = to.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise BackupError("The database is damaged: SQLite's integrity_check says that it is not whole.")


def _dump_postgresql(part: Path) -> tuple[int, int]:
    _assert_owner()
    # The numbers in the name are of the very moment that pg_dump copies.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            moment = cursor.fetchone()[0]
            cursor.execute(COUNTED)
            records, acts = cursor.fetchone()
            left_out = [f"--exclude-table-data={table}" for table in (*PASSING, *_cache_tables())]
            command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}"]
            _run([*command, *left_out, f"--file={part}"])
        finally:
            cursor.execute("ROLLBACK")
    return records, acts


def _cache_tables() -> list[str]:
    """The tables of the caches that live in this database."""
    found = settings.CACHES.values()
    return [cache["LOCATION"] for cache in found if cache["BACKEND"].endswith("db.DatabaseCache")]


def _assert_owner() -> None:
    """A role that may not read everything would leave something out, and one that owns nothing cannot restore."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, count(*) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = current_schema()::regnamespace AND NOT pg_has_role(relowner, 'USAGE')"
        )
        role, foreign = cursor.fetchone()
    if foreign:
        raise BackupError(
            f"The role {role!r} does not own the tables. Run this as the user whose role does (docs/running.md)."
        )


def _on_the_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- And back -------------------------------------------------------------------------------------------


def has_records() -> bool:
    """Whether this database has anything that a restore would take away."""
    tables = connection.introspection.table_names()
    return Relationship._meta.db_table in tables and Relationship.objects.exists()


@contextlib.contextmanager
def as_file(source: IO[bytes]) -> Iterator[Path]:
    """What comes through a pipe, as a file of nobody else's."""
    with tempfile.NamedTemporaryFile(prefix="alongside-") as held:
        shutil.copyfileobj(source, held)
        held.flush()
        yield Path(held.name)


def restore(file: Path) -> None:
    """Put what is in the file in the place of all that is in the database: all of it, or nothing."""
    kind = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    with file.open("rb") as opened:
        if opened.read(len(kind)) != kind:
            raise BackupError(f"{file.name} is no backup for this database ({connection.vendor}).")
    if connection.vendor == "sqlite":
        _restore_sqlite(file)
    else:
        _restore_postgresql(file)


def _restore_sqlite(file: Path) -> None:
    connection.close()
    with (
        contextlib.closing(sqlite3.connect(f"file:{file.resolve()}?mode=ro&immutable=1", uri=True)) as of,
        contextlib.closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=20)) as to,
    ):
        try:
            _assert_whole(of)
            of.execute(COUNTED)
            of.backup(to)
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{file.name} cannot be read, or the database is in use.") from error


EMPTIED = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT oid::regclass AS name FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace LOOP
    EXECUTE format('DROP TABLE %s CASCADE', found.name);
  END LOOP;
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', found.name);
  END LOOP;
END $$
"""


def _restore_postgresql(file: Path) -> None:
    if has_records():
        _assert_owner()
    connection.close()
    with tempfile.NamedTemporaryFile(prefix="alongside-", suffix=".sql") as script:
        _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script.name}", str(file)])
        # One transaction for what goes and what comes. Whoever is in the way is not waited for for ever.
        once = ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        # With statistics of what came: without them the brief's query takes minutes on thousands of new rows.
        _run(
            [*once, f"--command={EMPTIED}", f"--file={script.name}", "--command=ANALYZE"],
            PGOPTIONS="-c lock_timeout=10s",
        )


def _run(command: list[str], **more: str) -> None:
    """One of PostgreSQL's programs. Who we are stands in its environment, which no list of processes shows."""
    try:
        done = subprocess.run(  # noqa: S603  Every word of it is ours, but for the name of a file.
            command, env=os.environ | _libpq() | more, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as missing:
        raise BackupError(f"{command[0]} is not installed (Debian: postgresql-client).") from missing
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "rror" in line), "")
        raise BackupError(f"{command[0]} could not do it: {said.partition('DETAIL')[0][:200]}")


def _libpq() -> dict[str, str]:
    """Django's database as the environment that PostgreSQL's programs read."""
    given: dict[str, Any] = connection.settings_dict
    named = {
        "PGDATABASE": given["NAME"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGHOST": given["HOST"],
        "PGPORT": str(given["PORT"]),
    }
    options = {f"PG{name.upper()}": str(value) for name, value in given["OPTIONS"].items() if "ssl" in name}
    return {name: value for name, value in (named | options).items() if value}
