"""S3: the rooms where a mistake would hurt are walked through by the tests, branch by branch."""

import json
import os
import subprocess
import sys

from tests.drill import HERE, IS_LONG

IN_SHORT = {"relationships/access.py": "tests/relationships/views/test_door.py"}
ROOMS = {
    *IN_SHORT,
    "relationships/chain.py",
    "relationships/guards.py",
    "relationships/models/invitation.py",
    "relationships/prose.py",
    "relationships/views/join.py",
}
EVERYTHING = [
    "tests/relationships",
    "tests/accounts",
    "tests/config",
    "tests/promises",
    "tests/test_commands.py",
    # Who gets in is tested by its rows.
    *(
        str(path.relative_to(HERE))
        for row in ("a[6-9]", "a10", "b3", "s2", "s4")
        for path in sorted((HERE / "tests" / "trust").glob(f"test_{row}_*.py"))
    ),
]
OVERALL = 95
OF_BOTH = [
    "tests/relationships/test_guards.py",
    "tests/relationships/test_grants.py",
    "tests/relationships/test_erasing.py",
    "tests/relationships/test_migrations.py",
]
"""What speaks another language to each database."""


def covered(tests, tmp_path):
    """Of each file, what these tests walk through; and of all together."""
    report = tmp_path / "coverage.json"
    told = os.environ | {"COVERAGE_FILE": str(tmp_path / "coverage"), "DATABASE_URL": "sqlite://:memory:"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-n", "2"] if IS_LONG else ["-p", "no:xdist"]
    command += ["--cov", "--cov-branch", f"--cov-report=json:{report}"]
    walks = [[*command, *tests]]
    if IS_LONG:
        walks.append([str(HERE / ".ci" / "postgres"), *command, "--cov-append", *OF_BOTH])
    for walk in walks:
        done = subprocess.run(walk, cwd=HERE, env=told, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:]
        told.pop("DATABASE_URL", None)
    found = json.loads(report.read_text())
    return {name: one["summary"] for name, one in found["files"].items()}, found["totals"]


def test_every_branch_of_the_rooms_is_walked(tmp_path, measured):
    files, totals = covered(EVERYTHING if IS_LONG else IN_SHORT.values(), tmp_path)
    rooms = ROOMS if IS_LONG else IN_SHORT
    found = {name: round(files[name]["percent_covered"], 1) for name in sorted(rooms)}
    assert {name: share for name, share in found.items() if share < 100} == {}
    if IS_LONG:
        assert totals["percent_covered"] >= OVERALL
        measured(f"100 % of {len(rooms)} rooms, {totals['percent_covered']:.1f} % overall, branches included")
    else:
        measured(f"100 % of {len(rooms)} rooms")
