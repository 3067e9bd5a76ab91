"""Four plain questions to both: asked once, each can be left out, opened together, and never a score."""

import datetime as dt
import re
import uuid

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from relationships import clock
from relationships.errors import FAULTS
from relationships.models import Entry, Event, Verb
from tests.cast import CANARY, pair, person
from tests.relationships.views.shown import links, main, press, shown

QUESTIONS = ["I felt heard", "I could be myself", "We understood each other", "I know what happens next"]
BOXES = [
    f"{name}_{part}" for name in ("heard", "myself", "understood", "next") for part in ("level", "words")
]
PRIVATE = "Your answers stay private until you have both answered."
BEGINNING = "This is where a conversation can begin"
KEEP = "Keep my answers"


def met(chair, **ago):
    when = clock.now() - dt.timedelta(**ago or {"hours": 1})
    return chair.relationship.meet(None, by=chair.participant, starts_at=when, minutes=20).consult


def to(consult) -> str:
    return f"consult/{consult.pk}/questions/"


def answers(chair, consult, words="", **levels):
    given = {name: {"level": level} for name, level in levels.items()}
    if words:
        given.setdefault("heard", {})["words"] = words
    return chair.write("", kind="experience", consult=consult, answers=given)


@pytest.fixture
def consult(me):
    return met(me)


# --- The form -------------------------------------------------------------------------------------------


def test_it_asks_four_questions_each_with_four_words_and_room_for_ones_own(me, consult):
    page = main(me.get(to(consult)))
    groups = page.all("fieldset")
    assert [group.one("legend").text for group in groups] == QUESTIONS
    for group in groups:
        choices = group.all("input", type="radio")
        names = {label.attrs["for"]: label.text for label in group.all("label")}
        assert [names[one.attrs["id"]] for one in choices] == [
            "yes",
            "mostly",
            "a little",
            "no",
            "leave this out",
        ]
        assert [one.attrs["value"] for one in choices if "checked" in one.attrs] == [""]
        assert names[group.one("textarea").attrs["id"]] == "In your own words, if you like"
    assert PRIVATE in page.text
    assert "Nobody watches this page." in page.text


def test_it_needs_no_script_and_has_one_thing_to_press(me, consult):
    answer = me.get(to(consult))
    page = shown(answer)
    assert page.one("main").all("script") == []
    form = page.one("main").one("form")
    assert (form.attrs["method"], form.attrs["action"]) == ("post", me.address + to(consult))
    assert [one.text for one in form.all("button")] == [KEEP]


def test_what_is_answered_is_kept_as_it_was_typed(me, consult):
    before = Event.objects.count()
    answer = press(
        me.client,
        me.get(to(consult)),
        KEEP,
        heard_level="a_little",
        heard_words="  First\r\nthis, *then* that. ",
        next_level="no",
    )
    assert answer["Location"] == me.address + to(consult)
    assert Event.objects.count() == before + 1
    entry = me.relationship.entries.of_kind("experience").get()
    assert entry.author == me.participant
    assert entry.consult == consult
    assert entry.answers == {
        "heard": {"level": "a_little", "words": "  First\nthis, *then* that. "},
        "next": {"level": "no"},
    }


@pytest.mark.parametrize("box", BOXES)
def test_each_can_be_answered_alone(me, consult, box):
    name, part = box.split("_")
    value = "mostly" if part == "level" else "One line."
    assert press(me.client, me.get(to(consult)), KEEP, **{box: value}).status_code == 302
    assert me.relationship.entries.get().answers == {name: {part: value}}


@pytest.mark.parametrize(
    "typed", [{}, {"heard_words": " \n\t"}, {"heard_words": "\u2800", "heard_level": ""}]
)
def test_to_answer_nothing_at_all_is_met_with_a_sentence_and_the_way_to_skip(me, consult, typed):
    before = Event.objects.count()
    answer = press(me.client, me.get(to(consult)), KEEP, **typed)
    assert answer.status_code == 422
    page = main(answer)
    assert "Answer one of these, or skip them all." in page.one(role="alert").text
    assert {link.attrs["href"] for link in page.all("a") if link.text == "Skip"} == {
        f"{me.address}consult/{consult.pk}/"
    }
    assert Event.objects.count() == before
    assert press(me.client, answer, KEEP, heard_level="yes").status_code == 302


def test_to_skip_leads_to_the_consult_and_leaves_nothing(me, consult):
    before = Event.objects.count()
    page = main(me.get(to(consult)))
    skip = {link.attrs["href"] for link in page.all("a") if link.text == "Skip"}
    assert skip == {f"{me.address}consult/{consult.pk}/"}
    me.client.head(me.address + to(consult))
    assert Event.objects.count() == before, "Nobody is seen to have looked at it and to have said nothing."
    assert not Entry.objects.exists()


