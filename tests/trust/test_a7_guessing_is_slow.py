"""A7. Guessing is slow: at most 5 failures in 5 minutes for one account and 10 in a minute from one address, counted in
a cache that all processes share; and whoever guesses one way does not shut the others.

Target: of 10,000 tries over many addresses and accounts no more get as far as a password than the limits allow.
The drill tries as many; otherwise it is 500.
"""

import collections
import random
import subprocess
import sys
import time

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client

from accounts.adapter import AccountAdapter
from tests.drill import length
from tests.trust.copies import copy
from tests.trust.locks import App, Passkey

pytestmark = pytest.mark.django_db

TRIES = length(500, 10_000)
LOG_IN, BY_CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
RESET, RESET_CONFIRM = "/accounts/password/reset/", "/accounts/password/reset/confirm/"
LOCK = "/accounts/2fa/authenticate/"


@pytest.fixture
def failures(monkeypatch):
    """Each password that was really looked at and found wrong."""
    seen = []
    failed = AccountAdapter.authentication_failed

    def noting(self, request, **credentials):
        seen.append((time.time(), request.META["REMOTE_ADDR"], credentials["email"]))
        return failed(self, request, **credentials)

    monkeypatch.setattr(AccountAdapter, "authentication_failed", noting)
    return seen


@pytest.fixture
def shared_cache(settings, db):
    """The cache of production: a table that all processes share."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    }
    call_command("createcachetable", verbosity=0)
    caches["default"].clear()


def most_within(seen, seconds, of):
    """The most of them that fall in any window of that length, for one of those that `of` tells apart."""
    times = collections.defaultdict(list)
    for one in seen:
        times[of(one)].append(one[0])
    return max(
        sum(begin <= other < begin + seconds for other in mine) for mine in times.values() for begin in mine
    )


def test_however_many_try_from_however_many_places(make_person, failures, shared_cache):
    accounts = [make_person(f"person{n}@example.org").email for n in range(4)] + ["nobody@example.org"]
    places = [f"192.0.2.{n}" for n in range(12)]
    chance = random.Random(7)
    began = time.time()
    with time_machine.travel(began, tick=False) as clock:
        for _ in range(TRIES):
            clock.shift(chance.choice([0, 0, 1]))
            Client(REMOTE_ADDR=chance.choice(places)).post(
                LOG_IN, {"login": chance.choice(accounts), "password": "three loud herons"}
            )
        lasted = time.time() - began
    assert most_within(failures, 300, lambda one: one[2]) <= 5
    assert most_within(failures, 60, lambda one: one[1]) <= 10
    most = len(accounts) * 5 * (lasted // 300 + 1)
    assert 10 <= len(failures) <= most
    print(f"{len(failures)} of {TRIES} tries in {lasted:.0f} s were looked at; the limit is {most:.0f}.")


def test_from_one_place_ten_in_a_minute(failures, shared_cache, db):
    with time_machine.travel(time.time(), tick=False) as clock:
        for number in range(60):
            clock.shift(2)
            Client().post(LOG_IN, {"login": f"nobody{number}@example.org", "password": "three loud herons"})
    assert most_within(failures, 60, lambda one: one[1]) == 10


# --- One way does not shut the others -------------------------------------------------------------------


@pytest.fixture
def guessed(ada):
    """Somebody is at it, from many places: every password and every code is used up."""
    for n in range(6):
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(LOG_IN, {"login": ada.email, "password": "three loud herons"})
    return ada


def test_the_owner_comes_in_by_a_code(client, guessed, log_in, newest_code):
    log_in()
    assert not get_user(client).is_authenticated
    client.post(BY_CODE, {"email": guessed.email})
    client.post(CONFIRM, {"code": newest_code()})
    assert get_user(client) == guessed


def wrong_codes(ada, many):
    asked = 0
    for n in range(many):
        client = Client(REMOTE_ADDR=f"192.0.2.{n}")
        if client.post(BY_CODE, {"email": ada.email}).status_code == 302:
            asked += 1
            for _ in range(3):
                client.post(CONFIRM, {"code": "000-000x"})
    return asked


def test_the_owner_comes_in_by_the_password_while_codes_are_guessed(client, ada, log_in):
    wrong_codes(ada, 5)
    log_in()
    assert get_user(client) == ada


def test_the_owner_comes_in_by_a_passkey_while_all_else_is_guessed(client, guessed):
    passkey = Passkey(guessed)
    wrong_codes(guessed, 5)
    passkey.logs_in(client)
    assert get_user(client) == guessed


def test_nobody_is_shut_out_for_ever(client, guessed, log_in):
    with time_machine.travel(time.time() + 301):
        log_in()
    assert get_user(client) == guessed


@pytest.mark.parametrize(("ask", "confirm"), [(BY_CODE, CONFIRM), (RESET, RESET_CONFIRM)])
def test_five_wrong_codes_in_five_minutes_however_many_codes_are_asked_for(ada, newest_code, ask, confirm):
    """And then not even the right one is taken, until they are over."""
    clients = []
    for n in range(3):
        clients.append(Client(REMOTE_ADDR=f"192.0.2.{n}"))
        clients[n].post(ask, {"email": ada.email})
    for client in clients[:2]:
        for _ in range(2):
            assert "This is not the code" in client.post(confirm, {"code": "x"}).content.decode()
    assert "This is not the code" in clients[2].post(confirm, {"code": "x"}).content.decode()
    answer = clients[2].post(confirm, {"code": newest_code()})
    assert "That was too many tries." in answer.content.decode()
    assert not get_user(clients[2]).is_authenticated
    with time_machine.travel(time.time() + 301):
        assert clients[2].post(confirm, {"code": newest_code()}).status_code == 302


def test_a_code_of_an_app_is_guessed_no_faster(ada, log_in, client):
    app = App(ada)
    log_in()
    for _ in range(5):
        client.post(LOCK, {"code": "000000"})
    client.post(LOCK, {"code": app.code()})
    assert not get_user(client).is_authenticated
    with time_machine.travel(time.time() + 301):
        client.post(LOCK, {"code": app.code()})
    assert get_user(client) == ada


# --- Two processes --------------------------------------------------------------------------------------

PROGRAM = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1],
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}}}
django.setup()
from accounts.adapter import AccountAdapter
looked = []
AccountAdapter.authentication_failed = lambda self, request, **credentials: looked.append(1)
from django.test import Client
for n in range(8):
    Client(REMOTE_ADDR=f"192.0.2.{n}").post(
        "/accounts/login/", {"login": "nobody@example.org", "password": "three loud herons"})
print(len(looked))
"""


def test_two_processes_count_together(sqlite, migrated, tmp_path):
    """Eight tries in each, at the same time: five of the sixteen are looked at."""
    with copy(tmp_path / "shared", of=migrated) as made:
        command = [sys.executable, "-c", PROGRAM, made.database.removeprefix("sqlite:///")]
        tries = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        assert sum(int(each.communicate()[0]) for each in tries) == 5
