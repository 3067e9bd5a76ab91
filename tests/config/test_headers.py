"""What every answer tells the browser to keep to, and what no page may contain."""

import datetime as dt
import json

import pytest
from django.http import HttpResponse
from django.test import Client

from relationships import clock
from relationships.models import Relationship
from tests.cast import CANARY, signed_in
from tests.relationships.views.shown import links, main, press, shown

pytestmark = pytest.mark.looks

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "manifest-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def assert_safe(answer):
    for name, value in EVERYWHERE.items():
        assert answer[name] == value
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


@pytest.mark.parametrize("page", ["", "write/", "brief/", "brief/text/", "event/", "ending/", "invitation/"])
def test_every_page_of_a_record(me, page):
    me.write()
    answer = me.get(page)
    assert answer.status_code == 200
    assert_safe(answer)


def test_a_redirect_a_refusal_and_a_page_that_is_not_there(me, db):
    strict = Client(enforce_csrf_checks=True)
    answers = {
        302: Client().get(me.address),
        403: strict.post(me.address + "write/", {"text": "Words."}),
        404: me.client.get("/nothing/here/"),
        405: me.get("draft/"),
        422: me.post("write/", text=""),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert_safe(answer)


def test_a_draft_saved_as_one_types(me):
    answer = me.post("draft/", box="write/", text="Half.")
    assert json.loads(answer.content)["draft"]
    assert_safe(answer)


def test_an_error_of_ours_tells_nothing_and_keeps_to_the_same(me, monkeypatch, mailoutbox):
    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    me.write(f"Words, {CANARY}.")
    monkeypatch.setattr("relationships.views.record._sheet", broken)
    me.client.raise_request_exception = False
    answer = me.get()
    assert answer.status_code == 500
    assert "It is not your fault," in answer.content.decode()
    assert CANARY not in answer.content.decode()
    assert not mailoutbox
    assert_safe(answer)


def test_pages_for_anybody(db, wren):
    relationship = Relationship.begin(by=wren, side="patient")
    token = relationship.invite(by=relationship.seat_of(wren)).token
    for address in ("/about/", "/accounts/login/", "/accounts/signup/", f"/join/{token}/"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert_safe(answer)


def test_a_static_file_may_be_kept_and_nothing_guesses_what_it_is(settings, db):
    settings.WHITENOISE_USE_FINDERS = True
    for address, kind in (
        ("/static/css/index.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/static/js/elements/draft-keeper.js", "javascript"),
    ):
        answer = Client().get(address)
        answer.close()
        assert answer.status_code == 200
        assert kind in answer["Content-Type"]
        assert "no-store" not in answer.get("Cache-Control", "")
        for name, value in EVERYWHERE.items():
            assert answer[name] == value


def test_the_cookies_are_not_for_scripts_nor_for_other_sites(me, browser_of_wren):
    for name in ("sessionid", "csrftoken"):
        cookie = browser_of_wren.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.fixture
def browser_of_wren(wren):
    client = Client()
    login = client.get("/accounts/login/")
    press(client, login, "Log in", login="wren@example.org", password="a long enough pass phrase")
    client.get("/")
    return client


# --- Nothing inline -------------------------------------------------------------------------------------


def inline(page):
    """What a strict policy would refuse: scripts and styles in the page, handlers, addresses that run."""
    for one in page:
        if one.tag == "style" or (one.tag == "script" and one.raw.strip()):
            yield one.tag
        if one.tag == "script" and not one.attrs.get("src", "").startswith("/static/"):
            yield "a script from elsewhere"
        for name, value in one.attrs.items():
            if name == "style" or name.startswith(("on", "hx-on")) or "javascript:" in value.lower():
                yield f"{one.tag} {name}"
            is_drawn = one.tag == "img" and value.startswith("data:image/svg+xml;base64,")
            if name in ("src", "href") and one.tag != "a" and not value.startswith("/") and not is_drawn:
                yield f"{one.tag} {name}={value}"


@pytest.fixture
def everything(me, them, wren):
    """Every page there is for one person by its address, found by following every link; some need a press."""
    entry = me.write("[a link](https://example.org) <style>x</style> <p onclick=x>", kind="value")
    them.answer(me.correct(entry, "Better <script>x</script>.").about, "Heard. <img src=x onerror=x>")
    me.withdraw(me.write("Gone."))
    met = me.relationship.meet(None, by=me.participant, starts_at=clock.now(), minutes=20).consult
    for chair in (me, them):
        answers = {"heard": {"level": "yes", "words": "<style>x</style> <p onclick=x>"}}
        chair.write("", kind="experience", consult=met, answers=answers)
    tomorrow = clock.now() + dt.timedelta(days=1)
    planned = me.relationship.plan(
        by=me.participant, starts_at=tomorrow, minutes=20, where="<b onclick=x>"
    ).consult
    me.write("That <script>x</script> ends.", kind="hope", consult=planned)
    them.write("To bring <style>x</style>.", kind="promise")
    half = Relationship.begin(by=me.participant.person, side="patient")
    half.invite(by=half.seat_of(me.participant.person))
    found, waiting = {}, ["/", "/about/", "/me/settings/", f"/r/{half.pk}/invitation/", me.address]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = found[address] = me.client.get(address)
        assert answer.status_code == 200, address
        if "text/html" in answer["Content-Type"]:
            ours = [link.partition("#")[0] for link in links(shown(answer)) if link.startswith("/")]
            # Every day has a day before.
            not_followed = ("logout", "accounts/", "today/?day")
            waiting += [link for link in ours if not any(part in link for part in not_followed)]
    return found


def test_no_page_has_anything_inline(everything):
    assert len(everything) > 40
    html = {
        address: answer for address, answer in everything.items() if "text/html" in answer["Content-Type"]
    }
    found = {address: list(inline(shown(answer))) for address, answer in html.items()}
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_what_would_be_inline_is_found():
    bad = '<style>x</style><script>x</script><p style="x" onclick="x"></p><a href="javascript:x"></a><img src="//x">'
    assert len(list(inline(shown(HttpResponse(bad))))) == 6


def test_no_page_of_the_accounts_has_anything_inline(client, db, wren):
    pages = ["login/", "signup/", "password/reset/", "login/code/", "inactive/", "password/reset/done/"]
    for page in pages:
        assert list(inline(shown(client.get(f"/accounts/{page}")))) == [], page
    for page in ("email/", "password/change/", "logout/", "reauthenticate/"):
        assert list(inline(shown(signed_in(wren).get(f"/accounts/{page}", follow=True)))) == [], page


def test_nothing_in_a_page_leads_a_browser_to_another_host_by_itself(me):
    me.write("[a link](https://example.org/x) https://example.org/y")
    for link in main(me.get()).all("a"):
        if link.attrs["href"].startswith("http"):
            assert {"nofollow", "noopener", "noreferrer"} <= set(link.attrs["rel"].split())
            break
    else:
        raise AssertionError("The link was not there.")
