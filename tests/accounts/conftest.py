"""Somebody with an account, and the mails that arrive."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache

from accounts.models import User
from tests.cast import prove

PASSWORD = "three quiet herons"


@pytest.fixture(autouse=True)
def _no_rate_was_used_before():
    cache.clear()


@pytest.fixture
def make_person(db):
    def make(email="ada@example.org", **fields):
        person = User.objects.create_user(email, PASSWORD, **{"name": "Ada Quill", **fields})
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        return person

    return make


@pytest.fixture
def ada(make_person):
    return make_person()


@pytest.fixture
def at_home(client, ada):
    """Ada's browser, logged in just now."""
    client.force_login(ada)
    prove(client, ada)
    return client


@pytest.fixture
def newest_code(mailoutbox):
    """The code in the newest mail, on a line of its own."""

    def read():
        return re.findall(r"^\d{3}-\d{3}$", mailoutbox[-1].body, re.M)[0]

    return read


@pytest.fixture
def log_in(client):
    def by_password(email="ada@example.org", password=PASSWORD, **more):
        return client.post("/accounts/login/", {"login": email, "password": password, **more})

    return by_password


@pytest.fixture
def sign_up(client):
    def fill_in(email="new@example.org", name="Noor Birch", password=PASSWORD, **more):
        return client.post("/accounts/signup/", {"email": email, "name": name, "password1": password, **more})

    return fill_in


@pytest.fixture
def hashings(monkeypatch):
    """How often a password was hashed: what makes an answer slow, and would tell one address from another."""
    counted = []
    encode = MD5PasswordHasher.encode

    def counting(self, *args, **options):
        counted.append(1)
        return encode(self, *args, **options)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return counted
