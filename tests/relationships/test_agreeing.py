"""What two people hold to: the newest agreement, and the very wording that it was given to."""

import contextlib
import itertools
import random

import pytest

from relationships.agreeing import Matter
from relationships.errors import (
    ClosedAlready,
    NotSound,
    RewordedMeanwhile,
    SaidAlready,
    Withdrawn,
    YourOwnWords,
)
from relationships.standing import threads
from tests.cast import from_one_chair


def matter(chair) -> Matter:
    """How the two stand, told in any order."""
    entries = chair.relationship.with_authors(chair.relationship.entries.for_reading())
    random.Random(7).shuffle(entries)
    proposals = threads(entries)
    random.Random(3).shuffle(proposals)
    return Matter.of(proposals)


def told(chair):
    """What holds, what waits and what was before, in words."""
    now = matter(chair)
    return (
        now.holds and now.holds.wording.text,
        [one.current.text for one in now.waiting],
        [one.wording.text for one in now.earlier],
    )


def propose(chair, text, door="names"):
    return chair.write(text, kind="way_of_working", door=door)


def agree(chair, wording, text=""):
    return chair.answer(wording, text, kind="agreement")


def test_nothing_holds_before_anybody_said_anything():
    assert Matter.of([]) == Matter(None, [], [])


@from_one_chair
def test_a_proposal_waits_until_the_other_agrees_and_then_it_holds(me, them):
    entry = propose(me, "First names.")
    assert told(me) == (None, ["First names."], [])
    said = agree(them, entry, "Gladly.")
    assert told(me) == ("First names.", [], [])
    assert matter(me).holds.agreement.entry == said


@from_one_chair
def test_nobody_agrees_to_their_own(me, them):
    entry = propose(me, "First names.")
    with pytest.raises(YourOwnWords):
        agree(me, entry)
    assert told(me) == (None, ["First names."], [])
    agree(them, entry)
    assert told(me)[0] == "First names."


@from_one_chair
def test_only_a_way_of_working_is_agreed_to(me, them):
    with pytest.raises(NotSound):
        agree(them, me.write("The sea.", kind="value"))


@from_one_chair
def test_what_is_put_differently_proposes_anew_and_what_was_agreed_goes_on_holding(me, them):
    entry = propose(me, "First names.")
    agree(them, entry)
    wording = me.correct(entry, "First names, always.")
    assert told(me) == ("First names.", ["First names, always."], [])
    agree(them, wording)
    assert told(me) == ("First names, always.", [], ["First names."])


@from_one_chair
def test_what_was_reworded_before_anybody_agreed_is_agreed_to_as_it_is_now(me, them):
    entry = propose(me, "Frist names.")
    wording = me.correct(entry, "First names.")
    with pytest.raises(RewordedMeanwhile):
        agree(them, entry)
    assert told(me) == (None, ["First names."], [])
    agree(them, wording)
    assert told(me) == ("First names.", [], [])


@from_one_chair
@pytest.mark.parametrize("withdrawn", ["the proposal", "the agreement"])
def test_a_withdrawal_gives_way_to_what_held_before(me, them, withdrawn):
    first = propose(me, "First names.")
    agree(them, first)
    second = propose(them, "Last names.")
    said = agree(me, second)
    assert told(me) == ("Last names.", [], ["First names."])
    if withdrawn == "the proposal":
        them.withdraw(second)
        assert told(me) == ("First names.", [], ["Last names."])
    else:
        me.withdraw(said)
        assert told(me) == ("First names.", ["Last names."], [])
        agree(me, second)
        assert told(me) == ("Last names.", [], ["First names."])


@from_one_chair
def test_when_the_agreement_to_a_later_wording_is_withdrawn_the_earlier_wording_holds(me, them):
    entry = propose(me, "One.")
    agree(them, entry)
    wording = me.correct(entry, "Two.")
    said = agree(them, wording)
    them.withdraw(said)
    assert told(me) == ("One.", ["Two."], [])


@from_one_chair
def test_when_all_is_withdrawn_nothing_holds(me, them):
    entry = propose(me, "One.")
    agree(them, entry)
    wording = me.correct(entry, "Two.")
    agree(them, wording)
    me.withdraw(entry)
    assert told(me) == (None, [], ["Two."])


