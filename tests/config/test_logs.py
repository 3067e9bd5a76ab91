"""A log says what happened and never what somebody wrote, and what opens a door never stands in it."""

import ast
import json
import logging
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings as live

from config import logs
from config.logs import Lines, WithoutMessages, WithoutTokens
from tests.cast import CANARY

SAFE = {"time", "level", "logger", "event", "request", "trace", *logs.FIELDS}


def logged(message, *given):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, given, None)
    assert WithoutTokens().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    "path",
    [
        "/join/aaaaa-bbbbb-ccccc-ddddd/",
        "/join/aaaaa-bbbbb-ccccc-ddddd/no/",
        "/me/sign-in/abc:def_-ghi/",
        "/calendar/abcdefgh234567.ics",
        "/calendar/abcdefgh234567.ics?x=1",
    ],
)
def test_a_token_in_an_address_is_left_out(path):
    token = path.removeprefix("/me").split("/")[2].split("?")[0]
    for line in (logged("Not Found: %s", path), logged('"GET %s HTTP/1.1" %s', path, 200)):
        assert token not in line
        assert token.removesuffix(".ics") not in line
        assert "…" in line


@pytest.mark.parametrize("path", ["/me/calendar/", "/r/0190/brief/", "/join/"])
def test_what_is_no_token_stays(path):
    assert logged('"GET %s HTTP/1.1" %s', path, 200) == f'"GET {path} HTTP/1.1" 200'


# --- Lines ----------------------------------------------------------------------------------------------


def line(name, message, *given, error=None, **extra):
    """What a served copy writes of it, and the line as text."""
    caught = None
    if error is not None:
        try:
            raise error from ValueError(f"Before it, {CANARY}")
        except type(error):
            caught = sys.exc_info()
    logger = logging.getLogger("a logger that nobody listens to")
    record = logger.makeRecord(name, logging.WARNING, __file__, 1, message, given, caught, "where", extra)
    text = Lines().format(record)
    assert "\n" not in text
    return json.loads(text), text


def test_a_line_of_ours_keeps_its_sentence_and_drops_what_is_filled_in():
    said, text = line("relationships.reminding", "Could not be sent, %s: %s", CANARY, "and my words")
    assert said["event"] == "Could not be sent, …: …"
    assert CANARY not in text


def test_but_a_number_and_the_name_of_an_error_are_nobodys_words():
    said, _ = line("config.mail", "Not sent, %d: %s", 3, "SMTPServerDisconnected")
    assert said["event"] == "Not sent, 3: SMTPServerDisconnected"


@pytest.mark.parametrize(
    "name", ["django.request", "gunicorn.error", "relationshipsandmore", "allauth", "root"]
)
def test_what_a_library_says_is_reduced_to_where_it_said_it(name):
    said, text = line(
        name, f"Invalid request: {CANARY}", CANARY, status_code=400, request=CANARY, actor=CANARY
    )
    assert said["event"] == "test_logs.where"
    assert said["status"] == 400
    assert CANARY not in text
    assert set(said) <= SAFE


def test_what_gunicorn_says_of_itself_is_told_in_full():
    assert (
        line("gunicorn.error", "Booting worker with pid: %s", 42)[0]["event"] == "Booting worker with pid: 42"
    )


def test_an_exception_leaves_its_type_and_its_way_and_its_causes_and_no_words():
    said, text = line("django.request", "%s", CANARY, error=RuntimeError(f"A row: {CANARY}"))
    assert said["error"] == said["trace"][-1] == "builtins.RuntimeError"
    assert "builtins.ValueError" in said["trace"]
    assert any("test_logs.py" in frame for frame in said["trace"])
    assert CANARY not in text


def test_an_exception_is_told_though_a_filter_has_been_at_it_before():
    try:
        raise RuntimeError(CANARY)
    except RuntimeError:
        record = logging.LogRecord("django.request", 40, "", 0, "x", (), sys.exc_info())
    assert WithoutMessages().filter(record)
    assert CANARY not in logging.Formatter().format(record)
    assert json.loads(Lines().format(record))["error"] == "builtins.RuntimeError"


