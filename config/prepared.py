"""Queries that are compiled once.

Django puts a query together and compiles it to SQL each time it is asked, which for a page of a record takes longer
than the database needs to answer. A `Prepared` query is compiled once for each connection and each set of values that it
is asked with, and from then on the values are only set in their places. Nothing is prepared on the server, so it works
behind a pooler that hands out a connection for one transaction.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Value = uuid.UUID | dt.datetime | int | str | list[uuid.UUID]

_numbers = itertools.count(1_900_000_001)


class Prepared:
    """`build` takes stand-ins for the values and returns a QuerySet. Calling it with values returns a list of the rows.

    A value that is None is not passed on, so `build` can leave out a condition. A list stands behind `__in` and is never
    empty. `build` may filter and limit by nothing else that changes: what it asks the clock is asked once.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build

    def __call__(self, **values: Any) -> list[Any]:
        given = {name: _padded(value) for name, value in values.items() if value is not None}
        shape = (
            self,
            *((name, len(value) if isinstance(value, list) else -1) for name, value in given.items()),
        )
        cache: dict[Any, _Compiled] = connection.__dict__.setdefault("prepared_queries", {})
        compiled = cache.get(shape)
        if compiled is None:
            compiled = cache[shape] = _Compiled(self.build, given)
        return compiled.rows(given)


def forget() -> None:
    """Compile every query anew: for a test that changes what one was built with."""
    connection.__dict__.pop("prepared_queries", None)


class _Compiled:
    """The SQL of one query, and where in its parameters each value goes."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], like: dict[str, Value]) -> None:
        stand_ins = {name: _stand_in(value) for name, value in like.items()}
        self.queryset = build(**stand_ins)
        compiler = self.queryset.query.get_compiler(using=self.queryset.db)
        self.is_empty = False
        try:
            self.sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            self.is_empty = True
            return
        self.parameters = list(parameters)
        adapted = [_adapted(value, connection) for value in _flat(stand_ins)]
        self.places = [
            (place, adapted.index(parameter))
            for place, parameter in enumerate(self.parameters)
            if parameter in adapted
        ]
        if {index for _place, index in self.places} != set(range(len(adapted))):
            raise ValueError("A prepared query does not use each value that it is given as it is given.")
        # The query asks this compiler, and the compiler says the SQL that is known already.
        compiler.as_sql = lambda *args, **kwargs: (self.sql, tuple(self.parameters))
        self.queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]

    def rows(self, values: dict[str, Value]) -> list[Any]:
        if self.is_empty:
            return []
        given = [_adapted(value, connection) for value in _flat(values)]
        for place, index in self.places:
            self.parameters[place] = given[index]
        rows: Iterable[Any] = self.queryset._iterable_class(self.queryset)  # type: ignore[assignment]
        return list(rows)


def _padded(value: Value) -> Value:
    """A list as long as the next power of two, its first value repeated: so few lengths, and so few queries, occur."""
    if not isinstance(value, list):
        return value
    return value + value[:1] * ((1 << (len(value) - 1).bit_length()) - len(value))


def _flat(values: dict[str, Value]) -> list[Any]:
    return [one for value in values.values() for one in (value if isinstance(value, list) else [value])]


def _stand_in(value: Value) -> Value:
    """Of the same type, and found nowhere else in the query."""
    if isinstance(value, list):
        return [uuid.uuid4() for _ in value]
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, dt.datetime):
        return dt.datetime(1970, 1, 1, microsecond=next(_numbers) % 1_000_000, tzinfo=dt.UTC)
    number = next(_numbers)
    return f"stand-in {number}" if isinstance(value, str) else number


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """As Django hands it to the database."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
