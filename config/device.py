"""From which kind of device something is done: a telephone, a tablet or a computer, and nothing closer.

Both of the two see it beside each act, so that either notices a device that nobody of them has. What a browser says of
itself is a guess, and it is no more than that: it is kept as one word, and the browser's own words are not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PHONE, TABLET, COMPUTER = "phone", "tablet", "computer"

_at: ContextVar[str] = ContextVar("at", default="")


def kind_of(user_agent: str) -> str:
    """One word for what a browser says of itself; empty where it says nothing."""
    if not user_agent:
        return ""
    if re.search(r"iPad|Tablet|Kindle|Silk", user_agent) or (
        "Android" in user_agent and "Mobile" not in user_agent
    ):
        return TABLET
    return PHONE if re.search(r"Mobi|iPhone|Android", user_agent) else COMPUTER


def now() -> str:
    """The kind of device that the present request came from; empty outside a request."""
    return _at.get()


@contextmanager
def at(kind: str) -> Iterator[None]:
    """Within this block it is done on a device of this kind."""
    token = _at.set(kind)
    try:
        yield
    finally:
        _at.reset(token)
