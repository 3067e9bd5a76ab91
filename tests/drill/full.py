"""`python -m tests.drill.full DIRECTORY`: a disk that fills up, and then is larger. DIRECTORY is on that disk.

SQLite keeps the whole database there, PostgreSQL the tables (a tablespace); its log of changes stands elsewhere, as on
a machine that is looked after. Two people write through the pages until there is no room, go on trying, and write
again once there is. Needs the right to mount.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from relationships.models import Entry  # noqa: E402
from relationships.verification import first_fault  # noqa: E402
from tests.drill.served import Somebody, seated, served  # noqa: E402


def on_the_disk(directory: Path) -> None:
    """Put the database of PostgreSQL there. SQLite's file is there already."""
    if connection.vendor != "postgresql":
        return
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        owner = Path(cursor.fetchone()[0]).stat().st_uid
        os.chown(directory, owner, owner)
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{directory}'")
        cursor.execute("CREATE DATABASE full_disk TEMPLATE template0 TABLESPACE small")
    connection.close()
    os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].removesuffix(name) + "full_disk"
    connection.settings_dict["NAME"] = "full_disk"


def fill(directory: Path, leave: int) -> None:
    """Something else that lies on the disk, so that so many megabytes of it are free."""
    disk = os.statvfs(directory)
    (directory / "something else").write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - leave * 2**20)))


def write(somebody: Somebody, port: int, told: dict[str, str]) -> tuple[int, str]:
    """Share something; where it was said to be kept, note it."""
    # Nothing that a database can fold up small.
    text = " ".join(secrets.token_hex(30) for _line in range(250))
    status, said, _ = somebody.ask(port, "write/", {"text": text, "submission": str(uuid.uuid4())})
    if status == 302:
        told[text] = said
    return status, said if text in said else ""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("directory", type=Path)
    asked.add_argument("--enlarge", required=True, help="to how many megabytes")
    asked.add_argument("--leave", type=int, help="so many of them free when people begin to write")
    given = asked.parse_args()
    on_the_disk(given.directory)
    call_command("migrate", verbosity=0)
    people, browsers = next(iter(seated(1)))
    connection.close()
    if given.leave:
        fill(given.directory, given.leave)
    told: dict[str, str] = {}
    refused: list[tuple[int, str]] = []
    with tempfile.TemporaryDirectory(prefix="alongside-full-") as scratch, served(Path(scratch)) as port:
        while len(refused) < 10 and len(told) < 20_000:
            status, said = write(browsers[len(told) % 2], port, told)
            if status != 302:
                refused.append((status, said))
        before = len(told)
        looked = [browser.ask(port)[0] for browser in browsers]
        subprocess.run(["mount", "-o", f"remount,size={given.enlarge}m", str(given.directory)], check=True)
        after = [write(browser, port, told)[0] for browser in browsers * 3]
    kept = set(Entry.objects.values_list("text", flat=True))
    found = {
        "acknowledged": before,
        "lost": len(set(told) - kept),
        "refused": len(refused),
        "refused_with": sorted({status for status, _ in refused}),
        "without_their_words": sum(not said for _, said in refused),
        "said_plainly": sum("Your words are still here." in said for _, said in refused),
        "looked_while_full": looked,
        "after": after,
        "fault": str(first_fault(people.relationship) or ""),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
