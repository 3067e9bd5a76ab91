"""Words that the law wants gone: both are told beforehand, a stone stays in their place, and the chain stays whole."""

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from relationships import clock, erasing, exports, guards, verifier
from relationships.errors import Erased, Refused
from relationships.models import Draft, Entry, Rendering, Retelling
from relationships.verification import first_fault
from tests.cast import CANARY, from_one_chair

pytestmark = pytest.mark.django_db
WHY = "A court in the town of the harbour said so."


def later(days: int = 15):
    return clock.telling(clock.now() + dt.timedelta(days=days))


@pytest.fixture
def written(me, them) -> Entry:
    """An entry in two wordings with all that can hold words, an answer, and what was made of it."""
    entry = me.write(
        f"Of the harbour, {CANARY}.",
        kind="value",
        prompt=f"{CANARY}?",
        helped_by=CANARY,
        happened_on=dt.date(2026, 3, 1),
        heading=f"Heading {CANARY}",
    )
    them.get()
    them.answer(entry, "I hear you.")
    me.correct(entry, f"Of the sea, {CANARY}.", why=f"Because of {CANARY}.")
    them.get("values/")
    Draft.keep(me.participant, f"entry/{entry.pk}/correction/", None, None, text=f"Or the river, {CANARY}.")
    connection.check_constraints()
    return entry


def copy_of(chair) -> bytes:
    newest = chair.relationship.export(by=chair.participant)
    return b"".join(exports.archive(chair.relationship, chair.participant, newest, ""))


def erased(entry: Entry) -> Entry:
    erasing.announce(entry, reason=WHY)
    with later():
        erasing.carry_out(entry)
    return Entry.objects.get(pk=entry.pk)


