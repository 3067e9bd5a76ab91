"""What happened here: every act with who and when, the same list for both."""

import datetime as dt

import pytest
from django.utils import timezone

from relationships import clock
from relationships.models import Relationship, Verb
from relationships.views.event import PAGE
from tests.cast import person, signed_in
from tests.relationships.views.shown import links, main, shown
from tests.relationships.views.test_queries import asked


def acts(response):
    """Each line: the sentence, and its number and seal."""
    return [
        (line.one("span", class_="number").text, line.all("span")[0].text)
        for line in main(response).one("ol", class_="acts").all("li")
    ]


def test_every_verb_is_a_sentence_and_both_see_the_same(me, them):
    entry = me.write("Mine.", kind="value")
    me.correct(entry, "Mine, better.")
    them.answer(entry, "I hear you.")
    me.withdraw(entry)
    them.get()
    them.get("brief/")
    them.get(f"entry/{entry.pk}/")
    me.relationship.end(by=me.participant)
    i, they = me.participant.short_name, them.participant.short_name
    said = [sentence for _, sentence in acts(me.get("event/"))]
    assert said[0] == f"{i} ended this journal"
    assert said[1] == f"{they} opened one entry"
    assert said[2] == f"{they} opened “Before we meet”"
    assert said[3] == f"{they} opened the record"
    assert said[4] == f"{i} withdrew: what matters to me"
    assert said[5] == f"{they} answered: what matters to me"
    assert said[6] == f"{i} corrected: what matters to me"
    assert said[7] == f"{i} wrote: what matters to me"
    assert said[8:] == [
        "Isko accepted the invitation",
        "Wren sent an invitation by a link",
        "Wren began this journal",
    ]
    assert acts(them.get("event/")) == acts(me.get("event/"))


def test_each_act_has_its_number_and_its_seal(me):
    me.write()
    events = {str(event.number): event for event in me.relationship.events.all()}
    lines = acts(me.get("event/"))
    assert len(lines) == len(events)
    for number, _ in lines:
        count, seal = number.split(" · ")
        assert events[count].fingerprint == seal


def test_it_leads_to_what_was_written(me, them):
    entry = me.write("Mine.")
    answer = them.answer(entry, "I hear you.")
    found = links(main(me.get("event/")))
    assert f"{me.address}entry/{entry.pk}/#entry-{entry.pk}" in found
    assert f"{me.address}entry/{entry.pk}/#entry-{answer.pk}" in found
    for link in found:
        if link.startswith("/"):
            assert me.client.get(link).status_code == 200


def test_invitations_are_told_without_the_address_they_went_to(db):
    someone = person("Alone")
    relationship = Relationship.begin(by=someone, side="patient")
    seat = relationship.seat_of(someone)
    relationship.decline(relationship.invite(by=seat, address="quiet@example.org"))
    relationship.take_back(relationship.invite(by=seat), by=seat)
    answer = signed_in(someone).get(f"/r/{relationship.pk}/event/")
    assert [sentence for _, sentence in acts(answer)][:4] == [
        "Alone took back an invitation",
        "Alone sent an invitation by a link",
        "Whoever was invited said no to the invitation",
        "Alone sent an invitation by e-mail",
    ]
    assert "quiet@example.org" not in answer.content.decode()


def test_three_pages_hold_every_act_once(me, them):
    for number in range(110):
        (me if number % 2 else them).write(f"number {number}")
    entry = me.relationship.entries.last()
    for number in range(95):
        me.answer(entry, f"answer {number}")
    length = me.relationship.head().number
    numbers, answer = [], me.get("event/")
    sizes = []
    while True:
        page = [int(number.split(" ")[0]) for number, _ in acts(answer)]
        sizes.append(len(page))
        numbers += page
        onwards = [link.attrs["href"] for link in shown(answer).all("a", rel="next")]
        if not onwards:
            break
        answer = me.client.get(me.address + "event/" + onwards[0])
    assert numbers == list(range(length, 0, -1))
    assert len(sizes) > 2
    assert set(sizes[:-1]) == {PAGE}


