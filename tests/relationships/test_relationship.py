"""The verbs: each leaves exactly one act, none leaves anything without it, and each says no in plain words."""

import ast
import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError
from django.utils import translation

from relationships import clock, erasing, errors, guards
from relationships.errors import (
    DoesNotFit,
    Ended,
    NotSound,
    NotWaiting,
    NotYourWords,
    Refused,
    SeatTaken,
    SharedAlready,
    TooManyInvitations,
    Withdrawn,
)
from relationships.models import Consult, Entry, Event, Invitation, Relationship, Verb
from relationships.models.relationship import INVITATIONS_A_DAY
from relationships.prose import Fault
from relationships.verification import first_fault
from tests.cast import Chair, from_one_chair, pair, person


def rows() -> dict[str, int]:
    """How much there is, of everything."""
    return {
        model.__name__: model.objects.count() for model in apps.get_app_config("relationships").get_models()
    }


def soon() -> dt.datetime:
    return clock.now() + dt.timedelta(minutes=30)


def verbs(relationship: Relationship) -> list[str]:
    return list(relationship.events.order_by("number").values_list("verb", flat=True))


@dataclass
class World:
    """A record of two, and one of mine that waits for somebody."""

    me: Chair
    them: Chair
    mine: Entry
    theirs: Entry
    waiting: Relationship
    invitation: Invitation
    guest: object
    consult: Consult
    promise: Entry

    @property
    def record(self) -> Relationship:
        return self.me.relationship

    def everything(self):
        return self.record.entries.for_reading()


@pytest.fixture
def world(two, side) -> World:
    other = "clinician" if side == "patient" else "patient"
    me, them = (Chair(two.seat(name), two.relationship, client=None) for name in (side, other))
    mine, theirs = me.write("Mine."), them.write("Theirs.")
    # At a time at which it can be moved, called off, and said to have met.
    planned = two.relationship.plan(by=them.participant, starts_at=soon(), minutes=20)
    promise = me.write("I shall ask.", kind="promise")
    waiting = Relationship.begin(by=me.participant.person, side=me.participant.side)
    invitation = waiting.invite(by=waiting.seat_of(me.participant.person))
    return World(me, them, mine, theirs, waiting, invitation, person("Guest"), planned.consult, promise)


# Every verb, what it does, and the act it leaves.
VERBS = {
    "begin": ("began", lambda w: Relationship.begin(by=w.guest, side=w.me.participant.side)),
    "invite": ("invited", lambda w: w.waiting.invite(by=w.invitation.invited_by)),
    "accept": ("accepted", lambda w: w.waiting.accept(w.invitation, by=w.guest)),
    "decline": ("declined", lambda w: w.waiting.decline(w.invitation)),
    "take back": ("took_back", lambda w: w.waiting.take_back(w.invitation, by=w.invitation.invited_by)),
    "write": ("wrote", lambda w: w.me.write("One line.")),
    "correct": ("corrected", lambda w: w.me.correct(w.mine)),
    "answer": ("answered", lambda w: w.me.answer(w.theirs)),
    "withdraw": ("withdrew", lambda w: w.me.withdraw(w.mine)),
    "close": ("closed", lambda w: w.them.answer(w.promise, "", kind="kept")),
    "plan": ("planned", lambda w: w.record.plan(by=w.me.participant, starts_at=soon(), minutes=20)),
    "move": (
        "moved",
        lambda w: w.record.move(w.consult, by=w.me.participant, starts_at=soon(), minutes=30),
    ),
    "call off": ("called_off", lambda w: w.record.call_off(w.consult, by=w.me.participant)),
    "meet": ("met", lambda w: w.record.meet(w.consult, by=w.me.participant)),
    "meet unplanned": (
        "met",
        lambda w: w.record.meet(None, by=w.me.participant, starts_at=soon(), minutes=10),
    ),
    "open": ("opened", lambda w: w.record.open(by=w.me.participant, page="", entries=w.everything())),
    "end": ("ended", lambda w: w.record.end(by=w.me.participant)),
    "export": ("exported", lambda w: w.record.export(by=w.me.participant)),
    "knock": ("knocked", lambda w: w.record.knocked(stranger=secrets.token_hex(32))),
    "announce": ("erasing", lambda w: erasing.announce(w.theirs, reason="The law says so.")),
}
every_verb = pytest.mark.parametrize(("act", "do"), VERBS.values(), ids=VERBS.keys())


