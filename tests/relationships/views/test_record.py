"""The record: all that both have written, newest first, what is new and what was read, from either chair."""

from urllib.parse import urljoin

import pytest
from django.test import Client

from relationships.models import Relationship, Verb
from tests.cast import person, signed_in
from tests.relationships.views.shown import cards, links, main, shown

KINDS = ["conversation", "value", "life_context", "care_preference", ""]


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
    for kind in KINDS:
        me.write(f"mine {kind}", kind=kind)
        them.write(f"theirs {kind}", kind=kind)
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
    assert sizes == [10, 2, 2, 2, 2, 2, 5, 5]
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
