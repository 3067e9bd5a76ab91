"""Changing one's e-mail address and one's password."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.cast import prove

pytestmark = pytest.mark.django_db

EMAIL = "/accounts/email/"
CONFIRM = "/accounts/confirm-email/"
AGAIN = "/accounts/reauthenticate/?next=/accounts/email/"


@pytest.fixture
def ask_for(at_home, ada):
    """Ask to change to this address, and show that it is Ada who asks."""

    def ask(address):
        prove(at_home, ada, at=0)
        response = at_home.post(EMAIL, {"action_add": "", "email": address})
        assert response["Location"].startswith("/accounts/reauthenticate/")
        at_home.post(AGAIN, {"password": PASSWORD})
        # What was pressed before the proof is not done by it: they press once more.
        return at_home.post(EMAIL, {"action_add": "", "email": address})

    return ask


def addresses():
    person = User.objects.get(name="Ada Quill")
    return person.email, sorted(EmailAddress.objects.filter(user=person).values_list("email", "verified"))


def test_the_old_address_stays_until_the_new_one_is_confirmed(
    at_home, ask_for, newest_code, mailoutbox, log_in
):
    assert ask_for("ada@new.example")["Location"] == CONFIRM
    assert mailoutbox[-1].to == ["ada@new.example"]
    assert addresses() == ("ada@example.org", [("ada@example.org", True)])
    page = at_home.get(EMAIL).content.decode()
    assert "Your address now is <strong><bdi>ada@example.org</bdi></strong>" in page

    assert at_home.post(CONFIRM, {"code": newest_code()})["Location"] == "/me/settings/"
    assert addresses() == ("ada@new.example", [("ada@new.example", True)])
    at_home.logout()
    assert log_in(email="ada@example.org").status_code == 200
    assert log_in(email="ada@new.example").status_code == 302


def test_the_old_address_is_told_but_not_which_is_the_new_one(at_home, ask_for, newest_code, mailoutbox):
    ask_for("ada@new.example")
    at_home.post(CONFIRM, {"code": newest_code()})
    assert mailoutbox[-1].to == ["ada@example.org"]
    assert "ada@new.example" not in mailoutbox[-1].body


def test_a_wrong_code_changes_nothing(at_home, ask_for):
    ask_for("ada@new.example")
    assert "This is not the code" in at_home.post(CONFIRM, {"code": "x"}).content.decode()
    assert addresses() == ("ada@example.org", [("ada@example.org", True)])


def test_without_the_password_nothing_is_sent(at_home, ada, mailoutbox):
    prove(at_home, ada, at=0)
    at_home.post(EMAIL, {"action_add": "", "email": "ada@new.example"})
    page = at_home.post(AGAIN, {"password": "three loud herons"}).content.decode()
    assert "This is not your password" in page
    assert mailoutbox == []


def test_somebody_elses_address_cannot_be_taken_even_with_its_mailbox(
    at_home, ask_for, make_person, newest_code
):
    make_person("taken@example.org", name="Tam Ash")
    ask_for("taken@example.org")
    page = at_home.post(CONFIRM, {"code": newest_code()}).content.decode()
    assert "Another account has this e-mail address." in page
    assert addresses() == ("ada@example.org", [("ada@example.org", True)])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ada@example.org", "This is your e-mail address already."),
        ("ada", "Write an e-mail address like name@example.org."),
        ("", "Fill this in."),
    ],
)
def test_what_is_wrong_is_said(at_home, address, sentence):
    page = at_home.post(EMAIL, {"action_add": "", "email": address}).content.decode()
    assert sentence in page
    assert "<title>Error:" in page


def test_a_new_password_needs_the_old_one_and_keeps_only_this_browser_logged_in(at_home, ada, mailoutbox):
    elsewhere = type(at_home)()
    elsewhere.force_login(ada)
    change = "/accounts/password/change/"
    new = {"password1": "four calm otters", "password2": "four calm otters"}
    assert (
        "This is not your password now." in at_home.post(change, {"oldpassword": "x", **new}).content.decode()
    )
    assert at_home.post(change, {"oldpassword": PASSWORD, **new})["Location"] == "/me/settings/"
    assert "Your new password is saved." in at_home.get("/me/settings/").content.decode()
    assert elsewhere.get("/me/settings/").status_code == 302
    assert mailoutbox[-1].subject == "Your password was changed"
