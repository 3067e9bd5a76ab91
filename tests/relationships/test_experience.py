"""The four questions in the record itself: each answer is its author's alone until both have answered.

What a page does with that is tested in `views/test_questions.py`, and that nothing leaks anywhere in
`promises/test_4_nobody_else.py`.
"""

import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db.models import Exists, OuterRef

from relationships import clock
from relationships.errors import AnsweredAlready, Ended, NotSound, NotTogetherYet, NotYourWords, SharedAlready
from relationships.models import Consult, Entry, Event, Participant
from tests.cast import CANARY, from_one_chair, pair, person, signed_in
from tests.relationships.test_concurrency import assert_whole, at_once, busy, fresh, writers
from tests.relationships.views.shown import shown

__all__ = ["busy", "writers"]  # Fixtures, asked for by their names.

HEARD = {"heard": {"level": "mostly", "words": f"You let me finish, {CANARY}."}}


def met(chair) -> Consult:
    """A consult that has met an hour ago."""
    when = clock.now() - dt.timedelta(hours=1)
    return chair.relationship.meet(None, by=chair.participant, starts_at=when, minutes=20).consult


def answers(chair, consult, given=HEARD, **what) -> Entry:
    return chair.write("", kind="experience", consult=consult, answers=given, **what)


def seen_by(chair) -> set[Entry]:
    return set(chair.relationship.entries.shown_to(chair.participant))


# --- Alone, and then together ---------------------------------------------------------------------------


@from_one_chair
def test_what_i_answer_is_mine_alone_until_both_have_answered(me, them):
    consult = met(me)
    mine = answers(me, consult)
    assert seen_by(me) == {mine}
    assert seen_by(them) == set()
    theirs = answers(them, consult)
    assert seen_by(me) == seen_by(them) == {mine, theirs}


@from_one_chair
def test_to_answer_about_one_meeting_opens_no_other(me, them):
    first, second = met(me), met(them)
    hidden, opened, mine = answers(them, first), answers(them, second), answers(me, second)
    assert seen_by(me) == {opened, mine}
    assert hidden in seen_by(them)


@from_one_chair
def test_to_answer_somebody_else_opens_nothing_here(me, them):
    theirs = answers(them, met(me))
    other = pair(me.participant.person, person("Third"))
    elsewhere = other.relationship.meet(
        None, by=other.patient, starts_at=clock.now() - dt.timedelta(hours=1), minutes=20
    ).consult
    for seat in (other.patient, other.clinician):
        other.relationship.write(by=seat, text="", kind="experience", consult=elsewhere, answers=HEARD)
    assert not me.relationship.entries.shown_to(me.participant).exists()
    assert seen_by(them) == {theirs}
    assert other.relationship.entries.shown_to(other.patient).count() == 2


@from_one_chair
def test_other_kinds_about_the_same_meeting_open_nothing(me, them):
    consult = met(me)
    theirs = answers(them, consult)
    account = me.write("It was good.", kind="account", consult=consult)
    assert seen_by(me) == {account}
    assert seen_by(them) == {account, theirs}


@from_one_chair
def test_what_is_not_shown_is_not_new_either(me, them):
    """Home asks for all seats of a person at once, so the reader is a row of the query around it."""

    def has_news(chair) -> bool:
        unread = Entry.objects.filter(relationship=OuterRef("relationship")).unread_by(OuterRef("pk"))
        return Participant.objects.annotate(news=Exists(unread)).get(pk=chair.participant.pk).news

    consult = met(me)
    theirs = answers(them, consult)
    assert not has_news(me)
    assert not me.relationship.entries.unread_by(me.participant).exists()
    answers(me, consult)
    assert has_news(me)
    assert me.relationship.entries.unread_by(me.participant).get() == theirs


@from_one_chair
def test_somebody_who_withdraws_their_answers_closes_nothing_again(me, them):
    consult = met(me)
    mine, theirs = answers(me, consult), answers(them, consult)
    withdrawal = me.withdraw(mine, "I see it another way now.")
    assert seen_by(me) == seen_by(them) == {mine, theirs, withdrawal}
    assert withdrawal in them.relationship.entries.unread_by(them.participant)
    with pytest.raises(AnsweredAlready):
        answers(me, consult)


# --- What can be done with it ---------------------------------------------------------------------------


def every_way(chair, entry):
    """Whatever can be said to an entry, by whoever tries."""
    relationship, seat = chair.relationship, chair.participant
    yield lambda: relationship.answer(entry, by=seat, text="I hear you.")
    yield lambda: relationship.withdraw(entry, by=seat)
    yield lambda: relationship.answer(entry, by=seat, kind="reflection", text="You felt heard.")


@from_one_chair
def test_nothing_can_be_said_to_it_before_both_have_answered_not_even_by_its_author(me, them):
    consult = met(me)
    theirs = answers(them, consult)
    before = Event.objects.count()
    for chair in (me, them):
        for way in every_way(chair, theirs):
            with pytest.raises(NotTogetherYet):
                way()
    assert Event.objects.count() == before
    mine = answers(me, consult)
    assert me.answer(theirs).about == theirs
    assert them.answer(mine).about == mine
    assert them.withdraw(theirs).about == theirs


@from_one_chair
def test_nobody_corrects_it_neither_before_nor_after(me, them):
    consult = met(me)
    theirs = answers(them, consult)
    before = Event.objects.count()
    for chair in (me, them):
        with pytest.raises(AnsweredAlready):
            chair.correct(theirs)
    assert Event.objects.count() == before
    answers(me, consult)
    for chair in (me, them):
        with pytest.raises(AnsweredAlready):
            chair.correct(theirs)
    with pytest.raises(NotYourWords):
        me.withdraw(theirs)


