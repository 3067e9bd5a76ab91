"""B4, in part. No title names a person or holds a word: titles stand in the history, in tabs and over shoulders.

Part of row B4 of the trust plan. Every page of a record is looked at, with a canary in every name and every word.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from relationships import clock
from tests.cast import CANARY, pair, person, signed_in
from tests.relationships.views.shown import links, shown

pytestmark = pytest.mark.looks

NAME = "Plover"
"""A part of every name of the two."""


@pytest.fixture
def two(db: None) -> Any:
    two = pair(
        person(f"Wren {NAME}", called=f"{NAME} the first", pronouns=NAME.lower()),
        person(f"Isko {NAME}", called=f"{NAME} the second"),
    )
    record, one, other = two.relationship, two.patient, two.clinician
    for seat in (one, other):
        for kind in ("value", "care_preference", "conversation", "promise"):
            record.write(by=seat, text=f"A word, {CANARY}.", kind=kind)
        record.write(by=seat, text=f"Somebody who {CANARY}.", kind="portrait", door="people")
    said = record.write(by=one, text=f"What I mean by {CANARY}.", kind="value")
    record.answer(said, by=other, text=f"You mean {CANARY}.", kind="reflection")
    for door in ("value/most", "portrait/people", "philosophy/heals", "way_of_working/names"):
        record.write(by=one, text=f"Our {CANARY}?", kind="change", door=door)
    soon = clock.now() + dt.timedelta(days=2)
    record.plan(by=one, starts_at=soon, minutes=20, way="home", where=f"The {CANARY}")
    record.meet(None, by=other, starts_at=clock.now() - dt.timedelta(days=2), minutes=20)
    return two


def titles(client: Client, start: list[str]) -> Iterator[tuple[str, str, str]]:
    """The address, the title and the words of every page that another one leads to."""
    seen, waiting = set(), start
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith("/") or "?day=" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = shown(answer)
            yield address, page.all("title")[0].text, page.text
            waiting += links(page)


@pytest.mark.parametrize(
    ("seat", "hurried"),
    [
        ("patient", False),
        ("clinician", True),
        pytest.param("patient", True, marks=pytest.mark.long),
        pytest.param("clinician", False, marks=pytest.mark.long),
    ],
)
def test_no_title_names_anybody_or_holds_a_word(two: Any, seat: str, hurried: bool) -> None:
    someone = getattr(two, seat).person
    someone.leaves_quickly = hurried
    someone.save()
    found = list(titles(signed_in(someone), ["/", f"/r/{two.relationship.pk}/", "/me/settings/"]))
    assert len(found) > 40
    wrong = [
        (address, title)
        for address, title, _words in found
        if not re.fullmatch(r".+ · Alongside", title)
        or any(secret.lower() in title.lower() for secret in (CANARY, NAME, "Wren", "Isko"))
    ]
    assert wrong == []
    assert sum(CANARY in words for _address, _title, words in found) > 10
    assert sum(NAME in words for _address, _title, words in found) > 10


def test_nor_does_one_of_a_page_that_was_refused_or_went_wrong(two: Any) -> None:
    someone = signed_in(two.patient.person)
    record = f"/r/{two.relationship.pk}/"
    answers = [
        someone.post(f"{record}write/", {"text": "", "do": "share"}),
        someone.post(f"{record}write/", {"text": f"A {CANARY}.", "do": "preview"}),
        someone.get(f"{record}nothing/{CANARY}/"),
        Client().post(f"{record}write/", {"text": f"A {CANARY}.", "do": "share"}),
        Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"}).post(
            f"{record}write/", {"text": f"A {CANARY}.", "do": "share"}
        ),
    ]
    assert [answer.status_code for answer in answers] == [422, 200, 404, 403, 403]
    for answer in answers:
        title = shown(answer).all("title")[0].text
        assert CANARY not in title
        assert NAME not in title
