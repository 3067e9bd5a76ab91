"""Everybody can use every page: axe finds nothing, nothing overflows, targets are big enough, focus is seen."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404
from playwright.sync_api import Page

from tests.browser import places
from tests.browser.conftest import DESK, PHONE, TALL, Sit
from tests.browser.places import NEVER_SHOWN, Place
from tests.browser.world import LONGEST_NAME, World, add_extremes
from tests.cast import pair, person

SMALLEST = 320
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def found_by_axe(page: Page) -> list[str]:
    """What axe finds, as lines that say where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # preload: axe would fetch the style sheets anew, which our content security policy rightly stops.
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
    answer = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [f"{one['id']} at {node['target']}" for one in answer["violations"] for node in one["nodes"]]


def wider_than_its_window(page: Page) -> list[str]:
    root = "document.documentElement"
    wide = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    return [f"overflows by {wide} px"] if wide > 0 else []


SMALL_TARGETS = """() => {
    const inSentence = (one) => one.matches("a, button.as-link") && getComputedStyle(one).display.startsWith("inline")
        && [...one.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .map((one) => one.closest("label") ?? one)
        .filter((one) => one.checkVisibility() && !one.matches(".skip") && !inSentence(one))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => box.width < 24 || box.height < 24)
        .map(([one, box]) => `${Math.round(box.width)}×${Math.round(box.height)} px: ${one.outerHTML.slice(0, 90)}`);
}"""


def too_small_to_hit(page: Page) -> list[str]:
    """What is there to press and smaller than 24 by 24 px, links within a sentence left out."""
    found: list[str] = page.evaluate(SMALL_TARGETS)
    return found


def at_every_size(page: Page, look: Callable[[Page], list[str]], sizes: Any) -> Iterator[str]:
    for width, scheme in sizes:
        page.set_viewport_size({"width": width, "height": TALL[width]})
        page.emulate_media(color_scheme=scheme)
        yield from (f"{width} {scheme}: {fault}" for fault in look(page))


def faults(page: Page) -> Iterator[str]:
    # No colour depends on the width and no place on the scheme, so two of the four see all there is.
    yield from at_every_size(page, found_by_axe, [(PHONE, "light"), (DESK, "dark")])
    yield from too_small_to_hit(page)
    for width in (SMALLEST, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        yield from (f"{width}: {fault}" for fault in wider_than_its_window(page))


def go(page: Page, place: Place) -> None:
    response = page.goto(place.path)
    assert response is not None
    assert response.status == place.status, place.name
    if place.goes:
        place.goes(page)


def walk(sit: Sit, world: World, found: Iterator[Place]) -> list[str]:
    """Go to each of these places, and say what is wrong there."""
    pages: dict[str, Page] = {}
    wrong: list[str] = []
    for place in found:
        page = pages.get(place.who) or sit(getattr(world, place.who, None))
        pages[place.who] = page
        if place.who == "nobody":
            page.context.clear_cookies()
        go(page, place)
        wrong += [f"{place.name}: {fault}" for fault in faults(page)]
    return wrong


@pytest.mark.parametrize("of", ["the_record", "writing", "a_person", "the_entrance"])
def test_nothing_is_in_anybodys_way_on_the_pages(sit: Sit, world: World, of: str) -> None:
    wrong = walk(sit, world, getattr(places, f"of_{of}")(world))
    assert not wrong, "\n".join(wrong)