@from_one_chair
def test_what_the_two_have_passed_over_cannot_be_agreed_to_any_more(me, them):
    first, second = propose(me, "One."), propose(them, "Two.")
    agree(me, second)
    assert told(me) == ("Two.", [], ["One."])
    # What was passed over then is proposed anew, or it would come to hold behind its author's back.
    with pytest.raises(RewordedMeanwhile):
        agree(them, first)
    agree(them, propose(me, "One, after all."))
    assert told(me) == ("One, after all.", [], ["Two.", "One."])


@from_one_chair
def test_both_may_propose_at_once_and_of_each_the_newest_waits(me, them):
    propose(me, "Mine, first.")
    propose(them, "Theirs.")
    newest = propose(me, "Mine, then.")
    assert told(me) == (None, ["Theirs.", "Mine, then."], ["Mine, first."])
    me.withdraw(newest)
    assert told(me) == (None, ["Mine, first.", "Theirs."], ["Mine, then."])


@from_one_chair
def test_what_is_older_than_what_holds_does_not_wait(me, them):
    propose(me, "Mine.")
    agree(me, propose(them, "Theirs."))
    assert told(me) == ("Theirs.", [], ["Mine."])


@from_one_chair
def test_an_agreement_is_said_once_of_each_wording(me, them):
    entry = propose(me, "One.")
    agree(them, entry)
    with pytest.raises(SaidAlready):
        agree(them, entry)
    wording = me.correct(entry, "Two.")
    with pytest.raises(RewordedMeanwhile):
        agree(them, entry)
    agree(them, wording)
    assert told(me) == ("Two.", [], ["One."])


@from_one_chair
def test_what_was_withdrawn_is_not_agreed_to(me, them):
    entry = propose(me, "One.")
    me.withdraw(entry)
    with pytest.raises((Withdrawn, ClosedAlready)):
        agree(them, entry)
    assert told(me) == (None, [], ["One."])


@from_one_chair
def test_answers_are_no_agreement_and_an_agreement_put_differently_is_still_one(me, them):
    entry = propose(me, "One.")
    them.answer(entry, "I agree, I think?")
    assert told(me) == (None, ["One."], [])
    said = agree(them, entry, "Yess.")
    them.correct(said, "Yes.")
    assert told(me) == ("One.", [], [])
    assert matter(me).holds.agreement.current.text == "Yes."


@from_one_chair
def test_whatever_the_two_do_every_wording_they_agreed_to_or_propose_is_told_once(me, them):
    """All orders of a few acts: what holds was agreed by the other and not taken back; nothing is told twice."""
    acts = ["mine", "theirs", "reword", "agree", "withdraw"]
    for number, order in enumerate(itertools.permutations(acts)):
        door = f"d{number}"
        mine = propose(me, "Mine.", door)
        for act in order:
            match act:
                case "mine":
                    propose(me, "Mine too.", door)
                case "theirs":
                    propose(them, "Theirs.", door)
                case "reword":
                    me.correct(mine, "Mine, reworded.")
                case "agree":
                    newest = mine.told_about_it.filter(bearing="corrects").last() or mine
                    with contextlib.suppress(Withdrawn, RewordedMeanwhile):
                        agree(them, newest)
                case "withdraw":
                    if order.index("withdraw") > order.index("reword"):
                        me.withdraw(mine)
    everything = threads(me.relationship.with_authors(me.relationship.entries.for_reading()))
    for number, _order in enumerate(itertools.permutations(acts)):
        now = Matter.of([one for one in everything if one.entry.door == f"d{number}"])
        texts = [one.current for one in now.waiting] + [one.wording for one in now.earlier]
        texts += [now.holds.wording] if now.holds else []
        assert len(texts) == len({one.pk for one in texts})
        assert {one.author_id for one in texts} == {me.participant.pk, them.participant.pk}
        if now.holds:
            assert now.holds.agreement.entry.author_id != now.holds.wording.author_id
            assert now.holds.proposal.withdrawal is None
            assert now.holds.agreement.entry.about_id == now.holds.wording.pk
        assert all(one.withdrawal is None for one in now.waiting)
