"""What a statement reads, and whether that grows with what other people have written.

A plan names scans and indexes, and an index can be walked from its first row to its last. So not the names are looked
at but the work: on SQLite the steps of its virtual machine, on PostgreSQL the rows that the nodes of the plan have
visited. The same case is watched in a small and in a large database; its own record is the same in both.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tests.benchmark.cases import Case

GROWTH = 1.25
"""So many times the work may be done in a larger database: a tree is a level higher."""
STEPS, ROWS = 2000, 300
"""So much more of it is no growth: one more read of a small table."""
EVERY = 10
"""After so many steps SQLite says that it works."""

READING = ("SELECT", "(SELECT", "WITH", "UPDATE", "DELETE")


@dataclass
class Sent:
    """A statement, with the values it was last sent with, and the work of all its sendings together."""

    sql: str
    values: Any
    work: int = 0
    times: int = 0


class Watch:
    """What a block sends to the database, by statement."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self._last: Sent | None = None
        self._is_explaining = False

    @property
    def work(self) -> int:
        return sum(one.work for one in self.sent.values())

    def _step(self) -> None:
        if self._last:
            self._last.work += EVERY

    def _execute(self, execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if self._is_explaining:
            return execute(sql, values, many, context)
        one = self.sent.setdefault(_told_apart_by(sql), Sent(sql, values))
        one.values, one.times, self._last = values, one.times + 1, one
        if connection.vendor == "postgresql" and not many and sql.lstrip().startswith(READING):
            self._is_explaining = True
            try:
                one.work += visited(_explained(sql, values))
            finally:
                self._is_explaining = False
        return execute(sql, values, many, context)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Rows are read after their statement was sent, so the steps belong to the one sent last."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            connection.connection.set_progress_handler(self._step, EVERY)
        try:
            with connection.execute_wrapper(self._execute):
                yield
        finally:
            self._last = None
            if connection.vendor == "sqlite":
                connection.connection.set_progress_handler(None, 0)


def _told_apart_by(sql: str) -> str:
    """Lists of values are of any length."""
    return re.sub(r"%s(, %s)+", "%s, …", sql)


def watched(case: Case) -> Watch:
    """What a case sends. PostgreSQL reads a table of a few pages as a whole although an index would serve, so among as
    few entries as fit into a gate it is told to go by an index from row to row wherever there is one.
    """
    watch = Watch()
    with _by_indexes(), watch.watching():
        case.once()
    return watch


WHOLE = ("seqscan", "hashjoin", "mergejoin")
"""The ways in which PostgreSQL goes through a whole table."""


@contextmanager
def _by_indexes() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    _allow("off")
    try:
        yield
    finally:
        _allow("on")


def _allow(what: str) -> None:
    with connection.cursor() as cursor:
        for way in WHOLE:
            cursor.execute(f"SET enable_{way} = {what}")


# --- PostgreSQL's plans -------------------------------------------------------------------------------------


def _explained(sql: str, values: Any) -> dict[str, Any]:
    """The plan, with what it did. It is done and taken back."""
    with transaction.atomic(), connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", values)
        told = cursor.fetchone()[0]
        transaction.set_rollback(True)
    plan: dict[str, Any] = (told if isinstance(told, list) else json.loads(told))[0]["Plan"]
    return plan


def visited(node: dict[str, Any]) -> int:
    """How many rows the scans of a plan have looked at, those that they left out included."""
    own = 0
    if "Scan" in node["Node Type"] and "Relation Name" in node:
        names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        own = round(sum(node.get(name, 0) for name in names) * node["Actual Loops"])
    return own + sum(visited(below) for below in node.get("Plans", []))


# --- Growth -------------------------------------------------------------------------------------------------


@dataclass
class Grown:
    """A statement that reads more where other people have written more."""

    sql: str
    before: int
    after: int
    plan: str


def grown(before: Watch, after: Watch) -> list[Grown]:
    """The statements whose work has grown with the database, the most work first."""
    slack = STEPS if connection.vendor == "sqlite" else ROWS
    found = []
    for name, one in after.sent.items():
        was = before.sent[name].work if name in before.sent else 0
        if one.work > was * GROWTH and one.work - was > slack:
            with _by_indexes():
                found.append(Grown(one.sql, was, one.work, plan(one.sql, one.values)))
    return sorted(found, key=lambda one: -one.after)


def plan(sql: str, values: Any) -> str:
    """How the database goes about it, in its own words."""
    if not sql.lstrip().startswith(READING):
        return ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {sql}", values)
            return "\n".join(line for (line,) in cursor)
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        return _as_a_tree(cursor.fetchall())


def _as_a_tree(rows: list[tuple[int, int, int, str]]) -> str:
    depth: dict[int, int] = defaultdict(int)
    lines = []
    for key, parent, _, says in rows:
        depth[key] = depth[parent] + 1
        lines.append("  " * (depth[key] - 1) + says)
    return "\n".join(lines)
