"""S2: with production's settings the check is silent, and each thing that must not be is named by one message."""

import secrets

import pytest
from django.core.checks import run_checks
from django.db import connection
from psycopg import sql

from relationships import guards
from tests.trust.copies import Copy, address_of, administrator, copy

pytestmark = pytest.mark.django_db

WELL = {
    "DEBUG": False,
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": ["journal.example.org"],
    "SITE_ADDRESS": "https://journal.example.org",
    "EMAIL_DELIVERY_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "CACHES": {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_session"}
    },
    "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31536000,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}
ABOUT_THE_ROLE = {"relationships.W001", "alongside.W010"}
"""The tests own their database, on PostgreSQL, which is one of the things that must not be."""
ABOUT_THE_BROWSER = {"async.E001"}
"""And they say DJANGO_ALLOW_ASYNC_UNSAFE, for the sake of those that steer a browser (tests/browser/conftest.py)."""


@pytest.fixture(autouse=True)
def _as_it_is_served(monkeypatch):
    """The browser tests set this, in the process that they share with these."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)


def found(settings, **changes):
    """The ids of all that the check says, of these settings and this database."""
    for name, value in (WELL | changes).items():
        setattr(settings, name, value)
    told = run_checks(include_deployment_checks=True, databases=["default"])
    return {message.id for message in told} - ABOUT_THE_ROLE - ABOUT_THE_BROWSER


def test_where_all_is_well_it_is_silent(settings):
    assert found(settings) == set()


LOCMEM = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
DUMMY = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
NOT_THERE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "not_there"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "SECRET_KEY",
            "a key for development, which protects nothing, however long it may be",
            {"alongside.E001"},
        ),
        ("SECRET_KEY", "short", {"security.W009"}),
        ("CACHES", {"default": LOCMEM}, {"alongside.E002"}),
        ("CACHES", {"default": DUMMY}, {"alongside.E002"}),
        ("CACHES", {"default": NOT_THERE}, {"alongside.E009"}),
        *(
            (
                "EMAIL_DELIVERY_BACKEND",
                f"django.core.mail.backends.{name}.EmailBackend",
                {"alongside.E003"},
            )
            for name in ("console", "locmem", "dummy", "filebased")
        ),
        ("SITE_ADDRESS", "", {"alongside.E004"}),
        ("SITE_ADDRESS", "http://journal.example.org", {"alongside.E004"}),
        ("SITE_ADDRESS", "https://", {"alongside.E004"}),
        ("SITE_ADDRESS", "https://other.example.org", {"alongside.E005"}),
        ("ALLOWED_HOSTS", ["*"], {"alongside.E006"}),
        ("ALLOWED_HOSTS", [], {"alongside.E005", "security.W020"}),
        (
            "TASKS",
            {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
            {"alongside.E007"},
        ),
        ("TASKS", {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}, {"alongside.E007"}),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, {"alongside.W008"}),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 9, {"alongside.W008"}),
        ("DEBUG", True, {"security.W018"}),
        ("SECURE_SSL_REDIRECT", False, {"security.W008"}),
        ("SECURE_HSTS_SECONDS", 0, {"security.W004"}),
        ("SESSION_COOKIE_SECURE", False, {"security.W010"}),
        ("CSRF_COOKIE_SECURE", False, {"security.W016"}),
    ],
)
def test_what_must_not_be_is_named(settings, name, value, says):
    assert found(settings, **{name: value}) == says


def test_without_a_proxy_none_is_counted(settings):
    assert found(settings, SECURE_PROXY_SSL_HEADER=None, ALLAUTH_TRUSTED_PROXY_COUNT=0) == set()


def test_a_name_with_a_dot_before_it_is_every_name_below(settings):
    below = {"ALLOWED_HOSTS": [".example.org"], "SITE_ADDRESS": "https://journal.example.org"}
    assert found(settings, **below) == set()


def test_a_guard_that_is_gone_is_named(settings):
    name = guards._dialect(connection).names(guards.guarded()[0])[0]
    on = f' ON "{guards.guarded()[0]._meta.db_table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    assert found(settings) == {"relationships.E001"}


# --- As an administrator runs it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory, migrated):
    with copy(tmp_path_factory.mktemp("whole"), of=migrated) as made:
        yield made


def checked(made):
    return made.manage(*("check", "--deploy", "--database", "default", "--fail-level", "WARNING"), ok=False)


@pytest.fixture
def as_served(whole):
    """The one who serves: on SQLite there is one only, on PostgreSQL a role that owns nothing."""
    if connection.vendor == "sqlite":
        yield whole
        return
    database, name = whole.database.rpartition("/")[2], f"serves_{secrets.token_hex(4)}"
    who = sql.Identifier(name)
    with administrator(database) as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(who))
        cursor.execute(sql.SQL("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {}").format(who))
        cursor.execute(
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database))
        )
        cursor.execute(sql.SQL("ALTER ROLE {} SET log_min_error_statement = panic").format(who))
    try:
        yield Copy(whole.folder, address_of(database, name, "x"))
    finally:
        with administrator(database) as cursor:
            cursor.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(who))


def test_with_productions_settings_it_has_nothing_to_say(as_served):
    told = checked(as_served)
    assert told.returncode == 0, told.stderr
    assert "no issues" in told.stdout


def test_one_who_owns_the_tables_is_named(whole, postgresql):
    told = checked(whole)
    assert told.returncode == 1
    assert {"relationships.W001", "alongside.W010"} <= set(
        told.stderr.replace("(", " ").replace(")", " ").split()
    )


def test_one_who_may_change_the_record_is_named(as_served, whole, postgresql):
    name = as_served.database.partition("//")[2].partition(":")[0]
    with administrator(whole.database.rpartition("/")[2]) as cursor:
        cursor.execute(sql.SQL("GRANT UPDATE ON relationships_entry TO {}").format(sql.Identifier(name)))
    told = checked(as_served)
    assert told.returncode == 1
    assert "relationships.W001" in told.stderr
    assert "alongside.W010" not in told.stderr


def test_a_missing_table_of_the_cache_is_named(tmp_path, whole):
    with copy(tmp_path / "bare", of=whole) as bare:
        bare.settings["CACHE_URL"] = "dbcache://elsewhere"
        told = checked(bare)
        assert told.returncode == 1
        assert "alongside.E009" in told.stderr