@pytest.mark.parametrize("fault", ["too_long", "control", "bidi"])
def test_what_is_wrong_with_a_box_stands_at_that_box_and_all_words_stay(me, consult, fault):
    bad = {"too_long": "x" * 20_001, "control": "a\x07b", "bidi": "a\u202eb"}[fault]
    answer = me.post(to(consult), heard_level="no", heard_words="Mine.", next_words=bad)
    assert answer.status_code == 422
    page = main(answer)
    assert [error.attrs["id"] for error in page.all(class_="error")] == ["id_next_words_error"]
    assert str(FAULTS[fault]) in page.one(id="id_next_words_error").text
    wrong = page.one("textarea", name="next_words")
    assert wrong.attrs["aria-invalid"] == "true"
    assert "id_next_words_error" in wrong.attrs["aria-describedby"].split()
    assert wrong.typed == bad
    assert "#id_next_words" in links(page.one(role="alert"))
    assert "I know what happens next, in your own words" in page.one(role="alert").text
    assert page.one("textarea", name="heard_words").typed == "Mine."
    chosen = [one.attrs["value"] for one in page.all("input", name="heard_level") if "checked" in one.attrs]
    assert chosen == ["no"]
    assert shown(answer).one("title").text.startswith("Error:")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("level", ["7", "YES", "nearly", "yes\x00", "x" * 5000])
def test_a_level_that_nobody_offers_is_refused(me, consult, level):
    answer = me.post(to(consult), heard_level=level, next_words="Mine.")
    assert answer.status_code == 422
    page = main(answer)
    assert "Choose one of these." in page.one(id="id_heard_level_error").text
    assert page.one("textarea", name="next_words").typed == "Mine."
    assert me.post(to(consult), heard_level="yes", next_words="Mine.").status_code == 302


def test_a_form_that_names_no_form_is_taken_and_a_strange_name_is_refused(me, consult):
    assert me.post(to(consult), heard_level="yes", submission="no-such-thing").status_code == 422
    assert me.post(to(consult), heard_level="yes").status_code == 302


def test_when_the_database_refuses_the_words_stay_on_the_page_and_out_of_the_log(
    me, consult, monkeypatch, caplog
):
    def refuse(self, **options):
        raise DatabaseError(f"DETAIL: Failing row contains {CANARY}.")

    monkeypatch.setattr(Entry, "save", refuse)
    answer = me.post(to(consult), heard_words=f"Mine, {CANARY}.")
    assert answer.status_code == 503
    assert main(answer).one("textarea", name="heard_words").typed == f"Mine, {CANARY}."
    assert "DatabaseError" in caplog.text
    assert CANARY not in caplog.text


# --- When it is asked -----------------------------------------------------------------------------------


def planned(chair):
    when = clock.now() + dt.timedelta(days=2)
    return chair.relationship.plan(by=chair.participant, starts_at=when, minutes=20).consult


def called_off(chair):
    consult = planned(chair)
    chair.relationship.call_off(consult, by=chair.participant)
    return consult


@pytest.mark.parametrize("make", [planned, called_off])
def test_before_they_have_met_there_is_a_sentence_and_no_form(me, make):
    consult = make(me)
    answer = me.get(to(consult))
    assert answer.status_code == 200
    assert "You can answer this once you have met." in main(answer).text
    assert main(answer).all("form") == []
    before = Event.objects.count()
    answer = me.post(to(consult), heard_words=f"Mine, {CANARY}.")
    assert answer.status_code == 422
    assert main(answer).one("textarea", name="heard_words").typed == f"Mine, {CANARY}."
    assert "You can answer this once you have met." in main(answer).one(role="alert").text
    assert Event.objects.count() == before


def test_an_ended_journal_asks_nothing_and_keeps_the_words_of_whoever_was_writing(me, them, consult):
    theirs = met(them)
    answers(them, theirs, heard="yes")
    me.relationship.end(by=them.participant)
    assert main(me.get(to(consult))).all("form") == []
    assert "This journal has ended." in main(me.get(to(consult))).text
    answer = me.post(to(consult), heard_words=f"Mine, {CANARY}.")
    assert answer.status_code == 422
    assert main(answer).one("textarea", name="heard_words").typed == f"Mine, {CANARY}."
    assert "yes" in main(them.get(to(theirs))).text, "What was answered before can still be read."


