"""What happened here: every act with who and when, the same list for both."""

from django.utils import timezone

from relationships.models import Relationship, Verb
from relationships.views.event import PAGE
from tests.cast import person, signed_in
from tests.relationships.views.shown import links, main, shown


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
