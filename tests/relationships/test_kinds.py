"""A new kind of entry is one class in the registry: nothing else has to know of it."""

import pytest

from relationships import kinds
from relationships.errors import NotYourWords
from relationships.verification import first_fault
from tests.cast import signed_in
from tests.relationships.views.shown import links, main, press


@pytest.fixture
def seen_at_sea(monkeypatch):
    """A kind that nobody has heard of, and one that is said of it by its author."""
    monkeypatch.setattr(kinds, "_registry", dict(kinds._registry))

    class SeenAtSea(kinds.Kind):
        name = "seen_at_sea"
        label = "what I saw at sea"
        doors = (kinds.Door("weather", "What was the weather?"), kinds.Door("birds", "Which birds?"))
        is_said_by_itself = True
        is_offered = False

    class Sunk(kinds.Kind):
        name = "sunk"
        label = "it has sunk"
        bears = "closes"
        about = ("seen_at_sea",)
        of_author_only = True
        needs_words = False
        is_said_by_itself = True
        act = "said that it has sunk"

    return SeenAtSea


def test_it_is_written_read_and_found_by_both_from_its_class_alone(me, them, seen_at_sea, stranger):
    page = me.get("saying/seen_at_sea/birds/")
    assert main(page).one("h1").text == "Which birds?"
    button = f"Share with {them.participant.short_name}"
    assert press(me.client, page, button, text="Two gannets.").status_code == 302
    entry = me.relationship.entries.get()
    assert (entry.kind, entry.door) == ("seen_at_sea", "birds")
    for chair in (me, them):
        record = main(chair.get())
        assert "what I saw at sea" in record.one("article").text
        assert "Two gannets." in record.text
        assert "?kind=seen_at_sea&by=" in links(record)
        assert "Two gannets." in main(chair.get(kind="seen_at_sea")).text
        assert "what I saw at sea" in main(chair.get("event/")).text
        assert "Two gannets." in main(chair.get("brief/?since=2020-01-01")).text
    assert signed_in(stranger).get(f"{me.address}saying/seen_at_sea/birds/").status_code == 404


def test_what_bears_on_it_follows_the_rules_of_its_class(me, them, seen_at_sea):
    entry = me.write("A red buoy.", kind="seen_at_sea")
    address = f"entry/{entry.pk}/saying/sunk/"
    assert them.get(address).status_code == 404
    with pytest.raises(NotYourWords):
        them.answer(entry, "", kind="sunk")
    assert me.post(address, do="share", text="").status_code == 302
    assert not me.relationship.entries.of_kind("seen_at_sea").open_still().exists()
    assert "said that it has sunk" in main(them.get("event/")).text
    assert "it has sunk" in main(them.get()).text
    assert first_fault(me.relationship) is None


def test_two_kinds_cannot_have_one_name(seen_at_sea):
    with pytest.raises(TypeError):
        type("Again", (kinds.Kind,), {"name": "seen_at_sea"})
