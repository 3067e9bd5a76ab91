"""An empty seat, held out: for one address or whoever holds the link, once, for a while, and kept as a hash."""

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps

from relationships.errors import AnotherAddress, Ended, NotWaiting, OnePersonOneSeat, SeatTaken
from relationships.models import Invitation, Relationship
from relationships.models.invitation import digest_of
from tests.cast import person


@pytest.fixture
def host(wren):
    return Relationship.begin(by=wren, side="patient").seat_of(wren)


@pytest.fixture
def guest(db):
    return person("Guest")


def invite(host, address: str = "") -> Invitation:
    return host.relationship.invite(by=host, address=address)


def accept(invitation: Invitation, by):
    return invitation.relationship.accept(invitation, by=by)


def waits(invitation: Invitation) -> bool:
    return Invitation.objects.waiting().filter(pk=invitation.pk).exists()


def test_it_works_once(host, guest):
    invitation = invite(host)
    assert waits(invitation)
    assert str(invitation) == str(invitation.pk)
    seat = accept(invitation, guest)
    assert (seat.invitation, seat.side, seat.person) == (invitation, "clinician", guest)
    assert not waits(invitation)
    with pytest.raises(NotWaiting):
        accept(invitation, person("Second"))
    assert host.relationship.participants.count() == 2


def test_a_forwarded_link_is_the_first_ones_and_then_nobodys(host, guest):
    invitation = invite(host)
    forwarded = Invitation.objects.of_token(invitation.token).get()
    accept(forwarded, person("Neighbour"))
    with pytest.raises(NotWaiting):
        accept(invitation, guest)


def test_it_works_for_a_while(host, guest, settings):
    settings.INVITATION_HOURS = 72
    with time_machine.travel("2031-05-06 12:00Z", tick=False) as clock:
        invitation = invite(host)
        assert invitation.expires_at == dt.datetime(2031, 5, 9, 12, tzinfo=dt.UTC)
        clock.move_to("2031-05-09 12:00Z")
        assert not waits(invitation)
        with pytest.raises(NotWaiting):
            accept(invitation, guest)
        clock.move_to("2031-05-09 11:59:59Z")
        assert waits(invitation)
        assert accept(invitation, guest).person == guest


def test_the_one_sent_by_e_mail_is_bound_to_its_address(host, guest):
    invitation = invite(host, " Guest@Example.org ")
    with pytest.raises(AnotherAddress):
        accept(invitation, person("Neighbour"))
    assert waits(invitation)
    assert accept(invitation, guest).person == guest


def test_an_address_that_is_not_shown_to_be_theirs_is_not_theirs(host, guest):
    invitation = invite(host, "other@example.org")
    theirs = EmailAddress.objects.create(user=guest, email="other@example.org", verified=False)
    with pytest.raises(AnotherAddress):
        accept(invitation, guest)
    theirs.verified = True
    theirs.save()
    assert accept(invitation, guest).person == guest


def test_one_person_does_not_fill_both_seats(host, guest):
    invitation = invite(host)
    with pytest.raises(OnePersonOneSeat):
        accept(invitation, host.person)
    assert waits(invitation)
    assert accept(invitation, guest).person == guest


def test_taken_back_it_works_no_more(host, guest):
    invitation, other = invite(host), invite(host)
    host.relationship.take_back(invitation, by=host)
    for again in (
        lambda: accept(invitation, guest),
        lambda: host.relationship.take_back(invitation, by=host),
    ):
        with pytest.raises(NotWaiting):
            again()
    assert accept(other, guest).person == guest
    with pytest.raises(NotWaiting):
        host.relationship.take_back(other, by=host)


def test_declined_it_works_no_more_and_names_nobody(host, guest):
    invitation = invite(host)
    host.relationship.decline(invitation)
    event = host.relationship.head()
    assert (event.verb, event.actor, event.invitation) == ("declined", None, invitation)
    for again in (lambda: accept(invitation, guest), lambda: host.relationship.decline(invitation)):
        with pytest.raises(NotWaiting):
            again()
    assert accept(invite(host), guest).person == guest


def test_when_the_seat_is_taken_the_others_stop_waiting(host, guest):
    first, second = invite(host), invite(host, "somebody@example.org")
    accept(first, guest)
    assert not waits(second)
    with pytest.raises(NotWaiting):
        accept(second, person("Somebody"))
    with pytest.raises(SeatTaken):
        invite(host)


def test_when_the_record_has_ended_nobody_comes_in(host, guest):
    invitation = invite(host)
    host.relationship.end(by=host)
    assert not waits(invitation)
    with pytest.raises(Ended):
        accept(invitation, guest)
    with pytest.raises(Ended):
        invite(host)


def test_an_invitation_of_another_record_does_not_open_this_one(host, guest):
    foreign_host = person("Foreign")
    foreign = Relationship.begin(by=foreign_host, side="patient")
    invitation = foreign.invite(by=foreign.seat_of(foreign_host))
    with pytest.raises(NotWaiting):
        host.relationship.accept(invitation, by=guest)
    assert accept(invitation, guest).relationship == foreign


# --- The token ---------------------------------------------------------------------------------------------


def everything_kept() -> str:
    """Every value of every row of every table."""
    rows = (row for model in apps.get_models() for row in model.objects.values_list())
    return " ".join(str(value) for row in rows for value in row)


def test_no_token_is_anywhere_in_the_database(host):
    for invitation in (invite(host), invite(host, "guest@example.org")):
        kept = everything_kept()
        assert invitation.token_hash in kept
        assert invitation.token not in kept
        assert invitation.token.replace("-", "") not in kept


def test_the_link_opens_only_its_own_invitation(host):
    first, second = invite(host), invite(host)
    assert Invitation.objects.of_token(first.token).get() == first
    assert first.token != second.token
    for wrong in ("", "x", first.token[:-1], first.token_hash, str(first.pk)):
        assert not Invitation.objects.of_token(wrong).exists()


def test_a_link_may_be_typed_as_one_likes(host):
    token = invite(host).token
    for typed in (token.upper(), token.replace("-", ""), token.replace("-", " "), f"  {token}\n"):
        assert Invitation.objects.of_token(typed).count() == 1


def test_a_typed_link_has_100_bits_and_a_mailed_one_256(host):
    typed, mailed = invite(host).token.replace("-", ""), invite(host, "guest@example.org").token
    assert len(typed) * 5 == 100
    assert len(mailed) * 5 >= 256
    assert set(typed + mailed) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_after_a_change_of_key_a_link_is_not_shown_any_more_and_those_given_out_still_work(
    host, guest, settings
):
    invitation = invite(host)
    given_out = invitation.token
    assert invitation.showable
    settings.SECRET_KEY = "another key"
    assert not invitation.showable
    assert invitation.token != given_out
    assert Invitation.objects.of_token(given_out).get() == invitation
    assert digest_of(given_out) == invitation.token_hash
