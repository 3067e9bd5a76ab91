"""What time it is in the record.

Every verb asks `now()`. Only the demonstration, which tells a year in a second, sets it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_told: ContextVar[dt.datetime | None] = ContextVar("told", default=None)


def now() -> dt.datetime:
    """The present moment, aware and in UTC, to the microsecond both databases keep."""
    return _told.get() or timezone.now()


@contextmanager
def telling(moment: dt.datetime) -> Iterator[None]:
    """Within this block it is `moment` (an aware time)."""
    token = _told.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _told.reset(token)
