"""What matters to each of the two, and how they would like care to be: what holds, in their order, over time."""

import re
import uuid
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships.models import Relationship, Verb
from tests.asked import rows_of
from tests.cast import pair, person, signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown

PAGES = {"values/": "value", "care/": "care_preference"}
ONES_OWN = (
    "Put it differently",
    "No longer so",
    "Answer",
    "Say back what you understood",
    "Put yours in order",
)


@pytest.fixture(params=PAGES)
def at(request):
    """The page, from both addresses."""
    return request.param


@pytest.fixture
def kind(at):
    return PAGES[at]


def order(chair, *entries):
    ranked = [str(entry.pk) for entry in entries]
    return chair.write("", kind="order", door=entries[0].kind, ranked=ranked)


def column(page, chair):
    """One person’s column."""
    return page.one("section", class_=f"voice-{chair.participant.voice}")


def holding(page, chair):
    """The words of what holds for one person, from top to bottom."""
    here = column(page, chair)
    folded = [one for kept in here.all("details", class_="kept") for one in kept.all("article")]
    return [one.one("div", class_="words").text for one in here.all("article") if one not in folded]


def kept(page, chair):
    return [
        one.one("div", class_="words").text for one in column(page, chair).one(class_="kept").all("article")
    ]


def of(page, entry):
    return page.one("article", id=f"entry-{entry.pk}")


def days(card):
    return [one.text for one in card.one(class_="days").all("span")]


def line(card):
    """Its line of time, step by step."""
    return [one.text for one in card.one("ol", class_="timeline").all("li")]


def asks(page):
    return [form for form in page.all("form") if form.attrs.get("action", "").endswith("/saying/still_true/")]


# --- What holds -----------------------------------------------------------------------------------------


def test_what_holds_stands_in_the_column_of_whoever_said_it_the_newest_first(me, them, at, kind):
    for number in range(3):
        me.write(f"Mine {number}.", kind=kind)
        them.write(f"Theirs {number}.", kind=kind)
    for chair in (me, them):
        page = main(chair.get(at))
        assert holding(page, me) == ["Mine 2.", "Mine 1.", "Mine 0."]
        assert holding(page, them) == ["Theirs 2.", "Theirs 1.", "Theirs 0."]


def test_nothing_else_stands_there(me, at, kind):
    me.write("This.", kind=kind)
    for other in ("value", "care_preference", "life_context", "conversation", ""):
        if other != kind:
            me.write("Something else.", kind=other)
    me.withdraw(me.write("Withdrawn words.", kind=kind))
    page = main(me.get(at))
    assert holding(page, me) == ["This."]
    assert "Something else" not in page.text
    assert "Withdrawn words" not in page.text


def test_an_empty_page_says_what_will_be_there_and_has_one_thing_to_do(me, at, kind):
    page = main(me.get(at))
    assert "Here will stand" in page.one("p", class_="lead").text
    (button,) = page.all("a", class_="button")
    assert button.attrs["href"] == f"{me.address}write/?kind={kind}"
    assert not page.all("article")
    assert fields_of(main(me.client.get(button.attrs["href"])).all("form")[0])["kind"] == [kind]


def test_who_has_not_written_is_told_so_and_the_other_as_well(me, them, at, kind):
    me.write("Mine.", kind=kind)
    assert f"{them.participant.short_name} has not written here yet." in column(main(me.get(at)), them).text
    assert "You have not written here yet." in column(main(them.get(at)), them).text


def test_with_an_empty_seat_there_is_one_column(wren, at, kind):
    relationship = Relationship.begin(by=wren, side="patient")
    relationship.write(by=relationship.seat_of(wren), text="Alone.", kind=kind)
    page = main(signed_in(wren).get(f"/r/{relationship.pk}/{at}"))
    assert len(page.all("section", class_="column")) == 1
    assert "Here the words of the other one will stand." in page.text


