"""Append-only, made true in the database: triggers that refuse every change to a row of the record.

Behind them stands a second wall, which keeps a process that is served from taking the triggers away: on PostgreSQL a
role that owns nothing (`manage.py grants`), on SQLite a connection that refuses such statements (`deny_changes`).

The triggers are part of the migrations and are put back after every migration (SQLite drops them when it rebuilds a
table). `check --database default` finds one that is missing or was put out of action, and the processes that go on,
`config.wsgi` and `manage.py worker`, ask it before they begin (`stand`).
"""

import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.backends.utils import CursorWrapper
from django.db.migrations.operations.base import Operation
from django.db.models import Model, UniqueConstraint

from relationships.errors import Refused

REFUSAL = "The record only grows"


def guarded() -> list[type[Model]]:
    """Every model of the record, and whichever else is an `AppendOnly`."""
    from config.append_only import AppendOnly

    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in _dialect(connection).install(_tables(connection)):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """For a migration backwards, and for tests that empty their database."""
    with connection.cursor() as cursor:
        for statement in _dialect(connection).remove(_tables(connection)):
            cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper, model: type[Model]) -> Iterator[None]:
    """For a lawful erasure: one table without its guards, in a transaction of the owner's that ends with them.

    Nobody else can use the moment. SQLite lets one writer in at a time, and PostgreSQL locks a table whose triggers
    change until the transaction is over. Whatever goes wrong, the transaction takes all of it back. Raises Refused where
    somebody reads that table for long: everybody else would have to wait behind this one.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The guards are lifted within a transaction only.")
    dialect = _dialect(connection)
    with connection.cursor() as cursor:
        try:
            for statement in dialect.lift([model]):
                cursor.execute(statement)
        except OperationalError as error:
            raise Refused(
                "Somebody else has the table in use, like a backup. Nothing was changed; try again later."
            ) from error
        yield
        for statement in dialect.install([model]):
            cursor.execute(statement)
    if missing(connection):
        raise RuntimeError("The guards did not come back.")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that are not there, or not as `install` puts them there."""
    dialect, models = _dialect(connection), _tables(connection)
    with connection.cursor() as cursor:
        sound = dialect.sound(cursor, models)
    return sorted(name for model in models for name in dialect.names(model) if name not in sound)


def reinstall(*, using: str, **kwargs: Any) -> None:
    """After every migration."""
    install(connections[using])


