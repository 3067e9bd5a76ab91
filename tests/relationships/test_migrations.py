"""A database from before there were consults keeps every row, every seal and every guard when it is brought up to date.

`record_before_consults.json` is a record of ten acts as the first version wrote it, row for row.
"""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from relationships import clock, guards
from relationships.models import Appointment, Entry, Relationship
from relationships.verification import first_fault
from tests.kept import Whole, put_back, whole_copy_of

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("relationships", "0001_initial"), ("accounts", "0001_initial")]
KEPT: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("record_before_consults.json").read_text(encoding="utf-8")
)
HEAD = (10, "0833 b4e1 92d0 471c fbfd")
"""What stood at the foot of its pages then."""


def migrate(*targets: tuple[str, str]) -> None:
    for app, name in targets:
        call_command("migrate", app, name, verbosity=0)
    if not targets:
        call_command("migrate", verbosity=0)


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Whole]]:
    """The database as it is `today`, as the `first version` had it, and that `brought up` to date."""
    kept: dict[str, Whole] = {}
    yield kept
    with django_db_blocker.unblock():
        for one in kept.values():
            one.forget(connection)


@pytest.fixture
def first_version(made_once: dict[str, Whole]) -> Iterator[None]:
    """The tables as the first version had them, with its record in them; afterwards they are today's again."""
    if not made_once:
        made_once["today"] = whole_copy_of(connection)
        bring_back()
        made_once["first version"] = whole_copy_of(connection)
    put_back(connection, made_once["first version"])
    yield
    put_back(connection, made_once["today"])


@pytest.fixture
def brought_up(first_version: None, made_once: dict[str, Whole]) -> None:
    """That record in the tables of today."""
    if "brought up" not in made_once:
        migrate()
        made_once["brought up"] = whole_copy_of(connection)
    put_back(connection, made_once["brought up"])


def bring_back() -> None:
    migrate(*BEFORE)
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    with transaction.atomic():
        for label, rows in KEPT.items():
            model = apps.get_model(label)
            # What the database numbers by itself, it goes on numbering.
            own = {"id"} if label == "relationships.Reading" else set()
            model.objects.bulk_create(
                model(**{name: value for name, value in row.items() if name not in own}) for row in rows
            )


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def everything(of: dict[str, list[str]]) -> dict[str, list[tuple]]:
    """Every row of these tables, in these columns, as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for table, names in of.items():
            quoted = ", ".join(connection.ops.quote_name(name) for name in names)
            cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)} ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def tables() -> dict[str, list[str]]:
    """Those with something in them, and their columns now."""
    names = [label.lower().replace(".", "_") for label in KEPT]
    return {name: columns(name) for name in names}


def test_every_row_is_kept_and_nothing_is_said_that_nobody_said(first_version):
    before, what = everything(tables()), tables()
    assert sum(map(len, before.values())) == sum(map(len, KEPT.values())) == 31
    migrate()
    assert everything(what) == before
    for entry in Entry.objects.all():
        assert (entry.consult_id, entry.due_on, entry.answers) == (None, None, None)
    assert not Appointment.objects.exists()


def test_every_seal_fits_and_the_fingerprint_is_the_one_on_paper(brought_up):
    relationship = Relationship.objects.get()
    assert first_fault(relationship) is None
    head = relationship.head()
    assert (head.number, head.fingerprint) == HEAD


def test_every_guard_is_there_also_on_the_tables_that_were_rebuilt(first_version):
    assert guards.missing(connection) == []
    migrate()
    assert guards.missing(connection) == []
    assert len(guards.guarded()) == 9
    for table in ("entry", "event", "participant", "relationship"):
        with pytest.raises(IntegrityError, match=guards.REFUSAL), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM relationships_{table}")
    assert first_fault(Relationship.objects.get()) is None


def test_it_goes_on_with_what_is_new(brought_up):
    relationship = Relationship.objects.get()
    first, second = relationship.seats
    planned = relationship.plan(by=first, starts_at=clock.now() + dt.timedelta(minutes=5), minutes=20)
    relationship.write(by=second, text="To be heard.", kind="hope", consult=planned.consult)
    relationship.meet(planned.consult, by=second)
    relationship.open(by=first, page="", entries=relationship.entries.for_reading())
    for seat in (first, second):
        given = {"heard": {"level": "yes"}}
        relationship.write(by=seat, text="", kind="experience", consult=planned.consult, answers=given)
    promise = relationship.write(by=first, text="I shall ask.", kind="promise", due_on=dt.date(2031, 5, 6))
    relationship.answer(promise, by=second, kind="kept")
    assert first_fault(relationship) is None
    assert relationship.head().number == 18


def test_back_and_forth_once_everything_is_as_it_was(brought_up):
    what, before = tables(), everything(tables())
    migrate(*BEFORE)
    assert guards.missing(connection) == []
    migrate()
    assert guards.missing(connection) == []
    assert everything(what) == before
    assert first_fault(Relationship.objects.get()) is None


def test_the_way_back_is_refused_where_it_would_cost_an_act(brought_up):
    """A record in which somebody has planned something does not fit into the tables of before."""
    relationship = Relationship.objects.get()
    relationship.plan(by=relationship.seats[0], starts_at=clock.now() + dt.timedelta(days=1), minutes=20)
    with pytest.raises(IntegrityError):
        migrate(BEFORE[0])
    assert guards.missing(connection) == []
    migrate()  # What came after had been taken back, and nothing of it was in use.
    assert first_fault(relationship) is None
    assert relationship.appointments.count() == 1


def test_the_way_back_is_refused_where_it_would_cost_a_word(brought_up):
    """A why, a door, an order: what was sealed with them could never be counted again without them."""
    relationship = Relationship.objects.get()
    by = relationship.seats[0]
    entry = relationship.write(by=by, text="The river.", kind="value")
    relationship.correct(entry, by=by, text="The sea.", why="We moved.")
    with pytest.raises(IntegrityError, match="go back to a backup"):
        migrate(("relationships", "0002_consults"))
    assert guards.missing(connection) == []
    migrate()  # What came after had been taken back, and nothing of it was in use.
    assert first_fault(relationship) is None
