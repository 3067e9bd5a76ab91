"""B4, the half of the logs: no word of the record, of a header, an address or a form stands in a log.

Every refusal that there is, is forced with a word in every place that a request has, in the test's own process
and at a gunicorn of its own. The word is looked for in what was written, in the list of processes and in the
pages that refuse. That it would be found is shown by logging it without the rule.
"""

import json
import logging
import re
import socket
import subprocess
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import IntegrityError

from config.logs import Lines
from tests.cast import CANARY
from tests.trust.copies import HOST, copy, lives

FIELDS = {"time", "level", "logger", "event", "request", "trace"} | {
    *("method", "route", "status", "ms", "actor", "relationship", "check", "error", "count")
}


class Written(logging.Handler):
    """Everything that anybody logs, as a served copy would write it and as it came."""

    def __init__(self):
        super().__init__(0)
        self.lines, self.raw = [], []
        self.setFormatter(Lines())

    def emit(self, record):
        self.raw.append(record.getMessage())
        self.lines.append(self.format(record))


@pytest.fixture
def written():
    handler = Written()
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django.server")]
    before = [(logger, logger.level, list(logger.filters)) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(0)
    yield handler
    for logger, level, _ in before:
        logger.removeHandler(handler)
        logger.setLevel(level)


EVERYWHERE = {
    "headers": {"User-Agent": CANARY, "Referer": f"https://x/{CANARY}", "X-Forwarded-For": CANARY}
    | {"X-Request-Id": CANARY, "Accept-Language": CANARY}
}
FORM = {"text": f"Words, {CANARY}", CANARY: CANARY, "kind": CANARY, "box": CANARY, "draft": CANARY}


def statuses(me, monkeypatch):
    """Each refusal that a page of a record can give, with the word in every place of the request."""
    client = me.client
    client.cookies[CANARY] = CANARY
    query = f"?{CANARY}={CANARY}"
    yield 400, client.get(me.address + query, headers=EVERYWHERE["headers"] | {"Host": f"{CANARY}.example"})
    odd = f"application/x-www-form-urlencoded; charset={CANARY}"
    yield 400, client.generic("POST", me.address + "write/" + query, CANARY, odd, **EVERYWHERE)
    yield 404, client.get(f"/{CANARY}/{query}", **EVERYWHERE)
    yield 404, client.get(f"/join/{CANARY}/{query}", **EVERYWHERE)
    yield 405, client.generic(CANARY.upper(), me.address + "draft/" + query, CANARY, **EVERYWHERE)
    yield 422, client.post(me.address + "write/" + query, FORM | {"text": ""}, **EVERYWHERE)
    yield 400, client.post(me.address + "write/" + query, {"text": CANARY * 200_000}, **EVERYWHERE)
    client.handler.enforce_csrf_checks = True
    yield 403, client.post(me.address + "write/" + query, FORM, **EVERYWHERE)
    client.handler.enforce_csrf_checks = False
    for _ in range(40):
        answer = client.post("/accounts/login/" + query, {"login": f"{CANARY}@x.org", "password": CANARY})
        if answer.status_code == 429:
            break
    yield 429, answer

    client.raise_request_exception = False
    for status, kind in ((503, IntegrityError), (500, RuntimeError)):
        monkeypatch.setattr("relationships.models.relationship.Relationship.write", refusing(kind))
        yield status, client.post(me.address + "write/" + query, {"text": f"Words, {CANARY}"}, **EVERYWHERE)


def refusing(kind):
    """As a database refuses a row: it quotes all of it."""

    def refuse(*args, **kwargs):
        raise kind(f"DETAIL: Failing row contains ({CANARY}).") from ValueError(CANARY)

    return refuse


def test_no_refusal_leaves_a_word_in_the_log(me, written, monkeypatch, capsys):
    me.client.logout()
    me.client.force_login(me.participant.person)
    me.write()
    seen = []
    for status, answer in statuses(me, monkeypatch):
        assert answer.status_code == status
        seen.append(status)
        if status not in (403, 422, 503):  # Which give their words back to whoever typed them.
            assert CANARY not in answer.content.decode() or status == 429
    cache.clear()
    assert set(seen) == {400, 403, 404, 405, 422, 429, 500, 503}
    assert CANARY in " ".join(written.raw), "The positive control: unruled, it would stand there."
    assert CANARY.lower() not in "\n".join(written.lines).lower()
    for line in map(json.loads, written.lines):
        assert set(line) <= FIELDS
        assert all(isinstance(value, str | int | list) for value in line.values())
    logged = {json.loads(line).get("status") for line in written.lines}
    assert set(seen) <= logged
    assert CANARY not in "".join(capsys.readouterr())


def test_who_it_was_is_a_word_that_leads_back_to_nobody(me, them, written):
    for chair in (me, them, me):
        chair.get()
    lines = [line for line in map(json.loads, written.lines) if line["event"] == "request"]
    first, second, again = [line["actor"] for line in lines]
    assert first == again != second
    assert len({line["relationship"] for line in lines}) == 1
    told = "\n".join(written.lines)
    person = me.participant.person
    for secret in (str(person.pk), person.pk.hex, person.email, str(me.relationship.pk), me.address):
        assert secret not in told
    assert re.fullmatch(r"[0-9a-f]{12}", first)
    assert lines[0]["route"] == "record"
    assert lines[0]["method"] == "GET"


# --- In a process of its own ----------------------------------------------------------------------------


def asked(port, request: bytes) -> bytes:
    """What comes back for these very bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def raw(method, path, *, host=HOST, body="", more=""):
    cookies = f"Cookie: {CANARY}={CANARY}; sessionid={CANARY}\r\nUser-Agent: {CANARY}\r\nReferer: {CANARY}"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-Proto: https"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{cookies}\r\n{kind}\r\nContent-Length: {len(body)}"
    return f"{head}\r\nConnection: close\r\n{more}\r\n{body}".encode()


@pytest.mark.django_db
def test_nor_does_gunicorn(tmp_path, migrated):
    form = urlencode({"login": f"{CANARY}@x.org", "password": CANARY})
    requests = {
        "bad host": raw("GET", f"/{CANARY}/?q={CANARY}", host=f"{CANARY}.org"),
        "no request at all": f"{CANARY} {CANARY}\r\n\r\n".encode(),
        "bad header": raw("GET", "/", more=f"{CANARY}\x01: {CANARY}\r\n"),
        "too long": raw("GET", f"/{CANARY * 500}"),
        "not there": raw("GET", f"/{CANARY}/?q={CANARY}"),
        "no token": raw("POST", f"/accounts/login/?next=/{CANARY}", body=form),
        "too large": raw("POST", "/accounts/login/", body=f"a={CANARY * 150_000}"),
        "odd": raw(CANARY.upper(), "/about/"),
    }
    with copy(tmp_path / "copy", of=migrated) as made:
        made.settings["LOG_LEVEL"] = "DEBUG"
        with made.served() as (port, log):
            answers = {name: asked(port, request) for name, request in requests.items()}
            # Nothing works any more, in the middle of a request.
            take_away_the_sessions(made)
            answers["broken"] = asked(port, raw("GET", f"/?q={CANARY}"))
            processes = subprocess.run(
                ["ps", "-eo", "args", "ww"], capture_output=True, text=True, check=True
            )
            assert lives(port)
        written = log.read_text()
    assert {name: int(answer.split()[1]) for name, answer in answers.items()} == {
        "bad host": 400,
        "no request at all": 400,
        "bad header": 400,
        "too long": 414,
        "not there": 404,
        "no token": 403,
        "too large": 403,
        "odd": 403,
        "broken": 500,
    }
    # What is no request gunicorn quotes to whoever sent it, and to nobody else. nginx answers it before.
    for name in ("no request at all", "bad header", "too long"):
        del answers[name]
    for name, answer in answers.items():
        assert CANARY.encode() not in answer.lower(), name
    assert "gunicorn" in processes.stdout
    assert CANARY not in processes.stdout.lower()
    assert CANARY not in written.lower()
    # On PostgreSQL the check at the start has something to say of the tests' role, in sentences of its own.
    assert "Traceback" not in written
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {line.get("status") for line in lines} >= {400, 403, 404, 500}
    assert any(
        "ProgrammingError" in line.get("error", "") or "OperationalError" in line.get("error", "")
        for line in lines
    )
    assert all(set(line) <= FIELDS for line in lines)


def take_away_the_sessions(made):
    made.manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.db import connection as c; c.cursor().execute('DROP TABLE django_session')",
    )
