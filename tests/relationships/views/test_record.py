"""The record: all that both have written, newest first, what is new and what was read, from either chair."""

import datetime as dt
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.utils import formats, timezone, translation

from relationships import clock, kinds
from relationships.models import Relationship, Verb
from tests.cast import person, signed_in
from tests.relationships.views.shown import cards, links, main, shown

KINDS = [
    *("conversation", "value", "life_context", "care_preference"),
    *("hope", "arrival", "account", "experience", "promise", ""),
    *("philosophy", "way_of_working", "appreciation"),
]
OF_A_CONSULT = {"hope", "arrival", "account", "experience"}


def marked_new(response):
    """The words that stand in something marked as new."""
    marked = [one for one in main(response) if "is-new" in one.classes]
    return [words.text for one in marked for words in one.all(class_="words")]


def test_both_are_named_and_their_words_stand_newest_first(me, them):
    me.write("The first.")
    them.write("The second.")
    answer = me.get()
    assert cards(answer) == ["The second.", "The first."]
    heading = main(answer).one("h1").text
    assert "Wren Halloway" in heading
    assert "Isko Marchetti-Oduya" in heading


def test_an_answer_and_a_correction_stand_in_their_place(me, them):
    entry = me.write("Muddled.")
    them.answer(entry, "I see.")
    me.correct(entry, "Clear.")
    thread = main(me.get()).one("article")
    assert [words.text for words in thread.all(class_="words")] == ["Clear.", "I see."]
    assert "Muddled." not in thread.text
    assert f"{me.address}entry/{entry.pk}/" in links(thread)


def test_withdrawn_words_fold_away_with_their_why(me, them):
    entry = them.write("Not so.")
    them.withdraw(entry, "I was tired.")
    page = main(me.get())
    assert "Not so." not in page.text
    assert "I was tired." in page.text
    assert "withdrew this" in page.text


# --- A part of it ---------------------------------------------------------------------------------------


@pytest.fixture
def of_every_kind(me, them):
    now = clock.now()
    consult = me.relationship.meet(None, by=me.participant, starts_at=now, minutes=20).consult
    for kind in KINDS:
        for chair, whose in ((me, "mine"), (them, "theirs")):
            chair.write(
                f"{whose} {kind}",
                kind=kind,
                consult=consult if kind in OF_A_CONSULT else None,
                answers={"heard": {"level": "mostly"}} if kind == "experience" else None,
            )
    return me


def test_it_can_be_narrowed_by_kind(of_every_kind):
    for kind in KINDS:
        answer = of_every_kind.get(kind=kind or "unsorted")
        assert cards(answer) == [f"theirs {kind}".strip(), f"mine {kind}".strip()]


def test_it_can_be_narrowed_by_person_and_by_both(of_every_kind, me, them):
    voices = {"mine": me.participant.voice, "theirs": them.participant.voice}
    for whose, voice in voices.items():
        assert {words.split()[0] for words in cards(of_every_kind.get(by=voice))} == {whose}
        assert cards(of_every_kind.get(by=voice, kind="value")) == [f"{whose} value"]


def test_the_page_links_to_each_part_and_says_which_one_it_shows(of_every_kind):
    looking = main(of_every_kind.get()).one(class_="looking-for")
    sizes = [
        len(cards(of_every_kind.client.get(urljoin(of_every_kind.address, link)))) for link in links(looking)
    ]
    assert sizes == [2 * len(KINDS), *[2] * len(KINDS), len(KINDS), len(KINDS)]
    part = main(of_every_kind.get(kind="value")).one(class_="looking-for")
    assert [link.text for link in part.all("a") if "aria-current" in link.attrs] == ["what matters to me"]


def test_what_an_address_says_wrongly_is_as_if_it_were_not_said(of_every_kind):
    everything = cards(of_every_kind.get())
    for wrong in (
        "kind=gossip",
        "kind=value%00",
        "by=three",
        "by=patient",
        "before=soon",
        "before=-1",
        "before=99999999999",
    ):
        assert cards(of_every_kind.client.get(f"{of_every_kind.address}?{wrong}")) == everything, wrong


# --- Page by page ---------------------------------------------------------------------------------------


def follow(chair, *, meanwhile=lambda: None):
    """The words on each page, going on by the link at its foot."""
    pages, answer = [], chair.get()
    while True:
        pages.append(cards(answer))
        onwards = [link for link in shown(answer).all("a") if link.attrs.get("rel") == "next"]
        if not onwards:
            return pages
        meanwhile()
        answer = chair.client.get(chair.address + onwards[0].attrs["href"])


