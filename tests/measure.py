"""`make measure`: what a page costs, beside a bare Django view of as many rows and bytes.

Everything is measured in one run, interleaved, in CPU time of this process, through the real middleware on
production's settings. The database, the collected files and the people are made for the run and are gone
after it: a temporary SQLite file, or where DATABASE_URL names a PostgreSQL a database of its own beside it.

    python -m tests.measure              the table
    python -m tests.measure --profile    and where the time of the record's page goes, function by function
"""

import argparse
import cProfile
import datetime as dt
import gzip
import io
import os
import pstats
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "testserver",
    "EMAIL_URL": "memorymail://",
    "LOG_LEVEL": "WARNING",
}
if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    os.environ["DATABASE_URL"] = "sqlite://:memory:"

import django
from django.conf import settings

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402

from config import urls  # noqa: E402
from relationships import chain, clock  # noqa: E402
from relationships.models import (  # noqa: E402
    Bearing,
    Entry,
    Event,
    Participant,
    Reading,
    Relationship,
    Rendering,
    Side,
    Verb,
)

# --- The floor ---------------------------------------------------------------------------------------

PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The floor</title></head>
<body><p>{{ request.user.name }}</p>
{% for entry in entries %}<article id="entry-{{ entry.pk }}">
<p><b>{{ entry.author.person.name }}</b> {{ entry.kind }}, {{ entry.written_at|date:"j F Y" }}</p>
<div>{{ entry.rendering.html|safe }}</div>
<p><a href="/r/{{ entry.relationship_id }}/entry/{{ entry.pk }}/">More</a></p>
</article>
{% endfor %}<p>{{ padding }}</p></body></html>
"""

DJANGOS_OWN = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What a new Django project has, so that what our own middleware costs is counted as ours."""


