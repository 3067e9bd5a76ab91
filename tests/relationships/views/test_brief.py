"""Before we meet, on the page and as plain text: for any consult, the same for both, and short enough for a chart."""

import datetime as dt
import re
import uuid
from itertools import product

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from relationships import clock
from relationships.models import Bearing, Entry, Relationship, Rendering, Verb, projection
from relationships.views.brief import LENGTH
from tests.cast import CANARY, signed_in
from tests.relationships.views.shown import links, main
from tests.relationships.views.test_queries import looks

FOUR = ("who", "matters", "hopes", "new")
LONGEST = "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.fixture
def ago():
    def earlier(**how_much):
        return clock.telling(timezone.now() - dt.timedelta(**how_much))

    return earlier


@pytest.fixture
def met(me, ago):
    """They last met thirty days ago."""
    with ago(days=30):
        return me.relationship.meet(None, by=me.participant, starts_at=clock.now(), minutes=20)


@pytest.fixture
def coming(me):
    """They meet in three days, by video."""
    starts_at = timezone.now() + dt.timedelta(days=3)
    return me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20, way="video")


def part(response, name):
    """One part of the page, by its id."""
    return main(response).one(id=name)


def text(chair, page="brief/", **query):
    answer = chair.get(f"{page}text/", **query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return answer.content.decode()


def of(consult):
    return f"consult/{consult.consult_id}/brief/"


def changes(person, **what):
    for name, value in what.items():
        setattr(person, name, value)
    person.save()


# --- The page -------------------------------------------------------------------------------------------


def test_the_four_parts_of_the_first_screen_stand_first_and_in_order(me, met, coming):
    for page in ("brief/", of(coming), of(met)):
        ids = [
            one.attrs["id"] for one in main(me.get(page)) if one.attrs.get("id") in (*FOUR, "news", "care")
        ]
        assert ids == [*FOUR, "news", "care"], page


def test_they_stand_there_before_anything_is_written_or_planned(me):
    for name in FOUR:
        assert part(me.get("brief/"), name).text


def test_it_says_whom_to_call_what_and_how(me, them):
    changes(them.participant.person, called="Ghislaine", pronounced="zhee-LEN", pronouns="they/them")
    changes(me.participant.person, called="Bo", pronounced="", pronouns="")
    for chair in (me, them):
        mine, theirs = (
            one.text for one in sorted(part(chair.get("brief/"), "who").all("p"), key=lambda one: one.text)
        )
        assert mine.startswith("Call me Bo ·"), mine
        assert theirs.startswith("Call me Ghislaine (say: zhee-LEN) · they/them"), theirs


def test_its_title_is_the_day_and_time_in_the_readers_own_zone(me, them, coming):
    changes(me.participant.person, time_zone="Europe/London")
    changes(them.participant.person, time_zone="Asia/Tokyo")
    for chair in (me, them):
        heading = main(chair.get("brief/")).one("h1").text
        local = coming.starts_at.astimezone(chair.participant.person.zone)
        assert heading == f"{local:%A}, {local.day} {local:%B} {local.year}, {local:%H:%M}"
        assert "by video" in main(chair.get("brief/")).one("header").text


def test_the_next_consult_is_the_one_it_is_for(me, them, coming):
    later = me.relationship.plan(
        by=me.participant, starts_at=coming.starts_at + dt.timedelta(days=9), minutes=9
    )
    them.write("Soon.", kind="hope", consult=coming.consult)
    them.write("Later.", kind="hope", consult=later.consult)
    assert "Soon." in part(me.get("brief/"), "hopes").text
    assert "Later." in part(me.get(of(later)), "hopes").text
    me.relationship.call_off(coming.consult, by=them.participant)
    assert "Later." in part(me.get("brief/"), "hopes").text
    assert "called off" in main(me.get(of(coming))).one("header").text
    assert "Soon." in part(me.get(of(coming)), "hopes").text


def test_where_none_is_planned_it_says_so_and_leads_to_planning(me, them):
    me.write("My garden.", kind="value")
    for chair in (me, them):
        answer = chair.get("brief/")
        assert "No appointment is planned." in main(answer).text
        assert f"{me.address}consult/planning/" in links(main(answer))
        assert "My garden." in part(answer, "matters").text
        assert "no appointment is planned" in text(chair)


def test_a_consult_that_is_not_there_has_no_brief(me, stranger, coming):
    other = Relationship.objects.exclude(pk=me.relationship.pk).get()
    seat = other.seats[0]
    foreign = other.plan(by=seat, starts_at=coming.starts_at, minutes=20)
    for page, consult in product(("", "text/"), (foreign.consult_id, uuid.uuid4())):
        assert me.get(f"consult/{consult}/brief/{page}").status_code == 404
    assert me.get(of(coming)).status_code == 200


def test_each_hopes_and_whoever_has_not_is_asked_by_a_link_that_both_see(me, them, coming):
    them.write("To sleep again.", kind="hope", consult=coming.consult)
    asks = f"{me.address}consult/{coming.consult_id}/hope/"
    for chair in (me, them):
        hopes = part(chair.get("brief/"), "hopes")
        assert "To sleep again." in hopes.text
        assert f"{me.participant.short_name} has not said yet." in hopes.text
        assert f"{them.participant.short_name} has not said yet." not in hopes.text
        assert links(hopes) == [asks]
    me.relationship.end(by=me.participant)
    assert links(part(me.get(of(coming)), "hopes")) == []


def test_what_is_new_has_its_headline_above_and_stands_below_with_who_and_when(me, them, met, ago):
    with ago(days=5):
        me.write("The heron is back.", kind="life_context")
    with ago(days=3):
        them.write(
            "We talked about the stairs for the whole of it.\n\nAnd laughed. " + "On and on. " * 40,
            kind="conversation",
        )
    answer = me.get("brief/")
    new, news = part(answer, "new"), part(answer, "news")
    since = timezone.localtime(met.starts_at)
    assert new.one("h2").text == f"New since we last met, {since.day} {since:%B} {since.year}"
    assert "We talked about the stairs for the whole of it." in new.text
    assert "And laughed." not in new.text
    assert "heron" not in new.text
    (below,) = [link for link in new.all("a") if link.text == "and more below"]
    assert part(answer, below.attrs["href"].removeprefix("#")).one(id="news")
    day = timezone.localtime(timezone.now() - dt.timedelta(days=3))
    first, second = news.all(class_="excerpt")
    assert first.one(class_="by").text == (
        f"{them.participant.short_name} what we talked about, {day.day} {day:%B}"
    )
    assert "And laughed." in first.text
    assert "The heron is back." in second.text


def test_on_the_day_when_nothing_came_in_it_says_so_and_shows_what_holds(me, them, met, ago):
    with ago(days=90):
        me.write("My garden.", kind="value")
        them.write("To be told early.", kind="care_preference")
    for chair in (me, them):
        answer = chair.get("brief/")
        assert "Nothing new has been written since then." in part(answer, "new").text
        assert "My garden." in part(answer, "matters").text
        assert "To be told early." in part(answer, "care").text
        assert "has not written about this yet." in part(answer, "care").text
        assert "nothing new" in text(chair)


def test_what_is_new_and_stands_above_is_marked_with_its_day(me, them, met, ago):
    with ago(days=90):
        them.write("Old.", kind="value")
    with ago(days=2):
        me.write("My garden.", kind="value")
        me.write("Slowly.", kind="care_preference")
    day = timezone.localtime(timezone.now() - dt.timedelta(days=2))
    answer = them.get("brief/")
    mark = f"new, {day.day} {day:%B}"
    assert part(answer, "matters").text.count("new, ") == 1
    assert f"My garden. {mark}" in part(answer, "matters").text
    assert f"Slowly. {mark}" in part(answer, "care").text


def test_what_is_new_since_we_met_has_nothing_to_do_with_having_looked(me, them, met, ago):
    with ago(days=10):
        them.write("Ten days ago.")
    for _ in range(3):
        me.get(), me.get("brief/")
        assert "Ten days ago." in part(me.get("brief/"), "news").text
        assert "Ten days ago." in text(me)


def test_a_day_of_ones_own_can_be_asked_for(me, them, met, ago):
    with ago(days=40):
        me.write("Long ago.")
    since = (timezone.localdate() - dt.timedelta(days=60)).isoformat()
    assert "Long ago." not in main(me.get("brief/")).text
    answer = me.get("brief/", since=since)
    assert "Long ago." in part(answer, "news").text
    assert part(answer, "new").one("h2").text.startswith("New since ")
    assert "we last met" not in part(answer, "new").text
    link = next(link for link in links(main(answer)) if "/text/" in link)
    assert "Long ago." in me.client.get(link).content.decode()


def test_the_form_for_it_asks_with_a_date_in_the_address(me, coming):
    for page in ("brief/", of(coming)):
        form = main(me.get(page)).one("form")
        assert form.attrs["method"] == "get"
        assert form.one("input", name="since").attrs["value"] == timezone.localdate().isoformat()
        assert not main(me.get(page)).all("input", name="csrfmiddlewaretoken")


def test_open_promises_say_by_when_and_late_ones_without_alarm(me, them):
    today = timezone.localdate()
    late, soon = today - dt.timedelta(days=3), today + dt.timedelta(days=3)
    me.write("I will ring the baker.", kind="promise", due_on=late)
    them.write("I will write.", kind="promise", due_on=soon)
    them.write("I will think.", kind="promise")
    promises = part(me.get("brief/"), "promises")
    first, second, third = (one.text for one in promises.all(class_="excerpt"))
    assert f"{me.participant.short_name} was for {late.day} {late:%B}" in first
    assert f"{them.participant.short_name} by {soon.day} {soon:%B}" in second
    assert third.startswith(f"{them.participant.short_name} I will think.")
    said = text(me)
    assert f"was for {late.day} {late:%B} {late.year}: I will ring the baker." in said
    assert f"by {soon.day} {soon:%B} {soon.year}: I will write." in said


def test_more_open_promises_than_have_room_are_counted_and_lead_to_all(me):
    for number in range(7):
        me.write(f"Promise {number}.", kind="promise")
    promises = part(me.get("brief/"), "promises")
    assert "2 more open promises" in promises.text
    assert f"{me.address}?kind=promise" in links(promises)
    assert "2 more open promises" in text(me)


def test_how_somebody_arrives_stands_there_and_without_it_no_heading_does(me, them, coming):
    assert not main(me.get("brief/")).all(id="arrivals")
    them.write("Tired.", kind="arrival", consult=coming.consult)
    assert "Tired." in part(me.get("brief/"), "arrivals").text


def test_a_correction_stands_in_its_place_and_withdrawn_words_do_not(me, them):
    mine = me.write("Muddled.", kind="value")
    me.correct(mine, "Clear.")
    gone = them.write("Gone.", kind="value")
    them.withdraw(gone)
    for chair, page in product((me, them), ("brief/", "brief/text/")):
        words = chair.get(page).content.decode()
        assert "Clear." in words
        assert "Muddled." not in words
        assert "Gone." not in words


@pytest.mark.parametrize("kind", ["value", "care_preference", "promise", "conversation"])
def test_what_is_cut_leads_to_the_whole_and_says_so_in_the_text(me, them, kind):
    entry = me.write("A sentence of some length, to be cut. " * 40, kind=kind)
    assert f"{me.address}entry/{entry.pk}/" in links(main(them.get("brief/")))
    (line,) = [line for line in text(them).splitlines() if line.endswith("[…]")]
    assert "to be cut." in line


def test_more_than_a_sheet_holds_is_counted_and_leads_to_the_record(me, them):
    for number in range(9):
        them.write(f"number {number}")
    news = part(me.get("brief/"), "news")
    assert len(news.all(class_="excerpt")) == 6
    assert "3 more in the record" in news.text
    assert f"{me.address}" in links(news)
    assert "3 more in the record" in text(me)


def test_nobodys_words_become_part_of_the_page(me, them, coming):
    attack = f'<b onclick="x">{CANARY}</b></textarea><script>'
    changes(them.participant.person, called="<i>Al</i>", pronounced="<u>al</u>", pronouns="<s>")
    for kind in ("value", "care_preference", "conversation", "promise"):
        them.write(attack, kind=kind)
    for kind in ("hope", "arrival"):
        them.write(attack, kind=kind, consult=coming.consult)
    page = main(me.get("brief/"))
    assert page.text.count(CANARY) >= 7
    assert [one.tag for one in page if one.tag in ("script", "i", "u", "s") or "onclick" in one.attrs] == []


# --- For both -------------------------------------------------------------------------------------------


def test_once_everything_is_read_both_get_the_same_page_byte_for_byte(me, them, met, coming):
    me.write("Mine.", kind="value"), them.write("Theirs.", kind="care_preference"), them.write("News.")
    me.write("A walk.", kind="hope", consult=coming.consult)
    them.write("A letter.", kind="promise", due_on=timezone.localdate())
    with time_machine.travel(timezone.now(), tick=False):
        for page in ("brief/", of(coming), of(met), "brief/?since=2020-01-01"):
            for chair in (me, them, me):
                chair.client.get(chair.address + page)
            mine, theirs = (chair.client.get(chair.address + page).content.decode() for chair in (me, them))
            between = slice('<main id="main"', "</main>")
            cut = [one[one.index(between.start) : one.index(between.stop)] for one in (mine, theirs)]
            assert cut[0] == cut[1], page
            assert ("A walk." in mine) == (page != of(met))


def test_to_read_the_sheet_is_to_read_what_stands_on_it_to_its_end(me, them, coming):
    whole, cut = (
        them.write("My garden.", kind="value"),
        them.write("Many words. " * 90, kind="care_preference"),
    )
    hope = them.write("A walk.", kind="hope", consult=coming.consult)
    me.client.get(f"{me.address}brief/", headers={"Sec-Purpose": "prefetch"})
    me.client.head(f"{me.address}brief/")
    assert not me.relationship.events.filter(verb=Verb.OPENED).exists()
    me.get(of(coming))
    opened = me.relationship.events.get(verb=Verb.OPENED)
    assert opened.page == of(coming)
    assert {reading.entry_id for reading in opened.readings.all()} == {whole.pk, hope.pk}
    assert list(me.relationship.entries.unread_by(me.participant)) == [cut]


def test_whoever_likes_to_choose_finds_no_unopened_words_here(me, them):
    changes(me.participant.person, pauses_first=True)
    entry = them.write("Heavy.", kind="value")
    for page in ("brief/", "brief/text/"):
        assert "Heavy." not in me.get(page).content.decode()
    me.get(f"entry/{entry.pk}/")
    assert "Heavy." in main(me.get("brief/")).text


def test_it_can_be_read_before_the_other_has_come(wren):
    alone = Relationship.begin(by=wren, side="patient")
    alone.write(by=alone.seat_of(wren), text="Waiting.", kind="value")
    for page in ("brief/", "brief/text/"):
        assert "Waiting." in signed_in(wren).get(f"/r/{alone.pk}/{page}").content.decode()


def test_it_can_be_read_after_the_end_and_offers_nothing_to_do(me, them, coming):
    me.write("My garden.", kind="value")
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        assert "My garden." in main(chair.get("brief/")).text
        assert not [link for link in links(main(chair.get("brief/"))) if "planning" in link or "hope" in link]


# --- A day of one's own, mistyped -----------------------------------------------------------------------


@pytest.mark.parametrize("since", ["soon", "2026-13-01", "2031-02-30", "\x00", "9" * 40, "9999-12-31"])
def test_a_date_that_is_none_is_said_beside_its_box_and_the_sheet_stands(me, them, since):
    them.write("My garden.", kind="value")
    answer = me.get("brief/", since=since)
    assert answer.status_code == 200
    assert main(answer).one("form").one("p", class_="error").text
    assert "My garden." in part(answer, "matters").text
    assert "My garden." in text(me, since=since)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", ""])
def test_no_date_in_any_zone_is_an_error_of_ours(me, them, zone):
    them.write("My garden.", kind="value")
    changes(me.participant.person, time_zone=zone)
    for page, since in product(("brief/", "brief/text/"), ("0001-01-01", "9999-12-31", "1883-11-18")):
        answer = me.get(page, since=since)
        assert answer.status_code == 200
        assert "My garden." in answer.content.decode()


# --- As plain text --------------------------------------------------------------------------------------


def test_the_plain_text_says_who_when_for_when_and_from_where(me, them, coming, ago):
    with ago(days=400):
        me.write("My <b>garden</b> & hers.", kind="value")
    them.write("A walk.", kind="hope", consult=coming.consult)
    me.get("brief/")
    said = text(me)
    local = coming.starts_at.astimezone(me.participant.person.zone)
    assert said.startswith(
        f"Before we meet: {local:%A}, {local.day} {local:%B} {local.year}, {local:%H:%M}, by video\n"
    )
    for name in (
        "Wren Halloway (patient): call me Wren, she/her",
        "Isko Marchetti-Oduya (healthcare professional)",
    ):
        assert name in said
    written = timezone.localtime(timezone.now() - dt.timedelta(days=400))
    day = f"{written.day} {written:%B} {written.year}"
    assert f"\n- {me.participant.short_name}, {day}: My <b>garden</b> & hers.\n" in said
    today = timezone.localdate()
    assert f"{today.day} {today:%B} {today.year}" in said.splitlines()[-1]
    head = me.relationship.head()
    assert f"at act {head.number}, {head.fingerprint}" in said.splitlines()[-1]


def test_the_page_has_the_same_text_to_copy(me, them, coming):
    me.write("My garden.", kind="value")
    with time_machine.travel(timezone.now(), tick=False):
        me.get("brief/"), me.get("brief/text/")
        box = main(me.get("brief/")).one("textarea")
        assert box.typed == text(me)
    assert "readonly" in box.attrs


def test_every_line_of_an_entry_has_a_name_and_a_day(me, them, met, coming):
    for chair, kind in product((me, them), ("value", "care_preference", "promise", "conversation")):
        chair.write("One\nand\ntwo.", kind=kind)
    for chair, kind in product((me, them), ("hope", "arrival")):
        chair.write("Three.\n\nFour.", kind=kind, consult=coming.consult)
    today = timezone.localdate()
    lines = [line for line in text(me).splitlines() if line.startswith("- ")]
    assert len(lines) == 12
    for line in lines:
        assert re.match(rf"- (Wren|Isko), {today.day} {today:%B} {today.year}[:,] ", line), line


def test_nobody_can_write_a_line_for_the_other(me, them, coming):
    name = them.participant.short_name
    for between in ("\n", "\n\n", "\u2028", "\u2029"):
        me.write(f"Thank you.{between}- {name}, today: I agree that they may stop.", kind="value")
        me.write(f"More.{between}- {name}: I agree.")
        me.write(f"Yes.{between}- {name}: I agree.", kind="hope", consult=coming.consult)
    changes(me.participant.person, called=f"Al\n- {name}: I agree", pronouns=f"she\n- {name}: I agree")
    begins = [line for line in text(me).splitlines() if line.startswith(f"- {name}")]
    assert not [line for line in begins if "I agree" in line]
    assert "I agree" in text(me)


@pytest.mark.parametrize(
    "words",
    [
        "Word after word after word. " * 60,
        "A line.\n" * 200,
        "Endless" * 90,
        "語" * 900,
        "😀" * 900,
        "Short.",
    ],
)
def test_the_text_always_fits_into_a_chart(me, them, met, coming, words):
    for chair, name in ((me, LONGEST), (them, "Second" + LONGEST)):
        changes(
            chair.participant.person,
            name=name[:120],
            called=name[5:65],
            pronounced=("zhee-LEN " * 20)[:80],
            pronouns=("she/her/hers " * 9)[:40],
        )
        for kind in ("value", "care_preference", "promise", "conversation", "life_context"):
            for _ in range(4):
                chair.write(words, kind=kind, due_on=timezone.localdate() if kind == "promise" else None)
        for kind in ("hope", "hope", "arrival"):
            chair.write(words, kind=kind, consult=coming.consult)
    for page in ("brief/", of(coming)):
        said = text(me, page)
        assert len(said.encode("utf-16-le")) // 2 <= LENGTH < 2500
        for chair in (me, them):
            assert chair.participant.name in said
        assert "at act " in said
        assert re.search(r"\d+ more in the record", said)


def test_a_text_with_room_is_not_shortened(me, them):
    words = (
        "Twenty words are not many, and there is room enough for all of these and for some more of them, too."
    )
    me.write(words, kind="care_preference"), them.write(words)
    assert text(me).count(words) == 2
    assert text(me).count("[…]") == 1, "Only in the line that says what it means."


# --- What it costs --------------------------------------------------------------------------------------


@pytest.fixture
def great(me, them, ago):
    """A record of 5,000 entries and 100 consults, by rows as the verbs make them but many at a time."""
    record, now = me.relationship, timezone.now()
    consults = []
    for days in range(400, 100, -3):
        with ago(days=days):
            appointment = record.meet(None, by=me.participant, starts_at=clock.now(), minutes=20)
        consults.append(appointment.consult)
    coming = record.plan(by=me.participant, starts_at=now + dt.timedelta(days=3), minutes=20)
    kinds = ("conversation", "value", "life_context", "care_preference", "", "promise", "hope")
    first = record.head().number + 1
    entries = []
    for number in range(5_000):
        kind = kinds[number % 7]
        entry = Entry(
            relationship=record,
            author=(me, them)[number % 2].participant,
            number=first + number,
            kind=kind,
            consult=consults[number % 100] if kind == "hope" else None,
            text=f"Words {number}.",
            written_at=now - dt.timedelta(days=400) * (1 - number / 5_000),
            salt="salt",
        )
        entry.thread = entry
        if number % 10 in (3, 9):
            entry.about, entry.thread = entries[-1], entries[-1].thread
            entry.bearing = Bearing.ANSWERS if number % 10 == 3 else Bearing.WITHDRAWS
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=500)
    Rendering.objects.bulk_create(
        (Rendering(entry=entry, version=1, html=entry.text, words=entry.text) for entry in entries),
        batch_size=500,
    )
    projection.rebuild(record)
    # A database that has not looked at so many new rows yet may plan as if there were none; it does so by itself.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return coming


