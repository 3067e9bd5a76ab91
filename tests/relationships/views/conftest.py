"""A clock that a test can put on."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone

from relationships import clock


@pytest.fixture
def after():
    """`with after(minutes=31):` it is that much later in the record."""

    def later(**how_much):
        return clock.telling(timezone.now() + dt.timedelta(**how_much))

    return later


@pytest.fixture(autouse=True)
def _the_day_where_they_live() -> Iterator[None]:
    """Late in the evening the two may live in another day than the machine. A page says theirs, and so do tests."""
    with timezone.override("Europe/London"):
        yield
