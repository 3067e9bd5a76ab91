"""The benchmark itself: what it fills is as the verbs would have left it, and what is too dear does not pass its gate."""

import datetime as dt
import hashlib
import itertools
import json
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client

from config.ids import uuid7
from relationships import noticing, reminding
from relationships.models import Entry, Reading, Relationship, Rendering, projection
from relationships.verification import first_fault
from tests.benchmark import document, floor, plans
from tests.benchmark.cases import Addresses, Case, on_a_floor, page
from tests.benchmark.filling import DUE, Filling, Journal, Shape
from tests.benchmark.gate import (
    Limit,
    growth,
    limits,
    set_limits,
    too_dear,
    too_many,
    too_much,
    unlisted,
)
from tests.benchmark.measuring import Cost
from tests.benchmark.words import Words
from tests.cast import pair, person

FLOOR = "9e1c1542538d34dd5b7cf377c340661803c2dc9dc24feee70f1202ece55e3caa"
"""The digest of floor.py. It changes with a decision in docs/decisions/ and new figures for all pages, or not at all."""


@pytest.fixture
def filling(db):
    return Filling(words=Words(7, plain=12, special=3))


def cost(ratio, statements=5, work=0):
    return Cost(cpu=ratio * 4, floor=4.0, rows=30, statements=statements, bytes=1000, work=work)


# --- The floor ----------------------------------------------------------------------------------------


def test_the_floor_is_frozen():
    assert hashlib.sha256(Path(floor.__file__).read_bytes()).hexdigest() == FLOOR


def test_the_floor_of_a_page_has_its_rows_and_its_bytes(settings, db):
    settings.ROOT_URLCONF = Addresses
    two = pair(person("Wren Halloway"), person("Isko Marchetti"))
    for number in range(5):
        two.relationship.write(by=two.patient, text=f"Line {number}. " * 50)
    client = Client()
    client.force_login(two.clinician.person)
    floor.Floor.relationship = two.relationship.pk
    for address, rows in ((f"/r/{two.relationship.pk}/", b'id="entry-'), ("/today/", 3)):
        case = Case("a page", page(client, address), rows)
        on_a_floor(case, client)
        ours, bare = case.once().content, case.floor().content
        assert bare.count(b"<article") == (rows if isinstance(rows, int) else ours.count(rows))
        assert abs(len(ours) - len(bare)) < 200


# --- What is filled -----------------------------------------------------------------------------------


def test_what_is_filled_is_as_the_verbs_would_have_left_it(filling):
    filling.write(filling._of_others(250))
    records = list(Relationship.objects.all())
    assert len(records) > 3
    for record in records:
        assert first_fault(record, pages=True) is None
        assert list(projection.faults(record)) == []


def test_a_large_record_holds_what_the_pages_show(filling):
    shape = Shape(entries=400, thread=30, held=20, promises=3, left_unread=2, new=5)
    begun_at = filling.now - dt.timedelta(days=700)
    journal = Journal(filling.store, filling.words, filling.random, *_keys(filling), shape, begun_at)
    filling._plan(journal, 12, soon=dt.timedelta(days=4))
    filling.write([journal])
    record = Relationship.objects.get()
    assert first_fault(record, pages=True) is None
    assert list(projection.faults(record)) == []
    kinds = set(record.entries.values_list("kind", flat=True))
    assert {
        "promise",
        "kept",
        "reflection",
        "acknowledgement",
        "experience",
        "order",
        "portrait",
        "",
    } <= kinds
    assert {"corrects", "withdraws"} <= set(record.entries.values_list("bearing", flat=True))
    assert record.entries.filter(thread=journal.long_thread.pk).count() > 20
    second = record.seats[1]
    newest = list(record.entries.newest_first()[:5])
    assert all(entry.author_id != second.pk for entry in newest)
    assert not Reading.objects.filter(entry__in=newest).exists()


def _keys(filling):
    people = (filling._stranger(), filling._stranger())
    return uuid.uuid4(), tuple(uuid7() for _ in people), people


def test_rows_of_a_record_are_scattered(filling):
    filling.write(filling._of_others(300))
    written = list(Entry.objects.order_by("pk").values_list("relationship", flat=True))
    neighbours = sum(one == other for one, other in itertools.pairwise(written))
    assert neighbours < len(written) / 3


def test_almost_everybody_with_news_has_been_told(filling):
    filling.write(filling._of_others(600))
    assert noticing.notice() <= DUE
    assert reminding.remind() <= 2 * DUE


# --- The gate -----------------------------------------------------------------------------------------


def among_more(filling, case):
    """What the gate says of a case, when other people have written more."""
    filling.write(filling._of_others(60))
    before = plans.watched(case)
    filling.add(900)
    return growth(case, before, plans.watched(case))


def of_the_record(record):
    keys = list(record.entries.values_list("pk", flat=True))
    return lambda: list(Entry.objects.filter(relationship=record, pk__in=keys).order_by("number"))


@pytest.fixture
def record(filling):
    two = pair(person("Wren Halloway"), person("Isko Marchetti"))
    for number in range(5):
        two.relationship.write(by=two.patient, text=f"Line {number}.")
    return two.relationship


