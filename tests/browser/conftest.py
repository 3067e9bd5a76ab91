"""A real Chromium, and people who each sit at a browser of their own.

Whatever a test does, no page may complain: an error in the console, a script that fails or a broken content
security policy fails the test that opened the page.
"""

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Playwright keeps an event loop in this thread, and Django would take every query of a test for one inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import FileResponse, HttpRequest, HttpResponse
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from tests.browser.world import World, made
from tests.cast import signed_in
from tests.kept import copy_of, put_back

HERE = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = 390, 1280
TALL = {PHONE: 844, DESK: 800}

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def _threads_of_their_own(
    # First: Django finds other connections in a thread as soon as an event loop runs there.
    playwright: Playwright,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: Any,
) -> Iterator[None]:
    """A database in which each request has a connection to itself, as it has in production.

    The server would share this thread's connection to a database in memory, and two requests at once would
    be one transaction. So for these tests that database is a file.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "sqlite" or not here.is_in_memory_db():
        yield
        return
    file = tmp_path_factory.mktemp("browser") / "alongside.sqlite3"
    with django_db_blocker.unblock(), here.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    in_memory = connections.settings[DEFAULT_DB_ALIAS]
    # Nothing here has to survive a power cut.
    hasty = in_memory["OPTIONS"]["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    on_file = {"NAME": str(file), "OPTIONS": in_memory["OPTIONS"] | {"init_command": hasty}}
    connections.settings[DEFAULT_DB_ALIAS] = in_memory | on_file
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    yield
    with django_db_blocker.unblock():
        connections[DEFAULT_DB_ALIAS].close()
    connections.settings[DEFAULT_DB_ALIAS] = in_memory
    connections[DEFAULT_DB_ALIAS] = here


class _StaysFresh(StaticFilesHandler):
    """Styles and scripts that a browser keeps, as it keeps those of production."""

    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        response = super().serve(request)
        response["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture(scope="package")
def live_server(_threads_of_their_own: None) -> Iterator[LiveServer]:
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = _StaysFresh
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture(scope="package")
def windowless(playwright: Playwright) -> Iterator[Browser]:
    """The same Chromium without what is around a page: it shows a page in a third of the time."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with playwright.chromium.launch(executable_path=program, args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture(scope="package")
def made_once() -> dict[str, Any]:
    """The world as it was made for the first test that is in it."""
    return {}


@pytest.fixture
def world(transactional_db: None, made_once: dict[str, Any]) -> World:
    """A year of Wren and Isko, and whatever else there is a page for."""
    here = connections[DEFAULT_DB_ALIAS]
    if not made_once:
        made_once |= {"world": pickle.dumps(made()), "rows": copy_of(here)}
    put_back(here, made_once["rows"])
    world: World = pickle.loads(made_once["world"])  # noqa: S301  Our own, of a moment ago.
    return world


def seat_at(context: BrowserContext, address: str, someone: Any) -> None:
    """Log somebody in at a browser, without the pages for it."""
    key = signed_in(someone).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])


def _is_only_what_was_asked_for(message: ConsoleMessage) -> bool:
    """What Chromium and htmx say themselves when a page was refused on purpose or the network is away."""
    text = message.text
    refused = text.startswith("Failed to load resource: the server responded with a status of 4")
    away = "ERR_INTERNET_DISCONNECTED" in text or text.startswith(("htmx:sendError", "htmx:afterRequest"))
    return (refused and "/static/" not in message.location["url"]) or away


Sit = Callable[..., Page]


@pytest.fixture
def sit(request: pytest.FixtureRequest, live_server: LiveServer) -> Iterator[Sit]:
    """`sit(someone, path)`: somebody's own browser, open at that page.

    Without a window where nothing but the page can matter: in a file marked `windowless`, and without JavaScript.
    """
    is_windowless = request.node.get_closest_marker("windowless") is not None
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_only_what_was_asked_for(message):
            complaints.append(f"{message.page and message.page.url}: {message.text}")

    def sit(someone: Any = None, path: str = "", *, width: int = PHONE, javascript: bool = True) -> Page:
        browser = "windowless" if is_windowless or not javascript else "chromium"
        context = request.getfixturevalue(browser).new_context(
            viewport={"width": width, "height": TALL[width]},
            base_url=live_server.url,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        context.on("console", heard)
        context.on(
            "weberror", lambda error: complaints.append(f"{error.page and error.page.url}: {error.error}")
        )
        contexts.append(context)
        if someone is not None:
            seat_at(context, live_server.url, someone)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield sit
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)
