"""Nobody else gets in: every address of the site, every way to ask, everybody who has no place there.

A record answers 200 to its two people and to nobody else, and what is not there, what is somebody else's and
what cannot be an address at all look the same. No word of it stands in a refusal, a log or a mail.
"""

import datetime as dt
import inspect
import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from accounts import calendar_address
from relationships import clock
from relationships.models import Draft, Invitation, Picture, Relationship
from tests.cast import CANARY, PASSWORD, Pair, pair, person, signed_in
from tests.config.post import queued

WHO_MAY_SEE = {
    # Pages of a record: its two people.
    "record": "the two",
    "write": "the two",
    "draft": "the two",
    "draft-discarding": "the two",
    "entry": "the two",
    "answer": "the two",
    "answer-differently": "the two",
    "correction": "the two",
    "reflection": "the two",
    "acknowledgement": "the two",
    "withdrawal": "the two",
    "difference": "the two",
    "telling": "the two",
    "saying-about": "the two",
    "saying": "the two",
    "saying-door": "the two",
    "values": "the two",
    "care": "the two",
    "philosophy": "the two",
    "portraits": "the two",
    "portrait": "the two",
    "portrait-mine": "the two",
    "portrait-picture": "the two",
    "portrait-picture-of": "the two",
    "portrait-adding": "the two",
    "portrait-door": "the two",
    "portrait-leaving-out": "the two",
    "portrait-offering": "the two",
    "working": "the two",
    "prompts": "the two",
    "prompt": "the two",
    "prompt-adding": "the two",
    "heading-adding": "the two",
    "prompt-leaving-out": "the two",
    "prompt-offering": "the two",
    "prompt-first-name": "the two",
    "keeping": "the two",
    "releasing": "the two",
    "moving": "the two",
    "talked-about": "the two",
    "promise": "the two",
    "values-order": "the two",
    "care-order": "the two",
    "consults": "the two",
    "consult-planning": "the two",
    "consult-unplanned": "the two",
    "over-time": "the two",
    "consult": "the two",
    "consult-moving": "the two",
    "consult-calling-off": "the two",
    "consult-meeting": "the two",
    "consult-brief": "the two",
    "consult-brief-text": "the two",
    "hope": "the two",
    "hope-more": "the two",
    "arrival": "the two",
    "room": "the two",
    "handing-over": "the two",
    "account": "the two",
    "questions": "the two",
    "brief": "the two",
    "brief-text": "the two",
    "events": "the two",
    "invitations": "the two",
    "invitation": "the two",
    "invitation-taking-back": "the two",
    "ending": "the two",
    "export": "the two",
    "checking": "the two",
    # One's own pages.
    "home": "whoever is logged in",
    "today": "whoever is logged in",
    "today-briefs": "whoever is logged in",
    "calendar": "whoever is logged in",
    "own-code": "whoever is logged in",
    "begin": "whoever is logged in",
    "settings": "whoever is logged in",
    "proof": "whoever is logged in",
    "second-lock": "whoever is logged in",
    "log-ins": "whoever is logged in",
    "join-agreed": "whoever is logged in",
    # An invitation shows who invites, to whoever holds it.
    "join": "whoever holds the link",
    "join-decline": "whoever holds the link",
    "calendar-feed": "whoever holds the link",
    # A device that somebody hands over holds nothing but one question.
    "handed-over": "whoever holds the device",
    "handed-over-end": "whoever holds the device",
    # For development; not there in production.
    "sign-in": "nobody",
    # Who somebody is.
    "about": "anybody",
    "health": "anybody",
    "ready": "anybody",
    "account_login": "anybody",
    "account_logout": "anybody",
    "account_inactive": "anybody",
    "account_signup": "anybody",
    "account_email_verification_sent": "anybody",
    "account_request_login_code": "anybody",
    "account_confirm_login_code": "anybody",
    "account_reset_password": "anybody",
    "account_confirm_password_reset_code": "anybody",
    "account_complete_password_reset": "anybody",
    "account_password_reset_completed": "anybody",
    "account_reauthenticate": "whoever is logged in",
    "account_email": "whoever is logged in",
    "account_change_password": "whoever is logged in",
    "account_set_password": "whoever is logged in",
    # How somebody proves it.
    "mfa_authenticate": "anybody",
    "mfa_login_webauthn": "anybody",
    "mfa_index": "whoever is logged in",
    "mfa_reauthenticate": "whoever is logged in",
    "mfa_reauthenticate_webauthn": "whoever is logged in",
    "mfa_activate_totp": "whoever is logged in",
    "mfa_deactivate_totp": "whoever is logged in",
    "mfa_view_recovery_codes": "whoever is logged in",
    "mfa_generate_recovery_codes": "whoever is logged in",
    "mfa_download_recovery_codes": "whoever is logged in",
    "mfa_list_webauthn": "whoever is logged in",
    "mfa_add_webauthn": "whoever is logged in",
    "mfa_remove_webauthn": "whoever is logged in",
    "mfa_edit_webauthn": "whoever is logged in",
    # How long somebody stays, and how they leave.
    "usersessions_list": "whoever is logged in",
    "session": "whoever is logged in",
    "session-ending": "whoever is logged in",
    "leaving": "anybody",
    "help": "anybody",
}
ONE_OF_THEM_ONLY = {
    # Of a journal that has one person only.
    "invitation",
    "invitation-taking-back",
    # One's own words, or the other's.
    "correction",
    "withdrawal",
    "reflection",
    "acknowledgement",
    "moving",
    "saying-about",
    "telling",
}
# What they try is in tests/trust/test_a1_nobody_else_gets_in.py.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
NEVER_SHOWN_BY_GET = {
    "draft",
    "draft-discarding",
    "invitation-taking-back",
    "consult-meeting",
    "talked-about",
    "prompt-leaving-out",
    "prompt-offering",
    "prompt-first-name",
    "portrait-leaving-out",
    "portrait-offering",
}
"""Addresses that only take something: GET is refused there to everybody."""
OUTSIDERS = ["anonymous", "stranger", "newcomer", "invited", "unverified", "deactivated"]