def test_what_is_said_in_a_request_names_it():
    with logs.within("ab12"):
        assert line("config.x", "Something")[0]["request"] == "ab12"
    assert "request" not in line("config.x", "Something")[0]


def test_only_short_words_and_numbers_of_ours_fill_a_field():
    said, _ = line("config.x", "y", route="record", ms=7, actor={"name": CANARY}, unheard=CANARY)
    assert (said["route"], said["ms"]) == ("record", 7)
    assert "actor" not in said
    assert "unheard" not in said


@pytest.mark.parametrize("package", ["accounts", "config", "relationships"])
def test_whatever_we_log_begins_with_a_sentence_of_the_code(package):
    """So that the sentence alone may stand in a log."""
    for path in Path(live.BASE_DIR, package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and re.match(r"log(ger|ging)\b.*\.", ast.unparse(node.func) + "."):
                levels = ("debug", "info", "warning", "error", "critical", "exception", "log")
                if isinstance(node.func, ast.Attribute) and node.func.attr in levels:
                    said = node.args[1] if node.func.attr == "log" else node.args[0]
                    assert isinstance(said, ast.Constant), f"{path}:{node.lineno}"


class Mischief:
    """What is not even a text."""

    def __str__(self):
        raise RuntimeError(CANARY)


@pytest.mark.parametrize(
    "name", ["some.library", "django.request", "gunicorn.error", "relationships.x", "config"]
)
@pytest.mark.parametrize(
    ("message", "given"),
    [
        ([CANARY], ()),
        ({"words": CANARY}, ()),
        (ValueError(CANARY), ()),
        (Mischief(), ()),
        ("%d words", (CANARY,)),
        ("%s", (Mischief(),)),
        ("two %s", (CANARY, CANARY)),
        ("two %s %s", (CANARY,)),
        ("%(a)s", ({"a": CANARY},)),
        ("Booting worker with pid: %s", ()),
        ("Booting worker with pid: %s", (1, CANARY)),
    ],
)
def test_what_cannot_be_put_together_is_a_line_too_and_leaks_nothing(name, message, given, capfd):
    said, text = line(name, message, *given)
    assert CANARY not in text
    assert said["logger"] == name
    assert set(said) <= SAFE
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    handler.handle(logging.LogRecord(name, logging.ERROR, "", 0, message, given, None))
    out = capfd.readouterr().err
    assert json.loads(out)["logger"] == name
    assert CANARY not in out


def test_a_sentence_of_ours_stays_though_what_it_is_given_does_not_fit():
    assert line("config.x", "%d of %d", 3)[0]["event"] == "%d of %d"


def test_a_served_copy_is_told_nothing_of_a_handler_that_fails(capfd):
    """`logging` prints the message and its arguments where a handler raises. The tests' settings are a served copy's."""
    broken = logging.StreamHandler()
    broken.setFormatter(logging.Formatter())
    broken.handle(logging.LogRecord("some.library", 40, "", 0, "two %s", (CANARY, CANARY), None))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("message", "given"), [("two %s", ("/join/a-b/", "x")), (Mischief(), ())])
def test_the_filter_of_tokens_breaks_nobody_off(message, given):
    assert "a-b" not in logged(message, *given)


# --- A command that nobody watches ----------------------------------------------------------------------


def test_a_command_that_breaks_off_leaves_no_words(caplog, capsys):
    error = RuntimeError(f"A row: {CANARY}")
    logs.tell_quietly(RuntimeError, error, None)
    assert "A command broke off" in caplog.text
    assert CANARY not in capsys.readouterr().err


def test_whoever_develops_sees_all_of_it(settings, capsys):
    settings.DEBUG = True
    logs.tell_quietly(RuntimeError, RuntimeError("All of it"), None)
    assert "All of it" in capsys.readouterr().err
