"""Every page and verb that is measured, and how many rows its floor has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from accounts import calendar_address
from config import urls
from relationships import noticing, reminding, verification
from relationships.models import Entry, Relationship
from tests.benchmark.filling import Measured
from tests.benchmark.floor import MIDDLEWARE, Floor, Size
from tests.cast import prove

ENTRY, LINE, JOURNAL, MEETING = b'id="entry-', b"<li", b'class="title"', b"BEGIN:VEVENT"
EXCERPT, ANSWER = b'class="excerpt', b'class="level'
"""What stands once for each row of a page."""


USUAL_ROWS, USUAL_BYTES = 30, 32 * 1024
"""The floor of what is not a page: that of a page of a record."""


@dataclass
class Case:
    name: str
    run: Callable[[], Any]
    rows: bytes | int = 0
    """Of its floor: so many, or as many as this stands in its HTML."""
    undone: bool = False
    """Whether each run is taken back, so that the next one is the first again."""
    is_whole: bool = False
    """Whether it goes through all of a record."""
    is_of_everybody: bool = False
    """Whether it looks at what is new anywhere, so that there is more where others have lately written more."""
    floor: Callable[[], Any] | None = None

    def once(self) -> Any:
        if not self.undone:
            return self.run()
        with taken_back():
            return self.run()


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def visitor(person: Any, middleware: list[str] | None = None) -> Client:
    """A browser at which this person has logged in just now."""
    client = Client()
    client.force_login(person)
    prove(client, person)
    if middleware is not None:
        ours, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
        client.handler.load_middleware()
        settings.MIDDLEWARE = ours
    return client


class Addresses:
    """The address book, and the floor's."""

    urlpatterns = [path("floor/<str:name>/", Floor.show), *urls.urlpatterns]
    handler404 = urls.handler404


def page(client: Client, address: str) -> Callable[[], Any]:
    def get() -> Any:
        answer = client.get(address, secure=True)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer

    return get


def cases(measured: Measured) -> list[Case]:
    """All of them, each with a floor of its own size."""
    Floor.relationship = measured.long.pk
    plain = visitor(measured.clinician, MIDDLEWARE)
    found = [*_pages(measured), *_verbs(measured), *_by_the_minute(), *_whole_records(measured)]
    for case in found:
        on_a_floor(case, plain)
    return found


def _pages(measured: Measured) -> Iterator[Case]:
    reader, patient = visitor(measured.clinician), visitor(measured.patient)
    long, hundred = f"/r/{measured.long.pk}/", f"/r/{measured.hundred.pk}/"
    middle = measured.long.entries.order_by("number")[2500].number
    consult = {
        name: f"{long}consult/{key}/"
        for name, key in (("coming", measured.coming), ("met", measured.answered))
    }
    calendar = calendar_address.token_of(measured.clinician)
    for name, address, rows in (
        ("record, newest, of 100", hundred, ENTRY),
        ("record, newest, of 5,000", long, ENTRY),
        ("record, deep", f"{long}?before={middle}", ENTRY),
        ("record, by kind", f"{long}?kind=life_context", ENTRY),
        ("record, promises", f"{long}?kind=promise", ENTRY),
        ("record, by person", f"{long}?by=two", ENTRY),
        ("before we meet, of 100", f"{hundred}brief/", EXCERPT),
        ("before we meet, of 5,000", f"{long}brief/", EXCERPT),
        ("before we meet, as text", f"{long}brief/text/", 20),
        ("home, 401 journals", "/", JOURNAL),
        ("today", "/today/", LINE),
        ("what happened here", f"{long}event/", LINE),
        ("appointments, 100", f"{long}consult/", LINE),
        ("one consult", consult["coming"], 5),
        ("in the room", f"{consult['coming']}room/", 5),
        ("four questions, answered", f"{consult['met']}questions/", ANSWER),
        ("four questions, over time", f"{long}consult/over-time/", 100),
        ("values, 400", f"/r/{measured.values.pk}/values/", ENTRY),
        ("entry with 200 answers", f"{long}entry/{measured.thread}/", ENTRY),
        ("write", f"{long}write/", 1),
        ("how we work together", f"{long}working/", ENTRY),
        ("who we are", f"{long}portrait/", 2),
        ("who somebody is", f"{long}portrait/one/", ENTRY),
        ("calendar feed", f"/calendar/{calendar}.ics", MEETING),
    ):
        yield Case(name, page(reader, address), rows)
    yield Case("home, 1 journal", page(patient, "/"), JOURNAL)
    yield Case("record, first look at 30 new", page(reader, f"/r/{measured.fresh.pk}/"), ENTRY, undone=True)


def _verbs(measured: Measured) -> Iterator[Case]:
    record: Relationship = measured.written_in
    me, them = record.seat_of(measured.clinician), record.seats[0]
    entry = record.entries.filter(author=them, about=None, kind="conversation").first()
    text = Entry.objects.filter(relationship=measured.long, kind="conversation").first().text
    yield Case("sharing an entry", lambda: record.write(by=me, text=text, kind="value"))
    yield Case("answering", lambda: record.answer(entry, by=me, text=text))


def _by_the_minute() -> Iterator[Case]:
    yield Case("by the minute: notices", noticing.notice_lately, undone=True, is_of_everybody=True)
    yield Case("by the minute: reminders", reminding.remind, undone=True)


def _whole_records(measured: Measured) -> Iterator[Case]:
    reader = visitor(measured.clinician)

    def copy() -> None:
        prove(reader, measured.clinician)  # A proof is young for five minutes only, and a run is longer.
        answer = reader.post(f"/r/{measured.long.pk}/export/", secure=True)
        assert answer.status_code == 200, (answer.status_code, answer.headers)
        for _ in answer.streaming_content:
            pass

    yield Case("a copy of 5,000", copy, undone=True, is_whole=True)
    for name, record, pages in (
        ("recounting the chain of 5,000", measured.long, False),
        ("recounting 100, and their pages", measured.hundred, True),
    ):
        yield Case(name, partial(_no_fault, record, pages=pages), is_whole=True)


def _no_fault(record: Relationship, *, pages: bool) -> None:
    fault = verification.first_fault(record, pages=pages)
    assert fault is None, fault


def on_a_floor(case: Case, plain: Client) -> None:
    """Give it a floor of as many rows and bytes as it has itself."""
    answer = case.once()
    body = answer.content if isinstance(answer, HttpResponse) else b""
    rows = case.rows if isinstance(case.rows, int) else max(1, body.count(case.rows))
    size = len(body)
    if not body:
        rows, size = USUAL_ROWS, USUAL_BYTES
    name = str(len(Floor.sizes))
    case.floor = page(plain, f"/floor/{name}/")
    cut = 10**6
    for _ in range(40):
        # Where the rows alone are more bytes than the page, less is shown of each.
        Floor.sizes[name] = Size(rows, cut, "")
        over = len(case.floor().content) - size
        if over <= 0 or cut == 0:
            break
        cut = max(0, min(cut, 2000) - max(1, over // rows))
    Floor.sizes[name] = Size(rows, cut, "x" * max(0, -over))
