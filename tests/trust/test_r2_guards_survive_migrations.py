"""R2. After every migration, from nothing and from the last release, the triggers are those that are declared."""

import re
import sqlite3 as file_of
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from relationships import guards

pytestmark = pytest.mark.django_db(transaction=True)
HERE = Path(__file__).parents[2]
LAST_RELEASE = [("relationships", "0003_being_known"), ("accounts", "0002_consults")]


def declared() -> set[str]:
    return {name for model in guards.guarded() for name in guards._dialect(connection).names(model)}


def present() -> set[str]:
    """Every trigger that is there and was made by somebody, whatever it is called."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def back_to_today():
    yield
    if connection.vendor == "postgresql":  # On SQLite the whole database is put back (tests/conftest.py).
        call_command("migrate", verbosity=0)


def of_both() -> list[tuple[str, str]]:
    """Every migration of our two packages, in the order in which they are done."""
    loader = MigrationLoader(connection)
    leaves = [key for key in loader.graph.leaf_nodes() if key[0] in ("relationships", "accounts")]
    plan = [step for leaf in leaves for step in loader.graph.forwards_plan(leaf)]
    return list(dict.fromkeys(step for step in plan if step[0] in ("relationships", "accounts")))


def test_after_every_single_migration_from_nothing(back_to_today):
    call_command("migrate", "relationships", "zero", verbosity=0)
    call_command("migrate", "accounts", "0001_initial", verbosity=0)
    seen = 0
    for app, name in of_both():
        if (app, name) == ("accounts", "0001_initial"):
            continue
        call_command("migrate", app, name, verbosity=0)
        assert guards.missing(connection) == [], name
        seen += 1
    assert seen >= 6
    assert present() == declared()


def test_from_the_last_release(back_to_today):
    for app, name in LAST_RELEASE:
        call_command("migrate", app, name, verbosity=0)
        assert guards.missing(connection) == []
    call_command("migrate", verbosity=0)
    assert present() == declared()


def test_a_migration_that_was_stopped_leaves_them_there(back_to_today, monkeypatch):
    call_command("migrate", "relationships", LAST_RELEASE[0][1], verbosity=0)

    def fails(*args, **kwargs):
        raise RuntimeError("The plug was pulled.")

    with monkeypatch.context() as patched:
        patched.setattr("django.db.migrations.operations.AddConstraint.database_forwards", fails)
        with pytest.raises(RuntimeError, match="plug"):
            call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []


def test_the_process_does_not_start_without_one_of_them(sqlite, tmp_path):
    """As gunicorn starts it, on a file of its own."""
    environment = {
        "DEBUG": "0",
        "SECRET_KEY": "a key for this test only",
        "ALLOWED_HOSTS": "localhost",
        "EMAIL_URL": "memorymail://",
        "SITE_ADDRESS": "https://journal.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path}/record.sqlite3",
        "PATH": "",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=HERE,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("manage.py", "migrate", "-v0").returncode == 0
    started = run("-c", "import config.wsgi")
    assert started.returncode == 0, started.stderr
    with file_of.connect(tmp_path / "record.sqlite3") as file:
        file.execute("DROP TRIGGER relationships_event_no_delete")
    file.close()
    refused = run("-c", "import config.wsgi")
    assert refused.returncode != 0
    assert re.search(r"lacks the trigger 'relationships_event_no_delete'", refused.stderr)
    worker = run("manage.py", "worker")
    assert worker.returncode != 0
    assert re.search(r"lacks the trigger 'relationships_event_no_delete'", worker.stderr)
    # It says what puts it back, and that does.
    (hint,) = set(re.findall(r"Run `manage.py (.*?)`, which puts it back", refused.stderr))
    assert run("manage.py", *hint.split(), "-v0").returncode == 0
    # What is served denies itself what would take them away.
    denied = run(
        "-c",
        "import config.wsgi; from django.db import connection; "
        "connection.cursor().execute('DROP TRIGGER relationships_event_no_delete')",
    )
    assert "not authorized" in denied.stderr
