"""Two people at the same moment: both succeed, nothing that was acknowledged is missing, and the chain stays whole."""

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

from relationships.access import enter
from relationships.errors import Ended, NotWaiting, NotYourWords, SharedAlready, Withdrawn
from relationships.models import Draft, Participant, Relationship
from relationships.standing import threads
from relationships.verification import first_fault
from tests.cast import Pair, pair, person, signed_in


@pytest.fixture
def writers(transactional_db, tmp_path):
    """A database that several can write to. SQLite's in memory knows one writer only, so it goes into a file."""
    if connection.vendor != "sqlite":
        yield
        return
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
        except (Ended, NotWaiting, SharedAlready) as refused:
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


# --- Anything, in any order --------------------------------------------------------------------------------

lines = st.text("ab é🙂\n*<", min_size=1, max_size=9).filter(lambda text: text.strip())
seat = st.sampled_from([0, 1])


class TwoPeople(RuleBasedStateMachine):
    """Two seats, and whatever two people do with them. `told` is what the record said yes to."""

    entries = Bundle("entries")

    @initialize()
    def begin(self):
        name = uuid.uuid4().hex
        people = pair(person(f"a{name}"), person(f"b{name}"))
        self.record, self.seats = people.relationship, [people.patient, people.clinician]
        self.told: dict[uuid.UUID, str] = {}
        self.withdrawn: set[uuid.UUID] = set()
        self.forms: list[tuple[int, uuid.UUID, str, str]] = []
        self.has_ended = False

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

    @rule(by=seat, page=st.sampled_from(["", "brief/"]))
    def open(self, by, page):
        record, reader = enter(self.seats[by].person, self.record.pk)
        record.open(by=reader, page=page, entries=list(record.entries.for_reading()))
        assert not record.entries.exclude(author=reader).filter(reading=None).exists()

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

    @invariant()
    def both_see_the_same(self):
        first, second = (self.seen_by(reader) for reader in self.seats)
        assert first == second
        assert sorted(key for thread in first for key in thread) == sorted(self.told)

    def seen_by(self, reader):
        record, _me = enter(reader.person, self.record.pk)
        standing = threads(record.with_authors(record.entries.for_reading()))
        return [[entry.pk for entry in thread.everything()] for thread in standing]


@pytest.mark.django_db
def test_whatever_two_people_do_the_record_holds():
    run_state_machine_as_test(
        TwoPeople,
        settings=settings(
            max_examples=8,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
