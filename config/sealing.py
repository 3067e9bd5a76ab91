"""What stands in the database and is of no use to whoever has only a copy of that: letters on their way, keys of apps.

The key is derived from the installation's own, one for each purpose. Never for words of the record: they are not ours
to lose with a key (docs/threats.md).
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(ValueError):
    """Sealed with another key, or for another purpose, or changed."""


def seal(text: str, purpose: str) -> str:
    return _fernet(purpose).encrypt(text.encode()).decode()


def opened(sealed: str, purpose: str) -> str:
    """What was sealed. Raises Unreadable, and never gives back what is sealed as if it were the text."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _fernet(purpose: str) -> Fernet:
    key = hashlib.sha256(f"{purpose} {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
