"""A copy of the whole thing with a database of its own, in processes of its own, with production's settings."""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

HOST = "journal.example.org"
STORY = """
from accounts.models import User
from allauth.account.models import EmailAddress
from relationships.models import Relationship
people = []
for name in ("wren", "isko"):
    person = User.objects.create_user(name + "@example.org", "a long enough pass phrase", name=name)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    people.append(person)
record = Relationship.begin(by=people[0], side="patient")
seat = record.seat_of(people[0])
record.accept(record.invite(by=seat), by=people[1])
record.write(by=seat, text="The first words.")
print(record.pk)
"""

MORE = """
from relationships.models import Relationship
record = Relationship.objects.get()
record.write(by=record.seats[0], text="More words.")
"""


@dataclass
class Copy:
    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **passed,
            "DJANGO_SETTINGS_MODULE": "tests.trust.served",
            "DEBUG": "0",
            "SECRET_KEY": "a key of one test, " + "0123456789" * 4,
            "ALLOWED_HOSTS": HOST,
            "SITE_ADDRESS": f"https://{HOST}",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "TRUSTED_PROXY_COUNT": "1",
            "CACHE_URL": "dbcache://cache",
            "DATABASE_URL": self.database,
            **self.settings,
        }

    def manage(self, *command: str, ok: bool = True, **options) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        return done

    def migrate(self) -> "Copy":
        self.manage("migrate", "--verbosity", "0")
        self.manage("createcachetable")
        return self

    def heads(self) -> dict[str, list]:
        """The number and digest of every record."""
        told = self.manage(
            "shell",
            "--no-imports",
            "-c",
            "import json; from relationships.models import Relationship as R\n"
            "print(json.dumps({str(r.pk): [r.head().number, r.head().digest] for r in R.objects.all()}))",
        )
        return json.loads(told.stdout.splitlines()[-1])

    def tell(self) -> str:
        """Two people and a record with four acts; its key."""
        return self.manage("shell", "--no-imports", "-c", STORY).stdout.split()[-1]

    def tell_more(self) -> None:
        """One more act in the record that there is."""
        self.manage("shell", "--no-imports", "-c", MORE)

    @contextlib.contextmanager
    def served(self) -> Iterator[tuple[int, Path]]:
        """By gunicorn, on a port of this machine; and the file that it writes its log into."""
        log = self.folder / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        bind = ["--bind", f"127.0.0.1:{port}"]
        with log.open("wb") as written:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--config",
                    "python:config.gunicorn",
                    *bind,
                    "config.wsgi",
                ],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        try:
            until = time.monotonic() + 40
            while not lives(port):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.2)
            yield port, log
        finally:
            process.terminate()
            process.wait(30)


def lives(port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", "/health/", headers={"Host": HOST})
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


@contextlib.contextmanager
def copy(folder: Path, of: Copy | None = None) -> Iterator[Copy]:
    """A database of the kind that the tests run on: empty, or as that one is, with which nobody is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        file = folder / "copy.sqlite3"
        if of:
            shutil.copy(of.folder / file.name, file)
        yield Copy(folder, f"sqlite:///{file}")
        return
    name = f"copy_{secrets.token_hex(6)}"
    template = of.database.rpartition("/")[2] if of else "template1"
    with administrator() as cursor:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        cursor.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield Copy(folder, address_of(name))
    finally:
        with administrator() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def ready(folder: Path) -> Iterator[Copy]:
    """A copy with every table and nobody in it. On SQLite it is what the tests begin with, which was migrated before."""
    with copy(folder) as made:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(folder / "copy.sqlite3")])
            made.manage("createcachetable")
        else:
            made.migrate()
        yield made


def address_of(name: str, user: str = "", password: str = "") -> str:
    """The URL of a database of the server that the tests run on."""
    at = connection.settings_dict
    who = f"{quote(user or at['USER'])}:{quote(password or at['PASSWORD'])}"
    return f"postgres://{who}@{at['HOST']}:{at['PORT']}/{name}"


@contextlib.contextmanager
def administrator(name: str = "postgres") -> Iterator[psycopg.Cursor]:
    """Whoever owns the server, at one of its databases."""
    with psycopg.connect(address_of(name), autocommit=True) as connected, connected.cursor() as cursor:
        yield cursor
