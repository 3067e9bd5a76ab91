"""What a person says about themselves."""

import re

import pytest

from accounts.forms import SettingsForm
from tests.relationships.views.shown import main

pytestmark = pytest.mark.django_db

SETTINGS = "/me/settings/"


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(SETTINGS)["Location"] == "/accounts/login/?next=/me/settings/"


def test_only_the_name_is_needed(at_home, ada):
    response = at_home.post(SETTINGS, {"name": "Ada Q."}, follow=True)
    assert response.redirect_chain == [(SETTINGS, 302)]
    assert "Your settings are saved." in response.content.decode()
    ada.refresh_from_db()
    assert (ada.name, ada.called, ada.pronouns, ada.time_zone, ada.language) == ("Ada Q.", "", "", "", "")
    assert not ada.pauses_first


def test_all_of_it_is_kept_and_shown_again(at_home, ada):
    said = {
        "name": "Ada Quill",
        "called": "Addie",
        "pronounced": "ADD-ee",
        "pronouns": "she/her",
        "time_zone": "Europe/London",
        "pauses_first": "on",
    }
    at_home.post(SETTINGS, said)
    ada.refresh_from_db()
    assert (ada.short_name, ada.pronouns, str(ada.zone), ada.pauses_first) == (
        "Addie",
        "she/her",
        "Europe/London",
        True,
    )
    page = at_home.get(SETTINGS).content.decode()
    for shown in (
        'value="Addie"',
        'value="ADD-ee"',
        'value="she/her"',
        '<option value="Europe/London" selected>London</option>',
    ):
        assert shown in page
    assert "Ask me before showing new words" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Write your name."),
        ({"name": "\u2060\u200b"}, "invisible character"),
        ({"called": "eid\u202eda"}, "invisible character"),
        ({"called": "www.evil.example"}, "Leave out the link."),
        ({"pronounced": "www.evil.example"}, "Leave out the link."),
        ({"pronounced": "ADD\u202eee"}, "invisible character"),
        ({"name": "Ada http\uff1a//evil.example"}, "Leave out the link."),
        ({"pronouns": "she\u2066"}, "invisible character"),
        ({"pronouns": "x" * 41}, "Use at most 40 characters."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"time_zone": "../../etc/passwd"}, "Choose a time zone from the list."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(at_home, ada, wrong, sentence):
    response = at_home.post(SETTINGS, {"name": "Somebody Else", "called": "Kept", **wrong})
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert page.count("Error:") >= 2  # in the title, and beside the box
    assert ('value="Kept"' in page) or "called" in wrong
    ada.refresh_from_db()
    assert ada.name == "Ada Quill"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (48, "Remind me by e-mail 2 days before an appointment"),
        (24, "Remind me by e-mail 1 day before an appointment"),
        (30, "Remind me by e-mail 30 hours before an appointment"),
        (1, "Remind me by e-mail 1 hour before an appointment"),
    ],
)
def test_a_reminder_is_offered_for_when_it_will_come_and_can_be_declined(at_home, ada, settings, hours, said):
    settings.REMINDER_HOURS = hours
    assert ada.is_reminded
    assert said in at_home.get(SETTINGS).content.decode()
    at_home.post(SETTINGS, {"name": "Ada Quill"})
    ada.refresh_from_db()
    assert not ada.is_reminded
    at_home.post(SETTINGS, {"name": "Ada Quill", "is_reminded": "on"})
    ada.refresh_from_db()
    assert ada.is_reminded


def test_every_question_stands_in_one_group(at_home):
    """One in none would be missing from the page, and a box that is missing is switched off with each save."""
    named = [name for _, names in SettingsForm.GROUPS for name in names]
    assert sorted(named) == sorted(SettingsForm.base_fields)
    page = main(at_home.get(SETTINGS))
    assert set(named) <= {one.attrs.get("name") for one in page.all("input", "select")}


def test_a_time_zone_that_is_no_longer_offered_stays(at_home, ada):
    ada.time_zone = "GB"
    ada.save()
    assert '<option value="GB" selected>' in at_home.get(SETTINGS).content.decode()
    at_home.post(SETTINGS, {"name": "Ada Quill", "time_zone": "GB"})
    ada.refresh_from_db()
    assert ada.time_zone == "GB"


class TestLanguage:
    def test_one_language_is_no_question(self, at_home, settings):
        settings.LANGUAGES = [("en", "English")]
        assert 'name="language"' not in at_home.get(SETTINGS).content.decode()

    @pytest.fixture
    def _two_languages(self, settings):
        settings.LANGUAGES = [("en", "English"), ("nl", "Nederlands")]

    @pytest.mark.usefixtures("_two_languages")
    def test_theirs_is_kept_and_spoken(self, at_home, ada):
        at_home.post(SETTINGS, {"name": "Ada Quill", "language": "nl"})
        ada.refresh_from_db()
        assert ada.language == "nl"
        assert '<html lang="nl"' in at_home.get(SETTINGS).content.decode()

    @pytest.mark.usefixtures("_two_languages")
    def test_another_is_refused(self, at_home):
        page = at_home.post(SETTINGS, {"name": "Ada Quill", "language": "tlh"}).content.decode()
        assert "Choose a language from the list." in page


def test_the_page_leads_to_the_rest_of_the_account(at_home):
    page = at_home.get(SETTINGS).content.decode()
    for path in ("/accounts/email/", "/accounts/password/change/", "/accounts/logout/"):
        assert f'href="{path}"' in page


# --- Being told of something new ---------------------------------------------------------------------------


def test_whoever_says_nothing_is_told_at_once_and_at_any_hour(at_home, ada):
    at_home.post(SETTINGS, {"name": "Ada"})
    ada.refresh_from_db()
    assert (ada.told_of_news, ada.quiet_from, ada.quiet_until) == ("at_once", None, None)


@pytest.mark.parametrize("told", ["at_once", "daily", "never"])
def test_when_one_is_told_is_kept_and_shown_again(at_home, ada, told):
    at_home.post(
        SETTINGS, {"name": "Ada", "told_of_news": told, "quiet_from": "22:00", "quiet_until": "07:30"}
    )
    ada.refresh_from_db()
    assert (ada.told_of_news, str(ada.quiet_from), str(ada.quiet_until)) == (told, "22:00:00", "07:30:00")
    page = at_home.get(SETTINGS).content.decode()
    assert 'value="22:00"' in page
    assert 'value="07:30"' in page
    assert re.findall(r'name="told_of_news" value="(\w+)"[^>]*checked', page) == [told]
    # A form that does not ask for it changes nothing of it.
    at_home.post(SETTINGS, {"name": "Ada", "quiet_from": "22:00", "quiet_until": "07:30"})
    ada.refresh_from_db()
    assert ada.told_of_news == told


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"quiet_from": "22:00"}, "Write both times, or leave both empty."),
        ({"quiet_until": "07:00"}, "Write both times, or leave both empty."),
        ({"quiet_from": "late", "quiet_until": "07:00"}, "Enter a valid time."),
        ({"told_of_news": "hourly"}, "Choose one of these."),
    ],
)
def test_what_cannot_be_meant_of_it_is_said_beside_its_box(at_home, ada, wrong, sentence):
    response = at_home.post(SETTINGS, {"name": "Ada"} | wrong)
    assert response.status_code == 422
    assert response.content.decode().count(sentence) >= 1
    ada.refresh_from_db()
    assert (ada.told_of_news, ada.quiet_from, ada.quiet_until) == ("at_once", None, None)
