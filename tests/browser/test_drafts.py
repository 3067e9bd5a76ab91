"""Words are never lost: not by a closed page, a lost network or a session that ran out. And none stay in the browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save
from playwright.sync_api import Locator, Page, expect

from relationships.models import Draft
from tests.browser.conftest import DESK, Sit, seat_at
from tests.browser.world import World
from tests.cast import PASSWORD

WORDS = "The stairs were fine today, and I sang on the way down."
SAVED = "Draft saved. Only you can see it."
AWAY = "No connection."


def write_page(world: World) -> str:
    return f"/r/{world.relationship.pk}/write/"


def box(page: Page) -> Locator:
    return page.locator("textarea[name=text]")


def state(page: Page) -> Locator:
    return page.locator(".draft-state")


def share(page: Page) -> None:
    page.get_by_role("button", name="Share with Wren").click()


def shared(world: World) -> int:
    return world.relationship.entries.filter(text=WORDS).count()


def loses_its_line(page: Page) -> None:
    """Chromium says that it is offline a moment before it is."""
    page.context.set_offline(True)
    page.wait_for_function("fetch('/health/').then(() => false, () => true)")


@contextmanager
def a_draft_is_saved() -> Iterator[None]:
    """Wait at the end of this block until the server has kept a draft."""
    kept = threading.Event()

    def heard(**_: Any) -> None:
        transaction.on_commit(kept.set)

    post_save.connect(heard, sender=Draft)
    try:
        yield
        assert kept.wait(15), "No draft was saved."
    finally:
        post_save.disconnect(heard, sender=Draft)


def test_a_draft_is_saved_a_moment_after_typing(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    box(page).fill(WORDS)
    expect(state(page)).to_have_text(SAVED)
    assert Draft.objects.of(world.two.clinician).get().text == WORDS


def test_typing_on_and_on_keeps_one_draft(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    for end in (5, 10, len(WORDS)):
        with a_draft_is_saved():
            box(page).fill(WORDS[:end])
    assert [draft.text for draft in Draft.objects.of(world.two.clinician)] == [WORDS]


def test_leaving_the_page_at_once_saves_it(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    with a_draft_is_saved():
        box(page).fill(WORDS)
        page.goto("/about/")
    page.goto(write_page(world))
    expect(box(page)).to_have_value(WORDS)


def test_closing_the_page_at_once_saves_it(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    with a_draft_is_saved():
        box(page).fill(WORDS)
        page.close(run_before_unload=True)
    assert Draft.objects.of(world.two.clinician).get().text == WORDS


def test_the_draft_is_there_on_another_device_of_the_same_person(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    page.get_by_label("what matters to me").check()
    box(page).fill(WORDS)
    expect(state(page)).to_have_text(SAVED)
    desk = sit(world.isko, f"/r/{world.relationship.pk}/", width=DESK)
    desk.get_by_role("link", name="Go on writing").click()
    expect(box(desk)).to_have_value(WORDS)
    expect(desk.get_by_label("what matters to me")).to_be_checked()
    other = sit(world.wren, write_page(world))
    expect(box(other)).not_to_have_value(WORDS)


def test_without_a_network_the_words_stay_and_are_saved_when_it_is_back(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    loses_its_line(page)
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text(AWAY)
    expect(box(page)).to_have_value(WORDS)
    assert not Draft.objects.of(world.two.clinician).exists()
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert Draft.objects.of(world.two.clinician).get().text == WORDS


def test_sharing_without_a_network_keeps_the_page_and_the_words(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    loses_its_line(page)
    box(page).fill(WORDS)
    share(page)
    expect(state(page)).to_contain_text(AWAY)
    expect(box(page)).to_have_value(WORDS)
    page.context.set_offline(False)
    # Not shared yet, but safe: back on the network they are saved as a draft by themselves.
    expect(state(page)).to_have_text(SAVED)
    assert shared(world) == 0
    share(page)
    expect(page.locator(".words").filter(has_text=WORDS)).to_be_visible()
    assert shared(world) == 1
    assert not Draft.objects.of(world.two.clinician).exists()


def test_a_session_that_ran_out_while_typing_costs_nothing(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text("You have been logged out.")
    expect(box(page)).to_have_value(WORDS)
    share(page)
    expect(page.get_by_role("heading", name="Your words are still here")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value(WORDS)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in on another page").click()
    log_in(opened.value)
    go_on(page)
    expect(page.locator(".words").filter(has_text=WORDS)).to_be_visible()
    assert shared(world) == 1


def go_on(page: Page) -> None:
    """Press the button, and once more where logging in has made the page too old: the words are there each time."""
    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        page.get_by_role("button", name="Go on").click()
    if answered.value.status == 403:
        expect(page.get_by_text("This page was too old")).to_be_visible()
        expect(page.get_by_label("Your words")).to_have_value(WORDS)
        page.get_by_role("button", name="Go on").click()


def log_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill("isko@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Your journals")).to_be_visible()


def test_logged_in_again_elsewhere_the_same_page_goes_on(sit: Sit, world: World, live_server: Any) -> None:
    page = sit(world.isko, write_page(world))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text("You have been logged out.")
    seat_at(page.context, live_server.url, world.isko)
    share(page)
    expect(page.locator(".words").filter(has_text=WORDS)).to_be_visible()
    assert shared(world) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_click_shares_once(sit: Sit, world: World, javascript: bool) -> None:
    page = sit(world.isko, write_page(world), javascript=javascript)
    box(page).fill(WORDS)
    page.get_by_role("button", name="Share with Wren").dblclick()
    expect(page.locator(".words").filter(has_text=WORDS)).to_have_count(1)
    assert shared(world) == 1
    assert not Draft.objects.of(world.two.clinician).exists()
    page.goto(f"/r/{world.relationship.pk}/")
    expect(page.locator(".words").filter(has_text=WORDS)).to_have_count(1)


def test_what_is_shared_leaves_no_draft_behind(sit: Sit, world: World) -> None:
    page = sit(world.isko, write_page(world))
    box(page).fill(WORDS)
    expect(state(page)).to_have_text(SAVED)
    share(page)
    expect(page.locator(".words").filter(has_text=WORDS)).to_be_visible()
    page.goto(write_page(world))
    expect(box(page)).to_have_value("")


STORED = """async () => [
    ...Object.entries(localStorage), ...Object.entries(sessionStorage),
    ...(await indexedDB.databases()).map((one) => one.name), ...(await caches.keys()),
    ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
]"""


def test_nothing_of_the_record_stays_in_the_browser(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    page.goto(write_page(world))
    box(page).fill(WORDS)
    expect(state(page)).to_have_text(SAVED)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_be_visible()
    share(page)
    page.wait_for_url("**/#entry-*")
    page.goto(f"/r/{world.relationship.pk}/brief/")
    # htmx notes, for this tab, which address it was loaded at last; nothing else is there, and no word.
    assert page.evaluate(STORED) in ([], [["htmx-current-path-for-history", write_page(world)]])
    page.evaluate("localStorage.setItem('a', 'b')")
    assert ["a", "b"] in page.evaluate(STORED)


def test_going_back_after_logging_out_shows_nothing(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    expect(page.locator(".words").first).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    expect(page.locator(".words")).to_have_count(0)