def test_both_see_the_same_page_but_for_their_own_links(me, them, at, kind, after):
    mine, theirs = me.write("Mine.", kind=kind), them.write("Theirs.", kind=kind)
    for chair, entry in ((me, mine), (them, theirs)):
        chair.correct(entry, "Better.", why="Because.")
        chair.answer(entry, "", kind="still_true")
        order(chair, entry, chair.write("More.", kind=kind))
        chair.answer(chair.write("Gone.", kind=kind), "It went.", kind="no_longer")
    me.get(at), them.get(at)

    def seen(chair):
        html = chair.get(at).content.decode()
        html = re.sub(r'name="(csrfmiddlewaretoken|shown_to|submission)" value="[^"]*"', "", html)
        for words in ONES_OWN:
            html = re.sub(rf'<a href="[^"]+">{words}</a>', "", html)
        return re.sub(r">\s+<", "><", html)

    with after(minutes=31):  # Nothing is new to either any more.
        me.get(at), them.get(at)
        assert seen(me) == seen(them)


def test_each_has_their_own_links_and_both_have_more(me, them, at, kind):
    mine = me.write("Mine.", kind=kind)
    here = f"{me.address}entry/{mine.pk}/"
    assert links(of(main(me.get(at)), mine)) == [here + "correction/", here + "saying/no_longer/", here]
    assert links(of(main(them.get(at)), mine)) == [here + "answer/", here + "reflection/", here]


def test_a_stranger_finds_nothing_and_the_two_find_it(me, them, stranger, at, kind):
    for number in range(2):
        me.write(f"Mine {number}.", kind=kind)
    client = signed_in(stranger)
    for page in (at, f"{at}order/"):
        assert client.get(me.address + page).status_code == 404
        assert client.post(me.address + page).status_code in (404, 405)
        assert me.get(page).status_code == 200
    assert client.post(f"{me.address}{at}order/").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> & <script>alert(1)</script>",
        "Donaudampfschifffahrtsgesellschaft" * 30,
        "أحب أن أكون قرب النهر",
        "# not a heading\n\n- a\n- b",
    ],
)
def test_any_words_stay_words_wherever_they_stand(me, them, at, kind, text):
    entry = me.write(text, kind=kind)
    me.correct(entry, text + "!", why=text.split("\n")[0][:500])
    me.answer(entry, text, kind="still_true")
    gone = them.write(text, kind=kind)
    them.answer(gone, text, kind="no_longer")
    me.write("Two.", kind=kind)
    for chair in (me, them):
        for page in (at, f"{at}order/") if chair is me else (at,):
            answer = chair.get(page)
            assert answer.status_code == 200
            assert not [one for one in shown(answer).all("script") if one.raw]
            assert not main(answer).all("b")
    assert text.split()[-1] in " ".join(line(of(main(me.get(at)), entry)))


# --- Over time ------------------------------------------------------------------------------------------


def test_it_says_since_when_and_has_no_line_of_time_before_anything_happened(me, at, kind, after):
    with after(days=-40):
        entry = me.write("One.", kind=kind)
    card = of(main(me.get(at)), entry)
    assert len(days(card)) == 1
    assert days(card)[0].startswith("since ")
    assert not card.all("ol")


def test_the_line_of_time_tells_how_it_came_to_be_so(me, them, at, kind, after):
    with after(days=-300):
        entry = me.write("Fishing.", kind=kind)
    with after(days=-200):
        me.correct(entry, "Being at the river.", why="It was never about the fishing.")
    with after(days=-100):
        me.answer(entry, "More than ever.", kind="still_true")
    for chair in (me, them):
        card = of(main(chair.get(at)), entry)
        assert card.all("div", class_="words")[0].text == "Being at the river."
        since, *then = [one for one in days(card) if one != "new"]
        assert since.startswith("since ")
        assert [one.rsplit(" on ")[0] for one in then] == ["put differently", "still true"]
        first, reworded, still = line(card)
        assert first.startswith("First said")
        assert "Fishing." in first
        assert reworded.startswith("Put differently")
        assert "It was never about the fishing." in reworded
        assert "as it stands above" in reworded
        assert still.startswith("Still true")
        assert "More than ever." in still
        assert card.one("details").one("ol")


def test_what_was_answered_and_withdrawn_is_not_on_its_line(me, them, at, kind):
    entry = me.write("One.", kind=kind)
    me.correct(entry, "Two.")
    them.answer(entry, "An answer.")
    them.withdraw(them.answer(entry, "Another."), "Why I took it back.")
    me.withdraw(me.answer(entry, "It is true.", kind="still_true"))
    card = of(main(me.get(at)), entry)
    assert len(line(card)) == 2
    for words in ("An answer.", "Another.", "Why I took it back.", "It is true."):
        assert words not in card.text


