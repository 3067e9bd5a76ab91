"""Everybody can use every page: axe finds nothing, nothing overflows, targets are big enough, focus is seen."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, expect

from tests.browser import places
from tests.browser.conftest import DESK, PHONE, TALL, Sit
from tests.browser.places import NEVER_SHOWN, Place
from tests.browser.world import LONGEST_NAME, World, add_extremes
from tests.cast import pair, person

pytestmark = [pytest.mark.looks, pytest.mark.windowless]

SMALLEST = 320
TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OF_COLOUR_AND_SIZE = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
"""The rules of axe whose answer depends on the colours or on the width."""


def found_by_axe(page: Page, rules: Any = TAGS) -> list[str]:
    """What axe finds, as lines that say where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # preload: axe would fetch the style sheets anew, which our content security policy rightly stops.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
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


def faults(page: Page, everything: bool = False) -> Iterator[str]:
    # No colour depends on the width and no place on the scheme, so two of the four see all there is.
    sizes: list[tuple[int, Any, Any]] = [
        (PHONE, "light", TAGS),
        (DESK, "dark", TAGS if everything else OF_COLOUR_AND_SIZE),
    ]
    for width, scheme, rules in sizes:
        page.set_viewport_size({"width": width, "height": TALL[width]})
        page.emulate_media(color_scheme=scheme)
        faults = found_by_axe(page, rules) + wider_than_its_window(page)
        yield from (f"{width} {scheme}: {fault}" for fault in faults)
    yield from too_small_to_hit(page)
    page.set_viewport_size({"width": SMALLEST, "height": 800})
    yield from (f"{SMALLEST}: {fault}" for fault in wider_than_its_window(page))


def go(page: Page, place: Place) -> None:
    response = page.goto(place.path)
    assert response is not None
    assert response.status == place.status, place.name
    if place.goes:
        place.goes(page)


def walk(sit: Sit, world: World, found: Iterator[Place], everything: bool) -> list[str]:
    """Go to each of these places, and say what is wrong there."""
    pages: dict[str, Page] = {}
    wrong: list[str] = []
    for place in found:
        if place.who not in pages:
            pages[place.who] = sit(getattr(world, place.who, None))
            pages[place.who].add_init_script(Axe().axe_script)
        page = pages[place.who]
        if place.who == "nobody":
            page.context.clear_cookies()
        go(page, place)
        wrong += [f"{place.name}: {fault}" for fault in faults(page, everything)]
    return wrong


@pytest.mark.parametrize(
    "of",
    [
        *("the_record", "what_matters", "writing", "working_together", "a_consult", "faces"),
        *("a_person", "what_lets_somebody_in", "the_entrance"),
    ],
)
def test_nothing_is_in_anybodys_way_on_the_pages(sit: Sit, world: World, of: str, everything: bool) -> None:
    wrong = walk(sit, world, getattr(places, f"of_{of}")(world), everything)
    assert not wrong, "\n".join(wrong)


def test_nothing_is_in_anybodys_way_where_one_has_to_wait(
    sit: Sit, transactional_db: None, settings: Any
) -> None:
    settings.SIGNUP_OPEN = False
    page = sit()
    page.add_init_script(Axe().axe_script)
    page.goto("/accounts/signup/")
    assert page.get_by_role("heading", level=1).inner_text() == "You need an invitation"
    wrong = list(faults(page))
    for _ in range(5):
        Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    page.goto("/accounts/password/reset/")
    page.get_by_label("E-mail address").fill("nobody@example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wait a little")
    wrong += faults(page)
    assert not wrong, "\n".join(wrong)


