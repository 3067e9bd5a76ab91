"""The questions and headings that are offered: ours, as the two have dropped, renamed and added to them.

Each change is an entry of the kind `change`. Its `door` says of what: `value/most` is a question of a kind, `value` the
heading of the kind itself, and `unsorted` stands for the kind that nobody chose. Its words are the new name, or a
level says whether it is `dropped` or `offered`, or that it has its `first_name` again. One that people add is named by
32 hexadecimal digits: `value/` and those, or only those for a heading. What the changes before did, the newest undoes.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.prepared import Prepared
from relationships import kinds
from relationships.errors import NotSound
from relationships.models import Entry, Participant, Relationship

MOST = 30
"""Of one's own, to a kind; and of headings of one's own."""
LONGEST = kinds.Change.longest_line
"""Of the name of one, in characters."""
UNSORTED = "unsorted"
"""How a change names the kind that nobody chose: it has no name itself, and nobody can drop or rename it."""

_OWN = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A door as it stands with these two people."""

    kind: str
    """The kind it belongs to; of a heading that they have added, its own name."""
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
        return key(self.kind, self.name)

    @property
    def anchor(self) -> str:
        return self.key.replace("/", "-")

    @property
    def is_fixed(self) -> bool:
        """Whether it is the heading over nothing in particular, which always stands there."""
        return self.key == UNSORTED

    @property
    def heading(self) -> str:
        """What an entry that is written under it keeps: the name that these two have given it, if they have."""
        return str(self.says) if self.is_own or self.was else ""

    @property
    def first_name(self) -> Promise | str:
        return self.was or self.says

    def was_called(self, entry: Entry) -> Promise | str:
        """What this was called when that entry was written under it, where it is called otherwise now; else empty."""
        then = entry.heading or self.first_name
        return "" if str(then) == str(self.says) else then

    def __str__(self) -> str:
        return str(self.says)

    def is_at(self, level: str) -> bool:
        """Whether a change to this level would change nothing."""
        return {"dropped": self.is_dropped, "offered": not self.is_dropped, "first_name": not self.was}[level]

    def after(self, change: Entry) -> "Offer":
        level = (change.answers or {}).get("door", {}).get("level", "")
        is_dropped = level == "dropped" or (self.is_dropped and level != "offered")
        if change.text:
            was = "" if self.is_own else self.first_name
            return replace(self, says=change.text, was=was, is_dropped=is_dropped)
        if level == "first_name":
            return replace(self, says=self.first_name, was="")
        return replace(self, is_dropped=is_dropped)


@dataclass(frozen=True, slots=True)
class Step:
    """One change, and how what it changed stood before and after."""

    change: Entry
    before: Offer | None
    """None of one that was added by it."""
    after: Offer


def key(kind: str, name: str = "") -> str:
    """How a change names a door of a kind, or its heading."""
    return "/".join(part for part in (kind or UNSORTED, name) if part)


def changes(relationship: Relationship, reader: Participant | None = None) -> list[Entry]:
    """All that was ever changed, the first one first, in one query.

    A name is somebody's words. For a `reader` who likes to choose when to open new words, what they have not read
    has not changed yet; the page of the questions is where they open it.
    """
    found = relationship.with_authors(_CHANGES(relationship=relationship.pk))
    if reader and reader.person.pauses_first:
        found = [one for one in found if one.author_id == reader.pk or one.read_at]
    return found


def _all_changes(relationship: uuid.UUID) -> QuerySet[Entry]:
    rows = Entry.objects.filter(relationship=relationship).of_kind(kinds.Change.name)
    standing: QuerySet[Entry] = rows.first_in_thread().not_withdrawn().for_reading().order_by("number")
    return standing


_CHANGES = Prepared(_all_changes)


def of_both() -> list[type[kinds.Kind]]:
    """The kinds whose doors the two change together."""
    return [
        kind
        for kind in kinds.standing_alone()
        if kind.doors and not kind.has_ones_own_doors and (kind.is_offered or kind.is_said_by_itself)
    ]


def of(kind: type[kinds.Kind], changed: Iterable[Entry], whose: Participant | None = None) -> list[Offer]:
    """The doors of a kind, ours first and then theirs, those that were dropped included.

    `whose` they are matters where each of the two has their own.
    """
    if kind.has_ones_own_doors:
        changed = [one for one in changed if whose and one.author_id == whose.pk]
    stands = _ours(kind)
    _follow(stands, changed, under=f"{key(kind.name)}/")
    return list(stands.values())


def headings(changed: Iterable[Entry]) -> list[Offer]:
    """What the page for writing offers to write about, ours first and then theirs."""
    stands = _our_headings()
    _follow(stands, changed)
    return list(stands.values())


def steps(changed: Iterable[Entry]) -> list[Step]:
    """All that the two have changed for both, the first change first."""
    changed = list(changed)
    groups = [(_our_headings(), "")] + [(_ours(kind), f"{key(kind.name)}/") for kind in of_both()]
    found = [step for stands, under in groups for step in _follow(stands, changed, under=under)]
    return sorted(found, key=lambda step: step.change.number)


def offered(offers: Iterable[Offer]) -> list[Offer]:
    """Those of them that were not dropped."""
    return [one for one in offers if not one.is_dropped]


