"""A process that is served cannot take the guards away: not as the role that serves, and not on SQLite.

The whole of writing and reading is gone through as that role, so that it has all it needs.
"""

import datetime as dt
import io
import time
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from relationships import clock, guards
from relationships.models import Draft, Entry, Relationship
from relationships.verification import first_fault
from tests.cast import pair, person

# --- SQLite ----------------------------------------------------------------------------------------------


@pytest.fixture
def served(sqlite, two):
    """The connection as a process that is served makes it."""
    connection.check_constraints()
    guards.deny_changes(connection=connection)
    yield two
    connection.connection.set_authorizer(None)


DENIED = [
    "UPDATE relationships_entry SET text = 'I never said that.'",
    "DELETE FROM relationships_event",
    "DELETE FROM accounts_login",
    "INSERT INTO relationships_entry (id) VALUES ('x') ON CONFLICT DO UPDATE SET text = 'x'",
    "DROP TRIGGER relationships_entry_no_update",
    "DROP TABLE relationships_entry",
    "ALTER TABLE relationships_entry RENAME TO another",
    "CREATE TRIGGER mine AFTER INSERT ON relationships_entry BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER mine AFTER INSERT ON relationships_entry BEGIN SELECT 1; END",
    "CREATE TABLE another (id)",
    "CREATE TEMP VIEW relationships_entry AS SELECT 1",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA ignore_check_constraints = ON",
    "ATTACH ':memory:' AS another",
]


