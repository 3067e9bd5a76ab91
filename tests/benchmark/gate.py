"""`make gate`: no page is dearer than the table in limits.toml allows, and no statement reads what other people wrote."""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from relationships import backups
from tests.benchmark import plans
from tests.benchmark.cases import Case, cases
from tests.benchmark.filling import Filling
from tests.benchmark.measuring import Cost, measured

LIMITS = Path(__file__).with_name("limits.toml")
FEW, MANY = 2_000, 15_000
"""Entries of other people: with the first every statement is watched once, and once more with so many besides."""
ROUNDS, EACH, AGAIN = 4, 2, 3
"""What seems too dear is measured again, with so many times the rounds: something else may have been at work."""
ROOM = 1.5
"""How far a limit stands above what was measured when it was set: machines differ, and runs."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a case may cost, on each kind of database."""

    ratio: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    work: dict[str, int] = field(default_factory=dict)
    goal: float | None = None
    """The ratio that it is to reach."""
    note: str = ""

    def holds_on(self, database: str) -> bool:
        return database in self.ratio and database in self.statements


def limits(file: Path = LIMITS) -> dict[str, Limit]:
    return {name: Limit(**told) for name, told in tomllib.loads(file.read_text()).items()}


@dataclass
class Verdict:
    faults: list[str] = field(default_factory=list)
    costs: dict[str, Cost] = field(default_factory=dict)


def gate(only: str = "") -> Verdict:
    """Fill, watch, fill more, watch again, measure."""
    verdict, allowed, filling = Verdict(), limits(), Filling()
    chosen = [case for case in cases(filling.fill(FEW)) if only in case.name]
    if not only:
        verdict.faults += unlisted([case.name for case in chosen], allowed)
    before = {case.name: plans.watched(case) for case in chosen}
    filling.add(MANY)
    after = {case.name: plans.watched(case) for case in chosen}
    for case in chosen:
        # Where a record is a third of all that there is, PostgreSQL goes through a whole index for what is whole.
        is_too_large = case.is_whole and connection.vendor == "postgresql"
        if not is_too_large and not case.is_of_everybody:
            verdict.faults += growth(case, before[case.name], after[case.name])
    verdict.costs = measured(chosen, rounds=ROUNDS, each=EACH, patience=3)
    if dear := [case for case in chosen if too_dear(case.name, verdict.costs[case.name], allowed)]:
        for name, cost in measured(dear, rounds=ROUNDS * AGAIN, each=EACH, patience=6).items():
            verdict.costs[name] = min(cost, verdict.costs[name], key=lambda one: one.ratio)
    if connection.vendor == "sqlite":
        # As it goes before the first backup and after it: what is known of the indexes must make nothing worse.
        backups.renew_statistics()
        for case in chosen:
            after[case.name] = max(after[case.name], plans.watched(case), key=lambda one: one.work)
    for name, cost in verdict.costs.items():
        cost.work = after[name].work
        verdict.faults += [
            *too_dear(name, cost, allowed),
            *too_many(name, cost, allowed),
            *too_much(name, cost, allowed, after[name]),
        ]
    return verdict


def growth(case: Case, before: plans.Watch, after: plans.Watch) -> list[str]:
    """What to say of each statement that reads more, because other people have written more."""
    return [
        f"{case.name}: a statement reads more where other people have written more, {one.before:,} {unit()} "
        f"among few of their entries and {one.after:,} among many.\n\n{one.sql}\n\n{one.plan}\n"
        for one in plans.grown(before, after)
    ]


def unit() -> str:
    return "steps" if connection.vendor == "sqlite" else "rows"


def unlisted(names: list[str], allowed: dict[str, Limit]) -> list[str]:
    """A case without a limit is held to nothing, and a limit without a case holds nothing."""
    held = {name for name, limit in allowed.items() if limit.holds_on(connection.vendor)}
    return [f"{name}: has no limit in {LIMITS.name}." for name in names if name not in held] + [
        f"{name}: is in {LIMITS.name}, and nothing is measured by that name."
        for name in allowed
        if name not in names
    ]


def too_dear(name: str, cost: Cost, allowed: dict[str, Limit]) -> list[str]:
    most = allowed[name].ratio.get(connection.vendor) if name in allowed else None
    if most is None or cost.ratio <= most:
        return []
    return [f"{name}: costs {cost.ratio:.2f} times its floor, and {most:g} times is allowed."]


def too_many(name: str, cost: Cost, allowed: dict[str, Limit]) -> list[str]:
    most = allowed[name].statements.get(connection.vendor) if name in allowed else None
    if most is None or cost.statements <= most:
        return []
    return [f"{name}: sends {cost.statements} statements, and {most} are allowed."]


def too_much(name: str, cost: Cost, allowed: dict[str, Limit], watch: plans.Watch) -> list[str]:
    """Finds what grows with a record itself, and not with other people's: that nobody's page may read all of it."""
    most = allowed[name].work.get(connection.vendor) if name in allowed else None
    if most is None or cost.work <= most:
        return []
    dearest = max(watch.sent.values(), key=lambda one: one.work)
    return [
        f"{name}: the database does {cost.work:,} {unit()} for it, and {most:,} are allowed. Most of it for:\n\n"
        f"{dearest.sql}\n\n{plans.plan(dearest.sql, dearest.values)}\n"
    ]


# --- Setting the limits -------------------------------------------------------------------------------------

HEAD = """\
# What each page and verb may cost (`make gate`). `ratio` is the most CPU, in floors (floor.py); `statements` the most
# that it sends; `work` the most that the database does for it: steps of SQLite's virtual machine, rows that PostgreSQL
# looks at. All are what was measured when they were set, the ratio and the work with room (gate.ROOM).
# `goal` is the ratio that it is to reach. A limit is made larger by hand, with a reason in `note`.
"""


def set_limits(costs: dict[str, dict[str, Cost]], file: Path = LIMITS) -> None:
    """Write the table from what was measured, by case and database. Goals and notes stay."""
    known = limits(file) if file.exists() else {}
    file.write_text("\n".join([HEAD, *_written(costs, known)]))


def _written(costs: dict[str, dict[str, Cost]], known: dict[str, Limit]) -> Iterator[str]:
    for name, by_database in costs.items():
        was = known.get(name)
        yield f'["{name}"]'
        if was and was.goal is not None:
            yield f"goal = {was.goal:g}"
        yield _line("ratio", {one: _rounded(cost.ratio * ROOM) for one, cost in by_database.items()})
        yield _line("statements", {one: cost.statements for one, cost in by_database.items()})
        yield _line("work", {one: _round(cost.work * ROOM) for one, cost in by_database.items()})
        if was and was.note:
            yield f'note = "{was.note}"'
        yield ""


def _line(name: str, of: dict[str, Any]) -> str:
    return f"{name} = {{ " + ", ".join(f"{one} = {value:.12g}" for one, value in sorted(of.items())) + " }"


def _round(work: float) -> int:
    """Up to a hundred, and never so little that one more row is too much."""
    return max(100, math.ceil(work / 100) * 100)


def _rounded(ratio: float) -> float:
    return math.ceil(ratio * 20) / 20 if ratio < 10 else math.ceil(ratio)
