"""Codes by which somebody shows, on somebody else's device, that it is they who write there.

One of their own, written on a card, or one that was sent to them. Either works once: whoever lent the device may
have seen it. Both are short, so guessing is slow: so many tries an hour and a day for each person, whatever the device.
"""

import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.db import transaction

from accounts.models import User

HOUR, DAY = 3600, 24 * 3600
TRIES_AN_HOUR, TRIES_A_DAY = 10, 30
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


def retire(person: User, typed: str) -> None:
    """Put a code of one's own out of use, where that is what was typed."""
    if is_one_of(typed, [person.own_code]):
        User.objects.filter(pk=person.pk, own_code=person.own_code).update(own_code="")


def may_try(person: User) -> bool:
    name = f"own-code:try:{person.pk}"
    return _within(person, (f"{name}:hour", TRIES_AN_HOUR, HOUR), (f"{name}:day", TRIES_A_DAY, DAY))


def may_mail(person: User) -> bool:
    return _within(person, (f"own-code:mail:{person.pk}", MAILS_AN_HOUR, HOUR))


def takes_one_of(person: User, what: str, most: int) -> bool:
    """Whether there was one left of so many, of something that has a name of its own."""
    return _within(person, (f"own-code:{what}", most, DAY))


def _within(person: User, *limits: tuple[str, int, int]) -> bool:
    """Take one of so many, or say that none is left. Each comes back so many seconds after it was taken."""
    with transaction.atomic():
        # One after the other: two at once could both find the same one free, even in a database's cache.
        User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk").get()
        return all(
            any(cache.add(f"{name}:{place}", True, seconds) for place in range(most))
            for name, most, seconds in limits
        )
