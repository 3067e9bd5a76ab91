"""Each can read all of it at any time, also after the end, and can show that it is what was written.

Each can take all of it away as a file that shows that; forms for people to read come with a later step.
"""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from relationships import clock, guards, verifier
from relationships.views.record import PAGE


def record_shown(chair) -> str:
    """The record from its newest page to its oldest."""
    said, query = "", {}
    while query is not None:
        answer = chair.get("", **query)
        assert answer.status_code == 200
        said += answer.content.decode()
        older = answer.context["sheet"].older
        query = {"before": older} if older else None
    return said


def everything_shown(chair) -> str:
    """The same, and the page of every entry."""
    said = record_shown(chair)
    for entry in chair.relationship.entries.filter(about=None):
        said += chair.get(f"entry/{entry.pk}/").content.decode()
    return said


def test_both_can_read_all_of_it_however_much_it_is(me, them):
    for number in range(PAGE + 2):
        (me, them)[number % 2].write(f"Line number {number}.")
    for chair in (me, them):
        said = record_shown(chair)
        for number in range(PAGE + 2):
            assert f"Line number {number}." in said


def test_also_what_was_put_differently_answered_and_withdrawn(me, them):
    entry = me.write("First said.")
    me.correct(entry, "Said differently."), them.answer(entry, "Answered."), me.withdraw(entry, "Taken back.")
    for chair in (me, them):
        said = everything_shown(chair)
        for words in ("First said.", "Said differently.", "Answered.", "Taken back."):
            assert words in said


def test_after_the_end_both_read_on_and_neither_writes(me, them):
    entry = me.write("First said.")
    them.relationship.end(by=them.participant)
    for chair in (me, them):
        assert "First said." in everything_shown(chair)
        for page in ("event/", "brief/", "brief/text/"):
            assert chair.get(page).status_code == 200
        refused = chair.post("write/", text="Too late, and not lost.")
        assert refused.status_code == 422
        assert "Too late, and not lost." in refused.content.decode()
        assert chair.get(f"entry/{entry.pk}/").status_code == 200
    assert list(me.relationship.entries.values_list("text", flat=True)) == ["First said."]


def test_years_later_too(me, them):
    me.write("First said.")
    them.relationship.end(by=them.participant)
    with time_machine.travel("2046-11-24 09:30Z", tick=False):
        for chair in (me, them):
            chair.client.force_login(chair.participant.person)
            assert "First said." in everything_shown(chair)


def test_the_brief_can_be_taken_along_as_plain_text(me, them):
    me.write("My garden.", kind="value"), them.write("I listen slowly.", kind="value")
    for chair in (me, them):
        answer = chair.get("brief/text/")
        assert answer["Content-Type"].startswith("text/plain")
        said = answer.content.decode()
        assert "My garden." in said
        assert "I listen slowly." in said
        assert "<" not in said


def test_what_is_taken_along_says_what_it_was_taken_from(me):
    me.write("My garden.", kind="value")
    me.get("brief/")
    said = me.get("brief/text/").content.decode()
    head = me.relationship.head()
    assert f"at act {head.number}, {head.fingerprint}" in said


def test_it_can_be_shown_that_it_is_what_was_written(me, them, capsys):
    me.write("My garden."), them.get(), them.write("I listen.")
    them.relationship.end(by=them.participant)
    call_command("verify_record", str(me.relationship.pk))
    assert "Every seal fits: 1 records, 7 acts." in capsys.readouterr().out


def test_each_keeps_their_own_account_of_where_it_stood(me, them):
    """The list of acts, with the seal of each, is the same for both and complete."""
    me.write("My garden.")
    for chair in (me, them):
        page = chair.get("event/").content.decode()
        for event in chair.relationship.events.all():
            assert f"{event.number} · {event.fingerprint}" in page


# --- Appointments and promises --------------------------------------------------------------------------


def a_consult(me, them):
    """Planned, moved and met, with what both hoped, said and promised."""
    soon = clock.now() + dt.timedelta(minutes=30)
    first = me.relationship.plan(by=them.participant, starts_at=soon, minutes=20, where="The second bell")
    consult = first.consult
    me.relationship.move(consult, by=me.participant, starts_at=soon, minutes=40, reason="Too short.")
    me.write("To be heard.", kind="hope", consult=consult)
    me.relationship.meet(consult, by=me.participant)
    for chair in (me, them):
        chair.write("How it was.", kind="account", consult=consult)
        chair.write("", kind="experience", consult=consult, answers={"heard": {"level": "mostly"}})
    them.answer(me.write("I shall ask.", kind="promise", consult=consult), "", kind="kept")
    return consult


def test_all_of_an_appointment_can_be_shown_to_be_what_was_said(me, them, capsys):
    a_consult(me, them)
    call_command("verify_record", str(me.relationship.pk))
    assert "Every seal fits: 1 records, 13 acts." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("table", "forged"),
    [
        ("appointment", "starts_at = '1999-12-31 00:00:00+00:00'"),
        ("appointment", "reason = 'I forgot.'"),
        ("appointment", "state = 'called_off'"),
        ("entry", "due_on = '1999-12-31'"),
        ("entry", 'answers = \'{"heard": {"level": "yes"}}\' WHERE kind = \'experience\''),
    ],
)
def test_a_forged_appointment_promise_or_answer_is_found_out(me, them, table, forged):
    a_consult(me, them)
    connection.check_constraints()
    guards.remove(connection)
    call_command("verify_record", str(me.relationship.pk))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE relationships_{table} SET {forged}")
    with pytest.raises(CommandError, match=r"the (appointment|words) of act \d+ (is|are) not"):
        call_command("verify_record", str(me.relationship.pk))


def test_after_the_end_both_still_read_their_appointments_and_neither_adds_one(me, them):
    consult = a_consult(me, them)
    me.relationship.end(by=them.participant)
    here = f"consult/{consult.pk}/"
    day = (clock.now() + dt.timedelta(days=2)).date().isoformat()
    for chair in (me, them):
        for page in (
            "consult/",
            here,
            f"{here}brief/",
            f"{here}brief/text/",
            f"{here}questions/",
            "consult/over-time/",
        ):
            assert chair.get(page).status_code == 200, page
        assert "The second bell" in chair.get(here).content.decode()
        assert "I shall ask." in chair.get(here).content.decode()
        refused = chair.post("consult/planning/", day=day, time="10:30", minutes="20")
        assert refused.status_code == 422
        assert "This journal has ended." in refused.content.decode()
    assert me.relationship.appointments.count() == 3


def test_each_can_take_all_of_it_away_and_show_later_that_it_is_what_was_written(me, them):
    """Whole, at any time, after the end too; and the file says by itself that nothing in it was changed."""
    me.write("What I said.")
    them.write("What I answered.")
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        file = b"".join(chair.post("export/").streaming_content)
        copy = verifier.open_copy(io.BytesIO(file))
        head = me.relationship.head()
        assert (copy.counted.number, copy.counted.digest) == (head.number, head.digest)
        assert len(copy.counted.words) == 2
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            assert "What I said." in archive.read("record.jsonl").decode()
