"""B3: no address takes a form without its token, from another site or with somebody else's token; GET changes nothing."""

import pytest
from django.apps import apps
from django.middleware.csrf import _mask_cipher_secret
from django.test import Client

from relationships.models import Event
from tests.cast import signed_in
from tests.relationships.views.test_access import WHO_MAY_SEE, site  # noqa: F401

UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]
TOKENS = {
    "none": {},
    "made up": {"HTTP_X_CSRFTOKEN": "b" * 32},
    "somebody else’s": {"HTTP_X_CSRFTOKEN": _mask_cipher_secret("c" * 32)},
}
FOREIGN = {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "cross-site"}
LOOKED = {"relationships.Event", "relationships.Reading", "sessions.Session", "accounts.User"}
"""What a look may add to: that somebody has read, and until when they are logged in."""


def contents():
    """Every row of every table."""
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed
    }


def strict(client):
    """The same person at a browser in which forms need their token, as in life."""
    twin = Client(enforce_csrf_checks=True)
    twin.cookies.update(client.cookies)
    twin.cookies["csrftoken"] = "a" * 32
    return twin


@pytest.mark.django_db
def test_nothing_unsafe_is_taken_without_the_token_of_this_browser(site, measured, cells):  # noqa: F811
    client = strict(signed_in(site.two.patient.person))
    # To leave in a hurry needs no token, and changes nothing but the session of whoever pressed it (test_leaving).
    addresses = sorted(WHO_MAY_SEE.keys() - {"leaving"})
    origins = {"from nowhere": {}, "from elsewhere": FOREIGN}
    before, taken = contents(), []
    tried = cells(addresses, UNSAFE, list(TOKENS), list(origins))
    for cell in tried:
        name, method, token, origin = cell
        answer = client.generic(
            method,
            site.address(name),
            "text=Mine&do=share&reason=x",
            "application/x-www-form-urlencoded",
            **TOKENS[token],
            **origins[origin],
        )
        # Sending a mail's code anew, 404 for what is not there in production: never taken in any case.
        if answer.status_code not in (403, 404, 405):
            taken.append((*cell, answer.status_code))
    assert taken == []
    assert contents() == before
    measured(f"{len(tried):,} forms refused, 0 taken ({len(addresses)} addresses × 4 ways × 6 kinds)")


@pytest.mark.django_db
def test_a_token_from_here_and_an_origin_from_elsewhere_is_refused_too(site):  # noqa: F811
    client = strict(signed_in(site.two.patient.person))
    mine = {"HTTP_X_CSRFTOKEN": "a" * 32}
    write = {"text": "Mine."}
    assert client.post(site.address("write"), write, **mine, **FOREIGN).status_code == 403
    assert client.post(site.address("write"), write, **mine).status_code == 302


@pytest.mark.django_db
def test_to_look_changes_nothing_but_that_it_was_read(site, measured):  # noqa: F811
    client = signed_in(site.two.patient.person)
    changed, before, acts = set(), contents(), list(Event.objects.values_list("pk", flat=True))
    for name in WHO_MAY_SEE:
        for ask in (client.get, client.head):
            ask(site.address(name))
        after = contents()
        changed |= {
            f"{name}: {label}" for label in before if before[label] != after[label] and label not in LOOKED
        }
        before = after
    assert changed == set()
    new = Event.objects.exclude(pk__in=acts).values_list("verb", flat=True)
    assert set(new) == {"opened"}
    measured(f"{2 * len(WHO_MAY_SEE)} looks change {len(changed)} tables")
