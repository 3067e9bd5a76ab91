"""What each believes about health and care, beside each other, and where the two meet and part."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships import doors, kinds
from relationships.models import Relationship
from tests.cast import signed_in
from tests.relationships.views.shown import links, main, press, shown

AT = "philosophy/"
HEADINGS = [str(door.says) for door in kinds.Philosophy.doors]


def say(chair, text, door="heals", **what):
    return chair.write(text, kind="philosophy", door=door, **what)


def change(chair, door, text="", level=""):
    answers = {"door": {"level": level}} if level else None
    return chair.write(text, kind="change", door=f"philosophy/{door}", answers=answers)


def headings(page):
    return [one.text for one in page.all("h2")]


def part(page, heading):
    return next(one for one in page.all("section", class_="belief") if one.one("h2").text == heading)


def column(page, chair, heading=HEADINGS[0]):
    return part(page, heading).one("div", class_=f"voice-{chair.participant.voice}")


def words(page, chair, heading=HEADINGS[0]):
    return [one.text for one in column(page, chair, heading).all("div", class_="words")]


def test_each_heading_has_the_words_of_both_beside_each_other(me, them):
    for name, heading in zip(("heals", "refuses", "decides", "meets", "parts"), HEADINGS, strict=True):
        say(me, f"Mine of {heading}.", name)
        say(them, f"Theirs of {heading}.", name)
    for chair in (me, them):
        page = main(chair.get(AT))
        assert headings(page) == HEADINGS
        for heading in HEADINGS:
            assert words(page, me, heading) == [f"Mine of {heading}."]
            assert words(page, them, heading) == [f"Theirs of {heading}."]


def test_an_empty_page_offers_every_heading_and_one_thing_to_do(me, them):
    page = main(me.get(AT))
    (button,) = page.all("a", class_="button")
    assert button.attrs["href"] == f"{me.address}saying/philosophy/heals/"
    for door, heading in zip(kinds.Philosophy.doors, HEADINGS, strict=True):
        assert links(column(page, me, heading)) == [f"{me.address}saying/philosophy/{door.name}/"]
        assert f"{them.participant.short_name} has not written here yet" in column(page, them, heading).text
    say(me, "Sleep.")
    assert not main(me.get(AT)).all("a", class_="button")
    assert main(them.get(AT)).all("a", class_="button")


@pytest.mark.parametrize(("door", "heading"), [("heals", HEADINGS[0]), ("parts", HEADINGS[4])])
def test_both_write_under_every_heading_and_come_back(me, them, door, heading):
    for chair, other in ((me, them), (them, me)):
        (link,) = links(column(main(chair.get(AT)), chair, heading))
        written = chair.client.get(link)
        assert shown(written).one("h1").text == heading
        answer = press(
            chair.client, written, f"Share with {other.participant.short_name}", text=f"{chair.participant}."
        )
        entry = chair.relationship.entries.get(author=chair.participant)
        assert answer["Location"] == f"{chair.address}{AT}#entry-{entry.pk}"
        assert (entry.kind, entry.door) == ("philosophy", door)
        assert words(main(other.get(AT)), chair, heading) == [f"{chair.participant}."]


def test_each_has_their_own_links_and_may_write_more(me, them):
    entry = say(me, "Sleep.")
    here = f"{me.address}entry/{entry.pk}/"
    assert links(column(main(me.get(AT)), me)) == [
        *(here + "correction/", here + "saying/no_longer/", here),
        f"{me.address}saying/philosophy/heals/",
    ]
    assert links(column(main(them.get(AT)), me)) == [here + "answer/", here + "reflection/", here]


def test_headings_are_those_that_the_two_have_made_them(me, them):
    say(me, "No tubes.", "refuses")
    change(them, "heals", "What helps")
    change(me, "refuses", level="dropped")
    change(me, "decides", level="dropped")
    own = doors.new_name()
    change(them, own, "What I fear")
    for chair in (me, them):
        page = main(chair.get(AT))
        # One that was left out stands for the words under it, one that was added before where the two meet.
        assert headings(page) == ["What helps", HEADINGS[1], "What I fear", *HEADINGS[3:]]
        assert words(page, me, HEADINGS[1]) == ["No tubes."]
        assert not [link for link in links(page) if "saying/philosophy/refuses/" in link]
        assert f"{me.address}saying/philosophy/{own}/" in links(column(page, chair, "What I fear"))


def test_the_headings_are_in_the_readers_language(me, them):
    say(me, "Sleep.")
    me.participant.person.language = "de"
    me.participant.person.save()
    assert shown(me.get(AT)).one("html").attrs["lang"] == "de"
    assert headings(main(them.get(AT))) == HEADINGS


def test_words_under_no_heading_that_there_is_are_not_lost(me):
    say(me, "Sleep.", "somewhere")
    page = main(me.get(AT))
    assert headings(page)[-1] == str(kinds.Philosophy.label)
    assert words(page, me, headings(page)[-1]) == ["Sleep."]


def test_it_has_its_line_of_time_and_is_kept_when_it_is_no_longer_so(me, them):
    entry, gone = say(me, "Rest."), say(me, "Milk.")
    me.correct(entry, "Sleep.", why="I rest enough.")
    me.answer(gone, "It does not.", kind="no_longer")
    for chair in (me, them):
        here = column(main(chair.get(AT)), me)
        steps = [one.text for one in here.one("article", id=f"entry-{entry.pk}").one("ol").all("li")]
        assert [re.match("First said|Put differently", step)[0] for step in steps] == [
            "First said",
            "Put differently",
        ]
        assert "I rest enough." in steps[1]
        kept = here.one("details", class_="kept")
        assert kept.one("div", class_="words").text == "Milk."
        assert "It does not." in kept.text


def test_after_a_year_its_author_is_asked_and_one_tap_says_so(me, them, after):
    entry = say(me, "Sleep.")
    with after(days=366):
        assert "Is this still true?" in main(me.get(AT)).text
        assert "Is this still true?" not in main(them.get(AT)).text
        assert "last said on" in column(main(them.get(AT)), me).text
        assert press(me.client, me.get(AT), "Still true")["Location"] == f"{me.address}{AT}#entry-{entry.pk}"
        assert "Is this still true?" not in main(me.get(AT)).text
        assert "still true on" in column(main(them.get(AT)), me).text


def test_an_ended_journal_is_read_and_not_written(me, them, after):
    say(me, "Sleep.")
    them.relationship.end(by=them.participant)
    with after(days=400):
        page = main(me.get(AT))
    assert words(page, me) == ["Sleep."]
    assert not page.all(class_="button")
    assert not [link for link in links(page) if "/saying/" in link]
    assert not page.all("form")


def test_with_an_empty_seat_one_can_begin(wren):
    relationship = Relationship.begin(by=wren, side="patient")
    page = main(signed_in(wren).get(f"/r/{relationship.pk}/{AT}"))
    assert page.text.count("Here the words of the other one will stand.") == 1
    assert page.one("a", class_="button")


def test_a_stranger_finds_nothing_and_the_two_find_it(me, stranger):
    say(me, "Sleep.")
    assert signed_in(stranger).get(me.address + AT).status_code == 404
    assert me.get(AT).status_code == 200


def test_to_look_is_to_have_read_and_whoever_likes_to_choose_chooses(me, them):
    entry = say(them, "Time.")
    me.participant.person.pauses_first = True
    me.participant.person.save()
    assert "Time." not in main(me.get(AT)).text
    assert me.relationship.entries.unread_by(me.participant).get() == entry
    me.get(f"entry/{entry.pk}/")
    assert words(main(me.get(AT)), them) == ["Time."]
    them_mine = say(me, "Sleep.")
    them.get(AT)
    assert them_mine not in me.relationship.entries.unread_by(them.participant)


def test_both_see_the_same_page_but_for_their_own_links(me, them, after):
    for chair in (me, them):
        chair.correct(say(chair, "Rest."), "Sleep.")
    me.get(AT), them.get(AT)

    def seen(chair):
        html = chair.get(AT).content.decode()
        html = re.sub(r'name="(?:csrfmiddlewaretoken|shown_to)" value="[^"]*"', "", html)
        html = re.sub(r'<a href="[^"]+/(correction|answer|reflection|no_longer)/">[^<]+</a>', "", html)
        html = re.sub(r'<p( class="below")?><a href="[^"]+/saying/philosophy/\w+/">[^<]+</a></p>', "", html)
        html = re.sub(r'<p class="soft"><bdi>\w+</bdi> has not written here yet.</p>', "", html)
        return re.sub(r">\s+<", "><", html)

    with after(minutes=31):  # Nothing is new to either any more.
        me.get(AT), them.get(AT)
        assert seen(me) == seen(them)


@pytest.mark.parametrize("text", ["<i>x</i><script>1</script>", "أؤمن بالنوم", "Schlaf" * 300])
def test_any_words_and_headings_stay_words(me, them, text):
    change(them, "heals", text[:100])
    me.correct(say(me, text), text + "!", why=text[:400])
    for chair in (me, them):
        answer = chair.get(AT)
        assert answer.status_code == 200
        assert not [one for one in shown(answer).all("script", "i") if one.raw]
        assert text[:100] in headings(main(answer))


def test_it_costs_the_same_for_one_and_for_many(me, them, after):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            me.get(AT)
        return len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    say(them, "Time."), say(me, "Sleep.")
    few = [asked(), asked()]
    for number in range(15):
        for chair in (me, them):
            entry = say(chair, f"{number}", ("heals", "refuses", "meets")[number % 3])
            chair.correct(entry, f"{number}!")
            chair.answer(entry, "Yes.", kind="still_true")
        change(me, doors.new_name(), f"Heading {number}")
    with after(minutes=31):
        assert [asked(), asked()] == few
    assert few[1] <= 9
