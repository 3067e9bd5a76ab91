"""How each entry and consult is today is kept in rows of its own, and never trusted more than the entries.

Whatever two people do, the rows say what a recount of the entries says; and whatever somebody with the database in
their hands makes of a row, the check that both are offered finds it.
"""

import datetime as dt
import random

import pytest
from django.db import connection

from relationships import clock, kinds
from relationships.errors import Refused
from relationships.models import ConsultState, Entry, EntryState, projection
from relationships.models.recount import COLUMNS
from relationships.verification import first_fault
from tests.cast import Pair, pair, person

FIRST = [kind for kind in kinds.standing_alone() if kind not in (kinds.Order, kinds.Change)]
BEARING = [kind for kind in (kinds.get(name) for name in kinds._registry) if kind.bears]


def live(two: Pair, acts: int, seed: int) -> int:
    """Let two people do this and that, as `seed` has it; how much of it the record took."""
    random.seed(seed)
    record, seats = two.relationship, [two.patient, two.clinician]
    now, done = clock.now() - dt.timedelta(days=90), 0
    with clock.telling(now):
        consult = record.meet(None, by=seats[0], starts_at=now - dt.timedelta(hours=1), minutes=20).consult
    for number in range(acts):
        # A clock may go back.
        now += dt.timedelta(hours=random.randint(-1, 6))
        with clock.telling(now):
            try:
                _do_something(record, seats, consult, f"Words {number}.")
            except (Refused, ValueError):
                continue
        done += 1
    return done


def _do_something(record, seats, consult, words):
    entries, by = list(record.entries.all()), random.choice(seats)
    match random.choice(["write", "answer", "answer", "answer", "correct", "withdraw", "read", "arrange"]):
        case "write":
            kind = random.choice(FIRST)
            record.write(
                by=by,
                kind=kind.name,
                text=words if kind.needs_words else "",
                consult=consult if kind.of_a_consult else None,
                answers={kind.questions[0].name: {"words": words}} if kind.questions else None,
            )
        case "answer" if entries:
            kind = random.choice(BEARING)
            fitting = [one for one in entries if not kind.about or one.kind in kind.about]
            level = random.choice(["yes", "nearly", "not_yet"])
            record.answer(
                random.choice(fitting or entries),
                by=by,
                kind=kind.name,
                text=words if kind.needs_words else "",
                due_on=clock.now().date() if kind is kinds.Moved else None,
                answers={kind.questions[0].name: {"level": level}} if kind.questions else None,
            )
        case "correct" if entries:
            record.correct(random.choice(entries), by=by, text=words)
        case "withdraw" if entries:
            record.withdraw(random.choice(entries), by=by)
        case "read":
            seen = list(record.entries.shown_to(by).for_reading())
            record.open(by=by, page=words, entries=random.sample(seen, min(5, len(seen))))
        case "arrange":
            times = {"starts_at": clock.now() + dt.timedelta(days=2), "minutes": 30}
            planned = record.plan(by=by, **times)
            if random.random() < 0.5:
                record.call_off(planned.consult, by=by)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_two_people_do_each_row_says_what_a_recount_says(two, seed):
    done = 0
    for part in range(4):
        done += live(two, 25, 100 * seed + part)
        assert list(projection.faults(two.relationship)) == []
    assert done > 40
    kept = list(EntryState.objects.order_by("number").values())
    consults = list(ConsultState.objects.order_by("pk").values())
    projection.rebuild(two.relationship)
    assert list(EntryState.objects.order_by("number").values()) == kept
    assert list(ConsultState.objects.order_by("pk").values()) == consults


def other_than(value: object) -> object:
    """Something else, of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, dt.datetime):
        return value - dt.timedelta(days=1)
    return "not_yet" if value in (None, "waiting") else "value"


@pytest.fixture
def lived(me, them):
    """A record in which each column says something of some entry."""
    me.correct(me.write("What matters.", kind="value"))
    said_back = them.answer(me.write("I am tired."), "You are tired.", kind="reflection")
    planned = me.relationship.plan(
        by=me.participant, starts_at=clock.now() + dt.timedelta(days=1), minutes=20
    )
    return said_back, planned


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("entry_id", "author_id")])
def test_a_row_changed_by_sql_is_found_by_both(me, them, lived, column):
    said_back, _planned = lived
    row = EntryState.objects.filter(pk=said_back.pk)
    if column == "last_said_at":
        row = EntryState.objects.filter(last_said_at__isnull=False)
    value = other_than(row.values_list(column, flat=True).get())
    assert first_fault(me.relationship) is None
    row.update(**{column: value})
    for chair in (me, them):
        assert (fault := first_fault(chair.relationship))
        assert column in fault


def test_a_row_given_to_the_other_is_found(me, them, lived):
    EntryState.objects.filter(pk=lived[0].pk).update(author=me.participant)
    assert "author_id" in first_fault(them.relationship)


def test_a_row_that_is_gone_is_found(me, lived):
    EntryState.objects.filter(pk=lived[0].pk).delete()
    assert f"leave out entry {lived[0].number}" in first_fault(me.relationship)


def test_a_row_moved_into_another_record_is_found_in_both(me, lived):
    elsewhere = pair(person("Else Where"), person("Other Clinician")).relationship
    EntryState.objects.filter(pk=lived[0].pk).update(relationship=elsewhere)
    assert any("leave out" in fault for fault in projection.faults(me.relationship))
    assert any("not there" in fault for fault in projection.faults(elsewhere))
    assert first_fault(me.relationship)
    assert first_fault(elsewhere)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "met"),
        ("starts_at", dt.datetime(2030, 1, 1, tzinfo=dt.UTC)),
        ("ends_at", dt.datetime(2030, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_an_appointment_changed_by_sql_is_found(me, lived, column, value):
    ConsultState.objects.filter(pk=lived[1].consult_id).update(**{column: value})
    assert "another appointment" in first_fault(me.relationship)


def test_an_appointment_that_is_gone_or_an_older_one_is_found(me, them, lived):
    planned = lived[1]
    moved = me.relationship.move(
        planned.consult, by=them.participant, starts_at=clock.now() + dt.timedelta(days=3), minutes=40
    )
    ConsultState.objects.filter(pk=planned.consult_id).update(appointment=planned)
    assert f"that of act {moved.number}" in first_fault(me.relationship)
    ConsultState.objects.filter(pk=planned.consult_id).delete()
    assert "leave out the appointment" in first_fault(me.relationship)


def test_after_a_migration_the_rows_that_are_missing_are_there(me, them, lived):
    EntryState.objects.all().delete()
    ConsultState.objects.all().delete()
    projection.fill(using=connection.alias)
    assert first_fault(me.relationship) is None
    assert EntryState.objects.count() == Entry.objects.count()


def test_a_row_that_lies_lets_nobody_say_what_the_entries_do_not_allow(me, them):
    """Verbs decide by the entries."""
    promise = me.write("I shall ask.", kind="promise")
    me.answer(promise, "", kind="kept")
    EntryState.objects.filter(pk=promise.pk).update(is_closed=False, is_open=True)
    with pytest.raises(Refused):
        me.answer(promise, "", kind="kept")
