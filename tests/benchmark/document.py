"""Results of single runs, kept as files, and docs/speed.md written from them."""

import datetime as dt
import json
import os
import platform
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django
from django.db import connection

from tests.benchmark.gate import limits
from tests.benchmark.measuring import Cost

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "speed.md"
RESULTS = ROOT / "test-results" / "benchmark"
OF_THE_GATE = ROOT / "test-results" / "gate"
SIZES = (10_000, 100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
CALLED = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GROWTH = 1.25


def keep(entries: int, filled_in: float, costs: dict[str, Cost], directory: Path = RESULTS) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    told = {
        "database": connection.vendor,
        "server": _server(),
        "entries": entries,
        "filled_in": round(filled_in),
        "commit": commit(),
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "cores": os.cpu_count(),
        "costs": {name: asdict(cost) for name, cost in costs.items()},
    }
    Path(directory, f"{connection.vendor}-{entries}.json").write_text(json.dumps(told, indent=1))


def commit() -> str:
    """Which commit is measured, and whether the tree is that commit."""
    here = {"cwd": ROOT, "capture_output": True, "text": True}
    named = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], **here)
    # What is written is not what is measured.
    changed = subprocess.run(
        [
            "git",
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--",
            ".",
            ":!docs",
            ":!tests/benchmark/limits.toml",
        ],
        **here,
    )
    if named.returncode:
        return "no commit"
    return named.stdout.strip() + (" and changes that are not committed" if changed.stdout.strip() else "")


def _server() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
        )
        return str(cursor.fetchone()[0]).split(" ")[0]


def results(directory: Path = RESULTS) -> dict[tuple[str, int], dict[str, Any]]:
    found = [json.loads(path.read_text()) for path in sorted(directory.glob("*.json"))]
    return {(one["database"], one["entries"]): one for one in found}


def run_all(sizes: tuple[int, ...], arguments: list[str]) -> None:
    """Every size on both databases, one after the other, each in a process and a database of its own."""
    for path in RESULTS.glob("*.json"):
        path.unlink()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    for entries in sizes:
        for database in DATABASES:
            before = [str(ROOT / ".ci" / "postgres")] if database == "postgresql" else []
            asked = [sys.executable, "-m", "tests.benchmark", "--entries", str(entries), *arguments]
            sys.stderr.write(f"{entries:,} entries of other people on {CALLED[database]}:\n")
            subprocess.run([*before, *asked], cwd=ROOT, env=environment, check=True)


def write(directory: Path = RESULTS, document: Path = DOCUMENT) -> None:
    """The document, from one set of runs. Raises ValueError where they are not of one commit."""
    found = results(directory)
    if not found:
        raise ValueError("Nothing has been measured yet.")
    if len(commits := {one["commit"] for one in found.values()}) > 1:
        raise ValueError(f"These runs are of different commits: {', '.join(sorted(commits))}.")
    document.write_text("\n".join(_document(found)) + "\n")


def _document(found: dict[tuple[str, int], dict[str, Any]]) -> Iterator[str]:
    last = max(found.values(), key=lambda one: one["on"])
    servers = sorted({f"{CALLED[one['database']]} {one['server']}" for one in found.values()}, reverse=True)
    machine = (
        f"{last['cores']} cores, Python {last['python']}, Django {last['django']}, {' and '.join(servers)}"
    )
    of_what = OF_WHAT.format(commit=last["commit"], on=last["on"], machine=machine)
    yield INTRODUCTION.format(of_what=textwrap.fill(of_what, 118, break_on_hyphens=False))
    for database in DATABASES:
        sizes = sorted(entries for name, entries in found if name == database)
        if sizes:
            yield f"## On {CALLED[database]}\n"
            yield from _table([found[database, entries] for entries in sizes])
            yield ""
    yield CONCLUSION


def _table(runs: list[dict[str, Any]]) -> Iterator[str]:
    goals = limits()
    heads = [f"{run['entries']:,}: CPU, ms | ÷ floor" for run in runs]
    yield f"| what | {' | '.join(heads)} | growth | goal | statements | rows | HTML, KB |"
    yield "|---|" + "---|---|" * len(runs) + "---|---|---|---|---|"
    for name in runs[-1]["costs"]:
        costs = [Cost(**run["costs"][name]) if name in run["costs"] else None for run in runs]
        cells = [f"{cost.cpu:.1f} | {cost.ratio:.2f}" if cost else "– | –" for cost in costs]
        last, goal = costs[-1], goals[name].goal if name in goals else None
        assert last
        size = f"{last.bytes / 1024:.0f}" if last.bytes else "–"
        yield (
            f"| {name} | {' | '.join(cells)} | {_growth(costs)} | {f'{goal:g}' if goal else '–'} "
            f"| {last.statements} | {last.rows} | {size} |"
        )
    fills = ", ".join(f"{run['entries']:,} in {run['filled_in']} s" for run in runs)
    yield f"\nFilled with other people's entries: {fills}."


