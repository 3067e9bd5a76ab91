"""Everybody sees the log-ins of their own account, and the tries that failed: when, how, on what, and nobody else's."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import log_ins
from accounts.models import LogIn
from tests.relationships.views.shown import main
from tests.trust.locks import Passkey

pytestmark = pytest.mark.django_db

PAGE = "/me/log-ins/"
ON_A_PHONE = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"}


def lines(client, page=PAGE):
    """What the page says of each, the newest first, without the time."""
    return [one.all("span")[0].text for one in main(client.get(page)).all("li")]


def test_how_one_came_in_and_on_which_kind_of_device(client, ada, newest_code):
    phone = Client(headers=ON_A_PHONE)
    phone.post("/accounts/login/", {"login": ada.email, "password": "three quiet herons"})
    Client(headers=ON_A_PHONE).post("/accounts/login/", {"login": ada.email, "password": "three loud herons"})
    by_code = Client()
    by_code.post("/accounts/login/code/", {"email": ada.email})
    by_code.post("/accounts/login/code/confirm/", {"code": "000-000x"})
    by_code.post("/accounts/login/code/confirm/", {"code": newest_code()})
    Passkey(ada).logs_in(Client())
    assert lines(phone) == [
        "Logged in with a passkey",
        "Logged in with a code from an e-mail",
        "Not let in: the code from the e-mail was wrong",
        "Not let in: the password was wrong, on a phone",
        "Logged in with the password, on a phone",
        "Logged in",
    ]


def test_a_new_password_is_a_way_in_too(client, ada, newest_code):
    on = client.post("/accounts/password/reset/", {"email": ada.email})["Location"]
    client.post(on, {"code": "000-000x"})
    on = client.post(on, {"code": newest_code()})["Location"]
    client.post(on, {"password1": "four calm otters", "password2": "four calm otters"})
    assert lines(client)[:2] == [
        "Logged in after choosing a new password",
        "Not let in: the code for a new password was wrong",
    ]


def test_those_of_another_account_are_not_there(at_home, make_person):
    tam = make_person("tam@example.org", name="Tam Ash")
    Client().post("/accounts/login/", {"login": tam.email, "password": "three loud herons"})
    assert LogIn.objects.filter(person=tam, outcome="refused").exists()
    assert lines(at_home) == ["Logged in"]


def test_an_address_that_nobody_has_leaves_nothing(db, client):
    client.post("/accounts/login/", {"login": "nobody@example.org", "password": "three loud herons"})
    assert not LogIn.objects.exists()


def test_no_address_and_no_browser_is_kept(ada):
    """Of what somebody came from there is one word."""
    client = Client(headers=ON_A_PHONE, REMOTE_ADDR="192.0.2.77")
    client.post("/accounts/login/", {"login": ada.email, "password": "three loud herons"})
    kept = str(LogIn.objects.filter(person=ada).values().latest("at"))
    assert "192.0.2" not in kept
    assert "iPhone" not in kept
    assert "'phone'" in kept


def refused_often(person, times, way=log_ins.PASSWORD):
    """So many tries, each far enough from the one before to be written down."""
    for number in range(times):
        with time_machine.travel(timezone.now() - dt.timedelta(hours=number + 1), tick=False):
            log_ins.refused(person, way)


def test_whoever_tries_again_and_again_buries_nothing(at_home, ada, make_person):
    """Once in 10 minutes for each way and each account, whichever of them is written down first."""
    tam = make_person("tam@example.org", name="Tam Ash")
    start = timezone.now()

    def refused(minutes, way=log_ins.PASSWORD, person=ada):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False):
            log_ins.refused(person, way)

    for minutes in (0, 1, 9.9, 10, 19, 2, 20):
        refused(minutes)
    assert LogIn.objects.filter(person=ada, outcome="refused").count() == 3
    refused(1, way=log_ins.APP)
    refused(1, person=tam)
    assert LogIn.objects.filter(person=ada, outcome="refused").count() == 4
    assert LogIn.objects.filter(person=tam, outcome="refused").count() == 1
    assert "it stands here once" in main(at_home.get(PAGE)).text


def test_who_came_in_is_always_there(ada):
    for _ in range(2):
        Client().post("/accounts/login/", {"login": ada.email, "password": "three loud herons"})
        Client().post("/accounts/login/", {"login": ada.email, "password": "three quiet herons"})
    assert LogIn.objects.filter(person=ada, outcome="came_in", way="password").count() == 2
    assert LogIn.objects.filter(person=ada, outcome="refused").count() == 1


def test_many_are_on_pages_of_their_own(at_home, ada):
    refused_often(ada, 60)
    assert [len(lines(at_home, f"{PAGE}?page={n}")) for n in (1, 2, 3)] == [25, 25, 11]
    assert lines(at_home, f"{PAGE}?page=nonsense") == lines(at_home)


def test_each_page_costs_the_same(at_home, ada, django_assert_num_queries):
    counts = []
    for way in (log_ins.PASSWORD, log_ins.CODE):
        with django_assert_num_queries(4):
            at_home.get(PAGE)
        refused_often(ada, 25, way)
        counts.append(LogIn.objects.count())
    assert counts == [26, 51]


def test_it_is_said_what_to_do(at_home):
    words = main(at_home.get(PAGE)).text
    assert "Is there one that was not you?" in words
    assert "Choose a new password now: it ends every other log-in." in words
    assert 'href="/me/log-ins/"' in at_home.get("/me/settings/").content.decode()
