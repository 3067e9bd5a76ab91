"""Check a copy of a journal that two people keep in Alongside: that nothing in it was changed since it was written.

    python verify.py record.zip
    python verify.py record.zip --note note.txt
    python verify.py record.zip --number 214 --fingerprint "7f3a 91bc 04de 5b20 c8e1"
    python verify.py record.zip --later newer.zip

It needs Python 3.11 or newer and nothing else, no network and no server. With the package `cryptography` it checks the
signature as well. It says in words what it found; its exit status is 0 where everything fits, and else 1.

This one file is what the journal itself uses, and what lies in every copy as `verify.py`.
"""

import argparse
import base64
import binascii
import datetime as dt
import hashlib
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn

FIRST = "0" * 64
DIGITS = 20
"""Of a fingerprint."""
LEAST_DIGITS = 12
"""Of a fingerprint that was printed by the first version."""
LONGEST_LINE = 4 * 1024 * 1024
LARGEST = 4 * 1024 * 1024 * 1024
"""Of the acts in a copy, in bytes: what is larger was made to be in the way."""
NOTE_AT_MOST = 4096
MAIL_AT_MOST = 64 * 1024
"""In characters, and a note or two in it."""
MEMBERS = ("record.jsonl", "head.txt", "key.txt", "verify.py", "README.txt")

ARRANGED = ("planned", "moved", "called_off", "met")
BY_NOBODY_HERE = ("declined", "knocked", "erasing", "erased")
"""Acts that none of the two did."""
OPENING_TOGETHER = ("experience",)
"""Kinds of entries that open for both at once."""

NOTE = re.compile(
    r"^alongside/(?P<of>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n+(?P<number>[1-9][0-9]{0,14})\n+"
    r"(?P<digest>[A-Za-z0-9+/]{43}=)\n+— alongside/(?P=of)[ \n]+(?P<seal>[A-Za-z0-9+/]{91}=)$",
    re.MULTILINE,
)
HEX = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"[0-9a-f]{32}")

UNREADABLE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, binascii.Error),
    *(OSError, EOFError, ValueError, TypeError, LookupError, RuntimeError, RecursionError, ArithmeticError),
    *(AttributeError, NotImplementedError, MemoryError),
)
"""What reading raises where something is broken, or was made to break it."""


class DoesNotFit(Exception):
    """What does not fit, as a sentence; and at which act, where it is one."""

    def __init__(self, sentence: str, number: int | None = None) -> None:
        super().__init__(sentence)
        self.number = number


class SaysNothing(DoesNotFit):
    """What was given is neither a copy nor a note, or only a part of one."""


class TooLarge(SaysNothing):
    """There is more in it than may be looked at."""


@dataclass
class Counted:
    """A chain that was counted and fits."""

    relationship: str = ""
    digests: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    """The entries whose words are in this copy."""
    closed: set[str] = field(default_factory=set)
    """Those whose words are not, and may not be: they open for both at once, and had not yet."""
    erased: dict[str, str] = field(default_factory=dict)
    """Those whose words were lawfully erased, each with the entry for which that was announced."""
    together: set[str] = field(default_factory=set)
    """Of those with words, the ones that may be closed in another's copy."""
    corrects: dict[str, str] = field(default_factory=dict)
    """Of those with words, the later wordings, each with the entry that it words anew."""

    @property
    def number(self) -> int:
        return len(self.digests)

    @property
    def digest(self) -> str:
        return self.digests[-1] if self.digests else FIRST


@dataclass(frozen=True)
class Note:
    """A head that somebody signed: which record, how many acts, the digest of the newest."""

    relationship: str
    number: int
    digest: str
    said: bytes
    """What is signed."""
    key_hash: bytes
    signature: bytes


@dataclass
class Copy:
    """A copy as it lies in its file."""

    counted: Counted
    note: Note
    key: str
    is_signature_checked: bool


# --- The chain -------------------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def commitment(salt: str, content: Any) -> str:
    return hashlib.sha256(b"alongside entry 1\n" + bytes.fromhex(salt) + canonical(content)).hexdigest()


def seal(previous: str, act: Any, committed: str) -> str:
    before = b"alongside event 1\n" + bytes.fromhex(previous)
    return hashlib.sha256(before + canonical(act) + bytes.fromhex(committed)).hexdigest()


