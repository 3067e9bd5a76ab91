"""What `check --deploy --database default` asks before people rely on a copy, beside what Django asks."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.http.request import validate_host

OF_ONE_PROCESS = ("locmem.LocMemCache", "dummy.DummyCache")
GOES_NOWHERE = ("console", "locmem", "dummy", "filebased")
AT_ONCE = ("immediate.ImmediateBackend", "dummy.DummyBackend")
MANY_PROXIES = 3


def _error(number: int, says: str, hint: str) -> Error:
    return Error(says, hint=hint, id=f"alongside.E{number:03}")


def _warning(number: int, says: str, hint: str) -> Warning:
    return Warning(says, hint=hint, id=f"alongside.W{number:03}")


@register(Tags.security, deploy=True)
def settings_are_for_people(**kwargs: Any) -> list[CheckMessage]:
    return [*_key(), *_cache(), *_mail(), *_address(), *_queue(), *_proxies()]


def _key() -> Iterator[CheckMessage]:
    if settings.SECRET_KEY.startswith(("a key for development", "a key for tests")):
        yield _error(1, "SECRET_KEY is the one that everybody can read in the code.", "Make one of your own.")


def _cache() -> Iterator[CheckMessage]:
    if settings.CACHES["default"]["BACKEND"].endswith(OF_ONE_PROCESS):
        yield _error(
            2,
            "Each process counts rate limits by itself, so each guess is allowed once in every process.",
            "Leave CACHE_URL out, or name a cache that all processes share.",
        )


def _mail() -> Iterator[CheckMessage]:
    backend = settings.EMAIL_DELIVERY_BACKEND
    if any(f".{name}." in backend for name in GOES_NOWHERE):
        yield _error(
            3, "No mail leaves: codes and invitations would reach nobody.", "Set EMAIL_URL to a mail server."
        )


def _address() -> Iterator[CheckMessage]:
    address = urlsplit(settings.SITE_ADDRESS)
    if address.scheme != "https" or not address.hostname:
        yield _error(
            4,
            "SITE_ADDRESS is not where this is reached by https, and the links in mails come from it.",
            "Set it like https://journal.example.org.",
        )
    elif not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        yield _error(
            5,
            "The links in mails lead to a name that is not among ALLOWED_HOSTS.",
            "Add the one to the other.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield _error(
            6,
            "ALLOWED_HOSTS takes every name, so a stranger can word our links.",
            "List the names of this site.",
        )


def _queue() -> Iterator[CheckMessage]:
    if str(settings.TASKS["default"]["BACKEND"]).endswith(AT_ONCE):
        yield _error(
            7, "What belongs in the queue is done inside the request, or not at all.", "Leave TASKS as it is."
        )


def _proxies() -> Iterator[CheckMessage]:
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and not 1 <= count <= MANY_PROXIES:
        yield _warning(
            8,
            f"TRUSTED_PROXY_COUNT is {count}, behind a proxy: rate limits count the proxy, or what anybody claims.",
            "It is 1 behind one nginx. Without a proxy say BEHIND_TLS_PROXY=0.",
        )


@register(Tags.database, deploy=True)
def database_is_for_people(*, databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    return [found for alias in databases or () for found in _of_the_database(alias)]


def _of_the_database(alias: str) -> Iterator[CheckMessage]:
    connection = connections[alias]
    there = connection.introspection.table_names()
    for cache in settings.CACHES.values():
        if cache["BACKEND"].endswith("db.DatabaseCache") and cache["LOCATION"] not in there:
            yield _error(
                9,
                f"The cache's table {cache['LOCATION']!r} is not there.",
                "Run `manage.py createcachetable`.",
            )
    if connection.vendor == "postgresql":
        yield from _of_its_log(connection)


def _of_its_log(connection: Any) -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_statement')")
        on_error, always = cursor.fetchone()
    if on_error not in ("fatal", "panic") or always != "none":
        yield _warning(
            10,
            "PostgreSQL writes statements into its log, with the words that are in them.",
            "ALTER ROLE … SET log_min_error_statement = panic (docs/running.md).",
        )
