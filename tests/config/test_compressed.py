"""Pages that are read leave compressed, at no length that tells what is in them; pages with a secret never do."""

import datetime as dt
import gzip
import re

import pytest
from django.test import Client
from django.urls import resolve, reverse

from accounts import calendar_address
from config.compressed import PAGES
from relationships import clock
from tests.accounts.conftest import PASSWORD
from tests.cast import CANARY, signed_in
from tests.trust.locks import App

BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Sec-Fetch-Site": "same-origin"}
"""What a browser says that follows a link of ours."""
NEW_EACH_TIME = r'(name="(?:csrfmiddlewaretoken|submission)" value=")[^"]*'


def is_compressed(answer):
    return answer.get("Content-Encoding") == "gzip"


def padding(answer):
    """How many bytes of random length the answer has: a file name in the head of the gzip."""
    head, has_a_name = answer.content[:10], 8
    assert head[:2] == b"\x1f\x8b"
    return answer.content.index(b"\0", 10) - 10 if head[3] & has_a_name else 0


def calendar_token_of(someone):
    calendar_address.make(someone)
    someone.refresh_from_db()
    return calendar_address.token_of(someone)


@pytest.fixture
def pages(me, them):
    """The address of each page that is compressed."""
    entry = me.write(f"A few words, {CANARY}. " * 20, kind="value")
    them.write("Something of theirs.", kind="value")
    consult = me.relationship.plan(
        by=me.participant, starts_at=clock.now() + dt.timedelta(days=2), minutes=20, where="Here"
    ).consult
    of = {
        "entry": [entry.pk],
        "consult": [consult.pk],
        "consult-brief": [consult.pk],
        "portrait": ["one"],
    }
    return {name: reverse(name, args=[me.relationship.pk, *of.get(name, [])]) for name in PAGES}


def test_each_of_them_is_the_same_page_compressed_for_both(me, pages):
    for name, address in pages.items():
        me.client.get(address)  # What is new is so on the first look only.
        plain, packed = me.client.get(address), me.client.get(address, headers=BROWSER)
        assert not is_compressed(plain), name
        assert is_compressed(packed), name
        assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
        assert {"Accept-Encoding", "Sec-Fetch-Site", "Cookie"} <= set(packed["Vary"].split(", "))
        assert "Sec-Fetch-Site" in plain["Vary"]
        assert "no-store" in packed["Cache-Control"]
        same, there = (
            re.sub(NEW_EACH_TIME, r"\1", one.decode())
            for one in (plain.content, gzip.decompress(packed.content))
        )
        assert there == same, name


def test_only_pages_of_one_journal_are_that_nobody_writes_on_or_proves_themselves_for(me, pages):
    for name, address in pages.items():
        view = resolve(address).func
        assert view.door, f"{name} shows more than one journal"
        assert not getattr(view, "proof", False), f"{name} asks for a proof, so it shows what is secret"
        assert me.client.post(address, headers=BROWSER).status_code == 405, f"{name} takes what is typed"


def test_the_same_page_has_another_length_each_time(me):
    lengths = [padding(me.client.get(me.address, headers=BROWSER)) for _ in range(20)]
    assert len(set(lengths)) > 5
    assert max(lengths) <= 100


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "nonsense"])
def test_what_another_site_asks_for_is_not(me, site):
    headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": site} if site else {"Accept-Encoding": "gzip"}
    answer = me.client.get(me.address, headers=headers)
    assert answer.status_code == 200
    assert not is_compressed(answer)


def test_what_somebody_opens_by_hand_is(me):
    assert is_compressed(me.client.get(me.address, headers=BROWSER | {"Sec-Fetch-Site": "none"}))


def test_nor_for_a_browser_that_does_not_know_how(me):
    assert not is_compressed(me.client.get(me.address, headers={"Sec-Fetch-Site": "same-origin"}))


def test_a_head_says_what_a_get_would(me):
    head = me.client.head(me.address, headers=BROWSER)
    assert is_compressed(head)
    assert not head.content
    assert int(head["Content-Length"]) > 200


def test_what_is_not_there_and_not_yours_is_not(me, stranger):
    answer = signed_in(stranger).get(me.address, headers=BROWSER)
    assert answer.status_code == 404
    assert not is_compressed(answer)
    logged_out = Client().get(me.address, headers=BROWSER)
    assert logged_out.status_code == 302
    assert not is_compressed(logged_out)


# --- What is never compressed ---------------------------------------------------------------------------


def test_no_page_with_a_secret_is(me, settings):
    someone = me.participant.person
    begun = me.relationship.begin(by=someone, side="patient")
    link = begun.invite(by=begun.seat_of(someone))
    me.post("draft/", box="write/", text=f"A draft, {CANARY}. " * 20)
    get, post = me.client.get, me.client.post
    secrets = [
        (calendar_token_of(someone), get("/me/calendar/", headers=BROWSER)),
        (r"\d{4}", post("/me/code/", {"do": "make"}, headers=BROWSER)),
        ("secret-in-type", get("/accounts/2fa/totp/activate/", headers=BROWSER)),
        (link.token, get(f"/r/{begun.pk}/invitation/{link.pk}/", headers=BROWSER)),
        (link.token, Client().get(f"/join/{link.token}/", headers=BROWSER)),
        (CANARY, get(f"{me.address}write/", headers=BROWSER)),
        (CANARY, post(f"{me.address}write/", {"text": f"{CANARY}.", "do": "preview"}, headers=BROWSER)),
        (CANARY, Client().post(f"{me.address}write/", {"text": f"{CANARY}."}, headers=BROWSER)),
        ("csrfmiddlewaretoken", Client().get("/accounts/login/?next=/x", headers=BROWSER)),
        ("settings", get("/me/settings/", headers=BROWSER)),
    ]
    App(someone)
    answer = post("/accounts/2fa/recovery-codes/generate/", follow=True, headers=BROWSER)
    secrets.append((r'class="codes"', answer))
    for secret, answer in secrets:
        assert not is_compressed(answer), secret
        assert re.search(secret, answer.content.decode()), f"It is not on that page: {secret}"


def test_no_page_of_several_journals_is(me):
    for address in ("/", "/today/", "/today/briefs/"):
        answer = me.client.get(address, headers=BROWSER)
        assert answer.status_code == 200
        assert not is_compressed(answer)


def test_only_pages_are(me):
    me.write("A few words. " * 40)
    token = calendar_token_of(me.participant.person)
    answers = [
        me.client.get("/me/session/", headers=BROWSER),
        me.client.get(f"{me.address}brief/text/", headers=BROWSER),
        Client().get(f"/calendar/{token}.ics", headers=BROWSER),
        me.client.post(f"{me.address}export/", {"password": PASSWORD}, headers=BROWSER),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert not is_compressed(answer)


def test_a_page_that_breaks_is_not(me, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("relationships.views.record.sheet", broken)
    me.client.raise_request_exception = False
    answer = me.client.get(me.address, headers=BROWSER)
    assert answer.status_code == 500
    assert not is_compressed(answer)
