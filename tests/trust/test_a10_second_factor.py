"""A10. Second factor: a passkey or an app is offered to everybody after the first log-in, an installation can require
one, of both sides alike, a code by e-mail is never the second of two, and a lost telephone is never a lock-out.

Target: every state of an account × every way to log in × required or not does what the table says.
"""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts import locks
from accounts.models import LogIn, User
from tests.accounts.conftest import PASSWORD
from tests.cast import CANARY, signed_in
from tests.relationships.views.shown import main
from tests.trust.locks import App, Passkey, recovery_codes

pytestmark = pytest.mark.django_db

LOCK, OFFER = "/accounts/2fa/authenticate/", "/me/second-lock/"
BY_CODE, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"

IN, ASKED, OUT = "in", "asked for the second lock", "out"
TABLE = {
    # What somebody has: by password, by code, by passkey.
    "none": (IN, IN, OUT),
    "app": (ASKED, ASKED, OUT),
    "passkey": (ASKED, IN, IN),
    "both": (ASKED, ASKED, IN),
}
WHERE_REQUIRED = TABLE | {"passkey": (ASKED, ASKED, IN)}
OPENS = {
    # What opens the second lock, of those who are asked.
    "app": ["app", "recovery"],
    "passkey": ["passkey", "recovery"],
    "both": ["app", "passkey", "recovery"],
}


class Account:
    """Somebody with second locks, and what they can show."""

    def __init__(self, person, has):
        self.person = person
        self.app = App(person) if has in ("app", "both") else None
        self.passkey = Passkey(person) if has in ("passkey", "both") else None
        self.codes = recovery_codes(person) if has != "none" else []

    def opens(self, client, what):
        if what == "passkey":
            return self.passkey.opens(client)
        return client.post(LOCK, {"code": self.app.code() if what == "app" else self.codes[0]})


@pytest.fixture(params=[False, True], ids=["offered", "required"])
def required(request, settings):
    settings.SECOND_FACTOR_REQUIRED = request.param
    return request.param


@pytest.fixture
def come(client, ada, log_in, newest_code):
    """Come to the door by one of the three ways, as somebody who has that."""

    def by(way, account):
        if way == "password":
            return log_in()
        if way == "code":
            client.post(BY_CODE, {"email": ada.email})
            return client.post(CONFIRM, {"code": newest_code()})
        passkey = account.passkey or Passkey(ada)
        if not account.passkey:
            Authenticator.objects.filter(user=ada, type="webauthn").delete()
        return passkey.logs_in(client)

    return by


def reads(client):
    """Whether this browser gets as far as somebody's own pages."""
    return client.get("/begin/").status_code == 200


@pytest.mark.parametrize("way", ["password", "code", "passkey"])
@pytest.mark.parametrize("has", TABLE)
def test_who_gets_in_by_what(client, ada, come, required, has, way):
    account = Account(ada, has)
    answer = come(way, account)
    expected = (WHERE_REQUIRED if required else TABLE)[has][["password", "code", "passkey"].index(way)]
    assert get_user(client).is_authenticated is (expected == IN)
    assert (answer["Location"] == LOCK) is (expected == ASKED)
    if expected == IN and required and has == "none":
        assert client.get("/begin/")["Location"] == OFFER
    else:
        assert reads(client) is (expected == IN)


@pytest.mark.parametrize("way", ["password", "code"])
@pytest.mark.parametrize(("has", "what"), [(has, what) for has, all_ in OPENS.items() for what in all_])
def test_what_opens_the_second_lock(client, ada, come, required, has, what, way):
    account = Account(ada, has)
    if come(way, account)["Location"] != LOCK:
        assert (has, way, required) == ("passkey", "code", False)
        return
    assert client.post(LOCK, {"code": "123456"}).status_code == 200
    assert not reads(client)
    account.opens(client, what)
    assert reads(client)


def test_a_code_of_an_app_works_once_for_as_long_as_it_is_right(ada):
    """Whoever looked over a shoulder, and knows the password, tries it again while it is right."""
    app = App(ada)
    began = int(time.time()) // 30 * 30
    with time_machine.travel(began, tick=False) as clock:
        with time_machine.travel(began + 60, tick=False):
            code, lets_in = app.code(), []  # The oldest that is right then is the newest that is right now.
        for _ in range(4):
            client = Client()
            client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
            client.post(LOCK, {"code": code})
            lets_in.append(reads(client))
            clock.shift(28)
    assert lets_in == [True, False, False, False]


