"""Every mail leaves by a queue: not in a request, each once, tried again while that is sure, and never late."""

import datetime as dt
import json
import re
import signal
import smtplib
from collections import Counter
from itertools import pairwise

import pytest
import time_machine
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import mail, queue
from tests.cast import CANARY, Chair, person, signed_in
from tests.config.post import Server, queued, until, work, worker
from tests.relationships.test_concurrency import writers
from tests.relationships.views.test_invitation import invite_by_mail

__all__ = ["writers"]


@pytest.fixture
def by_queue(db, settings):
    queued(settings)


class Failing(EmailBackend):
    """Fails as it is told, and takes what it is given where it is told nothing."""

    at_the_door: "Exception | None" = None
    with_the_words: "Exception | None" = None

    def open(self):
        if Failing.at_the_door:
            raise Failing.at_the_door

    def send_messages(self, messages):
        if Failing.with_the_words:
            raise Failing.with_the_words
        return super().send_messages(messages)


@pytest.fixture
def failing(db, settings):
    queued(settings, f"{__name__}.Failing")
    Failing.at_the_door = Failing.with_the_words = None
    return Failing


def letter(to="wren@example.org", **more):
    message = EmailMessage("Subject", f"Words, {CANARY}.", to=[to])
    for name, value in more.items():
        setattr(message, name, value)
    return message


def kept():
    """All that the queue's table holds, as text."""
    return json.dumps(list(DBTaskResult.objects.values()), default=str)


def tried_for(minutes):
    """Look every minute for so long; when the mail server was asked."""
    begun = timezone.now()
    for minute in range(minutes + 1):
        with time_machine.travel(begun + dt.timedelta(minutes=minute, seconds=1), tick=False):
            work()


# --- Not in a request, and not before it is true -----------------------------------------------------------


def test_it_leaves_when_a_worker_looks_and_not_before(by_queue, mailoutbox):
    letter().send()
    assert mailoutbox == []
    work()
    (sent,) = mailoutbox
    assert (sent.subject, sent.body, sent.to) == ("Subject", f"Words, {CANARY}.", ["wren@example.org"])
    work()
    assert len(mailoutbox) == 1


def test_what_did_not_come_to_be_is_not_told(by_queue, mailoutbox):
    with transaction.atomic():
        letter().send()
        transaction.set_rollback(True)
    work()
    assert mailoutbox == []


def test_a_code_to_log_in_goes_the_same_way_and_before_everything_else(by_queue, wren, mailoutbox):
    letter("isko@example.org").send()
    Client().post("/accounts/login/code/", {"email": wren.email})
    assert mailoutbox == []
    work()
    assert [sent.to for sent in mailoutbox] == [[wren.email], ["isko@example.org"]]
    assert re.search(r"^\d{3}-\d{3}$", mailoutbox[0].body, re.M)


def test_a_code_that_is_out_of_date_is_not_sent_late(failing, wren, mailoutbox):
    failing.at_the_door = ConnectionRefusedError()
    Client().post("/accounts/login/code/", {"email": wren.email})
    tried_for(13)
    failing.at_the_door = None
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        work()
    assert mailoutbox == []
    assert wren.email not in kept()


def test_a_mail_is_plain_words_and_what_cannot_be_one_is_refused_at_once(by_queue):
    page = EmailMultiAlternatives("Subject", "Words", to=["wren@example.org"])
    page.attach_alternative("<p>Words</p>", "text/html")
    for wrong in (page, EmailMessage("One\nBcc: sefa@example.org", "Words", to=["wren@example.org"])):
        with pytest.raises(ValueError, match=r"plain words|newlines"):
            wrong.send()
    assert not DBTaskResult.objects.exists()


# --- What stands in the table ------------------------------------------------------------------------------


def test_no_word_and_no_address_stands_open_in_the_table_nor_stays_when_it_is_sent(by_queue):
    letter().send()
    for word in (CANARY, "wren", "Subject"):
        assert word not in kept()
    sealed = DBTaskResult.objects.get().args_kwargs["kwargs"]["letter"]
    work()
    assert DBTaskResult.objects.get().args_kwargs["kwargs"]["letter"] == ""
    assert sealed not in kept()


@pytest.mark.parametrize(
    "error", [smtplib.SMTPRecipientsRefused({"wren@example.org": (550, b"wren")}), ValueError]
)
def test_nor_where_it_could_not_be_sent_and_the_log_says_no_more(failing, error, caplog):
    caplog.set_level(0)
    failing.with_the_words = error
    letter().send()
    work()
    for said in (kept(), caplog.text):
        assert "wren" not in said
        assert CANARY not in said
    assert DBTaskResult.objects.get().args_kwargs["kwargs"]["letter"] == ""


def test_with_another_key_it_is_given_up_and_not_sent_as_it_stands(by_queue, settings, mailoutbox):
    letter(name="mine").send()
    settings.SECRET_KEY = "another"
    work()
    assert mailoutbox == []
    assert mail.outcomes(["mine"])["mine"].surely_not


