"""How the entries of a thread are today, worked out from the entries alone. Pure.

The one rule for what is withdrawn, closed, sealed, unread, news or said back: the verbs ask it before they write, the
projection keeps what it says (`models.projection`), and the check that people are offered compares the two.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

from relationships import kinds
from relationships.models.entry import Bearing, Entry
from relationships.models.state import SaidBack


class Fact(NamedTuple):
    """What of an entry bears on how the entries of its thread are."""

    entry_id: uuid.UUID
    author_id: uuid.UUID
    number: int
    kind: str
    about: uuid.UUID | None
    bearing: str
    thread: uuid.UUID
    consult: uuid.UUID | None
    written_at: dt.datetime
    answers: dict[str, dict[str, str]] | None
    has_text: bool
    is_read: bool

    @classmethod
    def of(cls, entry: Entry) -> "Fact":
        """Of an entry that is being written."""
        return cls(
            entry.pk,
            entry.author_id,
            entry.number,
            entry.kind,
            entry.about_id,
            entry.bearing,
            entry.thread_id,
            entry.consult_id,
            entry.written_at,
            entry.answers,
            bool(entry.text),
            is_read=False,
        )

    @property
    def is_erased(self) -> bool:
        """Of an acknowledgement: whether nobody knows any longer what it said."""
        return not self.answers

    @property
    def says_yes(self) -> bool:
        """Of an acknowledgement: whether that was meant."""
        return (self.answers or {}).get("understood", {}).get("level") == "yes"


@dataclass(frozen=True, slots=True)
class State:
    """The columns of `EntryState`, as a recount of the entries gives them."""

    entry_id: uuid.UUID
    author_id: uuid.UUID
    number: int
    kind: str
    written_at: dt.datetime
    is_first: bool
    is_listed: bool
    is_withdrawn: bool
    is_closed: bool
    is_open: bool
    is_sealed: bool
    is_unread: bool
    is_news: bool
    said_back: SaidBack | None
    last_said_at: dt.datetime | None


COLUMNS = tuple(field.name for field in fields(State))


class Thread:
    """The entries of one thread, and what each of them does to the others."""

    def __init__(self, facts: Iterable[Fact], *, is_sealed: bool = False) -> None:
        self.facts = sorted(facts, key=lambda fact: fact.number)
        self.is_sealed = is_sealed
        self.by_key = {fact.entry_id: fact for fact in self.facts}
        self.withdrawn = {fact.about for fact in self.facts if fact.bearing == Bearing.WITHDRAWS}
        self.closed = {
            fact.about
            for fact in self.facts
            if fact.bearing == Bearing.CLOSES and fact.entry_id not in self.withdrawn
        }
        self.first = next((fact for fact in self.facts if fact.about is None), None)
        self.last_said_back = {
            (fact.author_id, self._subject(fact)): fact.entry_id
            for fact in self.facts
            if fact.bearing == Bearing.REFLECTS and not self.is_withdrawn(fact)
        }

    def states(self) -> dict[uuid.UUID, State]:
        return {fact.entry_id: self._state(fact) for fact in self.facts}

    def is_withdrawn(self, fact: Fact) -> bool:
        wording_of = fact.about if fact.bearing == Bearing.CORRECTS else None
        return fact.entry_id in self.withdrawn or (wording_of is not None and wording_of in self.withdrawn)

    def is_closed(self, fact: Fact) -> bool:
        return fact.entry_id in self.closed

    def said_of(self, about: uuid.UUID, kind: str) -> list[Fact]:
        """What was said of this very wording in that kind, and not withdrawn."""
        return [
            fact
            for fact in self.facts
            if (fact.about, fact.kind) == (about, kind) and not self.is_withdrawn(fact)
        ]

    def wording_of(self, entry: uuid.UUID) -> uuid.UUID:
        """The key of its newest wording: its own where it was never corrected."""
        wordings = [
            fact.entry_id for fact in self.facts if (fact.about, fact.bearing) == (entry, Bearing.CORRECTS)
        ]
        return wordings[-1] if wordings else entry

    def is_understood_or_gone(self, reflection: uuid.UUID) -> bool:
        """Whether the other said yes to what was said back, as it is worded now, or what it was of was withdrawn."""
        fact = self.by_key.get(reflection)
        if fact is None or fact.about is None:
            return True
        if fact.about in self.withdrawn or self._subject(fact) in self.withdrawn:
            return True
        return self._asks(fact) is None

    def _state(self, fact: Fact) -> State:
        kind = kinds.get(fact.kind)
        is_first, is_withdrawn, is_closed = (
            fact.about is None,
            self.is_withdrawn(fact),
            self.is_closed(fact),
        )
        is_sealed = is_first and self.is_sealed
        return State(
            entry_id=fact.entry_id,
            author_id=fact.author_id,
            number=fact.number,
            kind=fact.kind,
            written_at=fact.written_at,
            is_first=is_first,
            is_listed=is_first and kind.is_in_record,
            is_withdrawn=is_withdrawn,
            is_closed=is_closed,
            is_open=is_first and not is_withdrawn and not is_closed,
            is_sealed=is_sealed,
            is_unread=not fact.is_read and kind.is_in_record and not is_withdrawn and not is_sealed,
            is_news=self._is_news(fact, kind, is_withdrawn=is_withdrawn, is_closed=is_closed),
            said_back=self._said_back(fact),
            last_said_at=self._last_said(fact)
            if kind.holds and is_first and not is_withdrawn and not is_closed
            else None,
        )

    def _is_news(self, fact: Fact, kind: type[kinds.Kind], *, is_withdrawn: bool, is_closed: bool) -> bool:
        return (
            kind.is_news
            and kind.is_in_record
            and fact.has_text
            and fact.bearing not in (Bearing.CORRECTS, Bearing.WITHDRAWS)
            and not is_withdrawn
            and not (is_closed and kind.holds)
            # What was said to words that are withdrawn would stand there without them.
            and fact.thread not in self.withdrawn
        )

    def _subject(self, fact: Fact) -> uuid.UUID | None:
        """What it was said of: what is said of a wording is said of the entry."""
        about = self.by_key.get(fact.about) if fact.about else None
        return about.about if about and about.bearing == Bearing.CORRECTS else fact.about

    def _said_back(self, fact: Fact) -> SaidBack | None:
        subject = self._subject(fact)
        is_asked = (
            fact.bearing == Bearing.REFLECTS
            and self.last_said_back.get((fact.author_id, subject)) == fact.entry_id
            and not self.is_closed(fact)
            # What does not hold any more asks nothing any more.
            and subject not in self.closed
            and subject not in self.withdrawn
            and fact.thread not in self.withdrawn
            # What is read on a page of its own is not pushed by way of what was said to it.
            and (self.first is None or kinds.get(self.first.kind).is_in_record)
        )
        return self._asks(fact) if is_asked else None

    def _asks(self, reflection: Fact) -> SaidBack | None:
        """What something said back asks for, after what the other said to it as it is worded now."""
        wordings = {
            fact.entry_id: fact.number
            for fact in self.facts
            if fact.bearing == Bearing.CORRECTS and fact.about == reflection.entry_id
        }
        reworded = max(wordings.values(), default=0)
        said = [
            fact
            for fact in self.facts
            if fact.kind == kinds.Acknowledgement.name
            and (fact.about == reflection.entry_id or fact.about in wordings)
            and fact.number > reworded
            and not self.is_withdrawn(fact)
            and not fact.is_erased
        ]
        if any(fact.says_yes for fact in said):
            return None
        return SaidBack.NOT_YET if said else SaidBack.WAITING

    def _last_said(self, entry: Fact) -> dt.datetime:
        since = [
            fact.written_at
            for fact in self.facts
            if fact.about == entry.entry_id
            and (fact.bearing == Bearing.CORRECTS or fact.kind == kinds.StillTrue.name)
            and not self.is_withdrawn(fact)
        ]
        return max([entry.written_at, *since])


def threads_of(facts: Iterable[Fact]) -> Iterator[Thread]:
    """The threads of a record, or all of some threads together with all answers to the same questions."""
    together: dict[uuid.UUID, list[Fact]] = defaultdict(list)
    answered: dict[tuple[str, uuid.UUID | None], set[uuid.UUID]] = defaultdict(set)
    for fact in facts:
        together[fact.thread].append(fact)
        if kinds.get(fact.kind).opens_together:
            answered[fact.kind, fact.consult].add(fact.author_id)
    for key, thread in together.items():
        first = next((fact for fact in thread if fact.entry_id == key), None)
        is_sealed = (
            first is not None
            and kinds.get(first.kind).opens_together
            and len(answered[first.kind, first.consult]) < 2
        )
        yield Thread(thread, is_sealed=is_sealed)


def recount(facts: Iterable[Fact]) -> dict[uuid.UUID, State]:
    return {key: state for thread in threads_of(facts) for key, state in thread.states().items()}