def fingerprint(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, DIGITS, 4))


def recount(lines: Iterable[bytes]) -> Counted:
    """Count a chain, act by act. Raises DoesNotFit at the first that does not."""
    counted = _Counting()
    for number, line in enumerate(lines, 1):
        try:
            counted.add(number, _read(line))
        except DoesNotFit:
            raise
        except UNREADABLE as error:
            raise DoesNotFit(f"Act {number} cannot be read.", number) from error
    return counted.result()


class _Counting:
    def __init__(self) -> None:
        self.so_far = Counted()
        self.seats: set[str] = set()
        self.entries: dict[str, dict[str, Any]] = {}
        """Each entry, and the act that wrote it."""
        self.announced: dict[str, dict[str, str]] = {}
        self.open: set[str] = set()
        """What was read by the other, or spoken of: its words were before both."""
        self.last: dict[str, Any] = {}

    def add(self, number: int, one: dict[str, Any]) -> None:
        act, so_far = one["act"], self.so_far
        must = _Must(number)
        must(type(act["number"]) is int and act["number"] == number, "has another number, or one is missing")
        so_far.relationship = so_far.relationship or act["relationship"]
        must(act["relationship"] == so_far.relationship, "is of another journal")
        committed = one.get("commitment", "")
        must(committed == "" or HEX.fullmatch(committed), "has a seal that is none")
        must(bool(committed) == (act["entry"] is not None), "has words or a seal too many or too few")
        must(
            seal(so_far.digest, act, committed) == one["digest"],
            "does not fit what it says or what came before it",
        )
        self._seats(act, must)
        if act["entry"] is not None:
            self._entry(one, must)
        else:
            must("content" not in one and "salt" not in one, "has words that no act wrote")
        self._appointment(one, must)
        self._readings(act, must)
        self._erasure(act, must)
        self.last = act
        so_far.digests.append(one["digest"])

    def _seats(self, act: dict[str, Any], must: "_Must") -> None:
        if act["verb"] in ("began", "accepted"):
            self.seats.add(act["details"]["participant"])
            must(len(self.seats) <= 2, "takes a third seat")
        nobody = act["actor"] is None and act["verb"] in BY_NOBODY_HERE
        must(nobody or act["actor"] in self.seats, "was done by somebody without a seat")

    def _entry(self, one: dict[str, Any], must: "_Must") -> None:
        act, key = one["act"], one["act"]["entry"]
        must(key not in self.entries, "writes what was written before")
        self.entries[key] = act
        if "content" not in one:
            must("salt" not in one, "has a salt without words")
            self.so_far.closed.add(key)
            return
        content = one["content"]
        must(SALT.fullmatch(one["salt"]), "has a salt that is none")
        must(commitment(one["salt"], content) == one["commitment"], "has other words than were written")
        said = (content["id"], content["relationship"], content["number"], content["author"])
        must(
            said == (key, act["relationship"], act["number"], act["actor"]), "has words that belong elsewhere"
        )
        must(content["thread"] in self.entries, "is of a thread that is not there")
        must(
            content["about"] is None or content["about"] in self.entries,
            "is about something that is not there",
        )
        self._correction(act, content, must)
        self.open |= {content["about"], content["thread"]} - {None, key}
        if content["kind"] in OPENING_TOGETHER and content["about"] is None:
            self.so_far.together.add(key)
        self.so_far.words.add(key)

    def _correction(self, act: dict[str, Any], content: dict[str, Any], must: "_Must") -> None:
        is_one = act["verb"] == "corrected"
        must(is_one == (content["bearing"] == "corrects"), "is something else than its words say")
        if is_one:
            first = content["about"]
            must(self.entries[first]["actor"] == act["actor"], "corrects what somebody else wrote")
            self.so_far.corrects[act["entry"]] = first

    def _appointment(self, one: dict[str, Any], must: "_Must") -> None:
        act = one["act"]
        must(("appointment" in one) == (act["verb"] in ARRANGED), "has an appointment too many or too few")
        if "appointment" not in one:
            return
        made = one["appointment"]
        must(SALT.fullmatch(made["salt"]), "has a salt that is none")
        sealed = commitment(made["salt"], made["content"])
        must(sealed == act["details"]["appointment"], "has another appointment than was made")
        said = (made["content"]["relationship"], made["content"]["number"], made["content"]["consult"])
        must(
            said == (act["relationship"], act["number"], act["details"]["consult"]),
            "has an appointment from elsewhere",
        )

    def _readings(self, act: dict[str, Any], must: "_Must") -> None:
        must(all(key in self.entries for key in act["readings"]), "reads what is not there")
        self.open |= {*act["readings"]}

    def _erasure(self, act: dict[str, Any], must: "_Must") -> None:
        if act["verb"] == "erasing":
            self.announced[str(act["number"])] = act["details"]
        if act["verb"] == "erased":
            self._erased(act, must)

    def _erased(self, act: dict[str, Any], must: "_Must") -> None:
        named = act["details"]["entries"].split(" ")
        told = self.announced.get(act["details"]["announced"], {})
        first = told.get("entry", "")
        must(all(key in self.entries for key in named), "erases what is not there")
        must(first in named, "erases what nobody announced")
        wordings = (key for key in named if key != first)
        must(all(self._is_wording(key, first) for key in wordings), "erases what nobody announced")
        on, day = dt.date.fromisoformat(told["on"]), dt.date.fromisoformat(act["at"][:10])
        must(day >= on, "erases before the day that was announced")
        is_first_time = len(named) == len({*named} - {*self.so_far.erased})
        must(is_first_time, "erases what was erased before")
        must(not self.so_far.words & {*named}, "says that words were erased, and they are there")
        self.so_far.erased |= dict.fromkeys(named, first)
        self.so_far.closed -= {*named}

    def _is_wording(self, key: str, first: str) -> bool:
        """Whether an entry may be a later wording of another: its words, which would say so, are gone."""
        one, other = self.entries[key], self.entries[first]
        is_later = bool(one["number"] > other["number"])
        return one["verb"] == "corrected" and one["actor"] == other["actor"] and is_later

    def result(self) -> Counted:
        if not self.so_far.digests:
            raise DoesNotFit("There is no act in it.")
        self._closed()
        return self.so_far

    def _closed(self) -> None:
        """Only what one of the two wrote, and the owner of the copy could not see yet, has no words here."""
        acts = [self.entries[key] for key in self.so_far.closed]
        writers = {act["actor"] for act in acts}
        owner = self.last["actor"] if self.last["verb"] == "exported" else None
        for act in sorted(acts, key=lambda act: int(act["number"])):
            may_be = act["verb"] == "wrote" and act["entry"] not in self.open
            if not may_be or len(writers) > 1 or owner in writers:
                raise DoesNotFit(f"The words are missing from act {act['number']}.", act["number"])