def test_a_record_of_five_thousand_entries_and_a_hundred_consults_asks_ten_questions(me, great):
    for page in ("brief/", of(great)):
        first, second = looks(me, page)
        assert first - (connection.vendor == "postgresql") <= 10, "The first look waits for its turn there."
        assert second <= 10
        assert len(part(me.get(page), "news").all(class_="excerpt")) == 6
        assert "94 more in the record" in text(me, page)


def test_where_it_is_stands_on_the_sheet_and_in_the_text(me, them, ago):
    where = "The second bell, up the stairs"
    starts_at = timezone.now() + dt.timedelta(days=2)
    me.relationship.plan(by=me.participant, starts_at=starts_at, minutes=20, way="home", where=where)
    for chair in (me, them):
        assert where in main(chair.get("brief/")).text
        assert where in chair.get("brief/text/").content.decode()


def test_what_was_said_back_and_not_confirmed_stands_on_the_sheet_and_in_the_text(me, them):
    them.answer(me.write("Tell me soon.", kind="value"), "You want it early.", kind="reflection")
    for chair in (me, them):
        assert "You want it early." in part(chair.get("brief/"), "unconfirmed").text
        assert "Said back, and not confirmed" in chair.get("brief/text/").content.decode()


def test_what_somebody_keeps_for_themselves_is_no_draft_that_waits(me):
    planned = me.relationship.plan(
        by=me.participant, starts_at=timezone.now() + dt.timedelta(days=2), minutes=20
    )
    box = f"consult/{planned.consult_id}/arrival/"
    assert me.post("draft/", box=box, text="Afraid.").status_code == 200
    assert "not shared" not in main(me.get()).text
    assert "not shared" not in main(me.client.get("/")).text
    assert me.post("draft/", box="write/", text="Not yet.").status_code == 200
    assert "not shared" in main(me.get()).text
    assert "not shared" in main(me.client.get("/")).text