class Floor:
    """A page as plain as it can be: session, user, one keyset query, one template; as many rows and bytes."""

    rows = 0
    padding = ""
    relationship: Relationship

    @classmethod
    def show(cls, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            raise PermissionError
        entries = (
            Entry.objects.filter(relationship=cls.relationship, number__lt=2**31 - 1)
            .select_related("rendering", "author__person")
            .order_by("-number")[: cls.rows]
        )
        return HttpResponse(_plain().render({"entries": entries, "padding": cls.padding}, request))


@cache
def _plain() -> Any:
    return engines["django"].from_string(PLAIN)


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing but the middleware, the session and the user."""
    return HttpResponse(str(request.user.pk))


class Addresses:
    urlpatterns = [path("floor/", Floor.show), path("empty/", empty), *urls.urlpatterns]
    handler404 = urls.handler404


# --- The people and what they wrote --------------------------------------------------------------------

TEXTS = (
    "The stairs are the thing. I used to take them two at a time; now I stop at the turn and *look at the "
    "picture* there, as if I had always meant to. Nobody has noticed yet. My sister will.\n\nWhat I would "
    "like is to walk to the harbour again, **once a week**, and have somebody ask how it was.",
    "Slept six hours, which has not happened since the spring. I think it was the rain.",
    "We talked about what a good week looks like:\n\n- a morning without the telephone\n- soup\n- the choir, "
    "even if I only listen\n\nI said that I would rather know than be spared, and you wrote that down.",
    "I was surprised by how much you had thought about this. I had come with a list, and put it away.",
)
KINDS = ("conversation", "value", "life_context", "care_preference", "")


def somebody(name: str) -> Any:
    return get_user_model().objects.create_user(
        f"{secrets.token_hex(6)}@example.org", name=name, called=name[:4]
    )


def pair(one: Any, other: Any) -> tuple[Relationship, Participant, Participant]:
    relationship = Relationship.begin(by=one, side=Side.PATIENT)
    first = relationship.seat_of(one)
    return relationship, first, relationship.accept(relationship.invite(by=first), by=other)


def grow(relationship: Relationship, seats: list[Participant], count: int, *, unread: int = 0) -> None:
    """Add entries as the verbs would, a row each but many at a time; all but the newest `unread` were read.

    Of ten entries seven begin a thread, two answer and one corrects; the two take turns.
    """
    head = relationship.head()
    assert head is not None
    number, previous = head.number, head.digest
    began = clock.now() - dt.timedelta(days=400)
    shown = {text: Rendering.of(Entry(text=text)) for text in TEXTS}
    entries: list[Entry] = []
    renderings: list[Rendering] = []
    events: list[Event] = []
    readings: list[Reading] = []

    def note(verb: Verb, by: Participant, at: dt.datetime, read: list[Entry], **fields: Any) -> Event:
        nonlocal previous
        event = Event(relationship=relationship, number=number, actor=by, verb=verb, at=at, **fields)
        previous = event.digest = chain.digest(
            previous, event.act([str(one.pk) for one in read]), event.commitment
        )
        events.append(event)
        readings.extend(Reading(entry=one, event=event, relationship=relationship) for one in read)
        return event

    for index in range(count):
        number += 1
        by = seats[index % 2]
        at = began + dt.timedelta(days=390) * (index / count)
        entry = Entry(
            relationship=relationship,
            author=by,
            number=number,
            kind=KINDS[index % 5],
            text=TEXTS[index % 4],
            written_at=at,
            salt=chain.new_salt(),
        )
        entry.thread, verb = entry, Verb.WROTE
        if index % 10 in (3, 6):
            entry.kind, entry.about, entry.bearing, verb = (
                "reply",
                entries[-1],
                Bearing.ANSWERS,
                Verb.ANSWERED,
            )
        elif index % 10 == 9:
            entry.kind, entry.about, entry.bearing, verb = (
                KINDS[2],
                entries[-2],
                Bearing.CORRECTS,
                Verb.CORRECTED,
            )
        if entry.about:
            entry.thread = entry.about.thread
        entries.append(entry)
        html = shown[entry.text]
        renderings.append(Rendering(entry=entry, version=html.version, html=html.html, words=html.words))
        note(verb, by, at, [], entry=entry, commitment=entry.commitment())
    for reader in seats:
        number += 1
        read = [entry for entry in entries[: count - unread] if entry.author_id != reader.pk]
        note(Verb.OPENED, reader, began + dt.timedelta(days=395), read)
    with transaction.atomic():
        Entry.objects.bulk_create(entries, batch_size=500)
        Rendering.objects.bulk_create(renderings, batch_size=500)
        Event.objects.bulk_create(events, batch_size=500)
        Reading.objects.bulk_create(readings, batch_size=500)


# --- Measuring -----------------------------------------------------------------------------------------

STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "(SELECT", "WITH")


@dataclass
class Case:
    """One thing to measure."""

    name: str
    run: Callable[[], Any]
    undone: bool = False
    """Whether each run is taken back, so that the next one is the first again."""

    def once(self) -> tuple[Any, float]:
        """What came of it and the CPU it took, in milliseconds."""
        with ExitStack() as around:
            if self.undone:
                around.enter_context(taken_back())
            began = time.process_time()
            answer = self.run()
            spent = time.process_time() - began
        return answer, spent * 1000

    def statements(self) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            self.once()
        return [query["sql"] for query in queries if query["sql"].lstrip().startswith(STATEMENTS)]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def visitor(person: Any, middleware: list[str] | None = None) -> Client:
    client = Client()
    client.force_login(person)
    if middleware is not None:
        ours, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
        client.handler.load_middleware()
        settings.MIDDLEWARE = ours
    return client


def cases() -> list[Case]:
    wren, isko = somebody("Wren Halloway"), somebody("Isko Marchetti")
    reader, plain = visitor(isko), visitor(isko, DJANGOS_OWN)

    def page(address: str, client: Client = reader) -> Callable[[], Any]:
        def get() -> Any:
            answer = client.get(address, secure=True)
            assert answer.status_code == 200, (address, answer.status_code)
            return answer

        return get

    def record(count: int, unread: int = 0) -> Relationship:
        relationship, *seats = pair(somebody("Wren Halloway"), isko)
        grow(relationship, seats, count, unread=unread)
        return relationship

    def looked_at(relationship: Relationship, at: str = "") -> Callable[[], Any]:
        look = page(f"/r/{relationship.pk}/{at}")
        look()
        return look

    records = {count: looked_at(record(count)) for count in (30, 300, 3000)}
    briefs = {count: looked_at(record(count), "brief/") for count in (100, 5000)}
    fresh = record(3000, unread=30)
    Floor.relationship = record(3000)
    Floor.rows = records[3000]().content.count(b'id="entry-')
    floor = page("/floor/", plain)
    Floor.padding = "x" * (len(records[3000]().content) - len(floor().content))

    alone, busy = somebody("Alone With One"), somebody("Busy With Many")
    pair(wren, alone)
    for number in range(100):
        pair(somebody(f"Patient {number}"), busy)
    writing, by, _ = pair(wren, isko)

    return [
        Case("the floor", floor),
        Case("the middleware alone", page("/empty/")),
        Case("record of 30 entries", records[30]),
        Case("record of 300", records[300]),
        Case("record of 3,000", records[3000]),
        Case("record of 3,000, first look at 30 new", page(f"/r/{fresh.pk}/"), undone=True),
        Case("before we meet, of 100", briefs[100]),
        Case("before we meet, of 5,000", briefs[5000]),
        Case("home, 1 journal", page("/", visitor(alone))),
        Case("home, 100 journals", page("/", visitor(busy))),
        Case("sharing an entry", lambda: writing.write(by=by, text=TEXTS[0], kind="value")),
    ]


def table(measured: list[Case], *, rounds: int, each: int) -> Iterator[str]:
    """A line of Markdown for each, the first of them being what the others are compared with."""
    spent: dict[str, list[float]] = {case.name: [] for case in measured}
    for case in measured:
        for _ in range(3):
            case.once()
    for _ in range(rounds):
        for case in random.sample(measured, len(measured)):
            spent[case.name].append(statistics.mean(case.once()[1] for _ in range(each)))
    floor = statistics.median(spent[measured[0].name])
    yield "| what | CPU, ms (median) | ÷ the floor | statements | HTML, KB | gzipped, KB |"
    yield "|---|---|---|---|---|---|"
    for case in measured:
        median = statistics.median(spent[case.name])
        answer = case.once()[0]
        body = answer.content if isinstance(answer, HttpResponse) else b""
        size = f"{len(body) / 1024:.1f} | {len(gzip.compress(body)) / 1024:.1f}" if body else "– | –"
        yield f"| {case.name} | {median:.1f} | {median / floor:.2f} | {len(case.statements())} | {size} |"


def profile(case: Case, times: int = 100) -> str:
    """Where the time goes, by each function's own time and by all that it calls."""
    profiler, out = cProfile.Profile(), io.StringIO()
    for _ in range(times):
        profiler.enable()
        case.run()
        profiler.disable()
    stats = pstats.Stats(profiler, stream=out)
    stats.sort_stats("tottime").print_stats(45)
    stats.sort_stats("cumtime").print_stats(110)
    return f"{times} times {case.name}\n{out.getvalue()}"


@contextmanager
def of_this_run() -> Iterator[None]:
    """A database and collected files that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="alongside-measure-") as directory:
        settings.STATIC_ROOT = str(Path(directory, "static"))
        settings.ROOT_URLCONF = Addresses
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(directory, "measure.sqlite3"))
        call_command("collectstatic", interactive=False, verbosity=0)
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--each", type=int, default=4, help="requests of a kind in a round")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with of_this_run():
        measured = cases()
        print("\n".join(table(measured, rounds=options.rounds, each=options.each)))
        if options.profile:
            print(*(profile(case) for case in measured if case.name in ("the floor", "record of 3,000")))


if __name__ == "__main__":
    main()
