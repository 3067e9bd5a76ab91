"""What two people hold to: wordings that one proposed and the other agreed to. Pure functions over how they stand.

An agreement is bound to the wording that it was given to. So a proposal that is put differently proposes anew, and
what was agreed goes on holding; and when a proposal or an agreement is withdrawn, the one before it holds again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from relationships.kinds import Agreement
from relationships.models import Entry
from relationships.standing import Standing


@dataclass(frozen=True, slots=True)
class Agreed:
    """A wording that the other one agreed to."""

    proposal: Standing
    """As far as that wording; what was put differently later is not part of it."""
    agreement: Standing

    @property
    def wording(self) -> Entry:
        return self.proposal.current


@dataclass(frozen=True, slots=True)
class Earlier:
    """A wording that neither holds nor waits: it held once, was passed over, or was withdrawn."""

    proposal: Standing
    agreement: Standing | None

    @property
    def wording(self) -> Entry:
        return self.proposal.current


@dataclass(frozen=True, slots=True)
class Matter:
    """How the two stand in one thing that they may agree on."""

    holds: Agreed | None = None
    waiting: list[Standing] = field(default_factory=list)
    """What each proposes now, the older one first: their newest proposal, if it is newer than what holds."""
    earlier: list[Earlier] = field(default_factory=list)
    """The newest one first."""

    @classmethod
    def of(cls, proposals: Iterable[Standing]) -> "Matter":
        """How they stand after these proposals, in whatever order they come."""
        proposals = sorted(proposals, key=lambda one: one.current.number)
        agreed = [one for proposal in proposals if not proposal.withdrawal for one in _agreed(proposal)]
        holds = max(agreed, key=lambda one: one.agreement.entry.number, default=None)
        newest = {one.entry.author_id: one for one in proposals if not one.withdrawal}
        waiting = [one for one in newest.values() if _waits(one, holds)]
        waiting.sort(key=lambda one: one.current.number)
        passed = [
            Earlier(one, None)
            for one in proposals
            if one not in waiting and one.current not in (each.wording for each in agreed)
        ]
        held = [Earlier(one.proposal, one.agreement) for one in agreed if one is not holds]
        earlier = sorted([*passed, *held], key=lambda one: one.wording.number, reverse=True)
        return cls(holds, waiting, earlier)


def as_of(proposal: Standing, wording: Entry) -> Standing:
    """A proposal as it stood with this wording, and without what was said about it."""
    known = [one for one in proposal.corrections if one.number <= wording.number]
    return replace(proposal, corrections=known, answers=[])


def _agreed(proposal: Standing) -> Iterable[Agreed]:
    """Each wording of it that the other one agreed to."""
    for agreement in proposal.said(Agreement.name):
        wording = next((one for one in proposal.wordings if one.pk == agreement.entry.about_id), None)
        if wording and agreement.entry.author_id != proposal.entry.author_id:
            yield Agreed(as_of(proposal, wording), agreement)


def _waits(proposal: Standing, holds: Agreed | None) -> bool:
    is_agreed = any(one.wording == proposal.current for one in _agreed(proposal))
    return not is_agreed and (holds is None or proposal.current.number > holds.wording.number)
