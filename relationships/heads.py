"""The head of a record, signed: a short text that somebody keeps, and that says later what stood when.

It has the form of a signed note of C2SP (tlog-checkpoint), which other software knows: whose chain it is, how many
acts it has, the digest of the newest, and an Ed25519 signature. Whoever runs this installation holds the key and could
sign anything. What binds them is that notes have left the machine: one that does not fit is proof against them
(docs/decisions/0023-…).
"""

import base64
import hashlib
import uuid
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from relationships import chain

ED25519 = b"\x01"
"""What stands before a key of this kind."""


def note(relationship_id: uuid.UUID | str, number: int, digest: str) -> str:
    """What stands after act `number`, signed; it ends with a line feed. Copied whole, it can be checked anywhere."""
    origin = _origin(relationship_id)
    said = f"{origin}\n{number}\n{base64.b64encode(bytes.fromhex(digest)).decode()}\n"
    signature = _key(settings.HEAD_KEY, settings.SECRET_KEY).sign(said.encode())
    return f"{said}\n— {origin} {base64.b64encode(_key_hash(origin) + signature).decode()}\n"


def verifier_key(relationship_id: uuid.UUID | str) -> str:
    """The public key that `note` is checked with, in the form of C2SP: whose, which, the key."""
    origin = _origin(relationship_id)
    return f"{origin}+{_key_hash(origin).hex()}+{base64.b64encode(ED25519 + _public()).decode()}"


def fingerprint(digest: str) -> str:
    """What of a digest is short enough for a mail or for paper."""
    return chain.fingerprint(digest)


def _origin(relationship_id: uuid.UUID | str) -> str:
    return f"alongside/{relationship_id}"


def _key_hash(origin: str) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + ED25519 + _public()).digest()[:4]


def _public() -> bytes:
    key = _key(settings.HEAD_KEY, settings.SECRET_KEY).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


@lru_cache(maxsize=2)
def _key(seed: str, secret: str) -> Ed25519PrivateKey:
    """The key of its own, where there is one; else one derived from the installation's."""
    if seed:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"alongside head 1")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(secret.encode()))
