"""Who will do what by when: promised on one line, kept or released by either, moved by whoever promised it."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone, translation

from relationships import clock, prose
from relationships.models import Relationship, Verb
from tests.cast import pair, person, signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown

TELLING = ["keeping/", "releasing/", "moving/"]
KIND = {"keeping/": "kept", "releasing/": "released", "moving/": "moved"}


def shares(chair):
    return f"Share with {chair.relationship.facing(chair.participant).short_name}"


def day(days):
    return timezone.localdate() + dt.timedelta(days=days)


def promise(chair, text="bring the letter", **what):
    return chair.write(text, kind="promise", **what)


def tell(chair, entry, page, **typed):
    if page == "moving/":
        typed = {"due_on": day(30).isoformat()} | typed
    return press(chair.client, chair.get(f"entry/{entry.pk}/{page}"), shares(chair), **typed)


def planned(chair):
    starts = clock.now() + dt.timedelta(days=2)
    return chair.relationship.plan(by=chair.participant, starts_at=starts, minutes=20).consult


# --- Promised -------------------------------------------------------------------------------------------


def test_one_line_and_a_day_are_a_promise_that_both_see(me, them):
    answer = press(
        me.client, me.get("promise/"), shares(me), text="bring the letter", due_on=day(9).isoformat()
    )
    entry = me.relationship.entries.get()
    assert answer["Location"] == f"{me.address}#entry-{entry.pk}"
    assert (entry.kind, entry.text, entry.due_on, entry.author) == (
        "promise",
        "bring the letter",
        day(9),
        me.participant,
    )
    for chair in (me, them):
        card = main(chair.get()).one("article")
        assert card.one(class_="words").text == "bring the letter"
        assert "what I promise" in card.one(class_="by").text


def test_a_promise_without_a_day_is_fine(me):
    assert press(me.client, me.get("promise/"), shares(me), text="walk more").status_code == 302
    assert me.relationship.entries.get().due_on is None


@pytest.mark.parametrize(
    ("box", "wrong", "sentence"),
    [
        ("text", "", "Write something first."),
        ("text", "a\u202eb", "direction of reading"),
        ("text", "w" * 20_001, "longer than one entry"),
        ("due_on", "2020-01-01", "That day is past."),
        ("due_on", "2226-01-01", "more than two years ahead"),
        ("due_on", "0026-01-01", "before 1900"),
        ("due_on", "soon", "Write the day like this"),
        ("helped_by", "h" * 121, "120 characters"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_box_and_the_rest_is_kept(me, box, wrong, sentence):
    typed = {"text": "bring the letter", "due_on": day(3).isoformat(), "helped_by": "Ann"} | {box: wrong}
    answer = press(me.client, me.get("promise/"), shares(me), **typed)
    assert answer.status_code == 422
    field = [field for field in main(answer).all(class_="field") if field.all(name=box)][-1]
    assert sentence in field.one("p", class_="error").text
    kept = fields_of(main(answer).all("form")[0])
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert not me.relationship.entries.exists()
    corrected = {"text": "bring it", "due_on": day(3).isoformat(), "helped_by": "Ann"}
    assert press(me.client, answer, shares(me), **corrected).status_code == 302


def test_today_is_not_past_where_its_reader_is(two):
    """Just after midnight in Auckland it is still yesterday in London."""
    for chair_of, zone in ((two.patient, "Pacific/Auckland"), (two.clinician, "Europe/London")):
        chair_of.person.time_zone = zone
        chair_of.person.save()
    address = f"/r/{two.relationship.pk}/promise/"
    moment = dt.datetime(2026, 12, 2, 12, 30, tzinfo=dt.UTC)  # 3 December in Auckland.
    with clock.telling(moment):
        said = {
            seat.pk: signed_in(seat.person)
            .post(address, {"text": "today", "due_on": "2026-12-02"})
            .status_code
            for seat in (two.patient, two.clinician)
        }
    assert said == {two.patient.pk: 422, two.clinician.pk: 302}


def test_as_far_ahead_as_two_years_is_taken(me):
    assert me.post("promise/", text="far", due_on=day(731).isoformat()).status_code == 302
    assert me.post("promise/", text="too far", due_on=day(800).isoformat()).status_code == 422


def test_a_double_click_promises_once_and_other_words_are_not_lost(me):
    page = me.get("promise/")
    for _ in range(2):
        assert press(me.client, page, shares(me), text="once").status_code == 302
    assert me.relationship.entries.count() == 1
    other = press(me.client, page, shares(me), text="twice?")
    assert other.status_code == 422
    assert main(other).one("textarea").typed == "twice?"


def test_a_draft_keeps_its_day(me, them):
    press(me.client, me.get("promise/"), "Keep as a draft", text="perhaps", due_on=day(4).isoformat())
    kept = fields_of(main(me.get("promise/")).all("form")[0])
    assert (kept["text"], kept["due_on"]) == (["perhaps"], [day(4).isoformat()])
    assert "perhaps" not in them.get().content.decode()
    press(me.client, me.get("promise/"), shares(me))
    assert me.relationship.entries.get().due_on == day(4)
    assert not me.participant.drafts.exists()


# --- Made in the room -----------------------------------------------------------------------------------


def test_a_promise_made_in_the_room_belongs_to_the_consult_and_leads_back_there(me, them):
    consult = planned(them)
    answer = press(me.client, me.get("promise/", consult=consult.pk, back="room"), shares(me), text="rest")
    assert answer["Location"] == f"{me.address}consult/{consult.pk}/room/"
    assert me.relationship.entries.get().consult == consult
    straight = me.post("promise/", text="walk", consult=str(consult.pk), back="room")
    assert straight["Location"] == f"{me.address}consult/{consult.pk}/room/"
    elsewhere = me.post("promise/", text="sleep", consult=str(consult.pk), back="https://example.org/")
    assert elsewhere["Location"].startswith(f"{me.address}#entry-")
    assert me.relationship.entries.filter(consult=consult).count() == 3


def test_what_was_typed_wrongly_in_the_room_still_belongs_to_it(me):
    consult = planned(me)
    answer = me.post("promise/", text="", consult=str(consult.pk), back="room")
    assert answer.status_code == 422
    again = press(me.client, answer, shares(me), text="rest")
    assert again["Location"] == f"{me.address}consult/{consult.pk}/room/"
    assert me.relationship.entries.get().consult == consult


@pytest.mark.parametrize("named", ["", "room", "12", "\x00", "x" * 400])
def test_what_names_no_consult_is_as_if_it_named_none(me, named):
    planned(me)
    assert me.get("promise/", consult=named, back="room").status_code == 200
    answer = me.post("promise/", text="rest", consult=named, back="room")
    assert answer["Location"].startswith(f"{me.address}#entry-")
    assert me.relationship.entries.get().consult is None


def test_a_consult_of_others_is_as_little_there_as_one_that_is_not(me):
    mine = planned(me)
    other = pair(person("Foreign"), person("Abroad"))
    starts = clock.now() + dt.timedelta(days=2)
    theirs = other.relationship.plan(by=other.patient, starts_at=starts, minutes=20).consult
    for named in (theirs.pk, uuid.uuid4()):
        assert me.get("promise/", consult=str(named)).status_code == 404
        assert me.post("promise/", text="rest", consult=str(named)).status_code == 404
    assert not me.relationship.entries.exists()
    assert me.post("promise/", text="rest", consult=str(mine.pk)).status_code == 302


# --- How it went ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["keeping/", "releasing/"])
@pytest.mark.parametrize("text", ["", "It was a heron all right."])
def test_either_says_that_it_is_kept_or_need_not_be_done_with_a_why_or_without(me, them, page, text):
    for author in (me, them):
        entry = promise(author, due_on=day(3))
        answer = tell(me, entry, page, text=text)
        closing = me.relationship.entries.get(about=entry)
        assert answer["Location"] == f"{me.address}entry/{entry.pk}/#entry-{closing.pk}"
        assert (closing.kind, closing.text, closing.author) == (KIND[page], text, me.participant)
        for chair in (me, them):
            thread = main(chair.get(f"entry/{entry.pk}/")).one("article")
            said = thread.one(class_="answer")
            assert me.participant.short_name in said.one(class_="by").text
            assert str(closing.label) in said.one(class_="by").text
            assert [words.text for words in said.all(class_="words")] == ([text] if text else [])


def test_whoever_promised_it_gives_it_another_day_and_it_stays_open(me, them):
    entry = promise(me, due_on=day(3))
    tell(me, entry, "moving/", due_on=day(30).isoformat(), text="The letter is not here yet.")
    for chair in (me, them):
        page = main(chair.get(f"entry/{entry.pk}/"))
        assert "another day:" in page.one(class_="answer").one(class_="by").text
        assert "The letter is not here yet." in page.one(class_="answer").text
        assert f"{me.address}entry/{entry.pk}/keeping/" in links(page)


def test_nobody_else_gives_it_another_day(me, them):
    entry = promise(me, due_on=day(3))
    moved = {"due_on": day(30).isoformat()}
    assert them.get(f"entry/{entry.pk}/moving/").status_code == 404
    assert them.post(f"entry/{entry.pk}/moving/", **moved).status_code == 404
    assert not me.relationship.entries.filter(kind="moved").exists()
    assert me.get(f"entry/{entry.pk}/moving/").status_code == 200
    assert me.post(f"entry/{entry.pk}/moving/", **moved).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "sentence"), [("", "Choose a day."), ("2020-01-01", "past"), ("2226-01-01", "two years")]
)
def test_another_day_is_a_day_that_can_be_and_the_words_are_kept(me, wrong, sentence):
    entry = promise(me, due_on=day(3))
    answer = tell(me, entry, "moving/", due_on=wrong, text="Not yet.")
    assert answer.status_code == 422
    assert sentence in main(answer).one(class_="problem").text
    assert main(answer).one("textarea").typed == "Not yet."
    assert press(me.client, answer, shares(me), due_on=day(5).isoformat()).status_code == 302


def test_the_links_stand_under_it_for_both_and_another_day_for_its_author(me, them):
    entry = promise(me)
    at = f"{me.address}entry/{entry.pk}/"
    for page in ("", f"entry/{entry.pk}/"):
        offered = set(links(main(me.get(page)))), set(links(main(them.get(page))))
        for one in offered:
            assert {at + "keeping/", at + "releasing/"} <= one
        assert at + "moving/" in offered[0]
        assert at + "moving/" not in offered[1]


@pytest.mark.parametrize("page", TELLING)
def test_the_page_shows_the_promise_as_it_stands(me, page):
    entry = promise(me, "muddled", due_on=day(3))
    me.correct(entry, "clear", due_on=day(4))
    seen = main(me.get(f"entry/{entry.pk}/{page}"))
    assert seen.one(class_="words").text == "clear"
    assert "muddled" not in seen.text
    assert "watches this page" in seen.one(class_="care").text


@pytest.mark.parametrize("first", ["keeping/", "releasing/"])
@pytest.mark.parametrize("second", TELLING)
def test_of_two_at_once_one_wins_and_the_other_hears_it_with_their_words(me, them, first, second):
    entry = promise(me, due_on=day(3))
    page = me.get(f"entry/{entry.pk}/{second}")
    tell(them, entry, first, text="Done.")
    typed = {"due_on": day(9).isoformat()} if second == "moving/" else {}
    answer = press(me.client, page, shares(me), text="My words.", **typed)
    assert answer.status_code == 422
    assert "This is closed already." in main(answer).one(class_="problem").text
    assert main(answer).one("textarea").typed == "My words."
    assert [one.kind for one in me.relationship.entries.filter(about=entry)] == [KIND[first]]


@pytest.mark.parametrize("page", TELLING)
def test_what_is_closed_is_not_asked_again(me, them, page):
    entry = promise(me)
    them.answer(entry, "", kind="kept")
    seen = main(me.get(f"entry/{entry.pk}/{page}"))
    assert "This is closed already." in seen.text
    assert f"{me.address}entry/{entry.pk}/answer/" in links(seen)
    assert not seen.all("textarea")
    for listing in ("", f"entry/{entry.pk}/"):
        assert f"{me.address}entry/{entry.pk}/{page}" not in links(main(me.get(listing)))


def test_words_that_waited_as_a_draft_are_there_when_it_was_closed_meanwhile(me, them):
    entry = promise(me)
    press(me.client, me.get(f"entry/{entry.pk}/keeping/"), "Keep as a draft", text="I did it on Sunday.")
    them.answer(entry, "", kind="released")
    seen = main(me.get(f"entry/{entry.pk}/keeping/"))
    assert "This is closed already." in seen.text
    assert seen.one("textarea").typed == "I did it on Sunday."


@pytest.mark.parametrize("page", TELLING)
def test_a_double_click_tells_it_once(me, page):
    entry = promise(me)
    shown_page = me.get(f"entry/{entry.pk}/{page}")
    typed = {"due_on": day(9).isoformat()} if page == "moving/" else {}
    places = {press(me.client, shown_page, shares(me), **typed)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert me.relationship.entries.filter(about=entry).count() == 1
    verb = Verb.ANSWERED if page == "moving/" else Verb.CLOSED
    assert me.relationship.events.filter(verb=verb).count() == 1


def test_to_take_back_that_it_is_kept_opens_it_again(me, them):
    entry = promise(me, due_on=day(3))
    kept = them.answer(entry, "", kind="kept")
    at = f"{me.address}entry/{entry.pk}/keeping/"
    assert at not in links(main(me.get()))
    press(them.client, them.get(f"entry/{kept.pk}/withdrawal/"), "Withdraw it")
    assert at in links(main(me.get()))
    assert tell(me, entry, "keeping/").status_code == 302


@pytest.mark.parametrize("page", TELLING)
def test_a_withdrawn_promise_cannot_be_kept_or_moved(me, page):
    entry = promise(me)
    shown_page = me.get(f"entry/{entry.pk}/{page}")
    me.withdraw(entry)
    assert me.get(f"entry/{entry.pk}/{page}")["Location"] == f"{me.address}entry/{entry.pk}/"
    typed = {"due_on": day(9).isoformat()} if page == "moving/" else {}
    answer = press(me.client, shown_page, shares(me), text="After all.", **typed)
    assert answer.status_code == 422
    assert "This has been withdrawn." in main(answer).text
    assert main(answer).one("textarea").typed == "After all."


@pytest.mark.parametrize("page", TELLING)
def test_only_a_promise_is_kept(me, page):
    entry = promise(me)
    wording = me.correct(entry, "bring it")
    for other in (me.write("No promise.", kind="value"), wording, me.answer(entry, "Soon.")):
        assert me.get(f"entry/{other.pk}/{page}").status_code == 404
        assert me.post(f"entry/{other.pk}/{page}", due_on=day(3).isoformat()).status_code == 404
    assert me.get(f"entry/{entry.pk}/{page}").status_code == 200


@pytest.mark.parametrize("page", TELLING)
def test_after_the_end_the_words_come_back_and_nothing_is_added(me, them, page):
    entry = promise(me)
    shown_page = me.get(f"entry/{entry.pk}/{page}")
    them.relationship.end(by=them.participant)
    typed = {"due_on": day(9).isoformat()} if page == "moving/" else {}
    answer = press(me.client, shown_page, shares(me), text="Too late.", **typed)
    assert answer.status_code == 422
    assert "This journal has ended." in main(answer).one(class_="problem").text
    assert main(answer).one("textarea").typed == "Too late."
    assert me.relationship.entries.count() == 1
    for listing in ("", f"entry/{entry.pk}/"):
        assert f"{me.address}entry/{entry.pk}/{page}" not in links(main(me.get(listing)))


def test_after_the_end_nothing_is_promised(me, them):
    page = me.get("promise/")
    them.relationship.end(by=them.participant)
    answer = press(me.client, page, shares(me), text="Too late.")
    assert answer.status_code == 422
    assert main(answer).one("textarea").typed == "Too late."
    assert not me.relationship.entries.exists()


def test_a_stranger_finds_nothing_and_the_two_find_it(me, stranger):
    entry = promise(me)
    client = signed_in(stranger)
    pages = ["promise/", *(f"entry/{entry.pk}/{page}" for page in TELLING)]
    for page in pages:
        assert client.get(me.address + page).status_code == 404
        assert client.post(me.address + page, {"text": "Mine."}).status_code == 404
        assert me.get(page).status_code == 200
    theirs = stranger.seats.get().relationship
    for page in TELLING:  # Nor by way of their own record.
        assert client.get(f"/r/{theirs.pk}/entry/{entry.pk}/{page}").status_code == 404
    assert me.relationship.entries.count() == 1


def test_to_open_the_page_is_to_have_read_the_promise(me, them):
    entry = promise(them)
    me.get(f"entry/{entry.pk}/keeping/")
    assert "Both have read this" in main(them.get()).text


# --- Put differently ------------------------------------------------------------------------------------


def test_a_promise_put_differently_keeps_its_day_and_the_day_can_be_changed(me, them):
    entry = promise(me, due_on=day(3))
    me.answer(entry, "", kind="moved", due_on=day(20))
    page = me.get(f"entry/{entry.pk}/correction/")
    assert fields_of(main(page).all("form")[0])["due_on"] == [day(20).isoformat()]
    press(me.client, page, shares(me), text="bring both letters")
    assert me.relationship.entries.get(bearing="corrects").due_on == day(20)
    press(me.client, me.get(f"entry/{entry.pk}/correction/"), shares(me), due_on="")
    assert not [one for one in main(them.get()).all(class_="due") if one.text]


def test_a_day_that_has_passed_may_stay_when_it_is_put_differently(me, after):
    entry = promise(me, due_on=day(3))
    with after(days=10):
        answer = press(me.client, me.get(f"entry/{entry.pk}/correction/"), shares(me), text="bring the leter")
        assert answer.status_code == 302
    assert me.relationship.entries.get(bearing="corrects").due_on == day(3)


def test_why_it_was_moved_can_be_put_differently_and_the_day_stays(me):
    entry = promise(me, due_on=day(3))
    moved = me.answer(entry, "Becuase.", kind="moved", due_on=day(20))
    page = me.get(f"entry/{moved.pk}/correction/")
    assert "due_on" not in fields_of(main(page).all("form")[0])
    press(me.client, page, shares(me), text="Because.")
    assert me.relationship.entries.get(bearing="corrects").due_on == day(20)


# --- How it looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "said"), [(3, "by 5 December"), (0, "today"), (-1, "was for 1 December")])
def test_by_when_is_said_without_alarm(me, them, days, said):
    now = dt.datetime(2026, 12, 2, 15, tzinfo=dt.UTC)
    with clock.telling(now - dt.timedelta(days=20)):
        promise(me, due_on=dt.date(2026, 12, 2) + dt.timedelta(days=days))
    with clock.telling(now):
        for chair in (me, them):
            seen = main(chair.get())
            assert seen.one("article").one(class_="due").text == said
            assert not [one for one in seen if {"wrong", "problem", "error"} & set(one.classes)]


def test_a_day_of_another_year_says_so_and_a_kept_one_is_never_late(me):
    now = dt.datetime(2026, 12, 2, 15, tzinfo=dt.UTC)
    with clock.telling(now - dt.timedelta(days=20)):
        entry = promise(me, due_on=dt.date(2026, 12, 1))
        promise(me, due_on=dt.date(2027, 1, 3))
        me.answer(entry, "", kind="kept")
    with clock.telling(now):
        assert [one.text for one in main(me.get()).all(class_="due")] == [
            "by 3 January 2027",
            "by 1 December",
        ]


def test_what_was_said_of_it_reads_well_in_the_readers_language(me, them):
    entry = promise(me, due_on=day(3))
    them.answer(entry, "", kind="kept")
    me.participant.person.language = "de"
    me.participant.person.save()
    with translation.override("de"):
        label = str(me.relationship.entries.get(kind="kept").label)
    assert label in main(me.get()).one(class_="answer").one(class_="by").text
    assert "this is kept" in main(them.get()).one(class_="answer").one(class_="by").text


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> & <script>alert(1)</script>",
        "Donaudampfschifffahrtsgesellschaft" * 30,
        "سأحضر الرسالة من المستشفى",
        "# not a heading\n\n- a\n- b",
    ],
)
def test_any_words_stand_on_every_page_and_stay_words(me, them, text):
    entry = promise(me, text, due_on=day(3))
    them.answer(entry, text, kind="released")
    again = promise(me, text)
    pages = ["", f"entry/{entry.pk}/", *(f"entry/{again.pk}/{page}" for page in ("keeping/", "correction/"))]
    for page in pages:
        answer = me.get(page)
        assert answer.status_code == 200
        assert not [one for one in shown(answer).all("script") if one.raw]
    line = main(me.get()).one("section", class_="ahead").one("li")
    assert [one.tag for one in line] == ["b", "bdi", "a", "bdi"]
    assert line.one("a").text.removesuffix(" …") in " ".join(prose.visible(text).split())


def test_with_an_empty_seat_it_waits_for_the_other(wren):
    relationship = Relationship.begin(by=wren, side="patient")
    client = signed_in(wren)
    page = client.get(f"/r/{relationship.pk}/promise/")
    assert press(client, page, "Share", text="come on Monday").status_code == 302
    assert relationship.entries.get().kind == "promise"
