"""What a browser fetches: one stylesheet in layers, fonts that are found, and a first visit that is small."""

import gzip
import random
import re
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from tests.config.test_compressed import BROWSER
from tests.drill import HERE
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


# --- The first visit to the record -----------------------------------------------------------------------


@dataclass
class Face:
    """A file of a font, and the letters for which a browser fetches it."""

    file: Path
    letters: list[range]

    @classmethod
    def all(cls, sheet, collected):
        for face in re.findall(r"@font-face \{(.*?)\}", sheet, re.S):
            address = re.search(r'url\("?([^")]+)"?\)', face)[1]
            spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
            letters = [range(int(first, 16), int(last or first, 16) + 1) for first, last in spans]
            yield cls((collected / "css" / address).resolve(), letters)

    def has_one_of(self, text):
        return any(ord(letter) in some for some in self.letters for letter in set(text))


def on_the_wire(file):
    """The bytes of a file as a browser gets it: the smallest that lies there."""
    return min(len(one.read_bytes()) for one in file.parent.glob(f"{file.name}*"))


def first_visit(answer, sheet, collected):
    """What a browser fetches, with its bytes on the wire: the page, and all that the page and its stylesheet ask for.

    An italic counts wherever a letter of it stands, as if all of the page were set in it.
    """
    page = shown(answer_as_read(answer))
    files = [collected / name for name in fetched(answer_as_read(answer))]
    files += [collected / one.attrs["href"].removeprefix("/static/") for one in page.all("link", rel="icon")]
    files += [face.file for face in Face.all(sheet, collected) if face.has_one_of(page.text)]
    head = sum(len(f"{name}: {value}\r\n") for name, value in answer.items())
    return {"page": len(answer.content) + head} | {file.name: on_the_wire(file) + head for file in files}


def answer_as_read(answer):
    return HttpResponse(gzip.decompress(answer.content))


WORDS = re.findall(r"[a-z]{2,}", "".join(one.read_text() for one in sorted((HERE / "docs").glob("*.md"))))


def say(chair, number, chance):
    """A few sentences of words that repeat no more than words do."""
    sentences = (
        " ".join(chance.choices(WORDS, k=chance.randint(5, 16))) for _ in range(chance.randint(3, 11))
    )
    return chair.write(". ".join(sentences), kind=["value", "conversation", "life_context", ""][number % 4])


def test_a_first_visit_to_a_record_of_a_hundred_is_sixty_kilobytes_in_six_requests(
    storage, collected, sheet, me, them
):
    chance = random.Random(4)
    for number in range(50):
        said = say(me, number, chance)
        say(them, number + 1, chance)
        if number % 10 == 5:
            them.answer(said, kind="reflection", text="You mean the river, and what I asked you.")
    answer = me.client.get(me.address, headers=BROWSER)
    fetched_then = first_visit(answer, sheet, collected)
    assert len(answer_as_read(answer).content) > 44_000, "It is shorter than records are."
    assert len(fetched_then) <= 6, fetched_then
    assert sum(fetched_then.values()) <= 60 * 1024, fetched_then


def test_a_letter_of_another_language_is_one_file_more_for_each_style(storage, collected, sheet):
    faces = list(Face.all(sheet, collected))
    assert len(faces) == 4
    for text, count in (
        ("Wren said: “the river” – äöü ÄÖÜ ß é … · »so«", 2),
        ("å", 2),
        ("Håkon", 4),
        ("Яна", 0),
    ):
        assert sum(face.has_one_of(text) for face in faces) == count, text
    for one, other in ((0, 1), (2, 3)):
        both = [code for some in faces[one].letters for code in some]
        assert not any(code in some for code in both for some in faces[other].letters)


def test_each_file_stands_beside_its_compressed_self(storage, collected):
    name = storage.stored_name("css/index.css")
    plain = (collected / name).read_bytes()
    assert brotli.decompress((collected / f"{name}.br").read_bytes()) == plain