def test_what_is_no_longer_so_is_kept_folded_with_its_line_of_time(me, them, at, kind):
    stays, entry = me.write("Stays.", kind=kind), me.write("Goes.", kind=kind)
    link = f"{me.address}entry/{entry.pk}/saying/no_longer/"
    assert link in links(main(me.get(at)))
    answer = press(
        me.client, me.client.get(link), f"Share with {them.participant.short_name}", text="It went away."
    )
    assert answer["Location"] == f"{me.address}{at}#entry-{entry.pk}"
    for chair in (me, them):
        page = main(chair.get(at))
        assert holding(page, me) == ["Stays."]
        assert kept(page, me) == ["Goes."]
        first, gone = line(of(page, entry))
        assert first.startswith("First said")
        assert gone.startswith("No longer so")
        assert "It went away." in gone
        assert links(of(page, entry)) == [f"{me.address}entry/{entry.pk}/"]
    assert stays.kind == kind


def test_to_take_back_that_it_is_no_longer_so_brings_it_back(me, at, kind):
    entry = me.write("Here.", kind=kind)
    gone = me.answer(entry, "", kind="no_longer")
    assert holding(main(me.get(at)), me) == []
    me.withdraw(gone)
    page = main(me.get(at))
    assert holding(page, me) == ["Here."]
    assert not page.all(class_="kept")


def test_a_closed_one_says_so_in_the_record_and_on_its_own_page(me, them, at, kind):
    entry = me.write("Goes.", kind=kind)
    me.answer(entry, "It went away.", kind="no_longer")
    for chair in (me, them):
        for page in ("", f"entry/{entry.pk}/"):
            said = main(chair.get(page)).one(class_="answer")
            assert "no longer so" in said.one(class_="by").text
            assert said.one(class_="words").text == "It went away."


# --- Still true? ----------------------------------------------------------------------------------------


def test_after_a_year_its_author_is_asked_and_the_other_sees_when_it_was_last_said(me, them, at, kind, after):
    entry = me.write("Old.", kind=kind)
    with after(days=364):
        assert not asks(main(me.get(at)))
    with after(days=366):
        mine, theirs = main(me.get(at)), main(them.get(at))
        assert len(asks(mine)) == 1
        assert "Is this still true?" in mine.text
        assert not asks(theirs)
        assert "still true?" not in theirs.text
        for page in (mine, theirs):
            assert days(of(page, entry))[-1].startswith("last said on ")


def test_one_tap_says_so_and_the_day_is_known(me, them, at, kind, after):
    entry = me.write("Old.", kind=kind)
    with after(days=366):
        answer = press(me.client, me.get(at), "Still true")
        assert answer["Location"] == f"{me.address}{at}#entry-{entry.pk}"
        said = me.relationship.entries.get(kind="still_true")
        assert (said.about, said.author, said.text) == (entry, me.participant, "")
        for chair in (me, them):
            page = main(chair.get(at))
            assert not asks(page)
            assert days(of(page, entry))[-1].startswith("still true on ")
    with after(days=366 + 364):
        assert not asks(main(me.get(at)))
    with after(days=366 + 366):
        assert len(asks(main(me.get(at)))) == 1


def test_two_taps_say_it_once(me, at, kind, after):
    me.write("Old.", kind=kind)
    with after(days=366):
        page = me.get(at)
        assert {press(me.client, page, "Still true").status_code for _ in range(2)} == {302}
    assert me.relationship.entries.filter(kind="still_true").count() == 1


def test_a_tap_on_what_was_closed_in_another_tab_says_so_and_changes_nothing(me, at, kind, after):
    entry = me.write("Old.", kind=kind)
    with after(days=366):
        page = me.get(at)
        me.answer(entry, "", kind="no_longer")
        answer = press(me.client, page, "Still true")
    assert answer.status_code == 422
    assert "closed already" in main(answer).text
    assert not me.relationship.entries.filter(kind="still_true").exists()


def test_how_long_is_a_setting(me, settings, after):
    me.write("Old.", kind="value")
    with after(days=31):
        assert not asks(main(me.get("values/")))
        settings.STILL_TRUE_DAYS = 30
        assert asks(main(me.get("values/")))