def names_of(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def leads_to(path: str) -> str:
    return str(resolve(path.partition("?")[0]).url_name)


# Where the steps of a place lead: pages that nobody can go to straight away.
LED_TO = {
    "join-agreed",
    "join-decline",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "mfa_authenticate",
}


def test_no_page_is_left_out(world: World) -> None:
    found = [place.path for place in places.everywhere(world) if place.path != "/no/such/page/"]
    seen = {leads_to(path) for path in found}
    assert set(names_of(get_resolver().url_patterns)) == seen | LED_TO | set(NEVER_SHOWN)


BAD = """<!doctype html><html lang="en"><head><title>Bad</title></head><body><main><h1>Bad</h1><input>
<p style="color: #bbb; background: white">Faint.</p>
<button style="width: 9px; height: 9px">a</button><button style="width: 9px; height: 9px">b</button></main>
<div style="width: 4000px">wide</div></body></html>"""


def test_what_looks_for_faults_finds_them(sit: Sit) -> None:
    page = sit()
    page.set_content(BAD)
    found = " ".join(found_by_axe(page))
    assert all(rule in found for rule in ("label", "color-contrast", "target-size"))
    assert len(too_small_to_hit(page)) == 3
    assert wider_than_its_window(page)


# --- The keyboard ---------------------------------------------------------------------------------------

FOCUSED = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    // The first line of a link that is broken over two.
    const shown = getComputedStyle(one), box = one.getClientRects()[0];
    const on_top = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2, box.y + Math.min(box.height, 20) / 2);
    return {
        what: one.outerHTML.slice(0, 90),
        ring: shown.outlineStyle === "none" ? 0 : parseFloat(shown.outlineWidth),
        hidden: !(on_top && (one.contains(on_top) || on_top.contains(one))),
    };
}"""


@pytest.mark.parametrize("path", ["", "write/", "brief/", "event/"])
def test_what_has_the_focus_is_seen(sit: Sit, world: World, path: str) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/{path}")
    page.evaluate("document.activeElement.blur()")
    stops: list[dict[str, Any]] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        # A box for a date has stops of its own inside, which the browser draws itself.
        if not stops or stop["what"] != stops[-1]["what"]:
            stops.append(stop)
    assert len(stops) > 8
    assert [stop["what"] for stop in stops if stop["ring"] < 2 or stop["hidden"]] == []


# --- At the edges ---------------------------------------------------------------------------------------

PAGES = ("", "write/", "brief/?since=2000-01-01", "event/")


def wider(page: Page, address: str, *, right_to_left: bool = False) -> Iterator[str]:
    for path in PAGES:
        page.goto(address + path)
        if right_to_left:
            page.evaluate("document.documentElement.dir = 'rtl'")
        for width in (SMALLEST, PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            yield from (f"{path} {width}: {fault}" for fault in wider_than_its_window(page))


@pytest.mark.parametrize("right_to_left", [False, True], ids=["left to right", "right to left"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": LONGEST_NAME, "called": ""}, {"name": "Isko Marchetti-Oduya", "called": LONGEST_NAME[:60]}),
        (
            {"name": "מירה בן־דוד", "called": "מירה"},
            {"name": "عبد الرحمن بن محمد الحسيني", "called": "عبد الرحمن"},
        ),
    ],
    ids=["long names", "names that read from the right"],
)
def test_nothing_overflows(
    sit: Sit, transactional_db: None, one: Any, other: Any, right_to_left: bool
) -> None:
    two = pair(person("Wren Halloway"), person("Isko Marchetti-Oduya"))
    for seat, names in ((two.patient, one), (two.clinician, other)):
        seat.person.name, seat.person.called = names["name"], names["called"]
        seat.person.save()
    add_extremes(two)
    page = sit(two.patient.person)
    assert list(wider(page, f"/r/{two.relationship.pk}/", right_to_left=right_to_left)) == []


def test_words_from_the_right_begin_at_the_right(sit: Sit, world: World) -> None:
    add_extremes(world.two)
    page = sit(world.isko, f"/r/{world.relationship.pk}/?kind=care_preference")
    words = page.locator(".words p", has_text="אני מעדיפה")
    assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert (
        page.locator(".words p", has_text="One line in English").evaluate(
            "one => getComputedStyle(one).direction"
        )
        == "ltr"
    )
