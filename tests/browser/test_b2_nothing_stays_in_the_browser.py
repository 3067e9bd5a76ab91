"""B2. Nothing of a journal stays in a browser: not in its storage, not behind "Back", not on the disk of the machine.

Row B2 of the trust plan, in a real Chromium with a profile of its own, which is searched afterwards byte by byte.
What is searched for and how is shown to find something where there is something to find.
"""

import contextlib
import gzip
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ARGUMENTS
from tests.browser.test_drafts import STORED
from tests.cast import CANARY, PASSWORD, pair, person, signed_in
from tests.relationships.views.shown import links, shown

pytestmark = pytest.mark.looks

TYPED = "heron-4c1d"
"""What is typed into a box, and perhaps never shared."""
PAGES = ("", "write/", "brief/", "event/", "portrait/one/", "values/", "entry/{entry}/")
FORGET = '"cache", "storage"'


@pytest.fixture
def two(transactional_db: None) -> Any:
    two = pair(person("Wren Halloway", called="Wren"), person("Isko Marchetti-Oduya", called="Isko"))
    for seat in (two.patient, two.clinician):
        two.relationship.write(by=seat, text=f"A word, {CANARY}.", kind="value")
        two.relationship.write(by=seat, text=f"Somebody who {CANARY}.", kind="portrait", door="people")
    return two


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def browser(chromium: Browser, profile: Path, live_server: Any) -> Iterator[BrowserContext]:
    """Another Chromium, with a disk of its own to write to."""
    context = chromium.browser_type.launch_persistent_context(
        profile,
        executable_path=shutil.which("chromium"),
        args=ARGUMENTS,
        base_url=live_server.url,
        viewport={"width": 390, "height": 844},
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


def log_in(page: Page, someone: Any) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(someone.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Others use it too").check()
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Your journals")).to_be_visible()


def read_all_of_it(page: Page, two: Any) -> None:
    entry = two.relationship.entries.order_by("number").first().pk
    for path in PAGES:
        page.goto(f"/r/{two.relationship.pk}/{path.format(entry=entry)}")
    expect(page.get_by_text(CANARY).first).to_be_visible()
    page.goto(f"/r/{two.relationship.pk}/write/")
    page.locator("textarea[name=text]").fill(f"Half a line, {TYPED}.")
    expect(page.locator(".draft-state")).to_have_text("Draft saved. Only you can see it.")


def files_with(profile: Path, word: str) -> list[str]:
    """The files of the profile in which a word stands: as it is, in two bytes a letter, or squeezed."""
    found = []
    for path in profile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            held = path.read_bytes()
            if any(
                needle in form
                for form in _forms(held)
                for needle in (word.encode(), word.encode("utf-16-le"))
            ):
                found.append(str(path.relative_to(profile)))
    return found


def _forms(held: bytes) -> Iterator[bytes]:
    yield held
    at = held.find(b"\x1f\x8b\x08")
    while at >= 0:
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(wbits=31).decompress(held[at:])
        at = held.find(b"\x1f\x8b\x08", at + 1)


@pytest.mark.parametrize(
    ("seat", "way"),
    [
        ("patient", "Leave now"),
        ("clinician", "Log out"),
        pytest.param("patient", "Log out", marks=pytest.mark.long),
        pytest.param("clinician", "Leave now", marks=pytest.mark.long),
    ],
)
def test_after_a_log_out_nothing_of_it_is_left(
    browser: BrowserContext, profile: Path, two: Any, seat: str, way: str
) -> None:
    someone = getattr(two, seat).person
    someone.leaves_quickly = way == "Leave now"
    someone.save()
    page = browser.pages[0]
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(status=200, body="Sunny"))
    log_in(page, someone)
    read_all_of_it(page, two)
    stored = page.evaluate(STORED)
    assert TYPED not in str(stored)
    assert CANARY not in str(stored)
    page.get_by_role("button", name=way, exact=True).click()
    page.wait_for_url(lambda address: "/r/" not in address)
    for _ in range(4):
        page.go_back()
        page.wait_for_load_state()
        assert CANARY not in page.content()
        assert TYPED not in page.content()
    page.goto("/about/")
    assert page.evaluate(STORED) == []
    browser.close()
    assert files_with(profile, CANARY) == []
    assert files_with(profile, TYPED) == []


def test_what_was_left_would_be_found(browser: BrowserContext, profile: Path, two: Any) -> None:
    """In each kind of storage that is looked at, and on the disk."""
    page = browser.pages[0]
    page.goto("/about/")
    page.evaluate(
        """async (word) => {
            localStorage.setItem("local", word);
            sessionStorage.setItem("session", word);
            await (await caches.open(word)).put("/kept", new Response(word));
            await new Promise((done) => {
                const asked = indexedDB.open(word);
                asked.onupgradeneeded = () => asked.result.createObjectStore("words").put(word, 1);
                asked.onsuccess = () => { asked.result.close(); done(); };
            });
        }""",
        CANARY,
    )
    assert str(page.evaluate(STORED)).count(CANARY) == 4
    # A page that may be kept is kept: the browser's cache is on the disk, and read.
    page.goto("/static/css/base.css")
    browser.close()
    assert any("Local Storage" in one for one in files_with(profile, CANARY))
    assert any("IndexedDB" in one for one in files_with(profile, CANARY))
    assert any("CacheStorage" in one for one in files_with(profile, CANARY))
    assert any("Cache" in one for one in files_with(profile, "scroll-padding-block"))


def test_a_word_that_is_squeezed_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"head" + gzip.compress(CANARY.encode() * 40) + b"tail")
    (tmp_path / "two").write_bytes(CANARY.encode("utf-16-le"))
    (tmp_path / "none").write_bytes(b"\x1f\x8b\x08 nothing")
    assert sorted(files_with(tmp_path, CANARY)) == ["one", "two"]


