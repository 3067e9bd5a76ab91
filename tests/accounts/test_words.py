"""The words of the accounts' pages and mails are ours: plain, warm, short."""

import re
from pathlib import Path

import allauth
import django
import polib  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.html import strip_tags

from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.looks

CATALOGUE = settings.BASE_DIR / "locale/en/LC_MESSAGES/django.po"
THEIRS = [
    Path(allauth.__file__).parent / "locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "contrib/auth/locale/en/LC_MESSAGES/django.po",
]

PAGES = {
    "/accounts/login/": "Log in",
    "/accounts/login/code/": "Send me a code",
    "/accounts/signup/": "Create an account",
    "/accounts/password/reset/": "Choose a new password",
    "/accounts/inactive/": "This account is closed",
    "/accounts/password/reset/done/": "Your password is changed",
}
PAGES_OF_SOMEBODY = {
    "/accounts/email/": "Change your e-\u2060mail address",
    "/accounts/password/change/": "Choose a new password",
    "/accounts/logout/": "Log out",
    "/accounts/reauthenticate/": "Is it you?",
    "/me/settings/": "Your settings",
    "/me/second-lock/": "Would you like a second lock?",
    "/me/log-ins/": "Your log-ins",
    "/me/proof/": "Is it you?",
    "/accounts/2fa/": "A second lock",
    "/accounts/2fa/webauthn/": "Your passkeys",
    "/accounts/2fa/webauthn/add/": "Add a passkey",
    "/accounts/2fa/totp/activate/": "Use an app",
}
NOT_OURS = re.compile(
    r"\b(sign(ed|ing)?[ -]?(in|up|out)|signup|emails?|verif\w*|authenticat\w*|clinician|please|should)\b",
    re.I,
)


def test_the_compiled_words_are_the_written_ones():
    written, compiled = polib.pofile(str(CATALOGUE)), polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def words(catalogue):
        return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in catalogue}

    assert words(written) == words(compiled)
    assert all(words(written).values())


def test_each_of_them_is_said_by_allauth_or_django():
    """A new version that words something otherwise would bring its own words back."""
    said = {entry.msgid for path in THEIRS for entry in polib.pofile(str(path))}
    assert {entry.msgid for entry in polib.pofile(str(CATALOGUE))} <= said


def test_django_reads_ours_before_theirs():
    with translation.override("en"):
        assert translation.gettext("Sign In") == "Log in"
        assert translation.gettext("This field is required.") == "Fill this in."


def look_at(page, heading):
    title = {"Send me a code": "Log in", "Would you like a second lock?": "A second lock"}.get(
        heading, heading
    )
    assert re.search(rf"<title>\s*{re.escape(title)}\s*· Alongside</title>", page)
    assert [strip_tags(found).strip() for found in re.findall(r"<h1>.*?</h1>", page, re.S)] == [heading]
    words = strip_tags(re.sub(r"<(script|style|head).*?</\1>", "", page, flags=re.S))
    assert not NOT_OURS.search(words), NOT_OURS.search(words)
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_pages_before_logging_in(client, path, heading):
    look_at(client.get(path).content.decode(), heading)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "heading"), PAGES_OF_SOMEBODY.items())
def test_pages_after_it(at_home, path, heading):
    look_at(at_home.get(path).content.decode(), heading)


@pytest.mark.django_db
def test_pages_on_the_way(client, ada, make_person, sign_up, newest_code, settings):
    sign_up()
    look_at(client.get("/accounts/confirm-email/").content.decode(), "Confirm your e-\u2060mail address")
    client.cookies.clear()
    client.post("/accounts/login/code/", {"email": ada.email})
    look_at(client.get("/accounts/login/code/confirm/").content.decode(), "Type the code to log in")
    client.cookies.clear()
    reset = "/accounts/password/reset/confirm/"
    client.post("/accounts/password/reset/", {"email": ada.email})
    look_at(client.get(reset).content.decode(), "Type the code to choose a new password")
    choose = client.post(reset, {"code": newest_code()})["Location"]
    look_at(client.get(choose).content.decode(), "Choose a new password")
    client.cookies.clear()
    settings.SIGNUP_OPEN = False
    look_at(client.get("/accounts/signup/").content.decode(), "You need an invitation")
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post("/accounts/login/")
    look_at(client.post("/accounts/login/").content.decode(), "Wait a little")


@pytest.mark.django_db
def test_mails_speak_of_the_account_and_of_nobody(client, ada, make_person, sign_up, newest_code, mailoutbox):
    """One of each kind."""
    sign_up()
    client.cookies.clear()
    sign_up(email=ada.email)
    client.cookies.clear()
    for way in ("/accounts/login/code/", "/accounts/password/reset/"):
        client.post(way, {"email": "nobody@example.org"})
        client.cookies.clear()
    client.post("/accounts/login/code/", {"email": ada.email})
    client.cookies.clear()
    on = client.post("/accounts/password/reset/", {"email": ada.email})["Location"]
    on = client.post(on, {"code": newest_code()})["Location"]
    client.post(on, {"password1": PASSWORD, "password2": PASSWORD})
    client.force_login(ada.__class__.objects.get(pk=ada.pk))
    client.post("/accounts/reauthenticate/?next=/accounts/email/", {"password": PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "ada@new.example"})
    client.post("/accounts/confirm-email/", {"code": newest_code()})

    assert [letter.subject for letter in mailoutbox] == [
        "Your code",
        "You have an account already",
        "No account with this address",
        "No account with this address",
        "Your code",
        "Your code",
        "Your password was changed",
        "Your code",
        "Your e-mail address was changed",
    ]
    for letter in mailoutbox:
        assert not NOT_OURS.search(letter.body)
        assert "Ada" not in letter.body
        assert "Noor" not in letter.body
        assert letter.body.startswith("Hello,\n\n")
        assert letter.body.rstrip().endswith("Alongside\nhttp://testserver")
        assert "\n\n\n" not in letter.body
        assert "&" not in letter.body
        assert "If this was not you, do nothing." in letter.body or "If it was not you," in letter.body
    assert all(
        re.search(r"^\d{3}-\d{3}$", letter.body, re.M)
        for letter in mailoutbox
        if letter.subject == "Your code"
    )
    assert not letter.alternatives
