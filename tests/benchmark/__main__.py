"""`python -m tests.benchmark`: every page and verb, measured beside its floor among other people's data.

python -m tests.benchmark --entries 1000000     the table, in a database made for the run (DATABASE_URL, or SQLite)
python -m tests.benchmark --gate                what `.ci/run` asks; the exit status is 1 where something is too dear
python -m tests.benchmark --document            all sizes on both databases, and docs/speed.md from that
python -m tests.benchmark --profile "today"     and where the time of these cases goes, function by function
"""

import argparse
import cProfile
import io
import os
import pstats
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

from tests.benchmark import document  # noqa: E402
from tests.benchmark.cases import Addresses, Case, cases  # noqa: E402
from tests.benchmark.filling import Filling  # noqa: E402
from tests.benchmark.gate import FEW, MANY, gate, set_limits  # noqa: E402
from tests.benchmark.measuring import Cost, measured  # noqa: E402


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


def profile(case: Case, times: int = 50) -> str:
    """Where the time goes, by each function's own time and by all that it calls."""
    profiler, out = cProfile.Profile(), io.StringIO()
    for _ in range(times):
        profiler.enable()
        case.once()
        profiler.disable()
    stats = pstats.Stats(profiler, stream=out)
    stats.sort_stats("tottime").print_stats(45)
    stats.sort_stats("cumtime").print_stats(110)
    return f"{times} times {case.name}\n{out.getvalue()}"


def table(costs: dict[str, Cost]) -> Iterator[str]:
    yield "| what | CPU, ms | floor, ms | ÷ the floor | rows | statements | HTML, KB |"
    yield "|---|---|---|---|---|---|---|"
    for name, cost in costs.items():
        yield (
            f"| {name} | {cost.cpu:.1f} | {cost.floor:.1f} | {cost.ratio:.2f} | {cost.rows} "
            f"| {cost.statements} | {cost.bytes / 1024:.1f} |"
        )


def measure(given: argparse.Namespace) -> None:
    with of_this_run():
        began = time.monotonic()
        people = Filling().fill(given.entries)
        filled_in = time.monotonic() - began
        sys.stderr.write(f"Filled in {filled_in:.0f} seconds.\n")
        chosen = [case for case in cases(people) if given.only in case.name]
        costs = measured(chosen, rounds=given.rounds, each=given.each)
        print("\n".join(table(costs)))
        if not given.only:
            document.keep(given.entries, filled_in, costs)
        for case in chosen:
            if given.profile and given.profile in case.name:
                print(profile(case))


def hold_to_the_limits(only: str) -> int:
    with of_this_run():
        verdict = gate(only)
        if not only:
            document.keep(FEW + MANY, 0, verdict.costs, document.OF_THE_GATE)
    print("\n".join(table(verdict.costs)))
    print(f"\n{document.CALLED[connection.vendor]}: ", end="")
    if not verdict.faults:
        print(f"{len(verdict.costs)} pages and verbs, none of them too dear.")
        return 0
    print(f"{len(verdict.faults)} faults.\n")
    print("\n".join(f"- {fault}" for fault in verdict.faults))
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000, help="of other people")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=4, help="times in a round")
    parser.add_argument("--only", default="", help="the cases in whose name this stands")
    parser.add_argument("--profile", default="", help="the same, and where their time goes")
    parser.add_argument("--gate", action="store_true", help="hold every case to its limits")
    parser.add_argument(
        "--document", action="store_true", help="measure all sizes on both databases, and write it"
    )
    parser.add_argument("--write", action="store_true", help="write the document from what was measured last")
    parser.add_argument(
        "--set-limits", action="store_true", help="set the limits from what the gate measured last"
    )
    given = parser.parse_args()
    if given.gate:
        return hold_to_the_limits(given.only)
    if given.document:
        document.run_all(document.SIZES, ["--rounds", str(given.rounds), "--each", str(given.each)])
    if given.document or given.write:
        document.write()
    elif given.set_limits:
        set_limits(document.by_case())
    else:
        measure(given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
