"""The second lock of an account: a passkey, an app that makes codes, and recovery codes beside either.

It is offered to everybody alike, once, and an installation may require it. Two rules keep a lost telephone from locking
its owner out: recovery codes come with the first lock, and where locks are only offered, a passkey alone never bars the
code by e-mail. An app does: whoever has chosen one is asked for it, or for a recovery code, whichever way they came.
Where a lock is required, any does. A code by e-mail is never the second of two.
"""

import secrets
import uuid
from base64 import b32encode
from typing import Any, ClassVar

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config import sealing

AFTER = "after_lock"
"""Under this name the session remembers where somebody was going who was offered a second lock first."""

PURPOSE = "alongside lock 1"
"""What the seal of a lock's key is for (`config.sealing`)."""

FEW = 3
"""So many recovery codes, or fewer, are few enough to say so."""


def has_one(user: Any) -> bool:
    return bool(_of(user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def code_is_enough(user: Any) -> bool:
    """Whether a code by e-mail lets this person in by itself. Where everybody needs a lock, it opens none."""
    if settings.SECOND_FACTOR_REQUIRED:
        return not has_one(user)
    return not _of(user).filter(type=Authenticator.Type.TOTP).exists()


def recovery_codes_run_out(user: Any) -> bool:
    """Whether so few are left that somebody could soon be locked out."""
    kept = _of(user).filter(type=Authenticator.Type.RECOVERY_CODES).first()
    return kept is not None and len(kept.wrap().get_unused_codes()) <= FEW


def _of(user: Any) -> Any:
    return Authenticator.objects.filter(user_id=user.pk)


def end_other_sessions(request: HttpRequest, user: User, **_more: Any) -> None:
    """After a lock was changed every other browser has to log in again. This one goes on.

    It hears allauth's signals: a lock that is added, removed or made anew calls no hook of an adapter.
    """
    user.lock_id = uuid.uuid4()
    user.save(update_fields=["lock_id"])
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def take_away(user: User) -> bool:
    """Take every lock from somebody who has lost all of them, end their sessions, tell them. False if they had none."""
    with transaction.atomic():
        if not has_one(user):
            return False
        _of(user).delete()
        user.lock_id = uuid.uuid4()
        user.save(update_fields=["lock_id"])
        with translation.override(user.language or settings.LANGUAGE_CODE):
            subject = render_to_string("mail/unlocked_subject.txt").strip()
            EmailMessage(subject, render_to_string("mail/unlocked.txt").strip(), to=[user.email]).send()
    return True


class SecondLock(AuthenticateStage):  # type: ignore[misc]
    """allauth's question for the second lock, but for whoever shows by a code that the mailbox is theirs."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        ways = {one["method"] for one in get_authentication_records(request, user)}
        if "code" in ways and code_is_enough(user):
            return False
        asks: bool = super()._should_handle(request)
        return asks


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This was not right. Try once more."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """The key of an app, or the seed of recovery codes: of no use to whoever has a copy of the database."""
        return sealing.seal(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return sealing.opened(encrypted_text, PURPOSE)
        except sealing.Unreadable:
            # A key that nobody has: no code fits, where an empty one would have codes that anybody can make.
            return b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """Numbered, so that two are told apart. Their owner can call them otherwise."""
        number = _of(user).filter(type=type).count() + 1
        return str(_("My passkey") if number == 1 else _("My passkey %(number)s") % {"number": number})