def test_what_is_done_is_removed_after_a_while(by_queue):
    letter().send()
    work()
    assert queue.prune() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=61)):
        assert queue.prune() == 1


# --- Tried again, while that is sure -----------------------------------------------------------------------


SURELY_NOT = [
    ("at_the_door", ConnectionRefusedError()),
    ("at_the_door", TimeoutError()),
    ("at_the_door", smtplib.SMTPServerDisconnected()),
    ("at_the_door", smtplib.SMTPAuthenticationError(535, b"no")),
    ("with_the_words", smtplib.SMTPDataError(451, b"later")),
    ("with_the_words", smtplib.SMTPRecipientsRefused({"wren@example.org": (450, b"later")})),
]


@pytest.mark.parametrize(("where", "error"), SURELY_NOT)
def test_what_was_surely_not_taken_is_tried_again_with_growing_pauses(
    failing, mailoutbox, where, error, monkeypatch
):
    setattr(failing, where, error)
    begun, asked = timezone.now(), []
    tries = mail._opened
    monkeypatch.setattr(mail, "_opened", lambda *given: asked.append(timezone.now()) or tries(*given))
    letter(name="mine").send()
    with time_machine.travel(begun, tick=False) as now:
        for minute in (
            0,
            1,
            5,
            6,
            20,
            21,
            80,
            81,
        ):  # Of each try, and the one before it, in which there is none.
            now.move_to(begun + dt.timedelta(minutes=minute))
            work()
    minutes = [round((at - begun).total_seconds() / 60) for at in asked]
    pauses = [later - sooner for sooner, later in pairwise(minutes)]
    assert pauses == [1, 5, 15, 60]
    assert mail.outcomes(["mine"]) == {}
    setattr(failing, where, None)
    with time_machine.travel(begun + dt.timedelta(hours=4)):
        work()
    assert len(mailoutbox) == 1
    assert mail.outcomes(["mine"])["mine"].sent_at


def test_after_a_day_it_is_given_up(failing, mailoutbox):
    failing.at_the_door = ConnectionRefusedError()
    letter(name="mine").send()
    begun = timezone.now()
    for hours in range(26):
        with time_machine.travel(begun + dt.timedelta(hours=hours)):
            work()
    assert mail.outcomes(["mine"]) == {"mine": mail.Outcome(surely_not=True)}
    failing.at_the_door = None
    with time_machine.travel(begun + dt.timedelta(days=2)):
        work()
    assert mailoutbox == []


def test_an_address_that_is_not_there_is_given_up_at_once(failing):
    failing.with_the_words = smtplib.SMTPRecipientsRefused({"wren@example.org": (550, b"nobody")})
    letter(name="mine").send()
    work()
    assert mail.outcomes(["mine"]) == {"mine": mail.Outcome(surely_not=True)}


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected(), TimeoutError(), ValueError()])
def test_what_may_have_been_taken_is_never_sent_again(failing, mailoutbox, error):
    failing.with_the_words = error
    letter(name="mine").send()
    work()
    failing.with_the_words = None
    tried_for(3)
    assert mailoutbox == []
    assert mail.outcomes(["mine"]) == {"mine": mail.Outcome()}


def test_it_has_the_same_name_at_every_try_and_nobodys_machine_in_it(failing, mailoutbox):
    letter().send()
    work()
    message = mailoutbox[0].message()
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"


# --- An invitation that could not be sent ------------------------------------------------------------------


@pytest.fixture
def alone(wren):
    from relationships.models import Relationship

    relationship = Relationship.begin(by=wren, side="patient")
    return Chair(relationship.seat_of(wren), relationship, signed_in(wren))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, ""),
        (smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"nobody")}), "The mail could not be sent."),
        (smtplib.SMTPServerDisconnected(), "may not have arrived"),
    ],
)
def test_whoever_invites_sees_that_the_mail_could_not_be_sent(failing, alone, error, said, mailoutbox):
    failing.with_the_words = error
    assert invite_by_mail(alone)["Location"] == alone.address
    before = alone.get("invitation/").content.decode()
    work()
    after = alone.get("invitation/").content.decode()
    for sentence in ("The mail could not be sent.", "may not have arrived"):
        assert sentence not in before
        assert (sentence in after) == (sentence == said)
    assert "ada@example.org" in after
    assert len(mailoutbox) == (error is None)


def test_an_invitation_and_its_mail_are_both_there_or_neither(by_queue, alone, monkeypatch):
    def fail(message):
        raise RuntimeError

    monkeypatch.setattr(mail, "_put", fail)
    with pytest.raises(RuntimeError):
        invite_by_mail(alone)
    assert not alone.relationship.invitations.exists()


# --- Killed in the middle ----------------------------------------------------------------------------------


def killed(task):
    """As if a worker had been killed over it, a while ago."""
    DBTaskResult.objects.filter(pk=task.pk).update(
        status="RUNNING", started_at=timezone.now() - queue.KILLED_AFTER - dt.timedelta(seconds=1)
    )


