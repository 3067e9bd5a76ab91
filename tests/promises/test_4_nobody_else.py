"""No third person, administrator or guessed address gets in, and nothing from the record leaves by another way."""

import logging
import re
import uuid

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from relationships.models import Entry, Event, Relationship
from tests.cast import CANARY, signed_in


def pages(chair, entry) -> list[str]:
    here = ["", "write/", "brief/", "brief/text/", "event/", "ending/", "invitation/"]
    ways = ("", "answer/", "answer/differently/", "correction/", "withdrawal/")
    return here + [f"entry/{entry.pk}/{way}" for way in ways]


def without_tokens(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_a_stranger_gets_the_same_answer_as_for_what_is_not_there(me, stranger):
    entry = me.write()
    visitor = signed_in(stranger)
    nowhere = f"/r/{uuid.uuid4()}/"
    for page in pages(me, entry):
        theirs, nothing = visitor.get(me.address + page), visitor.get(nowhere + page)
        assert me.get(page).status_code == 200, page
        assert (theirs.status_code, nothing.status_code) == (404, 404), page
        assert without_tokens(theirs) == without_tokens(nothing)
        assert CANARY not in theirs.content.decode()


def test_somebody_who_is_not_logged_in_is_asked_to_log_in_whether_it_is_there_or_not(me):
    entry = me.write()
    for page in pages(me, entry):
        for address in (me.address, f"/r/{uuid.uuid4()}/"):
            answer = Client().get(address + page)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/login/")


def test_a_stranger_cannot_write(me, stranger):
    entry = me.write()
    before = Event.objects.count()
    visitor = signed_in(stranger)
    for page in pages(me, entry):
        assert visitor.post(me.address + page, {"text": "Hello."}).status_code in (404, 405)
    assert Event.objects.count() == before
    assert me.post("write/", text="Hello.").status_code == 302


def test_an_entry_is_not_found_through_somebody_elses_record(me, stranger):
    mine = me.write()
    seat = stranger.seats.get()
    theirs = f"/r/{seat.relationship_id}/"
    visitor = signed_in(stranger)
    assert visitor.get(theirs).status_code == 200
    for way in ("", "answer/", "correction/", "withdrawal/"):
        assert visitor.get(f"{theirs}entry/{mine.pk}/{way}").status_code == 404


def test_there_is_no_administrator(me):
    """No page for one, and no person who could be one."""
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert not apps.is_installed("django.contrib.admin")
    fields = {field.name for field in get_user_model()._meta.get_fields()}
    assert not fields & {"is_staff", "is_superuser", "user_permissions", "groups"}
    assert me.client.get("/admin/").status_code == 404


def test_my_list_of_journals_shows_mine_and_nobody_elses(me, stranger):
    me.write()
    here, there = me.client.get("/").content.decode(), signed_in(stranger).get("/").content.decode()
    assert me.address in here
    assert me.address not in there
    assert CANARY not in here + there


def test_no_mail_carries_a_word_of_the_record(wren, mailoutbox):
    relationship = Relationship.begin(by=wren, side="patient")
    relationship.write(by=relationship.seat_of(wren), text=f"Private, {CANARY}.")
    form = {"way": "mail", "address": "isko@example.org"}
    assert signed_in(wren).post(f"/r/{relationship.pk}/invitation/", form).status_code == 302
    (mail,) = mailoutbox
    said = mail.subject + mail.body + str(mail.extra_headers) + str(mail.alternatives)
    assert "Wren Halloway" in said
    assert CANARY not in said
    assert str(relationship.pk) not in said
    for word in ("health", "care", "patient", "clinician", "doctor"):
        assert word not in said.lower()


def test_writing_sends_no_mail(me, them, mailoutbox):
    me.post("write/", text=f"News, {CANARY}."), them.get()
    assert mailoutbox == []


def test_no_log_carries_a_word_of_the_record(me, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    entry = me.write(f"Private, {CANARY}.")
    me.post("write/", text=f"Shared, {CANARY}."), me.post("draft/", box="write/", text=f"Draft, {CANARY}.")
    me.get(), me.get("brief/"), me.get(f"entry/{entry.pk}/")
    monkeypatch.setattr("relationships.views.record._sheet", lambda *args: 1 / 0)
    me.client.raise_request_exception = False
    assert me.get().status_code == 500
    assert "ZeroDivisionError" in caplog.text, "What went wrong is told, and where."
    assert CANARY not in caplog.text


def test_a_database_that_refuses_an_entry_does_not_tell_the_log_what_it_said(me, monkeypatch, caplog):
    """PostgreSQL puts the whole row into its error."""
    save = Entry.save

    def save_wrongly(entry, **options):
        entry.bearing = "corrects"
        save(entry, **options)

    monkeypatch.setattr(Entry, "save", save_wrongly)
    answer = me.post("write/", text=f"Private, {CANARY}.")
    assert answer.status_code == 503
    assert f"Private, {CANARY}.</textarea>" in answer.content.decode()
    assert [record.levelname for record in caplog.records if record.name.startswith("relationships")] == [
        "ERROR"
    ]
    assert CANARY not in caplog.text


def test_no_error_page_carries_a_word_of_the_record(me, monkeypatch, mailoutbox):
    me.write(f"Private, {CANARY}.")
    assert CANARY in me.get().content.decode()
    monkeypatch.setattr("relationships.views.record.page", lambda *args, **rest: 1 / 0)
    me.client.raise_request_exception = False
    answer = me.get()
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert mailoutbox == []


def test_no_page_stays_behind_in_a_browser_or_on_the_way(me):
    entry = me.write()
    for page in pages(me, entry):
        answer = me.get(page)
        assert "no-store" in answer["Cache-Control"], page
        assert "private" in answer["Cache-Control"], page
        assert CANARY not in str(answer.cookies)


def test_no_address_carries_a_word_of_the_record(me):
    form = me.get("write/").context["form"]
    answer = me.post("write/", text=f"Private, {CANARY}.", submission=form["submission"].value())
    assert CANARY not in answer["Location"]
    assert answer["Location"].startswith(me.address)


def test_a_page_of_ours_asks_nobody_elses_machine_for_anything(me):
    me.write("See https://example.org/ and ![a picture](https://example.org/x.png)")
    answer = me.get()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    html = answer.content.decode()
    assert "<img" not in html
    for mark in ('src="http', 'href="//', "@import"):
        assert mark not in html


def test_no_log_carries_the_token_of_an_invitation(wren, caplog):
    relationship = Relationship.begin(by=wren, side="patient")
    invitation = relationship.invite(by=relationship.seat_of(wren))
    anybody = Client(enforce_csrf_checks=True)
    assert anybody.post(f"/join/{invitation.token}/").status_code == 403
    assert anybody.get(f"/join/{invitation.token}x/").status_code == 404
    assert "/join/…/" in caplog.text
    assert invitation.token not in caplog.text
