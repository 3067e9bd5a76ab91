"""A queue in the test's own database, and a mail server of the test's own that can refuse, hang and break off."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from email import message_from_bytes
from pathlib import Path
from unittest import mock

from django.conf import settings as live
from django.core.management import call_command
from django.db import connection
from django_tasks_db.management.commands import db_worker

from relationships.management.commands import worker as ours

ROOT = Path(live.BASE_DIR)
QUEUED = {"BACKEND": "django_tasks_db.DatabaseBackend", "OPTIONS": {"id_function": "config.ids.uuid7"}}
SITE = "https://journal.example.org"


def queued(settings, delivery="django.core.mail.backends.locmem.EmailBackend"):
    """Let mail take the way that it takes in production, up to the mail server."""
    settings.EMAIL_BACKEND = "config.mail.Queue"
    settings.EMAIL_DELIVERY_BACKEND = delivery
    settings.TASKS = {"default": QUEUED}
    settings.SITE_ADDRESS = SITE


def work():
    """All that a worker does when it looks once. As in a test's requests, the test's connection stays open."""
    with contextlib.ExitStack() as kept:
        for module in (db_worker, ours):
            kept.enter_context(mock.patch.object(module, "close_old_connections"))
        call_command("worker", "--once")


class Server:
    """An SMTP server on this machine. `answers` says how it behaves, one after the other, the last one from then on.

    "takes", "busy" (for now), "unknown" (no such address), "cuts" (breaks off after the words, having taken them),
    "hangs" (after the words, which it has taken), "silent" (does not even greet).
    """

    def __init__(self, *answers):
        self.answers = list(answers) or ["takes"]
        self.taken = []
        self.asked = 0
        self.lock = threading.Lock()
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self.go_on.set()
        self.listening.close()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self.listening.accept()
                threading.Thread(target=self._serve, args=[caller], daemon=True).start()

    def _next(self):
        with self.lock:
            self.asked += 1
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _serve(self, caller):
        with contextlib.suppress(OSError), caller, caller.makefile("rb") as lines:
            say = lambda line: caller.sendall(line.encode() + b"\r\n")  # noqa: E731
            answer = self._next()
            if answer == "silent":
                self.reached.set()
                self.go_on.wait(60)
                return
            say("220 here")
            for line in lines:
                command = line.split()[0].upper() if line.split() else b""
                if command == b"RCPT" and answer in ("busy", "unknown"):
                    say("451 later" if answer == "busy" else "550 nobody")
                elif command == b"DATA":
                    say("354 go on")
                    words = b"".join(iter(lines.readline, b".\r\n"))
                    with self.lock:
                        self.taken.append(message_from_bytes(words))
                    self.reached.set()
                    if answer == "hangs":
                        self.go_on.wait(60)
                    if answer in ("cuts", "hangs"):
                        return
                    say("250 taken")
                elif command == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 fine")


@contextlib.contextmanager
def worker(server, **environment):
    """A worker as a process of its own, on the test's database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = re.sub(r"/\w+$", f"/{database['NAME']}", os.environ["DATABASE_URL"])
    env = os.environ | {"DATABASE_URL": url, "EMAIL_URL": server.url, "SITE_ADDRESS": SITE} | environment
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--interval", "0.1"],
        cwd=ROOT,
        env=env | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(20)


def until(truth, seconds=30):
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)
