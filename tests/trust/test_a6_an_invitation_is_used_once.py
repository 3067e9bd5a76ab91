"""A6: an invitation is not stolen, not guessed and not used twice, and a copy of the database opens nothing."""

import datetime as dt
import hashlib
from collections import Counter

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from relationships import clock
from relationships.errors import AnotherAddress, NotWaiting, Refused
from relationships.models import Invitation, Participant, Relationship
from tests.cast import person, signed_in
from tests.relationships.test_concurrency import assert_whole, at_once, fresh, writers  # noqa: F401


def begun(side="patient"):
    host = person("Host")
    relationship = Relationship.begin(by=host, side=side)
    return relationship, relationship.seat_of(host)


def everything_kept():
    """What a thief of the database would hold, as text."""
    tables = (model._base_manager.values_list() for model in apps.get_models() if model._meta.managed)
    return "\n".join(str(row) for table in tables for row in table)


@pytest.mark.django_db
def test_the_database_holds_no_token_and_the_token_is_long_enough(side, measured):
    relationship, seat = begun(side)
    mailed = relationship.invite(by=seat, address="ada@example.org")
    linked = relationship.invite(by=seat)
    kept = everything_kept()
    for invitation in (mailed, linked):
        bare = invitation.token.replace("-", "")
        assert invitation.token not in kept
        assert bare not in kept
        assert hashlib.sha256(bare.encode()).hexdigest() == invitation.token_hash
        assert invitation.token_hash in kept
    bits = [len(one.token.replace("-", "")) * 5 for one in (mailed, linked)]
    assert bits[0] >= 256
    measured(f"by mail {bits[0]} bits, as a link to type {bits[1]}; 0 tokens in a dump")


@pytest.mark.django_db
def test_scanners_that_look_ahead_use_nothing_up(side, measured):
    relationship, seat = begun(side)
    invitation = relationship.invite(by=seat, address="ada@example.org")
    acts, looks = relationship.events.count(), 0
    for _again in range(10):
        for client in (Client(), signed_in(seat.person)):
            for ask in (client.get, client.head, client.options):
                ask(f"/join/{invitation.token}/")
                ask(f"/join/{invitation.token}/no/")
                ask("/join/agreed/")
                looks += 3
    assert relationship.events.count() == acts
    assert relationship.participants.count() == 1
    relationship.accept(invitation, by=person("Ada"))
    measured(f"{looks} looks use up 0")


@pytest.mark.django_db
def test_it_is_bound_to_a_confirmed_address_and_a_forwarded_one_is_refused(side):
    relationship, seat = begun(side)
    invitation = relationship.invite(by=seat, address="ada@example.org")
    with pytest.raises(AnotherAddress):
        relationship.accept(invitation, by=person("Neighbour"))
    ada = person("Ada")
    ada.emailaddress_set.update(verified=False)
    with pytest.raises(AnotherAddress):
        relationship.accept(invitation, by=ada)
    ada.emailaddress_set.update(verified=True)
    assert relationship.accept(invitation, by=ada).person == ada


@pytest.mark.django_db
def test_it_ends_to_the_second_and_is_used_once(side):
    relationship, seat = begun(side)
    invitation = relationship.invite(by=seat)
    lasts = dt.timedelta(hours=72)
    assert settings.INVITATION_HOURS == 72
    with clock.telling(invitation.made_at + lasts), pytest.raises(NotWaiting):
        relationship.accept(invitation, by=person("Late"))
    with clock.telling(invitation.made_at + lasts - dt.timedelta(seconds=1)):
        relationship.accept(invitation, by=person("Ada"))
    with pytest.raises(Refused):
        relationship.accept(invitation, by=person("Second"))
    assert relationship.participants.count() == 2


def test_twenty_who_accept_at_once_leave_one(writers, measured):  # noqa: F811
    relationship, seat = begun()
    invitation = relationship.invite(by=seat)
    guests = [person(f"Guest{number} X") for number in range(20)]
    told = at_once(
        *(lambda guest=guest: fresh(relationship).accept(invitation, by=guest) for guest in guests)
    )
    assert Counter(type(one) for one in told) == {Participant: 1, NotWaiting: 19}
    assert relationship.participants.count() == 2
    assert_whole(relationship)
    measured("1 of 20 at once accepted")


@pytest.mark.django_db
def test_whoever_invited_sees_who_accepted_before_anything_else(side):
    relationship, seat = begun(side)
    relationship.accept(relationship.invite(by=seat), by=person("Ada Quill"))
    page = signed_in(seat.person).get(f"/r/{relationship.pk}/event/").content.decode()
    assert "<bdi>Ada</bdi>" in page or "Ada " in page
    assert not Invitation.objects.waiting().exists()