def test_what_an_address_says_wrongly_is_as_if_it_were_not_said(me):
    everything = acts(me.get("event/"))
    for before in ("x", "-1", "9" * 30, "\x00"):
        assert acts(me.get("event/", before=before)) == everything
    assert acts(me.get("event/", before="2"))[0][1] == "Wren began this journal"


def test_looking_here_opens_nothing(me, them):
    mine = me.write("Mine.")
    them.get("event/")
    assert not me.relationship.events.filter(verb=Verb.OPENED).exists()
    mine.refresh_from_db()
    assert "has not read this yet" in main(me.get()).text


def test_an_opening_does_not_tell_the_words_that_were_looked_for(me, them):
    me.write("Mine.", kind="value")
    them.get(kind="value", by="one")
    assert "opened the record" in acts(me.get("event/"))[0][1]
    assert "kind=" not in me.get("event/").content.decode()


def test_the_way_to_the_end_is_here_until_it_has_ended(me, them):
    assert f"{me.address}ending/" in links(main(me.get("event/")))
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        assert f"{me.address}ending/" not in links(main(chair.get("event/")))


def test_times_are_those_of_whoever_reads(me, them):
    me.write("Mine.")
    me.participant.person.time_zone = "Pacific/Kiritimati"
    me.participant.person.save()
    there = timezone.localtime(me.relationship.head().at, me.participant.person.zone)
    assert there.strftime("%H:%M") in main(me.get("event/")).all("li")[0].one("time").text


# --- Around a consult -------------------------------------------------------------------------------------


def line(response, number=0):
    return main(response).one("ol", class_="acts").all("li")[number]


def said(response, number=0):
    return line(response, number).all("span")[0].text


@pytest.fixture
def past():
    """A time that has come and gone, on the whole minute."""
    return (clock.now() - dt.timedelta(days=2)).replace(second=0, microsecond=0)


@pytest.fixture
def met(me, past):
    return me.relationship.meet(None, by=me.participant, starts_at=past, minutes=20).consult


def test_what_was_arranged_says_for_when_and_leads_there(me, them, past):
    record, coming = me.relationship, past + dt.timedelta(days=9)
    consult = record.plan(by=me.participant, starts_at=coming, minutes=20).consult
    later = coming + dt.timedelta(days=1)
    record.move(consult, by=them.participant, starts_at=later, minutes=20, reason="I am away.")
    record.call_off(consult, by=me.participant)
    other = record.meet(None, by=them.participant, starts_at=past, minutes=20).consult
    i, they = me.participant.short_name, them.participant.short_name
    for chair in (me, them):
        zone = chair.participant.person.zone

        def when(moment, zone=zone):
            here = timezone.localtime(moment, zone)
            return f"{here:%A}, {here.day} {here:%B %Y, %H:%M}"

        page = chair.get("event/")
        assert [said(page, number) for number in range(4)] == [
            f"{they} said that we met: {when(past)}",
            f"{i} called off an appointment: {when(later)}",
            f"{they} moved an appointment: {when(later)}",
            f"{i} planned an appointment: {when(coming)}",
        ]
        here = [f"{me.address}consult/{key}/" for key in (other.pk, consult.pk, consult.pk, consult.pk)]
        assert [link for number in range(4) for link in links(line(page, number))] == here