class _Must:
    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, fits: object, otherwise: str) -> None:
        if not fits:
            raise DoesNotFit(f"Act {self.number} {otherwise}.", self.number)


def _read(line: bytes) -> dict[str, Any]:
    """One line, of the few things that a chain is made of. Raises ValueError for anything else."""
    read = json.loads(
        line.decode(), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse, parse_int=_small
    )
    if not isinstance(read, dict):
        raise ValueError("An act is an object.")
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which a name stands twice could say one thing here and another thing elsewhere."""
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("A name stands there twice.")
    return read


def _small(digits: str) -> int:
    if len(digits) > 15:
        raise ValueError("No number is as large as that.")
    return int(digits)


def _refuse(what: str) -> NoReturn:
    raise ValueError(f"{what} cannot stand in a chain.")


# --- Notes and fingerprints ------------------------------------------------------------------------------


def read_notes(text: str) -> list[Note]:
    """The signed notes in what somebody kept: a note alone, or the mail around it, quoted or forwarded.

    Raises SaysNothing where there is none.
    """
    if len(text) > MAIL_AT_MOST:
        raise SaysNothing("This is longer than a mail with a note in it.")
    lines = "\n".join(re.sub(r"^[>|\s]+", "", line).rstrip() for line in text.splitlines())
    notes = []
    for found in NOTE.finditer(lines):
        digest, seal = (base64.b64decode(found[name], validate=True) for name in ("digest", "seal"))
        said = f"alongside/{found['of']}\n{found['number']}\n{found['digest']}\n".encode()
        if (len(digest), len(seal)) == (32, 68):
            notes.append(Note(found["of"], int(found["number"]), digest.hex(), said, seal[:4], seal[4:]))
    if not notes:
        raise SaysNothing("There is no whole note in it: a note has five lines, the last begins with a dash.")
    return notes


def read_fingerprint(text: str) -> str:
    """The digits of a fingerprint, however they were typed. Raises DoesNotFit for what is none."""
    digits = re.sub(r"[\s·.\-]", "", text).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST_DIGITS},64}}", digits):
        raise DoesNotFit(f"A fingerprint has {DIGITS} digits, 0 to 9 and a to f.")
    return digits


def check_signature(note: Note, key: str) -> bool:
    """Whether the signature was looked at. Raises DoesNotFit where the key did not make it."""
    try:
        name, key_hash, both = key.strip().split("+", 2)
        raw = base64.b64decode(both, validate=True)
        wanted = hashlib.sha256(f"{name}\n".encode() + raw).digest()[:4]
        is_one = len(raw) == 33 and raw[0] == 1 and wanted.hex() == key_hash
        if not is_one or (note.key_hash, name) != (wanted, f"alongside/{note.relationship}"):
            raise ValueError("Another key.")
    except UNREADABLE as error:
        raise DoesNotFit("The note was signed with another key than the one that is given.") from error
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(note.signature, note.said)
    except (InvalidSignature, ValueError) as error:
        raise DoesNotFit("The signature of the note is not by the key that is given.") from error
    return True


def compare(counted: Counted, number: int, digest: str) -> None:
    """Whether a receipt (a number, and a digest or the beginning of one) fits. Raises DoesNotFit."""
    if not 1 <= number <= counted.number:
        raise DoesNotFit(
            f"There are {counted.number} acts, and what you hold is of act {number}.", counted.number
        )
    if not counted.digests[number - 1].startswith(digest):
        raise DoesNotFit(
            f"Act {number} or one before it is not the one that what you hold was made of.", number
        )


def compare_copies(earlier: Counted, later: Counted) -> int:
    """Whether a later copy only goes on from an earlier one. Raises DoesNotFit.

    Gives how many entries could not be compared: they are closed in the later copy, which somebody else took.
    """
    if earlier.relationship != later.relationship:
        raise DoesNotFit("The two copies are of different journals.")
    if later.number < earlier.number:
        raise DoesNotFit(
            f"The later copy has {later.number} acts, and the earlier one {earlier.number}.", later.number
        )
    for number, (one, other) in enumerate(zip(earlier.digests, later.digests, strict=False), 1):
        if one != other:
            raise DoesNotFit(f"Act {number} is not the same in the two copies.", number)
    closed = earlier.words & later.closed
    if gone := closed - earlier.together:
        raise DoesNotFit(
            f"{len(gone)} entries are without their words in the later copy, and no act says why."
        )
    for key in earlier.words & later.erased.keys():
        first = later.erased[key]
        if key != first and earlier.corrects.get(key) != first:
            raise DoesNotFit("Words are erased in the later copy that nobody had announced.")
    return len(closed)


# --- Copies ----------------------------------------------------------------------------------------------


def open_copy(file: str | IO[bytes], largest: int = LARGEST) -> Copy:
    """Read a copy and count it. Raises DoesNotFit; `largest` is how much it may be, unpacked, in bytes."""
    try:
        with zipfile.ZipFile(file) as archive:
            _must_be_ours(archive)
            counted = recount(_lines(archive, largest))
            (note,) = read_notes(_text(archive, "head.txt"))
            key = _text(archive, "key.txt")
    except DoesNotFit:
        raise
    except UNREADABLE as error:
        raise SaysNothing("This is not a whole copy: it is damaged, cut off, or something else.") from error
    if (note.relationship, note.number, note.digest) != (
        counted.relationship,
        counted.number,
        counted.digest,
    ):
        raise DoesNotFit("The signed head in the copy is not that of its acts.", counted.number)
    return Copy(counted, note, key, check_signature(note, key))


def _must_be_ours(archive: zipfile.ZipFile) -> None:
    names = [member.filename for member in archive.infolist()]
    if sorted(names) != sorted(MEMBERS):
        raise SaysNothing("This is not a copy: other files are in it than in a copy, or one is there twice.")


def _lines(archive: zipfile.ZipFile, largest: int) -> Iterator[bytes]:
    with archive.open("record.jsonl") as lines:
        while line := lines.readline(LONGEST_LINE):
            largest -= len(line)
            if largest < 0:
                raise TooLarge("This copy is too large to be looked at here.")
            if not line.endswith(b"\n"):
                raise DoesNotFit("The copy is cut off, or a line of it is too long to be one.")
            yield line


def _text(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as file:
        text = file.read(NOTE_AT_MOST + 1)
    if len(text) > NOTE_AT_MOST:
        raise ValueError("Neither a note nor a key is as long as that.")
    return text.decode()


# --- From the command line -------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Check a copy of a journal: whether anything in it was changed."
    )
    parser.add_argument("copy", help="the ZIP file")
    parser.add_argument("--note", help="a file with a signed note that you kept")
    parser.add_argument("--number", type=int, help="the number of acts that you wrote down")
    parser.add_argument("--fingerprint", help="the fingerprint that you wrote down beside it")
    parser.add_argument("--later", help="a newer copy of the same journal")
    given = parser.parse_args(arguments)
    if (given.number is None) != (given.fingerprint is None):
        parser.error("--number and --fingerprint go together.")
    for name in (given.copy, given.note, given.later):
        if name and not os.path.isfile(name):
            parser.error(
                f"There is no file called {name} here. Look at its name, and in which folder you are."
            )
    try:
        for line in _found(given):
            _say(line)
    except SaysNothing as fault:
        _say(f"NOTHING CAN BE SAID. {fault}")
        return 1
    except DoesNotFit as fault:
        _say(f"DOES NOT FIT. {fault}")
        return 1
    return 0


def _found(given: argparse.Namespace) -> Iterator[str]:
    copy = open_copy(given.copy)
    counted = copy.counted
    yield f"This copy has {counted.number} acts, and each of them fits. Its fingerprint is {fingerprint(counted.digest)}."
    yield f"Words are in {len(counted.words)} entries."
    if counted.closed:
        yield "What is closed in it opens for both at once, and had not when this copy was made."
    if counted.erased:
        yield f"The words of {len(counted.erased)} entries were erased by law, and the acts say so."
    yield (
        "Its head is signed with the key that lies in it."
        if copy.is_signature_checked
        else "The signature was NOT checked: that needs the package cryptography."
    )
    if given.note:
        yield from _of_the_notes(given.note, copy)
    if given.fingerprint is not None:
        compare(counted, given.number, read_fingerprint(given.fingerprint))
        yield f"It fits the fingerprint of act {given.number}: nothing up to there was changed since."
    if given.later:
        later = open_copy(given.later)
        closed = compare_copies(counted, later.counted)
        yield f"The later copy goes on from this one, to act {later.counted.number}, and changes none of it."
        if closed:
            entries = "entry is" if closed == 1 else "entries are"
            yield f"{closed} {entries} closed in the later copy, so the words could not be compared."
    if not (given.note or given.fingerprint or given.later):
        yield (
            "This alone does not show that it was not written anew as a whole. "
            "Compare it with a note, a fingerprint on paper or an older copy."
        )
    if counted.closed:
        acts = "act" if len(counted.closed) == 1 else "acts"
        yield f"The words of {len(counted.closed)} {acts} are not in this copy, so they were not checked."
        yield "EVERYTHING ELSE FITS."
    else:
        yield "EVERYTHING FITS."


def _of_the_notes(path: str, copy: Copy) -> Iterator[str]:
    """Each of them, since one that fits says nothing of an older one beside it that does not."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(4 * MAIL_AT_MOST + 1).decode()
    except (OSError, ValueError) as error:
        raise SaysNothing(f"The note {path} cannot be read.") from error
    of_it = [note for note in read_notes(text) if note.relationship == copy.counted.relationship]
    if not of_it:
        raise DoesNotFit("The note is of another journal than this copy.")
    for note in of_it:
        compare(copy.counted, note.number, note.digest)
        is_checked = check_signature(note, copy.key)
        yield f"It fits the note of act {note.number}: nothing up to there was changed since."
        if not is_checked:
            yield "The signature of the note was NOT checked."


def _say(line: str) -> None:
    sys.stdout.write(line.encode("ascii", "replace").decode() + "\n")


if __name__ == "__main__":
    sys.exit(main())
