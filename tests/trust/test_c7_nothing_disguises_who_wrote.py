"""C7: signs that turn the order of letters around, and letters that look like others, disguise no author and no link."""

import re

import pytest

from relationships import prose
from tests.relationships.test_prose import letters
from tests.relationships.views.shown import main, shown

pytestmark = pytest.mark.looks

TURNS = [chr(point) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
MARKS = ["\u200e", "\u200f", "\u061c"]
"""Signs of direction that people need, and that end with the box they stand in."""
HOSTS = {
    "http://аpple.com": "xn--pple-43d.com",
    "https://pаypal.com/login": "xn--pypal-4ve.com",
    "https://gооgle.com": "xn--ggle-55da.com",
    "https://ｎｈｓ.uk/x": "nhs.uk",
    "https://bücher.example": "xn--bcher-kva.example",
}


@pytest.mark.parametrize("field", ["text", "helped_by", "prompt"])
def test_a_sign_that_turns_the_order_is_taken_by_no_box(me, field, measured):
    for sign in TURNS:
        typed = {"text": "Words."} | {field: f"Wren{sign} shared this at 10:00"}
        assert me.post("write/", **typed).status_code == 422, ascii(sign)
    assert not me.relationship.entries.exists()
    measured(f"{len(TURNS)} signs refused in each box")


def test_a_name_takes_none_either(me):
    for sign in TURNS:
        answer = me.client.post(
            "/me/settings/", {"name": f"Wren{sign}nerW", "time_zone": "UTC", "language": "en"}
        )
        assert answer.status_code in (200, 422), ascii(sign)
        me.participant.person.refresh_from_db()
        assert sign not in me.participant.person.name


def test_what_came_past_the_forms_is_shown_as_a_sign_of_its_own():
    for sign in TURNS:
        for show in (prose.render, prose.plain, prose.visible):
            assert sign not in show(f"a{sign}b")
            assert letters(show(f"a{sign}b")).count("b") >= 1


def test_words_and_names_each_keep_their_order_to_themselves(me, them):
    """Whatever direction is in them: words are a block of their own (`dir`), a name stands in `bdi`."""
    for mark in MARKS:
        entry = me.write(f"{mark}שלום {mark}10:00 Isko{mark}")
        for page in ("", f"entry/{entry.pk}/"):
            page = main(them.get(page))
            words = [one for block in page.all(class_="words") for one in block if mark in one.raw]
            assert words
            assert any(one.attrs.get("dir") for one in words)
            assert all(one.children for one in page.all("bdi"))
    for line in main(me.get()).all(class_="by"):
        assert line.all("bdi")


@pytest.mark.parametrize("address", HOSTS)
def test_a_link_shows_its_host_without_look_alikes(me, them, address, measured):
    me.write(f"[your bank]({address}) and {address}")
    for link in shown(them.get()).all("a"):
        if link.attrs["href"].startswith("http"):
            assert link.attrs["href"].isascii()
            assert re.match(r"https?://" + re.escape(HOSTS[address]), link.attrs["href"])
    assert HOSTS[address] in main(them.get()).text
    measured(f"{len(HOSTS)} hosts that look like others shown as what they are")