# --- What every answer says -------------------------------------------------------------------------------


def every_answer(client: Client, start: list[str]) -> Iterator[tuple[str, Any]]:
    """The answers at every address that a page leads to, from these on, without logging out."""
    seen, waiting = set(), start
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/static/", "/accounts/logout")) or "?day=" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        yield address, answer
        if answer["Content-Type"].startswith("text/html") and answer.status_code == 200:
            waiting += [link.partition("#")[0] for link in links(shown(answer)) if link.startswith("/")]


@pytest.mark.parametrize("seat", ["patient", "clinician"])
def test_every_answer_to_somebody_logged_in_says_not_to_keep_it(two: Any, seat: str) -> None:
    client = signed_in(getattr(two, seat).person)
    record = f"/r/{two.relationship.pk}/"
    start = ["/", record, "/me/settings/", "/me/session/", "/no/such/page/", f"{record}draft/", "/help/"]
    answers = list(every_answer(client, start))
    assert len(answers) > 40
    kept = [
        address
        for address, answer in answers
        if not {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    ]
    assert kept == []
    # Or the browser writes what is typed there to its disk, to put it back after a crash.
    boxes = [
        (address, form.attrs.get("autocomplete"))
        for address, answer in answers
        if answer["Content-Type"].startswith("text/html")
        for form in shown(answer).all("form")
        if form.all("textarea")
    ]
    assert len(boxes) > 10
    assert [address for address, said in boxes if said != "off"] == []
    for path in (f"{record}write/", "/me/settings/", "/me/session/"):
        assert "no-store" in client.post(path, {"text": ""})["Cache-Control"]


@pytest.mark.parametrize("way", ["/accounts/logout/", "/me/leaving/"])
def test_a_log_out_tells_the_browser_to_forget(two: Any, way: str) -> None:
    client = signed_in(two.patient.person)
    assert "Clear-Site-Data" not in client.get("/").headers
    assert client.post(way)["Clear-Site-Data"] == FORGET
