"""On paper: a brief is one sheet, black on white; and its words copy as plain text."""

import datetime as dt
import io
import re
from itertools import product
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PageObject, PdfReader

from relationships.demo import tell_the_story
from relationships.models import Relationship
from tests.browser.conftest import DESK, Sit
from tests.browser.world import LONGEST_NAME, World
from tests.cast import pair, person

pytestmark = [pytest.mark.looks, pytest.mark.windowless]

A4 = (595, 842)
LONG_AGO = "?since=2000-01-01"
SCHEMES: tuple[Any, ...] = ("light", "dark")


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def brief_of(relationship: Relationship) -> str:
    return f"/r/{relationship.pk}/brief/"


def test_the_brief_of_a_year_is_one_sheet_and_fills_it(sit: Sit, transactional_db: None) -> None:
    record = tell_the_story()
    page = sit(record.seats[1].person, width=DESK)
    for since in ("", LONG_AGO):
        page.goto(brief_of(record) + since)
        sheets = printed(page).pages
        assert len(sheets) == 1
        assert (round(sheets[0].mediabox.width), round(sheets[0].mediabox.height)) == A4
        words = " ".join(sheets[0].extract_text().split())
        assert all(seat.name in words for seat in record.seats)
        assert re.search(r"at act \d+, [0-9a-f]{4} [0-9a-f]{4}", words)
        today = timezone.localdate(timezone=record.seats[1].person.zone)
        assert re.search(rf"{today.day} {today:%B} {today.year}, \d\d:\d\d, at act", words)
        assert lowest(sheets[0]) < 0.3 * A4[1]


def lowest(sheet: PageObject) -> float:
    """How far above the lower edge its last line stands."""
    heights: list[float] = []

    def look(text: str, _user: list[float], place: list[float], *_rest: Any) -> None:
        if text.strip():
            heights.append(place[5])

    sheet.extract_text(visitor_text=look)
    return min(heights)


