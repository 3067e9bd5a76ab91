"""What a case costs, beside its floor, in one run."""

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.benchmark.cases import Case

STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "(SELECT", "WITH")


@dataclass
class Cost:
    """CPU in milliseconds: of this process, and on PostgreSQL of the server's process for this connection."""

    cpu: float
    floor: float
    rows: int
    statements: int
    bytes: int
    work: int = 0
    """What the database does for it (plans.py): the same in every run, on every machine. 0 where nobody has looked."""

    @property
    def ratio(self) -> float:
        return self.cpu / self.floor

    def told(self) -> dict[str, Any]:
        return asdict(self)


def cpu() -> float:
    """Milliseconds that this process and the server's process for it have worked so far."""
    return time.process_time() * 1000 + _of_the_server()


def _of_the_server() -> float:
    """A server on another machine, or one that hides its processes, counts as nothing."""
    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    try:
        told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        return 0.0
    return int(told.split()[0]) / 1e6


def statements(case: Case) -> list[dict[str, str]]:
    """What it sends, without the beginnings and ends of transactions."""
    with CaptureQueriesContext(connection) as queries:
        case.once()
    return [query for query in queries if query["sql"].lstrip().startswith(STATEMENTS)]


def measured(cases: list[Case], *, rounds: int, each: int, patience: float = 20.0) -> dict[str, Cost]:
    """Each case and its floor in turn, in another order each round. The calmest round counts.

    What takes long is run less often: `patience` is how many seconds a case may take in all.
    """
    spent: dict[str, tuple[list[float], list[float]]] = {case.name: ([], []) for case in cases}
    used: dict[str, float] = {}
    counted: dict[str, int] = {}
    for case in cases:
        began = time.perf_counter()
        case.once()
        used[case.name] = time.perf_counter() - began
        counted[case.name] = len(statements(case))
    for turn in range(rounds):
        for case in random.sample(cases, len(cases)):
            began = time.perf_counter()
            if turn and used[case.name] > patience:
                continue
            times = each if used[case.name] / (turn + 1) < patience / rounds / each * 2 else 1
            ours, floors = spent[case.name]
            ours.append(_mean(case.once, times))
            assert case.floor is not None
            floors.append(_mean(case.floor, each))
            used[case.name] += time.perf_counter() - began
    return {case.name: _cost(case, *spent[case.name], counted[case.name]) for case in cases}


def _mean(run: Callable[[], Any], times: int) -> float:
    began = cpu()
    for _ in range(times):
        run()
    return (cpu() - began) / times


def _cost(case: Case, ours: list[float], floors: list[float], statements: int) -> Cost:
    assert case.floor is not None
    floor = case.floor()
    answer = case.once()
    size = len(answer.content) if isinstance(answer, HttpResponse) else 0
    return Cost(min(ours), min(floors), floor.content.count(b"<article"), statements, size)
