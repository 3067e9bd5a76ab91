"""What each hopes for: two questions at most, one on a page, each of them shared or skipped."""

import datetime as dt
import uuid

import pytest
from django.utils import translation
from django.utils.functional import lazy

from relationships import clock, kinds
from relationships.models import Draft, Relationship, Verb
from tests.cast import CANARY, Chair, signed_in
from tests.relationships.views.shown import fields_of, links, main, press
from tests.relationships.views.test_queries import asked

FIRST, SECOND = (str(door) for door in kinds.Hope.doors)


@pytest.fixture
def consult(me):
    """Planned for the day after tomorrow."""
    starts_at = clock.now() + dt.timedelta(days=2)
    return me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult


@pytest.fixture
def pages(consult):
    """The two questions: the address within the record, the question, and where it leads on."""
    here = f"consult/{consult.pk}/"
    return [
        (here + "hope/", FIRST, here + "hope/more/"),
        (here + "hope/more/", SECOND, here),
    ]


@pytest.fixture
def button(them):
    return f"Share with {them.participant.short_name}"


def hopes(chair):
    return list(chair.relationship.entries.of_kind("hope").order_by("number"))


def test_one_line_to_each_question_and_one_is_done(me, consult, pages, button):
    for address, question, onwards in pages:
        page = me.get(address)
        assert main(page).one("h1").text == question
        answer = press(me.client, page, button, text="To sleep.")
        assert answer["Location"] == me.address + onwards
    said = [(one.text, one.prompt, one.consult, one.author) for one in hopes(me)]
    assert said == [("To sleep.", question, consult, me.participant) for question in (FIRST, SECOND)]
    assert list(me.relationship.events.order_by("-number").values_list("verb", flat=True)[:2]) == [
        Verb.WROTE,
        Verb.WROTE,
    ]


def test_the_page_says_when_they_meet_in_the_readers_own_time(me, two, pages):
    starts_at = dt.datetime(clock.now().year + 1, 7, 1, 9, 30, tzinfo=dt.UTC)
    consult = me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult
    for address in (f"consult/{consult.pk}/hope/", f"consult/{consult.pk}/hope/more/"):
        said = main(me.get(address)).one("time").text
        assert said.endswith(f"1 July {starts_at.year}, 10:30")


def test_each_can_be_skipped_and_nothing_is_left(me, pages):
    acts = me.relationship.events.count()
    for address, _question, onwards in pages:
        skip = [link for link in main(me.get(address)).all("a") if link.text == "Skip"]
        assert [link.attrs["href"] for link in skip] == [me.address + onwards]
    assert hopes(me) == []
    assert not Draft.objects.exists()
    assert me.relationship.events.count() == acts


def test_what_was_shared_stands_there_instead_of_the_question_being_asked_again(me, them, pages, button):
    for address, _question, onwards in pages:
        press(me.client, me.get(address), button, text="To sleep again.")
        said = hopes(me)[-1]
        page = main(me.get(address))
        assert page.one(class_="words").text == "To sleep again."
        assert page.all("textarea") == []
        assert me.address + onwards in links(page)
        assert f"{me.address}entry/{said.pk}/correction/" in links(page)
        # The other one is asked as before, and is not shown it first.
        theirs = main(them.get(address))
        assert len(theirs.all("textarea")) == 1
        assert "To sleep again." not in theirs.text


def test_it_stands_there_as_it_was_put_last(me, pages):
    address, question, _onwards = pages[0]
    hope = me.write("To sleep.", kind="hope", prompt=question, consult=_consult(me))
    me.correct(hope, "To sleep through.")
    assert main(me.get(address)).one(class_="words").text == "To sleep through."


def test_a_hope_that_was_withdrawn_can_be_said_again(me, pages):
    address, question, _onwards = pages[0]
    me.withdraw(me.write("To sleep.", kind="hope", prompt=question, consult=_consult(me)))
    assert len(main(me.get(address)).all("textarea")) == 1


def test_it_is_the_same_question_in_another_language(me, pages, button, monkeypatch):
    """Whoever answers it in one language is not asked again in the other."""
    asked = lazy(lambda: f"Asked in {translation.get_language()}", str)()
    questions = [kinds.Door("first", asked), kinds.Door("second", "Another one")]
    monkeypatch.setattr(kinds.Hope, "doors", questions)
    me.participant.person.language = "de"
    me.participant.person.save()
    page = me.get(pages[0][0])
    assert main(page).one("h1").text == "Asked in de"
    press(me.client, page, next(one.text for one in main(page).all("button")), text="Schlafen.")
    assert hopes(me)[0].prompt == "Asked in de"
    me.participant.person.language = "en"
    me.participant.person.save()
    again = main(me.get(pages[0][0]))
    assert again.one("h1").text == "Asked in en"
    assert again.one(class_="words").text == "Schlafen."
    assert again.all("textarea") == []


def test_a_hope_for_another_time_is_no_answer_to_this_one(me, pages, consult):
    starts_at = clock.now() + dt.timedelta(days=9)
    later = me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20).consult
    me.write("To sleep.", kind="hope", prompt=FIRST, consult=later)
    assert len(main(me.get(pages[0][0])).all("textarea")) == 1