def test_what_a_worker_was_killed_over_before_it_left_is_begun_anew(by_queue, mailoutbox):
    letter().send()
    killed(DBTaskResult.objects.get())
    work()
    assert len(mailoutbox) == 1
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_what_a_worker_was_killed_over_when_it_left_is_not_sent_again(by_queue, mailoutbox):
    letter(name="mine").send()
    work()
    killed(DBTaskResult.objects.get())
    DBTaskResult.objects.update(return_value=queue.BEGUN)
    work(), work()
    assert len(mailoutbox) == 1
    assert mail.outcomes(["mine"]) == {"mine": mail.Outcome()}


def test_what_a_worker_is_busy_with_is_left_to_it(by_queue, mailoutbox):
    letter().send()
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - dt.timedelta(minutes=9))
    work()
    assert mailoutbox == []
    assert queue.reap() == 0


def test_a_worker_that_was_taken_for_dead_and_is_not_sends_nothing(by_queue, mailoutbox, monkeypatch):
    """It was so long about it that another has begun anew."""
    letter().send()
    opened = EmailBackend.open

    def slowly(self):
        opened(self)
        DBTaskResult.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))
        queue.reap()
        DBTaskResult.objects.update(run_after=timezone.now() + dt.timedelta(hours=1))

    monkeypatch.setattr(EmailBackend, "open", slowly)
    work()
    assert mailoutbox == []


# --- With real workers and a real mail server --------------------------------------------------------------


@pytest.fixture
def post(writers, settings):
    queued(settings)
    servers = []

    def serve(*answers):
        servers.append(Server(*answers))
        return servers[-1]

    yield serve
    for one in servers:
        one.close()


def names(server):
    return Counter(message["To"] for message in server.taken)


def test_two_workers_send_each_of_many_once(post):
    server = post()
    everybody = [f"person{number}@example.org" for number in range(40)]
    with worker(server), worker(server):
        for one in everybody:
            letter(one).send()
        until(
            lambda: len(server.taken) >= 40 and not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()
        )
    assert names(server) == Counter(everybody)
    assert len({message["Message-ID"] for message in server.taken}) == 40


def test_a_worker_killed_while_the_server_has_the_words_sends_them_once(post):
    server = post("hangs", "takes")
    letter().send()
    with worker(server) as first:
        assert server.reached.wait(30)
        first.send_signal(signal.SIGKILL)
        first.wait(20)
    task = DBTaskResult.objects.get()
    assert (task.status, task.return_value, task.args_kwargs["kwargs"]["letter"]) == (
        "RUNNING",
        queue.BEGUN,
        "",
    )
    killed(task)
    with worker(server):
        until(lambda: DBTaskResult.objects.filter(status="FAILED").exists())
    assert len(server.taken) == 1


def test_a_worker_killed_before_the_server_has_them_loses_nothing(post):
    server = post("silent", "takes")
    letter().send()
    with worker(server) as first:
        assert server.reached.wait(30)
        first.send_signal(signal.SIGKILL)
        first.wait(20)
    assert server.taken == []
    killed(DBTaskResult.objects.get())
    with worker(server):
        until(lambda: server.taken)
        until(lambda: DBTaskResult.objects.filter(status="SUCCESSFUL").exists())
    assert len(server.taken) == 1


def test_a_server_that_is_busy_breaks_off_and_refuses_gets_nothing_twice(post):
    server = post("busy", "cuts", "unknown", "takes")
    for number in range(4):
        letter(f"person{number}@example.org").send()
    with worker(server):
        until(lambda: server.asked == 4 and DBTaskResult.objects.finished().count() == 4)
    assert (
        DBTaskResult.objects.ready().filter(pk__isnull=False).count() == 0
    )  # The busy one waits for its minute.
    assert DBTaskResult.objects.filter(status="READY").count() == 1
    assert sorted(names(server).values()) == [1, 1]
    assert Counter(DBTaskResult.objects.values_list("status", flat=True)) == {
        "SUCCESSFUL": 2,
        "FAILED": 2,
        "READY": 1,
    }


def test_a_worker_that_is_asked_to_stop_finishes_its_letter_and_stops(post):
    server = post()
    with worker(server) as one:
        letter().send()
        until(lambda: DBTaskResult.objects.filter(status="SUCCESSFUL").exists())
        one.send_signal(signal.SIGTERM)
        assert one.wait(20) == 0


def test_without_the_address_of_this_site_no_worker_begins(by_queue, settings):
    settings.SITE_ADDRESS = ""
    with pytest.raises(CommandError, match="SITE_ADDRESS"):
        work()


def test_whatever_fails_of_what_is_due_the_rest_is_done(by_queue, mailoutbox, monkeypatch, caplog):
    from relationships.management.commands import worker as command

    def fail():
        raise ValueError(CANARY)

    monkeypatch.setattr(command, "DUE", (fail, *command.DUE))
    send_mail("Subject", "Words", None, [person("Ada").email])
    work()
    assert len(mailoutbox) == 1
    assert "ValueError" in caplog.text
    assert CANARY not in caplog.text
