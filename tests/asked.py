"""What a block read from the database: the rows themselves, not the instances that Python made of them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection


def rows_of(queries: Iterable[dict[str, Any]], table: str) -> int:
    """How many rows come back of those of these queries that select from this table first, asked once more."""
    rows = 0
    with connection.cursor() as cursor:
        for one in queries:
            if one["sql"].startswith(f'SELECT "{table}"."id"'):
                cursor.execute(one["sql"])
                rows += len(cursor.fetchall())
    return rows
