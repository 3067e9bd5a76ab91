"""A code of one's own: made here, shown once, kept as a hash, and slow to guess."""

import re

import pytest

from accounts import own_code
from tests.relationships.views.shown import main, press

pytestmark = pytest.mark.django_db

PAGE = "/me/code/"


def code_on(page):
    return main(page).one(class_="code-in-type").text


@pytest.fixture
def made(at_home):
    """The one page that shows it."""
    return press(at_home, at_home.get(PAGE), "Make a code")


def is_right(person, typed):
    person.refresh_from_db()
    return own_code.is_one_of(typed, [person.own_code])


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(PAGE)["Location"] == "/accounts/login/?next=/me/code/"


def test_it_is_eight_digits_and_shown_once(made, at_home, ada):
    code = code_on(made)
    assert re.fullmatch(r"\d{4} \d{4}", code)
    assert "no-store" in made["Cache-Control"]
    assert is_right(ada, code)
    again = at_home.get(PAGE).content.decode()
    assert code not in again
    assert code.replace(" ", "") not in again


def test_nothing_keeps_it_but_a_hash(made, ada, at_home, caplog):
    ada.refresh_from_db()
    digits = code_on(made).replace(" ", "")
    assert ada.own_code
    assert digits not in ada.own_code
    assert digits not in str(dict(at_home.session))
    assert digits not in caplog.text.replace(" ", "")


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}.{1}", "no. {0} / {1}"])
def test_it_is_right_however_it_is_typed(made, ada, typed):
    assert is_right(ada, typed.format(*code_on(made).split()))


def test_it_is_right_in_the_digits_of_another_script(made, ada):
    assert is_right(ada, code_on(made).translate({ord("0") + n: 0x0660 + n for n in range(10)}))


@pytest.mark.parametrize("wrong", ["", "0", "abcdefgh", "²²²²²²²²"])
def test_nothing_else_is_right(made, ada, wrong):
    assert not is_right(ada, wrong)
    assert not is_right(ada, code_on(made)[:-1])
    assert not is_right(ada, code_on(made) + "0")


def test_nothing_is_right_for_somebody_who_has_none(ada):
    for typed in ("", "00000000", "12345678"):
        assert not is_right(ada, typed)


def test_a_new_one_is_right_and_the_old_one_no_longer(made, at_home, ada):
    renewed = press(at_home, at_home.get(PAGE), "Make a new code")
    assert is_right(ada, code_on(renewed))
    assert not is_right(ada, code_on(made))


def test_one_that_is_removed_is_right_no_longer(made, at_home, ada):
    press(at_home, at_home.get(PAGE), "Remove my code")
    assert not is_right(ada, code_on(made))
    assert "Make a code" in main(at_home.get(PAGE)).text


def test_to_find_a_code_wrong_costs_the_same_whether_somebody_has_one_or_not(made, ada, hashings):
    ada.refresh_from_db()
    counts = []
    for kept in ([ada.own_code, ada.own_code], ["", ""], [ada.own_code, ""]):
        before = len(hashings)
        assert not own_code.is_one_of("00000000 0", kept)
        counts.append(len(hashings) - before)
    assert len(set(counts)) == 1
    assert counts[0] >= 2


def test_tries_are_so_many_an_hour_for_each_person(ada, make_person):
    other = make_person("noor@example.org")
    assert [own_code.may_try(ada) for _ in range(own_code.TRIES_AN_HOUR)] == [True] * own_code.TRIES_AN_HOUR
    assert not own_code.may_try(ada)
    assert own_code.may_try(other)
    assert own_code.may_mail(ada)


def test_the_settings_lead_there(at_home):
    assert 'href="/me/code/"' in at_home.get("/me/settings/").content.decode()
