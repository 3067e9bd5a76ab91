"""A copy to take away: all that its reader may see, whole in itself, and both see that it was taken."""

import datetime as dt
import hashlib
import io
import json
import time
import zipfile

import pytest
from django.urls import reverse

from relationships import chain, clock, exports, heads, verifier
from relationships.verification import first_fault
from tests.cast import CANARY, prove

pytestmark = pytest.mark.django_db


def taken(chair) -> bytes:
    response = chair.post("export/")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def lines(copy: bytes) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        return [json.loads(line) for line in archive.read("record.jsonl").splitlines()]


@pytest.fixture
def written(me, them):
    first = me.write(f"First, “this”.\n\nAnd 🌊, {CANARY}.", kind="value")
    them.get()
    them.answer(first)
    me.correct(first)
    soon = clock.now() + dt.timedelta(minutes=30)
    planned = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20, where="Zoë’s")
    me.relationship.meet(planned.consult, by=them.participant)
    return planned.consult


def test_the_page_says_what_is_in_it_and_who_can_read_it(me, them, written):
    before = me.relationship.events.count()
    page = me.get("export/")
    assert "Whoever has the file can read all of it" in page.content.decode()
    assert me.relationship.events.count() == before
    assert me.client.get(me.address + "export/", headers={"host": "testserver"})["Cache-Control"].count(
        "no-store"
    )


def test_a_copy_is_whole_and_its_head_is_signed(me, written):
    copy = verifier.open_copy(io.BytesIO(taken(me)))
    head = me.relationship.head()
    assert (copy.counted.number, copy.counted.digest) == (head.number, head.digest)
    assert copy.is_signature_checked
    assert copy.key.strip() == heads.verifier_key(me.relationship.pk)
    assert not copy.counted.closed
    assert copy.counted.words == {str(key) for key in me.relationship.entries.values_list("pk", flat=True)}


def test_taking_one_is_one_act_that_both_see(me, them, written):
    before = me.relationship.events.count()
    taken(me)
    assert me.relationship.events.count() == before + 1
    newest = me.relationship.head()
    assert (newest.verb, newest.actor) == ("exported", me.participant)
    for chair in (me, them):
        assert "took a copy" in chair.get("event/").content.decode()
    assert first_fault(me.relationship) is None


def test_one_can_be_taken_after_the_end_by_either(me, them, written):
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        assert verifier.open_copy(io.BytesIO(taken(chair))).counted.number == me.relationship.head().number


def test_the_two_take_the_same_copy_but_for_the_act_of_taking_it(me, them, written):
    one, other = lines(taken(me)), lines(taken(them))
    assert other[: len(one)] == one
    assert len(other) == len(one) + 1


def test_an_answer_that_opens_for_both_at_once_lies_in_it_sealed(me, them, written):
    given = {"heard": {"level": "no", "words": "Sealed words."}}
    mine = me.write("", kind="experience", consult=written, answers=given)
    for chair, is_there in ((me, True), (them, False)):
        copy = taken(chair)
        assert (b"Sealed words." in zipfile.ZipFile(io.BytesIO(copy)).read("record.jsonl")) is is_there
        told = next(one for one in lines(copy) if one["act"]["entry"] == str(mine.pk))
        assert ("content" in told, "salt" in told) == (is_there, is_there)
        assert told["commitment"] == chain.commitment(mine.salt, mine.content())
        assert len(verifier.open_copy(io.BytesIO(copy)).counted.closed) == (not is_there)
    them.write("", kind="experience", consult=written, answers=given)
    assert not verifier.open_copy(io.BytesIO(taken(them))).counted.closed


def test_a_draft_is_in_nobodys_copy(me, them, written):
    me.post("draft/", box="write/", text="Not shared yet.", submission="")
    for chair in (me, them):
        assert b"Not shared yet." not in zipfile.ZipFile(io.BytesIO(taken(chair))).read("record.jsonl")


def test_it_is_a_file_that_says_nothing_by_its_name_and_is_kept_nowhere(me, written):
    response = me.post("export/")
    b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="journal-2')
    assert "no-store" in response["Cache-Control"]


def test_the_verifier_in_it_is_the_one_that_is_used_here(me, written):
    with zipfile.ZipFile(io.BytesIO(taken(me))) as archive:
        assert sorted(archive.namelist()) == sorted(verifier.MEMBERS)
        with open(verifier.__file__, "rb") as file:
            assert archive.read("verify.py") == file.read()
        read_me = archive.read("README.txt").decode()
        assert "Whoever has this file can read all of it" in read_me
        assert "If somebody else gave you this copy, use the verify.py of your own." in read_me
        digest = hashlib.sha256(archive.read("verify.py")).hexdigest()
    for page in ("export/", "checking/"):
        assert digest in me.get(page).content.decode()


def test_a_long_record_is_made_piece_by_piece(me, written, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    newest = me.relationship.export(by=me.participant)
    pieces = list(exports.archive(me.relationship, me.participant, newest, "Read me."))
    assert verifier.open_copy(io.BytesIO(b"".join(pieces))).counted.number == newest.number
    monkeypatch.setattr(exports, "AT_ONCE", 500)
    with django_assert_max_num_queries(4):
        list(exports.acts(me.relationship, me.participant, newest.number))


def test_what_comes_after_is_not_in_it(me, them, written):
    newest = me.relationship.export(by=me.participant)
    them.write("Later.")
    copy = b"".join(exports.archive(me.relationship, me.participant, newest, ""))
    assert verifier.open_copy(io.BytesIO(copy)).counted.number == newest.number
    assert reverse("export", args=[me.relationship.pk]) == f"{me.address}export/"


def test_whoever_finds_an_open_browser_takes_no_copy(me, written):
    """Only within five minutes of having shown who one is; the page before it neither."""
    before = me.relationship.events.count()
    prove(me.client, me.participant.person, at=time.time() - 301)
    for response in (me.get("export/"), me.post("export/")):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/reauthenticate/")
    assert me.relationship.events.count() == before
    prove(me.client, me.participant.person)
    assert me.get("export/").status_code == 200
    assert verifier.open_copy(io.BytesIO(taken(me)))
