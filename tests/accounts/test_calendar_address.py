"""The secret address of a calendar: asked for, shown, made anew, taken away, and worth nothing to a thief."""

import pytest
from django.test import Client

from accounts import calendar_address
from accounts.models import User
from tests.relationships.views.shown import main, press

pytestmark = pytest.mark.django_db

PAGE = "/me/calendar/"


def address_on(page):
    return main(page).one(class_="link-in-type").text


def opens(address):
    """Whether somebody without an account gets a calendar there."""
    return Client().get(address.removeprefix("http://testserver")).status_code == 200


@pytest.fixture
def made(at_home):
    """The page after somebody has asked for an address."""
    press(at_home, at_home.get(PAGE), "Make the address")
    return at_home.get(PAGE)


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(PAGE)["Location"] == "/accounts/login/?next=/me/calendar/"


def test_nobody_has_one_who_did_not_ask_for_it(at_home, ada):
    page = at_home.get(PAGE)
    assert not main(page).all(class_="link-in-type")
    ada.refresh_from_db()
    assert ada.calendar_id is None


def test_whoever_asks_is_shown_an_address_that_works_and_is_shown_it_again(made, at_home):
    assert opens(address_on(made))
    assert address_on(at_home.get(PAGE)) == address_on(made)


def test_to_ask_twice_leaves_the_first_one_working(made, at_home):
    at_home.post(PAGE, {"do": "make"})
    assert address_on(at_home.get(PAGE)) == address_on(made)


def test_a_new_one_works_and_the_old_one_is_dead_at_once(made, at_home):
    press(at_home, made, "Make a new address")
    renewed = address_on(at_home.get(PAGE))
    assert opens(renewed)
    assert not opens(address_on(made))


def test_one_that_is_removed_is_dead_and_nowhere_shown(made, at_home):
    press(at_home, made, "Remove the address")
    assert not opens(address_on(made))
    assert not main(at_home.get(PAGE)).all(class_="link-in-type")


def test_the_page_says_in_plain_words_what_a_calendar_learns(at_home):
    said = main(at_home.get(PAGE)).text
    assert "When each appointment begins and ends" in said
    assert "It will not know who you meet" in said


def test_the_settings_lead_there(at_home):
    assert 'href="/me/calendar/"' in at_home.get("/me/settings/").content.decode()


def test_settings_that_are_saved_at_that_moment_do_not_bring_an_old_address_back(at_home, ada, monkeypatch):
    calendar_address.make(ada)
    old = User.objects.get(pk=ada.pk)
    load = User.objects.get

    def loaded_before(**which):
        person = load(**which)
        calendar_address.renew(person)
        return person

    monkeypatch.setattr(User.objects, "get", loaded_before)
    at_home.post("/me/settings/", {"name": "Ada Q."})
    monkeypatch.undo()
    ada.refresh_from_db()
    assert ada.name == "Ada Q."
    assert ada.calendar_id != old.calendar_id


# --- The token ------------------------------------------------------------------------------------------


@pytest.fixture
def token(ada):
    calendar_address.make(ada)
    ada.refresh_from_db()
    return calendar_address.token_of(ada)


def test_a_copy_of_the_database_opens_nothing(ada, token, settings):
    """All that it holds of a calendar is the number; the key of another installation makes another token of it."""
    settings.SECRET_KEY = "the key of whoever stole the copy"
    theirs = calendar_address.token_of(ada)
    settings.SECRET_KEY = "a key for tests, which protects nothing"
    assert calendar_address.person_of(token) == ada
    assert theirs != token
    assert calendar_address.person_of(theirs) is None
    assert calendar_address.person_of(ada.calendar_id.hex) is None


def test_it_is_compared_without_telling_by_its_time_how_much_of_it_was_right(token, monkeypatch):
    compared = []

    def comparing(one, other):
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(calendar_address, "constant_time_compare", comparing)
    assert calendar_address.person_of(token)
    assert compared == [(24, 24)]


def test_a_token_with_any_one_letter_changed_opens_nothing(token):
    for place, letter in enumerate(token):
        other = "b" if letter == "a" else "a"
        assert calendar_address.person_of(token[:place] + other + token[place + 1 :]) is None, place


@pytest.mark.parametrize(
    "wrong", ["", "x", "a" * 64, "=" * 64, "1" * 64, "ä" * 64, "a" * 65, "a" * 63 + "=", "\x00" * 64]
)
def test_what_is_no_token_opens_nothing_and_breaks_nothing(wrong, token):
    assert calendar_address.person_of(wrong) is None


def test_a_calendar_that_changes_the_case_of_an_address_finds_it_all_the_same(ada, token):
    assert calendar_address.person_of(token.upper()) == ada


def test_a_closed_account_has_no_calendar(ada, token):
    ada.is_active = False
    ada.save()
    assert calendar_address.person_of(token) is None
