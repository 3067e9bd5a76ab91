"""How entries stand today: each with its wordings, its withdrawal and what was answered. Pure functions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from relationships.models import Bearing, Entry


@dataclass(slots=True)
class Standing:
    """One entry as it stands: first written as `entry`, put differently in `corrections`, perhaps withdrawn.

    `answers` holds all that was said in its thread, in order of time, for the entry that began the thread.
    """

    entry: Entry
    corrections: list[Entry] = field(default_factory=list)
    withdrawal: Entry | None = None
    answers: "list[Standing]" = field(default_factory=list)
    told: "list[Standing]" = field(default_factory=list)
    """What was answered to this very entry."""
    subject: "Standing | None" = field(default=None, repr=False, compare=False)
    """What it was said of."""

    @property
    def current(self) -> Entry:
        """The wording that holds."""
        return self.corrections[-1] if self.corrections else self.entry

    @property
    def wordings(self) -> list[Entry]:
        """All wordings, the first one first."""
        return [self.entry, *self.corrections]

    @property
    def entries(self) -> list[Entry]:
        """Every entry that this one is made of, its answers left out."""
        return [*self.wordings, self.withdrawal] if self.withdrawal else self.wordings

    def alone(self, *answers: "Standing") -> "Standing":
        """The same entry as it stands, with only these answers beneath it."""
        return replace(self, answers=list(answers))

    def said(self, kind: str) -> "list[Standing]":
        """What was said of it in this kind and not withdrawn, the first one first."""
        return [one for one in self.told if one.entry.kind == kind and not one.withdrawal]

    @property
    def is_of_an_earlier_wording(self) -> bool:
        """Whether what it was said of has been put differently since."""
        return self.subject is not None and self.subject.current.number > self.entry.number

    @property
    def closing(self) -> "Standing | None":
        """What closed it (kept, released, talked about, no longer so), unless that was withdrawn."""
        return next(
            (one for one in self.told if one.entry.bearing == Bearing.CLOSES and not one.withdrawal), None
        )

    @property
    def reflections(self) -> "list[Standing]":
        """What the other one said back, the first one first."""
        return [one for one in self.told if one.entry.bearing == Bearing.REFLECTS and not one.withdrawal]

    @property
    def steps(self) -> "list[Standing]":
        """How the two came closer: what was said back of it and what was said to that, in order of time."""
        said = [
            one
            for reflection in self.reflections
            for one in (reflection, *reflection.said("acknowledgement"))
        ]
        return sorted(said, key=lambda one: one.entry.number)

    @property
    def understood(self) -> str:
        """Of a reflection: how near it came, in the word of whoever was reflected; empty while they have not said.

        What they said of an earlier wording of it does not speak for this one, and of what was erased nobody knows.
        """
        said = [
            one.entry.answers["understood"]["level"]
            for one in self.said("acknowledgement")
            if one.entry.answers and not one.is_of_an_earlier_wording
        ]
        return said[-1] if said else ""

    @property
    def is_seen_differently(self) -> bool:
        """Of a reflection: whether one of the two has left it at two views."""
        return bool(self.said("difference"))

    @property
    def is_last_reflection(self) -> bool:
        """Whether nothing newer was said back of the same entry."""
        last = self.subject.reflections[-1:] if self.subject else []
        return any(one is self for one in last)

    @property
    def due_on(self) -> dt.date | None:
        """By when, as its newest wording or its newest move says."""
        moves = [one.entry for one in self.told if one.entry.kind == "moved" and not one.withdrawal]
        return max([*self.wordings, *moves], key=lambda entry: entry.number).due_on

    def find(self, entry: Entry) -> "Standing | None":
        """Where in this thread an entry stands, by itself or as one of the wordings of another."""
        return next((one for one in (self, *self.answers) if entry in one.entries), None)

    def everything(self) -> list[Entry]:
        """Every entry of the thread."""
        return self.entries + [entry for answer in self.answers for entry in answer.entries]


def threads(entries: Iterable[Entry]) -> list[Standing]:
    """Put the entries of some threads together, the newest thread first.

    An entry whose thread did not come along stands by itself.
    """
    standing: dict[object, Standing] = {}
    firsts: list[Standing] = []
    for entry in sorted(entries, key=lambda entry: entry.number):
        subject = standing.get(entry.about_id)
        if subject and entry.bearing == Bearing.CORRECTS:
            subject.corrections.append(entry)
            standing[entry.pk] = subject  # What is said of one wording is said of the entry.
        elif subject and entry.bearing == Bearing.WITHDRAWS:
            subject.withdrawal = entry
        else:
            stands = standing[entry.pk] = Standing(entry)
            if subject:
                subject.told.append(stands)
                stands.subject = subject
            first = standing.get(entry.thread_id)
            (first.answers if first and first is not stands else firsts).append(stands)
    return firsts[::-1]
