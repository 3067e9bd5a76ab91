"""The chain of Events: what is hashed, and how. Pure functions; `docs/chain.md` describes them for other software.

    commitment = SHA-256("alongside entry 1\\n" ‖ salt ‖ canonical(content))
    digest     = SHA-256("alongside event 1\\n" ‖ previous digest ‖ canonical(act) ‖ commitment)

The commitment is salted, so that words and salt can be lawfully removed one day while the chain stays whole.
Digests, commitments and salts are lower-case hexadecimal text, of 64, 64 and 32 digits.
"""

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

FIRST = "0" * 64
"""What stands before the first Event."""

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: dict[str, Any]) -> bytes:
    """The one way to write a value in bytes: RFC 8785, for the texts, whole numbers, lists and nulls used here."""
    return _JSON.encode(value).encode()


def moment(at: dt.datetime) -> str:
    """A time as the chain writes it: UTC, to the microsecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def new_salt() -> str:
    return secrets.token_hex(16)


def commitment(salt: str, content: dict[str, Any]) -> str:
    return _sha256(b"alongside entry 1\n", bytes.fromhex(salt), canonical(content))


def digest(previous: str, act: dict[str, Any], committed: str = "") -> str:
    """The digest of an Event. `committed` is the commitment to the Entry it wrote, if it wrote one."""
    return _sha256(b"alongside event 1\n", bytes.fromhex(previous), canonical(act), bytes.fromhex(committed))


def fingerprint(digest: str) -> str:
    """The beginning of a digest, short enough to write on paper: `7f3a 91bc 04de 5b20 c8e1`.

    80 bits. Whoever runs the machine could make another record that begins with the same 48 in an afternoon.
    """
    return " ".join(digest[start : start + 4] for start in range(0, 20, 4))


def _sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()
