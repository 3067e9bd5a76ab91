"""R10: a backup made while people write restores elsewhere to the same heads, and says when it cannot.

Everything is done by the commands, in processes of their own, on a database of their own.
"""

import contextlib
import re
import secrets
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.drill import length
from tests.trust.copies import Copy, address_of, administrator, copy

WRITER = """
from relationships.models import Relationship
record = Relationship.objects.get()
seat = record.seats[0]
for number in range(100_000):
    entry = record.write(by=seat, text=f"Line {number}.")
    print(entry.number, flush=True)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory, migrated):
    """One record of four acts, made once."""
    with copy(tmp_path_factory.mktemp("told"), of=migrated) as made:
        made.tell()
        yield made


@pytest.fixture
def live(tmp_path, told):
    with copy(tmp_path / "live", of=told) as made:
        yield made


@pytest.fixture
def elsewhere(tmp_path):
    with copy(tmp_path / "elsewhere") as made:
        yield made


def the_backup(made: Copy, *more: str) -> Path:
    told = made.manage("backup", str(made.folder / "kept"), *more).stdout
    return Path(told.split(": ")[0])


def fingerprints(told: str) -> dict[str, tuple[int, str]]:
    rows = re.findall(r"^([0-9a-f-]{36})  (\d+) acts · ([0-9a-f ]+)$", told, re.M)
    return {record: (int(number), digits.replace(" ", "")) for record, number, digits in rows}


def assert_same(restored: str, heads: dict[str, list]) -> None:
    told = fingerprints(restored)
    assert set(told) == set(heads)
    for record, (number, digits) in told.items():
        assert number == heads[record][0]
        assert len(digits) >= 12
        assert heads[record][1].startswith(digits)


def test_of_a_database_at_rest_every_head_is_the_same(live, elsewhere, measured):
    heads = live.heads()
    file = the_backup(live)
    began = time.monotonic()
    restored = elsewhere.manage("restore", str(file)).stdout
    took = time.monotonic() - began
    assert_same(restored, heads)
    measured(f"0 differences, back in {took:.1f} s")
    assert elsewhere.heads() == heads
    assert "Every seal fits." in restored
    assert "looks like any other way to rewrite a record" in restored
    elsewhere.manage("createcachetable")
    elsewhere.manage("check", "--database", "default")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert re.fullmatch(r"alongside-\d{8}T\d{6}Z-1-records-4-acts\.(sqlite3|pgdump)", file.name)
    assert list(file.parent.iterdir()) == [file]


def test_a_backup_lets_sqlite_see_what_its_indexes_are_worth(live):
    the_backup(live)
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(live.database.removeprefix("sqlite:///"))) as file:
            seen = {
                name
                for (name,) in file.execute("SELECT idx FROM sqlite_stat1 WHERE tbl = 'relationships_event'")
            }
        assert "event_by_verb" in seen


def test_made_while_two_processes_write_it_is_one_moment_of_theirs(live, elsewhere):
    written = [live.folder / f"writer-{number}" for number in range(2)]
    writers = []
    try:
        for acknowledged in written:
            with acknowledged.open("wb") as out:
                command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WRITER]
                writers.append(
                    subprocess.Popen(command, cwd=settings.BASE_DIR, env=live.environment, stdout=out)
                )
        until = time.monotonic() + 40
        while not all(path.read_text().count("\n") > 5 for path in written):
            assert time.monotonic() < until
            time.sleep(0.1)
        before = max(newest(path) for path in written)
        file = the_backup(live)
        after = max(newest(path) for path in written)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    restored = elsewhere.manage("restore", str(file)).stdout
    ((number, digits),) = fingerprints(restored).values()
    assert before <= number <= after + 2
    assert after > before, "Nobody wrote while the backup was made."
    assert digest_of(live, number).startswith(digits)
    assert f"-1-records-{number}-acts" in file.name


def newest(path: Path) -> int:
    whole = path.read_text().rpartition("\n")[0].split()
    return int(whole[-1]) if whole else 0


def digest_of(made: Copy, number: int) -> str:
    asked = f"from relationships.models import Event as E; print(E.objects.get(number={number}).digest)"
    return made.manage("shell", "--no-imports", "-c", asked).stdout.split()[-1]


def test_records_are_thrown_away_only_when_somebody_says_so(live):
    file = the_backup(live)
    live.tell_more()
    heads = live.heads()
    refused = live.manage("restore", str(file), ok=False)
    assert refused.returncode == 1
    assert "say --replace" in refused.stderr
    assert live.heads() == heads
    live.manage("restore", str(file), "--replace")
    assert {number for number, _ in live.heads().values()} == {4}


def test_what_is_no_backup_changes_nothing(live):
    file, heads = the_backup(live), live.heads()
    harmed = {
        "cut off": file.read_bytes()[: file.stat().st_size // 2],
        "another thing": b"A shopping list.",
        "none at all": None,
    }
    for harm, kept in harmed.items():
        file.unlink() if kept is None else file.write_bytes(kept)
        refused = live.manage("restore", str(file), "--replace", ok=False)
        assert refused.returncode == 1, harm
        assert "Traceback" not in refused.stderr, harm
        assert refused.stderr.strip(), harm
    assert live.heads() == heads
    live.manage("check", "--database", "default")


def test_a_backup_that_was_forged_is_found_as_it_is_restored(live, elsewhere):
    """On SQLite the file itself can be edited; on PostgreSQL the live database, by whoever owns it."""
    if connection.vendor == "sqlite":
        file = the_backup(live)
        with sqlite3.connect(file) as forged:
            forged.execute("DROP TRIGGER relationships_entry_no_update")
            forged.execute("UPDATE relationships_entry SET text = 'I never said that.'")
    else:
        with administrator(live.database.rpartition("/")[2]) as cursor:
            cursor.execute("ALTER TABLE relationships_entry DISABLE TRIGGER USER")
            cursor.execute("UPDATE relationships_entry SET text = 'I never said that.'")
        file = the_backup(live)
    told = elsewhere.manage("restore", str(file), ok=False)
    assert told.returncode == 1
    assert "DOES NOT FIT" in told.stdout
    assert "Let nobody in" in told.stderr
    assert "I never said that" not in told.stdout + told.stderr
    elsewhere.manage("createcachetable")
    elsewhere.manage("check", "--database", "default")


def test_nobody_gets_in_with_a_backup_and_nothing_waits_in_it(live, elsewhere):
    live.manage(
        *("shell", "--no-imports", "-c"),
        "from django.contrib.sessions.backends.db import SessionStore as S; s = S(); s['a'] = 'canary-7e3f'; s.save()\n"
        "from django.core.cache import cache; cache.set('a', 'canary-7e3f')",
    )
    file = the_backup(live)
    elsewhere.manage("restore", str(file))
    counted = elsewhere.manage(
        *("shell", "--no-imports", "-c"),
        "from django.contrib.sessions.models import Session as S; from django.core.cache import cache\n"
        "print(S.objects.count(), cache.get('a'))",
    )
    assert counted.stdout.splitlines()[-1] == "0 None"
    assert b"canary-7e3f" not in file.read_bytes()


def test_through_a_pipe_and_back(live, elsewhere):
    command = [sys.executable, "manage.py", "backup", "-"]
    piped = subprocess.run(
        command, cwd=settings.BASE_DIR, env=live.environment, capture_output=True, check=True, timeout=60
    )
    assert b"1 records, 4 acts" in piped.stderr
    back = subprocess.run(
        [sys.executable, "manage.py", "restore", "-"],
        cwd=settings.BASE_DIR,
        env=elsewhere.environment,
        input=piped.stdout,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert_same(back.stdout.decode(), live.heads())


def test_the_database_knows_what_came_and_need_not_guess(live, elsewhere, postgresql):
    """PostgreSQL plans by what it counted. Right after a restore it has counted nothing by itself."""
    elsewhere.manage("restore", str(the_backup(live)))
    asked = (
        "from django.db import connection as c; k = c.cursor();"
        "k.execute(\"SELECT reltuples FROM pg_class WHERE relname = 'relationships_event'\");"
        "print(k.fetchone()[0])"
    )
    assert float(elsewhere.manage("shell", "--no-imports", "-c", asked).stdout.split()[-1]) == 4


def test_only_the_newest_are_kept(live):
    keep = length(1, 2)
    for number in range(keep + 1):
        time.sleep(1.1 * bool(number))
        file = the_backup(live, "--keep", str(keep))
    kept = sorted(file.parent.iterdir())
    assert len(kept) == keep
    assert kept[-1] == file


def test_killed_in_the_middle_it_leaves_no_backup_by_name(live):
    folder = live.folder / "kept"
    command = [sys.executable, "manage.py", "backup", str(folder)]
    for pause in (0.6, 0.9, 1.2):
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=live.environment)
        time.sleep(pause)
        process.kill()
        process.wait()
        for file in folder.glob("alongside-*") if folder.is_dir() else []:
            assert file.stat().st_size > 1000
    live.manage("restore", str(the_backup(live)), "--replace")


def test_a_folder_that_cannot_be_is_said_in_a_sentence(live):
    folder = live.folder / "nowhere"
    folder.write_text("A file where the folder should be.")
    refused = live.manage("backup", str(folder), ok=False)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_the_role_that_serves_cannot_make_one_and_is_told_why(live, postgresql):
    name, password = f"serves_{secrets.token_hex(4)}", secrets.token_hex(8)
    database = live.database.rpartition("/")[2]
    with administrator(database) as cursor:
        who = sql.Identifier(name)
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(who, sql.Literal(password)))
        cursor.execute(sql.SQL("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {}").format(who))
    try:
        serving = Copy(live.folder, address_of(database, name, password))
        refused = serving.manage("backup", str(live.folder / "kept"), ok=False)
        assert refused.returncode == 1
        assert f"The role '{name}' does not own the tables" in refused.stderr
        assert list((live.folder / "kept").iterdir()) == []
        assert password not in refused.stderr
    finally:
        with administrator(database) as cursor:
            cursor.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(who))
