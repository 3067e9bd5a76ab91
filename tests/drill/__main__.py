"""`python -m tests.drill [ROW…]`: every goal on SQLite and on PostgreSQL, at full length, and one table.

The exit status is 1 where a goal was not reached or has no figure. `--write docs/trust.md` puts the figures that
were found last into that table; they stand in test-results/drill.json.
"""

import argparse
import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.drill import HERE
from tests.drill.collecting import row_of

DOCUMENT = HERE / "docs" / "trust.md"
FOUND = HERE / "test-results" / "drill.json"
DATABASES = ("sqlite", "postgresql")
ALONE = {"A2", "A4", "A5", "B6", "C1", "C3", "R4", "R5", "R7", "S3"}
"""Rows that take time as their measure, or both cores."""
ONCE = {"A4", "S1", "S3"}
"""Rows that have nothing to do with a database."""


def rows(document: Path = DOCUMENT) -> dict[str, list[str]]:
    """The table: each row's cells, by its name."""
    lines = [line for line in document.read_text().splitlines() if re.match(r"\| [A-Z]\d+ \|", line)]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {one[0]: one for one in cells}


def files() -> dict[str, list[Path]]:
    """The tests of each row."""
    found: dict[str, list[Path]] = {}
    # B2 stands with the tests that share one browser and one server.
    for path in sorted((HERE / "tests").glob("trust/test_*.py")) + sorted(
        (HERE / "tests").glob("browser/test_b2_*.py")
    ):
        row = row_of(str(path.relative_to(HERE)))
        if row:
            found.setdefault(row, []).append(path)
    return found


def drill(database: str, chosen: list[str]) -> Iterator[dict[str, Any]]:
    """Run the tests of these rows on that database; what each group of them found, as soon as it did."""
    here = files()
    alone = [[row] for row in chosen if row in ALONE and not (row in ONCE and database != "sqlite")]
    for group in [[row for row in chosen if row not in ALONE | ONCE], *alone, *_once(database, chosen)]:
        paths = [str(path) for row in group for path in here.get(row, [])]
        if paths:
            yield _pytest(database, paths, cores=1 if len(group) == 1 else 2)


def _once(database: str, chosen: list[str]) -> list[list[str]]:
    return [[row for row in chosen if row in ONCE - ALONE]] if database == "sqlite" else []


def _pytest(database: str, paths: list[str], *, cores: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="alongside-drill-") as scratch:
        figures = Path(scratch, "figures.json")
        told = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        told |= {"ALONGSIDE_LONG": "1", "ALONGSIDE_FIGURES": str(figures)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.drill.collecting", *paths]
        # A minute of load is no browser that hangs.
        command += ["-o", "faulthandler_timeout=0"]
        command += ["-n", str(cores)] if cores > 1 else []
        before = [str(HERE / ".ci" / "postgres")] if database == "postgresql" else []
        subprocess.run([*before, *command], cwd=HERE, env=told)
        found: dict[str, Any] = json.loads(figures.read_text()) if figures.exists() else {}
        return found


def said(told: dict[str, Any] | None) -> str:
    """One figure of the table."""
    if not told:
        return "–"
    if told["failed"]:
        return f"**not reached** ({len(told['failed'])} of {told['tests']} tests failed)"
    return "; ".join(dict.fromkeys(told["figures"])).replace("|", "\\|") or f"{told['tests']} tests hold"


def is_reached(row: str, found: dict[str, Any]) -> bool:
    asked = DATABASES[:1] if row in ONCE else DATABASES
    return all(one in found and found[one]["tests"] and not found[one]["failed"] for one in asked)


def explained(document: Path = DOCUMENT) -> dict[str, str]:
    """What the document says of the goals that are not reached as they are written, by row."""
    told = document.read_text().partition("\n## What is not reached")[2]
    return {
        row: " ".join(why.split())
        for row, why in re.findall(r"^- \*\*(\w+)\.\*\* (.+?)(?=^- |\Z)", told, re.M | re.S)
    }


def verdict(row: str, found: dict[str, Any], why: dict[str, str]) -> str:
    if not is_reached(row, found):
        return "NOT REACHED" if found else "NO FIGURE"
    return "explained" if row in why else "met"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB"


def write(document: Path, told: dict[str, Any]) -> None:
    """Put what was found last into the document: the figures, the files, the day and the machine."""
    text = document.read_text()
    here = files()
    for row, cells in rows(document).items():
        found = told["rows"].get(row, {})
        paths = [f"[{path.name}](../{path.relative_to(HERE)})" for path in here.get(row, [])]
        cells[3] = "<br>".join(paths) or "–"
        cells[4], cells[5] = (said(found.get(one)) for one in DATABASES)
        text = re.sub(rf"^\| {row} \|.*$", lambda _, c=cells: f"| {' | '.join(c)} |", text, flags=re.M)
    measured = f"Last measured on {told['on']}, on a machine with {told['machine']}."
    document.write_text(re.sub(r"^Last measured on .*\.$", measured, text, flags=re.M))


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    asked.add_argument("rows", nargs="*", help="some rows only, by their names")
    asked.add_argument(
        "--write", type=Path, metavar="DOCUMENT", help="fill in what was found last, and run nothing"
    )
    given = asked.parse_args()
    told = json.loads(FOUND.read_text()) if FOUND.exists() else {"rows": {}}
    if given.write:
        write(given.write, told)
        return 0
    chosen = [row.upper() for row in given.rows] or list(rows())
    told |= {"on": f"{dt.datetime.now(dt.UTC):%d %B %Y}".lstrip("0"), "machine": machine()}
    for row in chosen:
        told["rows"].pop(row, None)
    FOUND.parent.mkdir(exist_ok=True)
    for database in DATABASES:
        for group in drill(database, chosen):
            for row, found in group.items():
                told["rows"].setdefault(row, {})[database] = found
            # Kept at once: whatever ends the drill, an hour of it is not lost.
            FOUND.write_text(json.dumps(told, indent=1))
    table, why = rows(), explained()
    for row in chosen:
        found = told["rows"].get(row, {})
        print(f"{row:4} {verdict(row, found, why):11} {table[row][1]}")
        print(f"     goal: {table[row][2]}")
        for database, one in found.items():
            print(f"     {database:10} {said(one)}")
        if row in why:
            print(f"     explained: {why[row]}")
    return 0 if all(is_reached(row, told["rows"].get(row, {})) for row in chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
