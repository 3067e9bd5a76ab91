"""Creating an account: with a code, without one where an invitation has proven the address, or not at all."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.adapter import AccountAdapter, open_signup_for
from accounts.models import User

pytestmark = pytest.mark.django_db

CONFIRM = "/accounts/confirm-email/"


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_a_code_by_mail_makes_the_account_theirs(client, sign_up, newest_code, mailoutbox):
    assert sign_up()["Location"] == CONFIRM
    assert not is_logged_in(client)
    assert [letter.to for letter in mailoutbox] == [["new@example.org"]]

    response = client.post(CONFIRM, {"code": newest_code()})

    assert response["Location"] == "/me/second-lock/"
    assert is_logged_in(client)
    person = User.objects.get()
    assert (person.name, person.email) == ("Noor Birch", "new@example.org")
    assert person.owns("NEW@example.org")


def test_the_code_may_be_typed_with_spaces_or_without_the_dash(client, sign_up, newest_code):
    sign_up()
    client.post(CONFIRM, {"code": f"  {newest_code().replace('-', ' ')} "})
    assert is_logged_in(client)


def test_a_wrong_code_is_refused_beside_its_box_and_the_third_ends_it(client, sign_up, newest_code):
    sign_up()
    for _ in range(2):
        response = client.post(CONFIRM, {"code": "000-00x"})
        assert "This is not the code" in response.content.decode()
        assert "<title>Error:" in response.content.decode()
    assert client.post(CONFIRM, {"code": "000-00x"})["Location"] == "/accounts/login/"
    client.post(CONFIRM, {"code": newest_code()})
    assert not is_logged_in(client)


def test_a_code_does_not_work_after_a_quarter_of_an_hour(client, sign_up, newest_code, monkeypatch):
    sign_up()
    later = timezone.now().timestamp() + 901
    monkeypatch.setattr("time.time", lambda: later)
    client.post(CONFIRM, {"code": newest_code()})
    assert not is_logged_in(client)
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_a_new_code_can_be_asked_for_and_replaces_the_old_one(
    client, sign_up, newest_code, mailoutbox, settings
):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up()
    old = newest_code()
    response = client.post(CONFIRM, {"action": "resend"}, follow=True)
    assert "We have sent you a new code" in response.content.decode()
    assert len(mailoutbox) == 2
    client.post(CONFIRM, {"code": old})
    assert not is_logged_in(client)
    client.post(CONFIRM, {"code": newest_code()})
    assert is_logged_in(client)


def test_somebody_who_mistyped_their_address_starts_again(client, sign_up):
    sign_up(email="nwe@example.org")
    page = client.get(CONFIRM).content.decode()
    assert "Use another e-mail address" in page
    assert client.post("/accounts/logout/", {"next": "/accounts/signup/"})["Location"] == "/accounts/signup/"
    assert client.get("/accounts/signup/").status_code == 200
    assert sign_up()["Location"] == CONFIRM


def test_or_logs_in_where_the_mail_says_that_there_is_an_account(client, sign_up, newest_code, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up()
    client.logout()
    sign_up()
    assert client.get("/accounts/login/")["Location"] == CONFIRM
    page = client.get(CONFIRM).content.decode()
    assert re.search(r'name="next" value="/accounts/login/"><button[^>]*>Log in instead<', page)
    assert client.post("/accounts/logout/", {"next": "/accounts/login/"})["Location"] == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200
    client.post("/accounts/login/code/", {"email": "new@example.org"})
    client.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert is_logged_in(client)


def test_the_form_asks_for_three_things_in_our_words(client):
    page = client.get("/accounts/signup/?email=noor%40example.org").content.decode()
    labels = ["Your name", "E-mail address", "Create a password"]
    assert [page.index(f">{label}<") for label in labels] == sorted(
        page.index(f">{label}<") for label in labels
    )
    assert 'value="noor@example.org"' in page
    assert "placeholder" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Write your name."),
        ({"name": "   "}, "Write your name."),
        ({"name": "\u2800"}, "Write a name that others can read."),
        ({"name": "Noor\u202ehcriB"}, "invisible character"),
        ({"name": "Noor\nBirch"}, "invisible character"),
        ({"name": "Noor https://evil.example"}, "Leave out the link."),
        ({"name": "Noor WWW.evil.example"}, "Leave out the link."),
        ({"name": "x" * 121}, "Use at most 120 characters."),
        ({"email": ""}, "Fill this in."),
        ({"email": "noor"}, "Write an e-mail address like name@example.org."),
        ({"password": "short1x"}, "Use 8 characters or more."),
        ({"password": "password1"}, "Many people use this password"),
        ({"password": "new@example.org"}, "too much like your e-mail address"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(sign_up, wrong, sentence):
    page = sign_up(**wrong).content.decode()
    assert "There is a problem" in page
    assert sentence in page
    assert ('value="Noor Birch"' in page) or "name" in wrong
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["Nguyễn Thị Ánh", "محمد\u200cرضا", "María-José O'Neill", "李", "X Æ 12"])
def test_names_of_the_world_are_taken_as_they_are(sign_up, name):
    sign_up(name=name)
    assert User.objects.get().name == name


class TestClosed:
    @pytest.fixture(autouse=True)
    def _closed(self, settings):
        settings.SIGNUP_OPEN = False

    @pytest.fixture
    def invited(self, client, rf):
        """Put into the client's session what the page of an invitation would."""

        def invite(*, address="", until=None):
            request = rf.get("/")
            request.session = client.session
            open_signup_for(request, address=address, until=until or timezone.now() + dt.timedelta(hours=1))
            request.session.save()

        return invite

    def test_nobody_comes_in_uninvited(self, client, sign_up):
        for response in (client.get("/accounts/signup/"), sign_up()):
            assert "You need an invitation" in response.content.decode()
        assert not User.objects.exists()

    def test_an_invitation_opens_it_and_a_copied_link_proves_no_address(self, client, sign_up, invited):
        invited()
        assert client.get("/accounts/signup/").status_code == 200
        assert sign_up()["Location"] == CONFIRM
        assert not User.objects.get().owns("new@example.org")

    def test_an_invitation_that_ran_out_does_not(self, sign_up, invited):
        invited(address="new@example.org", until=timezone.now() - dt.timedelta(seconds=1))
        assert "You need an invitation" in sign_up().content.decode()
        assert not User.objects.exists()

    def test_it_lasts_half_an_hour_at_most_whenever_the_invitation_ends(self, sign_up, invited, monkeypatch):
        now = timezone.now()
        invited(until=now + dt.timedelta(hours=72))
        monkeypatch.setattr("django.utils.timezone.now", lambda: now + dt.timedelta(minutes=31))
        assert "You need an invitation" in sign_up().content.decode()
        assert not User.objects.exists()

    def test_the_address_that_the_invitation_came_to_needs_no_code(
        self, client, sign_up, invited, mailoutbox
    ):
        invited(address="New@Example.org")
        assert sign_up(email="new@example.org")["Location"] == "/me/second-lock/"
        assert is_logged_in(client)
        assert User.objects.get().owns("new@example.org")
        assert mailoutbox == []

    def test_another_address_needs_it_and_the_invited_one_is_not_added(
        self, client, sign_up, invited, newest_code
    ):
        invited(address="invited@example.org")
        assert sign_up(email="other@example.org")["Location"] == CONFIRM
        assert not is_logged_in(client)
        person = User.objects.get()
        assert person.email == "other@example.org"
        assert not person.owns("other@example.org")
        assert [address.email for address in EmailAddress.objects.all()] == ["other@example.org"]
        client.post(CONFIRM, {"code": newest_code()})
        assert person.owns("other@example.org")

    def test_starting_again_with_another_address_keeps_the_invitation(self, client, sign_up, invited):
        invited()
        sign_up(email="nwe@example.org")
        client.post("/accounts/logout/", {"next": "/accounts/signup/"})
        assert sign_up(email="new@example.org")["Location"] == CONFIRM

    def test_the_address_is_believed_only_as_long_as_the_invitation_lasts(self, rf):
        request = rf.get("/")
        request.session = {}
        open_signup_for(request, address="a@example.org", until=timezone.now() + dt.timedelta(hours=1))
        assert AccountAdapter(request).is_email_verified(request, "A@example.org")
        assert not AccountAdapter(request).is_email_verified(request, "")
        open_signup_for(request, address="a@example.org", until=timezone.now())
        assert not AccountAdapter(request).is_email_verified(request, "a@example.org")
