"""Fixtures that every test may use. `me` and `them` run each test once from either chair."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import translation

from config import prepared
from tests import choosing
from tests.cast import Chair, Pair, from_one_chair, pair, person
from tests.drill import IS_LONG
from tests.kept import Kept, copy_of, put_back
from tests.parts import Parts


@pytest.fixture
def sqlite(db: None) -> None:
    """For a test of what only SQLite understands; on another database it is not collected."""


@pytest.fixture
def postgresql(db: None) -> None:
    """For a test of what only PostgreSQL understands; on another database it is not collected."""


def pytest_addoption(parser: pytest.Parser) -> None:
    ours = parser.getgroup("alongside")
    ours.addoption("--everything", action="store_true", help="leave no case out (docs/testing.md)")
    ours.addoption("--parts", action="store_true", help="say how many cases and seconds each folder has")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--parts") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Parts())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = choosing.chosen(items, connection.vendor, everything=config.getoption("--everything") or IS_LONG)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def pytest_collection_finish() -> None:
    """What was collected stays to the end. Nothing needs to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def everything(request: pytest.FixtureRequest) -> bool:
    """Whether nothing is left out: with `make test-all` and in the drill."""
    return bool(request.config.getoption("--everything") or IS_LONG)


@pytest.fixture
def cells(everything: bool) -> choosing.Cells:
    """`cells(addresses, methods)`: each with each, or enough of them that each pair is met."""
    return choosing.cells_of(everything=everything)


class Patch(pytest.MonkeyPatch):
    """A query may have been compiled with what is patched: with one of our limits, for example."""

    is_of_ours = False

    def setattr(self, target: Any, *value: Any, **how: Any) -> None:
        super().setattr(target, *value, **how)
        named = target if isinstance(target, str) else getattr(target, "__module__", None) or target.__name__
        if named.startswith(("accounts", "config", "relationships")):
            self.is_of_ours = True
            prepared.forget()

    def undo(self) -> None:
        super().undo()
        if self.is_of_ours:
            prepared.forget()


@pytest.fixture
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    with Patch.context() as patch:
        yield patch


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Neither a rate limit nor the language of the last page stays for the next test."""
    with translation.override("en"):
        yield
    cache.clear()


@pytest.fixture
def wren(db: None) -> Any:
    """The patient."""
    return person("Wren Halloway", called="Wren", pronouns="she/her", time_zone="Europe/London")


@pytest.fixture
def isko(db: None) -> Any:
    """The clinician."""
    return person("Isko Marchetti-Oduya", called="Isko", time_zone="Europe/Lisbon")


@pytest.fixture
def stranger(db: None) -> Any:
    """Somebody with an account and another record, who must never see this one."""
    someone = person("Sefa Stranger")
    pair(someone, person("Another Clinician"))
    return someone


@pytest.fixture
def two(wren: Any, isko: Any) -> Pair:
    """The relationship of Wren and Isko."""
    return pair(wren, isko)


@pytest.fixture(params=["patient", "clinician"])
def side(request: pytest.FixtureRequest) -> str:
    """From which chair the test looks. Everything must hold from both."""
    return str(request.param)


def seated(two: Pair, side: str, request: pytest.FixtureRequest) -> Chair:
    chair = Chair(two.seat(side), two.relationship)
    if from_one_chair.mark not in request.node.iter_markers("parametrize"):
        # Logged in before the test begins to count queries or to turn the clock.
        assert chair.client
    return chair


@pytest.fixture
def me(two: Pair, side: str, request: pytest.FixtureRequest) -> Chair:
    return seated(two, side, request)


@pytest.fixture
def them(two: Pair, side: str, request: pytest.FixtureRequest) -> Chair:
    return seated(two, "clinician" if side == "patient" else "patient", request)


@pytest.fixture(autouse=True, scope="session")
def _emptying_takes_the_guards_off() -> Iterator[None]:
    """Tests with real transactions empty their tables at the end, which is just what the guards refuse.

    So the database is put back as it was before the first of them, and the guards step aside for that moment.
    """
    begin, empty = TransactionTestCase._fixture_setup.__func__, TransactionTestCase._fixture_teardown
    before: dict[str, Kept] = {}

    def remembered(kind: type[TransactionTestCase]) -> None:
        for name in kind._databases_names(include_mirrors=False):
            if name not in before:
                before[name] = copy_of(connections[name])
        begin(kind)

    def unguarded(case: TransactionTestCase) -> None:
        for name in case._databases_names(include_mirrors=False):
            put_back(connections[name], before[name])

    TransactionTestCase._fixture_setup = classmethod(remembered)
    TransactionTestCase._fixture_teardown = unguarded
    yield
    TransactionTestCase._fixture_setup = classmethod(begin)
    TransactionTestCase._fixture_teardown = empty
