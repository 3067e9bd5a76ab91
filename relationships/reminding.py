"""One mail to each of the two, some time before they meet, that says nothing but that."""

import datetime as dt
import logging
import smtplib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from relationships import clock
from relationships.models import Appointment, Event, Participant, Reminder, Verb
from relationships.models.consult import AppointmentQuerySet

logger = logging.getLogger(__name__)

REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
"""A mail server that answers so has surely not taken the mail. After any other error it may have, and then that
reminder is never sent again: one too few rather than one too many."""

PATIENCE = 30
"""How long a mail server may take for each answer, in seconds."""


@dataclass(slots=True)
class Reminded:
    sent: int = 0
    failed: int = 0
    """Those of which nobody knows that they arrived. The next run tries again what was surely not taken."""


def remind() -> Reminded:
    """Send every reminder that is due and has not been sent.

    It may run at any time, as often as it likes, twice at once, and be killed in between: a row for each reminder
    is there before its mail leaves (`Reminder`), and only one run can put it there.
    """
    done = Reminded()
    waiting = _by_person(_waiting())
    post = get_connection(timeout=PATIENCE)
    try:
        for place, due in enumerate(waiting):
            if not _is_open(post):
                done.failed += len(waiting) - place
                break
            claimed = [one for appointment, seat in due if (one := _claim(appointment, seat))]
            if not claimed:
                continue
            try:
                _mail(claimed[0], due[0][1], post).send()
            except Exception as error:  # Whatever it was, the others wait for theirs.
                logger.error("A reminder could not be sent: %s", type(error).__name__)
                done.failed += 1
                if isinstance(error, REFUSED):
                    for reminder in claimed:
                        reminder.delete()
                _close(post)  # What it is good for after an error, nobody knows.
            else:
                done.sent += 1
    finally:
        _close(post)
    return done


def _is_open(post: Any) -> bool:
    """Open the one connection for all mails, where it is not open."""
    try:
        post.open()
    except OSError as error:
        logger.error("The mail server cannot be reached: %s", type(error).__name__)
        return False
    return True


def _close(post: Any) -> None:
    with suppress(OSError):
        post.close()


def _due() -> AppointmentQuerySet:
    """What stands planned and begins soon, in the journals that have not ended."""
    now = clock.now()
    ended = Event.objects.filter(relationship=OuterRef("relationship"), verb=Verb.ENDED)
    soon = now + dt.timedelta(hours=settings.REMINDER_HOURS)
    standing = Appointment.objects.filter(starts_at__gt=now, starts_at__lte=soon).standing().planned()
    return standing.filter(~Exists(ended))


def _waiting() -> Iterator[tuple[Appointment, Participant]]:
    """Each appointment with each of the two who is still to be reminded of it, the soonest first."""
    due = _due().in_order().prefetch_related("consult__reminders", "relationship__participants__person")
    for appointment in due:
        reminded = {reminder.participant_id for reminder in appointment.consult.reminders.all()}
        for seat in appointment.relationship.participants.all():
            if seat.person.is_active and seat.person.is_reminded and seat.pk not in reminded:
                yield appointment, seat


def _by_person(
    waiting: Iterator[tuple[Appointment, Participant]],
) -> list[list[tuple[Appointment, Participant]]]:
    """All that one person is to be reminded of together: whoever meets many has one mail and not many."""
    of: dict[object, list[tuple[Appointment, Participant]]] = defaultdict(list)
    for appointment, seat in waiting:
        of[seat.person_id].append((appointment, seat))
    return list(of.values())


def _claim(appointment: Appointment, seat: Participant) -> Reminder | None:
    """Take this one. None where another run has it, or where the appointment has changed since it was found."""
    try:
        with transaction.atomic(durable=True):
            if not _due().filter(pk=appointment.pk).exists():
                return None
            return Reminder.objects.create(
                relationship_id=appointment.relationship_id,
                consult_id=appointment.consult_id,
                participant=seat,
                made_at=clock.now(),
            )
    except IntegrityError:
        return None


def _mail(reminder: Reminder, seat: Participant, post: Any) -> EmailMessage:
    # The same name for the same reminder: if a server took it and then broke off, many will see it is the same.
    name = salted_hmac(
        "relationships.reminder", f"{reminder.consult_id} {seat.pk}", algorithm="sha256"
    ).hexdigest()
    with translation.override(seat.person.language or settings.LANGUAGE_CODE):
        context = {"link": settings.SITE_ADDRESS.rstrip("/") + reverse("home")}
        return EmailMessage(
            subject=render_to_string("mail/reminder_subject.txt").strip(),
            body=render_to_string("mail/reminder.txt", context),
            to=[seat.person.email],
            connection=post,
            headers={
                "Message-ID": f"<{name}@{urlsplit(settings.SITE_ADDRESS).hostname}>",
                # So that nobody's "I am on holiday" answers it.
                "Auto-Submitted": "auto-generated",
            },
        )
