"""The record only grows: every way we know of to change or remove a row is refused, for every noun of it.

Each way that goes past the Python code is tried a second time without the guards, where it succeeds: so it is
the guards that refuse it, and not a mistake in the attempt.
"""

import datetime as dt
import io
import uuid
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, models, transaction
from django.db.backends.signals import connection_created
from django.db.models import QuerySet

from accounts.models import LogIn
from relationships import clock, guards
from relationships.models import (
    AppendOnlyError,
    Appointment,
    Consult,
    Entry,
    Event,
    Invitation,
    Participant,
    Reading,
    Relationship,
)
from tests.cast import pair, person

LONG_AGO = dt.datetime(1999, 12, 31, tzinfo=dt.UTC)

# What a forger would change in each noun.
FORGED = {
    Relationship: ("begun_at", LONG_AGO),
    Participant: ("joined_at", LONG_AGO),
    Invitation: ("expires_at", LONG_AGO),
    Entry: ("text", "I never said that."),
    Event: ("at", LONG_AGO),
    Reading: ("relationship_id", None),  # Another record: filled in by `forged`.
    Consult: ("relationship_id", None),
    Appointment: ("starts_at", LONG_AGO),
    LogIn: ("at", LONG_AGO),
}
# Besides its key, what there can be only once of each.
ONLY_ONCE = {
    Participant: ["relationship_id", "seat"],
    Invitation: ["token_hash"],
    Entry: ["relationship_id", "number"],
    Event: ["relationship_id", "number"],
    Reading: ["entry_id"],
    Appointment: ["event_id"],
}


@pytest.fixture
def rows(two, stranger) -> list[models.Model]:
    """One row of every noun, all of one record, and what else is never changed."""
    entry = two.relationship.write(by=two.patient, text="What I said.")
    two.relationship.open(by=two.clinician, page="", entries=two.relationship.entries.for_reading())
    planned = two.relationship.plan(by=two.patient, starts_at=clock.now() + dt.timedelta(days=2), minutes=20)
    log_in = LogIn.objects.create(person=two.patient.person, at=clock.now(), outcome=LogIn.Outcome.CAME_IN)
    # A table with foreign keys still to check cannot be altered on PostgreSQL.
    connection.check_constraints()
    found = [
        two.relationship,
        two.patient,
        two.relationship.invitations.get(),
        entry,
        two.relationship.events.get(entry=entry),
        entry.reading,
        planned.consult,
        planned,
        log_in,
    ]
    assert {type(row) for row in found} == set(guards.guarded())
    return found


def forged(row: models.Model) -> tuple[str, Any]:
    name, value = FORGED[type(row)]
    return name, value or Relationship.objects.exclude(pk=row.relationship_id).values_list("pk", flat=True)[0]


def record_of(row: models.Model) -> Relationship:
    match row:
        case Relationship():
            return row
        case LogIn():
            return Participant.objects.filter(person=row.person).get().relationship
    return row.relationship


def as_kept(row: models.Model) -> dict[str, Any] | None:
    return type(row).objects.filter(pk=row.pk).values().first()


def column(name: str) -> str:
    return connection.ops.quote_name(name)


def in_sql(row: models.Model, name: str, value: Any) -> Any:
    field = next(field for field in row._meta.concrete_fields if field.attname == name)
    return field.get_db_prep_save(value, connection)


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def copy_of(row: models.Model, **changes: Any) -> models.Model:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**values | changes)


# --- The ways --------------------------------------------------------------------------------------------


def save(row):
    setattr(row, *forged(row))
    row.save()


def delete(row):
    row.delete()


def update(row):
    type(row).objects.filter(pk=row.pk).update(**dict([forged(row)]))


def delete_all(row):
    type(row).objects.all().delete()


def bulk_update(row):
    setattr(row, *forged(row))
    type(row).objects.bulk_update([row], [forged(row)[0].removesuffix("_id")])


def update_or_create(row):
    type(row).objects.update_or_create(pk=row.pk, defaults=dict([forged(row)]))


def base_manager_update(row):
    type(row)._base_manager.filter(pk=row.pk).update(**dict([forged(row)]))


def default_manager_delete(row):
    type(row)._default_manager.filter(pk=row.pk).delete()