def find(offers: Iterable[Offer], name: str) -> Offer | None:
    """A door by its name."""
    return next((one for one in offers if one.name == name), None)


def find_by_key(offers: Iterable[Offer], wanted: str) -> Offer | None:
    return next((one for one in offers if one.key == wanted), None)


def have_room(offers: Iterable[Offer]) -> bool:
    """Whether one more can be added to them."""
    return sum(one.is_own for one in offers) < MOST


def new_name() -> str:
    """The name of a door that somebody adds."""
    return uuid.uuid4().hex


# --- Changing them ------------------------------------------------------------------------------------------------


Offers = Callable[[], Sequence[Offer]]
"""What is offered at this moment in one place: the questions of a kind, or the headings."""


def add(
    relationship: Relationship,
    offers: Offers,
    *,
    by: Participant,
    under: str,
    text: str,
    submission: uuid.UUID | None = None,
    **words: Any,
) -> Entry:
    """Add one under a new name. Raises NotSound where another has that name, or there are enough."""
    # Named by its form, so that the same form sent twice adds one.
    added = under + (submission.hex if submission else new_name())
    with relationship.alone():
        there = offers()
        if find_by_key(there, added) is None:
            _must_be_another(there, text)
            if not have_room(there):
                raise NotSound(_("There are enough of your own here. Give one another name, or leave it."))
        return _change(relationship, by, added, text=text, submission=submission, **words)


def rename(
    relationship: Relationship,
    offers: Offers,
    key: str,
    *,
    by: Participant,
    text: str,
    submission: uuid.UUID | None = None,
    **words: Any,
) -> Entry:
    """Give it another name; our own name for it stays one that each reads in their own language.

    Raises NotSound where it is called that already, or another one is.
    """
    with relationship.alone():
        there = offers()
        offer = find_by_key(there, key)
        if offer and text == str(offer.says):
            mine = relationship.entries.shown_to(by).by(by).of_kind(kinds.Change.name)
            sent: Entry | None = mine.filter(submission=submission).first()
            if sent:  # This form has called it so.
                return sent
            raise NotSound(_("It is called that already."))
        if offer and not offer.is_own and text == str(offer.first_name):
            return _change(relationship, by, key, level="first_name", submission=submission, **words)
        _must_be_another((one for one in there if one.key != key), text)
        return _change(relationship, by, key, text=text, submission=submission, **words)


def set_level(
    relationship: Relationship,
    offers: Offers,
    key: str,
    level: str,
    *,
    by: Participant,
    submission: uuid.UUID | None = None,
) -> Entry | None:
    """Leave it out (`dropped`), offer it again (`offered`) or give it back our name for it (`first_name`).

    Nothing where it is so already, because it was tapped twice or the other one did the same.
    """
    with relationship.alone():
        offer = find_by_key(offers(), key)
        if offer and offer.is_at(level):
            return None
        return _change(relationship, by, key, level=level, submission=submission)


def _change(
    relationship: Relationship, by: Participant, key: str, *, text: str = "", level: str = "", **words: Any
) -> Entry:
    answers = {"door": {"level": level}} if level else None
    return relationship.write(by=by, kind=kinds.Change.name, door=key, text=text, answers=answers, **words)


def _must_be_another(beside: Iterable[Offer], name: str) -> None:
    """Raise NotSound where one of them has this name, in capitals or not."""
    if any(str(one.says).casefold() == name.casefold() for one in beside):
        raise NotSound(_("There is one with this name already."))


# --- How they stand -----------------------------------------------------------------------------------------------


def _ours(kind: type[kinds.Kind]) -> dict[str, Offer]:
    ours = [Offer(kind.name, door.name, door.says, door.hint) for door in kind.doors]
    return {one.key: one for one in ours}


def _our_headings() -> dict[str, Offer]:
    ours = [Offer(kind.name, "", kind.label) for kind in kinds.offered()]
    return {one.key: one for one in ours}


def _follow(stands: dict[str, Offer], changed: Iterable[Entry], *, under: str = "") -> list[Step]:
    """Bring these offers to how they stand after the changes to what begins with `under`, and tell each step.

    What changes nothing that there is, is passed over: the record may hold what a later version no longer knows.
    """
    told = []
    for change in changed:
        before = stands.get(change.door)
        began = before or _added(change, under)
        if began is None or began.is_fixed:
            continue
        after = stands[change.door] = began.after(change)
        told.append(Step(change, before, after))
    return told


def _added(change: Entry, under: str) -> Offer | None:
    """What a change adds, if it does: something with a name, in a place of its own."""
    name = change.door.removeprefix(under)
    if not (change.text and change.door.startswith(under) and _OWN.fullmatch(name)):
        return None
    kind = under.removesuffix("/")
    if not under:
        return Offer(name, "", change.text, is_own=True)
    return Offer("" if kind == UNSORTED else kind, name, change.text, is_own=True)


def every(changed: Iterable[Entry]) -> Iterator[Offer]:
    """Every heading and every question that the two change together."""
    changed = list(changed)
    yield from headings(changed)
    for kind in of_both():
        yield from of(kind, changed)
