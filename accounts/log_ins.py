"""The log-ins of an account, and the tries that failed, for its owner to see.

When, how and on which kind of device; never an address. What failed is written down by a task, for an address that
nobody here has as well: what an answer waits for is the same, so that its time tells nobody who has an account.
"""

import datetime as dt
import uuid
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from accounts.models import LogIn, User
from config import device

PASSWORD, CODE, RESET, PASSKEY, APP, RECOVERY = "password", "code", "reset", "passkey", "app", "recovery"

CAME_IN: dict[str, str | Promise] = {
    "": _("Logged in"),
    PASSWORD: _("Logged in with the password"),
    CODE: _("Logged in with a code from an e-mail"),
    RESET: _("Logged in after choosing a new password"),
    PASSKEY: _("Logged in with a passkey"),
    APP: _("Logged in with a code from the app"),
    RECOVERY: _("Logged in with a recovery code"),
}
REFUSED: dict[str, str | Promise] = {
    "": _("Not let in"),
    PASSWORD: _("Not let in: the password was wrong"),
    CODE: _("Not let in: the code from the e-mail was wrong"),
    RESET: _("Not let in: the code for a new password was wrong"),
    PASSKEY: _("Not let in: the passkey was not yours"),
    APP: _("Not let in: the code from the app was wrong"),
}
ON: dict[str, str | Promise] = {
    device.PHONE: _("on a phone"),
    device.TABLET: _("on a tablet"),
    device.COMPUTER: _("on a computer"),
}

AGAIN = dt.timedelta(minutes=10)
"""A try that is refused within so long of another, of the same way, is not written down: else whoever knows an address
could bury what its owner has to see.
"""

_WAYS = {"password": PASSWORD, "code": CODE, "password_reset": RESET}
_LOCKS = {"webauthn": PASSKEY, "totp": APP, "recovery_codes": RECOVERY}


def came_in(request: HttpRequest, person: User) -> None:
    """Somebody is in: by the last of the steps that they took."""
    steps = get_authentication_records(request, person)
    last = steps[-1] if steps else {"method": ""}
    way = _LOCKS.get(last.get("type", "")) or _WAYS.get(last["method"], "")
    LogIn.objects.create(
        person=person, at=timezone.now(), outcome=LogIn.Outcome.CAME_IN, way=way, device=device.now()
    )


def is_first(person: User) -> bool:
    """Whether they have never come in before this once."""
    return LogIn.objects.filter(person=person, outcome=LogIn.Outcome.CAME_IN)[:2].count() == 1


def refused(person: User | None, way: str) -> None:
    """Somebody was not let in: into this person's account, or into one that is not there."""
    note_refused.enqueue(
        str(person.pk) if person else "", way=way, on=device.now(), at=timezone.now().isoformat()
    )


def note_wrong_lock(user: User, **_more: Any) -> None:
    """A wrong code from an app, or a wrong recovery code; it hears allauth's signal, which is all that tells."""
    refused(user, APP)


@task()
def note_refused(person_id: str, *, way: str, on: str, at: str) -> None:
    if not person_id:
        return
    whose, when = uuid.UUID(person_id), dt.datetime.fromisoformat(at)
    of_this_way = LogIn.objects.filter(person=whose, outcome=LogIn.Outcome.REFUSED, way=way)
    if not of_this_way.filter(at__gt=when - AGAIN, at__lt=when + AGAIN).exists():
        LogIn.objects.create(person_id=whose, at=when, outcome=LogIn.Outcome.REFUSED, way=way, device=on)


def said(log_in: LogIn) -> tuple[str | Promise, str | Promise]:
    """What happened, and on which kind of device."""
    words = CAME_IN if log_in.outcome == LogIn.Outcome.CAME_IN else REFUSED
    return words.get(log_in.way, words[""]), ON.get(log_in.device, "")