def everywhere() -> str:
    """Every text in every table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_it_is_announced_to_both_with_why_and_when(me, them, written):
    act = erasing.announce(written, reason=WHY)
    assert act.details["on"] == (clock.now().date() + dt.timedelta(days=14)).isoformat()
    for chair in (me, them):
        page = chair.get("event/").content.decode()
        assert WHY in page
        assert "Whoever looks after this site" in page
    assert CANARY in written.text
    assert first_fault(me.relationship) is None


def test_the_entry_itself_says_so_until_it_is_done(me, them, written):
    said = "These words are to be erased by law, on"
    chairs = (me, them)
    assert not any(said in chair.get(f"entry/{written.pk}/").content.decode() for chair in chairs)
    erasing.announce(written, reason=f"{WHY} <b>")
    for chair in chairs:
        page = " ".join(chair.get(f"entry/{written.pk}/").content.decode().split())
        assert said in page
        assert f"{WHY} &lt;b&gt;" in page
    with later():
        erasing.carry_out(written)
    for chair in chairs:
        page = chair.get(f"entry/{written.pk}/").content.decode()
        assert said not in page
        assert WHY in page


def test_so_do_the_words_with_which_it_was_withdrawn(me, them, written):
    withdrawal = me.withdraw(written, f"Not that, {CANARY}.")
    erasing.announce(withdrawal, reason=WHY)
    for chair in (me, them):
        assert "These words are to be erased by law, on" in chair.get(f"entry/{written.pk}/").content.decode()


def test_no_word_of_it_is_left_anywhere(me, them, written):
    assert CANARY in everywhere()
    erased(written)
    assert CANARY not in everywhere()
    assert "I hear you." in everywhere()


def test_a_stone_stays_in_its_place_that_both_see(me, them, written):
    erased(written)
    assert first_fault(me.relationship) is None
    for chair in (me, them):
        for page in ("", "values/", f"entry/{written.pk}/", "brief/", "event/", "brief/text/"):
            shown = chair.get(page)
            assert shown.status_code == 200
            text = shown.content.decode()
            assert CANARY not in text
            assert WHY in text or page == "brief/text/", page
    assert "Words were erased here by law on" in me.get(f"entry/{written.pk}/").content.decode()


def test_the_chain_stays_whole_and_no_seal_changes(me, them, written):
    before = list(me.relationship.events.order_by("number").values_list("digest", "commitment"))
    erased(written)
    after = list(me.relationship.events.order_by("number").values_list("digest", "commitment"))
    assert after[: len(before)] == before
    assert [event.verb for event in me.relationship.events.order_by("number")][-2:] == ["erasing", "erased"]


def test_an_older_copy_and_a_newer_one_agree(me, them, written):
    earlier = verifier.open_copy(io.BytesIO(copy_of(them))).counted
    erased(written)
    for chair in (me, them):
        copy = verifier.open_copy(io.BytesIO(copy_of(chair)))
        assert {*copy.counted.erased} == {
            str(key) for key in me.relationship.entries.filter(salt="").values_list("pk", flat=True)
        }
        assert len(copy.counted.erased) == 2
        verifier.compare_copies(earlier, copy.counted)


def test_it_waits_for_its_day(me, written):
    with pytest.raises(Refused, match="Announce it first"):
        erasing.carry_out(written)
    erasing.announce(written, reason=WHY)
    with pytest.raises(Refused, match="before that day"):
        erasing.carry_out(written)
    with later(12), pytest.raises(Refused, match="before that day"):
        erasing.carry_out(written)
    with later():
        erasing.carry_out(written)
        with pytest.raises(Refused, match="already"):
            erasing.carry_out(written)
        with pytest.raises(Refused, match="already"):
            erasing.announce(written, reason=WHY)


def test_a_shorter_wait_that_is_set_later_shortens_nothing(settings, me, written):
    erasing.announce(written, reason=WHY)
    settings.ERASURE_DAYS = 1
    with later(5), pytest.raises(Refused, match="before that day"):
        erasing.carry_out(written)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b", "turned \u202e round"])
def test_a_reason_is_one_that_both_can_read(me, written, reason):
    with pytest.raises(Refused):
        erasing.announce(written, reason=reason)


def test_any_wording_names_all_of_them(me, written):
    correction = me.relationship.entries.get(bearing="corrects")
    erased(correction)
    assert me.relationship.entries.filter(salt="").count() == 2


def test_what_was_erased_cannot_be_put_differently_and_can_be_answered(me, them, written):
    gone = erased(written)
    with pytest.raises(Erased):
        me.correct(gone)
    them.answer(gone, "I remember.")
    me.withdraw(gone)
    assert first_fault(me.relationship) is None
    assert me.get(f"entry/{written.pk}/").status_code == 200


@from_one_chair
@pytest.mark.parametrize("kind", ["experience", "order", "promise", "change", "reflection", "philosophy"])
def test_every_page_bears_an_erased_entry_of_any_kind(me, them, kind):
    """What a page reads out of an entry's answers or its order is not there any more."""
    soon = clock.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20).consult
    me.relationship.meet(consult, by=me.participant)
    value = me.write("The river.", kind="value")
    match kind:
        case "experience":
            given = {"heard": {"level": "no", "words": CANARY}}
            them.write("", kind=kind, consult=consult, answers={"heard": {"level": "yes"}})
            entry = me.write("", kind=kind, consult=consult, answers=given)
        case "order":
            entry = me.write("", kind=kind, door="value", ranked=[str(value.pk)])
        case "change":
            entry = me.write("", kind=kind, door="value/most", answers={"door": {"level": "dropped"}})
        case "reflection":
            entry = them.answer(value, f"You mean {CANARY}.", kind=kind)
            me.answer(entry, "", kind="acknowledgement", answers={"understood": {"level": "yes"}})
        case "philosophy":
            entry = me.write(CANARY, kind=kind, door="heals")
        case _:
            entry = me.write(CANARY, kind=kind, due_on=dt.date(2031, 5, 6))
    connection.check_constraints()
    erased(entry)
    assert first_fault(me.relationship) is None
    for chair in (me, them):
        for page in (
            *("", "brief/", "values/", "values/order/", "philosophy/", "portrait/", "working/", "prompts/"),
            *("event/", "consult/", f"consult/{consult.pk}/", f"consult/{consult.pk}/questions/", "write/"),
            *("consult/over-time/", f"entry/{entry.pk}/", f"entry/{value.pk}/", "promise/", "checking/"),
        ):
            shown = chair.client.get(chair.address + page, follow=True)
            assert shown.status_code == 200, page
            assert CANARY not in shown.content.decode(), page