def test_an_ended_journal_asks_nothing_and_offers_nothing(me, them, at, kind, after):
    one, other = me.write("Old.", kind=kind), me.write("Older.", kind=kind)
    them.relationship.end(by=them.participant)
    with after(days=400):
        page = main(me.get(at))
    assert holding(page, me) == ["Older.", "Old."]
    assert not asks(page)
    assert not page.all(class_="button")
    assert {link for link in links(page) if "/entry/" in link} == {
        f"{me.address}entry/{entry.pk}/" for entry in (one, other)
    }
    assert f"{me.address}{at}order/" not in links(page)
    assert me.get(f"{at}order/")["Location"] == f"{me.address}{at}"


# --- At home --------------------------------------------------------------------------------------------

ASKS = "Something that you wrote a while ago: is it still true?"


@pytest.mark.parametrize(
    ("kind", "page"), [("value", "values/"), ("care_preference", "care/"), ("philosophy", "philosophy/")]
)
def test_home_has_one_quiet_line_that_leads_there(me, them, after, kind, page):
    door = {"door": "heals"} if kind == "philosophy" else {}
    entry = me.write("Old.", kind=kind, **door)
    me.write("Old too.", kind=kind, **door)
    with after(days=366):
        (link,) = [one for one in main(me.client.get("/")).all("a") if one.text == ASKS]
        assert link.attrs["href"] == me.address + page
        assert entry.kind == kind
        assert ASKS not in main(them.client.get("/")).text


def test_home_does_not_ask_before_its_time_nor_of_what_is_said_again_or_over(me, them, after):
    entry = me.write("Old.", kind="value")
    with after(days=364):
        assert ASKS not in main(me.client.get("/")).text
    with after(days=366):
        assert ASKS in main(me.client.get("/")).text
        me.answer(entry, "", kind="still_true")
        assert ASKS not in main(me.client.get("/")).text
    with after(days=800):
        assert ASKS in main(me.client.get("/")).text
        them.relationship.end(by=them.participant)
        assert ASKS not in main(me.client.get("/")).text


def test_home_asks_in_the_journal_that_it_is_of_and_no_other(me, after):
    elsewhere = pair(person("Nila Elsewhere"), me.participant.person).relationship
    elsewhere.write(by=elsewhere.seat_of(me.participant.person), text="Old.", kind="value")
    with after(days=366):
        home = main(me.client.get("/"))
    assert [one.attrs["href"] for one in home.all("a") if one.text == ASKS] == [f"/r/{elsewhere.pk}/values/"]


# --- What comes first -----------------------------------------------------------------------------------


@pytest.fixture
def three(me, kind):
    return [me.write(text, kind=kind) for text in ("One.", "Two.", "Three.")]


def ordered(answer):
    return [words.text for words in main(answer).one("ol").all(class_="words")]


def ids_in(answer):
    return fields_of(main(answer).one("form"))["ranked"]


def move(chair, answer, way, entry):
    """Press the button of one entry."""
    form = main(answer).one("form")
    assert form.one("button", name="move", value=f"{way}:{entry.pk}")
    return chair.client.post(form.attrs["action"], fields_of(form) | {"move": f"{way}:{entry.pk}"})


def test_it_is_put_in_order_without_saving_and_kept_by_one_button(me, them, at, kind, three):
    one, two, three_ = three
    answer = me.get(f"{at}order/")
    assert ordered(answer) == ["Three.", "Two.", "One."]
    answer = move(me, answer, "first", one)
    assert ordered(answer) == ["One.", "Three.", "Two."]
    answer = move(me, answer, "earlier", two)
    answer = move(me, answer, "later", one)
    assert ordered(answer) == ["Two.", "One.", "Three."]
    assert not me.relationship.entries.of_kind("order").exists()
    assert holding(main(me.get(at)), me) == ["Three.", "Two.", "One."]
    assert press(me.client, answer, "Keep this order")["Location"] == me.address + at
    kept_order = me.relationship.entries.get(kind="order")
    assert (kept_order.door, kept_order.author, kept_order.text) == (kind, me.participant, "")
    assert kept_order.ranked == [str(entry.pk) for entry in (two, one, three_)]
    for chair in (me, them):
        page = main(chair.get(at))
        assert holding(page, me) == ["Two.", "One.", "Three."]
        assert "put it in order on" in column(page, me).text
    assert ordered(me.get(f"{at}order/")) == ["Two.", "One.", "Three."]


