"""`python -m tests.benchmark`: every page and verb, measured beside its floor."""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "testserver",
    "SITE_ADDRESS": "https://testserver",
    "EMAIL_URL": "memorymail://",
    "LOG_LEVEL": "WARNING",
}
if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    os.environ["DATABASE_URL"] = "sqlite://:memory:"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402

from config import urls  # noqa: E402
from tests.benchmark.cases import cases  # noqa: E402
from tests.benchmark.filling import Filling  # noqa: E402
from tests.benchmark.floor import Floor  # noqa: E402
from tests.benchmark.measuring import measured  # noqa: E402


class Addresses:
    urlpatterns = [path("floor/<str:name>/", Floor.show), *urls.urlpatterns]
    handler404 = urls.handler404


@contextmanager
def of_this_run() -> Iterator[None]:
    """A database and collected files that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="alongside-benchmark-") as directory:
        settings.STATIC_ROOT = str(Path(directory, "static"))
        settings.ROOT_URLCONF = Addresses
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(directory, "benchmark.sqlite3"))
        call_command("collectstatic", interactive=False, verbosity=0)
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        call_command("createcachetable", verbosity=0)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="of other people")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=4, help="times in a round")
    parser.add_argument("--only", default="", help="the cases in whose name this stands")
    given = parser.parse_args()
    with of_this_run():
        began = time.monotonic()
        people = Filling().fill(given.entries)
        sys.stderr.write(f"Filled in {time.monotonic() - began:.0f} seconds.\n")
        chosen = [case for case in cases(people) if given.only in case.name]
        costs = measured(chosen, rounds=given.rounds, each=given.each)
        print("| what | CPU, ms | floor, ms | ÷ the floor | rows | statements | HTML, KB |")
        print("|---|---|---|---|---|---|---|")
        for name, cost in costs.items():
            print(
                f"| {name} | {cost.cpu:.1f} | {cost.floor:.1f} | {cost.ratio:.2f} | {cost.rows} "
                f"| {cost.statements} | {cost.bytes / 1024:.1f} |"
            )


if __name__ == "__main__":
    main()
