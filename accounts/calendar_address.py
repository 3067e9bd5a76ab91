"""The secret address of a person's calendar.

Like the token of an invitation it is derived from the installation's key and never stored: a copy of the database
holds a random number for each person, and opens nothing.
"""

import uuid
from base64 import b32decode, b32encode

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SALT = "accounts.calendar"
IN_BASE_32 = 64
"""Letters and digits: 16 bytes that say whose it is, and 24 that nobody can make without the key."""


def _seal(calendar_id: uuid.UUID) -> bytes:
    return salted_hmac(SALT, calendar_id.hex, algorithm="sha256").digest()[:24]


def token_of(person: User) -> str:
    """What the address carries; empty for somebody who has not asked for one."""
    if person.calendar_id is None:
        return ""
    return b32encode(person.calendar_id.bytes + _seal(person.calendar_id)).decode().lower()


def person_of(token: str) -> User | None:
    """Whose calendar this opens: nobody's if it is false, replaced, taken away, or of a closed account."""
    try:
        known = b32decode(token, casefold=True) if len(token) == IN_BASE_32 else b""
    except ValueError:
        return None
    if len(known) != IN_BASE_32 * 5 // 8:
        return None
    calendar_id = uuid.UUID(bytes=known[:16])
    if not constant_time_compare(known[16:], _seal(calendar_id)):
        return None
    return User.objects.filter(calendar_id=calendar_id, is_active=True).first()


def uid(person: User, name: str) -> str:
    """How this calendar calls something, so that nobody can tell that another calendar holds the same."""
    return salted_hmac(
        f"{SALT}.uid", f"{person.pk} {person.calendar_id} {name}", algorithm="sha256"
    ).hexdigest()


def make(person: User) -> None:
    """Give them an address, if they have none."""
    User.objects.filter(pk=person.pk, calendar_id=None).update(calendar_id=uuid.uuid4())


def renew(person: User) -> None:
    """Another address in place of the old one, which is dead from now on."""
    User.objects.filter(pk=person.pk).update(calendar_id=uuid.uuid4())


def remove(person: User) -> None:
    User.objects.filter(pk=person.pk).update(calendar_id=None)
