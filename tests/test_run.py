"""`make run` is a server and a worker, and one way of stopping it stops both: no process stays."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def beneath(pid):
    """The processes that came of this one, as long as they are still there."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((one / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found += [int(one.name), *beneath(int(one.name))]
    return found


def is_there(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(truth, seconds):
    end = time.monotonic() + seconds
    while not truth() and time.monotonic() < end:
        time.sleep(0.1)
    return truth()


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


@pytest.mark.parametrize("way", ["Ctrl-C", "make is asked to stop"])
def test_one_way_of_stopping_it_stops_both(tmp_path, way):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("SECRET_KEY", "DEBUG", "EMAIL_URL", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS")
    }
    run = subprocess.Popen(
        ["make", "-o", ".venv/base.txt", "run", f"PORT={port}"],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/copy.sqlite3", "DEBUG": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert until(lambda: answers(port), 120)
        processes = beneath(run.pid)
        commands = [Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in processes]
        assert sum("worker" in command for command in commands) == 1
        assert sum("runserver" in command for command in commands) >= 1
        if way == "Ctrl-C":
            os.killpg(run.pid, signal.SIGINT)
        else:
            run.terminate()
        run.wait(30)
        assert until(lambda: not any(map(is_there, processes)), 20), "A process stays."
    finally:
        for pid in [run.pid, *beneath(run.pid)]:
            if is_there(pid):
                os.kill(pid, signal.SIGKILL)
        run.wait(20)