def new_instance_with_an_old_key(row):
    copy_of(row, **dict([forged(row)])).save()


def related_managers_update(row):
    relationship = record_of(row)
    relationship.entries.all().update(text="I never said that.")


def related_managers_delete(row):
    relationship = record_of(row)
    relationship.events.all().delete()


def related_managers_clear(row):
    relationship = record_of(row)
    relationship.invitations.get().events.clear()


def deleting_a_person(row):
    relationship = record_of(row)
    relationship.participants.first().person.delete()


def deleting_every_person(row):
    get_user_model().objects.all().delete()


def plain_queryset_update(row):
    QuerySet(type(row)).filter(pk=row.pk).update(**dict([forged(row)]))


def raw_delete_of_a_queryset(row):
    type(row).objects.filter(pk=row.pk)._raw_delete(using="default")


def save_base(row):
    setattr(row, *forged(row))
    row.save_base(force_update=True)


def saving_as_any_other_model(row):
    setattr(row, *forged(row))
    models.Model.save(row)


def new_instance_forced_over_the_old(row):
    models.Model.save(copy_of(row, **dict([forged(row)])), force_update=True)


def bulk_create_over_conflicts(row):
    name, value = forged(row)
    type(row).objects.bulk_create(
        [copy_of(row, **{name: value})],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[name.removesuffix("_id")],
    )


def sql_update(row):
    name, value = forged(row)
    table, key = column(row._meta.db_table), in_sql(row, "id", row.pk)
    run(f"UPDATE {table} SET {column(name)} = %s WHERE id = %s", in_sql(row, name, value), key)


def sql_update_of_the_key(row):
    table, key = column(row._meta.db_table), in_sql(row, "id", row.pk)
    another = row.pk + 1000 if isinstance(row.pk, int) else uuid.uuid4()
    run(f"UPDATE {table} SET id = %s WHERE id = %s", in_sql(row, "id", another), key)


def sql_delete(row):
    run(f"DELETE FROM {column(row._meta.db_table)} WHERE id = %s", in_sql(row, "id", row.pk))


def sql_delete_of_everything(row):
    run(f"DELETE FROM {column(row._meta.db_table)}")


def _insert(row: models.Model, verb: str, then: str = "", **changes: Any) -> None:
    changed = copy_of(row, **dict([forged(row)]) | changes)
    names = [field.attname for field in row._meta.concrete_fields]
    values = [in_sql(row, name, getattr(changed, name)) for name in names]
    places = ", ".join(["%s"] * len(names))
    columns = ", ".join(column(name) for name in names)
    run(f"{verb} INTO {column(row._meta.db_table)} ({columns}) VALUES ({places}) {then}", *values)


def _upsert(row: models.Model, *conflict: str, **changes: Any) -> None:
    name, _value = forged(row)
    on = ", ".join(column(name) for name in conflict)
    then = f"ON CONFLICT ({on}) DO UPDATE SET {column(name)} = excluded.{column(name)}"
    _insert(row, "INSERT", then, **changes)


def _another_key(row: models.Model) -> dict[str, Any]:
    return {"id": row.pk + 1000 if isinstance(row.pk, int) else uuid.uuid4()}


def upsert_by_key(row):
    _upsert(row, "id")


def upsert_by_another_unique_column(row):
    _upsert(row, *ONLY_ONCE.get(type(row), ["id"]), **(_another_key(row) if type(row) in ONLY_ONCE else {}))


def replace_by_key(row):
    _insert(row, "REPLACE")


def insert_or_replace_by_another_unique_column(row):
    _insert(row, "INSERT OR REPLACE", **(_another_key(row) if type(row) in ONLY_ONCE else {}))


def update_or_replace(row):
    name, value = forged(row)
    table, key = column(row._meta.db_table), in_sql(row, "id", row.pk)
    run(f"UPDATE OR REPLACE {table} SET {column(name)} = %s WHERE id = %s", in_sql(row, name, value), key)


def truncate(row):
    run(f"TRUNCATE {column(row._meta.db_table)} CASCADE")


def delete_in_a_with_clause(row):
    table = column(row._meta.db_table)
    key = in_sql(row, "id", row.pk)
    run(f"WITH gone AS (DELETE FROM {table} WHERE id = %s RETURNING id) SELECT * FROM gone", key)


