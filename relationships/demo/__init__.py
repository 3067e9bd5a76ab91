"""Relationships to look at: a year that two people who do not exist have written, and consultations from files."""

import datetime as dt
import json
import secrets
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from relationships import clock, prose
from relationships.models import Entry, Participant, Relationship, Side

STORY = Path(__file__).with_name("story.toml")
DOMAIN = "demonstration.example"
"""Addresses that can never receive mail (RFC 2606), by which the people of a demonstration are known."""

GIVEN_NAMES = (
    "Alva",
    "Benno",
    "Cleo",
    "Dag",
    "Edda",
    "Faro",
    "Gry",
    "Hedda",
    "Ilmo",
    "Juno",
    "Kaia",
    "Linus",
)


def tell_the_story() -> Relationship:
    """The year of `story.toml`, ending yesterday."""
    story = tomllib.loads(STORY.read_text())
    people = {person.pop("side"): _person(**person) for person in story["people"]}
    acts = story["acts"]
    with transaction.atomic():
        with clock.telling(_when(acts[0], people) - dt.timedelta(hours=3)):
            relationship, seats = _pair(people)
        told: dict[str, Entry] = {}
        for act in acts:
            with clock.telling(_when(act, people)):
                _perform(relationship, seats[act["by"]], act, told)
    return relationship


def load_consultations(directory: Path) -> Iterator[Relationship]:
    """One relationship for each consultation file (`docs/consultations.md` describes the format)."""
    for number, path in enumerate(sorted(directory.glob("*.json"))):
        yield _consultation(json.loads(path.read_text()), number)


def _consultation(spoken: dict[str, Any], number: int) -> Relationship:
    given = GIVEN_NAMES[number % len(GIVEN_NAMES)]
    people = {
        Side.PATIENT.value: _person(name=f"{given} Somebody, {spoken['id']}", called=given),
        Side.CLINICIAN.value: _person(name=f"Doctor of {spoken['id']}", called="The doctor"),
    }
    now = timezone.now()
    with transaction.atomic():
        with clock.telling(now - dt.timedelta(days=2)):
            relationship, seats = _pair(people)
        patient, clinician = seats[Side.PATIENT], seats[Side.CLINICIAN]
        with clock.telling(now - dt.timedelta(days=1)):
            relationship.write(by=patient, text=spoken["presenting_complaint"], kind="life_context")
        with clock.telling(now - dt.timedelta(hours=3)):
            for part in _transcript(spoken["utterances"], people):
                relationship.write(by=clinician, text=part, kind="conversation", helped_by="a recording")
        with clock.telling(now - dt.timedelta(hours=2)):
            relationship.write(by=clinician, text=spoken["clinician_note"], kind="conversation")
    return relationship


def _transcript(utterances: list[dict[str, Any]], people: dict[str, Any]) -> Iterator[str]:
    """What was said, in as many parts as an entry's length asks for."""
    part = ""
    for utterance in utterances:
        line = f"**{people[utterance['speaker']].short_name}:** {utterance['text']}"
        if len(part) + len(line) + 2 > prose.LIMIT:
            yield part
            part = ""
        part = f"{part}\n\n{line}" if part else line
    yield part


def _person(*, name: str, **settings: str) -> Any:
    """A person who can sign in by a link in development, and in no other way."""
    address = f"{name.split()[0].lower()}-{secrets.token_hex(4)}@{DOMAIN}"
    person = get_user_model().objects.create_user(address, name=name, **settings)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


def _pair(people: dict[str, Any]) -> tuple[Relationship, dict[str, Participant]]:
    """Two people at the beginning: the patient begins and invites, the other accepts."""
    patient, clinician = people[Side.PATIENT], people[Side.CLINICIAN]
    relationship = Relationship.begin(by=patient, side=Side.PATIENT)
    first = relationship.seat_of(patient)
    second = relationship.accept(relationship.invite(by=first), by=clinician)
    return relationship, {Side.PATIENT: first, Side.CLINICIAN: second}


def _when(act: dict[str, Any], people: dict[str, Any]) -> dt.datetime:
    """The moment of an act, by the clock on the wall of whoever does it."""
    zone = ZoneInfo(people[act["by"]].time_zone)
    day = timezone.now().astimezone(zone).date() - dt.timedelta(days=act["days_ago"])
    return dt.datetime.combine(day, dt.time.fromisoformat(act["at"]), zone)


def _perform(
    relationship: Relationship, by: Participant, act: dict[str, Any], told: dict[str, Entry]
) -> None:
    text = act.get("text", "")
    helped_by = act.get("helped_by", "")
    match act["verb"]:
        case "open":
            unread = relationship.entries.unread_by(by).for_reading()
            relationship.open(by=by, page="", entries=unread)
            return
        case "write":
            day = act.get("happened_days_ago")
            happened_on = timezone.localdate() - dt.timedelta(days=day) if day else None
            entry = relationship.write(
                by=by, text=text, kind=act["kind"], happened_on=happened_on, helped_by=helped_by
            )
        case "answer":
            entry = relationship.answer(told[act["about"]], by=by, text=text, helped_by=helped_by)
        case "correct":
            entry = relationship.correct(told[act["about"]], by=by, text=text, helped_by=helped_by)
        case "withdraw":
            entry = relationship.withdraw(told[act["about"]], by=by, text=text)
        case verb:
            raise ValueError(f"The story knows no verb {verb!r}.")
    if "key" in act:
        told[act["key"]] = entry
