"""Addresses within pages: worked out once, and never by what somebody else's request said."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.ids import uuid7
from config.templatetags.addresses import _shape, address_of


def test_they_are_those_of_django():
    record, entry = uuid7(), uuid7()
    assert address_of("home") == reverse("home")
    assert address_of("record", record) == reverse("record", args=[record])
    assert address_of("entry", record, entry) == reverse("entry", args=[record, entry])
    with pytest.raises(NoReverseMatch):
        address_of("record")


@pytest.mark.django_db
def test_a_request_that_says_where_this_is_installed_changes_no_address(client):
    _shape.cache_clear()
    for asked in ({"SCRIPT_NAME": "/evil"}, {"HTTP_SCRIPT_NAME": "/evil"}, {}):
        page = Client().get("/accounts/login/", **asked).content.decode()
        assert "evil" not in page
