"""`measured`: what a test found, for the table of docs/trust.md. And the browser of tests/browser/, once for all rows."""

from collections.abc import Callable
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
from tests.browser.conftest import _threads_of_their_own, chromium, live_server, sit  # noqa: F401

Measured = Callable[..., None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """`measured("0 of 3,120 lost")`: the figure of the row that the file is named after.

    Where a goal cannot be reached as it is written, docs/trust.md says why.
    """

    def note(figure: str) -> None:
        record_property("figure", figure)

    return note


@pytest.fixture
def database(tmp_path: Any) -> str:
    """Where a program of the drill keeps its record: of the same kind as the database under test."""
    return "postgresql" if connection.vendor == "postgresql" else f"sqlite:///{tmp_path}/drill.sqlite3"
