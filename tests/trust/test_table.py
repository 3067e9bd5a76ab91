"""docs/trust.md against the tests: each row has its tests, and each file of tests has its row."""

import json

import pytest

from tests.drill import __main__ as drill

ROWS = drill.rows()
FILES = drill.files()


def test_every_row_has_its_tests_and_every_file_its_row():
    assert set(FILES) == set(ROWS)


@pytest.mark.parametrize("row", FILES)
def test_a_row_says_which_tests_keep_it(row):
    named = [f"[{path.name}](../{path.relative_to(drill.HERE)})" for path in FILES[row]]
    assert [one for one in named if one not in ROWS[row][3]] == []
    assert ROWS[row][3].count("](") == len(named)


@pytest.mark.parametrize("row", FILES)
def test_a_file_begins_with_the_name_of_its_row(row):
    for path in FILES[row]:
        assert path.read_text().startswith(f'"""{row}'), path.name


def test_no_row_is_written_down_as_not_reached():
    assert [row for row, cells in ROWS.items() if "not reached" in "".join(cells)] == []


def test_figures_are_put_into_their_row_and_nowhere_else(tmp_path):
    document = tmp_path / "trust.md"
    document.write_text(drill.DOCUMENT.read_text())
    found = {"tests": 2, "failed": [], "figures": ["0 of 7 | lost"]}
    drill.write(document, {"on": "1 May 2031", "machine": "2 cores", "rows": {"R4": {"sqlite": found}}})
    after = drill.rows(document)
    assert after["R4"][4:6] == ["0 of 7 \\| lost", "–"]
    assert set(after) == set(ROWS)
    assert "Last measured on 1 May 2031, on a machine with 2 cores." in document.read_text()


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({}, "NO FIGURE"),
        ({"sqlite": {"tests": 1, "failed": [], "figures": []}}, "NOT REACHED"),
        (
            {one: {"tests": 1, "failed": [], "figures": []} for one in drill.DATABASES},
            "met",
        ),
        (
            {one: {"tests": 1, "failed": ["x"], "figures": []} for one in drill.DATABASES},
            "NOT REACHED",
        ),
    ],
)
def test_a_row_is_met_only_where_it_was_seen_on_both_databases(found, verdict):
    assert drill.verdict("R4", json.loads(json.dumps(found)), {}) == verdict
    explained = "explained" if verdict == "met" else verdict
    assert drill.verdict("R4", json.loads(json.dumps(found)), {"R4": "Why."}) == explained


def test_what_is_not_reached_as_it_is_written_is_explained_in_the_document():
    found = drill.explained()
    assert set(found) <= set(ROWS)
    assert {"A6", "R10", "R11", "S1"} <= set(found)
    assert found["R10"].startswith("A backup is made each night and each noon, so half a day")
    assert "streaming would bring that under a minute" in found["R10"]
