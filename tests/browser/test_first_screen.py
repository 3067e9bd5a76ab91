"""Before we meet, at a glance: on a phone the four things are there without scrolling, whatever was written.

Measured by the boxes of the page in a real Chromium, in both colour schemes: for a believable year, for the most and
the longest that can be written, and for consultations from files, the real ones where they lie beside the checkout.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from relationships import clock
from relationships.agenda import agenda
from relationships.demo import load_consultations, tell_the_story
from relationships.models import Relationship
from tests.browser.conftest import PHONE, TALL, Sit
from tests.browser.test_print import printed
from tests.browser.world import LONGEST_NAME, LONGEST_WORD, World, add_extremes
from tests.cast import pair, person
from tests.test_commands import spoken

pytestmark = [pytest.mark.looks, pytest.mark.windowless]

FOUR = ("who", "matters", "hopes", "new")
SCHEMES = ("light", "dark")
REAL = settings.BASE_DIR.parent / "shared/data/consultations"
PARTS = 40
LENGTH = 2_500
WORDS = {
    "sentences": "Word after word, and a comma; then the sentence ends. " * 40,
    "capitals": "I SHOUT ALL OF THIS WITH ALL MY MIGHT AT YOU AND MORE OF IT. " * 40,
    "one word": LONGEST_WORD,
    "the widest letter": "W" * 900,
    "no spaces": "我宁愿在河边度过每一个早晨，而不是任何其他地方。" * 40,
    "short lines": "A line.\n" * 200,
    "long paragraphs": ("A paragraph of a good length, with an end to it. " * 3 + "\n\n") * 20,
    "few words": "Short, but two sentences. And no more.",
}


def brief_of(relationship: Relationship, consult: Any = None) -> str:
    return f"/r/{relationship.pk}/" + (f"consult/{consult}/brief/" if consult else "brief/")


def as_full_as_can_be(words: str, *, name: str = LONGEST_NAME) -> Relationship:
    """As much in it of everything as a brief takes, of two people of whom both said all that can be said."""
    two = pair(
        *(
            person(
                f"{first} {name}"[:120],
                called=name[at : at + 60],
                pronounced=("Wolfe-SCHLEGEL-stein " * 4)[:80],
                pronouns=("she/her/hers and they/them " * 2)[:40],
            )
            for first, at in (("First", 0), ("Second", 5))
        )
    )
    record, soon = two.relationship, timezone.now() + dt.timedelta(days=2)
    with clock.telling(timezone.now() - dt.timedelta(days=30)):
        record.meet(None, by=two.patient, starts_at=clock.now(), minutes=20)
    coming = record.plan(by=two.clinician, starts_at=soon, minutes=20, way="telephone").consult
    for seat in (two.patient, two.clinician):
        for kind in ("value", "care_preference", "promise", "conversation") * 3:
            due_on = timezone.localdate() if kind == "promise" else None
            record.write(by=seat, text=words, kind=kind, due_on=due_on)
        for kind in ("hope", "hope", "arrival"):
            record.write(by=seat, text=words, kind=kind, consult=coming)
    return record


def assert_the_four_are_on_the_first_screen(page: Page) -> None:
    assert page.evaluate("scrollY") == 0
    for name in FOUR:
        box = page.locator(f"#{name}").bounding_box()
        assert box is not None, name
        assert box["height"] > 20, name
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= TALL[PHONE], (name, page.url, box)
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= PHONE, name
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def assert_a_look_a_sheet_and_a_text(page: Page, path: str) -> None:
    """What a brief promises, wherever it is looked at."""
    page.goto(path)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert_the_four_are_on_the_first_screen(page)
    assert len(printed(page).pages) == 1, path
    text = page.request.get(f"{path}text/").text()
    assert 100 < len(text) < LENGTH, path


@pytest.mark.parametrize("seat", [0, 1])
def test_of_a_year_that_two_people_wrote(sit: Sit, transactional_db: None, seat: int) -> None:
    record = tell_the_story()
    page = sit(record.seats[seat].person, width=PHONE)
    briefs = [brief_of(record, one.consult_id) for one in agenda(record).appointments]
    assert briefs
    for path in (brief_of(record), *briefs):
        assert_a_look_a_sheet_and_a_text(page, path)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_of_the_most_and_the_longest_that_can_be_written(
    sit: Sit, transactional_db: None, words: str
) -> None:
    record = as_full_as_can_be(words)
    page = sit(record.seats[0].person, width=PHONE)
    assert_a_look_a_sheet_and_a_text(page, brief_of(record))


def test_with_short_names_more_of_the_words_stand_there(sit: Sit, transactional_db: None) -> None:
    record = as_full_as_can_be(WORDS["sentences"], name="Ada")
    page = sit(record.seats[0].person, width=PHONE)
    assert_a_look_a_sheet_and_a_text(page, brief_of(record))
    bottom = page.locator("#new").evaluate("one => one.getBoundingClientRect().bottom")
    assert bottom > 0.75 * TALL[PHONE], "The screen is used."


def test_of_a_year_with_extremes_in_many_scripts(sit: Sit, world: World) -> None:
    add_extremes(world.two)
    page = sit(world.isko, width=PHONE)
    for consult in world.consults.values():
        assert_a_look_a_sheet_and_a_text(page, brief_of(world.relationship, consult.pk))


def test_of_a_record_without_a_word_in_it(sit: Sit, transactional_db: None) -> None:
    two = pair(person("Ada Quill"), person("Noor Birch"))
    page = sit(two.patient.person, width=PHONE)
    assert_a_look_a_sheet_and_a_text(page, brief_of(two.relationship))


def test_all_is_there_without_javascript(sit: Sit, transactional_db: None) -> None:
    record = as_full_as_can_be(WORDS["sentences"])
    page = sit(record.seats[1].person, brief_of(record), width=PHONE, javascript=False)
    for name in FOUR:
        box = page.locator(f"#{name}").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= TALL[PHONE], name


def test_what_ends_early_there_leads_to_the_rest(sit: Sit, transactional_db: None) -> None:
    record = as_full_as_can_be(WORDS["sentences"])
    page = sit(record.seats[0].person, brief_of(record), width=PHONE)
    page.locator("#new").get_by_role("link", name="and more below").click()
    assert page.locator("#news").bounding_box()["y"] < TALL[PHONE] / 4  # type: ignore[index]
    page.goto(brief_of(record))
    page.locator("#matters").get_by_role("link", name="read the rest").first.click()
    assert page.locator("main").inner_text().count("Word after word, and a comma;") >= 40


@pytest.mark.parametrize(
    "part",
    [
        "made here",
        # The first part with each `make test`, the rest with `make test-all`.
        *(
            pytest.param(f"real, part {part}", marks=[pytest.mark.long] if part else [])
            for part in range(PARTS)
            if REAL.is_dir()
        ),
    ],
)
def test_of_every_appointment_of_every_consultation(
    sit: Sit, transactional_db: None, tmp_path: Path, part: str
) -> None:
    if part == "made here":
        for number, turns in enumerate((3, 1, 200)):
            (tmp_path / f"made_up_{number}.json").write_text(json.dumps(spoken(number, turns)))
    else:
        for file in sorted(REAL.glob("*.json"))[int(part.rpartition(" ")[2]) :: PARTS]:
            (tmp_path / file.name).symlink_to(file)
    records = list(load_consultations(tmp_path))
    assert records
    for record in records:
        page = sit(record.seats[1].person, width=PHONE)
        appointments = agenda(record).appointments
        assert len(appointments) == 2
        for appointment in appointments:
            assert_a_look_a_sheet_and_a_text(page, brief_of(record, appointment.consult_id))
        page.context.close()