def test_whoever_has_answered_is_not_asked_again(me, consult):
    answers(me, consult, "You let me finish.", next="a_little")
    page = main(me.get(to(consult)))
    assert page.all("form") == []
    assert PRIVATE in page.text
    assert "You let me finish." in page.text
    assert "a little" in page.text
    assert page.text.count("left this out") == 2


def test_a_second_tab_is_refused_with_its_words_and_the_way_to_the_first(me, consult):
    first, second = me.get(to(consult)), me.get(to(consult))
    assert press(me.client, first, KEEP, heard_words="In the first.").status_code == 302
    answer = press(me.client, second, KEEP, heard_words="In the second.", next_level="no")
    assert answer.status_code == 422
    page = main(answer)
    assert "You have answered these questions." in page.one(role="alert").text
    assert page.one("textarea", name="heard_words").typed == "In the second."
    assert me.address + to(consult) in links(page)
    assert me.relationship.entries.get().answers == {"heard": {"words": "In the first."}}


def test_the_same_form_sent_twice_is_one_answer_and_with_other_words_it_is_refused(me, consult):
    form = {"heard_level": "yes", "submission": str(uuid.uuid4())}
    before = Event.objects.count()
    told = [me.post(to(consult), **form) for _ in range(2)]
    assert [answer.status_code for answer in told] == [302, 302]
    assert Event.objects.count() == before + 1
    other = me.post(to(consult), **form | {"heard_words": "And more."})
    assert other.status_code == 422
    assert "You have answered these questions." in main(other).one(role="alert").text
    assert Event.objects.count() == before + 1


def test_of_another_record_or_of_none_there_is_nothing(me, consult):
    other = pair(person("Foreign"), person("Somebody"))
    foreign = other.relationship.meet(None, by=other.patient, starts_at=clock.now(), minutes=20).consult
    for nowhere in (foreign.pk, uuid.uuid4()):
        page = f"consult/{nowhere}/questions/"
        assert me.get(page).status_code == 404
        assert me.post(page, heard_level="yes").status_code == 404
    assert me.get(to(consult)).status_code == 200


# --- Together -------------------------------------------------------------------------------------------


def test_once_both_have_answered_both_stand_side_by_side(me, them, consult):
    answers(me, consult, "You let me finish.", heard="yes", next="no")
    theirs = answers(them, consult, "I was tired.", heard="a_little", myself="mostly")
    page = main(me.get(to(consult)))
    sections = {section.one("h2").text: section for section in page.all("section", class_="of-both")}
    assert list(sections) == QUESTIONS
    for section in sections.values():
        assert [
            one.classes for one in section.one(class_="facing").all("div") if "ruled" not in one.classes
        ] == [
            ["voice-one"],
            ["voice-two"],
        ]
    mine, other = (me.participant.voice, them.participant.voice)
    heard = {voice: sections["I felt heard"].one(class_=f"voice-{voice}").text for voice in ("one", "two")}
    assert "yes You let me finish." in heard[mine]
    assert "a little I was tired." in heard[other]
    left = sections["We understood each other"]
    assert all("left this out" in left.one(class_=f"voice-{voice}").text for voice in ("one", "two"))
    assert BEGINNING in page.text
    assert PRIVATE not in page.text
    assert f"{me.address}entry/{theirs.pk}/answer/" in links(page)


def test_both_see_the_same_in_the_same_order(me, them, consult):
    answers(me, consult, "Mine.", heard="yes"), answers(them, consult, "Theirs.", next="no")

    def said(chair):
        page = main(chair.get(to(consult)))
        return [
            (one.classes, one.text) for section in page.all("section", class_="of-both") for one in section
        ]

    assert said(me) == said(them)
    assert "Theirs." in str(said(me))


def test_it_can_be_answered_and_what_is_said_stands_below(me, them, consult):
    answers(me, consult, heard="yes")
    theirs = answers(them, consult, "I was tired.")
    page = me.get(to(consult))
    address = next(href for href in links(main(page)) if href.endswith("answer/"))
    sent = press(
        me.client, me.client.get(address), f"Share with {them.participant.short_name}", text="I saw that."
    )
    assert sent.status_code == 302
    assert theirs.told_about_it.get().text == "I saw that."
    them.answer(me.relationship.entries.get(author=me.participant, kind="experience"), "Thank you.")
    for chair in (me, them):
        replies = main(chair.get(to(consult))).all(class_="answer")
        assert [one.one(class_="words").text for one in replies] == ["I saw that.", "Thank you."]