pytestmark = pytest.mark.django_db


def every_route(patterns=None, before=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from every_route(pattern.url_patterns, route)


def has_the_mark(view):
    """Whether the door stands before a view, however many wrappers stand before the door."""
    while view is not None:
        if vars(view).get("door") is True:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


LEADS_TO = {
    "entry": {"entry", "answer", "answer-differently", "correction", "withdrawal"},
    "theirs": {"reflection"},
    "reflection": {"acknowledgement", "difference"},
    "mine": {"saying-about", "telling"},
    "promise": {"keeping", "releasing", "moving"},
    "hope": {"talked-about"},
    "planned": {
        *("consult", "consult-moving", "consult-calling-off", "consult-meeting"),
        *("consult-brief", "consult-brief-text", "hope", "hope-more", "arrival", "room", "handing-over"),
    },
    "met": {"account", "questions"},
}
"""Which of the ids of the site stands in an address."""


SAID = {
    "saying": ["appreciation"],
    "saying-door": ["philosophy", "heals"],
    "saying-about": ["still_true"],
    "prompt": ["value/most"],
    "prompt-adding": ["value"],
    "prompt-leaving-out": ["value/most"],
    "prompt-offering": ["value/most"],
    "prompt-first-name": ["value/most"],
    "portrait": ["one"],
    "portrait-picture-of": ["one"],
    "portrait-door": ["people"],
    "portrait-leaving-out": ["people"],
    "portrait-offering": ["people"],
}
"""What else stands in an address: what can be said there, whose page it is, which door."""


@dataclass
class Site:
    """Something to find at every address: a full record, one with an empty seat, and one more invitation."""

    two: Pair
    half: Relationship
    invitation: Invitation
    spare: Invitation
    ids: dict

    def address(self, name):
        keys: dict[str, list[Any]] = {
            "invitation": [self.half.pk, self.invitation.pk],
            "invitation-taking-back": [self.half.pk, self.invitation.pk],
            "join": [self.spare.token],
            "join-decline": [self.spare.token],
            "sign-in": ["a-made-up-token"],
            "calendar-feed": [self.ids["calendar"]],
            "mfa_remove_webauthn": [1],
            "mfa_edit_webauthn": [1],
            "session-ending": [1],
        }
        key = next((key for key, names in LEADS_TO.items() if name in names), None)
        if key:
            return reverse(name, args=[self.two.relationship.pk, self.ids[key], *SAID.get(name, [])])
        if name in SAID:
            return reverse(name, args=[self.two.relationship.pk, *SAID[name]])
        if WHO_MAY_SEE[name] == "the two":
            return reverse(name, args=keys.get(name, [self.two.relationship.pk]))
        return reverse(name, args=keys.get(name))


@pytest.fixture
def site(two, wren, isko):
    """The word of the canary in every place that holds words, and something at every address."""
    relationship, patient, clinician = two.relationship, two.patient, two.clinician
    first = relationship.write(by=patient, text=f"Words, {CANARY}.", prompt=f"{CANARY}?", helped_by=CANARY)
    relationship.correct(first, by=patient, text=f"Better words, {CANARY}.", helped_by=CANARY)
    relationship.answer(first, by=clinician, text=f"An answer, {CANARY}.")
    gone = relationship.write(by=clinician, text=f"Gone words, {CANARY}.", kind="value")
    relationship.withdraw(gone, by=clinician, text=f"Because of {CANARY}.")
    mine = relationship.write(by=patient, text=f"I would not give up {CANARY}.", kind="value")
    theirs = relationship.write(by=clinician, text=f"I hold on to {CANARY}.", kind="value")
    for seat in (patient, clinician):
        for kind in ("value", "care_preference") * 2:
            relationship.write(by=seat, text=f"And {CANARY}.", kind=kind)
        relationship.write(by=seat, text=f"I believe in {CANARY}.", kind="philosophy", door="heals")
    said_back = relationship.answer(first, by=clinician, text=f"You mean {CANARY}.", kind="reflection")
    promise = relationship.write(by=patient, text=f"I bring {CANARY}.", kind="promise")
    now = clock.now()
    planned = relationship.plan(
        by=patient, starts_at=now + dt.timedelta(days=2), minutes=20, way="home", where=f"The {CANARY}"
    ).consult
    met = relationship.meet(
        None, by=clinician, starts_at=now - dt.timedelta(days=2), minutes=20, where=f"By the {CANARY}"
    ).consult
    hope = relationship.write(by=patient, text=f"That {CANARY} ends.", kind="hope", consult=planned)
    relationship.write(by=clinician, text=f"Slowly, {CANARY}.", kind="arrival", consult=planned)
    relationship.write(
        by=patient,
        text="",
        kind="experience",
        consult=met,
        answers={"heard": {"level": "yes", "words": f"Because of {CANARY}."}},
    )
    Draft.keep(patient, "write/", None, None, text=f"Not yet, {CANARY}.")
    relationship.write(by=patient, text=f"One who {CANARY}.", kind="portrait", door="people")
    Picture.show(CANARY.encode(), by=patient)
    calendar_address.make(wren)
    wren.refresh_from_db()
    half = Relationship.begin(by=wren, side="patient")
    seat = half.seat_of(wren)
    half.write(by=seat, text=f"Waiting, {CANARY}.")
    half.invite(by=seat, address="invited@example.org")
    other = Relationship.begin(by=isko, side="clinician")
    other.write(by=other.seat_of(isko), text=f"Alone, {CANARY}.")
    return Site(
        two=two,
        half=half,
        invitation=half.invite(by=seat),
        spare=other.invite(by=other.seat_of(isko)),
        ids={
            "entry": first.pk,
            "mine": mine.pk,
            "theirs": theirs.pk,
            "reflection": said_back.pk,
            "promise": promise.pk,
            "hope": hope.pk,
            "planned": planned.pk,
            "met": met.pk,
            "calendar": calendar_address.token_of(wren),
        },
    )


def browser_of(outsider, site, stranger):
    """A fresh browser of somebody who has no place in any of the records of the site."""
    match outsider:
        case "anonymous":
            return Client()
        case "stranger":
            return signed_in(stranger)
        case "newcomer":
            return signed_in(person("Newcomer"))
        case "invited":
            return signed_in(person("Invited"))
        case "unverified":
            someone = person("Unverified")
            EmailAddress.objects.filter(user=someone).update(verified=False)
            client = Client()
            client.post("/accounts/login/", {"login": someone.email, "password": PASSWORD})
            return client
        case "deactivated":
            someone = site.two.clinician.person
            client = signed_in(someone)
            someone.is_active = False
            someone.save()
            return client
    raise AssertionError(outsider)


def another(client):
    """The same person at a browser of their own, as far as they have come."""
    twin = Client()
    twin.cookies.update(client.cookies)
    return twin


# --- The addresses --------------------------------------------------------------------------------------


def test_every_route_of_a_record_has_the_mark_of_the_door():
    routes = [(route, pattern) for route, pattern in every_route() if route.startswith("r/<")]
    assert len(routes) == sum(who == "the two" for who in WHO_MAY_SEE.values())
    assert [route for route, pattern in routes if not has_the_mark(pattern.callback)] == []


def test_the_mark_is_looked_for_and_not_taken_for_granted():
    views = {pattern.name: pattern.callback for _, pattern in every_route()}
    assert has_the_mark(views["record"])
    assert not has_the_mark(views["record"].__wrapped__)
    assert not has_the_mark(views["home"])


def test_no_view_behind_the_door_is_handed_an_id_of_a_record():
    for route, pattern in every_route():
        if route.startswith("r/<"):
            behind = list(inspect.signature(pattern.callback).parameters)
            assert behind[:3] == ["request", "relationship", "me"], route
            assert "relationship_id" not in behind, route


def test_every_address_of_the_site_says_who_may_see_it():
    names = [pattern.name for _, pattern in every_route()]
    assert sorted(names) == sorted(WHO_MAY_SEE)


def test_every_route_with_an_id_of_a_record_stands_under_its_own_prefix():
    elsewhere = [route for route, _ in every_route() if "uuid:" in route and not route.startswith("r/<")]
    assert elsewhere == []


# --- Who gets in ----------------------------------------------------------------------------------------


def test_the_two_get_in_where_the_canary_is(site):
    wrens, iskos = (signed_in(seat.person) for seat in (site.two.patient, site.two.clinician))
    told = set()
    for name, who in WHO_MAY_SEE.items():
        if who != "the two":
            continue
        answer = wrens.get(site.address(name))
        assert answer.status_code == (405 if name in NEVER_SHOWN_BY_GET else 200), name
        told |= {name} if CANARY in answer.content.decode() else set()
        if name not in ONE_OF_THEM_ONLY:
            assert iskos.get(site.address(name)).status_code == answer.status_code, name
    words = {"record", "write", "entry", "answer", "answer-differently", "correction", "withdrawal"}
    words |= {"reflection", "acknowledgement", "keeping", "releasing", "moving", "room", "questions"}
    words |= {"difference", "telling", "saying-about"}
    words |= {"values", "values-order", "care", "care-order", "philosophy"}
    words |= {"portrait", "portrait-mine", "portrait-picture-of"}
    around = {"consults", "consult", "consult-moving", "consult-brief", "consult-brief-text"}
    assert told == words | around | {"brief", "brief-text"}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_each_outsider_is_who_the_test_takes_them_for(outsider, site, stranger):
    client = browser_of(outsider, site, stranger)
    own = {"stranger": 1, "newcomer": 0, "invited": 0}.get(outsider)
    home = another(client).get("/")
    if own is None:
        assert home.status_code == 302
    else:
        assert len(home.context["journals"]) == own


def test_a_draft_is_never_the_others_to_see_or_to_throw_away(site):
    iskos = signed_in(site.two.clinician.person)
    draft = site.two.patient.drafts.get()
    for name in ("write", "record", "home"):
        page = iskos.get(site.address(name)).content.decode()
        assert "Not yet" not in page
        assert "not shared" not in page
    discarding = site.address("draft-discarding")
    assert iskos.post(discarding, {"draft": str(draft.pk)}).status_code == 302
    iskos.post(
        site.address("draft"), {"text": "Mine now", "box": "write/", "draft": str(draft.pk), "version": 1}
    )
    draft.refresh_from_db()
    assert draft.text == f"Not yet, {CANARY}."
    assert signed_in(site.two.patient.person).post(discarding, {"draft": str(draft.pk)}).status_code == 302
    assert not site.two.patient.drafts.exists()


# --- What is not there and what is not yours ------------------------------------------------------------

ABOUT_AN_ENTRY = [  # Only to be looked at, and then those that take something.
    "",
    "answer/",
    "answer/differently/",
    "correction/",
    "withdrawal/",
]
ABOUT_A_RECORD = [
    "",
    "write/",
    "promise/",
    "draft/",
    "brief/",
    "brief/text/",
    "event/",
    "invitation/",
    "ending/",
]


def seen(answer):
    """What an answer says, without what is new in every answer."""
    body = re.sub(r'(name="(?:csrfmiddlewaretoken|shown_to)" value=)"[^"]*"', r"\1", answer.content.decode())
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("Expires", "Content-Length")
    }
    return answer.status_code, body, headers, sorted(answer.cookies)


