"""One reminder for each of the two and each appointment, whatever happens, and it says nothing but that."""

import datetime as dt
import re
import threading

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import get_language

from relationships import clock, heads, reminding
from relationships.models import Reminder
from tests.cast import CANARY, from_one_chair, pair, person
from tests.config.post import queued, work
from tests.relationships.test_concurrency import at_once, writers

__all__ = ["writers"]

SITE = "https://journal.example.org"


@pytest.fixture(autouse=True)
def _known_by_its_address(settings):
    settings.SITE_ADDRESS = SITE


@pytest.fixture
def planned(two):
    """An appointment in a day and a half."""
    return plan(two)


def plan(two, hours=36.0, **what):
    details = {"minutes": 30, "way": "home", "where": f"At {CANARY}"} | what
    starts_at = timezone.now() + dt.timedelta(hours=hours)
    return two.relationship.plan(by=two.patient, starts_at=starts_at, **details)


def run(capsys=None):
    """One run of the command; what it said in the end, or why it failed."""
    try:
        call_command("remind")
    except CommandError as error:
        return str(error)
    return capsys.readouterr().out if capsys else ""


def reminded(mailoutbox):
    return sorted(address for letter in mailoutbox for address in letter.to)


def many_pairs(count):
    """So many pairs with an appointment each; the addresses of all of them."""
    for number in range(count):
        two = pair(person(f"Patient{number}"), person(f"Clinician{number}"))
        two.relationship.plan(by=two.patient, starts_at=timezone.now() + dt.timedelta(hours=2), minutes=20)
    return sorted(
        f"{name}{number}@example.org" for name in ("patient", "clinician") for number in range(count)
    )


BOTH = ["isko@example.org", "wren@example.org"]


# --- When, and whom -------------------------------------------------------------------------------------


def test_both_are_reminded_by_a_mail_of_their_own_and_the_command_says_how_many(planned, mailoutbox, capsys):
    assert run(capsys) == "Reminders on their way: 2.\n"
    assert reminded(mailoutbox) == BOTH
    assert all(len(letter.to) == 1 and not letter.cc and not letter.bcc for letter in mailoutbox)


def test_run_twice_it_reminds_once(planned, mailoutbox, capsys):
    assert run(capsys) == "Reminders on their way: 2.\n"
    assert run(capsys) == "Reminders on their way: 0.\n"
    assert reminded(mailoutbox) == BOTH


@pytest.mark.parametrize(("hours", "count"), [(49, 0), (48.02, 0), (47.98, 2), (1, 2), (0.01, 2)])
def test_it_comes_within_the_set_time_before_and_not_sooner(two, mailoutbox, hours, count):
    plan(two, hours)
    run()
    assert len(mailoutbox) == count


def test_the_set_time_can_be_another(two, mailoutbox, settings):
    plan(two, 36)
    settings.REMINDER_HOURS = 24
    run()
    assert mailoutbox == []
    settings.REMINDER_HOURS = 37
    run()
    assert reminded(mailoutbox) == BOTH


def test_what_has_begun_is_too_late_for_a_reminder(planned, mailoutbox):
    with clock.telling(planned.starts_at):
        run()
    assert mailoutbox == []
    with clock.telling(planned.starts_at - dt.timedelta(seconds=1)):
        run()
    assert reminded(mailoutbox) == BOTH


@from_one_chair
@pytest.mark.parametrize("unless", ["is_reminded", "is_active"])
def test_not_who_does_not_want_it_or_has_gone_and_the_other_all_the_same(
    two, planned, side, unless, mailoutbox
):
    someone = two.seat(side).person
    setattr(someone, unless, False)
    someone.save()
    run()
    assert reminded(mailoutbox) == [address for address in BOTH if address != someone.email]


def test_not_of_one_that_was_called_off(two, planned, mailoutbox):
    two.relationship.call_off(planned.consult, by=two.clinician)
    run()
    assert mailoutbox == []
    two.relationship.move(planned.consult, by=two.clinician, starts_at=planned.starts_at, minutes=30)
    run()
    assert reminded(mailoutbox) == BOTH


def test_not_of_one_in_a_journal_that_has_ended(two, planned, mailoutbox):
    two.relationship.end(by=two.patient)
    run()
    assert mailoutbox == []


