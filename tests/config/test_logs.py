"""What opens a door never stands in a log."""

import logging

import pytest

from config.logs import WithoutTokens


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
