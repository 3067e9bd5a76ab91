"""One mail that something is new, when and if somebody wants it, and none after it until they have looked."""

import datetime as dt
import re
import smtplib
import threading
import zoneinfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Told
from config import mail
from relationships import clock, erasing, heads, noticing
from relationships.models import Notice, Relationship
from tests.cast import CANARY, Chair, from_one_chair, pair, person, signed_in
from tests.config.post import SITE, queued, work
from tests.config.test_mail import Failing
from tests.relationships.test_concurrency import at_once, writers

__all__ = ["writers"]

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
NOON = dt.datetime(2026, 6, 10, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _known_by_its_address(settings):
    settings.SITE_ADDRESS = SITE


@pytest.fixture
def at():
    """`at(moment)`: what is due then is done; how many were told."""

    def look(moment):
        with clock.telling(moment):
            return noticing.notice()

    return look


@pytest.fixture
def quiet(me, them, at, mailoutbox):
    """Both have been told of everything that there was, and have looked."""
    at(timezone.now() + HOUR)
    for chair in (me, them):
        with clock.telling(timezone.now() + 2 * HOUR):
            chair.relationship.open(by=chair.participant, page="")
    mailoutbox.clear()
    return timezone.now() + 3 * HOUR


def prefer(chair, **what):
    someone = chair.participant.person
    for name, value in what.items():
        setattr(someone, name, value)
    someone.save()


def write(chair, moment, text=f"One line, {CANARY}."):
    with clock.telling(moment):
        return chair.write(text)


def look(chair, moment):
    with clock.telling(moment):
        chair.relationship.open(
            by=chair.participant, page="", entries=chair.relationship.entries.for_reading()
        )


def told(mailoutbox):
    return [address for letter in mailoutbox for address in letter.to]


# --- When --------------------------------------------------------------------------------------------------


@from_one_chair
def test_at_once_is_after_a_few_minutes_so_that_five_lines_are_one_mail(quiet, me, them, at, mailoutbox):
    for minute in range(5):
        write(me, quiet + minute * MINUTE)
        assert at(quiet + minute * MINUTE) == 0
    assert at(quiet + 5 * MINUTE) == 1
    assert told(mailoutbox) == [them.participant.person.email]


@from_one_chair
def test_what_was_read_meanwhile_is_not_told(quiet, me, them, at):
    write(me, quiet)
    look(them, quiet + 3 * MINUTE)
    assert at(quiet + HOUR) == 0


@from_one_chair
def test_never_a_second_one_until_they_have_looked(quiet, me, them, at, mailoutbox):
    write(me, quiet)
    assert at(quiet + HOUR) == 1
    for days in range(1, 40):
        write(me, quiet + days * DAY)
        assert at(quiet + days * DAY + HOUR) == 0
    look(them, quiet + 40 * DAY)
    assert at(quiet + 40 * DAY + HOUR) == 0
    write(me, quiet + 41 * DAY)
    assert at(quiet + 41 * DAY + HOUR) == 1
    assert len(mailoutbox) == 2


@from_one_chair
def test_once_a_day_is_in_the_morning_of_what_came_before_it(quiet, me, them, at):
    prefer(them, told_of_news=Told.DAILY, time_zone="America/New_York")
    zone = zoneinfo.ZoneInfo("America/New_York")
    evening = dt.datetime.combine((quiet + DAY).date(), dt.time(21), zone)
    write(me, evening)
    assert at(evening + 10 * HOUR) == 0
    assert at(evening + 11 * HOUR) == 1
    look(them, evening + 12 * HOUR)
    write(me, evening + 13 * HOUR)
    assert at(evening + 34 * HOUR) == 0
    assert at(evening + 35 * HOUR) == 1


@from_one_chair
def test_never_is_never(quiet, me, them, at):
    prefer(them, told_of_news=Told.NEVER)
    write(me, quiet)
    assert at(quiet + 9 * DAY) == 0
    prefer(them, told_of_news=Told.AT_ONCE)
    assert at(quiet + 9 * DAY) == 1


@from_one_chair
def test_not_who_has_gone(quiet, me, them, at):
    prefer(them, is_active=False)
    write(me, quiet)
    assert at(quiet + HOUR) == 0


@pytest.mark.parametrize(
    ("begin", "end", "zone", "quiet_at", "loud_at"),
    [
        ("22:00", "07:00", "Europe/London", ["21:00", "23:30", "05:59"], ["20:59", "06:00", "12:00"]),
        ("09:00", "17:00", "Europe/London", ["08:00", "15:59"], ["07:59", "16:00"]),
        ("22:00", "07:00", "Asia/Kolkata", ["16:30", "01:29"], ["16:29", "01:30"]),
        ("07:00", "07:00", "Europe/London", [], ["07:00", "12:00"]),
    ],
)
def test_quiet_hours_are_by_the_clock_on_their_wall_and_go_over_midnight(
    wren, begin, end, zone, quiet_at, loud_at
):
    """The times of the day are UTC, on a day of British summer."""
    wren.time_zone = zone
    wren.quiet_from, wren.quiet_until = (dt.time.fromisoformat(one) for one in (begin, end))
    for moments, expected in ((quiet_at, True), (loud_at, False)):
        for moment in moments:
            at = dt.datetime.combine(NOON.date(), dt.time.fromisoformat(moment), dt.UTC)
            assert noticing.is_quiet(wren, at) is expected, moment


def test_quiet_hours_hold_when_the_clocks_change(wren):
    """In Lisbon, on 29 March 2026, one o'clock is followed by two; on 25 October it comes twice."""
    wren.time_zone, wren.quiet_from, wren.quiet_until = "Europe/Lisbon", dt.time(1, 15), dt.time(1, 45)
    assert not noticing.is_quiet(wren, dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC))
    for hour in (0, 1):
        assert noticing.is_quiet(wren, dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC))
    wren.quiet_from, wren.quiet_until = dt.time(22), dt.time(7)
    assert noticing.is_quiet(wren, dt.datetime(2026, 3, 29, 5, 59, tzinfo=dt.UTC))
    assert not noticing.is_quiet(wren, dt.datetime(2026, 3, 29, 6, 0, tzinfo=dt.UTC))
    assert noticing.is_quiet(wren, dt.datetime(2026, 10, 25, 6, 59, tzinfo=dt.UTC))