def test_not_of_one_that_has_met(two, mailoutbox):
    planned = plan(two, 0.5)
    two.relationship.meet(planned.consult, by=two.patient)
    run()
    assert mailoutbox == []


@pytest.mark.parametrize("hours", [20, 40, 200])
def test_one_that_was_moved_after_it_is_not_reminded_of_again(two, planned, mailoutbox, hours):
    run()
    moved = timezone.now() + dt.timedelta(hours=hours)
    two.relationship.move(planned.consult, by=two.clinician, starts_at=moved, minutes=30)
    for before in (47, 24, 1):
        with clock.telling(max(moved - dt.timedelta(hours=before), timezone.now())):
            run()
    assert reminded(mailoutbox) == BOTH


def test_one_that_was_moved_before_it_is_reminded_of_at_its_new_time(two, planned, mailoutbox):
    moved = timezone.now() + dt.timedelta(hours=200)
    two.relationship.move(planned.consult, by=two.clinician, starts_at=moved, minutes=30)
    run()
    assert mailoutbox == []
    with clock.telling(moved - dt.timedelta(hours=47)):
        run()
    assert reminded(mailoutbox) == BOTH


def test_it_is_hours_that_count_whatever_their_zones_and_whether_the_clocks_change(two, mailoutbox):
    for someone, zone in (
        (two.patient.person, "Pacific/Auckland"),
        (two.clinician.person, "America/Los_Angeles"),
    ):
        someone.time_zone = zone
        someone.save()
    starts_at = dt.datetime(2026, 3, 29, 9, tzinfo=two.patient.person.zone)
    with clock.telling(starts_at - dt.timedelta(days=20)):
        two.relationship.plan(by=two.patient, starts_at=starts_at, minutes=30)
    with clock.telling(starts_at - dt.timedelta(hours=48, minutes=1)):
        run()
    assert mailoutbox == []
    with clock.telling(starts_at - dt.timedelta(hours=48)):
        run()
    assert reminded(mailoutbox) == BOTH


def test_whoever_has_many_appointments_has_one_mail_of_all_of_them(two, wren, mailoutbox):
    plan(two, 20), plan(two, 30)
    other = pair(wren, person("Third Person"))
    plan(other, 25)
    run()
    assert reminded(mailoutbox) == ["isko@example.org", "third@example.org", "wren@example.org"]
    assert Reminder.objects.count() == 6
    # One that comes within reach later has its own.
    plan(two, 22)
    run()
    assert reminded(mailoutbox) == sorted([*BOTH, *BOTH, "third@example.org"])


def test_somebody_who_waits_for_the_other_is_reminded_alone(wren, mailoutbox):
    from relationships.models import Relationship

    alone = Relationship.begin(by=wren, side="patient")
    alone.plan(by=alone.seats[0], starts_at=timezone.now() + dt.timedelta(hours=3), minutes=30)
    run()
    assert reminded(mailoutbox) == ["wren@example.org"]


# --- Never a second -------------------------------------------------------------------------------------


def test_however_many_begin_soon_all_are_reminded(db, mailoutbox, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(reminding, "AT_ONCE", 3)
    addresses = many_pairs(4)
    assert reminding.remind() == 8
    assert reminded(mailoutbox) == addresses
    with django_assert_max_num_queries(1):
        assert reminding.remind() == 0


def test_two_runs_at_once_remind_once(writers, mailoutbox):
    two = pair(person("Wren"), person("Isko"))
    for hours in range(2, 12):
        plan(two, hours)
    begin = threading.Barrier(2)
    found = reminding._waiting

    def found_by_both():
        waiting = list(found())
        begin.wait(20)
        return waiting

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reminding, "_waiting", found_by_both)
        one, other = at_once(reminding.remind, reminding.remind)
    # Where the two runs share somebody's ten between them, each sends one mail, of appointments of its own.
    assert set(reminded(mailoutbox)) == set(BOTH)
    assert one + other == len(mailoutbox) <= 4
    assert Reminder.objects.count() == 20
    assert reminding.remind() == 0


