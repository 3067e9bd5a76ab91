"""Two addresses for whoever watches that it runs. They tell a machine yes or no, and the log why not.

`/health/` says that the process lives. `/ready/` says that whoever came now would be served: the database
answers and is as this code expects it, the record is guarded, the cache counts and the queue moves.
"""

import datetime as dt
import logging
import secrets
import threading
import time
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from relationships import guards

logger = logging.getLogger(__name__)

REMEMBERED = 5.0
"""Seconds for which an answer holds, so that nobody can make the machine work by asking."""

PATIENCE = dt.timedelta(minutes=15)
"""How long something may wait in the queue before the worker counts as gone."""


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return _said(200, "ok")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    return _said(200, "ready") if _ready.ask() else _said(503, "not ready")


def _said(status: int, word: str) -> HttpResponse:
    return HttpResponse(f"{word}\n", status=status, content_type="text/plain; charset=utf-8")


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _record_is_guarded() -> bool:
    return not guards.missing(connection)


def _cache_counts() -> bool:
    word = secrets.token_hex(8)
    cache.set("config.health", word, 60)
    return cache.get("config.health") is not None


def _queue_moves() -> bool:
    """Whether nothing has waited for long that could have been begun."""
    long_ago = timezone.now() - PATIENCE
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=long_ago)
    return not waiting.exclude(run_after__gt=long_ago, run_after__lt=timezone.now()).exists()


CHECKS: tuple[Callable[[], bool], ...] = (
    _database_answers,
    _migrations_are_applied,
    _record_is_guarded,
    _cache_counts,
    _queue_moves,
)


def is_ready() -> bool:
    """Look at everything, in order, and say in the log what is first not as it should be."""
    for check in CHECKS:
        try:
            is_well = check()
        except Exception:  # Whatever it is, it is not ready, and the log says where it broke.
            logger.exception("Not ready", extra={"check": check.__name__.strip("_")})
            return False
        if not is_well:
            logger.error("Not ready", extra={"check": check.__name__.strip("_")})
            return False
    return True


class Remembered:
    """An answer that is looked for at most every so many seconds, by one at a time, whom nobody waits for."""

    def __init__(self, look: Callable[[], bool], seconds: float) -> None:
        self.look, self.seconds = look, seconds
        self.forget()

    def forget(self) -> None:
        self.lock, self.until, self.answer = threading.Lock(), 0.0, False

    def ask(self) -> bool:
        if time.monotonic() < self.until:
            return self.answer
        if not self.lock.acquire(blocking=False):
            return False  # Whoever looks does not come back.
        try:
            # The last answer holds for those who ask meanwhile, but not for ever.
            self.until = time.monotonic() + 2 * self.seconds
            self.answer = self.look()
            self.until = time.monotonic() + self.seconds
        finally:
            self.lock.release()
        return self.answer


_ready = Remembered(is_ready, REMEMBERED)
