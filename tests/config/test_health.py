"""Whoever watches that it runs is told yes or no, and nothing else; the log says why not."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import health
from relationships import guards

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looks_anew():
    health._ready.forget()
    yield
    health._ready.forget()


def said(caplog):
    return [record.check for record in caplog.records if record.name == "config.health"]


def refuses(client, caplog, check):
    answer = client.get("/ready/")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
    assert said(caplog) == [check]


def test_all_is_well(client, caplog):
    for address, word in (("/health/", b"ok\n"), ("/ready/", b"ready\n")):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, word)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405
    assert said(caplog) == []


@pytest.fixture
def insists_on_tls(settings):
    """As in production, where the middleware is made after the settings."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(health|ready)/$"]
    return Client()


def test_a_probe_on_this_machine_needs_no_tls(insists_on_tls):
    assert insists_on_tls.get("/health/").status_code == 200
    assert insists_on_tls.get("/ready/").status_code == 200
    assert insists_on_tls.get("/about/").status_code == 301
    assert insists_on_tls.get("/health/more/").status_code == 301


def test_the_process_lives_whatever_the_database_does(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/").status_code == 200


def test_a_database_that_does_not_answer(client, caplog, monkeypatch):
    monkeypatch.setattr(connection, "cursor", lambda *_: 1 / 0)
    refuses(client, caplog, "database_answers")


def test_a_migration_that_is_missing(client, caplog):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(
        "relationships", max(name for app, name in recorder.applied_migrations() if app == "relationships")
    )
    refuses(client, caplog, "migrations_are_applied")


def test_a_record_that_could_be_changed(client, caplog):
    name = guards.missing(connection) or guards._dialect(connection).names(guards.guarded()[0])[0]
    table = guards.guarded()[0]._meta.db_table
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    refuses(client, caplog, "record_is_guarded")


def test_a_cache_that_keeps_nothing(client, caplog, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    refuses(client, caplog, "cache_counts")


def waiting(minutes, run_after=None):
    ago = timezone.now() - dt.timedelta(minutes=minutes)
    far = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
    task = DBTaskResult.objects.create(
        args_kwargs={}, task_path="x", backend_name="default", run_after=run_after or far
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=ago)


def test_a_queue_that_nobody_empties(client, caplog):
    waiting(minutes=20)
    refuses(client, caplog, "queue_moves")


def test_what_waits_for_its_hour_or_has_only_come_is_no_reason(client):
    now = timezone.now()
    waiting(minutes=1)
    waiting(minutes=600, run_after=now + dt.timedelta(hours=1))
    waiting(minutes=600, run_after=now - dt.timedelta(minutes=1))
    assert client.get("/ready/").status_code == 200
    waiting(minutes=600, run_after=now - dt.timedelta(minutes=20))
    health._ready.forget()
    assert client.get("/ready/").status_code == 503


def test_to_ask_often_costs_one_look(client, django_assert_num_queries):
    client.get("/ready/")
    with django_assert_num_queries(0):
        for _ in range(20):
            assert client.get("/ready/").status_code == 200


def test_a_look_is_cheap(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/ready/")


def test_nobody_waits_for_a_look_that_takes_long(monkeypatch):
    """They are told the last answer; once that is too old, that nobody would be served."""
    now, begun, go_on = [0.0], threading.Event(), threading.Event()
    monkeypatch.setattr(health.time, "monotonic", lambda: now[0])
    answers = [True, False]

    def look():
        if len(answers) == 1:
            begun.set()
            assert go_on.wait(30)
        return answers.pop(0)

    one = health.Remembered(look, 5)
    now[0] = 10.0
    assert one.ask()
    now[0] = 16.0
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(one.ask)
        try:
            assert begun.wait(30)
            assert one.ask()
            now[0] = 25.9
            assert one.ask()
            now[0] = 26.0
            assert not one.ask()
            assert not slow.done()
        finally:
            go_on.set()
        assert slow.result(30) is False
    assert not one.ask()
