"""A database of SQLite's as it was at a moment, kept in memory, so that it need not be made again."""

import sqlite3
from typing import Any


def copy_of(connection: Any) -> sqlite3.Connection:
    connection.ensure_connection()
    # Another thread may be the one that puts it back.
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(kept)
    return kept


def put_back(connection: Any, kept: sqlite3.Connection) -> None:
    connection.ensure_connection()
    kept.backup(connection.connection)
