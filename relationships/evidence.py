"""What stands at the foot of each mail: how far each journal has come, so that either of the two holds evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

from relationships import chain, heads
from relationships.models import Event


@dataclass(frozen=True, slots=True)
class Held:
    """The head of one journal. It names nobody."""

    length: int
    fingerprint: str
    note: str


def held(relationships: Iterable[object]) -> list[Held]:
    """The head of each of these (their keys), in no order that tells anything but when they began."""
    newest = (
        Event.objects.filter(relationship__in=list(relationships)).heads().order_by("relationship__begun_at")
    )
    return [
        Held(
            event.number,
            chain.fingerprint(event.digest),
            heads.note(event.relationship_id, event.number, event.digest),
        )
        for event in newest
    ]
