"""An account that somebody made with another's address is its owner's, and the maker's no longer."""

import pytest
from django.contrib.auth import get_user
from django.test import Client

from accounts import calendar_address, own_code
from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

CODE = "/accounts/login/code/"
RESET = "/accounts/password/reset/"
CONFIRM = "/accounts/confirm-email/"
SETTINGS = "/me/settings/"
SAM = "sam+you@example.org"


@pytest.fixture
def mallory():
    """A browser that signed up with Sam's address, and has not seen Sam's mail."""
    browser = Client()
    browser.post("/accounts/signup/", {"email": SAM, "name": "Dr. Mallory", "password1": PASSWORD})
    return browser


def by_code(client, newest_code, **more):
    client.post(CODE, {"email": SAM, **more})
    return client.post(f"{CODE}confirm/", {"code": newest_code(), **more})


def is_out(browser):
    """Neither the session of the sign-up nor its password opens the account."""
    browser.get(CONFIRM)
    browser.get(SETTINGS)
    if get_user(browser).is_authenticated:
        return False
    anew = Client()
    anew.post("/accounts/login/", {"login": SAM, "password": PASSWORD})
    return not get_user(anew).is_authenticated


def test_a_code_to_log_in_ends_the_password_and_the_name(client, mallory, newest_code):
    response = by_code(client, newest_code, next="/begin/")
    assert response["Location"] == SETTINGS
    page = client.get(SETTINGS).content.decode()
    assert "Check that this is your name." in page
    assert 'value="sam"' in page
    assert "Mallory" not in page
    assert is_out(mallory)
    assert client.post(SETTINGS, {"name": "Sam Reed"})["Location"] == "/me/second-lock/"
    assert '<a href="/begin/">Not now</a>' in client.get("/me/second-lock/").content.decode()
    assert client.post(SETTINGS, {"name": "Sam Reed"})["Location"] == SETTINGS
    assert get_user(client).name == "Sam Reed"
    assert not get_user(client).has_usable_password()


def test_a_code_to_choose_a_new_password_does_so_at_once(client, mallory, newest_code):
    on = client.post(RESET, {"email": SAM})["Location"]
    on = client.post(on, {"code": newest_code()})["Location"]
    assert User.objects.get().owns(SAM)
    assert is_out(mallory)
    new = "four calm otters"
    assert client.post(on, {"password1": new, "password2": new})["Location"] == SETTINGS
    assert get_user(client).name == "sam"
    assert get_user(client).check_password(new)
    assert is_out(mallory)


def test_sessions_that_were_open_end(client, mallory, newest_code):
    elsewhere = Client()
    elsewhere.force_login(User.objects.get())
    by_code(client, newest_code)
    assert not get_user(elsewhere).is_authenticated
    assert get_user(client).is_authenticated


def test_the_code_of_the_sign_up_leaves_both(mallory, newest_code):
    assert mallory.post(CONFIRM, {"code": newest_code()})["Location"] == "/me/second-lock/"
    assert get_user(mallory).name == "Dr. Mallory"
    assert get_user(mallory).check_password(PASSWORD)


@pytest.mark.parametrize("way", [CODE, RESET])
def test_an_account_whose_address_was_proven_before_keeps_both(client, ada, newest_code, way):
    on = client.post(way, {"email": ada.email})["Location"]
    client.post(on, {"code": newest_code()})
    ada.refresh_from_db()
    assert (ada.name, ada.check_password(PASSWORD)) == ("Ada Quill", True)


def test_a_new_password_can_be_chosen_afterwards(client, mallory, newest_code):
    by_code(client, newest_code)
    assert client.get("/accounts/password/change/", follow=True).status_code == 200


def test_only_the_address_itself_is_owned(ada, django_assert_num_queries):
    """Databases fold differently, so none is asked to: for PostgreSQL, "ſam" is "SAM"."""
    with django_assert_num_queries(1) as asked:
        assert ada.owns("ADA@Example.org")
    assert not {"LIKE", "UPPER"} & set(asked[0]["sql"].replace("(", " ").split())
    assert not ada.owns("ad\u0251@example.org")


def test_nothing_by_which_to_write_or_to_look_in_stays_of_whoever_signed_up(client, mallory, newest_code):
    """However they came by it."""
    sam = User.objects.get()
    own_code.make(sam)
    calendar_address.make(sam)
    User.objects.update(pronounced="MAL-lo-ree")
    sam.refresh_from_db()
    assert sam.own_code
    assert calendar_address.person_of(calendar_address.token_of(sam)) == sam
    by_code(client, newest_code)
    old = calendar_address.token_of(sam)
    sam.refresh_from_db()
    assert (sam.own_code, sam.pronounced) == ("", "")
    assert calendar_address.person_of(old) is None
