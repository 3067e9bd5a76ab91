"""A page on which either of the two checks what they kept against what stands, and is told in plain words."""

import base64
import datetime as dt
import html
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import QuerySet

from relationships import clock, exports, guards, heads, verifier
from relationships.models import Entry, Participant, Relationship
from relationships.views import checking
from tests.relationships.test_verifier import with_lines
from tests.relationships.views.shown import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(me, them):
    me.write("The river.")
    them.write("The harbour.")
    return me.relationship.head()


def verdict(response) -> str:
    return " ".join(shown(response).one(class_="verdict").text.split())


def taken(chair) -> bytes:
    newest = chair.relationship.export(by=chair.participant)
    return b"".join(exports.archive(chair.relationship, chair.participant, newest, ""))


def test_it_shows_what_stands_and_leaves_no_act(me, written):
    page = html.unescape(me.get("checking/").content.decode())
    assert heads.note(me.relationship.pk, written.number, written.digest).strip() in page
    assert heads.verifier_key(me.relationship.pk) in page
    assert written.fingerprint in page
    assert me.relationship.head() == written


def test_every_page_leads_there_from_its_foot(me, written):
    for page in ("", "event/", "brief/", "write/"):
        (there,) = shown(me.get(page)).all("a", class_="fingerprint")
        assert there.attrs["href"] == f"{me.address}checking/"


def test_a_note_of_any_time_fits_for_both(me, them, written):
    old = heads.note(me.relationship.pk, 2, me.relationship.events.get(number=2).digest)
    new = heads.note(me.relationship.pk, written.number, written.digest)
    for chair in (me, them):
        assert verdict(chair.post("checking/", by="note", note=old)).startswith(
            "This fits. Nothing up to act 2 was changed since."
        )
        assert f"act {written.number} " in verdict(chair.post("checking/", by="note", note=new))


def test_a_fingerprint_fits_however_it_is_typed(me, written):
    right = written.fingerprint
    for typed in (right, right.upper(), right.replace(" ", ""), right.replace(" ", " - "), f"  {right} "):
        data = {"by": "paper", "number": written.number, "fingerprint": typed}
        assert verdict(me.post("checking/", **data)).startswith("This fits."), typed


def test_one_wrong_digit_does_not_fit(me, written):
    right = written.fingerprint.replace(" ", "")
    for place in range(len(right)):
        wrong = right[:place] + ("0" if right[place] != "0" else "1") + right[place + 1 :]
        answer = verdict(me.post("checking/", by="paper", number=written.number, fingerprint=wrong))
        assert answer.startswith("This does not fit.")
        assert "Look first whether each letter and digit is as it stands on your paper" in answer


def test_acts_that_are_missing_are_named(me, written):
    said = verdict(me.post("checking/", by="paper", number=written.number + 5, fingerprint="ab" * 10))
    assert (
        f"There are {written.number} acts here, and what you hold says that there were {written.number + 5}"
        in said
    )


def test_a_copy_fits(me, them, written):
    copy = taken(me)
    them.write("And more.")
    answer = verdict(me.post("checking/", by="copy", copy=SimpleUploadedFile("a.zip", copy)))
    assert answer.startswith(f"This fits. Nothing up to act {written.number + 1} was changed")


def test_a_copy_with_something_closed_fits_and_says_what_was_not_checked(me, them):
    yesterday = clock.now() - dt.timedelta(days=1)
    met = me.relationship.meet(None, by=me.participant, starts_at=yesterday, minutes=20)
    me.write("", kind="experience", consult=met.consult, answers={"heard": {"level": "yes"}})
    sent = SimpleUploadedFile("a.zip", taken(them))
    answer = verdict(them.post("checking/", by="copy", copy=sent))
    assert answer.startswith("This fits.")
    assert "The words of 1 act are not in this copy, so they were not checked." in answer


def test_a_copy_from_which_words_were_cut_does_not_fit(me, them, written):
    """Nobody had read them, so nothing in the copy itself shows it."""

    def cut(acts):
        one = next(
            one for one in acts if one["act"]["actor"] == str(them.participant.pk) and "content" in one
        )
        del one["content"], one["salt"]

    copy = with_lines(taken(me), cut)
    assert verifier.open_copy(io.BytesIO(copy)).counted.closed
    answer = verdict(me.post("checking/", by="copy", copy=SimpleUploadedFile("a.zip", copy)))
    assert answer.startswith("This does not fit. Words are missing from this copy")


def of_it(record, seat):
    """A note and a copy of another journal."""
    head = record.head()
    note = heads.note(record.pk, head.number, head.digest)
    newest = record.export(by=seat)
    return note, b"".join(exports.archive(record, seat, newest, ""))


def test_what_is_of_another_journal_of_mine_says_nothing_about_this_one(me, them, written):
    mine = Relationship.begin(by=me.participant.person, side="patient")
    note, copy = of_it(mine, mine.seats[0])
    for sent in ({"by": "note", "note": note}, {"by": "copy", "copy": SimpleUploadedFile("a.zip", copy)}):
        answer = verdict(me.post("checking/", **sent))
        assert answer.startswith(
            "This says nothing, neither good nor bad. This is of another journal of yours"
        )


def test_what_is_of_a_journal_that_i_do_not_have_is_kept_and_asked_about(me, stranger, written):
    """Whoever has the database can give a record another name: then all that one kept would be of "another journal"."""
    seat = Participant.objects.get(person=stranger)
    note, copy = of_it(seat.relationship, seat)
    elsewhere = note.replace(str(seat.relationship.pk), str(uuid.uuid4()))
    answers = {
        verdict(me.post("checking/", **sent))
        for sent in (
            {"by": "note", "note": note},
            {"by": "note", "note": elsewhere},
            {"by": "copy", "copy": SimpleUploadedFile("a.zip", copy)},
        )
    }
    (answer,) = answers  # The same whether there is such a journal or not.
    assert answer.startswith(
        "This does not fit. This is of a journal that you do not have here. Keep what you have"
    )