def _growth(costs: list[Cost | None]) -> str:
    """From the smallest database to the largest, in floors, so that a machine that was slower meanwhile is none."""
    if len(costs) < 2 or not costs[0] or not costs[-1]:
        return "–"
    return f"{costs[-1].ratio / costs[0].ratio:.2f}"


OF_WHAT = (
    "This document is written by the benchmark (`tests/benchmark/`). It measured commit `{commit}` on {on}. "
    "The machine has {machine}."
)

INTRODUCTION = """\
# What a page costs

    make gate                                  # ratios, statements and plans, on both databases: part of .ci/run
    make measure                               # every page and verb, among 100,000 entries of other people
    make measure ARGS="--entries 1000000"      # among a million; on PostgreSQL: .ci/postgres make measure …
    make measure ARGS=--document               # 10,000, 100,000 and 1,000,000 on both, and this document from them

{of_what}

**What is measured** is CPU time: that of the process, and on PostgreSQL that of the server's process for its
connection besides. Everything goes through all the middleware, on production's settings with the files collected,
each page in turn with its floor; the calmest of some rounds counts. Machines are noisy: trust the ratios, not the
milliseconds. All but the first look are second looks, which leave no act behind.

**The floor** (`tests/benchmark/floor.py`) is a Django view over the same tables that does nothing but what any page
has to: session, user, one keyset query by `values_list`, HTML as stored, a plain template, Django's own middleware.
It has as many rows and as many bytes as the page beside it. What is no page is held beside the floor of 30 rows and
32 KB. It is frozen: to change it needs a decision, and a test holds its digest.

**The data** (`tests/benchmark/filling.py`) is one clinician with 401 journals: a record of 5,000 entries with 100
appointments and a thread of 200 answers, one with 400 values, others of 100 and of 10 entries; and around them so
many entries of other people as the tables say. All of it is written in order of time, so that the rows of one record
lie scattered among those of all. Texts are drawn by chance from 5,000 invented words.

**Growth** is what a page costs in floors in the largest database, by what it costs in the smallest. Nothing a page
reads belongs to other people, so 1.25 is the most that it may be.
"""

CONCLUSION = """\
## What holds these figures

`make gate` fills both databases with 2,000 entries of other people, adds 15,000, and holds each page and verb to the
ratio, to the count of statements and to the work of the database in `tests/benchmark/limits.toml`, and none to
milliseconds. The limits are what was measured, with room for another machine; the goals are in the same table.

The work is counted in steps of SQLite's virtual machine, and in rows that PostgreSQL looks at. It is noted before and
after the 15,000: a statement that does more because other people have written more fails, and is shown with its plan.
And a page whose work grows with its own record is over its limit. PostgreSQL reads a table of few pages as a whole
though an index would serve, so here it is told to do that only where none does.

## Why it is as fast as it is

- The HTML of an entry is made when it is shared and stored beside it: rendering Markdown costs 2 ms an entry, thirty
  times a page.
- Most of a Django page's time is the template engine going through the same markup for each row. A card is rendered
  once for each shape that occurs, and the words are set between the pieces (`relationships/views/moulds.py`).
- How each entry and consult is today is kept in rows of its own, so a page looks up the keys of what it shows and reads
  their rows ([0027](decisions/0027-pages-look-up-how-things-are.md)).
- Queries that pages ask often are compiled once for each connection (`config/prepared.py`).
- Pages go on from the number of the last entry shown, never from a count of rows to skip.
- Days are put into words once for each language, and names are looked up once for a page.
"""


def by_case(directory: Path = OF_THE_GATE) -> dict[str, dict[str, Cost]]:
    """What the gate measured last: each case on each kind of database."""
    found: dict[str, dict[str, Cost]] = {}
    for (database, _size), run in results(directory).items():
        for name, cost in run["costs"].items():
            found.setdefault(name, {})[database] = Cost(**cost)
    return found
