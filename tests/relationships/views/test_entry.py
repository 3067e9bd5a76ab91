"""One entry on a page of its own: its words, its wordings and what was answered, the same for both."""

import datetime as dt
import random

import pytest

from relationships import clock
from relationships.models import Verb
from tests.cost import cpu
from tests.relationships.views.shown import links, main, press, shown


def test_it_shows_who_said_what_when_and_to_which_day_it_belongs(me, them):
    entry = them.write("A fall on the stairs.", kind="life_context", helped_by="my sister")
    page = main(me.get(f"entry/{entry.pk}/"))
    assert page.one("article").all(class_="words")[0].text == "A fall on the stairs."
    assert them.participant.short_name in page.text
    assert "what is going on in my life" in page.text
    assert "Written with the help of my sister" in page.text
    assert page.all("time")[0].attrs["datetime"]


def test_a_correction_shows_word_by_word_what_changed_to_both(me, them):
    entry = me.write("It was two days ago.")
    me.correct(entry, "It was three days ago.")
    for chair in (me, them):
        changed = main(chair.get(f"entry/{entry.pk}/")).one("p", class_="changes")
        assert changed.one("del").text == "two"
        assert changed.one("ins").text == "three"


def test_what_changed_is_shown_in_words_and_not_in_their_marks(me, them):
    entry = me.write("It was *two* days ago.\n\n- one\n- two")
    me.correct(entry, "It was **three** days ago.\n\n- one\n- two")
    for chair in (me, them):
        changed = main(chair.get(f"entry/{entry.pk}/")).one("p", class_="changes")
        assert "*" not in changed.raw
        assert (changed.one("del").text, changed.one("ins").text) == ("two", "three")


def test_where_only_a_mark_changed_the_wording_stands_as_it_is(me, them):
    entry = me.write("It was two days ago.")
    me.correct(entry, "It was *two* days ago.")
    for chair in (me, them):
        page = main(chair.get(f"entry/{entry.pk}/"))
        assert not page.all(class_="changes")
        assert page.all("div", class_="wording")[0].one("em").text == "two"
        assert [one.raw for one in page.all("p", class_="exact")] == [
            "It was *two* days ago.",
            "It was two days ago.",
        ]


def test_every_wording_can_be_read_exactly_as_typed(me, them):
    entry = me.write("*One*,\n\n<two>  three")
    me.correct(entry, "Four")
    me.correct(entry, "Five")
    for chair in (me, them):
        exact = [one.raw for one in main(chair.get(f"entry/{entry.pk}/")).all("p", class_="exact")]
        assert exact == ["Five", "Four", "*One*,\n\n<two>  three"]


def test_withdrawn_words_can_still_be_read_by_both(me, them):
    entry = me.write("Not so.")
    me.withdraw(entry, "I was tired.")
    for chair in (me, them):
        page = main(chair.get(f"entry/{entry.pk}/"))
        assert "Not so." in page.one("div", class_="wording").text
        assert "I was tired." in page.text


def test_a_correction_and_a_withdrawal_lead_to_the_entry_they_are_about(me, them):
    entry = me.write("Mine.")
    for later in (me.correct(entry, "Mine, better."), me.withdraw(entry)):
        for chair in (me, them):
            answer = chair.get(f"entry/{later.pk}/")
            assert answer.status_code == 302
            assert answer["Location"] == f"{me.address}entry/{entry.pk}/"


def test_an_answer_leads_to_what_it_answers(me, them):
    entry = me.write("Mine.")
    answer = them.answer(entry, "I hear you.")
    page = main(me.get(f"entry/{answer.pk}/"))
    assert "I hear you." in page.one("article").text
    assert f"{me.address}entry/{entry.pk}/#entry-{answer.pk}" in links(page)


def test_only_whoever_wrote_it_is_offered_to_change_it_and_both_to_answer(me, them):
    entry = me.write("Mine.")
    own = {f"{me.address}entry/{entry.pk}/{page}/" for page in ("correction", "withdrawal")}
    both = {f"{me.address}entry/{entry.pk}/{page}/" for page in ("answer", "answer/differently")}
    assert own | both <= set(links(main(me.get(f"entry/{entry.pk}/"))))
    offered = set(links(main(them.get(f"entry/{entry.pk}/"))))
    assert both <= offered
    assert not own & offered


def test_only_the_other_is_offered_to_say_it_back(me, them):
    entry = me.write("Mine.")
    saying = f"{me.address}entry/{entry.pk}/reflection/"
    assert saying in links(main(them.get(f"entry/{entry.pk}/")))
    assert saying not in links(main(me.get(f"entry/{entry.pk}/")))
    promise = me.write("A promise.", kind="promise")
    kept = me.answer(promise, "", kind="kept")
    assert f"{me.address}entry/{kept.pk}/reflection/" not in links(main(them.get(f"entry/{kept.pk}/")))


def test_four_answers_are_neither_changed_nor_answered_before_both_have_answered(me, them):
    now = clock.now()
    consult = me.relationship.meet(None, by=me.participant, starts_at=now, minutes=20).consult
    answers = {"heard": {"level": "yes", "words": "You waited."}}
    entry = me.write("", kind="experience", consult=consult, answers=answers)
    at = f"{me.address}entry/{entry.pk}/"
    page = main(me.get(f"entry/{entry.pk}/"))
    assert "You waited." in page.one("dl").text
    assert not [link for link in links(page) if link.startswith(at)]
    assert them.get(f"entry/{entry.pk}/").status_code == 404
    them.write("", kind="experience", consult=consult, answers={"heard": {"level": "no"}})
    for chair in (me, them):
        offered = links(main(chair.get(f"entry/{entry.pk}/")))
        assert at + "answer/" in offered
        assert at + "correction/" not in offered
    assert at + "withdrawal/" in links(main(me.get(f"entry/{entry.pk}/")))
    assert me.get(f"entry/{entry.pk}/correction/")["Location"] == at


