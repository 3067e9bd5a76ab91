"""What the programs of the drill stand on: people with a record each, and the application served as in production."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from tests.cast import Pair, pair, person, signed_in
from tests.drill import HERE

TOKEN = "a" * 32
"""Of the forms: whoever holds the cookie may say it."""


@dataclass
class Somebody:
    """One of the two at a browser of their own, without the pages for logging in."""

    record: str
    session: str

    def ask(self, port: int, page: str = "", words: dict[str, str] | None = None) -> tuple[int, str, float]:
        """The status, the page (or where it leads), and the seconds it took."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        kept = {settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: TOKEN}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
        body = None
        if words is not None:
            body = urlencode(words | {"csrfmiddlewaretoken": TOKEN}).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        try:
            line.request("GET" if words is None else "POST", f"/r/{self.record}/{page}", body, headers)
            answer = line.getresponse()
            said = answer.read().decode()
            return answer.status, answer.headers.get("Location", said), time.monotonic() - began
        finally:
            line.close()


def seated(count: int) -> Iterator[tuple[Pair, list[Somebody]]]:
    """So many records, each of two people who are logged in."""
    for number in range(count):
        people = pair(person(f"a{number}"), person(f"b{number}"))
        seats = (people.patient, people.clinician)
        keys = [signed_in(seat.person).cookies[settings.SESSION_COOKIE_NAME].value for seat in seats]
        yield people, [Somebody(str(people.relationship.pk), key) for key in keys]


@contextmanager
def served(scratch: Path) -> Iterator[int]:
    """gunicorn with two processes of four threads. Gives its port; what it says stands in scratch/log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--workers", "2", "--threads", "4"]
    command += [
        "--bind",
        f"127.0.0.1:{port}",
        "--control-socket",
        str(scratch / "control"),
    ]
    told = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": secrets.token_hex(32)}
    with (scratch / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=HERE, env=told, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request("GET", "/about/")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise TimeoutError("The application did not begin to answer.")