@from_one_chair
def test_a_refusal_does_not_tell_what_was_answered(me, them):
    theirs = answers(them, met(me))
    for way in every_way(me, theirs):
        with pytest.raises(NotTogetherYet) as refused:
            way()
        assert CANARY not in str(refused.value)


@from_one_chair
def test_nobody_is_asked_twice(me, them):
    consult = met(me)
    mine = answers(me, consult)
    before = Event.objects.count()
    for given in (HEARD, {"next": {"level": "no"}}):
        with pytest.raises(AnsweredAlready):
            answers(me, consult, given)
    assert Event.objects.count() == before
    assert me.relationship.entries.get().answers == mine.answers
    assert answers(them, consult) != mine


@from_one_chair
def test_a_form_sent_twice_is_answered_once(me):
    consult, submission = met(me), uuid.uuid4()
    first = answers(me, consult, submission=submission)
    assert answers(me, consult, submission=submission) == first
    with pytest.raises(SharedAlready):
        answers(me, consult, {"heard": {"level": "no"}}, submission=submission)
    assert me.relationship.entries.get() == first


@from_one_chair
def test_an_ended_journal_takes_none(me, them):
    consult = met(me)
    answers(me, consult)
    me.relationship.end(by=me.participant)
    with pytest.raises(Ended):
        answers(them, consult)


# --- What it takes --------------------------------------------------------------------------------------


@from_one_chair
def test_an_answer_is_kept_as_it_was_given_and_what_was_left_out_leaves_no_trace(me):
    given = {
        "heard": {"level": "a_little", "words": "First\r\nthis."},
        "myself": {"level": "", "words": ""},
        "understood": {"words": "Nearly."},
        "next": {"level": "no"},
    }
    entry = answers(me, met(me), given)
    assert Entry.objects.get(pk=entry.pk).answers == {
        "heard": {"level": "a_little", "words": "First\nthis."},
        "understood": {"words": "Nearly."},
        "next": {"level": "no"},
    }
    assert me.relationship.events.filter(entry=entry).count() == 1


@from_one_chair
@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"heard": {}},
        {"heard": {"level": "", "words": ""}},
        {"heard": {"words": " \n"}},
        {"heard": {"level": "7"}},
        {"heard": {"level": "nearly"}},
        {"heard": {"stars": "yes"}},
        {"liked": {"level": "yes"}},
        {"heard": {"level": "yes"}, "next": {"words": "x" * 20_001}},
        {"heard": {"level": "yes"}, "next": {"words": "a\u202eb"}},
    ],
)
def test_what_nobody_asked_is_refused_and_leaves_nothing(me, given):
    consult = met(me)
    before = Event.objects.count()
    with pytest.raises(NotSound):
        answers(me, consult, given)
    assert Event.objects.count() == before
    assert answers(me, consult).answers == HEARD


@from_one_chair
def test_it_belongs_to_a_meeting(me):
    with pytest.raises(NotSound):
        answers(me, None)
    assert answers(me, met(me))


# --- At the same moment ---------------------------------------------------------------------------------


def address(busy) -> str:
    consult = busy.relationship.meet(
        None, by=busy.patient, starts_at=clock.now() - dt.timedelta(hours=1), minutes=20
    ).consult
    return f"/r/{busy.relationship.pk}/consult/{consult.pk}/questions/"


def test_two_who_answer_at_the_same_moment_are_both_kept_and_see_each_other(busy):
    page = address(busy)
    people = [busy.patient.person, busy.clinician.person]
    clients = [signed_in(one) for one in people]
    told = at_once(
        *(
            lambda client=client, n=n: client.post(page, {"heard_level": "yes", "heard_words": f"Words {n}."})
            for n, client in enumerate(clients)
        )
    )
    assert [answer.status_code for answer in told] == [302, 302]
    events = Event.objects.filter(entry__kind="experience")
    assert Counter(events.values_list("actor", flat=True)) == {busy.patient.pk: 1, busy.clinician.pk: 1}
    for client in clients:
        said = client.get(page).content.decode()
        assert "Words 0." in said
        assert "Words 1." in said
    assert_whole(busy.relationship)


def test_somebody_who_answers_in_two_tabs_answers_once_and_keeps_both_wordings(busy):
    page = address(busy)
    tabs = [signed_in(busy.patient.person) for _ in range(2)]
    told = at_once(
        *(
            lambda tab=tab, n=n: tab.post(
                page, {"heard_words": f"Words {n}.", "submission": str(uuid.uuid4())}
            )
            for n, tab in enumerate(tabs)
        )
    )
    assert sorted(answer.status_code for answer in told) == [302, 422]
    refused = next(n for n, answer in enumerate(told) if answer.status_code == 422)
    assert str(AnsweredAlready()) in shown(told[refused]).text
    assert shown(told[refused]).one("textarea", name="heard_words").typed == f"Words {refused}."
    (kept,) = fresh(busy.relationship).entries.of_kind("experience")
    assert kept.answers == {"heard": {"words": f"Words {1 - refused}."}}
    assert_whole(busy.relationship)


def test_one_form_tapped_ten_times_is_answered_once(busy):
    page, form = address(busy), {"heard_level": "yes", "submission": str(uuid.uuid4())}
    told = at_once(
        *(
            lambda client=client: client.post(page, form)
            for client in [signed_in(busy.patient.person) for _ in range(10)]
        )
    )
    assert {answer.status_code for answer in told} == {302}
    assert fresh(busy.relationship).entries.of_kind("experience").count() == 1
    assert_whole(busy.relationship)
