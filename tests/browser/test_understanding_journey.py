"""Two people come to understand each other: from an entry by “not yet” and “nearly” to “yes”, another one to “we see this
differently”; a value put differently twice and closed; a portrait of each; a way of working that both agreed to. The
same walk with JavaScript and without it.
"""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from relationships.models import Picture
from relationships.verification import first_fault
from tests.browser.conftest import DESK, PHONE, Sit
from tests.browser.test_journey import press
from tests.cast import Pair, pair, person

pytestmark = [pytest.mark.looks, pytest.mark.windowless]


@pytest.fixture
def two(transactional_db: None) -> Pair:
    wren = person("Wren Halloway", called="Wren", time_zone="Europe/London")
    isko = person("Isko Marchetti-Oduya", called="Isko", time_zone="Europe/Lisbon")
    return pair(wren, isko)


def share(page: Page, words: str, other: str) -> None:
    if words:
        page.get_by_role("textbox").first.fill(words)
    press(page, f"Share with {other}")
    expect(page.get_by_role("status").filter(has_text=f"Shared with {other}.")).to_be_visible()


def thread(page: Page, record: str, words: str) -> None:
    """The page of one entry, by the record and its “More”."""
    page.goto(record)
    page.get_by_role("article").filter(has_text=words).first.get_by_role(
        "link", name="More", exact=True
    ).first.click()
    page.wait_for_url("**/entry/**")


def to(page: Page, link: str) -> None:
    """By the first link of that name, to the page that it leads to."""
    here = page.url
    page.get_by_role("link", name=link, exact=True).first.click()
    page.wait_for_url(lambda url: url != here)


def say_back(page: Page, words: str, other: str) -> None:
    share(page, words, other)
    expect(page.locator(".answer").last).to_contain_text(f"{other} has not said yet")


def acknowledge(page: Page, level: str, words: str, other: str) -> None:
    to(page, "Is that what you meant?")
    page.get_by_label(level, exact=True).check()
    share(page, words, other)


def come_closer(wren: Page, isko: Page, record: str) -> None:
    """Three times said back: not yet, nearly, yes."""
    words = "Tell me soon, and then leave me be."
    wren.goto(f"{record}write/?kind=care_preference")
    share(wren, words, "Isko")
    thread(isko, record, words)
    to(isko, "Say back what you understood")
    say_back(isko, "You want it over with.", "Wren")
    # It waits, in words, where both look.
    for page in (wren, isko):
        page.goto(record)
        expect(page.locator(".ahead")).to_contain_text("waits for Wren")
    wren.goto("/")
    acknowledge(wren, "not yet", "Soon is not over.", "Isko")
    thread(isko, record, words)
    to(isko, "Say it once more")
    say_back(isko, "You want to know before anybody decides.", "Wren")
    thread(wren, record, words)
    acknowledge(wren, "nearly", "And be alone with it for a day.", "Isko")
    thread(isko, record, words)
    to(isko, "Say it once more")
    say_back(isko, "I ring you the same day, and then I wait until you ring.", "Wren")
    thread(wren, record, words)
    acknowledge(wren, "yes", "", "Isko")
    for page in (wren, isko):
        thread(page, record, words)
        said = [line for text in page.locator(".answer").all_inner_texts() for line in text.split("\n")]
        levels = [line.rpartition(": ")[2] for line in said if "That is what I meant" in line]
        assert levels == ["not yet", "nearly", "yes"]
        page.goto(record)
        expect(page.locator(".ahead")).not_to_contain_text("waits for Wren")


def see_it_differently(wren: Page, isko: Page, record: str) -> None:
    words = "I like to begin with the worst of it."
    isko.goto(f"{record}write/?kind=care_preference")
    share(isko, words, "Wren")
    thread(wren, record, words)
    to(wren, "Say back what you understood")
    say_back(wren, "You want to have it behind you.", "Isko")
    thread(isko, record, words)
    to(isko, "We see this differently")
    isko.get_by_role("textbox").first.fill("Whoever begins with the weather runs out of time.")
    press(isko, "Leave it at two views")
    expect(isko.locator("#view-two")).to_contain_text("runs out of time")
    expect(isko.locator("#view-one")).to_contain_text("behind you")
    thread(wren, record, words)
    to(wren, "Both views, side by side")
    share(wren, "Whoever begins with the worst is heard by nobody.", "Isko")
    for page in (wren, isko):
        thread(page, record, words)
        to(page, "Both views, side by side")
        expect(page.locator("#view-one")).to_contain_text("is heard by nobody")
        expect(page.locator("#view-two")).to_contain_text("runs out of time")
        page.locator("#view-one").get_by_role("link", name="The other view").click()
        expect(page.locator("#view-two")).to_be_in_viewport()


def put_differently(page: Page, held: str, words: str, why: str) -> None:
    page.locator(".held").filter(has_text=held).get_by_role("link", name="Put it differently").click()
    page.wait_for_url("**/correction/")
    page.get_by_label("Why it changed").fill(why)
    share(page, words, "Isko")


