"""What happened, as each saw it: two accounts, and neither is the official one."""

import datetime as dt
import uuid

import pytest

from relationships import clock
from relationships.models import Draft, Relationship
from tests.cast import CANARY, Chair, signed_in
from tests.relationships.views.shown import fields_of, links, main, press


@pytest.fixture
def consult(me):
    """Met an hour ago."""
    starts_at = clock.now() - dt.timedelta(hours=1)
    return me.relationship.meet(None, by=me.participant, starts_at=starts_at, minutes=20).consult


@pytest.fixture
def address(consult):
    return f"consult/{consult.pk}/account/"


@pytest.fixture
def button(them):
    return f"Share with {them.participant.short_name}"


def accounts(chair):
    return list(chair.relationship.entries.of_kind("account").order_by("number"))


def test_it_is_shared_and_leads_to_the_four_questions(me, address, consult, button):
    answer = press(me.client, me.get(address), button, text="We laughed once.", helped_by="Ann")
    assert answer["Location"] == f"{me.address}consult/{consult.pk}/questions/"
    (account,) = accounts(me)
    assert (account.text, account.consult, account.author, account.helped_by) == (
        "We laughed once.",
        consult,
        me.participant,
        "Ann",
    )


def test_the_page_says_that_the_other_writes_theirs_and_that_neither_is_official(me, them, address):
    said = main(me.get(address)).text
    assert f"{them.participant.short_name} can write one too" in said
    assert "neither is the official one" in said


def test_the_others_is_not_shown_before_one_has_written_ones_own(me, them, address, consult, button):
    them.write(f"As I saw it, {CANARY}.", kind="account", consult=consult)
    page = me.get(address)
    assert CANARY not in page.content.decode()
    press(me.client, page, button, text="As I saw it.")
    assert [one.author for one in accounts(me)] == [them.participant, me.participant]


def test_written_once_it_leads_to_putting_it_differently(me, them, address, consult):
    account = me.write("We laughed.", kind="account", consult=consult)
    assert me.get(address)["Location"] == f"{me.address}entry/{account.pk}/correction/"
    assert them.get(address).status_code == 200


def test_one_that_was_withdrawn_can_be_written_again(me, address, consult):
    me.withdraw(me.write("We laughed.", kind="account", consult=consult))
    assert len(main(me.get(address)).all("textarea")) == 1


def test_sent_twice_it_is_shared_once(me, address, consult):
    form = fields_of(main(me.get(address)).all("form")[0]) | {"text": "We laughed.", "do": "share"}
    for _time in range(2):
        assert me.post(address, **form)["Location"] == f"{me.address}consult/{consult.pk}/questions/"
    assert len(accounts(me)) == 1


def test_two_pages_open_at_once_share_one_and_keep_the_words_of_the_other(me, address, button):
    one, other = me.get(address), me.get(address)
    press(me.client, one, button, text="We laughed.")
    refused = press(me.client, other, button, text="We cried.")
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "We cried."
    assert [account.text for account in accounts(me)] == ["We laughed."]


def test_before_they_have_met_there_is_nothing_to_write_and_a_way_to_say_so(me, them, button):
    starts_at = clock.now() + dt.timedelta(minutes=10)
    consult = me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult
    address = f"consult/{consult.pk}/account/"
    page = main(me.get(address))
    assert "once you have met" in page.text
    assert page.all("textarea") == []
    assert f"{me.address}consult/{consult.pk}/" in links(page)
    refused = me.post(address, text="We laughed.", do="share")
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "We laughed."
    assert accounts(me) == []
    me.relationship.meet(consult, by=them.participant)
    assert press(me.client, refused, button).status_code == 302
    assert [account.text for account in accounts(me)] == ["We laughed."]


def test_of_one_that_was_called_off_there_is_none(me, them):
    starts_at = clock.now() + dt.timedelta(minutes=10)
    consult = me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult
    me.relationship.call_off(consult, by=them.participant)
    page = main(me.get(f"consult/{consult.pk}/account/"))
    assert "This appointment was called off." in page.text
    assert page.all("textarea") == []


def test_the_draft_is_found_again(me, them, address):
    press(me.client, me.get(address), "Keep as a draft", text=f"Half, {CANARY}.")
    other_device = Chair(me.participant, me.relationship, signed_in(me.participant.person))
    assert main(other_device.get(address)).one("textarea").typed == f"Half, {CANARY}."
    assert CANARY not in them.get(address).content.decode()
    assert me.post("draft/", box=address, text="By itself.").status_code == 200
    assert Draft.objects.exists()
    assert accounts(me) == []


def test_an_ended_journal_gives_the_words_back(me, them, address, button):
    page = me.get(address)
    me.relationship.end(by=them.participant)
    refused = press(me.client, page, button, text="We laughed.")
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "We laughed."
    assert main(me.get(address)).all("textarea") == []
    assert accounts(me) == []


def test_hostile_words_are_only_words(me, address, button):
    hostile = "<script>alert(1)</script> </textarea><b>x"
    page = press(me.client, me.get(address), "Preview", text=hostile)
    assert main(page).one("textarea").typed == hostile
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()
    press(me.client, page, button)
    assert accounts(me)[0].text == hostile


def test_a_stranger_does_not_find_it(me, address, stranger):
    client = signed_in(stranger)
    assert me.get(address).status_code == 200
    assert client.get(me.address + address).status_code == 404
    assert client.post(me.address + address, {"text": "Mine.", "do": "share"}).status_code == 404
    assert accounts(me) == []


def test_a_consult_of_another_record_is_not_there(me, stranger):
    theirs = Relationship.objects.get(participants__person=stranger)
    starts_at = clock.now() - dt.timedelta(days=1)
    other = theirs.meet(None, by=theirs.seat_of(stranger), starts_at=starts_at, minutes=5).consult
    for consult_id in (other.pk, uuid.uuid4()):
        assert me.get(f"consult/{consult_id}/account/").status_code == 404
        assert me.post(f"consult/{consult_id}/account/", text="Mine.", do="share").status_code == 404