def test_no_code_from_a_mail_is_the_second_of_two(client, ada, log_in, newest_code, mailoutbox):
    """Whoever has the password and the mailbox, and no more, does not get in."""
    Account(ada, "app")
    assert log_in()["Location"] == LOCK
    type(client)().post(BY_CODE, {"email": ada.email})
    client.post(LOCK, {"code": newest_code()})
    client.post(CONFIRM, {"code": newest_code()})
    assert not reads(client)


def test_a_recovery_code_lets_them_in_once(client, ada, log_in):
    account = Account(ada, "app")
    for expected in (True, False):
        client.logout()
        log_in()
        account.opens(client, "recovery")
        assert reads(client) is expected


# --- A lost telephone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("has", ["app", "passkey", "both"])
def test_a_lost_telephone_still_leaves_a_way_in_and_a_way_to_do_without_it(client, ada, come, required, has):
    """By a recovery code, which was made with the first lock; and what is lost can be removed there and then."""
    account = Account(ada, has)
    come("password", account)
    account.opens(client, "recovery")
    assert reads(client)
    for one in Authenticator.objects.filter(user=ada, type="webauthn"):
        assert client.post(f"/accounts/2fa/webauthn/keys/{one.pk}/remove/").status_code == 302
    if has != "passkey":
        assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=ada).exists()


def test_a_lost_telephone_with_a_passkey_alone_and_no_recovery_code_left(client, ada, come, required):
    """The code by e-mail lets them in where locks are offered. Where they are required, `manage.py unlock` does."""
    Passkey(ada)
    come("code", None)
    assert reads(client) is not required
    if required:
        locks.take_away(ada)
        client.cookies.clear()
        come("code", None)
        assert client.get(OFFER).status_code == 200


def test_where_a_lock_is_required_a_mailbox_is_no_fresh_proof_either(me, settings):
    Passkey(me.participant.person)
    settings.SECOND_FACTOR_REQUIRED = True
    assert me.client.get(reverse("proof"))["Location"] == "/accounts/reauthenticate/"


def test_whoever_has_used_up_the_recovery_codes_is_told_while_they_are_in(client, ada, log_in):
    account = Account(ada, "app")
    for code in account.codes:
        client.logout()
        log_in()
        client.post(LOCK, {"code": code})
        assert reads(client)
    assert "You have no recovery code left." in client.get("/accounts/2fa/").content.decode()
    assert (
        client.post("/accounts/2fa/recovery-codes/generate/")["Location"] == "/accounts/2fa/recovery-codes/"
    )
    assert client.get("/accounts/2fa/recovery-codes/").content.decode().count("<li>") == 10


def test_few_recovery_codes_are_spoken_of_when_one_logs_in(client, ada, log_in):
    account = Account(ada, "app")
    said = []
    for code in account.codes[:8]:
        client.logout()
        log_in()
        client.post(LOCK, {"code": code})
        said.append("recovery code" in client.get("/").content.decode())
    assert said == [False] * 6 + [True] * 2


