"""A copy of a record to take away: a ZIP that shows by itself that nothing in it was changed (`relationships.verifier`).

It holds what its reader may see. An entry that opens for both at once, and has not yet, stands in it as a sealed act
without its words. It is made act by act while it is sent, so that no copy of a long record lies in memory or on disk.
"""

import functools
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import Prefetch

from relationships import heads, verifier
from relationships.models import Appointment, Entry, Event, Participant, Reading, Relationship

AT_ONCE = 500
"""Acts that are in memory at a time."""
_VERIFIER = Path(verifier.__file__)


@functools.cache
def verifier_digest() -> str:
    """The SHA-256 of `verify.py`: whoever is handed a copy may be handed another program in it."""
    return hashlib.sha256(_VERIFIER.read_bytes()).hexdigest()


def archive(relationship: Relationship, reader: Participant, newest: Event, read_me: str) -> Iterator[bytes]:
    """The ZIP, in pieces: what stands up to the act `newest`, as this reader may see it."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as made:
        with made.open("record.jsonl", "w", force_zip64=True) as lines:
            for line in acts(relationship, reader, newest.number):
                lines.write(line)
                yield from pieces.taken()
        note = heads.note(relationship.pk, newest.number, newest.digest)
        made.writestr("head.txt", note)
        made.writestr("key.txt", heads.verifier_key(relationship.pk) + "\n")
        made.writestr("verify.py", _VERIFIER.read_bytes())
        made.writestr("README.txt", read_me)
    yield from pieces.taken()


def acts(relationship: Relationship, reader: Participant, newest: int) -> Iterator[bytes]:
    """One line an act, as `docs/chain.md` describes it."""
    shown = relationship.entries.shown_to(reader)
    for first in range(1, newest + 1, AT_ONCE):
        last = min(first + AT_ONCE - 1, newest)
        here = relationship.events.filter(number__range=(first, last)).order_by("number")
        visible = set(shown.filter(number__range=(first, last)).values_list("pk", flat=True))
        made = Prefetch("appointment", Appointment.objects.filter(relationship=relationship))
        read = _readings(relationship, first, last)
        for event in here.select_related("entry").prefetch_related(made):
            yield _line(_told(event, read[event.pk], is_shown=event.entry_id in visible))


def _readings(relationship: Relationship, first: int, last: int) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    rows = Reading.objects.filter(relationship=relationship, event__number__range=(first, last))
    for event, entry in rows.order_by("entry__number").values_list("event", "entry"):
        found[event].append(str(entry))
    return found


def _told(event: Event, readings: Iterable[str], *, is_shown: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"act": event.act(list(readings))}
    entry: Entry | None = event.entry
    if entry is not None and is_shown and not entry.is_erased:
        told |= {"content": entry.content(), "salt": entry.salt}
    if event.commitment:
        told["commitment"] = event.commitment
    made: Appointment | None = getattr(event, "appointment", None)
    if made is not None:
        told["appointment"] = {"content": made.content(), "salt": made.salt}
    return told | {"digest": event.digest}


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class _Pieces(io.RawIOBase):
    """A file to which a ZIP is written and from which it is taken piece by piece. It cannot go back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def taken(self) -> Iterator[bytes]:
        if self.waiting:
            piece, self.waiting = bytes(self.waiting), bytearray()
            yield piece