def check(*, databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start with a database whose record could be rewritten."""
    return [
        Error(
            f"The database {alias!r} lacks the trigger {name!r} as it ought to be: the record could be changed silently.",
            hint="Run `manage.py migrate --skip-checks`, which puts it back.",
            id="relationships.E001",
        )
        for alias in databases or ()
        if _is_migrated(connections[alias])
        for name in missing(connections[alias])
    ]


def check_role(*, databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """In production, say where the process could take the triggers away."""
    return [
        Warning(
            f"The role that {alias!r} connects as could change or hide the record: it owns tables, was granted too much, "
            "or may make temporary tables, which stand before those of the record.",
            hint="Migrate as the owner, serve as another role, and give that one what `manage.py grants` prints.",
            id="relationships.W001",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and not settings.DEBUG
        if _is_migrated(connections[alias]) and _could_change(connections[alias])
    ]


def _could_change(connection: BaseDatabaseWrapper) -> bool:
    """Whether the role of this connection owns a guarded table (a superuser owns all) or may change its rows.

    Or put another in its place: a temporary table is found before the real one of the same name.
    """
    names = [model._meta.db_table for model in _tables(connection)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(pg_has_role(relowner, 'USAGE') "
            "OR has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')) "
            "OR has_database_privilege(current_database(), 'TEMPORARY') "
            "FROM pg_class WHERE oid IN (SELECT to_regclass(quote_ident(name)) FROM unnest(%s::text[]) AS name)",
            [names],
        )
        return bool(cursor.fetchone()[0])


def grants(connection: BaseDatabaseWrapper, role: str) -> Iterator[str]:
    """What a role of PostgreSQL needs to serve, and no more: it can add to the record and can change nothing of it."""
    quote = connection.ops.quote_name
    named, guarded_ones = quote(role), {model._meta.db_table for model in _tables(connection)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        database = quote(cursor.fetchone()[0])
    # PostgreSQL lets everybody make temporary tables, which are found before those of the record.
    yield f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {named}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {named}"
    yield f"GRANT USAGE ON SCHEMA public TO {named}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {named}"
    for table in sorted(connection.introspection.table_names()):
        yield f"GRANT {', '.join(_rights(table, guarded_ones))} ON {quote(table)} TO {named}"
    for table in LOCKED:
        # Who may change nothing cannot lock a row either. The trigger refuses what this column would allow.
        yield f'GRANT UPDATE ("id") ON {quote(table)} TO {named}'


LOCKED = ("relationships_participant", "relationships_relationship")
"""Guarded tables whose rows are locked, for one to write after the other."""


def _rights(table: str, guarded_ones: set[str]) -> tuple[str, ...]:
    if table == "django_migrations":
        return ("SELECT",)
    return ("SELECT", "INSERT") if table in guarded_ones else ("SELECT", "INSERT", "UPDATE", "DELETE")


def stand() -> None:
    """For a process that goes on and on: it cannot take the guards away, and never stands on a record that could be
    rewritten. Raises SystemCheckError where one is missing.
    """
    connections.close_all()
    connection_created.connect(deny_changes)
    call_command("check", databases=["default"], tags=["database"], fail_level="ERROR", stdout=io.StringIO())


def deny_changes(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """For each connection of a process that is served: on SQLite, refuse what could take the guards away.

    Such a process never migrates, so it makes, changes and drops no table and no trigger at all.
    """
    if connection.vendor == "sqlite":
        tables = frozenset(model._meta.db_table for model in guarded())
        connection.connection.set_authorizer(
            partial(_judge, tables | {"sqlite_master", "sqlite_temp_master"})
        )


DEFINING = frozenset(
    getattr(sqlite3, name) for name in dir(sqlite3) if name.startswith(("SQLITE_CREATE_", "SQLITE_DROP_"))
) | {sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}
SETTLED = frozenset(
    {
        *("writable_schema", "schema_version", "legacy_alter_table", "recursive_triggers", "trusted_schema"),
        *("ignore_check_constraints", "foreign_keys", "defer_foreign_keys", "journal_mode", "synchronous"),
    }
)
"""Pragmas that are set once, when a connection is made."""


def _judge(
    tables: frozenset[str],
    action: int,
    what: str | None,
    value: str | None,
    database: str | None,
    trigger: str | None,
) -> int:
    if action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
        is_denied = (what or "").lower() in tables
    elif action == sqlite3.SQLITE_PRAGMA:
        is_denied = value is not None and (what or "").lower() in SETTLED
    else:
        is_denied = action in DEFINING
    return sqlite3.SQLITE_DENY if is_denied else sqlite3.SQLITE_OK


class InstallGuards(Operation):
    """The migration that first puts the triggers there."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        install(schema_editor.connection)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        remove(schema_editor.connection)

    def describe(self) -> str:
        return "Make the tables of the record append-only"


class KeepGuards(InstallGuards):
    """Stands first and last in a migration that SQLite may rebuild a table for: whichever way it goes, they are there.

    After every migration they are put back anyway; but one that fails half way back never comes to its end.
    """

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        install(schema_editor.connection)


def _tables(connection: BaseDatabaseWrapper) -> list[type[Model]]:
    """The guarded models whose table exists: a later migration may bring another."""
    there = set(connection.introspection.table_names())
    return [model for model in guarded() if model._meta.db_table in there]


def _is_migrated(connection: BaseDatabaseWrapper) -> bool:
    return bool(_tables(connection))


def _dialect(connection: BaseDatabaseWrapper) -> "type[SQLite] | type[PostgreSQL]":
    return PostgreSQL if connection.vendor == "postgresql" else SQLite


def _unique_columns(model: type[Model]) -> Iterator[list[str]]:
    """The column sets of which the table holds each value once."""
    columns = {field.name: field.column or "" for field in model._meta.local_concrete_fields}
    for field in model._meta.local_concrete_fields:
        if field.unique:
            yield [columns[field.name]]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [columns[name] for name in constraint.fields]


class SQLite:
    @staticmethod
    def names(model: type[Model]) -> list[str]:
        return [f"{model._meta.db_table}_no_{change}" for change in ("update", "delete", "replace")]

    @classmethod
    def install(cls, models: list[type[Model]]) -> Iterator[str]:
        yield from cls.remove(models)
        for model in models:
            yield from cls._create(model)

    @classmethod
    def remove(cls, models: list[type[Model]]) -> Iterator[str]:
        for model in models:
            for name in cls.names(model):
                yield f'DROP TRIGGER IF EXISTS "{name}"'

    lift = remove

    @classmethod
    def sound(cls, cursor: CursorWrapper, models: list[type[Model]]) -> set[str]:
        """The names of the triggers that are there, on their table and word for word."""
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = set(cursor.fetchall())
        return {
            name
            for model in models
            for name, statement in zip(cls.names(model), cls._create(model), strict=True)
            if (name, model._meta.db_table, statement) in present
        }

    @classmethod
    def _create(cls, model: type[Model]) -> Iterator[str]:
        """One statement for each of the names. SQLite keeps them as they are written here."""
        table = model._meta.db_table
        update, delete, replace = cls.names(model)
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {table}'); END"
        yield f'CREATE TRIGGER "{update}" BEFORE UPDATE ON "{table}" {refuse}'
        yield f'CREATE TRIGGER "{delete}" BEFORE DELETE ON "{table}" {refuse}'
        # REPLACE removes the row in its way without a word to the trigger above, so look for that row first.
        in_the_way = f'SELECT 1 FROM "{table}" WHERE {cls._same_row(model)}'  # noqa: S608  Names of our own.
        yield f'CREATE TRIGGER "{replace}" BEFORE INSERT ON "{table}" WHEN EXISTS ({in_the_way}) {refuse}'

    @staticmethod
    def _same_row(model: type[Model]) -> str:
        # The rowid is a key of its own beside ours. It is -1 here for a row that does not name one.
        keys = " OR ".join(
            "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns) + ")"
            for columns in _unique_columns(model)
        )
        return f"{keys} OR rowid = NEW.rowid"


