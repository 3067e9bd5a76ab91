"""Two people, each at a browser of their own, from the first invitation to the end.

The same walk with JavaScript and without it; and writing with nothing but a keyboard.
"""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from relationships.models import Relationship
from relationships.verification import first_fault
from tests.browser.conftest import DESK, PHONE, Sit
from tests.browser.places import newest_code
from tests.browser.world import World
from tests.cast import PASSWORD


def press(page: Page, button: str) -> None:
    page.locator("main").get_by_role("button", name=button, exact=True).click()


def follow(page: Page, link: str) -> None:
    page.get_by_role("link", name=link, exact=True).first.click()


def create_an_account(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@example.org")
    page.get_by_label("Create a password").fill(PASSWORD)
    press(page, "Create an account")
    expect(page.get_by_label("6 digits")).to_be_visible()
    assert len(mail.outbox[-1].to) == 1
    page.get_by_label("6 digits").fill(newest_code())
    press(page, "Confirm")
    # A second lock is offered, once.
    follow(page, "Not now")


def begin(page: Page) -> str:
    """Come for the first time and begin. Gives the link for the other."""
    page.goto("/")
    follow(page, "Create an account")
    create_an_account(page, "Ada Quill")
    follow(page, "Begin a journal")
    page.get_by_label("patient").check()
    press(page, "Begin")
    press(page, "Show a link")
    link = page.locator(".link-in-type")
    expect(link).to_be_visible()
    expect(page.get_by_role("img", name="The link below")).to_be_visible()
    return link.inner_text()


def agree(page: Page, link: str) -> None:
    """Open the link and say yes, with no account yet."""
    page.goto(link)
    expect(page.get_by_role("heading", name="Ada Quill invites you")).to_be_visible()
    press(page, "I agree")
    create_an_account(page, "Ben Ravn")
    press(page, "Take your place")
    expect(page.get_by_role("heading", name="Ada Quill and Ben Ravn")).to_be_visible()


def share(page: Page, words: str, other: str) -> None:
    page.get_by_role("textbox").first.fill(words)
    press(page, f"Share with {other}")
    expect(page.get_by_role("status").filter(has_text=f"Shared with {other}.")).to_be_visible()
    expect(page.locator(".words").filter(has_text=words)).to_be_visible()


def write(page: Page, words: str, other: str, kind: str) -> None:
    follow(page, "Write something")
    page.get_by_label(kind).check()
    share(page, words, other)


def walk(ada: Page, ben: Page) -> None:
    link = begin(ada)
    agree(ben, link)
    record = ben.url

    follow(ada, "Go to the journal")
    write(ada, "I would rather walk than ride.", "Ben", "what matters to me")
    expect(ada.get_by_text("Ben has not read this yet")).to_be_visible()
    write(ben, "I like to sit down before I say anything.", "Ada", "how I’d like my care to be")
    ada.goto(record)
    expect(ada.get_by_text("Ben has not read this yet")).to_have_count(0)
    ben.goto(record)
    expect(ben.get_by_text("Both have read this")).to_have_count(2)

    follow_in(ben, "I would rather walk", "Answer")
    share(ben, "Where would you walk to?", "Ada")
    ada.goto(record)
    follow_in(ada, "I like to sit down", "More")
    follow(ada, "That’s not how I’d put it")
    share(ada, "I remember that you stood.", "Ben")

    ada.goto(record)
    follow_in(ada, "I would rather walk", "More")
    follow(ada, "Put it differently")
    share(ada, "I would rather walk, slowly.", "Ben")
    expect(ada.locator("ins").filter(has_text="slowly")).to_be_visible()
    expect(ada.locator(".wording").filter(has_text="I would rather walk than ride.")).to_have_count(1)

    ben.goto(record)
    follow(ben, "Before we meet")
    expect(ben.locator("#matters")).to_contain_text("I would rather walk, slowly.")
    expect(ben.locator("#care")).to_contain_text("I like to sit down")
    follow(ben, "What happened here")
    for sentence in (
        "Ada began this journal",
        "Ben accepted the invitation",
        "Ada corrected",
        "Ben answered",
    ):
        expect(ben.get_by_role("listitem").filter(has_text=sentence).first).to_be_visible()

    follow(ben, "End this journal")
    press(ben, "End it")
    expect(ben.get_by_role("status").filter(has_text="This journal has ended")).to_be_visible()
    ada.goto(record)
    expect(ada.get_by_text("This journal has ended")).to_be_visible()
    expect(ada.get_by_role("link", name="Write something")).to_have_count(0)
    expect(ada.locator(".words").filter(has_text="I would rather walk, slowly.")).to_be_visible()


def follow_in(page: Page, words: str, link: str) -> None:
    """Follow a link that belongs to these words."""
    page.get_by_role("article").filter(has_text=words).get_by_role("link", name=link, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_people_begin_write_answer_correct_read_and_end(sit: Sit, javascript: bool) -> None:
    walk(sit(width=PHONE, javascript=javascript), sit(width=DESK, javascript=javascript))
    relationship = Relationship.objects.get()
    verbs = [event.verb for event in relationship.events.order_by("number") if event.verb != "opened"]
    assert verbs == [
        "began",
        "invited",
        "accepted",
        "wrote",
        "wrote",
        "answered",
        "answered",
        "corrected",
        "ended",
    ]
    assert first_fault(relationship) is None
    assert not relationship.drafts.exists()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until this is what has the focus."""
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "() => { const one = document.activeElement;"
            " return (one.labels?.[0] ?? one).innerText.trim().replace(/\\s+/g, ' '); }"
        )
        if label == name:
            return
        seen.append(label)
    raise AssertionError(f"Tab does not lead to {name!r}, only to {seen}")


def test_somebody_writes_and_shares_with_a_keyboard_alone(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/", width=DESK)
    tab_to(page, "Write something")
    page.keyboard.press("Enter")
    # The box has the focus already: one only has to type.
    expect(page.get_by_role("textbox").first).to_be_focused()
    page.keyboard.type("Typed, and never clicked.")
    tab_to(page, "Share with Wren")
    page.keyboard.press("Enter")
    expect(page.locator(".words").filter(has_text="Typed, and never clicked.")).to_be_visible()
    assert world.relationship.entries.filter(text="Typed, and never clicked.").count() == 1


def test_ctrl_and_enter_share_from_within_the_box(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/write/")
    page.keyboard.type("Said in one breath.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"#entry-"))
    assert world.relationship.entries.filter(text="Said in one breath.").count() == 1


def test_the_way_to_the_page_can_be_skipped(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Write something")).to_be_focused()


def test_what_is_wrong_has_the_focus(sit: Sit, world: World) -> None:
    page = sit(world.isko, f"/r/{world.relationship.pk}/write/")
    press(page, "Share with Wren")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_role("textbox").first).to_be_focused()
