"""`--parts`: how many cases each folder of tests has, and how many seconds they took, as docs/testing.md has it."""

from collections import defaultdict
from pathlib import PurePosixPath

import pytest


class Parts:
    """A plugin of pytest, for the process that hears of every case, also of those that others ran."""

    def __init__(self) -> None:
        self.cases: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        part = f"{PurePosixPath(report.nodeid.partition('::')[0]).parent}/"
        self.cases[part].add(report.nodeid)
        self.seconds[part] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        rows = [(f"`{part}`", len(self.cases[part]), self.seconds[part]) for part in sorted(self.cases)]
        rows.append(("together", sum(row[1] for row in rows), sum(row[2] for row in rows)))
        terminalreporter.section("parts")
        terminalreporter.write_line("| part | cases | seconds |\n|---|---:|---:|")
        for part, cases, seconds in rows:
            terminalreporter.write_line(f"| {part} | {cases:,} | {seconds:,.0f} |")
