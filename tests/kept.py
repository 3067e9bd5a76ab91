"""A database as it was at a moment, kept in memory, so that it need not be made again."""

import secrets
import sqlite3
from typing import Any

from django.db import transaction

from relationships import guards


class OfSQLite:
    """The whole database, its tables and triggers included."""

    def __init__(self, connection: Any) -> None:
        connection.ensure_connection()
        # Another thread may be the one that puts it back.
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self.kept)

    def put_back(self, connection: Any) -> None:
        connection.ensure_connection()
        self.kept.backup(connection.connection)

    def forget(self, connection: Any) -> None:
        self.kept.close()


class OfPostgreSQL:
    """Every row of our tables. The guards step aside for the moment in which these are put back, and stand again."""

    def __init__(self, connection: Any) -> None:
        self.rows: dict[str, bytes] = {}
        with connection.cursor() as cursor:
            for table in _tables(connection):
                with cursor.copy(f"COPY {_columns(connection, cursor, table)} TO STDOUT") as out:
                    self.rows[table] = b"".join(bytes(part) for part in out)
            self.into = {table: _columns(connection, cursor, table) for table in self.rows}

    def put_back(self, connection: Any) -> None:
        tables = [connection.ops.quote_name(table) for table in _tables(connection)]
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))
            for table, rows in self.rows.items():
                if rows:
                    with cursor.copy(f"COPY {self.into[table]} FROM STDIN") as into:
                        into.write(rows)
            # What else waits for the end of a transaction is looked at now: a table it waits for cannot be changed.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables))
        if guards.missing(connection):
            guards.install(connection)


class WholeOfPostgreSQL:
    """The whole database, its tables and triggers included, as another one beside it. Nobody else may be at it."""

    def __init__(self, connection: Any) -> None:
        self.name = f"kept_{secrets.token_hex(6)}"
        self._say(connection, f'CREATE DATABASE "{self.name}" TEMPLATE "{connection.settings_dict["NAME"]}"')

    def put_back(self, connection: Any) -> None:
        here = connection.settings_dict["NAME"]
        self._say(
            connection,
            f'DROP DATABASE "{here}" WITH (FORCE)',
            f'CREATE DATABASE "{here}" TEMPLATE "{self.name}"',
        )

    def forget(self, connection: Any) -> None:
        self._say(connection, f'DROP DATABASE "{self.name}"')

    def _say(self, connection: Any, *statements: str) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _tables(connection: Any) -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _columns(connection: Any, cursor: Any, table: str) -> str:
    names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return f"{connection.ops.quote_name(table)} ({', '.join(map(connection.ops.quote_name, names))})"


Kept = OfSQLite | OfPostgreSQL
Whole = OfSQLite | WholeOfPostgreSQL


def copy_of(connection: Any) -> Kept:
    return OfSQLite(connection) if connection.vendor == "sqlite" else OfPostgreSQL(connection)


def whole_copy_of(connection: Any) -> Whole:
    return OfSQLite(connection) if connection.vendor == "sqlite" else WholeOfPostgreSQL(connection)


def put_back(connection: Any, kept: Kept | Whole) -> None:
    kept.put_back(connection)
