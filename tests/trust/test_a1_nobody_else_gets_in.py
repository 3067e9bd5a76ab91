"""A1: every address of the site, in each of six ways, for every kind of stranger: nobody else gets in.

No byte of the words stands in an answer, a header, a log or a mail, and nothing is changed by trying.
"""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import CANARY, PASSWORD, person, signed_in
from tests.config.test_headers import inline
from tests.relationships.views.shown import shown
from tests.relationships.views.test_access import (
    METHODS,
    OUTSIDERS,
    WHO_MAY_SEE,
    another,
    browser_of,
    site,  # noqa: F401
)
from tests.trust.test_b1_strict_headers import is_html, lacking

MORE = ["second factor not done", "expired session", "logged out", "taken back", "said no", "holds a token"]
SENT = "text=mine&do=keep&box=write/&reason=x&day=2030-01-01&time=10:00&minutes=20"


def somebody(kind, site, stranger):  # noqa: F811
    """A fresh browser of somebody who has no place here."""
    match kind:
        case "second factor not done":
            # One of the two, with the password and without the second half of the proof.
            someone = site.two.clinician.person
            Authenticator.objects.create(user=someone, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
            client = Client()
            client.post("/accounts/login/", {"login": someone.email, "password": PASSWORD})
            assert "account_login" in client.session
            return client
        case "expired session":
            client = signed_in(site.two.clinician.person)
            Session.objects.filter(session_key=client.session.session_key).update(
                expire_date="2020-01-01T00:00:00Z"
            )
            return client
        case "logged out":
            client = signed_in(site.two.clinician.person)
            cookie = client.cookies["sessionid"].value
            client.post("/accounts/logout/")
            client.cookies["sessionid"] = cookie
            return client
        case "taken back" | "said no":
            someone = person("Guest")
            invitation = site.half.invite(by=site.half.participants.get(), address=someone.email)
            if kind == "taken back":
                site.half.take_back(invitation, by=site.half.participants.get())
            else:
                site.half.decline(invitation)
            return signed_in(someone)
        case "holds a token":
            client = signed_in(person("Holder"))
            client.get(f"/join/{site.spare.token}/")
            client.get(site.address("calendar-feed"))
            return client
    return browser_of(kind, site, stranger)


KINDS = [*OUTSIDERS, *MORE]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.django_db
def test_nobody_else_gets_in_at_any_address_in_any_way(
    kind,
    site,  # noqa: F811
    stranger,
    caplog,
    mailoutbox,
    measured,
    cells,
):
    """And what refuses them has every header of B1, and nothing inline."""
    client = somebody(kind, site, stranger)
    letters, acts = len(mailoutbox), site.two.relationship.events.count()
    caplog.clear()
    caplog.set_level(0)
    tried = [cell[1:] for cell in cells(KINDS, list(WHO_MAY_SEE), METHODS) if cell[0] == kind]
    got_in, leaks, bare = [], [], []
    for name, method in tried:
        # What a calendar's owner asked for at its secret address says when, and never what.
        address = site.address(name)
        answer = another(client).generic(method, address, SENT, "application/x-www-form-urlencoded")
        asked = f"{method} {address}: {answer.status_code}"
        if WHO_MAY_SEE[name] == "the two" and not (
            answer.status_code in (403, 404)
            or (answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next=/r/"))
        ):
            got_in.append(asked)
        if CANARY in answer.content.decode() + str(answer.headers) + str(answer.cookies):
            leaks.append(asked)
        if lacking(answer) or (is_html(answer) and list(inline(shown(answer)))):
            bare.append(asked)
    assert (got_in, leaks, bare) == ([], [], [])
    assert caplog.text, "The log was not listened to."
    assert CANARY not in caplog.text
    assert all(CANARY not in f"{letter.subject} {letter.body}" for letter in mailoutbox[letters:])
    knocked = site.two.relationship.events.filter(verb="knocked").count()
    assert site.two.relationship.events.count() == acts + knocked
    insider = signed_in(site.two.patient.person)
    assert CANARY in insider.get(site.address("record")).content.decode()
    measured(
        f"{len(leaks)} leaks in {len(tried) * len(KINDS):,} cells "
        f"({len(WHO_MAY_SEE)} addresses × 6 ways × {len(KINDS)} strangers)"
    )


@pytest.mark.parametrize("kind", MORE)
@pytest.mark.django_db
def test_each_stranger_is_who_the_test_takes_them_for(kind, site, stranger):  # noqa: F811
    client = somebody(kind, site, stranger)
    home = another(client).get("/")
    logged_in = kind in ("taken back", "said no", "holds a token")
    assert home.status_code == (200 if logged_in else 302)
    if logged_in:
        assert home.context["journals"] == []


def test_a_confirmed_address_is_what_the_unverified_lacks(db):
    assert EmailAddress.objects.create(user=person("Ada"), email="b@example.org").verified is False