def test_a_copy_that_is_too_large_for_the_page_is_not_called_changed(me, written, monkeypatch):
    copy = taken(me)
    monkeypatch.setattr(checking, "UNPACKED", 1000)
    answer = verdict(me.post("checking/", by="copy", copy=SimpleUploadedFile("a.zip", copy)))
    assert answer.startswith("This says nothing, neither good nor bad. This copy is too large for this page")


def test_an_older_note_that_does_not_fit_is_not_hidden_by_a_newer_one_that_does(me, written):
    old = heads.note(me.relationship.pk, 2, "ab" * 32)
    new = heads.note(me.relationship.pk, written.number, written.digest)
    for text in (old, new + old, old + new):
        answer = verdict(me.post("checking/", by="note", note=text))
        assert answer.startswith("This does not fit. Act 2, or one before it, is not what it was.")


def test_a_note_that_nobody_signed_and_does_not_fit_is_named_as_such_first(me, written):
    right = heads.note(me.relationship.pk, written.number, written.digest)
    name = f"alongside/{me.relationship.pk}"
    invented = f"{name}\n999\n{'A' * 43}=\n\n— {name} {'A' * 91}=\n"
    answer = verdict(me.post("checking/", by="note", note=right + invented))
    assert answer.startswith("This does not fit. This note was not signed with the key that signs here now.")
    assert "that there were 999" in answer


def test_the_mail_around_a_note_may_come_with_it_and_other_notes_too(me, stranger, written):
    other = Participant.objects.get(person=stranger).relationship.head()
    mail = "Hello,\n\nThere is something new in your journal.\n" + heads.note(
        other.relationship_id, other.number, other.digest
    )
    mail += "\n".join(
        f"> {line}" for line in heads.note(me.relationship.pk, written.number, written.digest).splitlines()
    )
    assert verdict(me.post("checking/", by="note", note=mail)).startswith("This fits.")


def test_what_is_no_copy_is_not_called_a_forgery(me, them, written):
    whole = taken(me)
    pieces = (whole[: len(whole) // 2], whole[:-1], b"PK\x05\x06" + bytes(18))
    for what in (b"A letter.", b"PK\x03\x04", b"\x00" * 1000, *pieces):
        answer = verdict(them.post("checking/", by="copy", copy=SimpleUploadedFile("a.zip", what)))
        assert answer.startswith("This says nothing, neither good nor bad. This file is not a whole copy")
        assert "ask whoever runs this" not in answer


def test_a_note_that_another_key_signed_is_named(me, written, settings):
    note = heads.note(me.relationship.pk, written.number, written.digest)
    settings.HEAD_KEY = base64.b64encode(bytes(32)).decode()
    assert "not signed with the key" in verdict(me.post("checking/", by="note", note=note))


def test_what_stands_is_recounted_too(me, written):
    """A receipt from before is right, and somebody has changed words since without sealing them anew."""
    connection.check_constraints()
    guards.remove(connection)
    data = {"by": "paper", "number": written.number, "fingerprint": written.fingerprint}
    assert verdict(me.post("checking/", **data)).startswith("This fits.")
    QuerySet(Entry).filter(text="The river.").update(text="The sea.")
    answer = verdict(me.post("checking/", **data))
    assert "do not fit together any more" in answer
    assert "Look first" not in answer, "The paper is right."


def test_a_very_long_record_is_compared_and_not_recounted(me, written, monkeypatch):
    monkeypatch.setattr(checking, "COUNTED_HERE", 3)
    monkeypatch.setattr(checking, "first_fault", lambda *args, **kwargs: pytest.fail("It was."))
    data = {"by": "paper", "number": written.number, "fingerprint": written.fingerprint}
    assert verdict(me.post("checking/", **data)).startswith("This fits.")


@pytest.mark.parametrize(
    "data",
    [
        {"by": "note", "note": ""},
        {"by": "note", "note": "Hello.\x00"},
        {"by": "note", "note": "x" * 500_000},
        {"by": "paper", "number": "", "fingerprint": ""},
        {"by": "paper", "number": "9" * 5000, "fingerprint": "ab" * 10},
        {"by": "paper", "number": "-1", "fingerprint": "ab" * 10},
        {"by": "paper", "number": "5", "fingerprint": "7f3a"},
        {"by": "paper", "number": "5", "fingerprint": "\x00" * 20},
        {"by": "copy"},
        {"by": "copy", "copy": "no file"},
    ],
    ids=range(10),
)
def test_what_cannot_be_read_is_said_beside_its_box(me, written, data):
    response = me.post("checking/", **data)
    assert response.status_code == 422
    assert not shown(response).all(class_="verdict")
    assert "There is a problem" in response.content.decode()


def test_a_file_that_is_too_large_is_said_to_be(me, written, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = me.post("checking/", by="copy", copy=SimpleUploadedFile("a.zip", b"\x00" * 2000))
    assert response.status_code == 422
    assert "larger than 10 MB" in response.content.decode()


def test_a_form_of_no_kind_shows_the_page(me, written):
    assert me.post("checking/", by="magic").status_code == 200
    assert me.post("checking/").status_code == 200


def test_it_can_be_checked_after_the_end(me, them, written):
    me.relationship.end(by=me.participant)
    head = me.relationship.head()
    for chair in (me, them):
        data = {"by": "paper", "number": head.number, "fingerprint": head.fingerprint}
        assert verdict(chair.post("checking/", **data)).startswith("This fits.")
