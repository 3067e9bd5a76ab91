"""Mail leaves by a queue: never within a request, each letter once, and none that has become useless.

`EMAIL_BACKEND` is `Queue`, so whatever sends a mail by Django's means puts it there, allauth's codes too. The row is
written in the same transaction as whatever the mail tells of, and a worker (`manage.py worker`) sends it by the
backend that EMAIL_URL names. Until then it is sealed: whoever has a copy of the database reads no letter in it, and a
backup opens no invitation and no account. The database itself holds sessions too, which a backup leaves out.
"""

import datetime as dt
import json
import logging
import smtplib
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, NoReturn

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from config import queue, sealing

logger = logging.getLogger(__name__)

REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
"""A mail server that answers so has surely not taken the mail. After any other error it may have, and then that mail
is never sent again: one too few rather than one too many."""

PAUSES = (1, 5, 15, 60)
"""So many minutes until the next try; the last of them again and again."""

GOOD_FOR = dt.timedelta(days=1)
"""For so long it is tried, where a message says nothing of its own as `message.good_for`."""

HURRY = dt.timedelta(hours=1)
"""What is good for less, like a code that somebody waits for, goes before the others."""

PURPOSE = "alongside mail 1"
"""What the seal of a letter is for (`config.sealing`)."""

WRITTEN = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to", "extra_headers")
"""All that a letter is made of."""


class NotSent(Exception):
    """A letter that surely did not leave. It says nothing of why: a mail server's answer names whom it was for."""


class Queue(BaseEmailBackend):
    """Puts letters in the queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _put(message)
        return len(email_messages)


def _put(message: EmailMessage) -> None:
    if message.attachments or getattr(message, "alternatives", None):
        raise ValueError("A mail is plain words here.")
    message.extra_headers = {
        # Named here and not on the way: the same name at every try, and nobody's machine in it.
        "Message-ID": f"<{uuid.uuid4().hex}@{_domain()}>",
        # So that nobody's "I am on holiday" answers it.
        "Auto-Submitted": "auto-generated",
    } | message.extra_headers
    message.message()  # What cannot be a mail is refused here, where somebody sees it.
    good_for: dt.timedelta = getattr(message, "good_for", GOOD_FOR)
    send.using(priority=50 if good_for < HURRY else 0).enqueue(
        letter=_seal({part: getattr(message, part) for part in WRITTEN}),
        name=getattr(message, "name", ""),
        until=(timezone.now() + good_for).isoformat(),
        tries=1,
    )


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


@task(takes_context=True)
def send(context: TaskContext, *, letter: str, name: str, until: str, tries: int) -> str:
    """Send one letter, or put it back for later. Raises `NotSent` where it is given up."""
    again = {"letter": letter, "name": name, "until": until, "tries": tries + 1}
    if timezone.now() >= dt.datetime.fromisoformat(until):
        _give_up(context, "too late")
    message = _opened(context, letter)
    post = get_connection(settings.EMAIL_DELIVERY_BACKEND)
    try:
        try:
            post.open()
        except Exception as error:
            return _later(context, error, again)
        if not queue.no_way_back(context, forget="letter"):
            return "somebody else has it"
        try:
            post.send_messages([message])
        except REFUSED as error:
            if _is_for_good(error):
                _give_up(context, type(error).__name__)
            return _later(context, error, again)
        except Exception as error:
            logger.error("Nobody knows whether a mail was taken: %s", type(error).__name__)
            raise RuntimeError("Nobody knows whether it was taken.") from None
    finally:
        with suppress(Exception):
            post.close()
    return SENT


SENT = "sent"


def _opened(context: TaskContext, letter: str) -> EmailMessage:
    try:
        parts = json.loads(sealing.opened(letter, PURPOSE))
    except sealing.Unreadable:
        _give_up(context, "sealed with another key")
    headers = parts.pop("extra_headers")
    return EmailMessage(**parts, headers=headers)


def _later(context: TaskContext, error: Exception, again: dict[str, Any]) -> str:
    """Put it back, or give it up where its time would be over by then."""
    logger.error("A mail could not be sent yet: %s", type(error).__name__)
    pause = dt.timedelta(minutes=PAUSES[min(again["tries"] - 2, len(PAUSES) - 1)])
    at = timezone.now() + pause
    if at >= dt.datetime.fromisoformat(again["until"]):
        _give_up(context, "too late")
    with transaction.atomic():
        # Both or neither: killed in between, this task would be begun anew beside the one that follows it.
        if queue.no_way_back(context, forget="letter"):
            send.using(run_after=at, priority=context.task_result.task.priority).enqueue(**again)
    return "later"


def _give_up(context: TaskContext, why: str) -> NoReturn:
    queue.no_way_back(context, forget="letter")
    logger.error("A mail is given up: %s", why)
    raise NotSent from None


def _is_for_good(error: Exception) -> bool:
    """Whether the answer was that there is no such address, and not that it should be tried later."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )


def _seal(letter: dict[str, Any]) -> str:
    # Translated words are words only once they are asked for.
    return sealing.seal(json.dumps(letter, default=str), PURPOSE)


def take_back(name: str) -> None:
    """Let the letter with this name not leave any more, if it has not left yet."""
    # `ready()` would leave out those that were put off.
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=send.module_path)
    waiting.filter(args_kwargs__kwargs__name=name).delete()


# --- What came of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    sent_at: dt.datetime | None = None
    surely_not: bool = False
    """Where it neither was sent nor surely was not, nobody knows."""


def outcomes(names: Iterable[str]) -> dict[str, Outcome]:
    """What came of the letters with these names (`message.name`); those that are still on their way are left out."""
    rows = DBTaskResult.objects.finished().filter(args_kwargs__kwargs__name__in=list(names))
    found: dict[str, Outcome] = {}
    for row in rows.filter(task_path=send.module_path):
        name = row.args_kwargs["kwargs"]["name"]
        if row.status == TaskResultStatus.FAILED:
            found[name] = Outcome(surely_not=row.exception_class_path == f"{__name__}.NotSent")
        elif row.return_value == SENT:
            found[name] = Outcome(sent_at=row.finished_at)
    return found
