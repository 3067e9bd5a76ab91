"""`manage.py worker`: sends what waits in the queue, and every minute does what has come due.

One process is enough for a practice. Any number may run, and each may be killed at any time.
"""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config import queue
from relationships import guards, noticing, reminding

logger = logging.getLogger(__name__)

DUE: tuple[Callable[[], Any], ...] = (
    queue.reap,
    queue.prune,
    noticing.settle,
    noticing.notice_lately,
    noticing.notice_all,
    reminding.remind,
)
"""What is asked of every minute. Each knows whether it is time, may run twice at once and be killed in between."""

EVERY = 60
"""Seconds from one time to the next."""


class Rounds(Worker):
    """The queue's own worker, which goes its rounds between the tasks."""

    def __init__(self, *, interval: float, once: bool) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.once = once

    def run(self) -> None:
        last = None
        while self.running:
            close_old_connections()
            if last is None or time.monotonic() - last >= EVERY:
                last = time.monotonic()
                self._do_what_is_due()
            # Looked at before it is taken: to take one locks the whole of an SQLite database for a moment.
            if DBTaskResult.objects.ready().exists():
                super().run()
            if self.once:
                return
            if self.running:
                time.sleep(self.interval)

    def _do_what_is_due(self) -> None:
        for do in DUE:
            try:
                do()
            except Exception as error:  # The others are done all the same.
                logger.error("%s failed: %s", do.__qualname__, type(error).__name__)


class Command(BaseCommand):
    help = "Send what waits in the queue, and do what comes due: notices, reminders, tidying up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do all that waits and is due, and stop")
        parser.add_argument("--interval", type=float, default=1, help="seconds between two looks (1)")

    def handle(self, *, once: bool, interval: float, **options: Any) -> None:
        must_be_reachable()
        # It looks every second, and would say so every second.
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        worker = Rounds(interval=interval, once=once)
        if not once:
            guards.stand()
            worker.configure_signals()
        worker.run()


def must_be_reachable() -> None:
    address = urlsplit(settings.SITE_ADDRESS)
    if address.scheme not in ("https", "http") or not address.hostname:
        raise CommandError("Set SITE_ADDRESS to where this is reached, like https://journal.example.org.")
