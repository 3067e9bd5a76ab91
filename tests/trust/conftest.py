"""`measured`: what a test found, for the table of docs/trust.md. And the browser of tests/browser/, once for all rows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.accounts.conftest import (  # noqa: F401
    _no_rate_was_used_before,
    ada,
    at_home,
    hashings,
    log_in,
    make_person,
    newest_code,
    sign_up,
)
from tests.browser.conftest import (  # noqa: F401
    _threads_of_their_own,
    chromium,
    live_server,
    playwright,
    sit,
    windowless,
)
from tests.trust.copies import Copy, copy, ready

Measured = Callable[..., None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """`measured("0 of 3,120 lost")`: the figure of the row that the file is named after.

    Where a goal cannot be reached as it is written, docs/trust.md says why.
    """

    def note(figure: str) -> None:
        record_property("figure", figure)

    return note


@pytest.fixture(scope="session")
def migrated(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Copy]:
    """Every table and nobody in it, made once; to be copied and not to be changed."""
    with django_db_blocker.unblock(), ready(tmp_path_factory.mktemp("migrated")) as made:
        yield made


@pytest.fixture
def database(tmp_path: Any, migrated: Copy) -> Iterator[str]:
    """Where a program of the drill keeps its record: of the same kind as the database under test."""
    with copy(tmp_path / "drill", of=migrated) as made:
        yield made.database


@pytest.fixture
def server(database: str) -> str:
    """The same for a program that stops the server in the middle: on PostgreSQL it has one of its own."""
    return "postgresql" if connection.vendor == "postgresql" else database