def test_nobody_answers_in_an_ended_journal_and_both_can_still_read(me, them, consult):
    answers(me, consult, "Mine."), answers(them, consult, "Theirs.")
    me.relationship.end(by=me.participant)
    page = main(me.get(to(consult)))
    assert "Theirs." in page.text
    assert not [href for href in links(page) if href.endswith("answer/")]


def test_words_are_words_and_never_markup(me, them, consult):
    hostile = "<script>alert(1)</script> <b>bold</b> &amp; {{ me }} <img src=x onerror=alert(1)>"
    answers(me, consult, hostile), answers(them, consult, hostile)
    page = main(me.get(to(consult)))
    assert page.all("script", "img") == []
    assert page.text.count(hostile) == 2
    assert all(one.attrs["dir"] == "auto" for one in page.all(class_="words"))


def test_the_others_answers_are_read_when_both_stand_there_and_mine_alone_are_no_look(me, them, consult):
    theirs = answers(them, consult, "I was tired.")
    answers(me, consult, heard="yes")
    mine_alone = met(me)
    answers(me, mine_alone, heard="no")
    before = Event.objects.count()
    me.get(to(mine_alone))
    me.client.head(me.address + to(consult))
    assert Event.objects.count() == before
    me.get(to(consult)), me.get(to(consult))
    opened = Event.objects.get(number=me.relationship.head().number, relationship=me.relationship)
    assert opened.verb == Verb.OPENED
    assert opened.page == to(consult)
    assert [reading.entry for reading in opened.readings.all()] == [theirs]
    assert Event.objects.count() == before + 1


def test_whoever_likes_to_pause_opens_the_others_answers_when_they_like(me, them, consult):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    answers(me, consult, "Mine."), (theirs := answers(them, consult, "I was tired.", next="no"))
    page = main(me.get(to(consult)))
    assert "Mine." in page.text
    assert "I was tired." not in page.text
    assert "Open it when you like" in page.text
    assert theirs in me.relationship.entries.unread_by(me.participant), (
        "What was not shown has not been read."
    )
    assert f"{me.address}entry/{theirs.pk}/" in links(page)
    assert main(me.get("consult/over-time/")).all("svg") == []
    me.get(f"entry/{theirs.pk}/")
    assert "I was tired." in main(me.get(to(consult))).text
    assert main(me.get("consult/over-time/")).all("svg") != []


def test_a_line_stays_a_line(me, consult):
    answers(me, consult, "First this.\nThen that.")
    (words,) = main(me.get(to(consult))).all(class_="words")
    assert len(words.all("br")) == 1


def test_withdrawn_answers_fold_away_for_both_and_the_others_stay(me, them, consult):
    answers(me, consult, "Mine.", heard="yes")
    assert not [href for href in links(main(me.get(to(consult)))) if href.endswith("withdrawal/")]
    answers(them, consult, "Theirs.")
    page = me.get(to(consult))
    (address,) = [href for href in links(main(page)) if href.endswith("withdrawal/")]
    press(me.client, me.client.get(address), "Withdraw it", text="It was a bad day.")
    for chair in (me, them):
        page = main(chair.get(to(consult)))
        assert "Mine." not in page.text
        assert f"{me.participant.short_name} withdrew this." in page.text
        assert "It was a bad day." in page.text
        assert "Theirs." in page.text


def test_there_is_no_number_on_it_but_the_day(me, them, consult):
    answers(me, consult, heard="yes", myself="no"), answers(them, consult, heard="no", next="a_little")
    for page in (to(consult), "consult/over-time/"):
        said = main(me.get(page))
        day = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
        assert day.search(said.text)
        assert not re.search(r"\d", day.sub("", said.text)), page


# --- Over time ------------------------------------------------------------------------------------------

OVER_TIME = "consult/over-time/"


def test_the_list_of_appointments_leads_there_once_one_has_met(me):
    assert not any(link.endswith(OVER_TIME) for link in links(main(me.get("consult/"))))
    me.relationship.call_off(
        me.relationship.plan(
            by=me.participant, starts_at=clock.now() + dt.timedelta(days=1), minutes=20
        ).consult,
        by=me.participant,
    )
    assert not any(link.endswith(OVER_TIME) for link in links(main(me.get("consult/"))))
    met(me)
    assert any(link.endswith(OVER_TIME) for link in links(main(me.get("consult/"))))


def talked(me, them, number, **levels):
    for days in range(number, 0, -1):
        consult = met(me, days=days)
        answers(me, consult, **levels or {"heard": "yes"}), answers(them, consult, heard="a_little")


