"""Coming in: by password, by a code, and after a password was forgotten."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.utils import timezone

from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ASK = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
RESET = "/accounts/password/reset/"


def is_logged_in(client):
    return get_user(client).is_authenticated


def test_the_page_offers_a_password_and_a_code(client):
    page = client.get("/accounts/login/?next=/begin/").content.decode()
    assert re.search(r"<button[^>]*>\s*Log in\s*</button>", page)
    assert 'href="/accounts/login/code/?next=%2Fbegin%2F"' in page
    assert "Send me a code" in page
    assert "Create an account" in page
    assert "Forgotten your password?" in page


def test_a_password_lets_them_in_and_on_to_where_they_were_going(client, ada, log_in):
    assert log_in(email="Ada@Example.org", next="/begin/")["Location"] == "/begin/"
    assert get_user(client) == ada


def test_not_to_another_site(ada, log_in):
    assert log_in(next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_is_refused_and_the_address_kept(client, ada, log_in):
    page = log_in(password="three loud herons").content.decode()
    assert "The e-mail address or the password is not right." in page
    assert 'value="ada@example.org"' in page
    assert not is_logged_in(client)


def test_an_address_that_was_never_confirmed_is_confirmed_first(client, make_person, log_in, newest_code):
    EmailAddress.objects.filter(user=make_person()).update(verified=False)
    assert log_in()["Location"] == "/accounts/confirm-email/"
    assert not is_logged_in(client)
    client.post("/accounts/confirm-email/", {"code": newest_code()})
    assert is_logged_in(client)


def test_a_closed_account_stays_out(client, make_person, log_in):
    make_person(is_active=False)
    page = client.get(log_in()["Location"]).content.decode()
    assert "This account is closed" in page
    assert not is_logged_in(client)


@pytest.mark.parametrize(
    ("said", "ends_with_the_browser"),
    [({}, True), ({"device": "once"}, True), ({"device": "shared"}, True), ({"device": "own"}, False)],
)
def test_one_stays_logged_in_only_on_a_device_of_ones_own(
    client, ada, log_in, newest_code, said, ends_with_the_browser
):
    log_in(**said)
    assert client.session.get_expire_at_browser_close() is ends_with_the_browser
    client.logout()
    client.post(ASK, {"email": ada.email, **said})
    client.post(CONFIRM, {"code": newest_code()})
    assert is_logged_in(client)
    assert client.session.get_expire_at_browser_close() is ends_with_the_browser


class TestByCode:
    def test_a_code_lets_them_in_and_on_to_where_they_were_going(self, client, ada, newest_code):
        response = client.post(ASK, {"email": ada.email, "next": "/begin/"})
        assert response["Location"] == f"{CONFIRM}?next=%2Fbegin%2F"
        assert client.post(CONFIRM, {"code": newest_code(), "next": "/begin/"})["Location"] == "/begin/"
        assert get_user(client) == ada

    def test_three_wrong_codes_end_it(self, client, ada, newest_code):
        client.post(ASK, {"email": ada.email})
        for _ in range(2):
            assert "This is not the code" in client.post(CONFIRM, {"code": "x"}).content.decode()
        assert client.post(CONFIRM, {"code": "x"})["Location"] == ASK
        client.post(CONFIRM, {"code": newest_code()})
        assert not is_logged_in(client)

    def test_it_works_for_a_quarter_of_an_hour(self, client, ada, newest_code, monkeypatch):
        now = timezone.now().timestamp()
        client.post(ASK, {"email": ada.email})
        monkeypatch.setattr("time.time", lambda: now + 880)
        assert "They work for 15 minutes" in client.get(CONFIRM).content.decode()
        monkeypatch.setattr("time.time", lambda: now + 905)
        client.post(CONFIRM, {"code": newest_code()})
        assert not is_logged_in(client)

    def test_a_new_code_can_be_asked_for(self, client, ada, newest_code):
        client.post(ASK, {"email": ada.email})
        old = newest_code()
        page = client.post(CONFIRM, {"action": "resend"}, follow=True).content.decode()
        assert "We have sent you a new code" in page
        assert newest_code() != old
        client.post(CONFIRM, {"code": newest_code()})
        assert is_logged_in(client)


class TestForgotten:
    def test_a_code_lets_them_choose_a_new_password(self, client, ada, newest_code, mailoutbox, log_in):
        on = client.post(RESET, {"email": ada.email})["Location"]
        on = client.post(on, {"code": newest_code()})["Location"]
        new = "four calm otters"
        response = client.post(on, {"password1": new, "password2": new})
        assert response["Location"] == "/"
        assert is_logged_in(client)
        assert mailoutbox[-1].subject == "Your password was changed"
        client.logout()
        log_in(password=PASSWORD)
        assert not is_logged_in(client)
        log_in(password=new)
        assert is_logged_in(client)

    def test_a_wrong_code_does_not(self, client, ada):
        on = client.post(RESET, {"email": ada.email})["Location"]
        assert "This is not the code" in client.post(on, {"code": "123456x"}).content.decode()
        assert client.get("/accounts/password/reset/complete/")["Location"] == on

    def test_a_weak_password_is_refused(self, client, ada, newest_code):
        on = client.post(RESET, {"email": ada.email})["Location"]
        on = client.post(on, {"code": newest_code()})["Location"]
        page = client.post(on, {"password1": "short", "password2": "short"}).content.decode()
        assert "Use 8 characters or more." in page
        page = client.post(on, {"password1": PASSWORD, "password2": "another one"}).content.decode()
        assert "The two passwords are not the same." in page

    def test_other_browsers_are_logged_out(self, client, ada, newest_code):
        elsewhere = type(client)()
        elsewhere.force_login(ada)
        on = client.post(RESET, {"email": ada.email})["Location"]
        on = client.post(on, {"code": newest_code()})["Location"]
        client.post(on, {"password1": "four calm otters", "password2": "four calm otters"})
        assert not is_logged_in(elsewhere)


def test_logging_out_asks_nothing_but_a_press_of_a_button(client, ada):
    client.force_login(ada)
    assert "Log out" in client.get("/accounts/logout/").content.decode()
    assert is_logged_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert not is_logged_in(client)
