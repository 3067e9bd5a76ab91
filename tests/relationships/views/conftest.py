"""A clock that a test can put on."""

import datetime as dt

import pytest
from django.utils import timezone

from relationships import clock


@pytest.fixture
def after():
    """`with after(minutes=31):` it is that much later in the record."""

    def later(**how_much):
        return clock.telling(timezone.now() + dt.timedelta(**how_much))

    return later
