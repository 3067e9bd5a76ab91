"""The first look: the one thing to do is there without scrolling, and the two voices are each other's equal."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, TALL, Sit
from tests.browser.world import World

pytestmark = [pytest.mark.looks, pytest.mark.windowless]

VOICES = (".voice-one", ".voice-two")


def record_of(world: World) -> str:
    return f"/r/{world.relationship.pk}/"


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.locator(selector).evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect(); return {left: box.left, right: box.right,"
        " top: box.top, bottom: box.bottom} })"
    )
    assert found
    return found


def bottom(page: Page, selector: str) -> float:
    return boxes(page, selector)[0]["bottom"]


def test_the_first_screen_of_a_phone_shows_how_to_write_and_the_newest_words(sit: Sit, world: World) -> None:
    page = sit(world.isko, record_of(world), width=PHONE)
    assert bottom(page, ".write-line .button") <= TALL[PHONE] / 2
    assert bottom(page, ".write-line .care") <= TALL[PHONE] / 2
    assert boxes(page, ".thread .words")[0]["top"] <= TALL[PHONE]


def test_the_first_screen_of_a_phone_has_room_to_write_and_the_button_that_shares(
    sit: Sit, world: World
) -> None:
    page = sit(world.isko, f"{record_of(world)}write/", width=PHONE)
    assert bottom(page, "textarea[name=text]") <= TALL[PHONE]
    assert bottom(page, "button[value=share]") <= TALL[PHONE]
    assert bottom(page, ".box .care") <= boxes(page, "textarea[name=text]")[0]["top"]


def test_letters_in_a_box_are_large_enough_that_no_phone_zooms(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"{record_of(world)}write/", width=PHONE)
    sizes = page.locator("main :is(input, textarea)").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 16


def test_the_first_screen_of_the_brief_on_a_phone_says_whom_it_is_about_and_what_matters(
    sit: Sit, world: World
) -> None:
    page = sit(world.isko, f"{record_of(world)}brief/", width=PHONE)
    assert bottom(page, "#who") <= TALL[PHONE] / 2
    assert bottom(page, "#matters") <= TALL[PHONE]


def test_on_a_wide_screen_the_two_voices_are_facing_pages(sit: Sit, world: World) -> None:
    page = sit(world.isko, record_of(world), width=DESK)
    spine = sum(boxes(page, ".spread")[0][edge] for edge in ("left", "right")) / 2
    ones, twos = (boxes(page, f".thread > {voice}") for voice in VOICES)
    days = boxes(page, ".thread > time")
    assert max(one["right"] for one in ones) <= min(day["left"] for day in days) < spine
    assert min(two["left"] for two in twos) >= max(day["right"] for day in days) > spine


def test_on_a_phone_everybody_stands_in_one_column(sit: Sit, world: World) -> None:
    page = sit(world.isko, record_of(world), width=PHONE)
    assert len({one["left"] for voice in VOICES for one in boxes(page, f".thread > {voice}")}) == 1


LOOK = """(one) => {
    const words = getComputedStyle(one.querySelector(".words"));
    const {fontSize, lineHeight, fontFamily, fontWeight, color} = words;
    return [fontSize, lineHeight, fontFamily, fontWeight, color, one.getBoundingClientRect().width];
}"""


def test_neither_voice_is_louder(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"{record_of(world)}?kind=value")
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": TALL[width]})
        one, two = (page.locator(f".thread > {voice}").first.evaluate(LOOK) for voice in VOICES)
        assert one == two, width


def luminance(colour: list[float]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# The browser's own arithmetic turns OKLCH into the red, green and blue that are shown.
SHOWN = """(name) => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d");
    const probe = document.body.appendChild(document.createElement("i"));
    probe.className = "probe"; probe.style.color = `var(${name})`;
    canvas.fillStyle = getComputedStyle(probe).color; probe.remove();
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
}"""


def test_both_voices_are_as_strong_and_as_easy_to_read(sit: Sit, world: World) -> None:
    page = sit(world.isko, record_of(world))
    schemes: list[Any] = ["light", "dark"]
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        one, two, paper, ink = (
            page.evaluate(SHOWN, f"--{name}") for name in ("voice-one", "voice-two", "paper", "ink")
        )
        assert min(contrast(one, paper), contrast(two, paper)) >= 7, scheme
        assert contrast(ink, paper) >= 7, scheme
        assert abs(contrast(one, paper) - contrast(two, paper)) < 1.5, scheme


def test_colour_is_not_the_only_sign_of_a_voice(sit: Sit, world: World) -> None:
    page = sit(world.isko, record_of(world))
    lines = [
        page.locator(f".thread > {voice} > .ruled").first.evaluate(
            "one => getComputedStyle(one).borderInlineStartStyle"
        )
        for voice in VOICES
    ]
    assert lines == ["solid", "double"]


def test_nothing_moves_for_those_who_ask_for_stillness(sit: Sit, world: World) -> None:
    page = sit(world.isko, record_of(world))
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


def test_both_people_see_the_same_page(sit: Sit, world: World) -> None:
    wren, isko = (sit(someone, record_of(world), width=DESK) for someone in (world.wren, world.isko))
    expect(wren.locator(".thread").first).to_be_visible()
    wren.reload()
    isko.reload()
    order = """all => all.map((one) =>
        one.className.match(/voice-(one|two)/)[1] + one.querySelector(".words, .question, .asked").innerText)"""
    # All but four answers of Wren's, which Isko sees once he has answered as well.
    entries = f".thread > .entry:not(#entry-{world.entries['hers alone'].pk})"
    assert wren.locator(entries).evaluate_all(order) == isko.locator(entries).evaluate_all(order)