def update_from_another_table(row):
    name, value = forged(row)
    run(
        f"UPDATE {column(row._meta.db_table)} AS target SET {column(name)} = %s "
        "FROM accounts_user WHERE target.id = %s",
        in_sql(row, name, value),
        in_sql(row, "id", row.pk),
    )


REFUSED_IN_PYTHON = [
    save,
    delete,
    update,
    delete_all,
    bulk_update,
    update_or_create,
    base_manager_update,
    default_manager_delete,
    new_instance_with_an_old_key,
    related_managers_update,
    related_managers_delete,
    related_managers_clear,
    deleting_a_person,
    deleting_every_person,
]
PAST_PYTHON = [
    plain_queryset_update,
    raw_delete_of_a_queryset,
    save_base,
    saving_as_any_other_model,
    new_instance_forced_over_the_old,
    bulk_create_over_conflicts,
    sql_update,
    sql_update_of_the_key,
    sql_delete,
    sql_delete_of_everything,
    upsert_by_key,
    upsert_by_another_unique_column,
    update_from_another_table,
]
ON_ONE_DATABASE = {
    "sqlite": [replace_by_key, insert_or_replace_by_another_unique_column, update_or_replace],
    "postgresql": [truncate, delete_in_a_with_clause],
}


def attempt(way, row: models.Model) -> str:
    """Try it, take it back, and say what became of the row: `refused`, `changed` or `as it was`."""
    before = as_kept(row)
    try:
        with transaction.atomic():
            way(type(row).objects.get(pk=row.pk))
            after = as_kept(row)
            transaction.set_rollback(True)
    except (AppendOnlyError, DatabaseError):
        after = as_kept(row)
        return "refused" if after == before else "changed"
    return "as it was" if after == before else "changed"


def attempts(way, rows: list[models.Model]) -> dict[str, str]:
    return {type(row).__name__: attempt(way, row) for row in rows}


def every(outcome: str) -> dict[str, str]:
    return {model.__name__: outcome for model in guards.guarded()}


@pytest.mark.parametrize("way", [*REFUSED_IN_PYTHON, *PAST_PYTHON], ids=lambda way: way.__name__)
def test_no_row_changes_by(way, rows):
    assert attempts(way, rows) == every("refused")


@pytest.mark.parametrize("way", PAST_PYTHON, ids=lambda way: way.__name__)
def test_only_the_guards_stand_in_the_way_of(way, rows):
    guards.remove(connection)
    assert attempts(way, rows) == every("changed")


def test_nor_by_what_only_this_database_understands(rows):
    for way in ON_ONE_DATABASE[connection.vendor]:
        assert attempts(way, rows) == every("refused"), way.__name__
    guards.remove(connection)
    for way in ON_ONE_DATABASE[connection.vendor]:
        assert attempts(way, rows) == every("changed"), way.__name__


def test_what_is_new_goes_in_beside_what_is_there(rows):
    before = {type(row): (type(row).objects.count(), as_kept(row)) for row in rows}
    new = pair(person("Someone New"), person("Neighbour Next"))
    new.relationship.write(by=new.patient, text="Mine.")
    new.relationship.open(by=new.clinician, page="", entries=new.relationship.entries.for_reading())
    new.relationship.plan(by=new.clinician, starts_at=clock.now() + dt.timedelta(days=1), minutes=10)
    LogIn.objects.create(person=new.patient.person, at=clock.now(), outcome=LogIn.Outcome.REFUSED)
    for row in rows:
        count, kept = before[type(row)]
        assert type(row).objects.count() > count
        assert as_kept(row) == kept


def test_a_copy_of_somebody_elses_number_is_not_taken(two, rows):
    """The net under the lock: no second act can follow the same one."""
    event = next(row for row in rows if isinstance(row, Event))
    with pytest.raises(DatabaseError), transaction.atomic():
        copy_of(event, id=uuid.uuid4(), entry_id=None).save()
    copy_of(event, id=uuid.uuid4(), entry_id=None, number=event.number + 100).save()