def test_three_pages_hold_everything_once(me, them):
    for number in range(65):
        (me if number % 3 else them).write(f"number {number}")
    pages = follow(me)
    assert [len(page) for page in pages] == [30, 30, 5]
    assert [words for page in pages for words in page] == [f"number {number}" for number in range(64, -1, -1)]


def test_what_is_written_meanwhile_shifts_nothing(me, them, monkeypatch):
    monkeypatch.setattr("relationships.views.record.PAGE", 4)
    firsts = [me.write(f"number {number}") for number in range(12)]

    def meanwhile():
        them.write("meanwhile")
        them.answer(firsts[0], "meanwhile too")

    pages = follow(me, meanwhile=meanwhile)
    assert [words for page in pages for words in page] == [f"number {number}" for number in range(11, -1, -1)]


def test_a_page_that_is_just_full_has_nothing_after_it(me, monkeypatch):
    monkeypatch.setattr("relationships.views.record.PAGE", 3)
    for number in range(3):
        me.write(f"number {number}")
    assert [len(page) for page in follow(me)] == [3]


def test_the_way_on_keeps_the_part_that_is_shown(me, them, monkeypatch):
    monkeypatch.setattr("relationships.views.record.PAGE", 2)
    for number in range(3):
        me.write(f"kept {number}", kind="value")
        them.write(f"other {number}", kind="value")
    answer = me.get(kind="value", by=me.participant.voice)
    onwards = shown(answer).one("a", rel="next").attrs["href"]
    assert cards(answer) == ["kept 2", "kept 1"]
    assert cards(me.client.get(me.address + onwards)) == ["kept 0"]


def test_beyond_the_beginning_there_is_a_way_back(me):
    me.write("The first.")
    page = main(me.get(before="1"))
    assert "This is where it begins." in page.text
    assert me.address in links(page)


# --- What is new, and what was read ---------------------------------------------------------------------


def test_what_is_new_is_marked_for_the_look_and_not_after_it(me, them, after):
    me.write("Mine.")
    them.write("Theirs.")
    assert marked_new(me.get()) == ["Theirs."]
    assert marked_new(me.get()) == ["Theirs."]  # The same look: they came back to it.
    with after(minutes=31):
        assert marked_new(me.get()) == []


def test_new_words_in_an_old_thread_are_marked_where_they_stand(me, them, after):
    entry = me.write("Mine.")
    them.write("Theirs.")
    me.get()
    with after(minutes=31):
        them.answer(entry, "An answer.")
        assert marked_new(me.get()) == ["An answer."]


def test_a_new_wording_is_new_once_more(me, them, after):
    entry = them.write("Theirs.")
    me.get()
    with after(minutes=31):
        them.correct(entry, "Theirs, better.")
        assert marked_new(me.get()) == ["Theirs, better."]
    with after(minutes=62):
        assert marked_new(me.get()) == []


def test_words_withdrawn_before_they_were_seen_do_not_stay_new_for_ever(me, them, after):
    entry = them.write("Theirs.")
    them.withdraw(entry)
    me.get()
    with after(minutes=31):
        assert not [one for one in main(me.get()) if "is-new" in one.classes]


def test_what_is_new_on_an_older_page_is_pointed_to_from_the_first(me, them, monkeypatch):
    monkeypatch.setattr("relationships.views.record.PAGE", 2)
    old = me.write("Old.")
    for number in range(3):
        me.write(f"number {number}")
    answer = them.answer(old, "Late.")
    elsewhere = main(me.get()).one(class_="elsewhere")
    assert links(elsewhere) == [f"{me.address}entry/{old.pk}/#entry-{answer.pk}"]
    me.client.get(links(elsewhere)[0])
    assert not main(me.get()).all(class_="elsewhere")


def test_each_sees_whether_the_other_has_read(me, them):
    me.write("Mine.")
    reader = them.participant.short_name
    assert f"{reader} has not read this yet" in main(me.get()).text
    assert "Both have read this" in main(them.get()).text
    assert "Both have read this" in main(me.get()).text


@pytest.mark.parametrize("ahead", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, None])
def test_a_browser_that_only_looks_ahead_has_read_nothing(me, them, ahead):
    mine = me.write("Mine.")
    if ahead is None:
        assert them.client.head(them.address).status_code == 200
    else:
        assert them.client.get(them.address, headers=ahead).status_code == 200
    assert not hasattr(mine, "reading")
    assert not me.relationship.events.filter(verb=Verb.OPENED).exists()
    them.get()
    assert me.relationship.events.filter(verb=Verb.OPENED).count() == 1
    mine.refresh_from_db()
    assert mine.reading.event.actor == them.participant


