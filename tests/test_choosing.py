"""The rules of tests/choosing.py: which cases `make test` and `make test-postgres` leave out."""

import ast
import re
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import choosing

HERE = Path(__file__).parent
OF_THE_DATABASE = ("django.db.connection", "django.db.transaction", "django.db.IntegrityError")
OF_THE_DATABASE += ("relationships.guards", "relationships.verification", "relationships.erasing", "psycopg")


def case(name, *fixtures, marks=(), file="tests/test_it.py", **where):
    """As pytest has it: its name, its fixtures, its marks, and its parameters."""
    item = SimpleNamespace(fixturenames=fixtures, function=name, cls=None, location=(file,))
    item.nodeid = f"{file}::{name}[{'-'.join(map(str, where.values()))}]"
    item.get_closest_marker = lambda mark: mark if mark in marks else None
    if where:
        item.callspec = SimpleNamespace(params=where)
    return item


LOOKS = case("a page", "db", marks=["looks"])
LONG = case("a year", "db", marks=["long"])
NO_DATABASE = case("a sentence")
BY_MARK = case("a query", marks=["django_db"])
ON_POSTGRESQL, ON_SQLITE = case("a role", "db", "postgresql"), case("a file", "db", "sqlite")
BOTH_CHAIRS = [
    case("a verb", "side", "two", "db", side=side, kind=kind) for kind in range(3) for side in choosing.SIDES
]
PROMISED = [
    case("a promise", "side", "db", file=f"{choosing.PROMISES}test_1.py", side=side)
    for side in choosing.SIDES
]
LOOKED_AT = [case("a look", "side", "db", marks=["looks"], side=side) for side in choosing.SIDES]
IN_A_FILE = [case("a file from both", "side", "sqlite", "db", side=side) for side in choosing.SIDES]
FROM_BOTH = [*PROMISED, *LOOKED_AT, *IN_A_FILE]
ALL = [LOOKS, LONG, NO_DATABASE, BY_MARK, ON_POSTGRESQL, ON_SQLITE, *BOTH_CHAIRS, *FROM_BOTH]


def test_on_sqlite_everything_runs_but_what_is_long_and_the_chair_that_postgresql_has():
    left = [LONG, ON_POSTGRESQL]
    some = choosing.chosen(ALL, "sqlite", everything=False)
    assert [one for one in some if one not in BOTH_CHAIRS] == [
        one for one in ALL if one not in left and one not in BOTH_CHAIRS
    ]
    assert [one.callspec.params["kind"] for one in some if one in BOTH_CHAIRS] == [0, 1, 2]


def test_on_postgresql_runs_what_can_differ_there_and_from_one_chair():
    some = choosing.chosen(ALL, "postgresql", everything=False)
    (promise,) = [one for one in some if one in PROMISED]
    assert [one for one in some if one not in BOTH_CHAIRS] == [BY_MARK, ON_POSTGRESQL, promise]
    assert [one.callspec.params["kind"] for one in some if one in BOTH_CHAIRS] == [0, 1, 2]


def test_what_is_tried_from_both_chairs_is_so_on_the_two_databases_together():
    on_each = [choosing.chosen(ALL, vendor, everything=False) for vendor in choosing.OTHER]
    for one in [*BOTH_CHAIRS, *FROM_BOTH]:
        assert any(one in some for some in on_each)
    assert [one for one in BOTH_CHAIRS if all(one in some for some in on_each)] == []


def test_which_chair_it_is_depends_on_the_name_so_that_it_is_each_of_them():
    for vendor in choosing.OTHER:
        sides = set()
        for number in range(9):
            cases = [case(f"verb {number}", "side", "db", side=side) for side in choosing.SIDES]
            (one,) = choosing.chosen(cases, vendor, everything=False)
            sides.add(one.callspec.params["side"])
        assert sides == set(choosing.SIDES)


@pytest.mark.parametrize("vendor", choosing.OTHER)
def test_of_the_cases_of_this_run_one_chair_is_chosen_whatever_else_they_are_tried_with(request, vendor):
    """Asked of pytest's own cases, as it has collected them here."""
    kept = choosing.from_one_chair(request.session.items, vendor)

    def without_the_chair(items):
        return [re.sub(r"\b(patient|clinician)\b", "…", item.nodeid) for item in items]

    assert set(without_the_chair(kept)) == set(without_the_chair(request.session.items))
    by_chair = [item for item in kept if {"me", "them"} & set(getattr(item, "fixturenames", ()))]
    assert len(set(without_the_chair(by_chair))) == len(by_chair)


@pytest.mark.parametrize(
    ("here", "elsewhere"), [("sqlite", [ON_POSTGRESQL]), ("postgresql", [ON_SQLITE, *IN_A_FILE])]
)
def test_with_everything_nothing_is_left_out_but_what_only_the_other_database_understands(here, elsewhere):
    assert choosing.chosen(ALL, here, everything=True) == [one for one in ALL if one not in elsewhere]


@pytest.mark.parametrize("lengths", [(12, 90, 6), (90, 4, 3, 2), (2, 3, 97, 6), (5, 5), (4,)])
def test_a_walk_meets_each_pair_or_each_with_each(lengths):
    ways = [[f"{way}.{number}" for number in range(length)] for way, length in enumerate(lengths)]
    met = choosing.cells_of(everything=False)(*ways)
    for one, other in combinations(range(len(ways)), 2):
        assert len({(cell[one], cell[other]) for cell in met}) == lengths[one] * lengths[other]
    assert len(met) == len(set(met))
    every = choosing.cells_of(everything=True)(*ways)
    assert set(met) <= set(every)
    assert len(every) == len(set(every))


# --- What a file may do that does not run on PostgreSQL --------------------------------------------------


def files_that_look():
    for path in sorted(HERE.rglob("test_*.py")):
        if re.search(r"^pytestmark = .*\bmark\.looks\b", path.read_text(), re.M):
            yield path


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_a_file_that_looks_knows_nothing_of_the_database():
    """Neither statements nor transactions, guards or seals: whatever those do, the words of a page do not tell."""
    found = {path.name: sorted({*imported(path)} & {*OF_THE_DATABASE}) for path in files_that_look()}
    assert len(found) > 10
    assert {name: names for name, names in found.items() if names} == {}


def test_only_a_whole_file_is_marked_so():
    single = re.compile(r"^ *@pytest\.mark\.looks\b", re.M)
    assert [path.name for path in sorted(HERE.rglob("test_*.py")) if single.search(path.read_text())] == []


def test_the_walks_over_every_address_run_on_postgresql_too():
    """By strangers of every kind, by the two and without a token: the statements of each page are run there."""
    walks = {
        "relationships/views/test_access.py",
        "trust/test_a1_nobody_else_gets_in.py",
        "trust/test_b3_no_form_from_elsewhere.py",
    }
    assert walks & {str(path.relative_to(HERE)) for path in files_that_look()} == set()
    assert all((HERE / walk).exists() for walk in walks)


def test_what_runs_on_sqlite_alone_for_want_of_a_database_asks_none(request):
    """Neither by the connection, of which it may name the kind, nor through a copy in a process of its own."""

    def asks(item):
        names = set(item.function.__code__.co_names)
        return "copy" in names or ({"connection", "connections"} & names and "vendor" not in names)

    without = [item for item in request.session.items if not choosing.uses_the_database(item)]
    assert [item.nodeid for item in without if asks(item)] == []
