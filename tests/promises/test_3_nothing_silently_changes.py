"""The record only grows. What was put differently or withdrawn stays readable by both, and either can check it.

That the database itself refuses every other change is shown in tests/relationships/test_guards.py, and that a forged
record is found out in tests/relationships/test_verification.py.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from relationships import clock
from relationships.models import Appointment, Entry, Relationship

PAGES = ("", "write/", "brief/", "event/", "ending/", "invitation/")


def foot(chair, page: str = "") -> tuple[int, str]:
    """The length and the fingerprint that stand at the foot of a page."""
    found = re.search(r"(\d+) acts? · ((?:[0-9a-f]{4} ?){5})", chair.get(page).content.decode())
    assert found, f"no fingerprint at the foot of {page!r}"
    return int(found[1]), found[2].strip()


def test_the_earlier_wording_stays_readable_by_both(me, them):
    entry = me.write("I sleep badly.")
    me.correct(entry, "I sleep badly since March.")
    for chair in (me, them):
        page = chair.get(f"entry/{entry.pk}/").content.decode()
        assert "I sleep badly." in page
        assert "<ins>" in page
        assert "How it changed" in page
        assert "I sleep badly since March." in chair.get().content.decode()


def test_what_was_withdrawn_stays_readable_by_both(me, them):
    entry = me.write("I was angry.")
    me.withdraw(entry, "I no longer am.")
    for chair in (me, them):
        record = chair.get().content.decode()
        assert "I was angry." not in record
        assert "withdrew this" in record
        assert "I was angry." in chair.get(f"entry/{entry.pk}/").content.decode()


def test_a_change_of_heart_is_a_new_entry_beside_the_old_one(me):
    entry = me.write("No.")
    me.correct(entry, "Yes."), me.correct(entry, "Perhaps."), me.withdraw(entry)
    said = me.relationship.entries.order_by("number").values_list("text", flat=True)
    assert list(said) == ["No.", "Yes.", "Perhaps.", ""]


def test_the_database_refuses_anything_else(me):
    entry = me.write("As I said it.")
    with connection.cursor() as cursor:
        for sql in ("UPDATE relationships_entry SET text = 'Forged.'", "DELETE FROM relationships_entry"):
            with pytest.raises(IntegrityError, match="The record only grows"), transaction.atomic():
                cursor.execute(sql)
    assert Entry.objects.get(pk=entry.pk).text == "As I said it."


def test_both_see_every_act_with_who_and_when(me, them):
    entry = me.write("First.")
    them.answer(entry), me.correct(entry), them.get(), me.withdraw(entry)
    for chair in (me, them):
        page = chair.get("event/").content.decode()
        acts = [
            "began this journal",
            "accepted the invitation",
            "wrote",
            "answered",
            "corrected",
            "opened",
            "withdrew",
        ]
        assert [act for act in acts if act not in page] == []
        assert page.count('<li id="act-') == chair.relationship.events.count()


def test_the_same_fingerprint_stands_at_the_foot_of_every_page_for_both(me, them):
    entry = me.write("First.")
    pages = (*PAGES, f"entry/{entry.pk}/", f"entry/{entry.pk}/answer/")
    for chair in (me, them):
        for page in pages:  # Looking is an act too. The second time within the half hour it is none.
            chair.get(page)
    head = (me.relationship.events.count(), me.relationship.head().fingerprint)
    assert {foot(chair, page) for chair in (me, them) for page in pages} == {head}


def test_the_fingerprint_changes_with_every_act(me, them):
    me.get("write/")
    seen = [foot(me, "event/")]
    for do in (
        lambda: me.write("One."),
        lambda: them.write("Two."),
        lambda: me.relationship.end(by=them.participant),
    ):
        do()
        seen.append(foot(me, "event/"))
    assert len(set(seen)) == 4
    assert [length for length, _fingerprint in seen] == sorted({length for length, _fingerprint in seen})


def test_what_stood_on_paper_can_be_found_again_in_the_list(me, them):
    me.write("One.")
    length, fingerprint = foot(me, "event/")
    them.write("Two.")
    page = them.get("event/").content.decode()
    assert f"{length} · {fingerprint}" in page


def test_the_whole_record_recounts(me, them, capsys):
    entry = me.write("First.")
    them.get(), them.answer(entry), me.correct(entry), me.withdraw(entry), me.get()
    me.relationship.end(by=me.participant)
    call_command("verify_record", str(me.relationship.pk))
    assert f"{me.relationship.events.count()} acts" in capsys.readouterr().out


def test_nothing_can_be_deleted_from_any_page(me):
    entry = me.write("First.")
    for method in ("delete", "put", "patch"):
        for page in ("", "event/", f"entry/{entry.pk}/"):
            assert getattr(me.client, method)(me.address + page).status_code == 405
    assert Relationship.objects.get(pk=me.relationship.pk).entries.count() == 1


# --- Appointments and promises --------------------------------------------------------------------------


def planned(chair, days: int = 2, **what):
    starts_at = (clock.now() + dt.timedelta(days=days)).replace(hour=10, minute=17)
    return chair.relationship.plan(by=chair.participant, starts_at=starts_at, minutes=20, **what)


def test_when_an_appointment_moves_both_still_see_when_it_was(me, them):
    first = planned(me, where="The second bell")
    later = first.starts_at + dt.timedelta(days=1, minutes=24)
    me.relationship.move(
        first.consult, by=them.participant, starts_at=later, minutes=40, reason="Twenty is too short."
    )
    for chair in (me, them):
        page = chair.get(f"consult/{first.consult_id}/").content.decode()
        at = [
            timezone.localtime(one, ZoneInfo(chair.participant.person.time_zone))
            for one in (first.starts_at, later)
        ]
        assert all(f"{one:%-H:%M}" in page or f"{one:%H:%M}" in page for one in at)
        assert "Twenty is too short." in page
        assert "The second bell" in page
        assert "planned it for" in page
        assert "moved it to" in page


def test_what_was_called_off_is_not_gone(me, them):
    consult = planned(me).consult
    me.relationship.call_off(consult, by=them.participant, reason="The boat is out.")
    for chair in (me, them):
        page = chair.get(f"consult/{consult.pk}/").content.decode()
        assert "The boat is out." in page
        assert "was called off" in page
        assert f"consult/{consult.pk}/" in chair.get("consult/").content.decode()


def test_the_database_refuses_to_move_an_appointment_by_itself(me):
    first = planned(me)
    with connection.cursor() as cursor:
        for sql in (
            "UPDATE relationships_appointment SET minutes = 5",
            "DELETE FROM relationships_appointment",
        ):
            with pytest.raises(IntegrityError, match="The record only grows"), transaction.atomic():
                cursor.execute(sql)
    assert Appointment.objects.get(pk=first.pk).minutes == 20


def test_a_promise_that_was_moved_and_kept_still_shows_all_of_that(me, them):
    promise = me.write("I shall ask.", kind="promise", due_on=dt.date(2031, 5, 6))
    me.answer(promise, "She is away.", kind="moved", due_on=dt.date(2031, 6, 7))
    them.answer(promise, "You did.", kind="kept")
    for chair in (me, them):
        page = chair.get(f"entry/{promise.pk}/").content.decode()
        for said in ("I shall ask.", "6 May 2031", "She is away.", "7 June 2031", "You did."):
            assert said in page, said


def test_every_act_on_an_appointment_is_listed_for_both(me, them):
    consult = planned(me).consult
    me.relationship.move(
        consult, by=them.participant, starts_at=clock.now() + dt.timedelta(minutes=20), minutes=20
    )
    me.relationship.call_off(consult, by=me.participant)
    me.relationship.move(
        consult, by=them.participant, starts_at=clock.now() + dt.timedelta(minutes=20), minutes=20
    )
    me.relationship.meet(consult, by=me.participant)
    for chair in (me, them):
        page = chair.get("event/").content.decode()
        for act in (
            "planned an appointment",
            "moved an appointment",
            "called off an appointment",
            "said that we met",
        ):
            assert act in page, act