@pytest.mark.parametrize("name", ["number", "submission", "event_id"])
def test_an_appointment_is_not_there_twice(two, rows, name):
    """One to an act, one to a form, one to a number: the database sees to all three."""
    planned = next(row for row in rows if isinstance(row, Appointment))
    later = two.relationship.move(
        planned.consult, by=two.clinician, starts_at=planned.starts_at, minutes=planned.minutes
    )
    new = {"id": None, "event_id": None, "submission": uuid.uuid4(), "number": later.number + 100}
    # An act that made none.
    new["event_id"] = two.relationship.events.get(number=1).pk
    with pytest.raises(DatabaseError), transaction.atomic():
        copy_of(planned, **new | {name: getattr(later, name)}).save()
    copy_of(planned, **new).save()


def test_a_consult_without_length_is_not_taken(two, rows):
    planned = next(row for row in rows if isinstance(row, Appointment))
    new = {"id": None, "event_id": two.relationship.events.get(number=1).pk, "submission": uuid.uuid4()}
    with pytest.raises(DatabaseError), transaction.atomic():
        copy_of(planned, **new, number=99, minutes=0).save()
    copy_of(planned, **new, number=99, minutes=1).save()


@pytest.mark.django_db
def test_the_check_names_the_guard_that_is_missing():
    assert guards.check(databases=["default"]) == []
    guards.remove(connection)
    expected = [name for model in guards.guarded() for name in guards._dialect(connection).names(model)]
    found = guards.check(databases=["default"])
    assert len(found) == len(expected) >= 12
    for name in expected:
        assert any(f"'{name}'" in error.msg for error in found)


@pytest.mark.django_db
def test_one_missing_guard_is_enough_for_the_check_to_fail():
    call_command("check", databases=["default"])
    table = Entry._meta.db_table
    name = guards._dialect(connection).names(Entry)[0]
    run(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else ""))
    with pytest.raises(SystemCheckError, match=name):
        call_command("check", databases=["default"])


@pytest.mark.django_db
@pytest.mark.parametrize("is_there", [True, False])
def test_a_process_that_goes_on_and_on_does_not_begin_where_one_is_missing(monkeypatch, is_there):
    """And what it opens from then on cannot take them away."""
    # Closing this test's connection would end the test.
    monkeypatch.setattr(guards.connections, "close_all", lambda: None)
    if not is_there:
        guards.remove(connection)
    begins = nullcontext() if is_there else pytest.raises(SystemCheckError, match="lacks the trigger")
    try:
        with begins:
            guards.stand()
        assert guards.deny_changes in [one() for _, one, *_ in connection_created.receivers]
    finally:
        connection_created.disconnect(guards.deny_changes)


def test_on_another_database_than_sqlite_the_role_denies_and_not_the_connection():
    """`manage.py grants` does it there. A connection that knows no authorizer is left as it is."""
    guards.deny_changes(connection=SimpleNamespace(vendor="postgresql"))


@pytest.mark.django_db(transaction=True)
def test_guards_are_lifted_within_a_transaction_only():
    with pytest.raises(RuntimeError, match="within a transaction only"), guards.lifted(connection, Entry):
        pass
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_where_they_do_not_come_back_nothing_was_lifted(monkeypatch):
    monkeypatch.setattr(guards, "missing", lambda _: ["one"])
    no_more = pytest.raises(RuntimeError, match="did not come back")
    with no_more, transaction.atomic(), guards.lifted(connection, Entry):
        pass
    monkeypatch.undo()
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("migration", ["0001", "0003"])
def test_whoever_reads_a_migration_beforehand_reads_that_it_guards(migration):
    told = io.StringIO()
    call_command("sqlmigrate", "relationships", migration, stdout=told)
    assert "-- Make the tables of the record append-only" in told.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_guards_stand_again_after_a_migration_that_rebuilds_a_table():
    two = pair(person("Wren"), person("Isko"))
    entry = two.relationship.write(by=two.patient, text="What I said.")
    field = models.CharField(max_length=9, default="new")
    field.set_attributes_from_name("added_one_day")
    with connection.schema_editor() as editor:
        editor.add_field(Entry, field)
    try:
        if connection.vendor == "sqlite":
            assert attempt(sql_update, entry) == "changed", (
                "SQLite drops a trigger when it rebuilds its table."
            )
        call_command("migrate", verbosity=0)
        assert guards.missing(connection) == []
        assert attempt(sql_update, entry) == "refused"
        assert attempt(sql_delete, entry) == "refused"
    finally:
        with connection.schema_editor() as editor:
            editor.remove_field(Entry, field)
        guards.install(connection)


