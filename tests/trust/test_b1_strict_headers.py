"""B1: strict headers on every answer there is: pages, redirects, refusals, errors, parts for htmx, files; nothing inline.

Two differ from the row on purpose. `Referrer-Policy` is same-origin: with no-referrer a browser says "Origin: null" of
our own forms, and the check against forgery refuses them. Scripts are 'self' without a nonce: each is a file of ours
and none is inline, so a nonce would allow nothing more and nothing less. HSTS belongs to production's settings.
"""

import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.browser.conftest import seat_at
from tests.cast import pair, person, signed_in
from tests.config.test_headers import EVERYWHERE, POLICY, inline
from tests.drill import HERE
from tests.relationships.views.shown import shown
from tests.relationships.views.test_access import METHODS, WHO_MAY_SEE, site  # noqa: F401

pytestmark = pytest.mark.looks

FILES = [
    "/static/css/index.css",
    "/static/icon.svg",
    "/static/js/trusted.js",
    "/static/js/elements/draft-keeper.js",
]
STRANGE = ["/nothing/here/", "/r/not-an-id/", "/static/nothing.js", "/join/x/", "/accounts/confirm-email/x/"]
STRICTER = {"Referrer-Policy": "no-referrer"}
"""Of a calendar, whose address is its secret."""
OF_A_PICTURE = "sandbox; default-src 'none'"


def is_html(answer):
    return not answer.streaming and "text/html" in answer.get("Content-Type", "")


def lacking(answer):
    """The headers that this answer does without."""
    found = [
        name
        for name, value in EVERYWHERE.items()
        if answer.get(name) not in (value, STRICTER.get(name, value))
    ]
    told = answer.get("Content-Security-Policy", "")
    if set(told.split("; ")) != POLICY and told != OF_A_PICTURE:
        found.append("Content-Security-Policy")
    return found + [name for name in ("X-Frame-Options", "Permissions-Policy") if name not in answer]


@pytest.mark.django_db
def test_every_answer_has_every_header(site, settings, measured, cells):  # noqa: F811
    """What refuses strangers of every kind is looked at on the walk of A1."""
    settings.WHITENOISE_USE_FINDERS = True
    told, inlined, statuses = {}, {}, set()
    people = {"anybody": Client, "one of the two": lambda: signed_in(site.two.patient.person)}
    ways = {
        "a page": {},
        "a part": {"HTTP_HX_REQUEST": "true"},
        "another charset": {"CONTENT_TYPE": "x; charset=x"},
    }
    addresses = [*map(site.address, WHO_MAY_SEE), *FILES, *STRANGE]
    for key in cells(list(people), list(ways), addresses, METHODS):
        who, way, address, method = key
        client = people[who]()
        client.raise_request_exception = False
        answer = client.generic(method, address, **ways[way])
        # Only the files: `close` would also put away the connection that this test stands on.
        for close in answer._resource_closers:
            close()
        statuses.add(answer.status_code)
        told[key] = lacking(answer)
        if is_html(answer):
            inlined[key] = list(inline(shown(answer)))
    assert {key: found for key, found in told.items() if found} == {}
    assert {key: found for key, found in inlined.items() if found} == {}
    assert {200, 302, 400, 403, 404, 405, 422} - statuses <= {400, 403}
    measured(
        f"{len(told):,} answers, 100 % with every header; {len(inlined):,} pages, 0 with anything inline"
    )


def test_an_error_of_ours_has_them_too(me, monkeypatch):
    monkeypatch.setattr("relationships.views.record._sheet", lambda *_: 1 / 0)
    me.client.raise_request_exception = False
    answer = me.get()
    assert answer.status_code == 500
    assert lacking(answer) == []


def test_what_is_lacking_is_seen():
    assert len(lacking(HttpResponse())) == len(EVERYWHERE) + 3


def test_in_production_a_browser_is_told_to_insist_on_https_for_a_year():
    say = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    told = os.environ | {
        "SECRET_KEY": "x" * 60,
        "DEBUG": "0",
        "ALLOWED_HOSTS": "a.example",
        "EMAIL_URL": "memorymail://",
    }
    told |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=HERE, env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["31536000", "True"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_text_becomes_a_script_in_a_browser(chromium, live_server, measured):
    people = pair(person("Wren"), person("Isko"))
    # Not `sit`, to which a browser may not complain.
    context = chromium.new_context(base_url=live_server.url)
    seat_at(context, live_server.url, people.patient.person)
    page = context.new_page()
    # htmx is on the second one, which reads answers as HTML.
    for address, reads_html in (("/about/", False), (f"/r/{people.relationship.pk}/write/", True)):
        page.goto(address)
        tried = page.evaluate(
            """() => {
              const can = (deed) => { try { deed(); return true; } catch (error) { return false; } };
              const script = document.createElement("script");
              return {
                "text of a script": can(() => { script.text = "1"; }),
                "address of a script": can(() => { script.src = "/x.js"; }),
                "another policy": can(() => window.trustedTypes.createPolicy("more", {})),
                "html": can(() => { document.createElement("p").innerHTML = "<b>x</b>"; }),
              };
            }"""
        )
        assert tried == {
            "text of a script": False,
            "address of a script": False,
            "another policy": False,
            "html": reads_html,
        }
    context.close()
    measured("Trusted Types: 3 of 3 ways to make a script of a text refused")
