"""Codes by which somebody shows, on somebody else's device, that it is they who write there.

One of their own, written on a card, or one that was sent to them. Both are short, so guessing is slow: whatever the
device, so many tries an hour for each person, and no more.
"""

import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache

from accounts.models import User

HOUR = 3600
TRIES_AN_HOUR = 10
MAILS_AN_HOUR = 6


def make(person: User) -> str:
    """A new code in place of any old one, to be shown once: only its hash is kept."""
    code = f"{secrets.randbelow(10**8):08}"
    User.objects.filter(pk=person.pk).update(own_code=make_password(code))
    return f"{code[:4]} {code[4:]}"


def remove(person: User) -> None:
    User.objects.filter(pk=person.pk).update(own_code="")


def to_send() -> tuple[str, str]:
    """A code for a mail, and the hash to know it by."""
    code = f"{secrets.randbelow(10**6):06}"
    return f"{code[:3]}-{code[3:]}", make_password(code)


def is_one_of(typed: str, hashes: list[str]) -> bool:
    """Whether a code is right, however it was typed. Takes as long for somebody who has no code."""
    digits = "".join(str(int(character)) for character in typed if character.isdecimal())
    return any([check_password(digits, kept) for kept in hashes])  # noqa: C419  All of them, not up to the first.


def may_try(person: User) -> bool:
    return _within(f"own-code:try:{person.pk}", TRIES_AN_HOUR)


def may_mail(person: User) -> bool:
    return _within(f"own-code:mail:{person.pk}", MAILS_AN_HOUR)


def _within(name: str, most: int) -> bool:
    """Take one of so many an hour, or say that none is left. Each comes back an hour after it was taken.

    To add is the one thing that no cache lets two processes do at once; to count up is not.
    """
    return any(cache.add(f"{name}:{place}", True, HOUR) for place in range(most))