def test_half_of_quiet_hours_is_none(wren):
    wren.quiet_from = dt.time(0)
    assert not noticing.is_quiet(wren, NOON)


@from_one_chair
def test_what_came_in_quiet_hours_is_told_after_them(quiet, me, them, at):
    prefer(them, time_zone="UTC", quiet_from=dt.time(22), quiet_until=dt.time(7))
    night = dt.datetime.combine((quiet + DAY).date(), dt.time(23), dt.UTC)
    write(me, night)
    assert at(night + 7 * HOUR) == 0
    assert at(night + 8 * HOUR) == 1


# --- Of what -----------------------------------------------------------------------------------------------


def test_that_an_invitation_was_accepted_is_told_to_whoever_invited(wren, isko, at, mailoutbox):
    alone = Relationship.begin(by=wren, side="patient")
    assert at(timezone.now() + HOUR) == 0
    alone.accept(alone.invite(by=alone.seats[0]), by=isko)
    assert at(timezone.now() + HOUR) == 1
    assert told(mailoutbox) == [wren.email]


@from_one_chair
def test_that_words_will_be_erased_is_told_to_both(quiet, me, them, at, mailoutbox):
    with clock.telling(quiet - MINUTE):
        entry = me.write()
        look(them, quiet)
    with clock.telling(quiet + HOUR):
        erasing.announce(entry, reason=f"A court, {CANARY}.")
    assert at(quiet + 2 * HOUR) == 2
    assert sorted(told(mailoutbox)) == ["isko@example.org", "wren@example.org"]
    assert at(quiet + DAY) == 0


def test_one_mail_for_all_of_somebodys_journals(wren, at, mailoutbox):
    others = [person(f"Other{number}") for number in range(3)]
    for other in others:
        two = pair(other, wren)
        two.relationship.write(by=two.patient, text=f"Words, {CANARY}.")
    assert at(timezone.now() + HOUR) == 4  # The others hear that they were accepted.
    (mine,) = [letter for letter in mailoutbox if letter.to == [wren.email]]
    assert mine.body.count("You can write this down:") == 3


@from_one_chair
def test_what_is_open_to_them_only_later_is_not_news_yet(quiet, me, them, at):
    past = quiet - DAY
    consult = me.relationship.meet(None, by=me.participant, starts_at=past, minutes=20).consult
    with clock.telling(quiet):
        me.write("", kind="experience", consult=consult, answers={"heard": {"level": "no"}})
    assert at(quiet + HOUR) == 0


@from_one_chair
def test_ones_own_words_and_withdrawn_ones_are_no_news(quiet, me, them, at):
    entry = write(me, quiet)
    with clock.telling(quiet + MINUTE):
        me.withdraw(entry)
    with clock.telling(quiet + 2 * MINUTE):
        me.relationship.open(by=them.participant, page="", entries=me.relationship.entries.for_reading())
        me.answer(me.write("Again."))
        me.relationship.open(by=them.participant, page="", entries=me.relationship.entries.for_reading())
    assert at(quiet + HOUR) == 0


# --- Once --------------------------------------------------------------------------------------------------


def test_two_runs_at_once_tell_once(writers, mailoutbox):
    two = pair(person("Wren"), person("Isko"))
    two.relationship.write(by=two.patient, text="Words.")
    begin = threading.Barrier(2)
    found = noticing._tell

    def both(someone):
        begin.wait(20)
        return found(someone)

    def run():
        with clock.telling(timezone.now() + HOUR):
            return noticing.notice()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noticing, "_tell", both)
        counts = at_once(run, run)
    assert sum(counts) == 2
    assert sorted(told(mailoutbox)) == ["isko@example.org", "wren@example.org"]
    assert Notice.objects.count() == 2


