"""Which cases run. With `--everything` and in the drill: all that there are. Otherwise

- a case marked `long` does not: its file has a short form of it;
- a walk over the whole site meets each pair of what it walks by (an address and a method, a stranger and an
  address), and not each with each (`cells`);
- on PostgreSQL run the cases whose outcome can depend on the database: those that use it, but for what a file
  marked `looks` looks at;
- what runs on both databases and is tried from both chairs is tried from one on SQLite and from the other on
  PostgreSQL. The promises are tried from both on SQLite, and so is what runs there alone.

`tests/test_choosing.py` checks these rules, and what a file marked `looks` may do.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from typing import Any
from zlib import crc32

import pytest

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
DATABASES = {
    "db",
    "transactional_db",
    "django_db_setup",
    "database",
    "server",
    "small_disk",
    "told",
    "elsewhere",
}
"""Fixtures of which one is behind every query: of the test's own process, or of a program that it starts."""

SIDES = ("patient", "clinician")
PROMISES = "tests/promises/"
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


def runs_on_both(item: pytest.Item) -> bool:
    return uses_the_database(item) and item.get_closest_marker("looks") is None


def from_one_chair(items: Sequence[pytest.Item], vendor: str) -> list[pytest.Item]:
    """Of cases that differ in nothing but the chair, one; from which chair is settled by the name of the test.

    On SQLite it is another one than on PostgreSQL.
    """
    other = int(vendor == "sqlite")
    alike: dict[Hashable, list[pytest.Item]] = {}
    for item in items:
        alike.setdefault(_apart_from_the_chair(item), []).append(item)
    kept = set()
    for some in alike.values():
        number = crc32(some[0].nodeid.partition("[")[0].encode())
        kept.add(id(some[(number + other) % len(some)]))
    return [item for item in items if id(item) in kept]


def chosen(items: Sequence[pytest.Item], vendor: str, *, everything: bool) -> list[pytest.Item]:
    here = [item for item in items if OTHER[vendor] not in getattr(item, "fixturenames", ())]
    if everything:
        return here
    here = [item for item in here if item.get_closest_marker("long") is None]
    if vendor == "postgresql":
        return from_one_chair([item for item in here if runs_on_both(item)], vendor)
    shared = [
        item
        for item in here
        if runs_on_both(item)
        and "sqlite" not in getattr(item, "fixturenames", ())
        and not item.nodeid.startswith(PROMISES)
    ]
    left_out = {id(item) for item in shared} - {id(item) for item in from_one_chair(shared, vendor)}
    return [item for item in here if id(item) not in left_out]


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
