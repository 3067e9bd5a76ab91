"""The questions and headings that are offered: ours, as the two have dropped, renamed and added to them. Pure.

Each change is an entry of the kind `change`. Its `door` says of what: `value/most` is a question of a kind, `value` the
heading of the kind itself. Its words are the new name, or `dropped` and `offered` say whether it is there. One that
people add has the id of its own first change for a name: `value/` and 32 hexadecimal digits, or only those digits for
a heading. The newest change of each counts.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from relationships import kinds
from relationships.models import Entry, Participant, Relationship

MOST = 30
"""Of one's own, to a kind."""
LONGEST = kinds.Change.longest_line
"""Of the name of one, in characters."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A door as it stands with these two people."""

    kind: str
    name: str
    says: Promise | str
    hint: Promise | str = ""
    was: Promise | str = ""
    """Our name for it, where they have another."""
    is_dropped: bool = False
    is_own: bool = False
    """Whether they have added it."""

    @property
    def key(self) -> str:
        """How a change names it."""
        return "/".join(part for part in (self.kind, self.name) if part)

    def __str__(self) -> str:
        return str(self.says)


def changes(relationship: Relationship) -> list[Entry]:
    """All that was ever changed, the first one first, in one query."""
    rows = relationship.entries.of_kind(kinds.Change.name).first_in_thread().not_withdrawn()
    return list(rows.order_by("number"))


def of(kind: type[kinds.Kind], changed: Iterable[Entry], whose: Participant) -> list[Offer]:
    """The doors of a kind, ours first and then theirs, those that were dropped included.

    `whose` they are matters where each of the two has their own.
    """
    if kind.has_ones_own_doors:
        changed = [one for one in changed if one.author_id == whose.pk]
    ours = [Offer(kind.name, door.name, door.says, door.hint) for door in kind.doors]
    return _after(
        ours, [one for one in changed if one.door.partition("/")[0] == kind.name and "/" in one.door]
    )


def headings(changed: Iterable[Entry]) -> list[Offer]:
    """What the page for writing offers to write about, ours first and then theirs."""
    ours = [Offer(kind.name, "", kind.label) for kind in kinds.offered()]
    return _after(ours, [one for one in changed if "/" not in one.door])


def offered(offers: Iterable[Offer]) -> list[Offer]:
    """Those of them that were not dropped."""
    return [one for one in offers if not one.is_dropped]


def find(offers: Iterable[Offer], name: str) -> Offer | None:
    return next((one for one in offers if one.name == name), None)


def new_name() -> str:
    """The name of a door that somebody adds."""
    return uuid.uuid4().hex


def _after(ours: Sequence[Offer], changed: Iterable[Entry]) -> list[Offer]:
    """How they stand after these changes, the first change first."""
    stands = {one.key: one for one in ours}
    for change in changed:
        kind, _slash, name = change.door.partition("/")
        before = stands.get(change.door) or Offer(kind, name, "", is_own=True)
        level = (change.answers or {}).get("door", {}).get("level", "")
        was = before.was or ("" if before.is_own else before.says)
        says = change.text or before.says
        stands[change.door] = Offer(
            before.kind,
            before.name,
            says,
            hint=before.hint,
            was=was if str(says) != str(was) else "",
            is_dropped=level == "dropped" or (before.is_dropped and not level),
            is_own=before.is_own,
        )
    return [one for one in stands.values() if str(one.says)]