def test_a_kind_says_what_was_done_where_the_verb_does_not(me, them, met):
    they = them.participant.short_name
    promise = me.write("I will ask.", kind="promise")
    hope = me.write("To rest.", kind="hope", consult=met)
    acts_of_theirs = {
        "promised": lambda: them.write("I will call.", kind="promise"),
        "ticked as talked about: what I hope for": lambda: them.answer(hope, "", kind="talked_about"),
        "marked as kept: what I promise": lambda: them.answer(promise, "", kind="kept"),
        "released: what I promise": lambda: them.answer(
            me.write("Another.", kind="promise"), "", kind="released"
        ),
        "said what they understood: what I hope for": lambda: them.answer(hope, kind="reflection"),
        "answered: what I hope for": lambda: them.answer(hope),
        "wrote: how it was, as I saw it": lambda: them.write("Good.", kind="account", consult=met),
    }
    for sentence, do in acts_of_theirs.items():
        entry = do()
        assert said(me.get("event/")) == f"{they} {sentence}"
        anchor = f"{me.address}entry/{entry.thread_id}/#entry-{entry.pk}"
        assert links(line(me.get("event/"))) == [anchor]
    moved = them.answer(them.write("Mine.", kind="promise"), "", kind="moved", due_on=dt.date(2027, 5, 6))
    assert said(me.get("event/")) == f"{they} moved to another day: what I promise"
    them.withdraw(moved)
    assert said(me.get("event/")) == f"{they} withdrew: another day"


def test_words_without_a_kind_are_something(me, them):
    i = me.participant.short_name
    entry = me.write("Mine.")
    assert said(me.get("event/")) == f"{i} wrote something"
    me.correct(entry)
    assert said(me.get("event/")) == f"{i} corrected something"
    they = them.participant.short_name
    them.answer(entry, "Yours.", kind="reflection")
    assert said(me.get("event/")) == f"{they} said what they understood: something"


def test_answers_that_are_not_open_to_me_are_named_and_lead_nowhere(me, them, met):
    def answered(chair):
        return chair.write("", kind="experience", consult=met, answers={"heard": {"level": "no"}})

    theirs = answered(them)
    name = f"{them.participant.short_name} answered four questions"
    assert said(me.get("event/")) == name
    assert not links(line(me.get("event/")))
    assert str(theirs.pk) not in me.get("event/").content.decode()
    assert links(line(them.get("event/"))) == [f"{me.address}entry/{theirs.pk}/#entry-{theirs.pk}"]
    mine = answered(me)
    page = me.get("event/")
    assert [said(page, 1), links(line(page, 1))] == [
        name,
        [f"{me.address}entry/{theirs.pk}/#entry-{theirs.pk}"],
    ]
    assert links(line(them.get("event/"))) == [f"{me.address}entry/{mine.pk}/#entry-{mine.pk}"]


def test_a_page_of_an_appointment_that_was_opened_is_named_plainly(me, them, met):
    they = them.participant.short_name
    opened = {
        f"consult/{met.pk}/": "an appointment",
        f"consult/{met.pk}/room/": "an appointment",
        f"consult/{met.pk}/brief/": "“Before we meet”",
        f"consult/{met.pk}/questions/": "what you both answered",
    }
    for page, name in opened.items():
        me.relationship.open(by=them.participant, page=page)
        assert said(me.get("event/")) == f"{they} opened {name}"
        assert links(line(me.get("event/"))) == [me.address + page]


def test_what_was_written_on_a_device_handed_over_says_whose(me, them, met):
    what = {"kind": "hope", "consult": met, "handed_over_by": me.participant}
    them.write("To be heard.", **what)
    i, they = me.participant.short_name, them.participant.short_name
    for chair in (me, them):
        assert said(chair.get("event/")) == f"{they} wrote: what I hope for on a device that {i} handed over"
        assert "handed over" not in said(chair.get("event/"), 1)


def test_a_list_of_everything_around_consults_costs_the_same(me, them, past):
    few = asked(me.client.get, me.address + "event/")
    for number in range(6):
        starts_at = past - dt.timedelta(hours=number)
        consult = me.relationship.meet(None, by=me.participant, starts_at=starts_at, minutes=5).consult
        for chair in (me, them):
            chair.write("", kind="experience", consult=consult, answers={"heard": {"level": "yes"}})
            chair.write("Mine.", kind="promise", consult=consult)
            chair.get(f"consult/{consult.pk}/")
    assert asked(me.client.get, me.address + "event/") == few
