"""The signed head: a note that other software can check, and that fits one record, one number and one digest only."""

import base64
import hashlib
import uuid

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from relationships import heads

RECORD = uuid.UUID("2f1d0b0e-6a53-4a0c-9c55-6a4a7f7f2b10")
DIGEST = "bca962cd6ee5e5ab81160c42510312e1bd33b39d8a164fffe934b57f13836887"


def is_signed(note: str, verifier_key: str) -> bool:
    """As C2SP writes it: the text, an empty line, and a signature by the key of that name."""
    said, signature = note.split("\n\n")
    name, key_hash, key = verifier_key.split("+", 2)
    raw = base64.b64decode(key)
    assert raw[0] == 1
    assert hashlib.sha256(f"{name}\n".encode() + raw).hexdigest()[:8] == key_hash
    dash, signer, both = signature.rstrip("\n").split(" ")
    assert (dash, signer) == ("—", name)
    signed = base64.b64decode(both)
    assert signed[:4].hex() == key_hash
    try:
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed[4:], f"{said}\n".encode())
    except InvalidSignature:
        return False
    return True


def test_a_note_says_whose_chain_it_is_how_long_and_its_digest():
    lines = heads.note(RECORD, 5, DIGEST).split("\n")
    assert lines[:2] == [f"alongside/{RECORD}", "5"]
    assert base64.b64decode(lines[2]).hex() == DIGEST
    assert (lines[3], lines[-1]) == ("", "")


def test_a_note_is_signed_and_none_of_it_can_be_changed():
    note, key = heads.note(RECORD, 5, DIGEST), heads.verifier_key(RECORD)
    assert is_signed(note, key)
    assert not is_signed(note.replace("\n5\n", "\n6\n"), key)
    assert not is_signed(note.replace("vKli", "vKlj"), key)


def test_the_key_is_the_installations_own(settings):
    note, key = heads.note(RECORD, 5, DIGEST), heads.verifier_key(RECORD)
    settings.SECRET_KEY = "another installation's key"
    assert heads.verifier_key(RECORD) != key
    assert heads.note(RECORD, 5, DIGEST) != note
    settings.HEAD_KEY = base64.b64encode(bytes(range(32))).decode()
    own = heads.verifier_key(RECORD)
    settings.SECRET_KEY = "a third one"
    assert heads.verifier_key(RECORD) == own != key
    assert is_signed(heads.note(RECORD, 5, DIGEST), own)


@pytest.mark.parametrize("number", [0, 1, 2**31 - 1])
def test_any_number_of_acts_can_be_signed(number):
    assert is_signed(heads.note(RECORD, number, DIGEST), heads.verifier_key(RECORD))


def test_a_fingerprint_is_the_beginning_of_the_digest():
    assert heads.fingerprint(DIGEST) == "bca9 62cd 6ee5 e5ab 8116"
