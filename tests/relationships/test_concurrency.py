"""Two people at the same moment: both succeed, nothing that was acknowledged is missing, and the chain stays whole."""

import datetime as dt
import sqlite3
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from relationships import clock, doors
from relationships.access import enter
from relationships.agenda import agenda, find
from relationships.errors import (
    AnsweredAlready,
    CalledOffAlready,
    ClosedAlready,
    Ended,
    MetAlready,
    NotMetYet,
    NotTogetherYet,
    NotWaiting,
    NotYourWords,
    Refused,
    SentAlready,
    SharedAlready,
    Withdrawn,
)
from relationships.models import Appointment, Draft, Entry, Participant, Picture, Relationship
from relationships.standing import threads
from relationships.verification import first_fault
from tests.cast import Pair, pair, person, signed_in


@pytest.fixture
def writers(transactional_db, tmp_path):
    """A database that several can write to. SQLite's in memory knows one writer only, so it goes into a file."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with sqlite3.connect(tmp_path / "record.sqlite3") as file:
        in_memory.backup(file)
    file.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(tmp_path / "record.sqlite3")
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name


@pytest.fixture
def busy(writers) -> Pair:
    """The record of two people, each with a browser."""
    return pair(person("Wren"), person("Isko"))


def at_once(*deeds) -> list:
    """Begin all of these at the same moment, each on a connection of its own; what they gave, or their refusals."""
    start = threading.Barrier(len(deeds))

    def run(deed):
        try:
            start.wait(10)
            return deed()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(60) for future in [pool.submit(run, deed) for deed in deeds]]


def fresh(relationship: Relationship) -> Relationship:
    return Relationship.objects.get(pk=relationship.pk)


def numbers(relationship: Relationship) -> list[int]:
    return list(relationship.events.order_by("number").values_list("number", flat=True))


def assert_whole(relationship: Relationship) -> None:
    assert first_fault(fresh(relationship)) is None
    assert numbers(relationship) == list(range(1, len(numbers(relationship)) + 1))


def test_two_people_who_share_at_the_same_moment_both_succeed(busy):
    clients = [signed_in(busy.patient.person), signed_in(busy.clinician.person)]
    address = f"/r/{busy.relationship.pk}/write/"
    answers = at_once(
        *(
            lambda client=client, n=n: client.post(address, {"text": f"Words {n}."})
            for n, client in enumerate(clients)
        )
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert set(busy.relationship.entries.values_list("text", flat=True)) == {"Words 0.", "Words 1."}
    assert_whole(busy.relationship)


def test_eight_at_once_leave_one_chain_without_a_fork(busy):
    def write(seat: Participant, name: int):
        record = fresh(busy.relationship)
        return [record.write(by=seat, text=f"{name}.{line}").text for line in range(5)]

    seats = [busy.patient, busy.clinician] * 4
    told = at_once(*(lambda n=n, seat=seat: write(seat, n) for n, seat in enumerate(seats)))
    acknowledged = {text for texts in told for text in texts}
    assert len(acknowledged) == 40
    assert set(busy.relationship.entries.values_list("text", flat=True)) == acknowledged
    assert numbers(busy.relationship) == list(range(1, 44))
    assert_whole(busy.relationship)


def test_of_pictures_that_are_shown_at_once_one_is_left(busy):
    images = [bytes([number]) * 9 for number in range(6)]
    at_once(*(lambda image=image: Picture.show(image, by=busy.patient) for image in images))
    assert bytes(Picture.objects.get().image) in images


def test_two_who_add_the_last_heading_at_once_find_room_for_one(busy):
    for number in range(doors.MOST - 1):
        door = f"portrait/{doors.new_name()}"
        busy.relationship.write(by=busy.patient, text=f"Heading {number}", kind="change", door=door)
    clients = [signed_in(busy.patient.person) for _ in range(2)]
    address = f"/r/{busy.relationship.pk}/portrait/doors/adding/"
    answers = at_once(
        *(
            lambda client=client, n=n: client.post(
                address, {"text": f"The last {n}", "submission": str(uuid.uuid4())}
            )
            for n, client in enumerate(clients)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert busy.relationship.entries.of_kind("change").count() == doors.MOST
    assert_whole(busy.relationship)


def test_two_who_add_the_same_question_at_once_add_it_once(busy):
    address = f"/r/{busy.relationship.pk}/prompts/value/adding/"
    clients = [signed_in(seat.person) for seat in (busy.patient, busy.clinician) * 3]
    answers = at_once(
        *(
            lambda client=client: client.post(
                address, {"text": "What keeps you going?", "submission": str(uuid.uuid4())}
            )
            for client in clients
        )
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422, 422, 422]
    assert busy.relationship.entries.of_kind("change").count() == 1
    assert_whole(busy.relationship)


def test_two_who_give_two_questions_one_name_at_once_give_it_to_one(busy):
    keys = ("value/most", "value/good_day")
    clients = [signed_in(seat.person) for seat in (busy.patient, busy.clinician)]
    answers = at_once(
        *(
            lambda client=client, key=key: client.post(
                f"/r/{busy.relationship.pk}/prompts/{key}/",
                {"text": "What keeps you going?", "submission": str(uuid.uuid4())},
            )
            for client, key in zip(clients, keys, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert busy.relationship.entries.of_kind("change").count() == 1
    assert_whole(busy.relationship)


def test_twenty_taps_of_one_form_share_once(busy):
    client_of = [signed_in(busy.patient.person) for _ in range(20)]
    form = {"text": "Tapped.", "submission": str(uuid.uuid4())}
    address = f"/r/{busy.relationship.pk}/write/"
    answers = at_once(*(lambda client=client: client.post(address, form) for client in client_of))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert busy.relationship.entries.count() == 1
    assert_whole(busy.relationship)


def test_the_same_form_with_two_wordings_at_once_shares_one_and_refuses_the_other(busy):
    submission = uuid.uuid4()
    told = at_once(
        *(
            lambda text=text: (
                fresh(busy.relationship).write(by=busy.patient, text=text, submission=submission).text
            )
            for text in ("One wording.", "Another wording.")
        )
    )
    refused = [answer for answer in told if isinstance(answer, SharedAlready)]
    assert len(refused) == 1
    assert [entry.text for entry in busy.relationship.entries.all()] == [
        text for text in told if text not in refused
    ]
    assert_whole(busy.relationship)


def test_many_looks_at_the_same_moment_are_one(busy):
    busy.relationship.write(by=busy.patient, text="Hello.")
    loaded = []
    for _tab in range(6):
        record, seat = enter(busy.clinician.person, busy.relationship.pk)
        loaded.append((record, seat, list(record.entries.for_reading())))
    told = at_once(
        *(
            lambda r=r, seat=seat, seen=seen: r.open(by=seat, page="", entries=seen)
            for r, seat, seen in loaded
        )
    )
    assert Counter(event is not None for event in told) == {True: 1, False: 5}
    assert busy.relationship.entries.get().reading.event.actor == busy.clinician
    assert_whole(busy.relationship)


def test_of_several_who_accept_at_once_one_has_the_seat(writers):
    wren = person("Wren")
    relationship = Relationship.begin(by=wren, side="patient")
    invitations = [relationship.invite(by=relationship.seat_of(wren)) for _ in range(2)]
    guests = [person(name) for name in ("Ada", "Ben", "Cal", "Dot")]
    told = at_once(
        *(
            lambda invitation=invitation, guest=guest: fresh(relationship).accept(invitation, by=guest)
            for invitation, guest in zip(invitations * 2, guests, strict=True)
        )
    )
    assert Counter(type(answer) for answer in told) == {Participant: 1, NotWaiting: 3}
    (seat,) = [answer for answer in told if isinstance(answer, Participant)]
    assert relationship.participants.get(seat=2) == seat
    assert_whole(relationship)


def test_accepting_and_taking_back_at_once_do_one_of_the_two(writers):
    wren, guest = person("Wren"), person("Guest")
    relationship = Relationship.begin(by=wren, side="patient")
    seat = relationship.seat_of(wren)
    invitation = relationship.invite(by=seat)
    told = at_once(
        lambda: fresh(relationship).accept(invitation, by=guest),
        lambda: fresh(relationship).take_back(invitation, by=seat),
    )
    assert sum(isinstance(answer, NotWaiting) for answer in told) == 1
    assert relationship.participants.count() == (2 if isinstance(told[0], Participant) else 1)
    assert_whole(relationship)


def test_nothing_is_added_after_an_end_at_the_same_moment(busy):
    told = at_once(
        lambda: fresh(busy.relationship).end(by=busy.patient),
        lambda: fresh(busy.relationship).end(by=busy.clinician),
        *(lambda n=n: fresh(busy.relationship).write(by=busy.clinician, text=f"{n}").text for n in range(4)),
    )
    assert sum(isinstance(answer, Ended) for answer in told[:2]) == 1
    shared = {answer for answer in told[2:] if not isinstance(answer, Ended)}
    assert set(busy.relationship.entries.values_list("text", flat=True)) == shared
    assert busy.relationship.events.order_by("number").last().verb == "ended"
    assert_whole(busy.relationship)


def test_two_devices_that_save_a_draft_at_the_same_moment_lose_no_words(busy, monkeypatch):
    first = Draft.keep(busy.patient, "write/", None, None, text="Begun.")
    save, meeting = Draft.save, threading.Barrier(2)

    def save_together(draft, **options):
        with suppress(threading.BrokenBarrierError):
            meeting.wait(0.5)  # Until both have read what there was; or one is made to wait, as it should be.
        save(draft, **options)

    monkeypatch.setattr(Draft, "save", save_together)
    typed = ["On the telephone.", "At the table."]
    at_once(*(lambda text=text: Draft.keep(busy.patient, "write/", first.pk, 1, text=text) for text in typed))
    assert set(busy.patient.drafts.values_list("text", flat=True)) == set(typed)


# --- Consults and promises ---------------------------------------------------------------------------------


def soon(minutes: int = 30) -> dt.datetime:
    return clock.now() + dt.timedelta(minutes=minutes)


def test_two_who_move_the_same_consult_at_once_are_both_kept_and_the_later_stands(busy):
    consult = busy.relationship.plan(by=busy.patient, starts_at=soon(), minutes=20).consult
    address = f"/r/{busy.relationship.pk}/"
    told = at_once(
        *(
            lambda seat=seat, minutes=minutes: fresh(busy.relationship).move(
                consult, by=seat, starts_at=soon(60), minutes=minutes, reason=f"{minutes}, please."
            )
            for seat, minutes in ((busy.patient, 31), (busy.clinician, 32))
        )
    )
    lines = list(consult.appointments.order_by("number"))
    assert {one.pk for one in lines[1:]} == {one.pk for one in told}
    later = max(told, key=lambda one: one.number)
    assert agenda(busy.relationship).next == later
    assert later.number == min(one.number for one in told) + 1
    for seat in (busy.patient, busy.clinician):
        acts = signed_in(seat.person).get(address + "event/").content.decode()
        assert acts.count("moved an appointment") >= 2
    assert_whole(busy.relationship)


def test_one_form_that_plans_tapped_ten_times_plans_once(busy):
    when, form = soon(), uuid.uuid4()
    told = at_once(
        *(
            lambda: fresh(busy.relationship).plan(
                by=busy.patient, starts_at=when, minutes=20, submission=form
            )
            for _tap in range(10)
        )
    )
    assert len({one.pk for one in told}) == 1
    assert busy.relationship.consults.count() == busy.relationship.appointments.count() == 1
    assert_whole(busy.relationship)


def test_the_same_form_with_two_times_at_once_plans_one_and_refuses_the_other(busy):
    form = uuid.uuid4()
    told = at_once(
        *(
            lambda minutes=minutes: fresh(busy.relationship).plan(
                by=busy.patient, starts_at=soon(), minutes=minutes, submission=form
            )
            for minutes in (20, 30)
        )
    )
    assert Counter(type(one) for one in told) == {Appointment: 1, SentAlready: 1}
    assert busy.relationship.consults.count() == 1
    assert_whole(busy.relationship)


def test_of_meeting_and_calling_off_at_once_one_is_what_happened(busy):
    consult = busy.relationship.plan(by=busy.patient, starts_at=soon(), minutes=20).consult
    told = at_once(
        lambda: fresh(busy.relationship).meet(consult, by=busy.patient),
        lambda: fresh(busy.relationship).call_off(consult, by=busy.clinician),
    )
    stands = find(busy.relationship, consult.pk)
    refusals = {type(one) for one in told if isinstance(one, Refused)}
    assert refusals == {CalledOffAlready if stands.is_called_off else MetAlready}
    assert consult.appointments.count() == 2
    assert_whole(busy.relationship)


def test_a_promise_that_both_close_at_once_is_closed_once(busy):
    promise = busy.relationship.write(by=busy.patient, text="I shall ask.", kind="promise")
    told = at_once(
        *(
            lambda seat=seat, kind=kind: fresh(busy.relationship).answer(promise, by=seat, kind=kind)
            for seat, kind in ((busy.patient, "released"), (busy.clinician, "kept"))
        )
    )
    assert Counter(type(one) for one in told) == {Entry: 1, ClosedAlready: 1}
    (closing,) = busy.relationship.entries.filter(bearing="closes")
    assert closing in told
    assert_whole(busy.relationship)


def test_two_who_answer_the_four_questions_at_once_both_have_and_each_sees_the_other(busy):
    met = busy.relationship.meet(None, by=busy.patient, starts_at=soon(-60), minutes=20)
    told = at_once(
        *(
            lambda seat=seat: fresh(busy.relationship).write(
                by=seat, text="", kind="experience", consult=met.consult, answers={"heard": {"level": "yes"}}
            )
            for seat in (busy.patient, busy.clinician, busy.patient, busy.clinician)
        )
    )
    assert Counter(type(one) for one in told) == {Entry: 2, AnsweredAlready: 2}
    for seat in (busy.patient, busy.clinician):
        assert busy.relationship.entries.of_kind("experience").shown_to(seat).count() == 2
    assert_whole(busy.relationship)


def test_nothing_is_planned_after_an_end_at_the_same_moment(busy):
    consult = busy.relationship.plan(by=busy.patient, starts_at=soon(), minutes=20).consult
    told = at_once(
        lambda: fresh(busy.relationship).end(by=busy.patient),
        lambda: fresh(busy.relationship).plan(by=busy.clinician, starts_at=soon(), minutes=20),
        lambda: fresh(busy.relationship).move(consult, by=busy.clinician, starts_at=soon(), minutes=20),
    )
    done = [one for one in told[1:] if isinstance(one, Appointment)]
    assert busy.relationship.appointments.count() == 1 + len(done)
    assert busy.relationship.events.order_by("number").last().verb == "ended"
    assert_whole(busy.relationship)


# --- Anything, in any order --------------------------------------------------------------------------------

lines = st.text("ab é🙂\n*<", min_size=1, max_size=9).filter(lambda text: text.strip())
seat = st.sampled_from([0, 1])
minutes = st.integers(1, 24 * 60)


class TwoPeople(RuleBasedStateMachine):
    """Two seats, and whatever two people do with them. `told` is what the record said yes to."""

    entries = Bundle("entries")
    consults = Bundle("consults")
    promises = Bundle("promises")

    @initialize()
    def begin(self):
        name = uuid.uuid4().hex
        people = pair(person(f"a{name}"), person(f"b{name}"))
        self.record, self.seats = people.relationship, [people.patient, people.clinician]
        self.told: dict[uuid.UUID, str] = {}
        self.withdrawn: set[uuid.UUID] = set()
        self.forms: list[tuple[int, uuid.UUID, str, str]] = []
        self.has_ended = False
        self.stands: dict[uuid.UUID, str] = {}
        """Each consult, and how it stands."""
        self.closed: set[uuid.UUID] = set()
        self.answered: dict[uuid.UUID, dict[int, uuid.UUID]] = {}
        """Of each consult, the answers of each seat."""

    def expect(self, why, do):
        before = self.record.events.count()
        with pytest.raises(why):
            do()
        assert self.record.events.count() == before

    def share(self, do, *refusals):
        """Do it where it may be done; see it refused where it may not."""
        why = Ended if self.has_ended else next((error for error, holds in refusals if holds), None)
        if why:
            self.expect(why, do)
            return None
        before = self.record.events.count()
        entry = do()
        assert self.record.events.count() == before + 1
        self.told[entry.pk] = entry.text
        return entry

    @rule(target=entries, by=seat, text=lines, kind=st.sampled_from(["", "value"]))
    def write(self, by, text, kind):
        form = uuid.uuid4()
        entry = self.share(
            lambda: self.record.write(by=self.seats[by], text=text, kind=kind, submission=form)
        )
        if entry:
            self.forms.append((by, form, text, kind))
        return entry

    @rule(target=entries, about=entries, by=seat, text=lines)
    def answer(self, about, by, text):
        return about and self.share(lambda: self.record.answer(about, by=self.seats[by], text=text))

    @rule(about=entries, by=seat, text=lines)
    def correct(self, about, by, text):
        if about:
            self.share(
                lambda: self.record.correct(about, by=self.seats[by], text=text),
                (NotYourWords, about.author_id != self.seats[by].pk),
                (Withdrawn, about.pk in self.withdrawn),
            )

    @rule(about=entries, by=seat)
    def withdraw(self, about, by):
        if about and self.share(
            lambda: self.record.withdraw(about, by=self.seats[by]),
            (NotYourWords, about.author_id != self.seats[by].pk),
            (Withdrawn, about.pk in self.withdrawn),
        ):
            self.withdrawn.add(about.pk)

    def arrange(self, do, *refusals):
        """The same for an act on a consult."""
        why = Ended if self.has_ended else next((error for error, holds in refusals if holds), None)
        if why:
            self.expect(why, do)
            return None
        before = self.record.events.count()
        told = do()
        assert self.record.events.count() == before + 1
        self.stands[told.consult_id] = told.state
        return told.consult

    @rule(target=consults, by=seat, minutes=minutes)
    def plan(self, by, minutes):
        return self.arrange(
            lambda: self.record.plan(by=self.seats[by], starts_at=soon(), minutes=minutes, where="Here")
        )

    @rule(target=consults, by=seat, minutes=minutes)
    def meet_unplanned(self, by, minutes):
        return self.arrange(
            lambda: self.record.meet(None, by=self.seats[by], starts_at=soon(-60), minutes=minutes)
        )

    @rule(consult=consults, by=seat, minutes=minutes, reason=st.sampled_from(["", "Rain."]))
    def move(self, consult, by, minutes, reason):
        if consult:
            self.arrange(
                lambda: self.record.move(
                    consult, by=self.seats[by], starts_at=soon(), minutes=minutes, reason=reason
                ),
                (MetAlready, self.stands[consult.pk] == "met"),
            )

    @rule(consult=consults, by=seat, verb=st.sampled_from(["call_off", "meet"]))
    def call_off_or_meet(self, consult, by, verb):
        if consult:
            self.arrange(
                lambda: getattr(self.record, verb)(consult, by=self.seats[by]),
                (MetAlready, self.stands[consult.pk] == "met"),
                (CalledOffAlready, self.stands[consult.pk] == "called_off"),
            )

    @rule(consult=consults, by=seat, level=st.sampled_from(["yes", "no"]))
    def answer_the_questions(self, consult, by, level):
        if not consult:
            return
        given = self.answered.setdefault(consult.pk, {})
        entry = self.share(
            lambda: self.record.write(
                by=self.seats[by],
                text="",
                kind="experience",
                consult=consult,
                answers={"heard": {"level": level}},
            ),
            (AnsweredAlready, by in given),
            (NotMetYet, self.stands[consult.pk] != "met"),
        )
        if entry:
            given[by] = entry.pk

    @rule(data=st.data(), by=seat)
    def speak_of_the_answers(self, data, by):
        told = [(one, keys) for keys in self.answered.values() for one in keys.values()]
        if told:
            key, both = data.draw(st.sampled_from(told))
            entry = Entry.objects.get(pk=key)
            if data.draw(st.booleans()) and self.share(
                lambda: self.record.withdraw(entry, by=self.seats[by]),
                (NotTogetherYet, len(both) < 2),
                (NotYourWords, entry.author_id != self.seats[by].pk),
                (Withdrawn, key in self.withdrawn),
            ):
                self.withdrawn.add(key)
            self.share(
                lambda: self.record.answer(entry, by=self.seats[by], text="I see."),
                (NotTogetherYet, len(both) < 2),
            )

    @rule(target=promises, by=seat, text=lines)
    def promise(self, by, text):
        return self.share(lambda: self.record.write(by=self.seats[by], text=text, kind="promise"))

    @rule(promise=promises, by=seat, kind=st.sampled_from(["kept", "released", "moved"]))
    def keep_release_or_move(self, promise, by, kind):
        entry = promise and self.share(
            lambda: self.record.answer(promise, by=self.seats[by], kind=kind),
            (NotYourWords, kind == "moved" and promise.author_id != self.seats[by].pk),
            (Withdrawn, promise.pk in self.withdrawn),
            (ClosedAlready, promise.pk in self.closed),
        )
        if entry and kind != "moved":
            self.closed.add(promise.pk)

    @rule(promise=promises, by=seat)
    def take_a_promise_back(self, promise, by):
        self.withdraw(promise, by)

    @rule(by=seat, page=st.sampled_from(["", "brief/"]))
    def open(self, by, page):
        record, reader = enter(self.seats[by].person, self.record.pk)
        record.open(by=reader, page=page, entries=list(record.entries.shown_to(reader).for_reading()))
        unread = record.entries.exclude(author=reader).filter(reading=None)
        assert set(unread.values_list("pk", flat=True)) == self.hidden_from(by)

    @rule(data=st.data())
    def submit_twice(self, data):
        if self.forms and not self.has_ended:
            by, form, text, kind = data.draw(st.sampled_from(self.forms))
            before = self.record.events.count()
            self.record.write(by=self.seats[by], text=text, kind=kind, submission=form)
            assert self.record.events.count() == before

    @rule(data=st.data(), text=lines)
    def submit_a_stale_form(self, data, text):
        if self.forms and not self.has_ended:
            by, form, first, kind = data.draw(st.sampled_from(self.forms))
            if text != first:
                self.expect(
                    SharedAlready,
                    lambda: self.record.write(by=self.seats[by], text=text, kind=kind, submission=form),
                )

    @rule(by=seat, chance=st.integers(0, 5))
    def end(self, by, chance):
        if chance == 5:
            if self.has_ended:
                self.expect(Ended, lambda: self.record.end(by=self.seats[by]))
            else:
                self.record.end(by=self.seats[by])
            self.has_ended = True

    @invariant()
    def nothing_acknowledged_is_missing(self):
        assert dict(self.record.entries.values_list("pk", "text")) == self.told

    @invariant()
    def the_chain_is_whole(self):
        assert first_fault(self.record) is None

    def hidden_from(self, reader):
        """What the other has answered about a consult about which this one has not."""
        return {
            key
            for given in self.answered.values()
            for by, key in given.items()
            if by != reader and reader not in given
        }

    @invariant()
    def both_see_the_same_but_for_answers_that_are_not_open_yet(self):
        seen = [set(self.seen_by(reader)) for reader in (0, 1)]
        for reader in (0, 1):
            assert {key for thread in seen[reader] for key in thread} == set(self.told) - self.hidden_from(
                reader
            )
            one_s_own = {(key,) for key in self.hidden_from(1 - reader)}
            assert seen[reader] - seen[1 - reader] == one_s_own

    @invariant()
    def each_consult_stands_as_its_last_act_left_it(self):
        found = {one.consult_id: one.state for one in agenda(self.record).appointments}
        assert found == self.stands

    @invariant()
    def what_is_open_is_what_nobody_closed(self):
        still = self.record.entries.of_kind("promise").first_in_thread().not_withdrawn().open_still()
        everything = self.record.entries.of_kind("promise").first_in_thread()
        expected = set(everything.values_list("pk", flat=True)) - self.closed - self.withdrawn
        assert set(still.values_list("pk", flat=True)) == expected

    def seen_by(self, reader):
        record, me = enter(self.seats[reader].person, self.record.pk)
        standing = threads(record.with_authors(record.entries.shown_to(me).for_reading()))
        return [tuple(entry.pk for entry in thread.everything()) for thread in standing]


@pytest.mark.long  # In short by R9, with the same machine of states.
@pytest.mark.django_db
def test_whatever_two_people_do_the_record_holds():
    run_state_machine_as_test(
        TwoPeople,
        settings=settings(
            max_examples=12,
            stateful_step_count=24,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
