"""Two people before, in and after an appointment: plan, hope, arrive, brief, meet, two accounts, promise, four
answers, promise kept. The same walk with JavaScript and without it.
"""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from relationships.verification import first_fault
from tests.browser.conftest import DESK, PHONE, Sit
from tests.browser.test_journey import follow, press
from tests.cast import CANARY, Pair, pair, person

SOON = dt.timedelta(minutes=40)
"""Far enough ahead to be planned, and near enough to be met."""


@pytest.fixture
def two(transactional_db: None) -> Pair:
    wren = person("Wren Halloway", called="Wren", pronouns="she/her", time_zone="Europe/London")
    isko = person("Isko Marchetti-Oduya", called="Isko", time_zone="Europe/Lisbon")
    pair_ = pair(wren, isko)
    pair_.relationship.write(by=pair_.patient, text="To be able to walk to the river.", kind="value")
    return pair_


def plan(page: Page, someone: Any) -> None:
    """Plan it for today, by one's own clock."""
    when = timezone.now().astimezone(someone.zone) + SOON
    follow(page, "Appointments")
    follow(page, "Plan an appointment")
    page.get_by_label("Day", exact=True).fill(f"{when:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{when:%H:%M}")
    page.get_by_label("How many minutes").fill("20")
    page.get_by_label("by video").check()
    press(page, "Plan it")
    expect(page.get_by_role("link", name="Move it")).to_be_visible()


def share(page: Page, words: str, other: str) -> None:
    page.get_by_role("textbox").first.fill(words)
    press(page, f"Share with {other}")
    expect(page.get_by_role("status").filter(has_text=f"Shared with {other}.")).to_be_visible()


def hope(page: Page, words: str, other: str) -> None:
    """The first of the two questions; the second is left out."""
    follow(page, "Say what you hope for")
    share(page, words, other)
    expect(page.get_by_role("heading", name="Is there something we must not leave out?")).to_be_visible()
    follow(page, "Skip")
    expect(page.get_by_role("link", name="Move it")).to_be_visible()


def choose(page: Page, question: str, level: str, words: str = "") -> None:
    asked = page.get_by_role("group", name=question)
    asked.get_by_label(level, exact=True).check()
    if words:
        asked.get_by_role("textbox").fill(words)


def walk(wren: Page, isko: Page, two: Pair) -> None:
    record = f"/r/{two.relationship.pk}/"
    wren.goto(record)
    plan(wren, two.patient.person)
    consult = wren.url

    # Before: what each hopes for, and how one of them arrives, for herself.
    hope(wren, "That we find a way back to the river.", "Isko")
    follow(wren, "How you arrive")
    wren.get_by_role("textbox").first.fill(f"Frightened, {CANARY}.")
    press(wren, "Keep it for myself")
    expect(wren.get_by_role("textbox").first).to_have_value(f"Frightened, {CANARY}.")
    isko.goto(consult)
    hope(isko, "That you leave with fewer questions.", "Wren")
    follow(isko, "How you arrive")
    share(isko, "Rested, and glad to see you.", "Wren")

    # Before we meet: the same for both, and nothing of what was kept.
    for page in (wren, isko):
        page.goto(record)
        page.get_by_role("link", name="Before we meet").first.click()
        for part, words in {
            "who": "she/her",
            "matters": "To be able to walk to the river.",
            "hopes": "That you leave with fewer questions.",
            "arrivals": "Rested, and glad to see you.",
        }.items():
            expect(page.locator(f"#{part}")).to_contain_text(words)
        assert CANARY not in page.content()

    # In the room: a hope ticked, something said, a promise made.
    isko.goto(f"{consult}room/")
    isko.locator(".hope").filter(has_text="back to the river").get_by_role("button").click()
    ticked = isko.locator(".hope").filter(has_text="back to the river")
    expect(ticked.get_by_text("talked about", exact=True)).to_be_visible()
    isko.get_by_label("Isko promises").fill("I find out which path has benches.")
    isko.get_by_label("By when").fill((timezone.localdate() + dt.timedelta(days=9)).isoformat())
    press(isko, "Promise it")
    expect(isko.locator("#promises")).to_contain_text("I find out which path has benches.")
    press(isko, "We have met")
    expect(isko.get_by_role("heading", name="How it was, as each of us saw it")).to_be_visible()

    # After: two accounts side by side, and four questions to both.
    isko.goto(f"{consult}account/")
    share(isko, "We laughed, and we drew a map.", "Wren")
    expect(isko.get_by_role("heading", name="How was it for you?")).to_be_visible()
    choose(isko, "I felt heard", "yes", f"You waited for me to finish, {CANARY}.")
    press(isko, "Keep my answers")
    expect(isko.get_by_text("Your answers stay private").first).to_be_visible()

    wren.goto(f"{consult}account/")
    share(wren, "I was heard before I had said it.", "Isko")
    for page in ("", "questions/"):
        wren.goto(consult + page)
        assert CANARY not in wren.content()
    choose(wren, "I felt heard", "mostly")
    choose(wren, "I know what happens next", "a little", "Not who calls whom.")
    press(wren, "Keep my answers")
    for page in (wren, isko):
        page.goto(f"{consult}questions/")
        expect(page.locator("main")).to_contain_text(f"You waited for me to finish, {CANARY}.")
        expect(page.locator("main")).to_contain_text("Not who calls whom.")
        page.goto(consult)
        accounts = page.locator("#accounts")
        expect(accounts).to_contain_text("We laughed, and we drew a map.")
        expect(accounts).to_contain_text("I was heard before I had said it.")

    # The promise: open where it is looked for, and then kept.
    isko.goto("/")
    expect(isko.locator("main")).to_contain_text("I find out which path has benches.")
    isko.goto(record)
    isko.get_by_role("article").filter(has_text="which path has benches").get_by_role(
        "link", name="It is kept", exact=True
    ).click()
    press(isko, "Share with Wren")
    expect(isko.get_by_role("status").filter(has_text="Shared with Wren.")).to_be_visible()
    wren.goto(record)
    expect(
        wren.get_by_role("article").filter(has_text="which path has benches").get_by_text("this is kept")
    ).to_be_visible()
    isko.goto("/")
    expect(isko.locator("main")).not_to_contain_text("which path has benches")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_people_plan_hope_arrive_meet_tell_promise_and_answer(
    sit: Sit, two: Pair, javascript: bool
) -> None:
    wren = sit(two.patient.person, width=PHONE, javascript=javascript)
    isko = sit(two.clinician.person, width=DESK, javascript=javascript)
    walk(wren, isko, two)
    verbs = [event.verb for event in two.relationship.events.order_by("number") if event.verb != "opened"]
    assert verbs == [
        *("began", "invited", "accepted", "wrote", "planned"),
        *("wrote", "wrote", "wrote"),  # Two hopes and an arrival.
        *("closed", "wrote", "met"),  # In the room.
        *("wrote", "wrote", "wrote", "wrote"),  # An account and four answers of each.
        "closed",
    ]
    assert first_fault(two.relationship) is None
    assert two.patient.drafts.get().text == f"Frightened, {CANARY}."
