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
from relationships.demo import drawings
from relationships.models import Consult, Entry, Participant, Picture, Relationship, Side
from relationships.models.picture import made_anew

STORY = Path(__file__).with_name("story.toml")
DOMAIN = "demonstration.example"
"""Addresses that can never receive mail (RFC 2606), by which the people of a demonstration are known."""

MINUTES = 15
"""How long a consultation from a file is said to have been planned for."""

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
    """The year of `story.toml`, ending yesterday, with something planned for tomorrow."""
    story = tomllib.loads(STORY.read_text())
    people = {person.pop("side"): _person(**person) for person in story["people"]}
    acts = story["acts"]
    with transaction.atomic():
        with clock.telling(_when(acts[0], people) - dt.timedelta(hours=3)):
            relationship, seats = _pair(people)
        told = Told(relationship)
        for act in acts:
            with clock.telling(_when(act, people)):
                told.perform(seats[act["by"]], act)
        for side, seat in seats.items():
            Picture.objects.create(
                participant=seat, relationship=relationship, image=made_anew(drawings.of(side))
            )
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
        met_at = (now - dt.timedelta(hours=3)).replace(second=0, microsecond=0)
        with clock.telling(now - dt.timedelta(days=1)):
            relationship.write(by=patient, text=spoken["presenting_complaint"], kind="life_context")
            consult = relationship.plan(by=patient, starts_at=met_at, minutes=MINUTES).consult
        with clock.telling(met_at + dt.timedelta(minutes=MINUTES)):
            relationship.meet(consult, by=clinician)
            for part in _transcript(spoken["utterances"], people):
                relationship.write(
                    by=clinician, text=part, kind="conversation", consult=consult, helped_by="a recording"
                )
        with clock.telling(now - dt.timedelta(hours=2)):
            relationship.write(by=clinician, text=spoken["clinician_note"], kind="account", consult=consult)
            again = relationship.plan(by=clinician, starts_at=_tomorrow(), minutes=MINUTES).consult
        with clock.telling(now - dt.timedelta(hours=1)):
            relationship.write(by=patient, text=spoken["presenting_complaint"], kind="hope", consult=again)
    return relationship


def _tomorrow() -> dt.datetime:
    """At ten in the morning, in the zone of people who have not chosen one."""
    zone = timezone.get_default_timezone()
    return dt.datetime.combine(timezone.localdate(timezone=zone) + dt.timedelta(days=1), dt.time(10), zone)


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
    return _moment(act["days_ago"], act["at"], people[act["by"]])


def _moment(days_ago: int, at: str, person: Any) -> dt.datetime:
    zone = ZoneInfo(person.time_zone)
    day = timezone.now().astimezone(zone).date() - dt.timedelta(days=days_ago)
    return dt.datetime.combine(day, dt.time.fromisoformat(at), zone)


class Told:
    """A relationship while its story is told: what can be spoken of again, by its key."""

    def __init__(self, relationship: Relationship) -> None:
        self.relationship = relationship
        self.entries: dict[str, Entry] = {}
        self.consults: dict[str, Consult] = {}

    def perform(self, by: Participant, act: dict[str, Any]) -> None:
        match act["verb"]:
            case "open":
                unread = self.relationship.entries.unread_by(by).for_reading()
                self.relationship.open(by=by, page="", entries=unread)
            case "plan" | "move" | "call_off" | "meet":
                self._arrange(by, act)
            case _:
                entry = self._enter(by, act)
                if "key" in act:
                    self.entries[act["key"]] = entry

    def _arrange(self, by: Participant, act: dict[str, Any]) -> None:
        what: dict[str, Any] = {
            name: act[name] for name in ("minutes", "way", "where", "reason") if name in act
        }
        if "starts_at" in act:
            what["starts_at"] = _moment(act["starts_days_ago"], act["starts_at"], by.person)
        known = [self.consults[act["consult"]]] if act["consult"] in self.consults else []
        told = getattr(self.relationship, act["verb"])(*known, by=by, **what)
        self.consults[act["consult"]] = told.consult

    def _enter(self, by: Participant, act: dict[str, Any]) -> Entry:
        record, text, helped_by = self.relationship, act.get("text", ""), act.get("helped_by", "")
        due_on, answers = _day(act.get("due_days_ago")), act.get("answers")
        match act["verb"]:
            case "write":
                return record.write(
                    by=by,
                    text=text,
                    kind=act["kind"],
                    happened_on=_day(act.get("happened_days_ago")),
                    due_on=due_on,
                    consult=self.consults[act["consult"]] if "consult" in act else None,
                    answers=answers,
                    helped_by=helped_by,
                    door=act.get("door", ""),
                    ranked=[str(self.entries[key].pk) for key in act["ranked"]] if "ranked" in act else None,
                )
            case "answer":
                return record.answer(
                    self.entries[act["about"]],
                    by=by,
                    text=text,
                    kind=act.get("kind", "reply"),
                    due_on=due_on,
                    answers=answers,
                    helped_by=helped_by,
                )
            case "correct":
                return record.correct(
                    self.entries[act["about"]], by=by, text=text, helped_by=helped_by, why=act.get("why", "")
                )
            case "withdraw":
                return record.withdraw(self.entries[act["about"]], by=by, text=text)
            case verb:
                raise ValueError(f"The story knows no verb {verb!r}.")


def _day(days_ago: int | None) -> dt.date | None:
    return None if days_ago is None else timezone.localdate() - dt.timedelta(days=days_ago)
