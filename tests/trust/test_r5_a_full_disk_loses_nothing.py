"""R5: when the disk is full, whoever writes is told so and keeps their words; nothing acknowledged is lost."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from tests.drill import length, run

SIZES = {"sqlite": (length(5, 7), 24), "postgresql": (16, 48)}
"""Megabytes, before and after. An empty database of PostgreSQL's is larger than a full one of SQLite's."""
LEAVE = {"sqlite": 0, "postgresql": length(2, 0)}
"""Megabytes that are free when people begin to write, or whatever there is."""


@pytest.fixture
def small_disk():
    """A disk of its own, in memory. To mount it needs root, as in a container that builds this."""
    # Not in tmp_path, which is closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="alongside-disk-") as scratch:
        disk = Path(scratch, "disk")
        disk.mkdir()
        Path(scratch).chmod(0o711)
        size = SIZES[connection.vendor][0]
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(disk)], check=True)
        yield disk
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


# Without the right to mount a disk there is none to fill: then this one is for the drill, which runs as root.
if os.geteuid() == 0:

    def test_nothing_is_lost_the_words_come_back_and_writing_goes_on(small_disk, measured):
        is_sqlite = connection.vendor == "sqlite"
        database = f"sqlite:///{small_disk}/alongside.sqlite3" if is_sqlite else "postgresql"
        found = run(
            "full",
            database,
            small_disk,
            "--enlarge",
            SIZES[connection.vendor][1],
            "--leave",
            LEAVE[connection.vendor],
        )
        assert found["acknowledged"] > 20
        assert found["refused"] == 10
        assert found["lost"] == 0
        assert found["without_their_words"] == 0
        assert found["said_plainly"] == found["refused"]
        assert found["refused_with"] == [503]
        assert found["after"] == [302] * 6
        assert found["fault"] == ""
        measured(
            f"{found['lost']} of {found['acknowledged']} lost on {SIZES[connection.vendor][0]} MB, "
            f"{found['refused']} refused with their words, then {len(found['after'])} of 6 kept"
        )


def test_what_was_kept_is_acknowledged_though_the_session_cannot_be_saved(me, monkeypatch):
    def full(self, must_create=False):
        raise UpdateError

    monkeypatch.setattr(SessionStore, "save", full)
    answer = me.post("write/", text="Kept.")
    assert answer.status_code == 302
    assert answer["Location"].startswith(me.address)
    assert me.relationship.entries.get().text == "Kept."