def test_sent_twice_it_is_shared_once(me, pages):
    for address, _question, onwards in pages:
        form = fields_of(main(me.get(address)).all("form")[0]) | {"text": "To sleep.", "do": "share"}
        for _time in range(2):
            assert me.post(address, **form)["Location"] == me.address + onwards
    assert len(hopes(me)) == 2


def test_two_pages_open_at_once_share_one_and_keep_the_words_of_the_other(me, pages, button):
    address = pages[0][0]
    one, other = me.get(address), me.get(address)
    press(me.client, one, button, text="To sleep.")
    refused = press(me.client, other, button, text="To eat.")
    assert refused.status_code == 422
    assert main(refused).one("textarea").typed == "To eat."
    assert "You have shared this already." in main(refused).text
    assert [hope.text for hope in hopes(me)] == ["To sleep."]


def test_each_box_keeps_its_own_draft(me, them, pages):
    for address, _question, _onwards in pages:
        press(me.client, me.get(address), "Keep as a draft", text=f"Half, {CANARY}, {address}")
    other_device = Chair(me.participant, me.relationship, signed_in(me.participant.person))
    for address, _question, _onwards in pages:
        assert main(other_device.get(address)).one("textarea").typed == f"Half, {CANARY}, {address}"
        assert CANARY not in them.get(address).content.decode()
    saved = me.post("draft/", box=pages[1][0], text="By itself.")
    assert saved.status_code == 200
    assert hopes(me) == []


def test_somebody_who_helped_is_named(me, pages, button):
    page = me.get(pages[0][0])
    assert "open" not in main(page).one("details").attrs
    press(me.client, page, button, text="To sleep.", helped_by="Ann")
    assert hopes(me)[0].helped_by == "Ann"


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "w" * 20_001])
def test_what_the_record_does_not_take_stays_on_the_page(me, pages, button, text):
    for address, _question, _onwards in pages:
        refused = press(me.client, me.get(address), button, text=text)
        assert refused.status_code == 422
        assert main(refused).one("textarea").typed == text
    assert hopes(me) == []


def test_hostile_words_are_only_words(me, pages, button):
    hostile = "<script>alert(1)</script> </textarea><b>x"
    for address, _question, _onwards in pages:
        press(me.client, me.get(address), "Keep as a draft", text=hostile)
        page = me.get(address)
        assert main(page).one("textarea").typed == hostile
        press(me.client, page, button)
        html = me.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


OVER = {
    "met": "You have met.",
    "called off": "This appointment was called off.",
    "ended": "This journal has ended.",
}


def become(chair, consult, what):
    """What the other one does in the meantime, the day after tomorrow."""
    match what:
        case "met":
            with clock.telling(clock.now() + dt.timedelta(days=2, minutes=5)):
                chair.relationship.meet(consult, by=chair.participant)
        case "called off":
            chair.relationship.call_off(consult, by=chair.participant)
        case "ended":
            chair.relationship.end(by=chair.participant)


@pytest.mark.parametrize("what", OVER)
def test_after_it_nobody_is_asked_and_there_is_a_way_back(me, them, consult, pages, what):
    become(them, consult, what)
    for address, _question, _onwards in pages:
        page = main(me.get(address))
        assert OVER[what] in page.text
        assert page.all("textarea") == []
        assert f"{me.address}consult/{consult.pk}/" in links(page)


@pytest.mark.parametrize("what", OVER)
def test_words_typed_until_then_are_given_back_and_not_shared(me, them, consult, pages, button, what):
    open_pages = [(address, me.get(address)) for address, _question, _onwards in pages]
    become(them, consult, what)
    for address, page in open_pages:
        refused = press(me.client, page, button, text="To sleep.")
        assert refused.status_code == 422
        assert main(refused).one("textarea").typed == "To sleep."
        kept = press(me.client, refused, "Keep as a draft")
        assert kept.status_code == 200
        assert main(me.get(address)).one("textarea").typed == "To sleep."
    assert hopes(me) == []


def test_a_stranger_finds_neither_page(me, pages, stranger):
    client = signed_in(stranger)
    for address, _question, _onwards in pages:
        assert me.get(address).status_code == 200
        assert client.get(me.address + address).status_code == 404
        assert client.post(me.address + address, {"text": "Mine.", "do": "share"}).status_code == 404
    assert hopes(me) == []


def test_a_consult_of_another_record_is_not_there(me, stranger):
    theirs = Relationship.objects.get(participants__person=stranger)
    other = theirs.plan(
        by=theirs.seat_of(stranger), starts_at=clock.now() + dt.timedelta(days=1), minutes=5
    ).consult
    for page in ("hope/", "hope/more/"):
        for consult_id in (other.pk, uuid.uuid4()):
            address = f"consult/{consult_id}/{page}"
            assert me.get(address).status_code == 404
            assert me.post(address, text="Mine.", do="share").status_code == 404


def test_the_page_costs_the_same_whatever_else_is_hoped(me, them, consult, pages):
    address = me.address + pages[0][0]
    mine = me.write("To sleep.", kind="hope", prompt=FIRST, consult=consult)
    few = asked(me.client.get, address)
    for number in range(12):
        them.write(f"Hope {number}.", kind="hope", consult=consult)
        me.write(f"More {number}.", kind="hope", prompt=SECOND, consult=consult)
        them.answer(mine)
    assert asked(me.client.get, address) == few
    assert few <= 7


def _consult(chair):
    return chair.relationship.consults.get()
