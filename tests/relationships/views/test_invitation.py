"""Inviting the other one: by mail or by a link that is also a picture; once, for a while, and never telling more."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relationships.models import Invitation, Relationship, Verb
from tests.cast import CANARY, Chair, from_one_chair, person, signed_in
from tests.config.post import Server, queued, work
from tests.relationships.views.shown import links, main, press, shown


@pytest.fixture
def alone(wren, side):
    """Wren in a new journal, from either side, with the other seat empty."""
    relationship = Relationship.begin(by=wren, side=side)
    chair = Chair(relationship.seat_of(wren), relationship, signed_in(wren))
    chair.write(f"Words, {CANARY}.", kind="value", helped_by=CANARY)
    return chair


def invite_by_link(chair):
    answer = press(chair.client, chair.get("invitation/"), "Show a link")
    return chair.client.get(answer["Location"])


def invite_by_mail(chair, address="ada@example.org"):
    return press(chair.client, chair.get("invitation/"), "Send an invitation", address=address)


# --- By a link ------------------------------------------------------------------------------------------


def test_a_link_is_shown_as_text_and_as_a_picture(alone):
    page = main(invite_by_link(alone))
    invitation = alone.relationship.invitations.get()
    link = page.one(class_="link-in-type").text
    assert link == f"http://testserver/join/{invitation.token}/"
    assert Client().get(link).status_code == 200
    picture = page.one(class_="qr")
    assert picture.attrs["role"] == "img"
    assert picture.attrs["aria-label"]
    drawing = picture.one("svg")
    assert len(drawing.one("path").attrs["d"]) > 1000
    assert not [one for one in drawing if "style" in one.attrs or one.tag in ("script", "image", "use")]


def test_the_picture_is_of_that_link_and_no_other(alone):
    drawn = {main(invite_by_link(alone)).one("svg").one("path").attrs["d"] for _ in range(2)}
    again = main(alone.client.get(links(main(alone.get("invitation/")))[0])).one("svg").one("path").attrs["d"]
    assert len(drawn) == 2
    assert again in drawn


def test_the_link_is_short_enough_to_type_and_forgiving(alone):
    token = alone.relationship.invite(by=alone.participant).token
    assert re.fullmatch(r"([a-z2-7]{5}-){3}[a-z2-7]{5}", token)
    for typed in (token.upper(), token.replace("-", ""), token.replace("-", " ")):
        assert "invites you" in Client().get(f"/join/{typed}/").content.decode()
    assert Client().get(f"/join/{token[:-1]}/").status_code == 404


# --- By mail --------------------------------------------------------------------------------------------


def test_a_mail_goes_to_that_address_and_says_who_invites_and_nothing_else(alone, mailoutbox):
    assert invite_by_mail(alone, "Ada@Example.org")["Location"] == alone.address
    (letter,) = mailoutbox
    assert letter.to == ["ada@example.org"]
    (link,) = re.findall(r"http://testserver/join/\S+", letter.body)
    assert "Wren Halloway" in letter.body
    assert letter.body.count("http") == 1
    for word in (CANARY, str(alone.relationship.pk), alone.participant.person.email, "value", "patient"):
        assert word not in letter.body + letter.subject
    assert "Wren" not in letter.subject
    assert Client().get(link).status_code == 200


def test_an_invitation_that_is_taken_back_before_its_mail_left_is_never_sent(alone, settings, mailoutbox):
    queued(settings)
    invite_by_mail(alone, "first@example.org")
    invite_by_mail(alone, "second@example.org")
    first = alone.relationship.invitations.get(address="first@example.org")
    alone.post(f"invitation/{first.pk}/taking-back/")
    work()
    assert [letter.to for letter in mailoutbox] == [["second@example.org"]]
    second = alone.relationship.invitations.get(address="second@example.org")
    alone.post(f"invitation/{second.pk}/taking-back/")
    assert not alone.relationship.invitations.waiting()


@pytest.mark.parametrize("over", ["taken back", "ended", "neither"])
def test_nor_is_one_whose_mail_was_put_off_once(alone, settings, over):
    """The mail server was busy at first, so it waits for its next time."""
    queued(settings, "django.core.mail.backends.smtp.EmailBackend")
    server = Server("busy", "takes")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    try:
        invite_by_mail(alone)
        work()
        assert server.asked == 1
        invitation = alone.relationship.invitations.get()
        if over == "ended":
            alone.post("ending/")
        elif over == "taken back":
            alone.post(f"invitation/{invitation.pk}/taking-back/")
        DBTaskResult.objects.update(run_after=timezone.now())
        work()
        assert len(server.taken) == (over == "neither")
    finally:
        server.close()


def test_its_link_stands_in_the_mail_only(alone, mailoutbox):
    invite_by_mail(alone)
    invitation = alone.relationship.invitations.get()
    for page in ("", "invitation/", "event/"):
        assert invitation.token not in alone.get(page).content.decode()
    assert alone.get(f"invitation/{invitation.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("", "Write their e-mail address"),
        ("ada", "name@example.org"),
        ("ada@example.org\nBcc: sefa@example.org", "name@example.org"),
        ("a@b.c\x00", "name@example.org"),
        ("a" * 250 + "@example.org", ""),
    ],
)
def test_what_is_no_address_is_said_beside_its_box_and_kept(alone, mailoutbox, wrong, sentence):
    answer = invite_by_mail(alone, wrong)
    assert answer.status_code == 422
    field = main(answer).one(class_="field")
    assert sentence in field.one("p", class_="error").text
    assert field.one("input").attrs.get("value", "") == wrong
    assert not mailoutbox
    assert not alone.relationship.invitations.exists()


# --- While it waits -------------------------------------------------------------------------------------


def test_what_waits_is_listed_and_can_be_taken_back(alone, mailoutbox):
    invite_by_mail(alone)
    invite_by_link(alone)
    waiting = main(alone.get("invitation/"))
    assert "ada@example.org" in waiting.text
    tokens = [invitation.token for invitation in alone.relationship.invitations.all()]
    for _ in tokens:
        press(alone.client, alone.get("invitation/"), "Take it back")
    assert "Waiting for an answer" not in main(alone.get("invitation/")).text
    for token in tokens:
        assert Client().get(f"/join/{token}/").status_code == 404
    assert alone.relationship.events.filter(verb=Verb.TOOK_BACK).count() == 2


def test_taken_back_twice_is_not_there_the_second_time(alone):
    page = invite_by_link(alone)
    assert press(alone.client, page, "Take it back").status_code == 302
    assert press(alone.client, page, "Take it back").status_code == 404
    assert alone.relationship.events.filter(verb=Verb.TOOK_BACK).count() == 1


def test_only_a_press_takes_it_back(alone):
    invitation = alone.relationship.invite(by=alone.participant)
    assert alone.get(f"invitation/{invitation.pk}/taking-back/").status_code == 405
    assert alone.get(f"invitation/{invitation.pk}/").status_code == 200


def test_it_waits_for_a_while_and_not_longer(alone, after):
    page = invite_by_link(alone)
    token = Invitation.objects.get().token
    with after(hours=71):
        assert Client().get(f"/join/{token}/").status_code == 200
    with after(hours=73):
        assert Client().get(f"/join/{token}/").status_code == 404
        assert alone.client.get(page.request["PATH_INFO"]).status_code == 404
        assert "Waiting for an answer" not in main(alone.get("invitation/")).text


@from_one_chair
def test_the_token_is_kept_only_as_a_hash(alone):
    for address in ("", "ada@example.org"):
        invitation = alone.relationship.invite(by=alone.participant, address=address)
        kept = [str(getattr(invitation, field.attname)) for field in Invitation._meta.local_concrete_fields]
        assert not any(invitation.token in value for value in kept)


# --- When there is no place -----------------------------------------------------------------------------


def test_with_both_seats_taken_there_is_nothing_to_offer(me, them, mailoutbox):
    page = me.get("invitation/")
    assert "Both places in this journal are taken." in main(page).text
    assert not main(page).all("form")
    for data in ({"way": "link"}, {"way": "mail", "address": "third@example.org"}):
        assert me.post("invitation/", **data)["Location"] == me.address
        assert "Both places in this journal are taken." in main(me.get()).one(class_="notices").text
    assert not mailoutbox
    assert me.relationship.invitations.count() == 1


def test_a_third_person_gets_no_seat_with_an_older_link(wren, isko):
    relationship = Relationship.begin(by=wren, side="patient")
    seat = relationship.seat_of(wren)
    older, used = relationship.invite(by=seat), relationship.invite(by=seat)
    relationship.accept(used, by=isko)
    third = signed_in(person("Third"))
    for invitation in (older, used):
        assert third.get(f"/join/{invitation.token}/").status_code == 404
        assert third.post(f"/join/{invitation.token}/").status_code == 404
    third.get("/join/agreed/")
    assert relationship.participants.count() == 2


def test_after_the_end_nobody_is_invited(alone, mailoutbox):
    alone.relationship.end(by=alone.participant)
    for data in ({"way": "link"}, {"way": "mail", "address": "ada@example.org"}):
        alone.post("invitation/", **data)
        assert "This journal has ended." in main(alone.get()).one(class_="notices").text
    assert not mailoutbox
    assert not alone.relationship.invitations.exists()


def test_looking_makes_no_invitation(alone):
    alone.get("invitation/")
    alone.client.head(alone.address + "invitation/")
    assert not alone.relationship.invitations.exists()
    assert not shown(alone.get("invitation/")).all(class_="notices")
