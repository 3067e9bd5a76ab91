"""What somebody wrote and the other has not read for a while: its writer sees that, and only what is true."""

import datetime as dt

import pytest
from django.utils import timezone

from relationships import clock
from relationships.models import Notice
from tests.cast import CANARY, signed_in
from tests.relationships.views.shown import links, main
from tests.relationships.views.test_queries import asked

DAY = dt.timedelta(days=1)


def line(chair):
    """What the record says to its writer; nothing where it says nothing."""
    return " ".join(found.text for found in main(chair.get()).all(class_="unheard"))


def write(chair, *, days_ago, text="Mine.", **what):
    with clock.telling(timezone.now() - days_ago * DAY):
        return chair.write(text, **what)


def told(chair, *, days_ago, arrived=True):
    at = timezone.now() - days_ago * DAY
    person = chair.participant.person
    Notice.objects.create(
        person=person, number=person.notices.count() + 1, made_at=at, sent_at=at if arrived else None
    )


@pytest.mark.parametrize(("days", "is_said"), [(0, False), (2.9, False), (3.1, True), (40, True)])
def test_it_is_said_after_some_days_and_to_the_writer_only(me, them, days, is_said):
    entry = write(me, days_ago=days)
    name = them.participant.short_name
    assert (f"{name} has not read what you wrote on" in line(me)) is is_said
    assert (f"It has been {int(days)} days." in line(me)) is is_said
    assert ("If it matters, tell them another way." in line(me)) is is_said
    if is_said:
        assert f"{me.address}entry/{entry.pk}/#entry-{entry.pk}" in links(
            main(me.get()).one(class_="unheard")
        )
    assert line(them) == ""


def test_how_many_days_can_be_set(me, them, settings):
    write(me, days_ago=2)
    assert line(me) == ""
    settings.UNREAD_DAYS = 1
    assert "It has been 2 days." in line(me)


def test_it_is_gone_once_they_have_read(me, them):
    write(me, days_ago=5)
    assert line(me)
    them.get()
    assert line(me) == ""


def test_it_is_of_what_has_waited_longest(me, them):
    for days in (9, 5, 4):
        write(me, days_ago=days)
    assert "It has been 9 days." in line(me)


def test_a_day_of_another_year_is_said_with_its_year(me, them):
    write(me, days_ago=400)
    year = (timezone.localtime() - 400 * DAY).year
    assert f" {year} yet." in line(me)
    assert f" {year} yet." in main(me.client.get("/")).text


def test_what_the_other_could_not_read_before_now_has_not_waited(me, them):
    answers, then = {"heard": {"level": "yes"}}, timezone.now() - 10 * DAY
    met = me.relationship.meet(None, by=me.participant, starts_at=then, minutes=20).consult
    write(me, days_ago=9, text="", kind="experience", consult=met, answers=answers)
    them.write("", kind="experience", consult=met, answers=answers)
    assert line(me) == ""


@pytest.mark.parametrize("news", [0, 30])
def test_whatever_is_new_to_oneself(me, them, news):
    write(me, days_ago=9)
    for number in range(news):
        them.write(f"number {number}")
    assert "It has been 9 days." in line(me)


def test_what_was_withdrawn_or_is_not_open_to_them_is_not_waiting(me, them):
    me.withdraw(write(me, days_ago=9))
    past = timezone.now() - 10 * DAY
    consult = me.relationship.meet(None, by=me.participant, starts_at=past, minutes=20).consult
    write(me, days_ago=9, text="", kind="experience", consult=consult, answers={"heard": {"level": "no"}})
    assert line(me) == ""
    assert "has not read what you wrote" not in me.client.get("/").content.decode()


@pytest.mark.parametrize(
    ("days_ago", "arrived", "is_said"),
    [(4, True, True), (6, True, False), (4, False, False), (None, True, False)],
)
def test_that_they_were_told_is_said_only_where_it_is_true(me, them, days_ago, arrived, is_said):
    write(me, days_ago=5)
    if days_ago:
        told(them, days_ago=days_ago, arrived=arrived)
    told(me, days_ago=1)
    assert ("They were told by e-mail on" in line(me)) is is_said


def test_whether_somebody_switched_it_off_is_theirs(me, them):
    write(me, days_ago=5)
    before = line(me)
    for value in ("never", "daily"):
        them.participant.person.told_of_news = value
        them.participant.person.save()
        assert line(me) == before


def test_after_the_end_and_further_back_nothing_is_said(me, them):
    write(me, days_ago=5)
    assert not main(me.get(before="9999")).all(class_="unheard")
    me.relationship.end(by=them.participant)
    assert line(me) == ""


def test_home_says_it_too_and_no_word_of_it(me, them):
    write(me, days_ago=5, text=f"Mine, {CANARY}.")
    name = them.participant.short_name
    home = me.client.get("/").content.decode()
    assert f"<bdi>{name}</bdi> has not read what you wrote on" in home
    assert CANARY not in home
    assert "has not read what you wrote" not in them.client.get("/").content.decode()


def test_it_costs_no_question_more(me, them):
    client = signed_in(me.participant.person)
    me.write("Something of today.")
    client.get(me.address)
    before = asked(client.get, me.address), asked(client.get, "/")
    write(me, days_ago=5)
    told(them, days_ago=4)
    assert (asked(client.get, me.address), asked(client.get, "/")) == before