def change_ones_mind(wren: Page, isko: Page, record: str) -> None:
    """A value put differently twice, put before another one, and no longer so; its time line is kept."""
    for words in ("I want to stay on the water.", "I want to be asked."):
        wren.goto(f"{record}values/")
        to(wren, "Write what matters to you")
        share(wren, words, "Isko")
    for before, after, why in (
        ("stay on the water", "I want to be near the water.", "My hands."),
        ("near the water", "I want to see the water.", "The stairs."),
    ):
        wren.goto(f"{record}values/")
        put_differently(wren, before, after, why)
    wren.goto(f"{record}values/")
    to(wren, "Put yours in order")
    press(wren, "Down")
    expect(wren.locator(".places li").first).to_contain_text("see the water")
    press(wren, "Keep this order")
    expect(wren.get_by_role("heading", name="What matters to us")).to_be_visible()
    for page in (wren, isko):
        page.goto(f"{record}values/")
        expect(page.locator(".column.voice-one .held").first).to_contain_text("see the water")
    held = wren.locator(".held").filter(has_text="see the water")
    wren.goto(f"{record}values/")
    held.get_by_role("link", name="No longer so").click()
    wren.wait_for_url("**/saying/no_longer/")
    wren.get_by_role("textbox").first.fill("We moved inland.")
    press(wren, "Share with Isko")
    expect(wren.get_by_role("heading", name="What matters to us")).to_be_visible()
    for page in (wren, isko):
        page.goto(f"{record}values/")
        expect(page.locator(".column.voice-one .held").first).to_contain_text("I want to be asked.")
        page.get_by_text("What is no longer so").click()
        kept = page.locator(".kept .held").filter(has_text="see the water")
        steps = kept.locator(".timeline li")
        expect(steps).to_have_count(4)
        for step, words in enumerate(("stay on the water", "My hands.", "The stairs.", "We moved inland.")):
            expect(steps.nth(step)).to_contain_text(words)
        page.goto(f"{record}brief/")
        expect(page.locator("#matters")).not_to_contain_text("see the water")


def photo(place: Path) -> Path:
    """As a camera makes it: with where and by what it was taken."""
    taken = Image.new("RGB", (1200, 900), "teal")
    exif = Image.Exif()
    exif[271], exif[274] = "A camera of mine", 6
    exif.get_ifd(0x8825)[1] = "N"
    file = place / "of_me.jpg"
    taken.save(file, exif=exif)
    return file


def show_oneself(page: Page, record: str, door: str, words: str, other: str, picture: Path) -> None:
    page.goto(f"{record}portrait/")
    to(page, "Write about yourself")
    page.wait_for_url("**/portrait/mine/")
    page.goto(f"{record}saying/portrait/{door}/")
    share(page, words, other)
    page.goto(f"{record}portrait/picture/")
    page.get_by_label("A photo or a drawing").set_input_files(picture)
    press(page, "Show this picture")
    expect(page.locator("img.picture").first).to_be_visible()


def meet_each_other(wren: Page, isko: Page, record: str, picture: Path) -> None:
    show_oneself(wren, record, "people", "My sister, and a heron.", "Isko", picture)
    show_oneself(isko, record, "work_why", "A lemon, and an hour to spare.", "Wren", picture)
    for page, name, words in ((wren, "Isko", "A lemon"), (isko, "Wren", "a heron")):
        page.goto(f"{record}portrait/")
        expect(page.locator("main")).not_to_contain_text(words)
        to(page, f"Read who {name} is")
        expect(page.locator("main")).to_contain_text(words)
        wide = page.locator("img.picture").evaluate("(one) => one.complete && one.naturalWidth")
        assert wide == 720  # Upright, and small.


def agree(wren: Page, isko: Page, record: str) -> None:
    wren.goto(f"{record}working/")
    wren.goto(f"{record}saying/way_of_working/names/")
    share(wren, "Wren and Isko, and never “dear”.", "Isko")
    isko.goto(f"{record}working/")
    expect(isko.locator("main")).to_contain_text("Wren proposes")
    press(isko, "I agree")
    expect(isko.locator(".agreed")).to_be_visible()
    for page in (wren, isko):
        page.goto(f"{record}working/")
        expect(page.locator(".agreed")).to_contain_text("never “dear”")
        expect(page.locator(".agreed")).to_contain_text("Isko agreed on")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_people_come_to_understand_each_other(
    sit: Sit, two: Pair, javascript: bool, tmp_path: Path
) -> None:
    wren = sit(two.patient.person, width=PHONE, javascript=javascript)
    isko = sit(two.clinician.person, width=DESK, javascript=javascript)
    record = f"/r/{two.relationship.pk}/"
    come_closer(wren, isko, record)
    see_it_differently(wren, isko, record)
    change_ones_mind(wren, isko, record)
    meet_each_other(wren, isko, record, photo(tmp_path))
    agree(wren, isko, record)
    for kept in Picture.objects.all():
        image = Image.open(io.BytesIO(bytes(kept.image)))
        assert (image.format, dict(image.getexif()), "exif" in image.info) == ("JPEG", {}, False)
        assert len(kept.image) <= 200 * 1024
    assert Picture.objects.count() == 2
    assert first_fault(two.relationship) is None
