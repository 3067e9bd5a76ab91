"""Which cases run. With `--everything` and in the drill: all that there are. Otherwise

- a case marked `long` does not: its file has a short form of it;
- a walk over the whole site meets each pair of what it walks by (an address and a method, a stranger and an
  address), and not each with each (`cells`);
- on PostgreSQL run the cases whose outcome can depend on the database: those that use it, but for what a file
  marked `looks` looks at, and what is tried from both chairs from one of them.

`tests/test_choosing.py` checks these rules, and what a file marked `looks` may do.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from typing import Any
from zlib import crc32

import pytest

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
DATABASES = {"db", "transactional_db", "django_db_setup", "database", "small_disk", "told", "elsewhere"}
"""Fixtures of which one is behind every query: of the test's own process, or of a program that it starts."""

SIDES = ("patient", "clinician")
Cells = Callable[..., list[tuple[Any, ...]]]


def uses_the_database(item: pytest.Item) -> bool:
    named = set(getattr(item, "fixturenames", ()))
    return bool(named & DATABASES) or item.get_closest_marker("django_db") is not None


def _apart_from_the_chair(item: pytest.Item) -> Hashable:
    callspec = getattr(item, "callspec", None)
    if callspec is None or callspec.params.get("side") not in SIDES:
        return id(item)
    # Each value is one object for all cases that have it.
    others = {(name, id(value)) for name, value in callspec.params.items() if name != "side"}
    return (item.location[0], getattr(item, "cls", None), item.function, frozenset(others))  # type: ignore[attr-defined]


def from_one_chair(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Of cases that differ in nothing but the chair, one; from which chair is settled by the name of the test."""
    alike: dict[Hashable, list[pytest.Item]] = {}
    for item in items:
        alike.setdefault(_apart_from_the_chair(item), []).append(item)
    kept = {id(some[crc32(some[0].nodeid.partition("[")[0].encode()) % len(some)]) for some in alike.values()}
    return [item for item in items if id(item) in kept]


def chosen(items: Sequence[pytest.Item], vendor: str, *, everything: bool) -> list[pytest.Item]:
    here = [item for item in items if OTHER[vendor] not in getattr(item, "fixturenames", ())]
    if everything:
        return here
    here = [item for item in here if item.get_closest_marker("long") is None]
    if vendor == "postgresql":
        here = [item for item in here if uses_the_database(item) and item.get_closest_marker("looks") is None]
        here = from_one_chair(here)
    return here


def pairs(*ways: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Each of the longest with each of the next, and the others in turns, so that each two of any are met."""
    order = sorted(range(len(ways)), key=lambda way: -len(ways[way]))
    if len(ways) < 3:
        yield from product(*ways)
        return
    for first, second in product(*(range(len(ways[way])) for way in order[:2])):
        at, stride = {order[0]: first, order[1]: second}, 1
        for way in order[2:]:
            at[way] = (first // stride + second) % len(ways[way])
            stride *= len(ways[way])
        yield tuple(ways[way][at[way]] for way in range(len(ways)))


def cells_of(*, everything: bool) -> Cells:
    return lambda *ways: list(product(*ways) if everything else pairs(*ways))