def test_looking_again_leaves_no_second_trace(me, them):
    them.write("Theirs.")
    for _ in range(3):
        me.get()
    assert me.relationship.events.filter(verb=Verb.OPENED).count() == 1


def test_whoever_likes_to_choose_opens_new_words_themselves(me, them):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    entry = them.write("Heavy news.")
    page = main(me.get())
    assert "Heavy news." not in page.text
    assert "Open it when you like" in page.text
    assert "has not read this yet" in main(them.get()).text
    assert "Heavy news." in main(me.get(f"entry/{entry.pk}/")).text
    assert "Heavy news." in main(me.get()).text
    assert "Both have read this" in main(them.get()).text


# --- How it stands --------------------------------------------------------------------------------------


def test_with_an_empty_seat_it_says_so_and_leads_to_the_invitation(db):
    someone = person("Alone")
    relationship = Relationship.begin(by=someone, side="clinician")
    page = main(signed_in(someone).get(f"/r/{relationship.pk}/"))
    assert "The other place is still empty." in page.text
    assert f"/r/{relationship.pk}/invitation/" in links(page)
    assert "One line is enough to begin." in page.text


def test_after_the_end_it_is_read_and_not_written_by_either(me, them):
    entry = me.write("Mine.")
    them.relationship.end(by=them.participant)
    for chair in (me, them):
        page = main(chair.get())
        assert "This journal has ended." in page.text
        assert cards(chair.get()) == ["Mine."]
        assert not [link for link in links(page) if link.endswith(("write/", "answer/", "invitation/"))]
        assert f"{me.address}entry/{entry.pk}/" in links(page)


def test_what_is_new_after_the_end_can_still_be_read_and_is_noted(me, them):
    me.write("Mine.")
    me.relationship.end(by=me.participant)
    them.get()
    assert "Both have read this" in main(me.get()).text


def test_typed_html_stays_letters(me, them):
    them.write("<script>alert(1)</script> <b onclick=x>bold</b> <private>")
    answer = me.get()
    assert "<script>alert" not in answer.content.decode()
    assert cards(answer) == ["<script>alert(1)</script> <b onclick=x>bold</b> <private>"]


def test_the_length_and_the_seal_stand_at_the_foot(me):
    me.write()
    me.get()
    head = me.relationship.head()
    foot = shown(me.get()).one(class_="fingerprint").text
    assert foot == f"{head.number} acts · {head.fingerprint}"


def test_somebody_who_is_not_logged_in_comes_back_to_the_same_page(me):
    answer = Client().get(me.address + "?kind=value")
    assert answer["Location"] == f"/accounts/login/?next={me.address}%3Fkind%3Dvalue"


def test_they_are_together_since_the_other_one_came(wren, isko, after):
    relationship = Relationship.begin(by=wren, side="patient")
    client = signed_in(wren)
    begun = formats.date_format(timezone.localtime(relationship.begun_at), "DATE_FORMAT")
    assert f"Begun on {begun}." in main(client.get(f"/r/{relationship.pk}/")).text
    with after(days=40):
        relationship.accept(relationship.invite(by=relationship.seat_of(wren)), by=isko)
        came = formats.date_format(timezone.localtime(clock.now()), "DATE_FORMAT")
        for person_ in (wren, isko):
            page = main(signed_in(person_).get(f"/r/{relationship.pk}/"))
            assert f"Together since {came}." in page.text
            assert begun not in page.text


def test_after_the_end_it_says_who_ended_it_and_when(me, them, after):
    me.write("Mine.")
    with after(days=3):
        them.relationship.end(by=them.participant)
        day = formats.date_format(timezone.localtime(clock.now()), "DATE_FORMAT")
    for chair in (me, them):
        assert f"{them.participant.short_name} ended it on {day}." in main(chair.get()).text


# --- What comes next ------------------------------------------------------------------------------------


def plan(chair, *, days, way="telephone", **what):
    starts = dt.datetime(2026, 12, 2, 14, 30, tzinfo=dt.UTC) + dt.timedelta(days=days)
    return chair.relationship.plan(
        by=chair.participant, starts_at=starts, minutes=20, way=way, **what
    ).consult


@pytest.fixture
def december():
    """It is Wednesday, 2 December 2026, in the afternoon."""
    with clock.telling(dt.datetime(2026, 12, 2, 15, tzinfo=dt.UTC)):
        yield


def ahead(chair):
    return main(chair.get()).one("section", class_="ahead")