def test_a_row_is_not_replaced_by_another_at_its_rowid(sqlite, rows):
    """As in any other program, which does not ask for recursive triggers."""
    entry = next(row for row in rows if isinstance(row, Entry))
    table = Entry._meta.db_table
    new = {"id": uuid.uuid4().hex, "number": 1000, "submission": uuid.uuid4().hex}
    others = [f.column for f in Entry._meta.concrete_fields if f.column not in new]
    columns = ", ".join(["rowid", *new, *others])
    values = ", ".join(["rowid", "%s", "%s", "%s", *others])

    def replace():
        sql = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id = %s"
        run(sql, *new.values(), entry.pk.hex)

    run("PRAGMA recursive_triggers=OFF")
    try:
        with pytest.raises(DatabaseError, match=guards.REFUSAL), transaction.atomic():
            replace()
        assert as_kept(entry)
        guards.remove(connection)
        with transaction.atomic():
            replace()
            assert not as_kept(entry)
            transaction.set_rollback(True)
    finally:
        run("PRAGMA recursive_triggers=ON")


def test_the_check_is_not_taken_in_by_a_name_on_another_table(sqlite):
    name = guards.SQLite.names(Entry)[0]
    run(f'DROP TRIGGER "{name}"')
    run(f'CREATE TRIGGER "{name}" BEFORE UPDATE ON accounts_user BEGIN SELECT 1; END')
    assert guards.missing(connection) == [name]


def test_the_check_is_not_taken_in_by_a_trigger_that_refuses_nothing(sqlite):
    name = guards.SQLite.names(Entry)[1]
    run(f'DROP TRIGGER "{name}"')
    run(f'CREATE TRIGGER "{name}" BEFORE DELETE ON "{Entry._meta.db_table}" BEGIN SELECT 1; END')
    assert guards.missing(connection) == [name]
    guards.install(connection)
    assert guards.missing(connection) == []


def test_the_check_is_not_taken_in_by_a_function_that_refuses_nothing(postgresql):
    run(
        f"CREATE OR REPLACE FUNCTION {guards.PostgreSQL.FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$"
    )
    every_name = [name for model in guards.guarded() for name in guards.PostgreSQL.names(model)]
    assert guards.missing(connection) == sorted(every_name)
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.parametrize("how", ["ENABLE REPLICA", "DISABLE"])
def test_the_check_is_not_taken_in_by_a_trigger_that_does_not_fire(postgresql, how):
    name = guards.PostgreSQL.names(Entry)[0]
    run(f'ALTER TABLE "{Entry._meta.db_table}" {how} TRIGGER "{name}"')
    assert guards.missing(connection) == [name]
    run(f'ALTER TABLE "{Entry._meta.db_table}" ENABLE ALWAYS TRIGGER "{name}"')
    assert guards.missing(connection) == []


@pytest.mark.parametrize(
    "instead",
    [
        "BEFORE UPDATE OR DELETE ON accounts_user FOR EACH ROW EXECUTE FUNCTION {ours}()",
        "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (false) EXECUTE FUNCTION {ours}()",
        "BEFORE UPDATE OF number OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {ours}()",
        "BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {ours}()",
    ],
)
def test_the_check_is_not_taken_in_by_another_trigger_of_that_name(postgresql, instead):
    name, table = guards.PostgreSQL.names(Entry)[0], Entry._meta.db_table
    run(f'DROP TRIGGER "{name}" ON "{table}"')
    run(f'CREATE TRIGGER "{name}" {instead.format(table=table, ours=guards.PostgreSQL.FUNCTION)}')
    assert guards.missing(connection) == [name]


@pytest.mark.django_db
def test_a_database_before_its_first_migration_needs_no_guards(monkeypatch):
    guards.remove(connection)
    assert guards.check(databases=["default"]) != []
    monkeypatch.setattr(connection.introspection, "table_names", lambda *args, **kwargs: [])
    assert guards.check(databases=["default"]) == []
