"""C2: nobody's words make a browser ask another machine for anything, before somebody clicks on a link."""

import re

import pytest
from django.conf import settings
from django.http import HttpResponse

from relationships import prose
from tests.drill import length
from tests.relationships.views.shown import shown
from tests.trust.payloads import payloads

pytestmark = pytest.mark.looks

ASKING = {
    "src",
    "srcset",
    "data",
    "poster",
    "background",
    "action",
    "formaction",
    "style",
    "ping",
    "manifest",
    "code",
}


def asks(html):
    """What a browser would fetch by itself: anything but where a link leads."""
    for one in shown(HttpResponse(html)):
        if ASKING & set(one.attrs) or one.tag in (
            "link",
            "meta",
            "style",
            "script",
            "img",
            "iframe",
            "object",
        ):
            yield one.tag
        if one.tag == "a" and set(one.attrs) - {"href", "rel"}:
            yield "a"


def test_no_payload_becomes_anything_that_asks(measured):
    every = payloads(length(2_000, 9_332))
    asking = [payload for payload in every if list(asks(prose.render(payload)))]
    assert asking == []
    measured(f"0 of {len(every):,} payloads ask for anything (in Chromium: see C1)")


def test_what_would_ask_is_seen():
    bad = '<img src="//e"><a href="//e" ping="//e">x</a><p style="background:url(//e)">'
    assert set(asks(bad)) == {"a", "img", "p"}


def test_the_policy_would_stop_it_too():
    allowed = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert allowed["default-src"] == ["'none'"]
    fetching = [name for name in allowed if name.endswith("-src")]
    assert {source for name in fetching for source in allowed[name]} <= {"'none'", "'self'", "data:"}


@pytest.mark.parametrize("page", ["", "brief/?since=2020-01-01", "values/"])
def test_a_page_names_no_other_machine_but_in_links(me, them, page):
    me.write(
        "![x](https://evil.example/x) [x](https://evil.example) <img src=https://evil.example>", kind="value"
    )
    html = them.client.get(them.address + page).content.decode()
    assert "evil.example" in html
    without_links = re.sub(r'<a href="[^"]*"', "<a", html)
    for mark in ('="https://evil', "='https://evil", "url(", "@import"):
        assert mark not in without_links