@pytest.fixture
def foreign(db):
    """Somebody else's record: one entry and one invitation of it."""
    theirs = pair(person("Foreign"), person("Abroad"))
    entry = theirs.relationship.write(by=theirs.patient, text=f"Elsewhere, {CANARY}.")
    return theirs.relationship, entry


@pytest.mark.parametrize("method", ["get", "post", "head", "put"])
def test_a_record_that_is_not_there_and_one_of_others_look_the_same(me, foreign, method):
    ask = getattr(me.client, method)
    for page in ABOUT_A_RECORD:
        unknown = ask(f"/r/{uuid.uuid4()}/{page}")
        assert unknown.status_code == 404
        assert seen(ask(f"/r/{foreign[0].pk}/{page}")) == seen(unknown)
        assert seen(ask(f"/r/not-an-id-at-all/{page}")) == seen(unknown)
        if page != "ending/":  # To ask that is to end it.
            assert ask(me.address + page).status_code != 404


def test_to_find_neither_costs_the_same(me, foreign, settings):
    queued(settings)
    counts = []
    for relationship in (uuid.uuid4(), foreign[0].pk):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            me.client.get(f"/r/{relationship}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


ABOUT_A_CONSULT = [  # Only to be looked at, and then those that take something.
    "",
    "brief/",
    "brief/text/",
    "moving/",
    "calling-off/",
    "hope/",
    "hope/more/",
    "arrival/",
    "room/",
    "handing-over/",
    "account/",
    "questions/",
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_consult_that_is_not_there_and_one_of_others_look_the_same(me, foreign, method):
    ask = getattr(me.client, method)
    when = {"starts_at": clock.now() + dt.timedelta(days=1), "minutes": 20}
    mine = me.relationship.plan(by=me.participant, **when).consult
    theirs = foreign[0].plan(by=foreign[0].participants.first(), **when).consult
    for page in ABOUT_A_CONSULT[3 * (method == "post") :]:
        unknown = ask(f"{me.address}consult/{uuid.uuid4()}/{page}")
        assert unknown.status_code == 404, page
        assert seen(ask(f"{me.address}consult/{theirs.pk}/{page}")) == seen(unknown)
        assert seen(ask(f"/r/{foreign[0].pk}/consult/{mine.pk}/{page}")) == seen(unknown)
        if page != "handing-over/" or method == "get":  # To ask that is to be logged out.
            assert ask(f"{me.address}consult/{mine.pk}/{page}").status_code != 404, page
            me.get()  # What that page has to say is said here, and not on the next.


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_entry_that_is_not_there_and_one_of_others_look_the_same(me, foreign, method):
    ask = getattr(me.client, method)
    mine = me.write()
    for page in ABOUT_AN_ENTRY[method == "post" :]:
        unknown = ask(f"{me.address}entry/{uuid.uuid4()}/{page}")
        assert unknown.status_code == 404
        assert seen(ask(f"{me.address}entry/{foreign[1].pk}/{page}")) == seen(unknown)
        assert seen(ask(f"{me.address}entry/12/{page}")) == seen(unknown)
        assert seen(ask(f"/r/{foreign[0].pk}/entry/{mine.pk}/{page}")) == seen(unknown)
        assert ask(f"{me.address}entry/{mine.pk}/{page}").status_code != 404


def test_an_invitation_of_others_is_not_there_either(me, wren):
    half = Relationship.begin(by=person("Foreign"), side="patient")
    foreign = half.invite(by=half.participants.get())
    for page in ("", "taking-back/"):
        unknown = me.client.post(f"{me.address}invitation/{uuid.uuid4()}/{page}")
        assert seen(me.client.post(f"{me.address}invitation/{foreign.pk}/{page}")) == seen(unknown)
    assert half.invitations.waiting().get() == foreign


def test_to_be_logged_out_tells_nothing_about_what_is_there(me, foreign):
    def led(relationship):
        answer = Client().get(f"/r/{relationship}/")
        return answer.status_code, answer["Location"].replace(str(relationship), "")

    assert (
        led(me.relationship.pk)
        == led(foreign[0].pk)
        == led(uuid.uuid4())
        == (302, "/accounts/login/?next=/r//")
    )