@pytest.mark.usefixtures("december")
def test_the_next_appointment_stands_above_with_the_way_to_its_brief(me, them):
    plan(them, days=9)
    consult = plan(me, days=1)
    for chair in (me, them):
        told = ahead(chair)
        assert "Thursday, 3 December, 14:30, by telephone" in told.text
        assert f"{me.address}consult/{consult.pk}/" in links(told)
        assert f"{me.address}consult/{consult.pk}/brief/" in links(told)
        assert "11 December" not in told.text


@pytest.mark.usefixtures("december")
def test_each_reads_the_time_where_they_are(me, them):
    plan(me, days=1)
    for chair, zone in ((me, "Pacific/Auckland"), (them, "America/New_York")):
        chair.participant.person.time_zone = zone
        chair.participant.person.save()
    assert "Friday, 4 December, 03:30" in ahead(me).text
    assert "Thursday, 3 December, 09:30" in ahead(them).text


@pytest.mark.usefixtures("december")
def test_one_that_is_over_asks_whether_they_met_until_somebody_says_so(me, them):
    with clock.telling(dt.datetime(2026, 11, 1, tzinfo=dt.UTC)):
        consult = plan(me, days=-2)
        off = plan(me, days=-1)
        me.relationship.call_off(off, by=me.participant)
    for chair in (me, them):
        told = ahead(chair)
        assert "Did you meet on Monday, 30 November?" in told.text
        assert f"{me.address}consult/{consult.pk}/" in links(told)
        assert "1 December" not in told.text.replace("11 December", "")
    me.relationship.meet(consult, by=them.participant)
    for chair in (me, them):
        assert "Did you meet" not in ahead(chair).text


@pytest.mark.usefixtures("december")
def test_one_that_was_moved_or_called_off_stands_as_it_does_now(me, them):
    consult = plan(me, days=1)
    later = dt.datetime(2026, 12, 9, 8, tzinfo=dt.UTC)
    me.relationship.move(consult, by=them.participant, starts_at=later, minutes=20, way="home")
    told = ahead(me).text
    assert "Wednesday, 9 December, 08:00, at home" in told
    assert "(moved on 2 December)" in told
    me.relationship.call_off(consult, by=me.participant, reason="The ferry does not go.")
    for chair in (me, them):
        told = ahead(chair)
        # Nobody sets out for it, and nobody is left to wonder.
        assert "9 December, 08:00 was called off. The ferry does not go." in told.text
        assert "Next appointment" not in told.text
        home = main(chair.client.get("/"))
        assert "9 December, 08:00 was called off. The ferry does not go." in home.text
        assert f"{me.address}consult/planning/" in links(told)


@pytest.mark.usefixtures("december")
def test_open_promises_of_both_stand_above_soonest_first_and_five_at_most(me, them):
    for number in range(4):
        for chair in (me, them):
            chair.write(f"number {number}", kind="promise", due_on=dt.date(2026, 12, 9 - number))
    kept = them.write("kept", kind="promise", due_on=dt.date(2026, 12, 3))
    me.answer(kept, "", kind="kept")
    for chair in (me, them):
        lines = ahead(chair).all("li")
        names = [line.one("b").text for line in lines[:5]]
        assert names == [seat.participant.short_name for seat in (me, them, me, them, me)]
        assert [line.one("a").text for line in lines[:5]] == [f"number {n}" for n in (3, 3, 2, 2, 1)]
        assert [line.one("span").text for line in lines[:5]] == [f"by {d} December" for d in (6, 6, 7, 7, 8)]
        assert links(lines[5]) == ["?kind=promise"]
        assert len(lines) == 6
    assert len(cards(me.get(kind="promise"))) == 9


def test_what_comes_next_stands_on_the_first_page_of_everything_only(me):
    me.write("Mine.", kind="promise")
    number = me.write("Another.").number
    assert main(me.get()).all(class_="ahead")
    for part in ({"kind": "promise"}, {"by": "one"}, {"before": str(number)}):
        assert not main(me.get(**part)).all(class_="ahead")
    me.relationship.end(by=me.participant)
    assert not main(me.get()).all(class_="ahead")


def test_a_promise_that_stands_above_to_its_end_has_been_read(me, them, monkeypatch):
    monkeypatch.setattr("relationships.views.record.PAGE", 1)
    short = them.write("Short.", kind="promise")
    long = them.write("Long, " + "very " * 40 + "long.", kind="promise")
    them.write("The newest.")
    me.get()
    read = set(me.relationship.entries.exclude(reading=None).values_list("pk", flat=True))
    assert short.pk in read
    assert long.pk not in read


