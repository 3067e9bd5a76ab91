"""How somebody arrives: a private moment first, and shared only if they choose to."""

import datetime as dt
import re
import uuid

import pytest

from relationships import clock, kinds
from relationships.models import Draft, Relationship
from tests.cast import CANARY, Chair, signed_in
from tests.relationships.views.shown import fields_of, links, main, press
from tests.relationships.views.test_hope import OVER, become

QUESTION = str(kinds.Arrival.doors[0])
KEEP = "Keep it for myself"


@pytest.fixture
def consult(me):
    """Planned for the day after tomorrow."""
    starts_at = clock.now() + dt.timedelta(days=2)
    return me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult


@pytest.fixture
def address(consult):
    return f"consult/{consult.pk}/arrival/"


@pytest.fixture
def button(them):
    return f"Share with {them.participant.short_name}"


def arrivals(chair):
    return list(chair.relationship.entries.of_kind("arrival"))


def test_the_first_button_keeps_it_and_the_page_says_who_can_see_it(me, address, button):
    page = main(me.get(address))
    assert page.one("h1").text == QUESTION
    buttons = page.all("form")[0].all("button")
    assert [one.text for one in buttons] == [KEEP, button]
    assert [("quiet" in one.classes) for one in buttons] == [False, True]
    assert "Only you can see this until you share it" in page.text


def test_kept_it_is_found_again_and_is_not_in_the_record(me, address):
    acts = me.relationship.events.count()
    answer = press(me.client, me.get(address), KEEP, text="Afraid.", helped_by="Ann")
    assert "Kept. Only you can see it." in main(answer).text
    assert main(me.get(address)).one("textarea").typed == "Afraid."
    assert fields_of(main(me.get(address)).all("form")[0])["helped_by"] == ["Ann"]
    assert arrivals(me) == []
    assert me.relationship.events.count() == acts


def pages_of(chair, consult):
    """Every page of theirs that there is to look at, found by following the links of each."""
    seen, ahead = {}, [chair.address, "/", f"{chair.address}consult/{consult.pk}/", "/today/"]
    ahead += [f"{chair.address}{page}" for page in ("event/", "brief/", "brief/text/", "consult/")]
    ahead += [
        f"{chair.address}consult/{consult.pk}/{page}"
        for page in ("room/", "arrival/", "hope/", "brief/", "brief/text/", "questions/", "account/")
    ]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        answer = chair.client.get(page)
        seen[page] = f"{answer.headers} {answer.content.decode()}"
        if "text/html" in answer.get("Content-Type", "") and answer.status_code == 200:
            found = re.findall(r'href="(/[^"#?]*)"', answer.content.decode())
            ahead += [link for link in found if link.startswith(("/r/", "/today/"))]
    return seen


def test_nothing_of_a_kept_one_is_on_any_page_of_the_others(me, them, consult, address):
    them.write("Something of theirs.")
    before = {page: len(text) for page, text in pages_of(them, consult).items()}
    press(me.client, me.get(address), KEEP, text=f"Afraid, {CANARY}.", helped_by=CANARY)
    assert CANARY in me.get(address).content.decode()
    after = pages_of(them, consult)
    assert [page for page, text in after.items() if CANARY in text] == []
    # Not even that there is one.
    assert set(after) == set(before)
    assert len(after) > 12
    assert not any("not shared" in text for text in after.values())


def test_shared_it_is_an_arrival_of_this_consult(me, them, consult, address, button):
    press(me.client, me.get(address), KEEP, text="Afraid.")
    answer = press(me.client, me.get(address), button)
    assert answer["Location"] == f"{me.address}consult/{consult.pk}/"
    (arrival,) = arrivals(me)
    assert (arrival.text, arrival.prompt, arrival.consult) == ("Afraid.", QUESTION, consult)
    assert not Draft.objects.exists()
    assert "Afraid." in main(them.get()).text


@pytest.mark.parametrize("do", [None, "", "keep", "preview", "Share", "send"])
def test_nothing_shares_it_but_the_button_that_says_so(me, address, do):
    form = fields_of(main(me.get(address)).all("form")[0]) | {"text": "Afraid."}
    answer = me.post(address, **form, **({"do": do} if do is not None else {}))
    assert answer.status_code == 200
    assert main(answer).one("textarea").typed == "Afraid."
    assert arrivals(me) == []
    me.post(address, **form, do="share")
    assert len(arrivals(me)) == 1


def test_sent_twice_it_is_shared_once(me, address, consult):
    form = fields_of(main(me.get(address)).all("form")[0]) | {"text": "Afraid.", "do": "share"}
    for _time in range(2):
        assert me.post(address, **form)["Location"] == f"{me.address}consult/{consult.pk}/"
    assert len(arrivals(me)) == 1


def test_what_was_shared_stands_there_with_a_way_to_put_it_differently(me, them, address, consult):
    arrival = me.write("Afraid.", kind="arrival", consult=consult)
    page = main(me.get(address))
    assert page.one(class_="words").text == "Afraid."
    assert page.all("textarea") == []
    assert f"{me.address}entry/{arrival.pk}/correction/" in links(page)
    assert len(main(them.get(address)).all("textarea")) == 1


def test_the_draft_is_found_on_another_device_and_can_be_thrown_away(me, address):
    assert me.post("draft/", box=address, text="Afraid.").status_code == 200
    other_device = Chair(me.participant, me.relationship, signed_in(me.participant.person))
    page = other_device.get(address)
    assert main(page).one("textarea").typed == "Afraid."
    press(me.client, page, "Throw this draft away")
    assert main(me.get(address)).one("textarea").typed == ""


def test_hostile_words_are_only_words(me, address, button):
    hostile = "<script>alert(1)</script> </textarea><b>x"
    page = press(me.client, me.get(address), KEEP, text=hostile)
    assert main(page).one("textarea").typed == hostile
    press(me.client, page, button)
    assert "<script>alert" not in me.get(address).content.decode()


@pytest.mark.parametrize("what", OVER)
def test_after_it_nobody_is_asked_and_what_was_kept_is_still_there(me, them, consult, address, button, what):
    become(them, consult, what)
    page = main(me.get(address))
    assert OVER[what] in page.text
    assert page.all("textarea") == []
    assert f"{me.address}consult/{consult.pk}/" in links(page)
    assert me.post("draft/", box=address, text="Afraid.").status_code == 200
    kept = me.get(address)
    assert main(kept).one("textarea").typed == "Afraid."
    # It may be read and kept, and is not to be shared any more, whatever sends it.
    assert button not in [one.text for one in main(kept).all("button")]
    refused = me.post(address, text="Afraid.", do="share")
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "Afraid."
    assert arrivals(me) == []


def test_a_stranger_does_not_find_it(me, address, stranger):
    client = signed_in(stranger)
    assert me.get(address).status_code == 200
    assert client.get(me.address + address).status_code == 404
    assert client.post(me.address + address, {"text": "Mine.", "do": "share"}).status_code == 404
    assert arrivals(me) == []


def test_a_consult_of_another_record_is_not_there(me, stranger):
    theirs = Relationship.objects.get(participants__person=stranger)
    starts_at = clock.now() + dt.timedelta(days=1)
    other = theirs.plan(by=theirs.seat_of(stranger), starts_at=starts_at, minutes=5).consult
    for consult_id in (other.pk, uuid.uuid4()):
        assert me.get(f"consult/{consult_id}/arrival/").status_code == 404
        assert me.post(f"consult/{consult_id}/arrival/", text="Mine.", do="keep").status_code == 404
    assert not Draft.objects.exists()