def test_the_brief_is_black_on_white(sit: Sit, world: World) -> None:
    page = sit(world.isko, brief_of(world.relationship))
    look = "all => all.map(one => [getComputedStyle(document.body).backgroundColor, getComputedStyle(one).color])"
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, media="print")
        colours = page.locator(".sheet .words").evaluate_all(look)
        assert colours, scheme
        assert [one for one in colours if one != ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]] == [], scheme
        for hidden in (".top", ".foot-of-page", ".copying", ".asking", ".sheet .words a", "#new"):
            expect(page.locator(hidden).filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize(
    "line", ["Word after word after word. " * 700, "A line.\n" * 2_400, "Endless" * 2_800]
)
def test_the_brief_of_long_entries_is_one_sheet(sit: Sit, transactional_db: None, line: str) -> None:
    two = pair(person("Wren Halloway", called=LONGEST_NAME[:60]), person("Isko Marchetti-Oduya"))
    for seat in (two.patient, two.clinician):
        for kind in ("value", "care_preference") * 4 + ("conversation",) * 4:
            two.relationship.write(by=seat, text=line, kind=kind)
    page = sit(two.patient.person, brief_of(two.relationship) + LONG_AGO)
    assert len(printed(page).pages) == 1


def test_the_brief_of_an_empty_record_is_one_sheet(sit: Sit, world: World) -> None:
    page = sit(world.wren, brief_of(world.begun))
    sheets = printed(page).pages
    assert len(sheets) == 1
    assert "Nothing written yet." in sheets[0].extract_text()


def test_all_briefs_of_a_day_are_one_sheet_each(sit: Sit, transactional_db: None) -> None:
    doctor, noon = person("Isko Marchetti-Oduya"), dt.datetime.combine(timezone.localdate(), dt.time(12))
    tomorrow = timezone.make_aware(noon) + dt.timedelta(days=1)
    for number, words in enumerate(("Short.", "Word after word after word. " * 90, "A line.\n" * 400)):
        two = pair(person(f"Patient{number} Halloway"), doctor)
        two.relationship.plan(by=two.patient, starts_at=tomorrow, minutes=20)
        for seat, kind in product((two.patient, two.clinician), ("value", "care_preference", "") * 3):
            two.relationship.write(by=seat, text=words, kind=kind)
    page = sit(doctor, f"/today/briefs/?day={tomorrow:%Y-%m-%d}", width=DESK)
    sheets = printed(page).pages
    assert len(sheets) == 3
    for number, sheet in enumerate(sheets):
        words = " ".join(sheet.extract_text().split())
        names = set(re.findall(r"Patient\d Halloway", words))
        assert names == {f"Patient{number} Halloway"}
        assert "at act" in words


NOT_ON_PAPER = (
    ".nav",
    ".skip",
    ".write-line",
    ".looking-for",
    ".below a",
    ".foot-of-page a:not(.fingerprint)",
    ".foot-of-page button",
)


def test_the_record_prints_black_on_white_and_without_menus(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, media="screen")
        before = page.locator(", ".join(NOT_ON_PAPER)).filter(visible=True).count()
        page.emulate_media(media="print")
        paper, ink = page.evaluate(
            "(() => { const s = getComputedStyle(document.body); return [s.backgroundColor, s.color] })()"
        )
        assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
        words = page.locator(".words").first
        assert words.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
        assert before > 0
        expect(page.locator(", ".join(NOT_ON_PAPER)).filter(visible=True)).to_have_count(0)
        expect(page.locator(".fingerprint")).to_be_visible()


def test_no_word_of_the_record_is_lost_on_paper(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/", width=DESK)
    words = " ".join(" ".join(sheet.extract_text() for sheet in printed(page).pages).split())
    for told in (
        "somebody to carry the chair",
        "Not on Sundays",
        "I remember it differently",
        "The heron is back",
    ):
        assert told in words


def test_the_button_copies_the_plain_text(sit: Sit, world: World) -> None:
    page = sit(world.isko, brief_of(world.relationship) + LONG_AGO)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    plain = page.request.get(f"{brief_of(world.relationship)}text/{LONG_AGO}").text()
    page.get_by_role("button", name="Copy as plain text").click()
    expect(
        page.get_by_role("status").filter(has_text="Copied, with both names and the date.")
    ).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert without_time(copied) == without_time(plain)
    assert "Wren Halloway" in copied
    assert "Isko Marchetti-Oduya" in copied
    assert "I would rather be at the river" in copied


def without_time(text: str) -> list[str]:
    """The two were made a moment apart, which the last line says."""
    return [line for line in text.strip().split("\n") if line][:-1]


def test_where_the_browser_refuses_to_copy_the_page_says_so_and_shows_the_text(
    sit: Sit, world: World
) -> None:
    page = sit(world.isko)
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(brief_of(world.relationship))
    page.get_by_role("button", name="Copy as plain text").click()
    said = page.get_by_role("status").filter(has_text="Your browser did not let this be copied.")
    expect(said).to_be_visible()
    text = page.get_by_label("The same as plain text")
    expect(text).to_be_visible()
    expect(text).to_be_focused()
    chosen = text.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert chosen == text.input_value()


def test_where_there_is_no_way_to_copy_at_all_it_says_so_too(sit: Sit, world: World) -> None:
    """As in a browser that is not on https."""
    page = sit(world.isko)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(brief_of(world.relationship))
    page.get_by_role("button", name="Copy as plain text").click()
    expect(page.get_by_role("status").filter(has_text="Your browser did not let")).to_be_visible()


def test_without_javascript_the_plain_text_is_there_to_select(sit: Sit, world: World) -> None:
    page = sit(world.isko, brief_of(world.relationship), javascript=False)
    expect(page.get_by_role("button", name="Copy as plain text")).to_be_hidden()
    page.locator("summary", has_text="The same as plain text").click()
    expect(page.get_by_label("The same as plain text")).to_be_visible()
    page.get_by_role("link", name="On a page of its own").click()
    expect(page.locator("body")).to_contain_text("Wren Halloway (patient): call me Wren")