@pytest.mark.parametrize("statement", DENIED)
def test_a_served_connection_refuses(served, statement):
    with pytest.raises(DatabaseError, match=r"not authorized|prohibited"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("statement", DENIED)
def test_it_is_the_served_connection_that_refuses(served, statement):
    """And not a mistake in the statement: without it, SQLite goes so far as to look for what it names."""
    connection.connection.set_authorizer(None)
    said = ""
    try:
        with transaction.atomic():
            connection.cursor().execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        said = str(error)
    finally:
        connection.connection.execute("PRAGMA writable_schema = OFF")
        connection.connection.execute("PRAGMA ignore_check_constraints = OFF")
        connection.connection.execute("PRAGMA recursive_triggers = ON")
    assert "not authorized" not in said


def test_a_served_connection_writes_and_reads_all_it_has_to(served):
    all_that_is_done(served)


def test_it_costs_next_to_nothing(served):
    """A statement is judged when it is made ready, and the connection keeps those that it has made ready."""

    def seconds() -> float:
        best = 9.0
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(200):
                list(Entry.objects.for_reading().filter(relationship=served.relationship))
            best = min(best, time.perf_counter() - start)
        return best

    served.relationship.write(by=served.patient, text="A line.")
    with_it = seconds()
    connection.connection.set_authorizer(None)
    assert with_it < seconds() * 1.5


# --- PostgreSQL ------------------------------------------------------------------------------------------

ROLE = "one who serves"


@pytest.fixture
def role(postgresql, transactional_db):
    """What is done with this connection after `SET ROLE` is done as the role that serves."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{ROLE}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(f'DROP OWNED BY "{ROLE}"')
            cursor.execute(f'DROP ROLE "{ROLE}"')


def serve() -> None:
    call_command("grants", ROLE, "--apply", stdout=io.StringIO())
    connection.cursor().execute(f'SET ROLE "{ROLE}"')


def test_the_role_that_serves_writes_and_reads_all_it_has_to(role):
    two = pair(person("Wren Halloway"), person("Isko Marchetti"))
    serve()
    all_that_is_done(two)
    assert guards.check(databases=["default"]) == []
    assert guards.check_role(databases=["default"]) == []


def test_the_role_that_serves_can_change_nothing_and_takes_no_guard_away(role):
    two = pair(person("Wren Halloway"), person("Isko Marchetti"))
    two.relationship.write(by=two.patient, text="What I said.")
    serve()
    for model in guards.guarded():
        table = model._meta.db_table
        for statement in (
            f"UPDATE {table} SET id = id",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TRIGGER {table}_no_change ON {table}",
            f"DROP TABLE {table} CASCADE",
            f"CREATE TRIGGER mine AFTER INSERT ON {table} EXECUTE FUNCTION relationships_refuse()",
        ):
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner|The record only grows"):
                connection.cursor().execute(statement)
    for statement in (
        "CREATE OR REPLACE FUNCTION relationships_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "CREATE TEMPORARY TABLE relationships_entry AS SELECT * FROM public.relationships_entry",
        "CREATE TEMPORARY VIEW relationships_entry AS SELECT 1",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
            connection.cursor().execute(statement)
    connection.cursor().execute("RESET ROLE")
    assert first_fault(two.relationship) is None


def test_it_holds_exactly_what_is_declared(role):
    serve()
    held = {}
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) "
            "FROM information_schema.role_table_grants WHERE grantee = %s GROUP BY table_name",
            [ROLE],
        )
        held = dict(cursor.fetchall())
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.column_privileges "
            "WHERE grantee = %s AND privilege_type = 'UPDATE' AND table_name = ANY(%s)",
            [ROLE, [model._meta.db_table for model in guards.guarded()]],
        )
        assert set(cursor.fetchall()) == {(table, "id") for table in guards.LOCKED}
    assert set(held) == set(connection.introspection.table_names())
    for model in guards.guarded():
        assert held.pop(model._meta.db_table) == "INSERT SELECT"
    assert held.pop("django_migrations") == "SELECT"
    assert set(held.values()) == {"DELETE INSERT SELECT UPDATE"}


def test_the_owner_is_warned_of_in_production_and_nowhere_else(postgresql, settings):
    (warning,) = guards.check_role(databases=["default"])
    assert (warning.id, warning.level) == ("relationships.W001", 30)
    settings.DEBUG = True
    assert guards.check_role(databases=["default"]) == []


def test_a_role_that_was_granted_too_much_is_warned_of(role):
    serve()
    connection.cursor().execute("RESET ROLE")
    connection.cursor().execute(f'GRANT DELETE ON relationships_entry TO "{ROLE}"')
    connection.cursor().execute(f'SET ROLE "{ROLE}"')
    assert len(guards.check_role(databases=["default"])) == 1


def test_a_role_that_could_hide_the_record_is_warned_of(role):
    """A temporary table is found before the real one, and PostgreSQL lets everybody make one unless told not to."""
    serve()
    assert guards.check_role(databases=["default"]) == []
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    for whom in ("PUBLIC", f'"{ROLE}"'):
        connection.cursor().execute("RESET ROLE")
        connection.cursor().execute(f"GRANT TEMPORARY ON DATABASE {database} TO {whom}")
        connection.cursor().execute(f'SET ROLE "{ROLE}"')
        (warning,) = guards.check_role(databases=["default"])
        assert warning.id == "relationships.W001"
        connection.cursor().execute("RESET ROLE")
        serve()
        assert guards.check_role(databases=["default"]) == []


def test_nobody_is_granted_what_would_hold_nothing_back(role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    for who, why in ((owner, "whom no grant holds back"), ("nobody of this name", "There is no role")):
        with pytest.raises(CommandError, match=why):
            call_command("grants", who, stdout=io.StringIO())


def test_without_being_told_to_it_only_prints(role):
    out = io.StringIO()
    call_command("grants", ROLE, stdout=out)
    assert f'GRANT SELECT, INSERT ON "relationships_entry" TO "{ROLE}";' in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'relationships_entry', 'SELECT')", [ROLE])
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_there_are_no_roles_on_sqlite(sqlite):
    with pytest.raises(CommandError, match=r"Only PostgreSQL"):
        call_command("grants", "somebody")


# --- Both ------------------------------------------------------------------------------------------------


def all_that_is_done(two) -> None:
    """A little of everything that a request does."""
    record, wren, isko = two.relationship, two.patient, two.clinician
    begun = Relationship.begin(by=wren.person, side="patient")
    begun.take_back(begun.invite(by=begun.seat_of(wren.person)), by=begun.seat_of(wren.person))
    draft = Draft.keep(wren, "write/", None, None, text="A line.")
    draft = Draft.keep(wren, "write/", draft.pk, draft.version, text="A line more.")
    entry = record.write(by=wren, text="A line more.", kind="value", draft=draft, submission=uuid.uuid4())
    record.open(by=isko, page="", entries=record.entries.for_reading())
    record.answer(entry, by=isko, text="I hear you.")
    record.correct(entry, by=wren, text="Rather so.")
    soon = clock.now() + dt.timedelta(minutes=30)
    planned = record.plan(by=isko, starts_at=soon, minutes=20)
    record.move(planned.consult, by=isko, starts_at=soon, minutes=30)
    record.meet(planned.consult, by=wren)
    begun.tell(entry, by=begun.seat_of(wren.person))
    person("Some One").save()
    wren.person.called = "Wrenna"
    wren.person.last_login = timezone.now()
    wren.person.save()
    record.export(by=isko)
    record.withdraw(entry, by=wren)
    record.end(by=wren)
    assert first_fault(record) is None
