"""Guessing is slow (trust A7), and the page that says so is ours."""

import pytest
from django.contrib.auth import get_user

from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_five_wrong_passwords_close_the_door_for_a_while_even_to_the_right_one(client, ada, log_in):
    for _ in range(5):
        log_in(password="three loud herons")
    assert "That was too many tries." in log_in(password=PASSWORD).content.decode()
    assert not get_user(client).is_authenticated


def test_a_code_still_lets_its_owner_in(client, ada, log_in, newest_code):
    for _ in range(6):
        log_in(password="three loud herons")
    client.post("/accounts/login/code/", {"email": ada.email})
    client.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert get_user(client) == ada


def test_ten_failures_from_one_place_close_it_whichever_accounts_they_were_for(client, ada, log_in):
    for number in range(10):
        log_in(email=f"{number}@example.org")
    assert "That was too many tries." in log_in().content.decode()


@pytest.mark.parametrize(
    ("path", "data", "limit"),
    [
        ("/accounts/login/", {"login": "x"}, 30),
        ("/accounts/signup/", {"email": "x"}, 20),
        ("/accounts/password/reset/", {"email": "ada@example.org"}, 5),
    ],
)
def test_too_many_of_any_kind_get_a_page_that_says_so(client, path, data, limit):
    assert {client.post(path, data).status_code for _ in range(limit)} <= {200, 302}
    response = client.post(path, data)
    assert response.status_code == 429
    assert "Wait a little" in response.content.decode()
    assert '<main id="main"' in response.content.decode()


def test_so_do_too_many_codes_for_one_address(client, ada, mailoutbox):
    pages = [type(client)().post("/accounts/login/code/", {"email": ada.email}) for _ in range(4)]
    assert [page.status_code for page in pages] == [302, 302, 302, 200]
    assert "That was too many tries." in pages[-1].content.decode()
    assert len(mailoutbox) == 3
