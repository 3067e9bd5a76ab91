"""Leaving in a hurry: at once, from every page, by mouse, keyboard or without a script, and never by mistake."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from relationships.models import Draft
from tests.browser.conftest import PHONE, TALL, Sit
from tests.browser.test_drafts import WORDS, box, write_page
from tests.browser.world import World
from tests.choosing import Cells

pytestmark = pytest.mark.looks

ELSEWHERE = "https://weather.example/today"
BUTTON = "Leave now"


def in_a_hurry(person: Any, settings: Any) -> Any:
    settings.NEUTRAL_SITE = ELSEWHERE
    person.leaves_quickly = True
    person.save()
    return person


@pytest.fixture(params=["wren", "isko"])
def someone(request: pytest.FixtureRequest, world: World, settings: Any) -> Any:
    """Either of the two, who may have to leave in a hurry."""
    return in_a_hurry(getattr(world, request.param), settings)


def leave_by(page: Page) -> None:
    page.get_by_role("button", name=BUTTON).click()


def let_elsewhere_be(page: Page) -> None:
    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>Weather</title><h1>Sunny</h1>")

    page.route(f"{ELSEWHERE}*", answer)


def assert_left(page: Page, key: str) -> None:
    page.wait_for_url(ELSEWHERE)
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not Session.objects.filter(pk=key).exists()
    assert not [one for one in page.context.cookies() if one["name"] in ("sessionid", "csrftoken")]


def key_of(page: Page) -> str:
    return str(next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid"))


@pytest.mark.windowless
def test_one_press_leaves_from_every_page(sit: Sit, world: World, settings: Any, cells: Cells) -> None:
    for name in ("wren", "isko"):
        in_a_hurry(getattr(world, name), settings)
    for path, name, javascript in cells(
        ["", "write/", "brief/", "/me/settings/", "/"], ["wren", "isko"], [True, False]
    ):
        address = path if path.startswith("/") else f"/r/{world.relationship.pk}/{path}"
        page = sit(getattr(world, name), address, javascript=javascript)
        let_elsewhere_be(page)
        key = key_of(page)
        button = page.get_by_role("button", name=BUTTON)
        where = button.bounding_box()
        assert where is not None
        assert where["y"] + where["height"] < TALL[PHONE] / 4, (path, name, javascript)
        button.click()
        assert_left(page, key)
        page.go_back()
        expect(page.locator(".words, textarea, .journals")).to_have_count(0)
        page.context.close()


def test_shift_three_times_leaves(sit: Sit, world: World, someone: Any) -> None:
    page = sit(someone, f"/r/{world.relationship.pk}/")
    let_elsewhere_be(page)
    key = key_of(page)
    said = page.locator("leave-quickly [role=status]")
    for expected in ("2 more times", "once more"):
        page.keyboard.press("Shift")
        expect(said).to_contain_text(expected)
    page.keyboard.press("Shift")
    assert_left(page, key)


def test_typing_capital_letters_does_not(sit: Sit, world: World, someone: Any) -> None:
    page = sit(someone, write_page(world))
    box(page).click()
    for letter in "NASA, UNO":
        page.keyboard.press(f"Shift+{letter}" if letter.isalpha() else letter.replace(" ", "Space"))
    expect(box(page)).to_have_value(re.compile("NASA, UNO$"))
    assert "covered" not in page.locator("body").get_attribute("class")  # type: ignore[operator]


def test_three_presses_over_a_long_while_do_not(sit: Sit, world: World, someone: Any) -> None:
    page = sit(someone, write_page(world))
    for _ in range(6):
        page.evaluate(
            """() => {
                window.at = (window.at ?? performance.now()) + 3000;
                const press = new KeyboardEvent("keydown", {key: "Shift", bubbles: true});
                Object.defineProperty(press, "timeStamp", {value: window.at});
                document.dispatchEvent(press);
            }"""
        )
    assert "covered" not in page.locator("body").get_attribute("class")  # type: ignore[operator]


def test_the_page_is_covered_at_once_however_slow_the_line_is(sit: Sit, world: World, someone: Any) -> None:
    page = sit(someone, f"/r/{world.relationship.pk}/")
    page.route("**/me/leaving/", lambda route: None)  # Never answered.
    page.route(f"{ELSEWHERE}*", lambda route: None)
    expect(page.locator(".words").first).to_be_visible()
    page.evaluate("document.querySelector('#leaving button').click()")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).visibility") == "hidden"
    assert page.evaluate("getComputedStyle(document.querySelector('.words')).visibility") == "hidden"


def test_what_was_just_typed_is_kept(sit: Sit, world: World, someone: Any) -> None:
    page = sit(someone, write_page(world))
    let_elsewhere_be(page)
    box(page).fill(WORDS)
    leave_by(page)
    page.wait_for_url(ELSEWHERE)
    assert Draft.objects.filter(text=WORDS).exists()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_stale_token_holds_nobody_up(sit: Sit, world: World, someone: Any, javascript: bool) -> None:
    page = sit(someone, f"/r/{world.relationship.pk}/", javascript=javascript)
    let_elsewhere_be(page)
    key = key_of(page)
    page.context.clear_cookies(name="csrftoken")
    leave_by(page)
    assert_left(page, key)


def test_the_second_stop_of_the_keyboard_leaves(sit: Sit, world: World, someone: Any) -> None:
    page = sit(someone, f"/r/{world.relationship.pk}/")
    let_elsewhere_be(page)
    key = key_of(page)
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Leave this site now")).to_be_focused()
    page.keyboard.press("Enter")
    assert_left(page, key)


def test_it_is_there_for_those_who_asked_for_it_and_for_nobody_else(sit: Sit, world: World) -> None:
    page = sit(world.wren, f"/r/{world.relationship.pk}/")
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
    for _ in range(4):
        page.keyboard.press("Shift")
    page.goto("/me/settings/")
    page.get_by_label("Show a way to leave in a hurry").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    other = sit(world.isko, f"/r/{world.relationship.pk}/")
    expect(other.get_by_role("button", name=BUTTON)).to_have_count(0)
