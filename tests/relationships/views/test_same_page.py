"""The page that one sees is the page that the other sees, but for their own controls and "you"."""

import re

import pytest

from tests.relationships.views.shown import shown

ONES_OWN = (
    *("Put it differently", "Withdraw it", "Another day"),
    *("Say back what you understood", "Is that what you meant?", "Say it once more"),
    "Tell this elsewhere too",
)
"""What is offered only to whoever wrote the words, or only to the other one."""


@pytest.fixture
def pages(me, them):
    """Every page of a record with something of everything in it, by its address within the record."""
    mine = me.write("Mine, *first*.", kind="value", prompt="What makes a day a good one?", helped_by="Ann")
    theirs = them.write("Theirs.", kind="care_preference")
    me.correct(mine, "Mine, better.")
    answer = them.answer(mine, "I hear you.")
    me.answer(theirs, "And I you.")
    for chair in (me, them):
        chair.withdraw(chair.write("Gone.", kind="conversation"), "It was wrong.")
    looked_at = ["", "event/", "ending/", "write/", "invitation/"]
    looked_at += ["brief/?since=2020-01-01", "brief/text/?since=2020-01-01"]
    looked_at += ["?kind=value", "?by=one", "?by=two", f"?before={theirs.number}"]
    for entry in (mine, theirs, answer):
        looked_at += [f"entry/{entry.pk}/{page}" for page in ("", "answer/", "answer/differently/")]
    return looked_at


def seen(chair, page):
    """A page without what is new in every page, what only its author may do, and whom it calls you."""
    answer = chair.client.get(chair.address + page)
    assert answer.status_code == 200
    html = answer.content.decode()
    html = re.sub(r'(name="(?:csrfmiddlewaretoken|shown_to|submission)" value=)"[^"]*"', r"\1", html)
    for words in ONES_OWN:
        html = re.sub(rf'<a href="[^"]+">{words}</a>', "", html)
    html = re.sub(r">\s+<", "><", html)
    name = chair.relationship.facing(chair.participant).short_name
    for you in (f"Share with {name}", f"You and <bdi>{name}</bdi> read what is shared here."):
        html = html.replace(you, you.replace(name, "THE OTHER"))
    return html


def look_everywhere(pages, *chairs):
    for chair in chairs:
        for page in pages:
            chair.client.get(chair.address + page)


def test_both_see_the_same_on_every_page(me, them, pages, after):
    look_everywhere([""], me, them)
    with after(minutes=31):  # Nothing is new to either any more.
        look_everywhere(pages, me, them)
        for page in pages:
            assert seen(me, page) == seen(them, page), page


def test_before_they_have_read_only_what_is_new_differs(me, them):
    me.write("Mine.")
    me.get()
    them.get()
    without_news = [
        re.sub(r' class="is-new"| is-new|\s*<span>new</span>', "", seen(chair, "")) for chair in (me, them)
    ]
    assert without_news[0] == without_news[1]


def test_what_is_taken_away_for_comparing_is_little(me, them, pages):
    """So that the comparison cannot pass by leaving everything out."""
    for page in pages:
        html = me.client.get(me.address + page).content.decode()
        # Of what stands there, white space between elements left out.
        assert len(seen(me, page)) > 0.8 * len(re.sub(r">\s+<", "><", html)), page


def test_each_page_is_of_the_same_shape_for_both_while_it_is_new_to_one(me, them, pages):
    """No element stands on one's page that the other lacks, but for the two controls."""

    def shape(chair, page):
        elements = [
            one for one in shown(chair.client.get(chair.address + page)) if one.text not in (*ONES_OWN, "new")
        ]
        return [one.tag for one in elements]

    look_everywhere(pages, me, them)
    for page in pages:
        assert shape(me, page) == shape(them, page), page
