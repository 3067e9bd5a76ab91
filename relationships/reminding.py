"""One mail to each of the two, some time before they meet, that says nothing but that."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from relationships import clock
from relationships.evidence import held
from relationships.models import Appointment, Event, Participant, Reminder, Verb
from relationships.models.consult import AppointmentQuerySet

AT_ONCE = 500
"""So many seats are asked for in one query: a database takes no list of any length."""


def remind() -> int:
    """Put every reminder that is due and has not been sent into the queue; how many mails.

    It may run at any time, as often as it likes, twice at once, and be killed in between: a row for each reminder
    is written together with its mail (`Reminder`), and only one run can write it.
    """
    return sum(_remind(due) for due in _by_person(_waiting()))


def _remind(due: list[tuple[Appointment, Participant]]) -> int:
    """One mail to one person, of all of these that nobody else has taken."""
    with transaction.atomic():
        claimed = [(appointment, seat) for appointment, seat in due if _claim(appointment, seat)]
        if not claimed:
            return 0
        _letter(claimed).send()
    return 1


def _due() -> AppointmentQuerySet:
    """What stands planned and begins soon, in the journals that have not ended."""
    now = clock.now()
    ended = Event.objects.filter(relationship=OuterRef("relationship"), verb=Verb.ENDED)
    soon = now + dt.timedelta(hours=settings.REMINDER_HOURS)
    begins_soon = Q(newest_of__starts_at__gt=now, newest_of__starts_at__lte=soon)
    standing = Appointment.objects.filter(begins_soon, newest_of__state=Appointment.State.PLANNED).standing()
    return standing.filter(~Exists(ended))


def _waiting() -> Iterator[tuple[Appointment, Participant]]:
    """Each appointment with each of the two who is still to be reminded of it, the soonest first.

    However many begin soon, the rows of those are read who have not been reminded.
    """
    reminded = Reminder.objects.filter(consult=OuterRef("consult"), participant=OuterRef("seat"))
    due = list(
        _due()
        .filter(
            relationship__participants__person__is_active=True,
            relationship__participants__person__is_reminded=True,
        )
        .annotate(seat=F("relationship__participants"))
        .filter(~Exists(reminded))
        .in_order()
    )
    for begin in range(0, len(due), AT_ONCE):
        some = due[begin : begin + AT_ONCE]
        found = Participant.objects.select_related("person").in_bulk([one.seat for one in some])
        yield from ((one, found[one.seat]) for one in some)


def _by_person(
    waiting: Iterator[tuple[Appointment, Participant]],
) -> list[list[tuple[Appointment, Participant]]]:
    """All that one person is to be reminded of together: whoever meets many has one mail and not many."""
    of: dict[object, list[tuple[Appointment, Participant]]] = defaultdict(list)
    for appointment, seat in waiting:
        of[seat.person_id].append((appointment, seat))
    return list(of.values())


def _claim(appointment: Appointment, seat: Participant) -> bool:
    """Take this one. False where another run has it, or where the appointment has changed since it was found."""
    if not _due().filter(pk=appointment.pk).exists():
        return False
    try:
        with transaction.atomic():
            Reminder.objects.create(
                relationship_id=appointment.relationship_id,
                consult_id=appointment.consult_id,
                participant=seat,
                made_at=clock.now(),
            )
    except IntegrityError:
        return False
    return True


def _letter(claimed: list[tuple[Appointment, Participant]]) -> EmailMessage:
    person = claimed[0][1].person
    with translation.override(person.language or settings.LANGUAGE_CODE):
        context = {
            "link": settings.SITE_ADDRESS.rstrip("/") + reverse("home"),
            "held": held(appointment.relationship_id for appointment, _ in claimed),
        }
        letter = EmailMessage(
            subject=render_to_string("mail/reminder_subject.txt").strip(),
            body=render_to_string("mail/reminder.txt", context),
            to=[person.email],
        )
    # Once the first of them has begun, it reminds of nothing.
    letter.good_for = min(appointment.starts_at for appointment, _ in claimed) - clock.now()  # type: ignore[attr-defined]
    return letter
