"""Where to turn when it cannot wait: one tap on a telephone, and the practice's own words where it has some."""

import re

import pytest
from django.test import Client

from config.emergency import BY_COUNTRY, Line
from tests.config.test_settings import WHOLE, read
from tests.relationships.views.shown import main, shown

pytestmark = pytest.mark.looks

CALLED = re.compile(r"\+?\d{2,}")


def calls(page):
    """The numbers that a press calls, as they are read."""
    return {
        link.attrs["href"]: link.text
        for link in page.all("a")
        if link.attrs.get("href", "").startswith("tel:")
    }


@pytest.mark.parametrize(
    ("number", "address"), [("112", "tel:112"), ("+44 20 7946 0000", "tel:+442079460000")]
)
def test_a_number_can_be_tapped_at_every_box(me, settings, number, address):
    settings.EMERGENCY_NUMBER = number
    for page in ("", "write/"):
        assert calls(main(me.get(page))) == {address: number}


@pytest.mark.parametrize("words", ["112, or the night desk", "<b>112</b>"])
def test_other_words_stand_as_they_are(me, settings, words):
    settings.EMERGENCY_NUMBER = words
    page = main(me.get("write/"))
    assert words in page.text
    assert calls(page) == {}


@pytest.mark.parametrize(
    ("country", "own", "number"),
    [("", "", "112"), ("GB", "", "999"), ("US", "", "911"), ("GB", "112", "112")],
)
def test_the_country_gives_the_number_and_the_practice_knows_better(me, settings, country, own, number):
    settings.COUNTRY, settings.EMERGENCY_NUMBER = country, own
    for page in (me.get(), me.get("write/"), Client().get("/about/"), Client().get("/help/")):
        assert f"tel:{number}" in calls(main(page))


def test_every_box_leads_to_more_help(me):
    for page in ("", "write/"):
        care = main(me.get(page)).one("p", class_="care")
        assert [link.attrs["href"] for link in care.all("a")] == ["/help/", "tel:112"]


def test_when_somebody_reads_it_stands_at_every_box_where_it_is_known(me, settings):
    assert "usually read" not in main(me.get("write/")).text
    settings.ANSWER_TIME = "within 2 working days"
    for page in (me.get(), me.get("write/"), Client().get("/help/")):
        assert "New words are usually read within 2 working days." in main(page).text


@pytest.mark.django_db
class TestTheHelpPage:
    def test_it_is_open_to_anybody_and_reached_from_every_page(self, me):
        for answer in (
            Client().get("/accounts/login/"),
            Client().get("/about/"),
            me.get(),
            me.client.get("/"),
        ):
            (foot,) = shown(answer).all("footer")
            assert "/help/" in [link.attrs["href"] for link in foot.all("a")]
        assert Client().get("/help/").status_code == 200

    def test_with_a_country_it_names_a_doctor_and_somebody_to_talk_to(self, settings):
        settings.COUNTRY = "GB"
        page = main(Client().get("/help/"))
        assert calls(page) == {"tel:999": "999", "tel:111": "111", "tel:116123": "116 123"}
        assert "NHS 111" in page.text
        assert "Samaritans" in page.text

    def test_without_one_it_names_what_is_certain(self):
        page = main(Client().get("/help/"))
        assert calls(page) == {"tel:112": "112"}
        assert "doctor today" not in page.text

    def test_the_practices_own_words_are_words(self, settings):
        settings.EMERGENCY_WORDS = "The night desk: 555 0100.\nRing <twice>."
        page = main(Client().get("/help/"))
        assert "The night desk: 555 0100." in page.text
        assert "Ring <twice>." in page.text

    def test_it_is_the_same_for_both(self, me, them):
        one, other = (main(chair.client.get("/help/")).text for chair in (me, them))
        assert one == other


@pytest.mark.parametrize("country", BY_COUNTRY)
def test_every_number_that_is_known_can_be_called(country):
    known = BY_COUNTRY[country]
    lines = [Line(known.emergency), *([known.doctor] if known.doctor else []), *known.talk]
    assert len({line.number for line in lines}) == len(lines)
    for line in lines:
        assert CALLED.search(line.link.replace(" ", "")), line
        assert line.link.startswith('<a href="tel:'), line


def test_a_country_that_is_not_known_is_refused_and_not_guessed():
    assert read("COUNTRY", **WHOLE, COUNTRY="gb").stdout == "'GB'\n"
    refused = read("COUNTRY", **WHOLE, COUNTRY="XX")
    assert refused.returncode != 0
    assert "set EMERGENCY_NUMBER" in refused.stderr


def test_where_one_is_led_in_a_hurry_is_a_page_elsewhere():
    assert "NEUTRAL_SITE" in read("NEUTRAL_SITE", **WHOLE, NEUTRAL_SITE="javascript:alert(1)").stderr
