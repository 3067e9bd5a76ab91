"""The drill: every goal of docs/trust.md, measured at full length on both databases (`make drill`).

Nothing here is collected by `make test`. The goals themselves are tests, in tests/trust/, where they run in short;
what takes a process of its own, a full disk or a minute of load is a program here, which such a test runs.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[2]
IS_LONG = bool(os.environ.get("ALONGSIDE_LONG"))


def length(quick: int, full: int) -> int:
    """How much of something: little with `make test` and `make test-all`, all of it in the drill."""
    return full if IS_LONG else quick


def run(program: str, database: str, *arguments: Any) -> dict[str, Any]:
    """Run a program of the drill on a database of its own; what it found, from the last line that it says.

    `database` is its address, or "postgresql" for a throw-away server of its own.
    """
    command = [sys.executable, "-m", f"tests.drill.{program}", *map(str, arguments)]
    told = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    told |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    if database == "postgresql":
        command = [str(HERE / ".ci" / "postgres"), *command]
    else:
        told["DATABASE_URL"] = database
    done = subprocess.run(command, cwd=HERE, env=told, capture_output=True, text=True)
    assert done.returncode == 0, f"{program}: {done.stdout[-2000:]}\n{done.stderr[-6000:]}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