@pytest.mark.parametrize("level", ["yes", "not_yet"])
def test_of_an_erased_answer_nobody_says_what_it_was(me, them, level):
    back = them.answer(me.write("Mine."), "What I understood.", kind="reflection")
    said = me.answer(back, "", kind="acknowledgement", answers={"understood": {"level": level}})
    erased(said)
    assert back.state.__class__.objects.get(entry=back).said_back == "waiting"
    home, thread = (
        them.client.get(page).content.decode() for page in ("/", f"{them.address}entry/{back.thread_id}/")
    )
    for page in (home, thread):
        assert "not quite understood" not in page
        assert "not yet" not in page
    assert first_fault(me.relationship) is None


def test_the_mark_of_a_telling_stays_and_the_telling_elsewhere_too(me, written):
    Retelling.objects.create(entry=written, relationship=me.relationship)
    erased(written)
    assert Retelling.objects.filter(entry=written).exists()


def test_a_record_that_does_not_fit_is_not_covered_up(me, written):
    erasing.announce(written, reason=WHY)
    guards.remove(connection)
    QuerySet(Entry).filter(about=written, bearing="answers").update(text="I never said that.")
    guards.install(connection)
    with later(), pytest.raises(Refused, match="does not fit"):
        erasing.carry_out(written)
    assert Entry.objects.get(pk=written.pk).text == written.text


def test_words_that_are_gone_without_an_act_are_found(me, written):
    connection.check_constraints()
    guards.remove(connection)
    QuerySet(Entry).filter(pk=written.pk).update(**Entry.BLANK)
    assert "no act says that they were erased" in first_fault(me.relationship)


def test_words_that_came_back_are_found(me, written):
    erased(written)
    assert first_fault(me.relationship) is None
    connection.check_constraints()
    guards.remove(connection)
    QuerySet(Entry).filter(pk=written.pk).update(text="Of the harbour.")
    assert "some are there" in first_fault(me.relationship)


def test_the_command_says_what_it_did(me, written):
    out = io.StringIO()
    call_command("erase", "announce", str(written.pk), "--reason", WHY, stdout=out)
    with pytest.raises(CommandError, match="before that day"):
        call_command("erase", "carry-out", str(written.pk), stdout=out)
    with later():
        call_command("erase", "carry-out", str(written.pk), stdout=out)
    assert "tells both" in out.getvalue()
    assert "Backups still hold the words" in out.getvalue()
    with pytest.raises(CommandError, match="There is no entry"):
        call_command("erase", "announce", "2f1d0b0e-6a53-4a0c-9c55-6a4a7f7f2b10", "--reason", WHY)


# --- Killed in the middle ------------------------------------------------------------------------------


def fails(*args, **kwargs):
    raise DatabaseError("The plug was pulled.")


@from_one_chair
@pytest.mark.parametrize(
    "what",
    [
        "relationships.erasing.Rendering.objects.filter",
        "relationships.erasing.QuerySet.update",
        "relationships.guards.missing",
        "relationships.models.turn.Turn.note",
        "relationships.erasing._blank",
    ],
)
@pytest.mark.django_db(transaction=True)
def test_whatever_fails_leaves_everything_as_it_was(me, written, monkeypatch, what):
    erasing.announce(written, reason=WHY)
    count = me.relationship.events.count()
    with monkeypatch.context() as patched, later():
        patched.setattr(what, fails)
        with pytest.raises(DatabaseError, match="plug"):
            erasing.carry_out(written)
    assert guards.missing(connection) == []
    assert CANARY in Entry.objects.get(pk=written.pk).text
    assert Rendering.objects.filter(entry=written).exists()
    assert Draft.objects.exists()
    assert me.relationship.events.count() == count
    assert first_fault(me.relationship) is None
    with later():
        erasing.carry_out(written)


