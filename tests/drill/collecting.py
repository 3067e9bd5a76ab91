"""A plugin for pytest: what the tests of tests/trust/ measured, by row, into the file that ALONGSIDE_FIGURES names."""

import json
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

found: dict[str, dict[str, Any]] = defaultdict(lambda: {"tests": 0, "failed": [], "figures": []})


def row_of(path: str) -> str | None:
    """The row that a file of tests is named after: R4 for test_r4_….py."""
    named = re.search(r"tests/(?:trust|browser)/test_([a-z]\d+)_", path)
    return named and named[1].upper()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    row = row_of(report.nodeid)
    if row is None:
        return
    if report.when == "call":
        found[row]["tests"] += 1
        told = dict(report.user_properties)
        found[row]["figures"] += [told["figure"]] if told.get("figure") else []
    if report.failed:
        found[row]["failed"].append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["ALONGSIDE_FIGURES"]).write_text(json.dumps(found))
