"""How something that holds came to be what it is: said, put differently, still true, no longer so. Pure."""

import datetime as dt
import enum
from dataclasses import dataclass

from relationships import kinds
from relationships.models import Entry
from relationships.standing import Standing


class Turn(enum.Enum):
    """What happened to it."""

    SAID = "said"
    REWORDED = "reworded"
    STILL_TRUE = "still true"
    NO_LONGER = "no longer"


@dataclass(frozen=True, slots=True)
class Step:
    """One point on its line of time."""

    turn: Turn
    entry: Entry
    """What was said there, as it stands: for a step that said it, that very wording."""
    standing: Standing
    """Of what: of itself for what was said of it, else of the whole."""
    is_current: bool = False
    """Whether that is the wording that holds."""


def steps(standing: Standing) -> list[Step]:
    """All of them, the first one first. What was said of it and withdrawn again is no step."""
    wordings = [
        Step(
            Turn.REWORDED if wording.about_id else Turn.SAID,
            wording,
            standing,
            is_current=wording is standing.current,
        )
        for wording in standing.wordings
    ]
    still = [Step(Turn.STILL_TRUE, one.current, one) for one in standing.said(kinds.StillTrue.name)]
    gone = [Step(Turn.NO_LONGER, one.current, one) for one in standing.said(kinds.NoLonger.name)]
    return sorted([*wordings, *still, *gone], key=lambda step: _first(step).number)


def said_at(step: Step) -> dt.datetime:
    """When; of a word beside it that was put differently since, when it was first said."""
    return _first(step).written_at


def last_said(standing: Standing) -> dt.datetime:
    """When its author last stood by it: said it, put it differently, or said that it is still true."""
    return max(said_at(step) for step in steps(standing) if step.turn is not Turn.NO_LONGER)


def is_to_ask(standing: Standing, *, before: dt.datetime) -> bool:
    """Whether its author is asked if it is still true: it holds, and they last stood by it before that time.

    The same as `EntryQuerySet.last_said_before`, for an entry that is at hand.
    """
    holds = kinds.get(standing.entry.kind).holds and not standing.withdrawal and not standing.closing
    return holds and last_said(standing) < before


def _first(step: Step) -> Entry:
    """What was said, as it was first said: a wording of the whole is a step of its own."""
    return step.entry if step.turn in (Turn.SAID, Turn.REWORDED) else step.standing.entry