@pytest.mark.parametrize("way", ["app", "passkey"])
def test_the_first_lock_comes_with_recovery_codes_that_are_shown_once(at_home, ada, way):
    page = "/accounts/2fa/recovery-codes/"
    assert at_home.get(page).status_code == 404
    if way == "app":
        activate = "/accounts/2fa/totp/activate/"
        app = App.__new__(App)
        app.secret = at_home.get(activate).context["form"].secret
        assert at_home.post(activate, {"code": app.code()})["Location"] == page
    else:
        add = "/accounts/2fa/webauthn/add/"
        options = at_home.get(add).context["js_data"]["creation_options"]["publicKey"]
        passkey = Passkey.unregistered(ada)
        sent = {"name": "My phone", "passwordless": "true", "credential": passkey.made(options["challenge"])}
        assert at_home.post(add, sent)["Location"] == page
    first, second = at_home.get(page).content.decode(), at_home.get(page).content.decode()
    codes = Authenticator.objects.get(user=ada, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert all(code in first and code not in second for code in codes)


# --- Offered to everybody alike, once -------------------------------------------------------------------


@pytest.fixture(params=["by sign-up", "by an older account"])
def first_log_in(request, client, sign_up, make_person, log_in, newest_code):
    """Where a first log-in leads that was on its way to /begin/."""
    if request.param == "by sign-up":
        sign_up(next="/begin/")
        return client.post("/accounts/confirm-email/", {"code": newest_code()})
    make_person(has_logged_in=False)
    return log_in(next="/begin/")


def test_it_is_offered_after_the_first_log_in_and_never_again(client, first_log_in, log_in):
    assert first_log_in["Location"] == OFFER
    page = client.get(OFFER).content.decode()
    assert 'href="/accounts/2fa/webauthn/add/"' in page
    assert 'href="/accounts/2fa/totp/activate/"' in page
    assert "Not now" in page
    assert reads(client)
    address = User.objects.get().email
    client.logout()
    assert log_in(email=address, next="/begin/")["Location"] == "/begin/"
    assert 'href="/accounts/2fa/"' in client.get("/me/settings/").content.decode()


def test_required_it_stands_before_every_page_of_both_and_loses_no_word(me, them, settings):
    them.write(f"One line, {CANARY}.")
    words = {"do": "share", "text": "I typed this for a long time."}
    assert me.get("write/").status_code == 200
    settings.SECOND_FACTOR_REQUIRED = True
    for page in ("", "write/", "brief/", "event/"):
        answer = me.get(page)
        assert answer["Location"] == OFFER
        assert CANARY not in answer.content.decode()
    assert "Not now" not in me.client.get(OFFER).content.decode()
    kept = me.post("write/", **words)
    assert kept.status_code == 403
    assert words["text"] in kept.content.decode()
    assert words["text"] not in str(dict(me.client.session))
    App(me.participant.person)
    assert me.post("write/", **words).status_code == 302
    assert me.get().status_code == 200
    assert me.client.post("/accounts/logout/").status_code == 302


def test_required_it_holds_nobody_back_from_leaving_or_from_help(me, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    assert me.get()["Location"] == OFFER
    assert me.client.get("/help/").status_code == 200
    assert me.client.get(reverse("session")).json()["left"] > 0
    assert me.client.post(reverse("leaving")).status_code == 200
    assert not get_user(me.client).is_authenticated


# --- A second lock that is told of, and a log-in that is kept -------------------------------------------


def test_a_log_in_is_kept_with_the_last_step_of_it(client, ada, log_in):
    account = Account(ada, "both")
    log_in()
    client.post(LOCK, {"code": "123456"})
    account.opens(client, "app")
    client.logout()
    account.passkey.logs_in(client)
    kept = LogIn.objects.filter(person=ada).exclude(at__year=2020).order_by("at")
    assert [(one.outcome, one.way) for one in kept] == [
        ("refused", "app"),
        ("came_in", "app"),
        ("came_in", "passkey"),
    ]


def test_a_passkey_of_somebody_else_opens_nothing(client, ada, make_person, log_in):
    other = make_person("tam@example.org", name="Tam Ash")
    Account(ada, "passkey")
    theirs = Passkey(other)
    log_in()
    theirs.opens(client)
    assert not reads(client)
    assert LogIn.objects.get(person=ada, outcome="refused").way == "passkey"


@pytest.mark.parametrize(
    "hostile",
    ["", "null", "[]", "{}", '"x"', "1", '{"response": []}', '{"response": {"userHandle": 1}}', "{"],
)
def test_what_is_no_passkey_is_refused_in_words(client, ada, hostile):
    client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": hostile})
    assert answer["Location"] == "/accounts/login/"
    assert not get_user(client).is_authenticated


def test_the_password_alone_is_still_right(ada):
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize(("has", "asks"), [("app", True), ("both", True), ("passkey", False)])
def test_who_has_a_passkey_alone_is_not_asked_for_the_code_of_an_app(come, ada, client, has, asks):
    account = Account(ada, has)
    come("password", account)
    page = main(client.get(LOCK))
    label = page.one("label").text
    assert label == ("The code from your app, or a recovery code" if asks else "A recovery code")
    assert ("Type the code that your app shows now." in page.text) is asks
    assert account.opens(client, "recovery").status_code == 302
    assert get_user(client).is_authenticated


def test_an_app_on_the_same_telephone_needs_no_picture(ada, client):
    me = signed_in(ada)
    page = main(me.get("/accounts/2fa/totp/activate/"))
    (link,) = (one.attrs["href"] for one in page.all("a") if one.text == "Open the app")
    assert link.startswith("otpauth://totp/")
    assert f"secret={page.one('code').text}" in link


def test_recovery_codes_can_be_copied_one_to_a_line(ada):
    me = signed_in(ada)
    App(ada)
    page = main(me.post("/accounts/2fa/recovery-codes/generate/", follow=True))
    codes = [one.text for one in page.one(class_="codes").all("li")]
    assert len(codes) == 10
    assert page.one("textarea").typed.splitlines() == codes
