"""The people of the tests: two who keep a record together, and one who must never see anything."""

import datetime as dt
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.test import Client

from accounts.models import LogIn
from relationships.models import Entry, Participant, Relationship, Side

PASSWORD = "a long enough pass phrase"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
CANARY = "canary-7e3f"
"""A word of the record that must never turn up anywhere else."""
from_one_chair = pytest.mark.parametrize("side", ["patient"])
"""For a test that looks at no page: the verbs do not ask who sits where."""


def person(name: str, **settings: Any) -> Any:
    """Somebody with a verified address (`wren@example.org` for Wren) and PASSWORD, who has logged in before."""
    address = f"{name.split()[0].lower()}@example.org"
    someone = get_user_model().objects.create_user(address, PASSWORD, name=name, **settings)
    EmailAddress.objects.create(user=someone, email=address, verified=True, primary=True)
    logged_in_before(someone)
    return someone


def logged_in_before(someone: Any) -> None:
    LogIn.objects.create(person=someone, at=LONG_AGO, outcome=LogIn.Outcome.CAME_IN)


@dataclass
class Pair:
    """A relationship and its two seats."""

    relationship: Relationship
    patient: Participant
    clinician: Participant

    def seat(self, side: str) -> Participant:
        return self.patient if side == Side.PATIENT else self.clinician


def pair(patient: Any, clinician: Any) -> Pair:
    """Two people who have begun: the patient invited, the clinician accepted."""
    relationship = Relationship.begin(by=patient, side=Side.PATIENT)
    first = relationship.seat_of(patient)
    second = relationship.accept(relationship.invite(by=first), by=clinician)
    return Pair(relationship, first, second)


def signed_in(someone: Any) -> Client:
    """A browser at which somebody has logged in just now."""
    client = Client()
    client.force_login(someone)
    prove(client, someone)
    return client


def prove(client: Client, someone: Any, at: float | None = None) -> None:
    """Somebody has shown who they are, now or at that second."""
    session = client.session
    proof = {"method": "password", "at": time.time() if at is None else at, "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [proof]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(someone)
    session.save()


class Chair:
    """One of the two, with their seat and a browser."""

    def __init__(
        self, participant: Participant, relationship: Relationship, client: Client | None = None
    ) -> None:
        self.participant, self.relationship = participant, relationship
        if client is not None:
            self.client = client

    @cached_property
    def client(self) -> Client:
        """Logged in when it is first used: a test that looks at no page pays for none."""
        return signed_in(self.participant.person)

    @property
    def address(self) -> str:
        return f"/r/{self.relationship.pk}/"

    def write(self, text: str = f"One line, {CANARY}.", **what: Any) -> Entry:
        return self.relationship.write(by=self.participant, text=text, **what)

    def answer(self, entry: Entry, text: str = "I hear you.", **what: Any) -> Entry:
        return self.relationship.answer(entry, by=self.participant, text=text, **what)

    def correct(self, entry: Entry, text: str = "Rather like this.", **what: Any) -> Entry:
        return self.relationship.correct(entry, by=self.participant, text=text, **what)

    def withdraw(self, entry: Entry, text: str = "") -> Entry:
        return self.relationship.withdraw(entry, by=self.participant, text=text)

    def get(self, page: str = "", **query: Any) -> Any:
        """A page of the record, by its address within it."""
        return self.client.get(self.address + page, query)

    def post(self, page: str = "", **data: Any) -> Any:
        return self.client.post(self.address + page, data)