def test_before_both_have_answered_it_says_what_will_be_here(me, them, consult):
    answers(them, consult, heard="yes")
    answers(me, met(me), heard="no")
    page = main(me.get(OVER_TIME))
    assert "Nothing is here yet." in page.text
    assert page.all("svg", "table") == []
    assert f"{me.address}consult/" in links(page)
    answers(me, consult, heard="yes")
    assert len(main(me.get(OVER_TIME)).all("figure")) == 1


def test_a_picture_of_each_question_has_a_name_a_description_and_a_table_beside_it(me, them):
    talked(me, them, 3, heard="yes", myself="no")
    page = main(me.get(OVER_TIME))
    assert "This is no score." in page.text
    sections = {section.one("h2").text: section for section in page.all("section", class_="over-time")}
    assert list(sections) == QUESTIONS
    section = sections["I felt heard"]
    picture = section.one("svg")
    assert picture.attrs["role"] == "img"
    named = [picture.one(id=name) for name in picture.attrs["aria-labelledby"].split()]
    assert [one.tag for one in named] == ["title", "desc"]
    assert named[0].text == "I felt heard"
    assert "The table beside it says the same." in named[1].text
    table = section.one("table")
    assert table.one("caption").text == "I felt heard"
    names = [me.relationship.seats[0].short_name, me.relationship.seats[1].short_name]
    assert [one.text for one in table.all("th", scope="col")] == ["When you met", *names]
    rows = table.one("tbody").all("tr")
    assert len(rows) == len(table.all("th", scope="row")) == 3
    said = [sorted(cell.text for cell in row.all("td")) for row in rows]
    assert said == [["a little", "yes"]] * 3
    assert {cell.text for cell in sections["I could be myself"].all("td")} == {"no", "left out"}
    assert "No word has been chosen here yet." in sections["I know what happens next"].text
    assert sections["I know what happens next"].all("svg") == []


def test_the_two_lines_differ_in_shape_and_not_only_in_colour(me, them):
    talked(me, them, 2)
    picture = main(me.get(OVER_TIME)).all("figure")[0].one("svg")
    one, two = (picture.one("g", class_=f"voice-{voice}") for voice in ("one", "two"))
    assert (len(one.all("circle")), len(one.all("rect"))) == (2, 0)
    assert (len(two.all("circle")), len(two.all("rect"))) == (0, 2)
    assert len(one.all("line")) == len(two.all("line")) == 1


def test_words_alone_and_what_was_withdrawn_leave_a_gap_and_are_named_in_the_table(me, them):
    first, second = met(me, days=2), met(me, days=1)
    answers(me, first, "Only words."), answers(them, first, heard="yes")
    gone = answers(me, second, heard="no")
    answers(them, second, heard="yes")
    me.withdraw(gone)
    section = main(me.get(OVER_TIME)).all("section", class_="over-time")[0]
    mine = section.one("figure").one("g", class_=f"voice-{me.participant.voice}")
    assert list(mine) == []
    cells = [cell.text for cell in section.all("td")]
    assert sorted(cells) == ["in words", "withdrawn", "yes", "yes"]


@pytest.mark.parametrize("number", [1, 40])
def test_it_is_the_same_page_for_both_with_one_meeting_and_with_forty(me, them, number):
    talked(me, them, number)

    def page(chair):
        html = chair.get(OVER_TIME).content.decode()
        return html[html.index("<main") : html.index("</main>")]

    assert page(me) == page(them)
    assert page(me).count("<circle") == page(me).count("<rect") == number + 1, (
        "The marks, and one of the key."
    )
    assert ('class="plot dense"' in page(me)) == (number == 40)


def test_forty_meetings_cost_no_more_than_one(me, them):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            me.get(OVER_TIME)
        return len(queries)

    talked(me, them, 1)
    one = asked()
    talked(me, them, 39)
    assert asked() == one <= 6


def test_it_is_drawn_here_without_style_or_script(me, them):
    talked(me, them, 3)
    answer = me.get(OVER_TIME)
    html = answer.content.decode()
    assert "<svg" in html
    assert " style=" not in html
    assert main(answer).all("script", "style", "img") == []
    assert "<title" in html
    assert "&lt;" not in html, "What is drawn is not shown as text."


def test_its_coordinates_are_the_same_in_a_language_that_writes_commas(me, them, settings):
    talked(me, them, 3)
    english = main(me.get(OVER_TIME)).all("circle")
    german = main(me.client.get(me.address + OVER_TIME, headers={"Accept-Language": "de"})).all("circle")
    assert [one.attrs for one in german] == [one.attrs for one in english]
    assert not [value for one in german for value in one.attrs.values() if "," in value]