def test_the_button_that_was_pressed_or_its_neighbour_is_gone_on_from(me, at, three):
    answer = move(me, me.get(f"{at}order/"), "earlier", three[1])
    (button,) = [one for one in main(answer).all("button") if "autofocus" in one.attrs]
    assert button.attrs["value"] == f"later:{three[1].pk}"
    answer = move(me, answer, "later", three[1])
    (button,) = [one for one in main(answer).all("button") if "autofocus" in one.attrs]
    assert button.attrs["value"] == f"later:{three[1].pk}"


def test_what_is_said_after_an_order_stands_before_it(me, at, kind, three):
    order(me, *three)
    me.write("Four.", kind=kind)
    me.write("Five.", kind=kind)
    assert holding(main(me.get(at)), me) == ["Five.", "Four.", "One.", "Two.", "Three."]


def test_an_order_that_changes_nothing_writes_nothing(me, at, three):
    assert press(me.client, me.get(f"{at}order/"), "Keep this order")["Location"] == me.address + at
    order(me, *three)
    press(me.client, me.get(f"{at}order/"), "Keep this order")
    assert me.relationship.entries.of_kind("order").count() == 1


def test_a_double_click_keeps_it_once(me, at, three):
    answer = move(me, me.get(f"{at}order/"), "first", three[0])
    assert {press(me.client, answer, "Keep this order").status_code for _ in range(2)} == {302}
    assert me.relationship.entries.of_kind("order").count() == 1
    assert me.relationship.events.filter(verb=Verb.WROTE, entry__kind="order").count() == 1


def test_only_ones_own_that_hold_are_ranked_whatever_a_form_says(me, them, at, kind, three):
    one, two, three_ = three
    theirs = them.write("Theirs.", kind=kind)
    other = me.write("Another kind.", kind="value" if kind == "care_preference" else "care_preference")
    gone = me.write("Gone.", kind=kind)
    me.answer(gone, "", kind="no_longer")
    foreign = [str(entry.pk) for entry in (theirs, other, gone)]
    sent = {"ranked": [*foreign, str(two.pk), "nonsense", str(two.pk), "\x00", str(one.pk)]}
    sent["submission"] = [str(uuid.uuid4())]
    assert me.client.post(f"{me.address}{at}order/", sent).status_code == 302
    kept_order = me.relationship.entries.get(kind="order")
    assert kept_order.ranked == [str(entry.pk) for entry in (two, one, three_)]


def test_what_was_closed_in_another_tab_drops_out_and_what_was_written_comes_last(me, at, kind, three):
    answer = move(me, me.get(f"{at}order/"), "first", three[0])
    me.answer(three[1], "", kind="no_longer")
    new = me.write("New.", kind=kind)
    press(me.client, answer, "Keep this order")
    ranked = me.relationship.entries.get(kind="order").ranked
    assert ranked == [str(three[0].pk), str(three[2].pk), str(new.pk)]


def test_the_other_ones_order_is_theirs(me, them, at, kind, three):
    theirs = [them.write(f"Theirs {number}.", kind=kind) for number in range(2)]
    assert ordered(them.get(f"{at}order/")) == ["Theirs 1.", "Theirs 0."]
    order(them, *theirs)
    page = main(me.get(at))
    assert holding(page, them) == ["Theirs 0.", "Theirs 1."]
    assert holding(page, me) == ["Three.", "Two.", "One."]


def test_with_fewer_than_two_there_is_nothing_to_put_in_order(me, them, at, kind):
    me.write("One.", kind=kind)
    them.write("Theirs.", kind=kind)
    assert f"{me.address}{at}order/" not in links(main(me.get(at)))
    assert me.get(f"{at}order/")["Location"] == me.address + at
    assert me.post(f"{at}order/", ranked="x")["Location"] == me.address + at
    me.write("Two.", kind=kind)
    assert f"{me.address}{at}order/" in links(main(me.get(at)))
    assert me.get(f"{at}order/").status_code == 200