def test_the_row_and_the_mail_are_both_there_or_neither(planned, mailoutbox, monkeypatch):
    """Killed in between, nothing was done, and the next run does it."""

    def killed(*given):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reminding, "_letter", killed)
        with pytest.raises(KeyboardInterrupt):
            call_command("remind")
    assert not Reminder.objects.exists()
    run()
    assert reminded(mailoutbox) == BOTH


def test_one_that_waited_for_the_mail_server_until_it_began_is_not_sent(
    two, planned, settings, mailoutbox, monkeypatch
):
    queued(settings)
    run()
    assert mailoutbox == []
    with time_machine.travel(planned.starts_at + dt.timedelta(minutes=1)):
        work()
    assert "You have an appointment soon" not in [one.subject for one in mailoutbox]
    assert Reminder.objects.count() == 2


def test_one_that_was_called_off_while_the_others_were_sent_is_left_out(
    two, planned, mailoutbox, monkeypatch
):
    found = list(reminding._waiting())
    assert len(found) == 2
    two.relationship.call_off(planned.consult, by=two.clinician)
    monkeypatch.setattr(reminding, "_waiting", lambda: found)
    run()
    assert mailoutbox == []


# --- What it says ---------------------------------------------------------------------------------------


def everything(letter):
    """All that a mail server sees of it, headers included, as text."""
    message = letter.message()
    return (
        "\n".join(f"{name}: {value}" for name, value in message.items())
        + "\n\n"
        + message.get_payload(decode=True).decode()
    )


@pytest.fixture
def letters(two, mailoutbox):
    """The reminders in a record that holds words in every place that can hold words."""
    for seat in (two.patient, two.clinician):
        seat.person.name = f"{seat.person.name} {CANARY}"
        seat.person.called = seat.person.pronounced = CANARY
        seat.person.save()
    planned = plan(two)
    relationship = two.relationship
    for kind in ("hope", "arrival"):
        relationship.write(by=two.patient, kind=kind, consult=planned.consult, text=f"For {CANARY}.")
    relationship.write(by=two.clinician, kind="value", text=f"What matters is {CANARY}.")
    relationship.move(
        planned.consult, by=two.patient, starts_at=planned.starts_at, minutes=31, where=CANARY, reason=CANARY
    )
    run()
    assert reminded(mailoutbox) == BOTH
    return mailoutbox


def test_no_name_no_time_no_place_and_no_word_of_the_record_is_in_it(letters, two):
    starts_at = two.relationship.appointments.get(minutes=31).starts_at
    for letter in letters:
        said = everything(letter)
        assert CANARY not in said
        for seat in (two.patient, two.clinician):
            assert str(seat.pk) not in said
            for word in seat.person.name.split()[:2]:
                assert word not in said.replace(f"To: {letter.to[0]}", "")
        assert starts_at.strftime("%H:%M") not in re.sub(r"^Date: .*$", "", said, flags=re.M)
        for word in ("health", "care", "patient", "clinician", "doctor", "home"):
            assert word not in said.lower()


def test_it_says_the_same_to_both_leads_to_the_front_door_only_and_holds_the_head(letters, two):
    one, other = letters
    assert (one.subject, one.body) == (other.subject, other.body)
    assert one.subject == "You have an appointment soon"
    assert "write beforehand what you hope for" in one.body
    assert re.findall(r"\S+://\S+", one.body) == [f"{SITE}/"]
    head = two.relationship.head()
    assert f"You can write this down: {head.number} acts · {head.fingerprint}" in one.body
    assert heads.note(two.relationship.pk, head.number, head.digest) in one.body


def test_it_is_in_their_own_language(two, planned, mailoutbox, monkeypatch):
    two.patient.person.language = "de"
    two.patient.person.save()
    monkeypatch.setattr(reminding, "render_to_string", lambda template, *_: f"said in {get_language()}")
    run()
    spoken = {letter.to[0]: letter.body for letter in mailoutbox}
    assert spoken == {"wren@example.org": "said in de", "isko@example.org": "said in en"}


@pytest.mark.parametrize("address", ["", "journal.example.org", "https://", "ftp://journal.example.org"])
def test_without_the_address_of_this_site_it_says_what_is_missing_and_sends_nothing(
    planned, settings, mailoutbox, address
):
    settings.SITE_ADDRESS = address
    assert "Set SITE_ADDRESS" in run()
    assert mailoutbox == []
    assert not Reminder.objects.exists()
