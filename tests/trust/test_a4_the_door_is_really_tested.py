"""A4: change the door in any one place, and a test minds; and the tests walk through every branch of it."""

import json
import os
import subprocess
import sys

from tests.drill import HERE, length, run
from tests.drill.mutants import TESTS


def test_every_mutant_of_the_door_is_killed(database, measured):
    found = run("mutants", "sqlite://:memory:", "--only", length(3, 0))
    assert found["survivors"] == []
    assert found["killed"] == found["mutants"] >= length(3, 30)
    measured(f"{found['killed']} of {found['mutants']} mutants killed")


def test_every_branch_of_the_door_is_walked(tmp_path, measured):
    told = os.environ | {"COVERAGE_FILE": str(tmp_path / "coverage"), "DATABASE_URL": "sqlite://:memory:"}
    report = tmp_path / "coverage.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS[0]]
    command += ["--cov=relationships", "--cov-branch", f"--cov-report=json:{report}"]
    done = subprocess.run(command, cwd=HERE, env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    found = json.loads(report.read_text())["files"]["relationships/access.py"]["summary"]
    assert found["percent_covered"] == 100
    assert found["covered_branches"] == found["num_branches"]
    measured(f"{found['covered_branches']} of {found['num_branches']} branches walked")