def test_after_the_end_no_order_is_kept_and_it_says_why(me, them, at, three):
    answer = move(me, me.get(f"{at}order/"), "first", three[0])
    them.relationship.end(by=them.participant)
    answer = press(me.client, answer, "Keep this order")
    assert answer.status_code == 422
    assert "This journal has ended." in main(answer).one(class_="problem").text
    assert ordered(answer) == ["One.", "Three.", "Two."]
    assert not me.relationship.entries.of_kind("order").exists()


def test_the_list_of_acts_leads_to_the_page_that_is_in_order(me, them, at, three):
    kept_order = order(me, *three)
    for chair in (me, them):
        act = next(
            one for one in main(chair.get("event/")).all("li") if "put in order what comes first" in one.text
        )
        assert me.address + at in links(act)
        assert chair.get(f"entry/{kept_order.pk}/")["Location"] == me.address + at


# --- More than stands on a page -------------------------------------------------------------------------


@pytest.fixture
def three_on_a_page(monkeypatch):
    monkeypatch.setattr("relationships.views.holding.PAGE", 3)


def going_on(chair, at, page, link):
    """The page that the link with these words leads to, and at which person it begins."""
    (found,) = [one for one in page.all("a") if one.text == link]
    address, _hash, anchor = urljoin(chair.address + at, found.attrs["href"]).partition("#")
    page = main(chair.client.get(address))
    return page, page.one("h2", id=anchor).text


def test_a_page_has_thirty_of_each_and_says_how_many_come_after(me, them, at, kind):
    for number in range(33):
        me.write(f"Mine {number}.", kind=kind)
    them.write("Theirs.", kind=kind)
    for chair in (me, them):
        page = main(chair.get(at))
        assert holding(page, me) == [f"Mine {number}." for number in range(32, 2, -1)]
        assert holding(page, them) == ["Theirs."]
        assert f"3 more of {me.participant.short_name}" in column(page, me).text
        assert "more of" not in column(page, them).text


def test_what_comes_after_goes_on_in_the_order_of_its_author(me, them, at, kind, three_on_a_page):
    said = [me.write(f"Mine {number}.", kind=kind) for number in range(7)]
    theirs = them.write("Theirs.", kind=kind)
    order(me, *(said[number] for number in (4, 0, 5, 2)))
    name = me.participant.short_name
    for chair in (me, them):
        pages = [main(chair.get(at))]
        for link in (f"4 more of {name}", f"1 more of {name}"):
            page, begins_at = going_on(chair, at, pages[-1], link)
            assert begins_at == name
            pages.append(page)
        words = [holding(page, me) for page in pages]
        assert words == [
            ["Mine 6.", "Mine 3.", "Mine 1."],
            ["Mine 4.", "Mine 0.", "Mine 5."],
            ["Mine 2."],
        ]
        for page in pages:
            assert holding(page, them) == ["Theirs."]
            assert "put it in order on" in column(page, me).text
            assert of(page, theirs)
        assert "stand before" not in column(pages[0], me).text
        assert "3 stand before these." in column(pages[1], me).text
        assert "more of" not in column(pages[2], me).text
        back, _name = going_on(chair, at, pages[2], "From the beginning")
        assert holding(back, me) == words[0]


def test_each_of_the_two_is_gone_through_by_themselves(me, them, at, kind, three_on_a_page):
    for number in range(4):
        me.write(f"Mine {number}.", kind=kind)
        them.write(f"Theirs {number}.", kind=kind)
    page = main(me.get(at))
    for chair in (me, them):
        name = chair.participant.short_name
        page, begins_at = going_on(me, at, page, f"1 more of {name}")
        assert begins_at == name
    assert (holding(page, me), holding(page, them)) == (["Mine 0."], ["Theirs 0."])
    # Each way back leaves the other where they are.
    back = next(one for one in column(page, me).all("a") if one.text == "From the beginning")
    page = main(me.client.get(back.attrs["href"].partition("#")[0]))
    assert (len(holding(page, me)), holding(page, them)) == (3, ["Theirs 0."])


