"""`python -m tests.drill.load --seconds 60`: people who write and people who read, all at once, as people do.

Each has a session of their own and thinks in between, at random around the pace given here. Two processes of four
threads answer them (gunicorn), on a database of their own; the people are threads of this process, on the same
machine.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from itertools import pairwise
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from relationships.models import Entry, Relationship  # noqa: E402
from relationships.verification import first_fault  # noqa: E402
from tests.drill.served import Somebody, seated, served  # noqa: E402

WRITES_EVERY, READS_EVERY = 30.0, 20.0
"""Seconds between two looks or two entries of the same person: whoever reads or writes faster does not read."""
PAGES = ("", "brief/", "values/", "consult/", "event/", "write/")


class Crowd:
    def __init__(self, port: int, until: float) -> None:
        self.port, self.until = port, until
        self.told: dict[str, list[float]] = {"write": [], "read": []}
        self.statuses: dict[int, int] = {}
        self.texts: set[str] = set()
        self.failed: list[str] = []

    def write(self, somebody: Somebody, dice: random.Random) -> None:
        text = f"{uuid.uuid4()} It was better today, and I walked as far as the lake."
        words = {"text": text, "submission": str(uuid.uuid4())}
        status, _, seconds = somebody.ask(self.port, "write/", words)
        self.note("write", status, seconds)
        if status == 302:
            self.texts.add(text)

    def read(self, somebody: Somebody, dice: random.Random) -> None:
        status, _, seconds = somebody.ask(self.port, dice.choice(PAGES))
        self.note("read", status, seconds)

    def note(self, what: str, status: int, seconds: float) -> None:
        self.told[what].append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def person(self, somebody: Somebody, do: str, every: float, number: int) -> None:
        dice = random.Random(number)
        self.think(dice.uniform(0, every))
        while time.monotonic() < self.until:
            try:
                getattr(self, do)(somebody, dice)
            except OSError as error:
                self.failed.append(type(error).__name__)
            self.think(dice.uniform(0.5, 1.5) * every)

    def think(self, seconds: float) -> None:
        """For so long, or until all of it ends."""
        time.sleep(max(0, min(seconds, self.until - time.monotonic())))


def p95(seconds: list[float]) -> int:
    return round(statistics.quantiles(seconds, n=20)[-1] * 1000) if len(seconds) > 1 else 0


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=int, required=True)
    asked.add_argument("--writers", type=int, required=True)
    asked.add_argument("--readers", type=int, required=True)
    given = asked.parse_args()
    call_command("migrate", verbosity=0)
    count = (given.writers + given.readers) // 2
    browsers = []
    for people, two in seated(count):
        browsers += two
        for number in range(6):
            seat = (people.patient, people.clinician)[number % 2]
            people.relationship.write(by=seat, text=f"Some words, number {number}.", kind="value")
    connection.close()
    with tempfile.TemporaryDirectory(prefix="alongside-load-") as scratch, served(Path(scratch)) as port:
        crowd = Crowd(port, time.monotonic() + given.seconds)
        paces = [("write", WRITES_EVERY)] * given.writers + [("read", READS_EVERY)] * given.readers
        crowded = [
            threading.Thread(target=crowd.person, args=[one, do, every, number])
            for number, (one, (do, every)) in enumerate(zip(browsers, paces, strict=True))
        ]
        for one in crowded:
            one.start()
        for one in crowded:
            one.join()
        log = Path(scratch, "log").read_text()
    kept = set(Entry.objects.values_list("text", flat=True))
    ordered = (
        one.events.order_by("number").values_list("number", flat=True) for one in Relationship.objects.all()
    )
    found = {
        "writes": len(crowd.told["write"]),
        "reads": len(crowd.told["read"]),
        "p95_write": p95(crowd.told["write"]),
        "p95_read": p95(crowd.told["read"]),
        "errors": sum(many for status, many in crowd.statuses.items() if status >= 500) + len(crowd.failed),
        "statuses": crowd.statuses,
        "locked": log.count("database is locked"),
        "lost": len(crowd.texts - kept),
        "forks": sum(any(b != a + 1 for a, b in pairwise(numbers)) for numbers in ordered),
        "faults": [str(fault) for one in Relationship.objects.all()[:20] if (fault := first_fault(one))],
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
