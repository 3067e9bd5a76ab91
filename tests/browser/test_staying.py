"""A session that ends costs nobody a word: it says so before, and afterwards the same text stands in the same box."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.sessions import BEGAN, TOUCHED
from relationships.models import Draft
from tests.browser.conftest import Sit
from tests.browser.test_drafts import (
    SAVED,
    WORDS,
    a_draft_is_saved,
    box,
    loses_its_line,
    share,
    shared,
    state,
    write_page,
)
from tests.browser.world import World
from tests.cast import PASSWORD

pytestmark = pytest.mark.looks

IDLE = 30 * 60
WARNING = "You will be logged out at"


def key_of(page: Page) -> str:
    return str(next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid"))


def grows_old(page: Page, seconds: int) -> None:
    """As if so much time had passed since somebody last did something here."""
    kept = Session.objects.get(pk=key_of(page)).get_decoded()
    kept[TOUCHED] -= seconds
    kept[BEGAN] -= seconds
    Session.objects.filter(pk=key_of(page)).update(session_data=Session.objects.encode(kept))


def looks_again(page: Page) -> None:
    """As a browser does when somebody comes back to it, with as little time left as the server says."""
    page.evaluate("document.querySelector('session-keeper').lasts(1)")


def log_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill("isko@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


@pytest.mark.parametrize("path", ["", "write/", "brief/"])
def test_before_the_end_it_says_so_and_one_press_stays(sit: Sit, world: World, path: str) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/{path}")
    said = page.locator("session-keeper [role=status]")
    expect(said).to_be_empty()
    grows_old(page, IDLE - 100)
    looks_again(page)
    expect(said).to_have_text(re.compile(rf"^{WARNING} \d\d:\d\d( [AP]M)?\."))
    stay = page.get_by_role("button", name="Stay logged in")
    stay.focus()
    expect(stay).to_be_focused()
    page.keyboard.press("Enter")
    expect(said).to_be_empty()
    expect(stay).to_be_hidden()
    kept = Session.objects.get(pk=key_of(page)).get_decoded()
    assert kept[TOUCHED] > kept[BEGAN] + IDLE - 110


def test_it_can_be_reached_by_the_keyboard_alone(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    grows_old(page, IDLE - 100)
    looks_again(page)
    stay = page.get_by_role("button", name="Stay logged in")
    expect(stay).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(stay).to_be_focused()
    page.keyboard.press("Space")
    expect(stay).to_be_hidden()


def test_whoever_types_is_there_and_the_warning_goes(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    grows_old(page, IDLE - 100)
    looks_again(page)
    expect(page.locator("session-keeper")).to_contain_text(WARNING)
    expect(page.locator("session-keeper")).to_contain_text("Your words are kept.")
    with a_draft_is_saved():
        box(page).fill(WORDS)
    expect(page.locator("session-keeper [role=status]")).to_be_empty()


def test_in_another_tab_somebody_was_busy_so_nothing_is_said(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    with page.expect_response("**/me/session/"):
        looks_again(page)
    expect(page.locator("session-keeper [role=status]")).to_be_empty()
    expect(page.locator(".words").first).to_be_visible()


def test_at_the_end_of_the_day_no_press_helps_and_none_is_offered(
    sit: Sit, world: World, settings: Any
) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    settings.SESSION_ABSOLUTE_HOURS = 1
    kept = Session.objects.get(pk=key_of(page)).get_decoded()
    kept[BEGAN] -= 3600 - 90
    Session.objects.filter(pk=key_of(page)).update(session_data=Session.objects.encode(kept))
    looks_again(page)
    expect(page.locator("session-keeper")).to_contain_text(WARNING)
    expect(page.get_by_role("button", name="Stay logged in")).to_be_hidden()


def test_at_the_end_nothing_stays_on_the_screen_and_the_same_text_comes_back(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    before = page.evaluate("history.length")
    box(page).fill(WORDS)
    expect(state(page)).to_have_text(SAVED)
    grows_old(page, IDLE)
    looks_again(page)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("history.length") == before
    page.go_back()
    expect(page.locator("textarea")).to_have_count(0)
    page.go_forward()
    log_in(page)
    expect(box(page)).to_have_value(WORDS)
    assert page.url.endswith(write_page(world))


def test_what_was_typed_last_is_saved_with_the_warning_and_makes_nothing_longer(
    sit: Sit, world: World
) -> None:
    page = sit(world.isko, write_page(world))
    grows_old(page, IDLE - 100)
    touched = Session.objects.get(pk=key_of(page)).get_decoded()[TOUCHED]
    # Set by no key, so that nothing of ours has heard of it.
    page.evaluate("words => { document.querySelector('textarea[name=text]').value = words }", WORDS)
    with a_draft_is_saved():
        looks_again(page)
    assert Draft.objects.of(world.two.clinician).get().text == WORDS
    assert Session.objects.get(pk=key_of(page)).get_decoded()[TOUCHED] == touched


def test_words_that_cannot_be_saved_stay_and_nothing_else_does(sit: Sit, world: World) -> None:
    theirs = world.entries["river"]
    page = sit(world.isko, f"/r/{world.relationship.pk}/entry/{theirs.pk}/answer/")
    expect(page.get_by_text("I would rather be at the river")).to_be_visible()
    loses_its_line(page)
    box(page).fill(WORDS)
    looks_again(page)
    expect(page.get_by_text("I would rather be at the river")).to_be_hidden()
    expect(box(page)).to_be_visible()
    expect(box(page)).to_have_value(WORDS)
    assert "Wren" not in page.locator("body").inner_text().replace("Share with Wren", "")
    page.context.set_offline(False)
    grows_old(page, IDLE)
    share(page)
    expect(page.get_by_label("Your words")).to_have_value(WORDS)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_sent_after_the_end_they_come_back_and_one_press_shares_them(
    sit: Sit, world: World, javascript: bool
) -> None:
    page = sit(world.isko, write_page(world), javascript=javascript)
    box(page).fill(WORDS)
    if javascript:
        expect(state(page)).to_have_text(SAVED)
    grows_old(page, IDLE)
    share(page)
    expect(page.get_by_role("heading", name="Your words are still here")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value(WORDS)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in on another page").click()
    log_in(opened.value)
    expect(opened.value.get_by_role("heading", name="Your journals")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".words").filter(has_text=WORDS)).to_be_visible()
    assert shared(world) == 1


def test_whoever_logs_in_there_instead_cannot_share_them(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    box(page).fill(WORDS)
    expect(state(page)).to_have_text(SAVED)
    grows_old(page, IDLE)
    share(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in on another page").click()
    other = opened.value
    other.get_by_label("E-mail address").fill("wren@example.org")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Log in", exact=True).click()
    expect(other.get_by_role("heading", name="Your journals")).to_be_visible()
    for _ in range(3):
        with page.expect_response(lambda response: response.status == 403):
            page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", name="Somebody else’s words")).to_be_visible()
    assert shared(world) == 0
    other.get_by_role("button", name="Log out").click()
    log_in(other)
    expect(other.get_by_role("heading", name="Your journals")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".words").filter(has_text=WORDS)).to_be_visible()
    assert shared(world) == 1