def test_what_is_no_longer_so_comes_last(me, at, kind, three_on_a_page):
    entries = [me.write(f"Words {number}.", kind=kind) for number in range(6)]
    for entry in entries[:4]:
        me.answer(entry, "", kind="no_longer")
    page = main(me.get(at))
    assert holding(page, me) == ["Words 5.", "Words 4."]
    assert kept(page, me) == ["Words 3."]
    page, _name = going_on(me, at, page, "What is no longer so")
    assert holding(page, me) == []
    assert kept(page, me) == ["Words 2.", "Words 1.", "Words 0."]
    assert "Nothing at the moment." not in page.text


def test_an_address_that_names_nothing_there_shows_the_beginning(
    me, them, stranger, at, kind, three_on_a_page
):
    for number in range(5):
        me.write(f"Mine {number}.", kind=kind)
    theirs = them.write("Theirs.", kind=kind)
    elsewhere = pair(stranger, person("Somebody Else")).relationship
    foreign = elsewhere.write(by=elsewhere.seat_of(stranger), text="Elsewhere.", kind=kind)
    voice = me.participant.voice
    first = ["Mine 4.", "Mine 3.", "Mine 2."]
    for key in ("", "nonsense", "\x00", uuid.uuid4(), theirs.pk, foreign.pk):
        page = main(me.get(at, **{voice: key}))
        assert holding(page, me) == first
        assert "Elsewhere" not in page.text
    assert holding(main(me.get(at, three=theirs.pk, before=3)), me) == first


def test_only_what_stands_on_the_page_has_been_read(me, them, at, kind, three_on_a_page):
    said = [them.write(f"Theirs {number}.", kind=kind) for number in range(5)]
    me.get(at)
    assert unread(me) == set(said[:2])
    me.get(at, **{them.participant.voice: said[1].pk})
    assert unread(me) == set()


def test_one_comes_back_to_the_page_on_which_it_stands(me, them, at, kind, after, three_on_a_page):
    entries = [me.write(f"Words {number}.", kind=kind) for number in range(5)]
    voice = me.participant.voice
    with after(days=366):
        page = me.get(at, **{voice: entries[1].pk})
        assert len(asks(main(page))) == 2
        for entry in (entries[1], entries[4]):
            at_it = f"?{voice}={entry.pk}" if entry == entries[1] else ""
            page = me.get(at, **({voice: entry.pk} if at_it else {}))
            here = next(one for one in asks(main(page)) if str(entry.pk) in one.attrs["action"])
            answer = me.client.post(here.attrs["action"], fields_of(here) | {"do": "share"})
            assert answer["Location"] == f"{me.address}{at}{at_it}#entry-{entry.pk}"
    leave = f"{me.address}{at}?{voice}={entries[0].pk}#entry-{entries[0].pk}"
    assert leave in links(main(me.get(f"entry/{entries[0].pk}/saying/no_longer/")))


def test_what_is_asked_about_further_on_is_pointed_to(me, them, at, kind, after, three_on_a_page):
    with after(days=-400):
        old = me.write("Old.", kind=kind)
    for number in range(3):
        me.write(f"New {number}.", kind=kind)
        them.write(f"Theirs {number}.", kind=kind)
    address = f"?{me.participant.voice}={old.pk}#entry-{old.pk}"
    page = main(me.get(at))
    assert [one.attrs["href"] for one in page.all("a") if one.text == ASKS] == [address]
    assert ASKS not in main(them.get(at)).text
    page = main(me.client.get(me.address + at + address.partition("#")[0]))
    assert ASKS not in page.text
    assert len(asks(page)) == 1


def test_all_of_ones_own_are_put_in_order_from_every_page(me, at, kind, three_on_a_page):
    entries = [me.write(f"Words {number}.", kind=kind) for number in range(5)]
    assert ordered(me.get(f"{at}order/")) == [f"Words {number}." for number in (4, 3, 2, 1, 0)]
    page = main(me.get(at, **{me.participant.voice: entries[0].pk}))
    assert holding(page, me) == ["Words 0."]
    assert f"{me.address}{at}order/" in links(page)


def test_no_words_are_read_that_the_page_does_not_show(me, them, at, kind, three_on_a_page):
    for chair in (me, them):
        for number in range(8):
            chair.correct(chair.write(f"Words {number}.", kind=kind), f"Better {number}.")
    me.get(at)
    with CaptureQueriesContext(connection) as asked:
        me.get(at)
    assert rows_of(asked.captured_queries, "relationships_entry") == 2 * 3 * 2