KILLED = """
import os, signal, sys
import django; django.setup()
from relationships import clock, erasing, guards
from relationships.models import Entry
import datetime as dt
step = sys.argv[2]
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
if step == "guards are off":
    erasing.QuerySet.update = die
elif step == "words are blank":
    update = erasing.QuerySet.update
    def blank_and_die(self, **what):
        assert update(self, **what) == 2
        die()
    erasing.QuerySet.update = blank_and_die
elif step == "guards are back":
    guards.missing = die
elif step == "act is written":
    erasing._must_fit = lambda record, seen=[]: die() if seen else seen.append(1)
with clock.telling(clock.now() + dt.timedelta(days=15)):
    erasing.carry_out(Entry.objects.get(pk=sys.argv[1]))
"""


@from_one_chair
@pytest.mark.parametrize(
    "step", ["guards are off", "words are blank", "guards are back", "act is written", "not at all"]
)
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_was_never_begun(me, written, tmp_path, step):
    import sqlite3

    erasing.announce(written, reason=WHY)
    settings = dict(os.environ, DJANGO_SETTINGS_MODULE="tests.settings")
    if connection.vendor == "sqlite":
        path = tmp_path / "record.sqlite3"
        with sqlite3.connect(path) as file:
            connection.connection.backup(file)
        file.close()
        settings["DATABASE_URL"] = f"sqlite:///{path}"
    else:
        name = connection.settings_dict
        settings["DATABASE_URL"] = (
            f"postgres://{name['USER']}:{name['PASSWORD']}@{name['HOST'] or ''}:{name['PORT'] or ''}/{name['NAME']}"
        )
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(written.pk), step],
        env=settings,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    is_whole = step == "not at all"
    assert killed.returncode == (0 if is_whole else -signal.SIGKILL), killed.stderr
    if connection.vendor == "sqlite":
        with sqlite3.connect(path) as file:
            (text,) = file.execute(
                "SELECT text FROM relationships_entry WHERE id = ?", [written.pk.hex]
            ).fetchone()
            triggers = {
                name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            }
        file.close()
        assert {name for model in guards.guarded() for name in guards.SQLite.names(model)} <= triggers
    else:
        time.sleep(0.2)  # Until the server has noticed that nobody is there any more.
        text = Entry.objects.get(pk=written.pk).text
        assert guards.missing(connection) == []
        assert first_fault(me.relationship) is None
    assert (CANARY in text) is not is_whole


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_for_long_is_not_waited_for(me, written, postgresql, monkeypatch):
    """A backup holds the table: everybody would stand in a queue behind the one who takes the guards off."""
    monkeypatch.setattr(guards.PostgreSQL, "PATIENCE", 300)
    erasing.announce(written, reason=WHY)
    before = written.relationship.head().number
    reader = connection.copy()
    try:
        reader.set_autocommit(False)
        reader.cursor().execute("SELECT 1 FROM relationships_entry")
        begun = time.monotonic()
        with later(), pytest.raises(Refused, match="try again later"):
            erasing.carry_out(written)
        assert time.monotonic() - begun < 4
        assert CANARY in Entry.objects.get(pk=written.pk).text
        assert guards.missing(connection) == []
        assert written.relationship.head().number == before
        reader.rollback()
        with later():
            erasing.carry_out(written)
        assert Entry.objects.get(pk=written.pk).text == ""
    finally:
        reader.close()
