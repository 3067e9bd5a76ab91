"""What the pages are looked at with: believable people and words, and every state that has a page of its own."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from relationships import clock, doors, erasing
from relationships.demo import drawings
from relationships.models import Consult, Draft, Entry, Invitation, Participant, Picture, Relationship, Side
from relationships.models.picture import made_anew
from tests.cast import Pair, pair, person
from tests.trust.locks import App, Passkey, recovery_codes

RIVER = """I would rather be at the river than anywhere else, and I would like us to plan around that.

What helps:

- mornings, before the wind gets up
- somebody to carry the chair
- not being asked whether I *should*

> You told me once: "We can make room for that."

It stayed with me."""

LONGEST_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
LONGEST_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 3


@dataclass
class World:
    two: Pair
    wren: Any
    isko: Any
    newcomer: Any
    """Somebody with an account and no journal yet."""
    hurried: Any
    """Somebody who may have to leave in a hurry."""
    entries: dict[str, Entry]
    consults: dict[str, Consult]
    """`coming`, `now` (its time has come), `over` (nobody has said whether they met), `off`, `met`, and `again`:
    met as well, with answers of Wren's only."""
    ended: Relationship
    """Of Wren and somebody else."""
    former: Any
    """That somebody else, who likes to choose when to open new words."""
    begun: Relationship
    """Wren's, with nobody in the other seat."""
    link: Invitation
    """To the empty seat, for whoever holds it."""
    mailed: Invitation
    """To the empty seat, for one address."""
    locked: Any
    """Somebody with an app, a passkey and recovery codes."""
    key: int
    """The number of that passkey."""

    @property
    def relationship(self) -> Relationship:
        return self.two.relationship


def made() -> World:
    wren = person("Wren Halloway", called="Wren", pronouns="she/her", time_zone="Europe/London")
    isko = person("Isko Marchetti-Oduya", called="Isko", pronouns="he/him", time_zone="Europe/Lisbon")
    with _days_ago(300):
        two = pair(wren, isko)
    with _days_ago(40):
        begun = Relationship.begin(by=wren, side=Side.PATIENT)
    mine = begun.seat_of(wren)
    former = person("Doctor Before", pauses_first=True)
    locked = person("Lou Vance")
    App(locked)
    Passkey(locked)
    recovery_codes(locked)
    told = _written(two)
    _agreed(two, told)
    _portrayed(two)
    return World(
        two=two,
        wren=wren,
        isko=isko,
        newcomer=person("Noor Birch"),
        hurried=person("Tam Ash", leaves_quickly=True),
        former=former,
        entries=told,
        consults=_arranged(two, told),
        ended=_ended(wren, former),
        begun=begun,
        link=begun.invite(by=mine),
        mailed=begun.invite(by=mine, address="somebody@example.org"),
        locked=locked,
        key=locked.authenticator_set.get(type="webauthn").pk,
    )


def _portrayed(two: Pair) -> None:
    """Wren's page, in every state that looks different, and a picture; Isko has not begun theirs."""
    record, wren = two.relationship, two.patient
    with _days_ago(295):
        dog = record.write(by=wren, text="My sister.", kind="portrait", door="people", helped_by="Ann")
        record.correct(dog, by=wren, text="My sister, and the dog.")
        own = f"portrait/{doors.new_name()}"
        record.write(by=wren, text="What I sing", kind="change", door=own)
        record.write(by=wren, text="Low and slow.", kind="portrait", door=own.partition("/")[2])
        record.write(by=wren, text="Ask twice.", kind="portrait", door="please_do")
        dropped = {"door": {"level": "dropped"}}
        record.write(by=wren, text="", kind="change", door="portrait/please_do", answers=dropped)
        gone = record.write(by=wren, text="Tea.", kind="portrait", door="also")
        record.withdraw(gone, by=wren, text="Coffee, these days.")
    Picture.show(made_anew(drawings.of("patient")), by=wren)


def _days_ago(days: int) -> Any:
    return clock.telling(timezone.now() - dt.timedelta(days=days))


