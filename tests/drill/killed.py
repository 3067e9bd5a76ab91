"""`python -m tests.drill.killed --kills 80 --stops 5`: writers that are killed, and what they were told was kept.

Two processes write to one record, each as one of the two. Each notes what the record said yes to in a file of its
own, on the disk before it goes on. They are killed (SIGKILL) at any moment, again and again; a server of PostgreSQL's
is stopped in the middle as well, without a word to anybody. Then the notes are compared with the record.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from relationships.models import Entry, Event, Relationship  # noqa: E402
from relationships.verification import first_fault  # noqa: E402
from tests.cast import Pair, pair, person  # noqa: E402


def write_until_killed(record: Relationship, seat: int, notes: Path) -> None:
    """What a process does from its first line to its end."""
    by = record.participants.get(seat=seat)
    file = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(1_000_000):
        entry = record.write(by=by, text=f"Words {number}, of some length. " * 5)
        os.write(file, f"{entry.pk}\n".encode())
        os.fsync(file)


def writer(record: Relationship, seat: int, notes: Path) -> int:
    """Start one; its process id."""
    child = os.fork()
    if child:
        return child
    try:
        # A server that was stopped: nothing was said to be kept, so nothing is noted.
        with suppress(Exception):
            write_until_killed(Relationship.objects.get(pk=record.pk), seat, notes)
    finally:
        os._exit(0)


def two_writers(people: Pair, notes: Path, began: int) -> list[int]:
    connection.close()
    writers = [writer(people.relationship, seat, notes / str(seat)) for seat in (1, 2)]
    # Not before both are at it: a process that had not begun would be no loss.
    until = time.monotonic() + 30
    while noted(notes) < began + 2 and time.monotonic() < until:
        time.sleep(0.005)
    return writers


def noted(notes: Path) -> int:
    return sum(path.stat().st_size for path in notes.iterdir()) // 37


def kill(writers: list[int]) -> None:
    for child in writers:
        os.kill(child, signal.SIGKILL)
    for child in writers:
        os.waitpid(child, 0)


def stop_the_server(directory: str) -> None:
    """As if its power were cut, and on again. The options are those that it was started with."""
    options = Path(directory, "postmaster.opts").read_text().split()
    owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    control = [
        str(Path(options[0]).with_name("pg_ctl")),
        "restart",
        "-s",
        "-w",
        "-m",
        "immediate",
        "-D",
        directory,
    ]
    # It goes on in the background, so it may not hold on to what this process says.
    subprocess.run(
        [*owner, *control], cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def is_sound() -> bool:
    """What the database itself says of its files."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            return bool(cursor.fetchone() == ("ok",))
        cursor.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        cursor.execute(
            "SELECT count(bt_index_check(oid, true)) FROM pg_class JOIN pg_index ON indexrelid = oid"
            " WHERE relname LIKE 'relationships_%%' AND indisvalid"
        )
        return bool(cursor.fetchone()[0] > 10)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--kills", type=int, required=True)
    asked.add_argument("--stops", type=int, required=True)
    given = asked.parse_args()
    call_command("migrate", verbosity=0)
    people = pair(person("Wren"), person("Isko"))
    dice, directory = random.Random(4), ""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # The throw-away server is hasty. What is acknowledged here must be on its disk.
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = on')
            cursor.execute("SHOW data_directory")
            directory = cursor.fetchone()[0]
    with tempfile.TemporaryDirectory(prefix="alongside-killed-") as scratch:
        notes = Path(scratch)
        for _kill in range(given.kills):
            writers = two_writers(people, notes, noted(notes))
            time.sleep(dice.uniform(0, 0.8))
            kill(writers)
        for _stop in range(given.stops if directory else 0):
            writers = two_writers(people, notes, noted(notes))
            time.sleep(dice.uniform(0, 0.8))
            stop_the_server(directory)
            kill(writers)
        told = {line for path in notes.iterdir() for line in path.read_text().split()}
    kept = set(map(str, Entry.objects.values_list("pk", flat=True)))
    numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
    found = {
        "acknowledged": len(told),
        "lost": len(told - kept),
        "kept_and_never_told": len(kept - told),
        "fault": str(first_fault(people.relationship) or ""),
        "gaps": numbers != list(range(1, len(numbers) + 1)),
        "is_sound": is_sound(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
