"""What the queue of tasks does not do by itself: to be sure of doing a thing once, and to tidy up.

A task that may run again after its worker was killed needs nothing of this. One that must not, like a mail, says
`no_way_back` just before it does what cannot be undone: killed before that it is begun anew, killed after that it is not.
"""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

BEGUN = "begun"
"""Stands as what a running task returns, once there is no way back."""

DIED = f"{__name__}.Died"
"""Stands as why a task failed whose worker was killed after there was no way back."""

KILLED_AFTER = dt.timedelta(minutes=10)
"""Whoever takes longer over one task was killed over it."""

KEPT_FOR = dt.timedelta(days=60)
"""For so long it can be asked what came of a task that is done. Nothing that was to be done stands in it any more."""


def no_way_back(context: Any, *, forget: str) -> bool:
    """From here on this task is not begun anew, and the argument named `forget` stands in its row no longer.

    False where somebody else has it by now: then this one must stop.
    """
    result = context.task_result
    if settings.TASKS["default"]["BACKEND"] != "django_tasks_db.DatabaseBackend":
        return True  # No row, and nobody who begins it anew.
    rows = DBTaskResult.objects.running().filter(pk=result.id, started_at=result.started_at)
    kept = {"args": [], "kwargs": result.kwargs | {forget: ""}}
    return rows.update(return_value=BEGUN, args_kwargs=kept) == 1


def forget(context: Any) -> None:
    """Of what this task was to be done with nothing stands in its row any longer. For one who is done with it."""
    if settings.TASKS["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend":
        rows = DBTaskResult.objects.filter(pk=context.task_result.id)
        rows.update(args_kwargs={"args": [], "kwargs": dict.fromkeys(context.task_result.kwargs, "")})


def reap() -> int:
    """Begin anew what a worker was killed over, where that does no harm. How many there were."""
    killed = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - KILLED_AFTER)
    failed = killed.filter(return_value=BEGUN).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now(), exception_class_path=DIED
    )
    anew = killed.filter(Q(return_value=None) | Q(return_value__isnull=True)).update(
        status=TaskResultStatus.READY, started_at=None
    )
    if failed + anew:
        logger.warning("Tasks that a worker was killed over: %d, of them begun anew: %d", failed + anew, anew)
    return int(failed + anew)


def prune() -> int:
    """Remove what was done a while ago."""
    done = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT_FOR)
    return int(done.delete()[0])