@pytest.mark.parametrize(
    "scanning",
    [
        lambda record: Entry.objects.filter(text="Line 3."),
        # As the page before we meet once asked for its threads.
        lambda record: Entry.objects.filter(
            Q(pk__in=record.entries.values("pk"))
            | Q(about__in=record.entries.values("pk"))
            | Q(about__about__in=record.entries.values("pk"))
        ),
        lambda record: Entry.objects.filter(about=None).exclude(author__in=[]),
        lambda record: Entry.objects.order_by("-written_at")[:1],
    ],
    ids=["words", "or across joins", "first entries of anybody", "the newest of all"],
)
def test_a_statement_that_reads_what_others_wrote_is_shown_with_its_plan(filling, record, scanning):
    case = Case("a page", lambda: list(scanning(record)))
    (fault, *_) = among_more(filling, case)
    assert fault.startswith("a page: a statement reads more where other people have written more")
    assert 'FROM "relationships_entry"' in fault
    assert ("USING INDEX" in fault or "SCAN" in fault) if connection.vendor == "sqlite" else "Scan" in fault


def test_a_statement_that_reads_its_own_record_passes(filling, record):
    assert among_more(filling, Case("a page", of_the_record(record))) == []


def test_a_scan_that_changes_rows_is_found_too(filling, record):
    case = Case("a page", lambda: Rendering.objects.filter(version=99).update(html="x"), undone=True)
    (fault,) = among_more(filling, case)
    assert 'UPDATE "relationships_rendering"' in fault


def test_what_is_dearer_than_its_limit_is_said():
    allowed = {"today": Limit({connection.vendor: 2.0}, {connection.vendor: 5})}
    assert too_dear("today", cost(2.0), allowed) == too_many("today", cost(2.0), allowed) == []
    assert too_dear("today", cost(2.34), allowed) == [
        "today: costs 2.34 times its floor, and 2 times is allowed."
    ]
    assert too_many("today", cost(1, statements=6), allowed) == [
        "today: sends 6 statements, and 5 are allowed."
    ]


def test_a_page_that_reads_all_of_its_own_record_is_shown_with_the_statement(record):
    case = Case("a page", lambda: list(record.entries.filter(text="Line 3.")))
    watch = plans.watched(case)
    allowed = {"a page": Limit(work={connection.vendor: 500})}
    assert too_much("a page", cost(1, work=500), allowed, watch) == []
    (fault,) = too_much("a page", cost(1, work=501), allowed, watch)
    assert fault.startswith("a page: the database does 501")
    assert 'FROM "relationships_entry"' in fault


def test_a_page_without_a_limit_and_a_limit_without_a_page_are_said():
    held = Limit({connection.vendor: 1.0}, {connection.vendor: 3})
    assert unlisted(["today"], {"today": held}) == []
    assert unlisted(["today", "write"], {"today": held, "write": Limit(goal=2)}) == [
        "write: has no limit in limits.toml."
    ]
    assert unlisted([], {"today": held}) == [
        "today: is in limits.toml, and nothing is measured by that name."
    ]


def test_limits_are_set_from_what_was_measured_and_goals_stay(tmp_path):
    file = tmp_path / "limits.toml"
    file.write_text('["today"]\ngoal = 2\nnote = "A sheet."\n')
    set_limits({"today": {"sqlite": cost(1.0, 4, 7000), "postgresql": cost(11.0, 5, 30)}}, file)
    (today,) = limits(file).values()
    assert today == Limit(
        ratio={"sqlite": 1.5, "postgresql": 17},
        statements={"sqlite": 4, "postgresql": 5},
        work={"sqlite": 10_500, "postgresql": 100},
        goal=2,
        note="A sheet.",
    )


def test_the_table_of_limits_can_be_read():
    assert all(limit.goal is None or limit.goal >= 1 for limit in limits().values())
    assert "today" in limits()


def test_rows_are_counted_in_every_node_and_loop():
    inner = {"Node Type": "Index Scan", "Relation Name": "b", "Actual Rows": 3, "Actual Loops": 10}
    outer = {
        "Node Type": "Seq Scan",
        "Relation Name": "a",
        "Actual Rows": 10,
        "Actual Loops": 1,
        "Rows Removed by Filter": 90,
    }
    join = {"Node Type": "Nested Loop", "Actual Rows": 30, "Actual Loops": 1, "Plans": [outer, inner]}
    assert plans.visited(join) == 130


# --- The document -------------------------------------------------------------------------------------


def kept(directory, database, entries, ratio, commit="abc"):
    told = {
        "database": database,
        "server": "1",
        "entries": entries,
        "filled_in": 3,
        "commit": commit,
        "on": "2026-11-28",
        "python": "3.11",
        "django": "5.2",
        "cores": 2,
        "costs": {"today": cost(ratio).told()},
    }
    (directory / f"{database}-{entries}.json").write_text(json.dumps(told))


def test_the_document_has_every_size_beside_the_others(tmp_path):
    kept(tmp_path, "sqlite", 10_000, 2.0)
    kept(tmp_path, "sqlite", 1_000_000, 3.0)
    document.write(tmp_path, tmp_path / "speed.md")
    text = (tmp_path / "speed.md").read_text()
    assert "| what | 10,000: CPU, ms | ÷ floor | 1,000,000: CPU, ms | ÷ floor | growth |" in text
    assert "| today | 8.0 | 2.00 | 12.0 | 3.00 | 1.50 | 2 | 5 | 30 | 1 |" in text
    assert "commit `abc`" in text


def test_a_document_is_of_one_commit(tmp_path):
    kept(tmp_path, "sqlite", 10_000, 2.0)
    kept(tmp_path, "postgresql", 10_000, 2.0, commit="def")
    with pytest.raises(ValueError, match="different commits"):
        document.write(tmp_path, tmp_path / "speed.md")
