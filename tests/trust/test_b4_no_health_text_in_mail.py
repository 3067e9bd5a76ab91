"""B4, of mail: no mail there is says a name, a role or a word of a record: not in its subject, body or any header."""

import datetime as dt
import re
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context as allauth_context
from django.conf import settings as live
from django.contrib.auth.models import AnonymousUser
from django.contrib.sites.requests import RequestSite
from django.test import RequestFactory
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relationships import noticing, reminding
from relationships.models import Relationship
from tests.cast import CANARY, Chair, person, signed_in
from tests.config.post import SITE, queued, work
from tests.relationships.views.test_handing_over import HERE
from tests.relationships.views.test_invitation import invite_by_mail

OURS = live.BASE_DIR / "templates"
ALLAUTH = Path(allauth.__file__).parent / "templates"
SENDER = "Alongside <alongside@localhost>"
ROLES = ("patient", "clinician", "healthcare professional", "doctor", "nurse", "midwife", "therapist")
HEADERS = {
    "Auto-Submitted",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
}
"""All that there may be: nothing that counts who opens it, nothing that says what made it."""


@pytest.fixture
def full(two, settings):
    """A record, and two people, with the canary in every field that takes words."""
    queued(settings)
    settings.DEFAULT_FROM_EMAIL = SENDER
    for seat in (two.patient, two.clinician):
        someone = seat.person
        someone.name = f"{someone.name} {CANARY}"
        someone.called = someone.pronounced = someone.pronouns = CANARY
        someone.save()
    record, one, other = two.relationship, two.patient, two.clinician
    starts_at = timezone.now() + dt.timedelta(hours=30)
    consult = record.plan(by=one, starts_at=starts_at, minutes=30, where=CANARY).consult
    record.move(consult, by=other, starts_at=starts_at, minutes=31, where=CANARY, reason=CANARY)
    for seat in (one, other):
        for kind in (
            "conversation",
            "value",
            "life_context",
            "care_preference",
            "promise",
            "hope",
            "arrival",
        ):
            about = consult if kind in ("hope", "arrival") else None
            what = {"prompt": CANARY, "helped_by": CANARY, "heading": CANARY, "consult": about}
            entry = record.write(by=seat, kind=kind, text=f"Depression, {CANARY}.", **what)
            record.answer(entry, by=two.seat("clinician" if seat == one else "patient"), text=CANARY)
            record.correct(entry, by=seat, text=CANARY, why=CANARY)
    return two


def everything(letter):
    """All that a mail server sees of it."""
    message = letter.message()
    body = message.get_payload(decode=True).decode()
    return "\n".join(f"{name}: {value}" for name, value in message.items()) + "\n\n" + body


def assert_it_says_nothing(letter, *, may_name=""):
    said = everything(letter)
    assert set(letter.message().keys()) <= HEADERS
    assert letter.message()["From"] == SENDER
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    assert letter.message().get_content_type() == "text/plain"
    if may_name:
        assert may_name in said
        said = said.replace(may_name, "")
    said = said.replace(f"To: {letter.to[0]}", "")
    for word in (CANARY, "Depression", "Wren", "Isko", "Halloway", "Marchetti", *ROLES):
        assert word.lower() not in said.lower(), (letter.subject, word)


def test_the_notices_and_reminders_of_a_full_record_say_nothing(full, mailoutbox, monkeypatch):
    reminding.remind()
    monkeypatch.setattr(noticing, "A_FEW_MINUTES", dt.timedelta(0))
    assert noticing.notice() == 2
    work()
    assert sorted(letter.subject for letter in mailoutbox) == [
        "There is something new in your journal",
        "There is something new in your journal",
        "You have an appointment soon",
        "You have an appointment soon",
    ]
    for letter in mailoutbox:
        assert_it_says_nothing(letter)


def test_an_invitation_names_who_invites_and_no_more(full, mailoutbox):
    inviter = full.patient.person
    alone = Relationship.begin(by=inviter, side="patient")
    chair = Chair(alone.seat_of(inviter), alone, signed_in(inviter))
    chair.write(f"Depression, {CANARY}.")
    invite_by_mail(chair)
    work()
    (letter,) = [one for one in mailoutbox if "invitation" in one.subject]
    assert_it_says_nothing(letter, may_name=inviter.name)
    assert "Wren" not in letter.subject


def test_the_code_for_a_device_handed_over_says_nothing(full, me, them, mailoutbox):
    consult = full.relationship.consults.get()
    me.post(f"consult/{consult.pk}/handing-over/", do="hand over")
    me.client.post(HERE, {"do": "mail", "text": f"Words, {CANARY}."})
    work()
    for letter in mailoutbox:
        assert_it_says_nothing(letter)
    assert "Your code" in [letter.subject for letter in mailoutbox]


# --- Whatever allauth can send -----------------------------------------------------------------------------


def letters_of_allauth():
    """The name of every mail that it has a template for, and of ours for the same."""
    found = {
        str(path.relative_to(root)).removesuffix("_subject.txt")
        for root in (ALLAUTH, OURS)
        for app in ("account", "mfa", "usersessions")
        for path in (root / app).glob("email/*_subject.txt")
    }
    return sorted(found)


def test_there_are_such_templates():
    assert "account/email/login_code" in letters_of_allauth()
    assert len(letters_of_allauth()) > 10


@pytest.mark.parametrize("name", letters_of_allauth())
def test_whatever_it_knows_it_says_no_name(db, name, settings, mailoutbox):
    queued(settings)
    settings.DEFAULT_FROM_EMAIL = SENDER
    someone = person("Wren Halloway", called=CANARY, pronouns=CANARY)
    request = RequestFactory(headers={"user-agent": CANARY}).get("/")
    request.user, request.session = AnonymousUser(), {}
    known = {
        "user": someone,
        "request": request,
        "current_site": RequestSite(request),
        "timestamp": timezone.now(),
        "code": "123-456",
        **dict.fromkeys(
            ("ip", "user_agent", "email", "from_email", "to_email", "deleted_email", "name"),
            CANARY,
        ),
        **dict.fromkeys(("signup_url", "password_reset_url", "activate_url", "url"), "http://testserver/"),
        "authenticator": CANARY,
        "key": "",
        "uid": "",
    }
    with allauth_context.request_context(request):
        get_adapter().render_mail(name, "wren@example.org", known).send()
    work()
    (letter,) = mailoutbox
    assert_it_says_nothing(letter)


def test_none_of_it_stands_open_in_the_queue(full):
    reminding.remind()
    rows = str(list(DBTaskResult.objects.values()))
    for word in (CANARY, "wren", "isko", "appointment"):
        assert word not in rows


def test_a_mail_leads_home_and_to_the_settings_and_nowhere_else(full, mailoutbox):
    reminding.remind()
    work()
    for letter in mailoutbox:
        home = {f"{SITE}/", f"{SITE}/me/settings/"}
        assert {f"{SITE}/"} <= set(re.findall(r"https?://\S+", letter.body)) <= home
