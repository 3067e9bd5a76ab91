"""Beginning from either seat, and the page where one arrives."""

import pytest

from relationships.models import Draft, Relationship, Verb
from tests.cast import person, signed_in
from tests.relationships.views.shown import links, main, press


@pytest.mark.parametrize(
    ("side", "label"), [("patient", "patient"), ("clinician", "healthcare professional")]
)
def test_anybody_begins_from_either_seat(wren, side, label):
    client = signed_in(wren)
    page = client.get("/begin/")
    assert label in main(page).one("form").text
    answer = press(client, page, "Begin", side=side)
    relationship = Relationship.objects.get()
    assert answer["Location"] == f"/r/{relationship.pk}/invitation/"
    assert relationship.seat_of(wren).side == side
    assert [event.verb for event in relationship.events.all()] == [Verb.BEGAN]


def test_the_page_says_what_it_is_and_is_not(wren):
    words = main(signed_in(wren).get("/begin/")).text
    assert "Nobody watches it" in words
    assert "call 112" in words
    assert "both can do the same in it" in words


@pytest.mark.parametrize("side", [None, "doctor", "\x00"])
def test_without_a_side_it_asks_for_one_beside_its_box(wren, side):
    client = signed_in(wren)
    answer = client.post("/begin/", {"csrfmiddlewaretoken": "x"} | ({"side": side} if side else {}))
    assert answer.status_code == 422
    assert main(answer).one("fieldset").one("p", class_="error").text
    assert not Relationship.objects.exists()


def test_looking_begins_nothing(wren):
    client = signed_in(wren)
    client.get("/begin/")
    client.head("/begin/")
    assert not Relationship.objects.exists()


def test_both_sides_are_offered_and_neither_is_chosen_for_anybody(wren):
    boxes = main(signed_in(wren).get("/begin/")).all("input", name="side")
    assert len(boxes) == 2
    assert not any("checked" in box.attrs for box in boxes)


def test_somebody_can_keep_many_journals_on_both_sides(db):
    someone = person("Both Sides")
    for side in ("patient", "clinician"):
        Relationship.begin(by=someone, side=side)
    page = main(signed_in(someone).get("/"))
    assert len([link for link in links(page) if link.startswith("/r/")]) == 2
    assert not Draft.objects.exists()


def test_pressed_twice_it_is_begun_once(wren):
    client = signed_in(wren)
    first, second = (client.post("/begin/", {"side": "patient"}) for _press in range(2))
    assert first["Location"] == second["Location"]
    relationship = Relationship.objects.get()
    relationship.write(by=relationship.seat_of(wren), text="This one is in use.")
    assert client.post("/begin/", {"side": "patient"})["Location"] != first["Location"]
