"""A4: change the door in any one place, and a test minds; and the tests walk through every branch of it."""

import ast
import json
import os
import subprocess
import sys

import pytest

from tests.drill import HERE, length, run
from tests.drill.mutants import DOOR, TESTS, changed, places


def test_every_mutant_of_the_door_is_killed(measured):
    """In short one of them; that the tests pass without a change is seen where they run."""
    found = run("mutants", "sqlite://:memory:", "--only", length(1, 0))
    assert found["survivors"] == []
    assert found["killed"] == found["mutants"] >= length(1, 30)
    measured(f"{found['killed']} of {found['mutants']} mutants killed")


def test_there_are_many_ways_to_change_the_door():
    tree = ast.parse(DOOR.read_text())
    changed_ones = {ast.unparse(changed(tree, place)) for place in places(tree)}
    assert len(changed_ones) > 30
    assert ast.unparse(tree) not in changed_ones


@pytest.mark.long  # In short by S3, which walks through the door's file with the same tests.
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
