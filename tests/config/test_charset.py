"""Words come as UTF-8 or not at all: a request that names another codec is refused, and breaks nothing."""

import pytest
from django.test import Client

pytestmark = pytest.mark.looks

FORM = "application/x-www-form-urlencoded"
OTHERS = [
    "unicode_escape",
    "hex",
    "zip",
    "idna",
    "utf-7",
    "utf-16",
    "latin-1",
    "rot13",
    "no-such-codec",
    '""',
]


@pytest.fixture
def post(me):
    browser = Client(raise_request_exception=False)
    browser.cookies = me.client.cookies
    return lambda kind: browser.generic("POST", f"{me.address}draft/", b"box=write/&text=na%C3%AFve", kind)


@pytest.mark.parametrize("charset", OTHERS)
def test_any_other_charset_is_refused(me, post, charset):
    for kind in (FORM, "multipart/form-data; boundary=x", "text/plain"):
        answer = post(f"{kind}; charset={charset}")
        assert answer.status_code == 400
        assert answer["X-Content-Type-Options"] == "nosniff"
    looked = me.client.get(me.address, CONTENT_TYPE=f"{FORM}; charset={charset}")
    assert looked.status_code == 400
    assert not me.participant.drafts.exists()


@pytest.mark.parametrize(
    "kind", [FORM, *(f"{FORM}; charset={name}" for name in ("utf-8", "UTF-8", '"Utf-8"'))]
)
def test_utf8_is_read_by_its_name_or_by_none(me, post, kind):
    assert post(kind).status_code == 200
    assert me.participant.drafts.get().text == "naïve"


@pytest.mark.parametrize("name", ["utf8", "UTF8", "utf-8", "Utf-8"])
def test_utf8_may_be_spelled_without_its_hyphen(me, name):
    assert me.client.get(me.address, CONTENT_TYPE=f"text/plain; charset={name}").status_code == 200