class PostgreSQL:
    FUNCTION = "relationships_refuse"
    BODY = (
        f" BEGIN RAISE EXCEPTION '{REFUSAL}: %', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END "
    )
    # pg_trigger.tgtype: BEFORE UPDATE OR DELETE FOR EACH ROW, BEFORE TRUNCATE FOR EACH STATEMENT.
    TYPES = (1 + 2 + 8 + 16, 2 + 32)
    PATIENCE = 5000
    """For so many milliseconds it waits for a table, and every reader of that table behind it."""

    @staticmethod
    def names(model: type[Model]) -> list[str]:
        return [f"{model._meta.db_table}_no_{change}" for change in ("change", "truncate")]

    @classmethod
    def install(cls, models: list[type[Model]]) -> Iterator[str]:
        yield (
            f"CREATE OR REPLACE FUNCTION {cls.FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${cls.BODY}$$"
        )
        yield from cls.remove(models)
        for model in models:
            table = model._meta.db_table
            change, truncate = cls.names(model)
            yield (
                f'CREATE TRIGGER "{change}" BEFORE UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {cls.FUNCTION}()"
            )
            # A row trigger does not see TRUNCATE.
            yield (
                f'CREATE TRIGGER "{truncate}" BEFORE TRUNCATE ON "{table}" '
                f"FOR EACH STATEMENT EXECUTE FUNCTION {cls.FUNCTION}()"
            )

    @classmethod
    def remove(cls, models: list[type[Model]]) -> Iterator[str]:
        for model in models:
            for name in cls.names(model):
                yield f'DROP TRIGGER IF EXISTS "{name}" ON "{model._meta.db_table}"'

    @classmethod
    def lift(cls, models: list[type[Model]]) -> Iterator[str]:
        yield f"SET LOCAL lock_timeout = {cls.PATIENCE}"
        yield from cls.remove(models)
        yield "SET LOCAL lock_timeout = DEFAULT"

    @classmethod
    def sound(cls, cursor: CursorWrapper, models: list[type[Model]]) -> set[str]:
        """The names of the triggers that fire on their table at every such change, and refuse it."""
        cursor.execute(
            "SELECT tgname, relname, tgtype FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgqual IS NULL AND tgattr::text = '' "
            "AND tgrelid = to_regclass(quote_ident(relname)) AND tgfoid = to_regprocedure(%s) AND prosrc = %s",
            [f"{cls.FUNCTION}()", cls.BODY],
        )
        present = set(cursor.fetchall())
        return {
            name
            for model in models
            for name, kind in zip(cls.names(model), cls.TYPES, strict=True)
            if (name, model._meta.db_table, kind) in present
        }