# --- Read, and held back --------------------------------------------------------------------------------


def unread(chair):
    return set(chair.relationship.entries.unread_by(chair.participant))


def test_to_look_is_to_have_read_what_stands_there_to_its_end(me, them, at, kind):
    entry = them.write("Theirs.", kind=kind)
    wording = them.correct(entry, "Theirs, better.")
    confirmed = them.answer(entry, "", kind="still_true")
    gone = them.write("Gone.", kind=kind)
    why = them.answer(gone, "Why it went.", kind="no_longer")
    other = them.write("Elsewhere.", kind="conversation")
    assert unread(me) == {entry, wording, confirmed, gone, why, other}
    me.client.head(me.address + at)
    me.client.get(me.address + at, headers={"Sec-Purpose": "prefetch"})
    assert len(unread(me)) == 6
    page = main(me.get(at))
    assert "is-new" in page.one("article", id=f"entry-{entry.pk}").all("div")[1].classes
    # What is folded away waits to be opened, and so does what stands elsewhere.
    assert unread(me) == {gone, why, other}


def test_words_beside_a_tap_are_not_read_before_they_are_unfolded(me, them, at, kind):
    confirmed = them.answer(them.write("Theirs.", kind=kind), "Because of the dog.", kind="still_true")
    me.get(at)
    assert unread(me) == {confirmed}


def test_whoever_likes_to_choose_does_not_meet_new_words_there(me, them, at, kind):
    me.participant.person.pauses_first = True
    me.participant.person.save()
    entry = them.write("Theirs.", kind=kind)
    me.write("Mine.", kind=kind)
    page = main(me.get(at))
    assert "Theirs." not in page.text
    assert unread(me) == {entry}
    (link,) = links(column(page, them))
    assert link == f"{me.address}entry/{entry.pk}/"
    me.client.get(link)
    page = main(me.get(at))
    assert holding(page, them) == ["Theirs."]
    assert unread(me) == set()


def test_nor_the_words_that_were_said_of_it_since(me, them, at, kind):
    entry, gone = them.write("Theirs.", kind=kind), them.write("Going.", kind=kind)
    me.get(at)
    me.participant.person.pauses_first = True
    me.participant.person.save()
    them.answer(entry, "Because of the dog.", kind="still_true")
    them.answer(gone, "Because of the cat.", kind="no_longer")
    page = main(me.get(at))
    assert "Because" not in page.text
    assert page.text.count("Open it when you like") == 2
    them.correct(entry, "Theirs, for the dog.", why="A dog.")
    page = main(me.get(at))
    assert "dog" not in page.text
    assert "Theirs." not in page.text


# --- What it costs --------------------------------------------------------------------------------------

TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def asked(chair, page):
    with CaptureQueriesContext(connection) as queries:
        assert chair.get(page).status_code == 200
    return len([query for query in queries if not query["sql"].startswith(TRANSACTION)])


def test_the_page_costs_the_same_for_one_and_for_many(me, them, at, kind, after):
    def say(times):
        for chair in (me, them):
            for number in range(times):
                entry = chair.write(f"Words {number}.", kind=kind)
                chair.correct(entry, f"Better {number}.")
                chair.answer(entry, "Yes.", kind="still_true")
                if number % 2:
                    chair.answer(entry, "No.", kind="no_longer")
                order(chair, entry)

    say(3)
    few = [asked(me, at), asked(me, at), asked(me, f"{at}order/")]
    say(12)
    with after(minutes=31):
        assert [asked(me, at), asked(me, at), asked(me, f"{at}order/")] == few
    assert few[1] <= 9


def test_of_very_many_the_newest_stand_and_what_is_closed_takes_no_room(me, at, kind, monkeypatch):
    monkeypatch.setattr("relationships.views.holding.MOST", 3)
    monkeypatch.setattr("relationships.views.holding.KEPT", 2)
    entries = [me.write(f"Words {number}.", kind=kind) for number in range(9)]
    for entry in entries[5:]:
        me.answer(entry, "", kind="no_longer")
    page = main(me.get(at))
    assert holding(page, me) == ["Words 4.", "Words 3.", "Words 2."]
    assert kept(page, me) == ["Words 8.", "Words 7."]