@from_one_chair
@every_verb
def test_a_verb_leaves_exactly_one_act(world, act, do):
    before = set(Event.objects.values_list("pk", flat=True))
    do(world)
    (event,) = Event.objects.exclude(pk__in=before)
    assert event.verb == act
    assert event.number == event.relationship.events.count()
    assert first_fault(event.relationship) is None


@from_one_chair
@every_verb
def test_without_its_act_a_verb_leaves_nothing(world, act, do, monkeypatch):
    before = rows()
    with monkeypatch.context() as broken:
        broken.setattr(Event, "save", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            do(world)
    assert rows() == before
    do(world)
    assert rows() != before


def test_those_are_all_the_verbs():
    # To erase takes an announcement and days between: tests/relationships/test_erasing.py.
    assert {act for act, _do in VERBS.values()} | {Verb.ERASED.value} == set(Verb.values)


def refused(why: type[Refused], do) -> str:
    """Do it, see it refused for this reason with nothing written, and return the sentence."""
    before = rows()
    with pytest.raises(why) as caught:
        do()
    assert type(caught.value) is why
    assert rows() == before
    return str(caught.value)


# --- The seats -------------------------------------------------------------------------------------------


@from_one_chair
def test_whoever_begins_has_the_seat_they_say_and_the_other_is_empty(wren, side):
    relationship = Relationship.begin(by=wren, side=side)
    seat = relationship.seat_of(wren)
    assert (seat.side, relationship.facing(seat)) == (side, None)
    guest = relationship.accept(relationship.invite(by=seat), by=person("Guest"))
    assert {seat.side, guest.side} == {"patient", "clinician"}


@from_one_chair
def test_there_are_two_seats_and_no_third(world):
    assert world.waiting.accept(world.invitation, by=world.guest).person == world.guest
    said = refused(SeatTaken, lambda: world.waiting.invite(by=world.invitation.invited_by))
    assert said == "Both places in this journal are taken."


@from_one_chair
def test_nobody_acts_in_a_record_that_is_not_theirs(world, stranger):
    foreign = stranger.seats.get()
    for do in (
        lambda: world.record.write(by=foreign, text="Hello."),
        lambda: world.record.correct(world.mine, by=foreign, text="Hello."),
        lambda: world.record.answer(world.mine, by=foreign, text="Hello."),
        lambda: world.record.withdraw(world.mine, by=foreign),
        lambda: world.record.open(by=foreign, page=""),
        lambda: world.record.invite(by=foreign),
        lambda: world.record.plan(by=foreign, starts_at=soon(), minutes=20),
        lambda: world.record.move(world.consult, by=foreign, starts_at=soon(), minutes=20),
        lambda: world.record.call_off(world.consult, by=foreign),
        lambda: world.record.meet(world.consult, by=foreign),
        lambda: world.record.answer(world.promise, by=foreign, kind="kept"),
        lambda: world.record.end(by=foreign),
    ):
        before = rows()
        with pytest.raises(ValueError, match="own relationship"):
            do()
        assert rows() == before


# --- Writing ---------------------------------------------------------------------------------------------


@from_one_chair
def test_words_are_kept_exactly_as_typed(me):
    typed = "  Two spaces,\r\n\ttab, *stars*, <b>angles</b> & 🙂 é\r\n\r\n"
    entry = Entry.objects.get(pk=me.write(typed).pk)
    assert entry.text == typed.replace("\r\n", "\n")


UNSOUND = ["", "   \n\t", "\u200b", "a" * 20_001, "a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\ud800b"]


@from_one_chair
def test_text_that_cannot_be_kept_is_refused_everywhere(world):
    me = world.me
    for text in UNSOUND:
        for do in (
            me.write,
            lambda text: me.correct(world.mine, text),
            lambda text: me.answer(world.theirs, text),
        ):
            refused(NotSound, lambda do=do, text=text: do(text))
    for text in UNSOUND[1:]:
        refused(NotSound, lambda text=text: me.withdraw(world.mine, text))
    longest = "a" * 20_000
    assert me.write(longest).text == me.correct(world.mine, longest).text == longest


@from_one_chair
def test_a_kind_that_answers_does_not_stand_alone(me):
    refused(DoesNotFit, lambda: me.write(kind="reply"))
    assert me.write(kind="value").kind == "value"


@from_one_chair
def test_an_unknown_kind_is_an_error_and_leaves_nothing(me):
    before = rows()
    with pytest.raises(KeyError):
        me.write(kind="diagnosis")
    assert rows() == before


@from_one_chair
def test_only_ones_own_words_can_be_put_differently_or_withdrawn(world):
    for entry in (world.theirs, world.them.answer(world.mine)):
        said = refused(NotYourWords, lambda entry=entry: world.me.correct(entry))
        assert said == "Only the person who wrote this can change it. You can answer it."
        refused(NotYourWords, lambda entry=entry: world.me.withdraw(entry))
    for entry in (world.mine, world.me.answer(world.theirs)):
        assert world.me.correct(entry).author == world.me.participant
        assert world.me.withdraw(entry).author == world.me.participant


@from_one_chair
def test_either_answers_any_entry_ones_own_too(world):
    for entry in (world.mine, world.theirs, world.me.answer(world.theirs), world.me.correct(world.mine)):
        for chair in (world.me, world.them):
            answer = chair.answer(entry)
            assert (answer.about, answer.thread_id) == (entry, entry.thread_id)


@from_one_chair
def test_what_was_withdrawn_is_not_changed_any_more_but_can_be_answered(world):
    world.me.correct(world.mine)
    world.me.withdraw(world.mine)
    refused(Withdrawn, lambda: world.me.correct(world.mine))
    refused(Withdrawn, lambda: world.me.withdraw(world.mine))
    world.them.answer(world.mine)


@from_one_chair
def test_a_wording_is_not_itself_corrected_or_withdrawn(world):
    correction, withdrawal = world.me.correct(world.mine), world.me.withdraw(world.mine)
    before = rows()
    for wording in (correction, withdrawal):
        for verb in (world.me.correct, world.me.withdraw):
            with pytest.raises(ValueError, match="not one of its wordings"):
                verb(wording)
    assert rows() == before


@from_one_chair
def test_an_entry_is_about_one_of_the_same_record(world, stranger):
    seat = stranger.seats.select_related("relationship").get()
    elsewhere = seat.relationship.write(by=seat, text="Elsewhere.")
    before = rows()
    for verb in (world.me.answer, world.me.correct, world.me.withdraw):
        with pytest.raises(ValueError, match="same relationship"):
            verb(elsewhere)
    assert rows() == before


@from_one_chair
def test_every_correction_and_answer_belongs_to_one_thread(world):
    answer = world.them.answer(world.mine)
    changed = world.them.correct(answer)
    gone = world.them.withdraw(answer)
    assert {entry.thread_id for entry in (answer, changed, gone)} == {world.mine.pk}
    assert (changed.kind, changed.about, gone.about) == ("reply", answer, answer)


@from_one_chair
def test_a_withdrawal_needs_no_why_and_keeps_one(world):
    assert world.me.withdraw(world.mine).text == ""
    assert (
        world.me.withdraw(world.me.write(), "It was about somebody else.").text
        == "It was about somebody else."
    )


# --- Once ------------------------------------------------------------------------------------------------


@from_one_chair
def test_the_same_form_sent_again_is_shared_once(world):
    submission = uuid.uuid4()
    for again in (
        lambda: world.me.write("Once.", submission=submission),
        lambda: world.me.answer(world.theirs, "Once an answer.", submission=uuid.UUID(int=1)),
        lambda: world.me.correct(world.mine, "Once corrected.", submission=uuid.UUID(int=2)),
        lambda: world.record.withdraw(world.mine, by=world.me.participant, submission=uuid.UUID(int=3)),
    ):
        first = again()
        before = rows()
        assert again() == first
        assert rows() == before


@from_one_chair
def test_the_same_form_with_other_words_is_refused(me):
    submission = uuid.uuid4()
    me.write("First words.", submission=submission)
    said = refused(SharedAlready, lambda: me.write("Second words.", submission=submission))
    assert said == "You have shared this once already, with other words. These words are not shared yet."
    assert me.write("Second words.", submission=uuid.uuid4()).text == "Second words."


@from_one_chair
def test_two_people_may_send_forms_of_the_same_name(me, them):
    submission = uuid.uuid4()
    assert me.write("Mine.", submission=submission) != them.write("Theirs.", submission=submission)


def test_a_second_tap_on_the_page_shares_once(me, them):
    form = me.get("write/").context["form"]
    data = {"text": "Tapped twice.", "submission": form["submission"].value()}
    first, second = me.post("write/", **data), me.post("write/", **data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert them.get().content.decode().count("Tapped twice.") == 1


def test_other_words_on_a_form_that_was_sent_stay_in_the_box_and_go_the_next_time(me):
    form = me.get("write/").context["form"]
    data = {"text": "First words.", "submission": form["submission"].value()}
    assert me.post("write/", **data).status_code == 302
    again = me.post("write/", **data | {"text": "Second words."})
    assert again.status_code == 422
    page = again.content.decode()
    assert "You have shared this once already" in page
    assert "Second words.</textarea>" in page
    fresh = again.context["form"]["submission"].value()
    assert me.post("write/", text="Second words.", submission=fresh).status_code == 302
    assert set(me.relationship.entries.values_list("text", flat=True)) == {"First words.", "Second words."}


def test_a_failing_database_keeps_the_words_on_the_page(me, monkeypatch):
    def fails(*args, **kwargs):
        raise IntegrityError

    with monkeypatch.context() as broken:
        broken.setattr(Event, "save", fails)
        page = me.post("write/", text="Not lost.")
    assert page.status_code == 503
    assert "Not lost.</textarea>" in page.content.decode()
    assert not me.relationship.entries.exists()
    assert me.post("write/", text="Not lost.").status_code == 302


# --- Ending ----------------------------------------------------------------------------------------------


@from_one_chair
def test_after_the_end_nothing_is_added_by_any_verb(world):
    world.waiting.end(by=world.invitation.invited_by)
    world.record.end(by=world.them.participant)
    before = rows()
    # To read it, to take a copy and to have words erased is not to add to it, and a stranger may try at any time.
    for name in VERBS.keys() - {"begin", "open", "export", "knock", "announce"}:
        _act, do = VERBS[name]
        with pytest.raises((Ended, NotWaiting)):
            do(world)
        assert rows() == before, name


@from_one_chair
def test_after_the_end_reading_still_counts(world):
    world.record.end(by=world.them.participant)
    world.record.open(by=world.me.participant, page="", entries=world.everything())
    assert verbs(world.record)[-2:] == ["ended", "opened"]
    assert first_fault(world.record) is None


@from_one_chair
def test_either_ends_it_and_it_ends_once(world):
    world.record.end(by=world.me.participant)
    said = refused(Ended, lambda: world.record.end(by=world.them.participant))
    assert said == "This journal has ended. You can both still read it, and nothing can be added."


# --- The acts --------------------------------------------------------------------------------------------


@from_one_chair
def test_acts_are_numbered_from_one_without_a_gap_and_know_who_and_when(world):
    with time_machine.travel("2031-05-06 07:08:09Z", tick=False):
        world.them.answer(world.mine)
    events = list(world.record.events.order_by("number"))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    began = ["began", "invited", "accepted", "wrote", "wrote", "planned", "wrote"]
    assert verbs(world.record) == [*began, "answered"]
    assert events[-1].actor == world.them.participant
    assert events[-1].at.isoformat() == "2031-05-06T07:08:09+00:00"
    assert events[-1].entry.written_at == events[-1].at
    assert events[-1].entry.number == events[-1].number


@from_one_chair
def test_a_record_says_how_far_it_has_come_wherever_it_was_loaded(world):
    def told(record):
        return record.head_number, record.head_digest, record.fingerprint, record.is_ended

    newest = world.me.write("One.") and world.record.head()
    here, there = (Relationship.objects.get(pk=world.record.pk) for _ in range(2))
    assert told(here) == (newest.number, newest.digest, newest.fingerprint, False)
    here.end(by=here.seat_of(world.me.participant.person))
    newest = world.record.head()
    assert told(here) == told(there) == (newest.number, newest.digest, newest.fingerprint, True)


@from_one_chair
def test_two_records_do_not_touch_each_other(world):
    other = pair(person("Somebody"), person("Else"))
    head = world.record.head().digest
    other.relationship.write(by=other.patient, text="Elsewhere.")
    assert world.record.head().digest == head
    assert other.relationship.head().number == 4


def test_every_refusal_is_a_sentence_in_the_language_of_its_reader():
    """`NotSound` is given its sentence, or what is wrong with the text, where it is raised."""
    refusals = [error() for error in set(Refused.__subclasses__()) - {NotSound}]
    refusals += [NotSound(fault) for fault in Fault] + [DoesNotFit("A reason for a developer.")]
    said = {}
    for language in ("en", "de"):
        with translation.override(language):
            said[language] = [str(refusal) for refusal in refusals]
            assert all(sentence.endswith(".") for sentence in said[language])
            assert str(Refused()) not in said[language]
    assert not set(said["en"]) & set(said["de"])


def test_no_verb_says_no_in_one_language_alone():
    """A text that is given to a refusal goes through `_`, but where only `manage.py erase` prints it."""
    alone = [
        f"{path.name}:{node.lineno}"
        for path in Path(errors.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("NotSound", "Refused")
        if any(isinstance(given, (ast.Constant, ast.JoinedStr)) for given in node.args)
    ]
    assert [place for place in alone if not place.startswith(("erasing.py:", "guards.py:"))] == []


@from_one_chair
def test_what_no_page_sends_is_refused_in_words_for_a_person(me):
    with translation.override("de"), pytest.raises(DoesNotFit) as refused:
        me.write(kind="reply")
    with translation.override("de"):
        assert str(refused.value) == str(DoesNotFit.sentence)
    assert refused.value.args == ("That kind of entry answers another one.",)


def test_every_noun_of_the_record_is_guarded():
    names = {model.__name__ for model in guards.guarded()}
    assert names == {
        "Relationship",
        "Participant",
        "Invitation",
        "Entry",
        "Event",
        "Reading",
        "Consult",
        "Appointment",
        # Not of the record, and never changed either.
        "LogIn",
    }


@from_one_chair
def test_the_same_form_sent_with_another_kind_is_not_said_to_be_shared(me):
    submission = uuid.uuid4()
    me.write("The same words.", submission=submission)
    with pytest.raises(SharedAlready):
        me.write("The same words.", kind="value", submission=submission)
    assert me.relationship.entries.count() == 1


@from_one_chair
def test_the_same_form_sent_about_another_entry_is_not_said_to_be_shared(me, them):
    submission = uuid.uuid4()
    first, second = them.write("One."), them.write("Two.")
    me.answer(first, "Yes.", submission=submission)
    with pytest.raises(SharedAlready):
        me.answer(second, "Yes.", submission=submission)


def test_nobody_is_troubled_with_invitations_without_end(wren):
    relationship = Relationship.begin(by=wren, side="patient")
    seat = relationship.seat_of(wren)
    for _mail in range(INVITATIONS_A_DAY):
        relationship.take_back(relationship.invite(by=seat, address="ada@example.org"), by=seat)
    with pytest.raises(TooManyInvitations):
        relationship.invite(by=seat, address="ada@example.org")