def _written(two: Pair) -> dict[str, Entry]:
    record, wren, isko = two.relationship, two.patient, two.clinician
    told: dict[str, Entry] = {}
    with _days_ago(290):
        told["river"] = record.write(by=wren, text=RIVER, kind="value")
        told["owl"] = record.write(
            by=isko, text="I think best when I can draw it. Bear with me.", kind="value"
        )
    with _days_ago(200):
        _look(record, isko)
        told["plain"] = record.write(
            by=wren,
            text="Tell me the worst of it first, and then stop talking for a bit.",
            kind="care_preference",
            helped_by="Mira, my sister",
            happened_on=timezone.localdate() - dt.timedelta(days=203),
        )
        told["care"] = record.write(
            by=isko, text="I like to sit down before I say anything.", kind="care_preference"
        )
    with _days_ago(90):
        _look(record, wren)
        told["moved"] = record.write(
            by=wren,
            text="We moved house and I hate it.",
            kind="life_context",
            prompt="What has happened since we last met?",
        )
        record.correct(
            told["moved"], by=wren, text="We moved house, and some days I hate it. Not on Sundays."
        )
        told["sorry"] = record.write(
            by=isko, text="I said it went well. That was not mine to say.", kind="conversation"
        )
        record.withdraw(told["sorry"], by=isko, text="It sounded colder than I meant.")
    with _days_ago(6):
        _look(record, isko)
        told["answer"] = record.answer(
            told["moved"], by=isko, text="Sundays are a start. What is different then?"
        )
        told["other"] = record.answer(
            told["moved"],
            by=wren,
            text="I remember it differently: I never said that the house was the trouble.",
        )
        told["anything"] = record.write(
            by=isko, text="The heron is back on the roof of the practice.", kind=""
        )
    with _days_ago(2):
        told["new"] = record.write(
            by=isko, text="We talked about the stairs, and laughed.", kind="conversation"
        )
        erasing.announce(told["anything"], reason="It names somebody who is not here, and they asked for it.")
    Draft.keep(wren, "write/", None, None, text="Not yet ready for anybody.", kind="value", prompt="")
    return told


def _agreed(two: Pair, told: dict[str, Entry]) -> None:
    """What holds between the two, what waits, what was before, and what they have made of the questions."""
    record, wren, isko = two.relationship, two.patient, two.clinician
    way = {"kind": "way_of_working"}
    with _days_ago(80):
        before = record.write(by=wren, text="First names.", door="names", **way)
        record.answer(before, by=isko, kind="agreement")
        holds = record.write(
            by=isko, text="I read on Tuesdays, and *never* at night.", door="answering", **way
        )
        record.answer(holds, by=wren, kind="agreement", text="That is good to know.")
    with _days_ago(60):
        newer = record.write(by=isko, text="Wren and Isko, whoever listens.", door="names", **way)
        record.answer(newer, by=wren, kind="agreement")
        record.correct(holds, by=isko, text="I read on Tuesdays and Fridays, and never at night.")
        record.write(by=wren, text="I write things down as they come.", door="between", **way)
        told["proposed"] = record.write(by=isko, text="You ring if it cannot wait.", door="between", **way)
        record.write(by=wren, text="What would you not want to miss?", kind="change", door="value/most")
        record.write(by=isko, text="what the river was like", kind="change", door="c" * 32)
        dropped = {"door": {"level": "dropped"}}
        record.write(by=isko, text="", kind="change", door="conversation/unsaid", answers=dropped)
        record.write(by=wren, text="", kind="change", door="life_context", answers=dropped)