def test_a_promise_shows_by_when_and_each_day_it_was_for(me, them):
    with clock.telling(dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC)):
        entry = me.write("A promise.", kind="promise", due_on=dt.date(2026, 12, 9))
        me.correct(entry, "A promise, put differently.", due_on=dt.date(2026, 12, 20))
        for chair in (me, them):
            page = main(chair.get(f"entry/{entry.pk}/"))
            assert page.one(class_="due").text == "by 20 December"
            wordings = [one.text for one in page.all("div", class_="wording")]
            assert "by 20 December 2026" in wordings[0]
            assert "by 9 December 2026" in wordings[1]


def test_after_the_end_nothing_is_offered_to_either(me, them):
    entry = me.write("Mine.")
    me.relationship.end(by=me.participant)
    for chair in (me, them):
        page = main(chair.get(f"entry/{entry.pk}/"))
        assert "Mine." in page.text
        offered = [link for link in links(page) if link.startswith(f"{me.address}entry/{entry.pk}/")]
        # But that whoever wrote it may bring it to another journal of theirs.
        assert offered == ([f"{me.address}entry/{entry.pk}/telling/"] if chair is me else [])


def test_opening_it_is_reading_it_answers_and_all(me, them):
    entry = them.write("Theirs.")
    answer = them.answer(entry, "And more.")
    me.get(f"entry/{entry.pk}/")
    opened = me.relationship.events.get(verb=Verb.OPENED)
    assert opened.page == f"entry/{entry.pk}/"
    assert {reading.entry_id for reading in opened.readings.all()} == {entry.pk, answer.pk}
    assert f"{me.participant.short_name} first read this on" in main(them.get(f"entry/{entry.pk}/")).text


def test_a_look_ahead_reads_nothing(me, them):
    entry = them.write("Theirs.")
    me.client.get(f"{me.address}entry/{entry.pk}/", headers={"Sec-Purpose": "prefetch"})
    me.client.head(f"{me.address}entry/{entry.pk}/")
    assert "has not read this yet" in main(them.get(f"entry/{entry.pk}/")).text


@pytest.mark.parametrize("page", ["correction/", "withdrawal/"])
def test_the_others_words_cannot_be_changed_and_nor_can_a_wording(me, them, page):
    theirs = them.write("Theirs.")
    mine = me.write("Mine.")
    wording = me.correct(mine, "Mine, better.")
    answer = them.answer(mine, "I hear you.")
    before = me.relationship.events.count()
    for entry in (theirs, wording, answer):
        for ask in (me.get, me.post):
            assert ask(f"entry/{entry.pk}/{page}", text="Changed.").status_code == 404
    assert me.relationship.events.count() == before
    assert me.get(f"entry/{mine.pk}/{page}").status_code == 200


def test_ones_own_answer_can_be_put_differently_and_withdrawn(me, them):
    answer = me.answer(them.write("Theirs."), "Rash.")
    changed = press(
        me.client,
        me.get(f"entry/{answer.pk}/correction/"),
        "Share with " + them.participant.short_name,
        text="Calm.",
    )
    assert changed.status_code == 302
    assert "Calm." in main(them.get()).text
    assert press(me.client, me.get(f"entry/{answer.pk}/withdrawal/"), "Withdraw it").status_code == 302
    assert "Calm." not in main(them.get()).text


def test_typed_html_stays_letters_in_every_part_of_the_page(me, them):
    entry = them.write("<i>one</i> & <script>x</script>", helped_by="<b>Ann</b>")
    them.correct(entry, "<i>two</i>", helped_by="<b>Ann</b>")
    them.withdraw(entry, "<u>why</u>")
    answer = me.get(f"entry/{entry.pk}/")
    page = shown(answer)
    assert not [one for one in page.all("i", "u", "script") if one.raw]
    assert "<i>two</i>" in answer.context["card"].current.text
    assert "<u>why</u>" in main(answer).text


def test_any_number_of_long_corrections_costs_less_than_a_second_and_none_is_left_out(me, them):
    dice = random.Random(7)
    texts = [
        " ".join(dice.choice(["care", "mum", "rest", "walk", "not"]) for _ in range(6000))[:18_990]
        + f" no. {n}"
        for n in range(31)
    ]
    entry = me.write(texts[0])
    for text in texts[1:]:
        me.correct(entry, text)
    them.get("event/")  # What is only made once a process is made.
    answers = []
    # Once: a second look may find what the first one worked out.
    assert cpu(lambda: answers.append(them.get(f"entry/{entry.pk}/")), within=1, rounds=1) < 1
    answer = answers[0]
    wordings = answer.context["wordings"]
    assert wordings[0].differences
    assert not wordings[-2].differences
    page = main(answer)
    assert [one.raw for one in page.all("p", class_="exact")] == texts[::-1]
    whole = [one.all("div", class_="words") for one in page.all("div", class_="wording")]
    assert [bool(words) for words in whole] == [not wording.differences for wording in wordings]
    for words, text in zip(whole, texts[::-1], strict=True):
        assert [one.text for one in words] == [" ".join(text.split())] * len(words)
