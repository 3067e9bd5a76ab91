"""What a browser fetches: one stylesheet in layers, fonts that are found, and a first visit that is small."""

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client

from tests.relationships.views.shown import shown

pytestmark = pytest.mark.looks

LAYERS = ["tokens", "reset", "base", "layout", "components", "areas", "print"]
# The sixth is what warns before a session ends (session-keeper.js), on each page behind the log-in.
MOST_REQUESTS, MOST_BYTES = 7, 48_000


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    return tmp_path_factory.mktemp("static")


@pytest.fixture
def storage(settings, collected):
    """The files as production serves them."""
    settings.STATIC_ROOT = collected
    settings.STORAGES = {"staticfiles": {"BACKEND": "config.staticfiles.OneSheetStorage"}}
    if not (collected / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    return storages["staticfiles"]


@pytest.fixture
def sheet(storage):
    with storage.open(storage.stored_name("css/index.css")) as file:
        return file.read().decode()


@pytest.fixture
def source():
    return Path(str(finders.find("css/index.css"))).parent


def test_the_stylesheet_is_one_file_with_every_layer_in_its_order(sheet):
    assert "@import" not in sheet
    assert re.findall(r"@layer ([\w, ]+);", sheet) == [", ".join(LAYERS)]
    opened = re.findall(r"@layer (\w+) \{", sheet)
    assert [name for index, name in enumerate(opened) if name not in opened[:index]] == LAYERS
    assert sheet.count("{") == sheet.count("}")


def test_nothing_of_any_part_is_missing(sheet, source):
    parts = re.findall(r'@import url\("([^"]+)"\)', (source / "index.css").read_text())
    assert {part.name for part in source.rglob("*.css")} == {"index.css"} | {
        part.split("/")[-1] for part in parts
    }
    for part in parts:
        lines = [line for line in (source / part).read_text().splitlines() if "url(" not in line]
        assert [line for line in lines if line not in sheet] == [], part


def test_every_address_in_it_is_a_file_that_is_there(sheet, storage, collected):
    addresses = re.findall(r'url\("?([^")]+)"?\)', sheet)
    fonts = [address for address in addresses if ".woff2" in address]
    assert len(fonts) >= 2
    for address in addresses:
        if not address.startswith("data:"):
            file = (collected / "css" / address).resolve()
            assert file.is_file(), address
            assert re.search(r"\.[0-9a-f]{12}\.", file.name), f"{address} could not be kept for ever"


def test_every_file_a_page_names_is_there_under_a_name_that_changes_with_it(storage, collected, me):
    for page in ("", "write/", "brief/"):
        for address in fetched(me.get(page)):
            assert (collected / address).is_file()
            assert re.search(r"\.[0-9a-f]{12}\.", address)


def fetched(answer):
    """The files that a page names, by their place among the collected."""
    page = shown(answer)
    files = [one.attrs["href"] for one in page.all("link", rel="stylesheet")]
    files += [one.attrs["src"] for one in page.all("script")]
    return [file.removeprefix("/static/") for file in files]


def weight(content):
    return len(brotli.compress(content))


@pytest.mark.parametrize("page", ["login", "", "write/", "brief/"])
def test_a_first_visit_is_few_requests_and_few_bytes(storage, collected, sheet, me, them, page):
    for number in range(5):
        them.write(f"A few words about the day, number {number}. " * 8, kind="value")
    answer = Client().get("/accounts/login/") if page == "login" else me.get(page)
    files = fetched(answer)
    font = next(
        (collected / "css" / address).resolve()
        for address in re.findall(r'url\("?([^")]+)"?\)', sheet)
        if "woff2" in address and "italic" not in address
    )
    sizes = [weight(answer.content), len(font.read_bytes())]
    sizes += [weight((collected / file).read_bytes()) for file in files]
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES, sizes


def test_each_file_stands_beside_its_compressed_self(storage, collected):
    name = storage.stored_name("css/index.css")
    plain = (collected / name).read_bytes()
    assert brotli.decompress((collected / f"{name}.br").read_bytes()) == plain