def _arranged(two: Pair, told: dict[str, Entry]) -> dict[str, Consult]:
    """Consults in every state, and what is said around them."""
    record, wren, isko = two.relationship, two.patient, two.clinician
    now = timezone.now()

    def planned(by: Participant, days: float, **what: Any) -> Consult:
        with _days_ago(30):
            return record.plan(by=by, starts_at=now + dt.timedelta(days=days), minutes=20, **what).consult

    found = {
        "off": planned(isko, 5, way="telephone"),
        "over": planned(isko, -3, way="video"),
        "met": planned(wren, -20, way="in_person", where="The room with the blue door, up the stairs"),
        "again": planned(wren, -10, way="home"),
        "now": planned(wren, 0.02, way="video"),
        "coming": planned(wren, 3, way="home", where="At my sister’s, the second bell"),
    }
    with _days_ago(29):
        record.move(
            found["coming"],
            by=isko,
            starts_at=now + dt.timedelta(days=4),
            minutes=30,
            way="home",
            where="At my sister’s, the second bell",
            reason="The ferry does not go that day.",
        )
        record.call_off(found["off"], by=wren, reason="We said it all the last time.")
    told["hope"] = record.write(
        by=wren, text="That the stairs are not all of it.", kind="hope", consult=found["met"]
    )
    with _days_ago(19):
        record.meet(found["met"], by=isko)
        record.answer(told["hope"], by=isko, kind="talked_about")
        record.write(by=wren, text="You drew the stairs, and I saw it.", kind="account", consult=found["met"])
        record.write(by=isko, text="We drew, and then you talked.", kind="account", consult=found["met"])
        for seat, level in ((wren, "mostly"), (isko, "yes")):
            answers = {"heard": {"level": level, "words": "You waited."}, "next": {"level": "a_little"}}
            record.write(by=seat, text="", kind="experience", consult=found["met"], answers=answers)
        told["promise"] = record.write(
            by=wren,
            text="I ask my sister about the chair.",
            kind="promise",
            consult=found["met"],
            due_on=timezone.localdate() + dt.timedelta(days=5),
        )
        told["kept"] = record.write(
            by=isko,
            text="I ring the workshop.",
            kind="promise",
            due_on=timezone.localdate() - dt.timedelta(days=9),
        )
        record.answer(told["kept"], by=isko, text="They have one.", kind="kept")
    with _days_ago(9):
        record.meet(found["again"], by=wren)
        answers = {"understood": {"level": "no", "words": "Not about the river."}}
        told["hers alone"] = record.write(
            by=wren, text="", kind="experience", consult=found["again"], answers=answers
        )
        told["two views"] = record.answer(
            told["owl"], by=wren, text="You would like to draw me.", kind="reflection"
        )
        record.answer(told["two views"], by=isko, text="Not you. The problem.", kind="difference")
        told["said back"] = record.answer(
            told["river"], by=isko, text="The river comes first, and the rest around it.", kind="reflection"
        )
        record.write(by=wren, text="That I can sleep there one night.", kind="hope", consult=found["coming"])
        record.write(by=isko, text="Curious, and a little late.", kind="arrival", consult=found["coming"])
    _thought(two, told)
    return found


def _thought(two: Pair, told: dict[str, Entry]) -> None:
    """What holds, in every state that its pages show."""
    record, wren, isko = two.relationship, two.patient, two.clinician
    with _days_ago(500):
        told["asked again"] = record.write(by=wren, text="That my sister is told as well.", kind="value")
        told["gone"] = record.write(by=wren, text="Going back to work full time.", kind="value")
        record.write(by=isko, text="Ask me twice, if I am quick.", kind="care_preference")
        told["heals"] = record.write(
            by=isko, text="Time heals more than I do.", kind="philosophy", door="heals"
        )
    with _days_ago(60):
        record.answer(told["gone"], by=wren, kind="no_longer", text="Three days are enough.")
        record.answer(told["heals"], by=isko, kind="still_true")
        record.correct(told["river"], by=wren, text=RIVER, why="It was never about the fishing.")
        ranked = [str(told[name].pk) for name in ("river", "asked again")]
        record.write(by=wren, text="", kind="order", door="value", ranked=ranked)
        record.write(by=wren, text="We both wait well.", kind="philosophy", door="meets")


def _look(record: Relationship, reader: Participant) -> None:
    record.open(by=reader, page="", entries=record.entries.unread_by(reader).for_reading())


def _ended(wren: Any, former: Any) -> Relationship:
    with _days_ago(900):
        two = pair(wren, former)
        two.relationship.write(by=two.clinician, text="Go well.", kind="")
    with _days_ago(320):
        two.relationship.write(by=two.patient, text="I kept your drawing of the heron.", kind="value")
        two.relationship.write(by=two.patient, text="I sail, slowly.", kind="portrait", door="wellness")
        two.relationship.end(by=two.patient)
    return two.relationship


def add_extremes(two: Pair) -> None:
    """Words and languages that push at the edges of a page."""
    two.relationship.write(
        by=two.patient, text=f"{LONGEST_WORD} {LONGEST_WORD}\n\n    {LONGEST_WORD}", kind="value"
    )
    two.relationship.write(by=two.clinician, text=f"https://example.org/{LONGEST_WORD}", kind="conversation")
    hebrew = two.relationship.write(
        by=two.patient,
        text="אני מעדיפה שתגיד לי הכול.\n\n- בבוקר\n- עם אחותי\n\nOne line in English.",
        kind="care_preference",
    )
    two.relationship.answer(
        hebrew, by=two.clinician, text="فهمت. سأخبرك أولاً، ثم نصمت قليلاً معاً.", helped_by="ليلى"
    )
    two.relationship.write(by=two.clinician, text="كتبت هذا ببطء، كي لا أنسى: النهر أولاً.", kind="value")