@from_one_chair
def test_killed_in_between_it_is_neither_noted_nor_sent(quiet, me, them, at, mailoutbox, monkeypatch):
    write(me, quiet)

    def killed(*given):
        raise KeyboardInterrupt

    before = Notice.objects.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noticing, "_letter", killed)
        with pytest.raises(KeyboardInterrupt):
            at(quiet + HOUR)
    assert Notice.objects.count() == before
    assert at(quiet + HOUR) == 1
    assert len(mailoutbox) == 1


def test_when_a_mail_server_has_taken_it_is_noted(two, settings, mailoutbox):
    queued(settings)
    two.relationship.write(by=two.patient, text="Words.")
    with time_machine.travel(timezone.now() + HOUR):
        work()
        assert len(mailoutbox) == 2
        assert not Notice.objects.arrived().exists()
        noticing.settle()
    assert Notice.objects.arrived().count() == 2


def test_one_that_surely_did_not_leave_is_tried_again_the_next_day_and_not_before(two, settings, mailoutbox):
    queued(settings, "tests.config.test_mail.Failing")
    Failing.at_the_door = None
    Failing.with_the_words = smtplib.SMTPRecipientsRefused({"x": (550, b"nobody")})
    begun = timezone.now()
    try:
        for hours in (1, 2, 12, 24):
            with time_machine.travel(begun + hours * HOUR):
                work()
        assert Notice.objects.count() == 1
        assert not Notice.objects.arrived().exists()
    finally:
        Failing.with_the_words = None
    with time_machine.travel(begun + 26 * HOUR):
        work(), work()
    assert len(mailoutbox) == 1


def test_one_of_which_nobody_knows_is_not_sent_again(two, settings, mailoutbox):
    queued(settings, "tests.config.test_mail.Failing")
    Failing.at_the_door, Failing.with_the_words = None, smtplib.SMTPServerDisconnected()
    try:
        with time_machine.travel(timezone.now() + HOUR):
            work()
    finally:
        Failing.with_the_words = None
    for days in (1, 2, 3):
        with time_machine.travel(timezone.now() + days * DAY):
            work()
    assert mailoutbox == []
    assert Notice.objects.count() == 1
    assert mail.outcomes([Notice.objects.get().name])[Notice.objects.get().name] == mail.Outcome()


# --- What it says ------------------------------------------------------------------------------------------


@from_one_chair
def test_it_says_only_that_there_is_something_where_to_choose_and_the_head(quiet, me, them, at, mailoutbox):
    write(me, quiet)
    at(quiet + HOUR)
    (letter,) = mailoutbox
    assert letter.subject == "There is something new in your journal"
    assert re.findall(r"\S+://\S+", letter.body) == [f"{SITE}/", f"{SITE}/me/settings/"]
    head = me.relationship.head()
    assert f"You can write this down: {head.number} acts · {head.fingerprint}" in letter.body
    assert heads.note(me.relationship.pk, head.number, head.digest) in letter.body
    assert "clinician" not in letter.body


def test_both_sides_are_told_the_same(wren, isko, at, mailoutbox):
    two = pair(wren, isko)
    now = timezone.now()
    for seat in (two.patient, two.clinician):
        Chair(seat, two.relationship, signed_in(seat.person)).write("Words.")
    assert at(now + HOUR) == 2
    one, other = mailoutbox
    assert (one.subject, one.body) == (other.subject, other.body)


@from_one_chair
def test_it_is_in_their_own_language(quiet, me, them, at, mailoutbox, monkeypatch):
    prefer(them, language="de")
    write(me, quiet)
    monkeypatch.setattr(noticing, "render_to_string", lambda template, *_: f"said in {get_language()}")
    at(quiet + HOUR)
    assert [letter.body for letter in mailoutbox] == ["said in de"]


# --- Each minute, and once a day ------------------------------------------------------------------------


def test_each_minute_looks_at_the_last_days_and_once_a_day_at_everything(wren, isko, mailoutbox):
    with clock.telling(timezone.now() - dt.timedelta(days=40)):
        two = pair(wren, isko)
        two.relationship.write(by=two.clinician, text="Weeks ago.")
        two.relationship.open(by=two.clinician, page="")
    assert noticing.notice_lately() == 0
    cache.delete(noticing.EACH_DAY)
    assert noticing.notice_all() == 1
    assert noticing.notice_all() == 0
    two.relationship.open(by=two.patient, page="consult/")
    with clock.telling(timezone.now() + dt.timedelta(minutes=1)):
        two.relationship.write(by=two.clinician, text="Now.")
    with clock.telling(timezone.now() + dt.timedelta(minutes=20)):
        assert noticing.notice_all() == 0
        assert noticing.notice_lately() == 1
