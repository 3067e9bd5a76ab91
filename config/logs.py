"""What may stand in a log: what happened, never what somebody wrote.

A served copy writes one line of JSON for each thing that happens, made of a list of fields and nothing else
(`Lines`). What a library says is not on the list: it may quote an address, a header, a row. Of such a line
there stays where in the code it was said, and of an exception its type and where it came from.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.apps import apps
from django.conf import settings

OURS = re.compile(r"(accounts|config|relationships)(\.|$)")
"""Loggers whose first argument is a sentence that stands in our own code; a test looks that it does."""

TOLD_IN_FULL = {
    "Starting gunicorn %s",
    "Listening at: %s (%s)",
    "Using worker: %s",
    "Booting worker with pid: %s",
    "Worker exiting (pid: %s)",
    "Worker (pid:%s) exited with code %s",
    "Worker (pid:%s) exited with code %s.",
    "Worker (pid:%s) was sent %s!",
    "Worker (pid:%s) was sent SIGKILL! Perhaps out of memory?",
    "WORKER TIMEOUT (pid:%s)",
    "Handling signal: %s",
    "Shutting down: %s",
    "Hang up: %s",
}
"""What gunicorn says of itself: a version, a socket, a process, a signal."""

AN_ERROR = re.compile(r"[A-Z][A-Za-z]{1,40}(Error|Exception|Refused|Disconnected|Warning)")

FIELDS = ("method", "route", "status", "ms", "actor", "relationship", "check", "error", "count")
"""What a line may have besides when, how grave, who says it, what it is and in which request."""

_request: ContextVar[str] = ContextVar("request", default="")


@contextmanager
def within(request: str) -> Iterator[None]:
    """Every line written in this block says that it belongs to this request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


class Lines(logging.Formatter):
    """One line of JSON, by an allow-list."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": when, "level": record.levelname, "logger": record.name}
        try:
            return json.dumps(self._told(record, line))
        except Exception:  # Whatever it is, it must not be told by `logging`, which would quote the record.
            return json.dumps(line | {"event": "A line that could not be written"})

    def _told(self, record: logging.LogRecord, line: dict[str, Any]) -> dict[str, Any]:
        line = line | {"event": _event(record)}
        if request := _request.get():
            line["request"] = request
        line |= {name: told for name in FIELDS if (told := _told(record, name)) is not None}
        if trace := _trace_of(record):
            line |= {"error": trace[-1], "trace": trace}
        return line


def _event(record: logging.LogRecord) -> str:
    if isinstance(record.msg, str):
        if record.msg in TOLD_IN_FULL:
            return record.getMessage()
        if OURS.match(record.name):
            return _sentence(record.msg, record.args)
    return f"{record.module}.{record.funcName}"


def _sentence(said: str, given: object) -> str:
    """A sentence of ours with what may fill it in, or with its gaps where that does not fit."""
    try:
        return said % tuple(map(_filled_in, given if isinstance(given, tuple) else ()))
    except (TypeError, ValueError):
        return said


def _filled_in(value: object) -> object:
    """A number, or the name of a kind of error. Anything else may be somebody's."""
    return value if isinstance(value, int | float) or AN_ERROR.fullmatch(str(value)) else "…"


def _told(record: logging.LogRecord, name: str) -> str | int | None:
    """A field, where it is of the kind that we put there: a short word or a number."""
    found = getattr(record, "status_code" if name == "status" else name, None)
    if isinstance(found, int) or (OURS.match(record.name) and isinstance(found, str)):
        return found
    return None


def _trace_of(record: logging.LogRecord) -> list[str]:
    if record.exc_info and record.exc_info[1]:
        return list(_trace(record.exc_info[1]))
    return getattr(record, WithoutMessages.KEPT, [])


def _trace(error: BaseException) -> Iterator[str]:
    """Where an exception came from, its causes first. Neither what it says nor what was in hand."""
    if cause := error.__cause__ or error.__context__:
        yield from _trace(cause)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"


def tell_quietly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For `sys.excepthook`: a command that a timer runs ends in a line like every other, without the words."""
    # Before there is an application, nobody's words are in hand.
    if not apps.ready or settings.DEBUG or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger("config.logs").critical("A command broke off", exc_info=(kind, error, trace))


class WithoutMessages(logging.Filter):
    """Keeps where an exception came from, and drops what it says.

    A database that refuses a row may quote all of it, words and all, and nothing of the record leaves by a log.
    This is for whoever else listens beside `Lines`.
    """

    KEPT = "alongside_trace"

    def filter(self, record: logging.LogRecord) -> bool:
        if trace := _trace_of(record):
            setattr(record, self.KEPT, trace)
            record.exc_text, record.exc_info = "\n".join(trace), None
        return True


class WithoutTokens(logging.Filter):
    """Drops from an address what opens a door: the token of an invitation, a sign-in link or a calendar."""

    TOKEN = re.compile(r"/(join|sign-in|calendar)/[^/\s?]+")

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg, record.args = self.TOKEN.sub(r"/\1/…", record.getMessage()), ()
        except (
            Exception
        ):  # A filter that raises breaks off whoever logs, and nobody knows what stands in there.
            record.msg, record.args = "What was said could not be put together", ()
        return True