def test_whoever_likes_to_choose_does_not_meet_new_promises_above(me, them):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    entry = them.write("Heavy news.", kind="promise")
    assert "Heavy news." not in main(me.get()).text
    me.get(f"entry/{entry.pk}/")
    assert "Heavy news." in ahead(me).text


def test_with_nothing_to_come_it_is_a_few_quiet_links(me, them):
    for chair in (me, them):
        told = ahead(chair)
        assert links(told) == [
            f"{me.address}{page}" for page in ("consult/planning/", "promise/", "saying/appreciation/")
        ]
        assert len(main(chair.get()).all("a", class_="button")) == 1


# --- What a card shows ----------------------------------------------------------------------------------


def met(chair):
    return chair.relationship.meet(None, by=chair.participant, starts_at=clock.now(), minutes=20).consult


ANSWERED = {
    "heard": {"level": "a_little", "words": "I <b>forgot</b>."},
    "next": {"words": "Blood, then a scan."},
}


def test_four_answers_stand_on_both_cards_once_both_have_answered_and_on_none_before(me, them):
    consult = met(me)
    mine = me.write("", kind="experience", consult=consult, answers=ANSWERED)
    assert "Blood, then a scan." in main(me.get()).one("dl", class_="asked").text
    for page in ("", "?kind=experience"):
        hidden = them.client.get(them.address + page).content.decode()
        assert "Blood, then a scan." not in hidden
        assert str(mine.pk) not in hidden
    them.write("", kind="experience", consult=consult, answers={"heard": {"level": "yes"}})
    for chair in (me, them):
        theirs, own = (one.text for one in main(chair.get()).all("dl", class_="asked"))
        assert theirs == "I felt heard · yes"
        assert own == "I felt heard · a little I <b>forgot</b>. I know what happens next Blood, then a scan."
        assert not main(chair.get()).one("article", id=f"entry-{mine.pk}").one("dl").all("b")[1:]


def test_the_questions_stand_in_the_language_of_whoever_reads(me, them):
    consult = met(me)
    for chair in (me, them):
        chair.write("", kind="experience", consult=consult, answers={"heard": {"level": "mostly"}})
    me.participant.person.language = "de"
    me.participant.person.save()
    with translation.override("de"):
        question = str(kinds.Experience.questions[0].says)
    assert question in main(me.get()).all("dl", class_="asked")[0].text
    assert "I felt heard" in main(them.get()).all("dl", class_="asked")[0].text


def test_withdrawn_answers_fold_away_like_words(me, them):
    consult = met(me)
    entry = me.write("", kind="experience", consult=consult, answers=ANSWERED)
    them.write("", kind="experience", consult=consult, answers={"heard": {"level": "yes"}})
    me.withdraw(entry, "Too soon.")
    for chair in (me, them):
        page = main(chair.get())
        assert "Blood, then a scan." not in page.text
        assert "Too soon." in page.text


def test_what_belongs_to_an_appointment_leads_there_and_nothing_else_does(me, them):
    consult = met(me)
    of_it = me.write("How it was.", kind="account", consult=consult)
    me.write("Something else.")
    for chair in (me, them):
        leading = [
            card.attrs["id"]
            for card in main(chair.get()).all("article")
            if f"{me.address}consult/{consult.pk}/" in links(card)
        ]
        assert leading == [f"entry-{of_it.pk}"]


def test_an_answer_leads_to_its_own_page_and_can_be_answered(me, them):
    entry = me.write("Mine.")
    answer = them.answer(entry, "I hear you.")
    for chair in (me, them):
        under = main(chair.get()).one(class_="answer")
        assert links(under) == [f"{me.address}entry/{answer.pk}/", f"{me.address}entry/{answer.pk}/answer/"]
    me.relationship.end(by=me.participant)
    assert links(main(me.get()).one(class_="answer")) == [f"{me.address}entry/{answer.pk}/"]


def test_what_was_understood_can_be_answered_by_whoever_meant_it_until_it_is(me, them):
    entry = them.write("Tell me soon.")
    said_back = me.answer(entry, "You want it early.", kind="reflection")
    asking = f"{me.address}entry/{said_back.pk}/acknowledgement/"
    assert asking in links(main(them.get()))
    assert asking not in links(main(me.get()))
    answers = {"understood": {"level": "nearly"}}
    them.answer(said_back, "Soon, not early.", kind="acknowledgement", answers=answers)
    for chair in (me, them):
        assert asking not in links(main(chair.get()))
        assert "That is what I meant: nearly" in main(chair.get()).text
