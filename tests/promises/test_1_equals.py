"""What one may do, the other may do. No rule and no page asks which side you are on. The two see the same page.

Every test here runs twice: once looking from the patient's chair, once from the clinician's.
"""

import ast
import datetime as dt
import re
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from relationships import clock
from relationships.models import Relationship
from relationships.urls import of_a_record
from tests.cast import person

HERE = Path(__file__).parents[2]


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(strip_tags(html)).split())


def shared_part(chair, page: str) -> str:
    """What stands on a page between its title and its foot, marks and all, without one's own controls."""
    html = chair.get(page).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    main = re.sub(r'<div class="write-line">.*?</div>', "", main, flags=re.S)
    return re.sub(r'(?:csrfmiddlewaretoken|shown_to)" value="[^"]*"', "", main)


def test_both_write_and_both_read_it(me, them):
    mine, theirs = me.write("From me."), them.write("From them.")
    for chair in (me, them):
        page = chair.get().content.decode()
        assert "From me." in page
        assert "From them." in page
    assert mine.author == me.participant
    assert theirs.author == them.participant


def test_words_are_shared_from_the_page(me, them):
    form = me.get("write/").context["form"]
    data = {"text": "My sister is back.", "kind": "life_context", "submission": form["submission"].value()}
    assert me.post("write/", **data).status_code == 302
    assert "My sister is back." in them.get().content.decode()


@pytest.mark.django_db
def test_either_may_begin_and_invite_the_other(side):
    first, second = person("First"), person("Second")
    relationship = Relationship.begin(by=first, side=side)
    seat = relationship.accept(relationship.invite(by=relationship.seat_of(first)), by=second)
    assert {seat.side, side} == {"patient", "clinician"}
    assert relationship.write(by=seat, text="Hello.").author == seat


def test_either_may_put_it_differently_answer_withdraw_and_end(me, them):
    entry, theirs = me.write("First."), them.write("Theirs.")
    for page in (
        f"entry/{entry.pk}/correction/",
        f"entry/{theirs.pk}/answer/",
        f"entry/{entry.pk}/answer/differently/",
    ):
        assert me.post(page, text="Said.").status_code == 302
    assert me.post(f"entry/{entry.pk}/withdrawal/", text="").status_code == 302
    assert me.post("ending/").status_code == 302
    done = list(me.participant.events.order_by("number").values_list("verb", flat=True))
    assert done[-5:] == ["corrected", "answered", "answered", "withdrew", "ended"]


def test_every_page_answers_both_alike(me, them):
    """The whole address book of a record, with nothing left out."""
    mine, theirs = me.write("Mine."), them.write("Theirs.")

    def answers(chair, own) -> dict[str, int]:
        record, entry = {"relationship_id": chair.relationship.pk}, {"entry_id": own.pk}
        plain = [one for one in of_a_record if one.callback and not one.pattern.converters]
        found = {one.name: reverse(one.name, kwargs=record) for one in plain}
        for name in ("entry", "answer", "answer-differently", "correction", "withdrawal"):
            found[name] = reverse(name, kwargs=record | entry)
        return {name: chair.client.get(address).status_code for name, address in found.items()}

    one, other = answers(me, mine), answers(them, theirs)
    assert one == other
    assert list(one.values()).count(200) >= 11


def test_the_two_see_the_same_page(me, them):
    entry = me.write("Mine.", kind="value")
    them.answer(entry, "An answer."), me.correct(entry, "Mine, put differently.")
    me.withdraw(me.write("Gone.")), them.write("Theirs.", kind="care_preference")
    pages = ("", f"entry/{entry.pk}/", "brief/?since=2020-01-01", "event/")
    for page in pages:  # Once, so that everything has been read and nothing is new to one of them only.
        me.get(page), them.get(page)
    with clock.telling(clock.now()):  # The minute stands on the brief.
        mine, theirs = ({page: shared_part(chair, page) for page in pages} for chair in (me, them))
    for page in ("brief/?since=2020-01-01", "event/"):
        assert mine[page] == theirs[page]
    for page in pages[:2]:
        assert what_is_said(mine[page]) == what_is_said(theirs[page])
        assert "Mine, put differently." in str(what_is_said(mine[page]))


def what_is_said(main: str) -> list[str]:
    """Every voice, in order, with what it says: whose words stand where, and nothing about who is looking."""
    return re.findall(r'class="[^"]*voice-(\w+)|<div class="words"[^>]*>(.*?)</div>', main, flags=re.S)


def test_neither_voice_is_the_loud_one(me, them):
    """Two voices, by who began first; the same class of element for both."""
    me.write("Mine."), them.write("Theirs.")
    page = me.get().content.decode()
    assert page.count("entry voice-one") == page.count("entry voice-two") == 1


def test_the_same_acts_are_listed_for_both(me, them):
    me.write("Mine."), them.get()
    assert words(shared_part(me, "event/")) == words(shared_part(them, "event/"))


def test_both_are_asked_the_same_four_questions_and_see_the_same_answers(me, them):
    """Neither answers about the other: both say how it was for themselves, in the same words, on the same page."""
    an_hour_ago = clock.now() - dt.timedelta(hours=1)
    consult = me.relationship.meet(None, by=me.participant, starts_at=an_hour_ago, minutes=20).consult
    page, name = f"consult/{consult.pk}/questions/", re.compile("Wren|Isko")
    asked = [re.sub(r' value="[\w-]{36}"', "", shared_part(chair, page)) for chair in (me, them)]
    assert name.sub("", asked[0]) == name.sub("", asked[1])
    assert "I felt heard" in asked[0]
    assert me.post(page, heard_level="a_little", next_words="Mine.").status_code == 302
    assert "Mine." not in shared_part(them, page)
    assert them.post(page, heard_level="yes", next_words="Theirs.").status_code == 302
    for chair in (me, them):  # Once, so that everything has been read.
        chair.get(page)
    mine, theirs = (words(shared_part(chair, page)).partition("This is where")[0] for chair in (me, them))
    assert mine == theirs
    assert shared_part(me, "consult/over-time/") == shared_part(them, "consult/over-time/")
    assert "Theirs." in mine
    assert "a little" in shared_part(them, "consult/over-time/")


