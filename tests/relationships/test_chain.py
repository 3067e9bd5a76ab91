"""The chain: one way to write an act in bytes, every field of it under its seal, and anybody can recount it."""

import datetime as dt
import hashlib
import json
import uuid

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from relationships import chain, clock
from relationships.models import Appointment, Consult, Entry, Event, Reading

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | whole | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(names, values, max_size=8))
def test_the_bytes_are_those_of_rfc_8785(value):
    assert chain.canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(names, values, max_size=8))
def test_the_bytes_lose_nothing_and_do_not_depend_on_order(value):
    assert json.loads(chain.canonical(value)) == value
    assert chain.canonical(dict(reversed(value.items()))) == chain.canonical(value)


def test_a_number_that_is_not_one_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        chain.canonical({"at": float("nan")})


@given(st.datetimes(dt.datetime(1900, 1, 3), dt.datetime(2999, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_a_moment_is_written_in_utc_to_the_microsecond(at):
    written = chain.moment(at)
    assert dt.datetime.fromisoformat(written) == at.astimezone(dt.UTC)
    assert len(written) == len("2026-11-23T20:15:09.000000Z")
    assert written.endswith("Z")


def test_a_fingerprint_is_short_enough_to_write_on_paper():
    assert chain.fingerprint("7f3a91bc04de5b20c8e1" + "0" * 44) == "7f3a 91bc 04de 5b20 c8e1"
    assert chain.fingerprint("7f3a91bc04de5b20c8e2" + "0" * 44) != "7f3a 91bc 04de 5b20 c8e1"


def test_salts_are_128_bits_and_never_the_same():
    salts = {chain.new_salt() for _ in range(100)}
    assert len(salts) == 100
    assert all(len(bytes.fromhex(salt)) == 16 for salt in salts)


def test_a_commitment_cannot_be_guessed_without_its_salt():
    content = {"text": "Yes."}
    assert chain.commitment("00" * 16, content) != chain.commitment("01" * 16, content)
    assert chain.commitment("00" * 16, content) != chain.commitment("00" * 16, {"text": "No."})


def test_a_digest_seals_what_came_before_and_what_was_written():
    act, other = {"number": 2}, {"number": 3}
    digests = [
        chain.digest(previous, what, committed)
        for previous in (chain.FIRST, "f" * 64)
        for what in (act, other)
        for committed in ("", "a" * 64)
    ]
    assert len(set(digests)) == len(digests)


# --- A record ----------------------------------------------------------------------------------------------


@pytest.fixture
def acts(two) -> list[Event]:
    """A little of everything, in the order in which it happened."""
    record, wren, isko = two.relationship, two.patient, two.clinician
    first = record.write(
        by=wren, text="Zoë 🙂 “said” <so>.\n", kind="value", prompt="Why?", happened_on=dt.date(2031, 5, 6)
    )
    record.answer(first, by=isko, text="I hear you.", helped_by="Sam")
    record.correct(first, by=wren, text="Rather so.", why="It was too long.")
    record.open(by=isko, page="", entries=record.entries.for_reading())
    record.withdraw(first, by=wren)
    planned = record.plan(
        by=wren,
        starts_at=clock.now() + dt.timedelta(minutes=30),
        minutes=20,
        way="telephone",
        where="Zoë’s 🙂",
    )
    record.move(
        planned.consult, by=isko, starts_at=planned.starts_at, minutes=30, reason="“Twenty” is too short."
    )
    record.write(by=wren, text="To be heard.", kind="hope", consult=planned.consult, handed_over_by=isko)
    record.meet(planned.consult, by=isko)
    given = {"heard": {"level": "mostly", "words": "Zoë 🙂"}, "next": {"level": "no"}}
    record.write(by=wren, text="", kind="experience", consult=planned.consult, answers=given)
    record.write(by=isko, text="Being asked.", kind="philosophy", door="heals", heading="What helps")
    record.write(by=wren, text="", kind="order", door="value", ranked=[str(first.pk)])
    promise = record.write(by=isko, text="I shall ask.", kind="promise", due_on=dt.date(2031, 5, 6))
    record.answer(promise, by=isko, kind="moved", due_on=dt.date(2031, 6, 6))
    record.answer(promise, by=wren, kind="kept")
    record.end(by=isko)
    return list(record.events.order_by("number"))


def readings(event: Event) -> list[str]:
    return [str(key) for key in event.readings.order_by("entry__number").values_list("entry", flat=True)]


def test_other_software_can_recount_it(acts):
    """From the public standard and the rows alone, with none of our code."""
    previous = bytes(32)
    for event in acts:
        seal = hashlib.sha256(b"alongside event 1\n" + previous + rfc8785.dumps(event.act(readings(event))))
        if event.entry:
            words = bytes.fromhex(event.entry.salt) + rfc8785.dumps(event.entry.content())
            seal.update(hashlib.sha256(b"alongside entry 1\n" + words).digest())
        assert event.digest == seal.hexdigest()
        previous = seal.digest()
    assert len(acts) == 19
    assert sum(len(readings(event)) for event in acts) == 2


# What each field could be instead.
OTHER_ENTRY = {
    "id": uuid.UUID(int=1),
    "relationship_id": uuid.UUID(int=1),
    "author_id": uuid.UUID(int=1),
    "number": 99,
    "kind": "conversation",
    "about_id": uuid.UUID(int=1),
    "bearing": "withdraws",
    "thread_id": uuid.UUID(int=1),
    "text": "Zoë 🙂 “said” <so>.",
    "prompt": "Why not?",
    "happened_on": dt.date(2031, 5, 7),
    "helped_by": "Alex",
    "written_at": dt.datetime(1999, 12, 31, tzinfo=dt.UTC),
    "salt": "00" * 16,
    "due_on": dt.date(2031, 5, 7),
    "consult_id": uuid.UUID(int=1),
    "answers": {"heard": {"level": "yes"}},
    "door": "refuses",
    "heading": "Of our own",
    "why": "It was too short.",
    "ranked": [str(uuid.UUID(int=1))],
}
OTHER_APPOINTMENT = {
    "consult_id": uuid.UUID(int=1),
    "relationship_id": uuid.UUID(int=1),
    "number": 99,
    "state": "called_off",
    "starts_at": dt.datetime(1999, 12, 31, tzinfo=dt.UTC),
    "minutes": 21,
    "way": "home",
    "where": "Elsewhere",
    "reason": "None.",
    "salt": "00" * 16,
}
OTHER_EVENT = {
    "device": "tablet",
    "relationship_id": uuid.UUID(int=1),
    "number": 99,
    "actor_id": uuid.UUID(int=1),
    "verb": "declined",
    "at": dt.datetime(1999, 12, 31, tzinfo=dt.UTC),
    "entry_id": uuid.UUID(int=1),
    "invitation_id": uuid.UUID(int=1),
    "page": "brief/",
    "details": {"seat": "2"},
}


@pytest.mark.parametrize("field", OTHER_ENTRY)
def test_the_commitment_changes_with_an_entrys(field, acts):
    entry = acts[3].entry
    before = entry.commitment()
    setattr(entry, field, OTHER_ENTRY[field])
    assert entry.commitment() != before


@pytest.mark.parametrize("field", ["due_on", "consult_id", "answers", "door", "heading", "why", "ranked"])
def test_what_says_something_one_day_is_sealed_once_it_does(field, acts):
    """Those names stand in an entry's content only where there is something: older entries keep their seals."""
    said_something = [event.entry for event in acts if event.entry and getattr(event.entry, field)]
    assert said_something
    for entry in said_something:
        sealed = entry.commitment()
        for other in (OTHER_ENTRY[field], None):
            setattr(entry, field, other)
            assert entry.commitment() != sealed


def test_one_answer_changed_in_one_letter_changes_the_commitment(acts):
    entry = next(event.entry for event in acts if event.entry and event.entry.kind == "experience")
    sealed = [entry.commitment()]
    for change in (
        {"heard": {"level": "mostly", "words": "Zoë"}, "next": {"level": "no"}},
        {"heard": {"level": "mostly", "words": "Zoë 🙂"}, "next": {"level": "yes"}},
        {"heard": {"level": "mostly", "words": "Zoë 🙂"}},
        {"next": {"level": "mostly", "words": "Zoë 🙂"}, "heard": {"level": "no"}},
    ):
        entry.answers = change
        sealed.append(entry.commitment())
    assert len(set(sealed)) == 5


def test_the_order_in_which_a_database_hands_out_the_answers_does_not_matter(acts):
    entry = next(event.entry for event in acts if event.entry and event.entry.kind == "experience")
    sealed = entry.commitment()
    entry.answers = {name: dict(reversed(part.items())) for name, part in reversed(entry.answers.items())}
    assert entry.commitment() == sealed


@pytest.mark.parametrize("field", OTHER_APPOINTMENT)
def test_what_an_act_says_of_a_consult_changes_with_its(field, acts):
    made = [event.appointment for event in acts if event.verb in ("planned", "moved", "met")]
    assert len(made) == 3
    for appointment in made:
        sealed = appointment.sealed()
        assert sealed == appointment.event.details
        setattr(appointment, field, OTHER_APPOINTMENT[field])
        assert appointment.sealed() != sealed


def test_other_software_can_recount_an_appointment(acts):
    made = [event for event in acts if event.verb in ("planned", "moved", "met")]
    for event in made:
        one = event.appointment
        words = bytes.fromhex(one.salt) + rfc8785.dumps(one.content())
        assert event.details["appointment"] == hashlib.sha256(b"alongside entry 1\n" + words).hexdigest()
        assert event.details["consult"] == str(one.consult_id)


@pytest.mark.parametrize("field", OTHER_EVENT)
def test_the_digest_changes_with_an_acts(field, acts):
    for event in acts:
        before = chain.digest(chain.FIRST, event.act([]))
        setattr(event, field, OTHER_EVENT[field])
        assert chain.digest(chain.FIRST, event.act([])) != before


def test_the_digest_changes_with_what_was_read(acts):
    opened = next(event for event in acts if event.verb == "opened")
    read = readings(opened)
    others = [[], read[:1], read[::-1], [*read, str(uuid.UUID(int=1))]]
    assert len({chain.digest(chain.FIRST, opened.act(some)) for some in [read, *others]}) == 5


def test_no_field_is_left_out():
    """A field that is added one day is sealed too, or it is listed here with a reason."""
    unsealed = {
        Entry: {"submission"},  # Names the form that it came from, and says nothing.
        Event: {"id", "commitment", "digest"},  # A row's key, and the seals themselves.
        Reading: {"id", "relationship_id"},  # Rows of an act, which seals which entries they are.
        Consult: {"relationship_id"},  # Which record it is of is sealed with each of its appointments.
        Appointment: {"id", "submission", "event_id"},  # The act that seals it is the one that it names.
    }
    sealed = {
        Entry: set(OTHER_ENTRY),
        Event: set(OTHER_EVENT),
        Reading: {"entry_id", "event_id"},
        Consult: {"id"},
        Appointment: set(OTHER_APPOINTMENT),
    }
    for model, names_left_out in unsealed.items():
        fields = {field.attname for field in model._meta.concrete_fields}
        assert fields - names_left_out == sealed[model]


def test_two_entries_of_the_same_words_cannot_be_told_to_be_the_same(two):
    first, second = (two.relationship.write(by=two.patient, text="Yes.") for _ in range(2))
    assert first.event.commitment != second.event.commitment
