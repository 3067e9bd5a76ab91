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
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

Value = uuid.UUID | dt.datetime | int | str | list[uuid.UUID]
Setter = Callable[[Model, Model | None], None]
Converter = tuple[int, Callable[[Any, Any, BaseDatabaseWrapper], Any], Any]

_bound: ContextVar[tuple[Any, ...]] = ContextVar("bound")
"""The parameters of the query that is being asked."""
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
        cache = _cache()
        compiled = cache.get(shape)
        if compiled is None:
            compiled = cache[shape] = _Compiled(self.build, given)
        return compiled.rows(given)


def forget() -> None:
    """Compile every query anew: for a test that changes what one was built with."""
    _cache().clear()


def _cache() -> "dict[Any, _Compiled]":
    """That of this thread's connection, and not of the proxy that all threads share."""
    cache: dict[Any, _Compiled] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("prepared_queries", {})
    return cache


class _Compiled:
    """The SQL of one query, where in its parameters each value goes, and what its rows become."""

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
        compiler.as_sql = lambda *args, **kwargs: (self.sql, _bound.get())
        self.queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        self.instances = _Instances.of(compiler, self.queryset)

    def rows(self, values: dict[str, Value]) -> list[Any]:
        if self.is_empty:
            return []
        given = [_adapted(value, connection) for value in _flat(values)]
        parameters = self.parameters.copy()
        for place, index in self.places:
            parameters[place] = given[index]
        if self.instances:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, parameters)
                return self.instances.made_of(cursor.fetchall())
        token = _bound.set(tuple(parameters))
        try:
            rows: Iterable[Any] = self.queryset._iterable_class(self.queryset)  # type: ignore[assignment]
            return list(rows)
        finally:
            _bound.reset(token)


class _Instances:
    """Makes instances of rows, with their annotations and what `select_related` brings along: in a third of the time
    that Django takes.

    Django asks for each row which of its fields are there and sends two signals, to which nobody here listens.
    """

    def __init__(self, made: "_Made", converters: list[Converter]) -> None:
        self.made, self.converters = made, converters

    @classmethod
    def of(cls, compiler: Any, queryset: QuerySet[Any, Any]) -> "_Instances | None":
        """None where the rows are no instances."""
        if queryset._iterable_class is not ModelIterable:
            return None
        converters = [
            (place, function, expression)
            for place, (functions, expression) in compiler.get_converters(
                [column for column, *_ in compiler.select]
            ).items()
            for function in functions
        ]
        return cls(_Made.of(compiler, compiler.klass_info, compiler.annotation_col_map), converters)

    def made_of(self, rows: Iterable[tuple[Any, ...]]) -> list[Model]:
        return [self._made_of(list(row)) for row in rows]

    def _made_of(self, row: list[Any]) -> Model:
        for place, convert, expression in self.converters:
            if row[place] is not None:
                row[place] = convert(row[place], expression, connection)
        return self.made.of_row(row)


class _Made:
    """How one model's instance is made of a row, and then those that it brings along."""

    def __init__(self, model: type[Model], places: dict[str, int]) -> None:
        self.model, self.places = model, places
        self.key = places[model._meta.pk.attname]
        self.related: list[tuple[_Made, Setter, Setter]] = []

    @classmethod
    def of(cls, compiler: Any, told: dict[str, Any], annotations: dict[str, int] | None = None) -> "_Made":
        places = {compiler.select[place][0].target.attname: place for place in told["select_fields"]}
        made = cls(told["model"], places | (annotations or {}))
        for one in told.get("related_klass_infos", []):
            made.related.append((cls.of(compiler, one), one["local_setter"], one["remote_setter"]))
        return made

    def of_row(self, row: list[Any]) -> Model:
        instance = self.model.__new__(self.model)
        told = instance.__dict__
        for name, place in self.places.items():
            told[name] = row[place]
        state = instance._state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        for made, set_here, set_there in self.related:
            found = made.of_row(row) if row[made.key] is not None else None
            set_here(instance, found)
            if found is not None:
                set_there(found, instance)
        return instance


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