def test_which_side_one_is_on_is_read_in_one_file_only():
    """`.side` decides nothing: it is a label, and beside its own file only beginning and inviting pass it on."""
    readers = set()
    for path in [*HERE.glob("relationships/**/*.py"), *HERE.glob("config/*.py"), *HERE.glob("accounts/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "side" and isinstance(node.ctx, ast.Load):
                readers.add(str(path.relative_to(HERE / "relationships")))
    assert readers <= {
        "models/participant.py",
        "models/relationship.py",
        "models/invitation.py",
        "management/commands/demo.py",
    }
    for template in HERE.glob("templates/**/*.*"):
        assert not re.search(r"{%\s*(el)?if[^%]*\bside\b", template.read_text()), template


def in_two_days(at: str = "10:30", minutes: int = 20, **more) -> dict[str, object]:
    """What somebody types into the form for an appointment."""
    day = (clock.now() + dt.timedelta(days=2)).date().isoformat()
    return {"day": day, "time": at, "minutes": minutes, **more}


def last_acts(chair, number: int) -> list[str]:
    return list(chair.participant.events.order_by("number").values_list("verb", flat=True))[-number:]


def test_either_may_plan_an_appointment_move_it_and_call_it_off(me, them):
    for one, other in ((me, them), (them, me)):
        assert one.post("consult/planning/", **in_two_days(where="The second bell")).status_code == 302
        appointment = one.relationship.appointments.latest("number")
        here = f"consult/{appointment.consult_id}/"
        assert "The second bell" in words(other.get(here).content.decode())
        assert other.post(f"{here}moving/", **in_two_days("11:15", reason="The bus.")).status_code == 302
        assert "The bus." in words(one.get(here).content.decode())
        assert one.post(f"{here}calling-off/", reason="The rain.").status_code == 302
        assert "The rain." in words(other.get(here).content.decode())
        assert {"planned", "called_off"} <= set(last_acts(one, 6))
        assert "moved" in last_acts(other, 6)


def test_either_may_say_that_they_met(me, them):
    soon = clock.now() + dt.timedelta(minutes=30)
    for chair in (me, them):
        consult = me.relationship.plan(by=me.participant, starts_at=soon, minutes=20).consult
        assert chair.post(f"consult/{consult.pk}/meeting/").status_code == 302
        assert last_acts(chair, 1) == ["met"]


def test_either_may_hope_arrive_tell_how_it_was_and_promise(me, them):
    soon = clock.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=them.participant, starts_at=soon, minutes=20).consult
    here = f"consult/{consult.pk}/"
    for chair in (me, them):
        assert chair.post(f"{here}hope/", text="To be heard.").status_code == 302
        assert chair.post(f"{here}arrival/", text="In a hurry.", do="share").status_code == 302
    me.relationship.meet(consult, by=me.participant)
    for chair in (me, them):
        assert chair.post(f"{here}account/", text="It went by.").status_code == 302
        assert chair.post("promise/", text="To ask.").status_code == 302
        done = chair.participant.events.filter(verb="wrote").order_by("number")
        told = list(done.values_list("entry__kind", flat=True))
        assert told == ["hope", "arrival", "account", "promise"]


def test_either_may_say_that_a_promise_is_kept_or_need_not_be(me, them):
    for chair in (me, them):
        for way in ("keeping", "releasing"):
            made = me.write("I shall ask.", kind="promise")
            assert chair.post(f"entry/{made.pk}/{way}/").status_code == 302
            assert last_acts(chair, 1) == ["closed"]


def test_the_two_see_the_same_brief_and_the_same_room(me, them):
    """Of one consult, with something of everything in it."""
    soon = clock.now() + dt.timedelta(minutes=30)
    consult = me.relationship.plan(by=them.participant, starts_at=soon, minutes=20).consult
    for chair in (me, them):
        chair.write("What matters.", kind="value"), chair.write("My ear.", kind="care_preference")
        chair.write("To be heard.", kind="hope", consult=consult)
        chair.write("In a hurry.", kind="arrival", consult=consult)
        chair.write("I shall ask.", kind="promise", consult=consult, due_on=soon.date())
    # Both say at which minute they were printed.
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(2):  # So that everything has been read, and nothing is new to one of them only.
            seen = {}
            for chair in (me, them):
                for entry in chair.relationship.entries.all():
                    chair.get(f"entry/{entry.pk}/")
            for page in ("brief/", "brief/text/", "room/"):
                seen[page] = [
                    words(chair.get(f"consult/{consult.pk}/{page}").content.decode().partition("</main>")[0])
                    for chair in (me, them)
                ]
    for page in ("brief/", "brief/text/"):
        mine, theirs = (re.sub(r"at act .*", "", said) for said in seen[page])
        assert mine == theirs
        for said in ("What matters.", "To be heard.", "In a hurry.", "I shall ask."):
            assert said in mine, (page, said)
    for said in ("To be heard.", "I shall ask."):
        assert [one.count(said) for one in seen["room/"]] == [2, 2]
