"""`python -m tests.browser.pictures`: takes the pictures of the README anew, into docs/pictures/.

The application runs on a temporary database with the demonstration relationship in it, and on the settings of
the tests; nothing of it is left behind. Needs Chromium, and no network.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    "DATABASE_URL": "sqlite://:memory:",
}

import django
from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment

django.setup()

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, sync_playwright  # noqa: E402
from pytest_django.live_server_helper import LiveServer  # noqa: E402

from relationships.demo import tell_the_story  # noqa: E402
from relationships.models import Relationship  # noqa: E402
from tests.browser.conftest import ARGUMENTS, DESK, PHONE, seat_at  # noqa: E402

DIRECTORY = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 150 * 1024

PICTURES: list[tuple[str, str, int, int, Any]] = [
    ("record-wide", "", DESK, 1000, "light"),
    ("record-phone-dark", "", PHONE, 844, "dark"),
    ("write-phone", "write/", PHONE, 844, "light"),
    ("brief-wide", "brief/", DESK, 600, "light"),
    ("understanding-phone", "entry/{understood}/", PHONE, 844, "light"),
    ("two-views-wide", "entry/{seen}/difference/", DESK, 420, "light"),
    ("values-wide", "values/", DESK, 900, "light"),
    ("philosophy-phone-dark", "philosophy/", PHONE, 844, "dark"),
    ("portraits-wide", "portrait/", DESK, 620, "light"),
    ("portrait-phone", "portrait/one/", PHONE, 844, "light"),
    ("working-wide", "working/", DESK, 900, "dark"),
]
"""Name, page of the record, width and height in pixels, colour scheme."""


def addresses(record: Relationship) -> dict[str, Any]:
    """The entries that a page of `PICTURES` is about: one that was understood, and one that is seen differently."""
    said = record.entries.order_by("number")
    yes = said.filter(kind="acknowledgement", answers__understood__level="yes").exclude(text="")
    return {
        "understood": yes.first().about.about_id,
        "seen": said.filter(kind="difference").first().about_id,
    }


@contextmanager
def a_copy_of_the_app() -> Iterator[str]:
    """The application, served from a database that is gone afterwards. Gives its address."""
    setup_test_environment()
    with tempfile.TemporaryDirectory(prefix="alongside-pictures-") as directory:
        connection.settings_dict["TEST"]["NAME"] = str(Path(directory, "alongside.sqlite3"))
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        server = LiveServer("localhost")
        try:
            yield server.url
        finally:
            server.stop()
            connection.creation.destroy_test_db(name, verbosity=0)
            teardown_test_environment()


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def take(context: BrowserContext, path: str, to: Path) -> None:
    page = context.new_page()
    page.goto(path)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=to)
    context.close()
    # A page has few colours: with a palette of them it is a third as large.
    with Image.open(to) as taken:
        few = taken.convert("RGB").quantize(160, dither=Image.Dither.NONE)
    few.save(to, optimize=True)
    if to.stat().st_size > LARGEST:
        raise ValueError(f"{to.name} is larger than {LARGEST // 1024} KB.")


def main() -> None:
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with a_copy_of_the_app() as address, a_browser() as browser:
        record = tell_the_story()
        someone = record.seats[0].person
        for name, page, width, height, scheme in PICTURES:
            to = DIRECTORY / f"{name}.png"
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                base_url=address,
                locale="en-GB",
            )
            seat_at(context, address, someone)
            take(context, f"/r/{record.pk}/{page.format(**addresses(record))}", to)
            print(f"{to.name}: {to.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
