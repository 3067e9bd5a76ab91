"""Two people come to understand each other: from an entry by “not yet” and “nearly” to “yes”, another one to “we see this
differently”; a value put differently twice and closed; a portrait of each; a way of working that both agreed to. The
same walk with JavaScript and without it.
"""

import pytest
from playwright.sync_api import Page, expect

from relationships.verification import first_fault
from tests.browser.conftest import DESK, PHONE, Sit
from tests.browser.test_journey import press
from tests.cast import Pair, pair, person


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


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_people_come_to_understand_each_other(sit: Sit, two: Pair, javascript: bool) -> None:
    wren = sit(two.patient.person, width=PHONE, javascript=javascript)
    isko = sit(two.clinician.person, width=DESK, javascript=javascript)
    record = f"/r/{two.relationship.pk}/"
    come_closer(wren, isko, record)
    see_it_differently(wren, isko, record)
    assert first_fault(two.relationship) is None
