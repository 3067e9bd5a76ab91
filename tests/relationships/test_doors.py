"""The questions and headings that two people are offered: ours, and what they have made of them."""

import uuid
from functools import partial
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from relationships import doors, kinds
from relationships.errors import AnsweredAlready, NotSound, NotToBeAnswered, SharedAlready
from tests.cast import from_one_chair

OWN = "a" * 32
OTHER = "b" * 32
MOST = "What matters most to you right now?"


def change(chair, key, name="", level=""):
    answers = {"door": {"level": level}} if level else None
    return chair.write(name, kind="change", door=key, answers=answers)


def questions(chair, kind=kinds.Value):
    return doors.of(kind, doors.changes(chair.relationship), chair.participant)


def headings(chair):
    return doors.headings(doors.changes(chair.relationship))


def said(offers):
    return [str(one.says) for one in offers]


# --- As they are at first -------------------------------------------------------------------------------


@from_one_chair
def test_at_first_they_are_ours(me):
    assert said(questions(me)) == [str(one.says) for one in kinds.Value.doors]
    assert said(headings(me)) == [str(kind.label) for kind in kinds.offered()]
    assert not any(one.is_dropped or one.is_own or one.was or one.heading for one in questions(me))


def test_each_door_and_heading_has_a_name_of_its_own_that_a_change_can_have():
    keys = [one.key for one in doors.every([])]
    assert len(keys) == len(set(keys))
    assert {"value/most", "value", "unsorted/anything", "unsorted", "philosophy/heals"} <= set(keys)
    assert "philosophy" not in keys
    assert not [key for key in keys if key.startswith(("portrait", "hope", "arrival"))]


def test_the_pair_changes_what_is_written_in_the_record_and_not_what_is_each_ones_own():
    names = [kind.name for kind in doors.of_both()]
    assert names == [
        "conversation",
        "value",
        "life_context",
        "care_preference",
        "",
        "philosophy",
        "way_of_working",
    ]


# --- What changes do ------------------------------------------------------------------------------------


@from_one_chair
def test_either_renames_and_the_newest_name_counts(me, them):
    change(me, "value/most", "What must not be lost?")
    change(them, "value/most", "What holds you?")
    (offer, *_rest) = questions(me)
    assert (offer.says, str(offer.was), offer.heading) == ("What holds you?", MOST, "What holds you?")
    assert said(questions(me)) == said(questions(them))


@from_one_chair
def test_back_to_its_first_name_is_no_words_of_anybodys_and_so_is_read_in_every_language(me, them):
    change(me, "value/most", "What holds you?")
    change(them, "value/most", level="first_name")
    (offer, *_rest) = questions(me)
    assert (str(offer.says), offer.was, offer.heading) == (MOST, "", "")
    with translation.override("de"):
        german = str(kinds.Value.doors[0].says)
        assert str(offer.says) == german


@from_one_chair
def test_a_name_that_they_gave_stays_as_it_is_in_every_language_and_ours_beside_it_does_not(me):
    change(me, "value/most", "What holds you?")
    with translation.override("de"):
        (offer, *_rest) = questions(me)
        assert offer.says == "What holds you?"
        assert str(offer.was) == str(kinds.Value.doors[0].says)
    change(me, "value/most", MOST)  # Typed by hand: theirs, and not translated.
    (offer, *_rest) = questions(me)
    assert offer.heading == MOST


@from_one_chair
def test_dropped_it_is_not_offered_and_offered_again_it_stands_where_it_stood(me, them):
    before = said(questions(me))
    change(me, "value/good_day", level="dropped")
    assert [one.is_dropped for one in questions(me)] == [False, True, False]
    assert said(doors.offered(questions(me))) == [before[0], before[2]]
    change(them, "value/good_day", level="offered")
    assert said(doors.offered(questions(me))) == before


@from_one_chair
def test_dropped_and_renamed_by_two_at_once_both_hold(me, them):
    change(me, "value/most", level="dropped")
    change(them, "value/most", "What holds you?")
    (offer, *_rest) = questions(me)
    assert (offer.is_dropped, offer.says) == (True, "What holds you?")
    change(me, "value/most", level="first_name")
    assert questions(me)[0].is_dropped


@from_one_chair
def test_a_question_is_added_after_ours_and_can_be_renamed_and_dropped(me, them):
    change(me, f"value/{OWN}", "What would Grandmother ask?")
    change(them, f"value/{OTHER}", "What makes you laugh?")
    change(them, f"value/{OWN}", "What would she ask?")
    assert said(questions(me))[3:] == ["What would she ask?", "What makes you laugh?"]
    own = questions(me)[3]
    assert (own.is_own, own.was, own.heading) == (True, "", "What would she ask?")
    change(me, f"value/{OWN}", level="first_name")
    assert questions(me)[3] == own
    change(me, f"value/{OWN}", level="dropped")
    assert said(doors.offered(questions(me)))[3:] == ["What makes you laugh?"]
    assert len(questions(me)) == 5
    assert len(questions(me, kinds.LifeContext)) == 3


@from_one_chair
def test_a_heading_is_renamed_dropped_and_added(me, them):
    change(me, "value", "what I love")
    change(them, "conversation", level="dropped")
    change(them, OWN, "the sea")
    found = {one.key: one for one in headings(me)}
    assert (found["value"].says, found["value"].kind, found["value"].heading) == (
        "what I love",
        "value",
        "what I love",
    )
    assert found["conversation"].is_dropped
    assert (found[OWN].kind, found[OWN].is_own, found[OWN].heading) == (OWN, True, "the sea")
    assert said(headings(me))[-1] == "the sea"
    assert said(questions(me)) == [str(one.says) for one in kinds.Value.doors]


@from_one_chair
@pytest.mark.parametrize(("name", "level"), [("nothing", ""), ("", "dropped"), ("", "first_name")])
def test_the_heading_over_nothing_in_particular_always_stands_there(me, name, level):
    before = headings(me)
    change(me, "unsorted", name, level)
    assert headings(me) == before
    change(me, "unsorted/anything", name, level)
    assert doors.of(kinds.Unsorted, doors.changes(me.relationship)) != doors.of(kinds.Unsorted, []) or (
        level == "first_name"
    )


@from_one_chair
def test_a_change_is_changed_back_and_never_withdrawn(me, them):
    """Or a heading would vanish from above the words that the other is writing under it."""
    added = change(me, f"value/{OWN}", "What would Grandmother ask?")
    with pytest.raises(NotToBeAnswered):
        me.withdraw(added)
    with pytest.raises(AnsweredAlready):
        me.correct(added, "What would she ask?")
    with pytest.raises(NotToBeAnswered):
        them.answer(added)
    assert said(questions(me))[3:] == ["What would Grandmother ask?"]


def test_what_somebody_has_not_opened_has_not_changed_for_them_yet(me, them):
    mine = change(me, "value/most", "What holds me?")
    change(them, "value/good_day", "What would the sea say?")
    me.participant.person.pauses_first = True
    me.participant.person.save()
    seen = doors.of(kinds.Value, doors.changes(me.relationship, me.participant))
    assert said(seen)[:2] == [mine.text, "What makes a day a good one?"]
    me.get("prompts/")
    seen = doors.of(kinds.Value, doors.changes(me.relationship, me.participant))
    assert said(seen)[1] == "What would the sea say?"


@from_one_chair
@pytest.mark.parametrize(
    "key", ["hope", "nonsense", "value/nonsense", f"gossip/{OWN}", "portrait", f"value/{OWN[:-1]}"]
)
def test_what_names_nothing_there_is_adds_nothing(me, key):
    before = list(doors.every(doors.changes(me.relationship)))
    change(me, key, "Something")
    assert list(doors.every(doors.changes(me.relationship))) == before
    assert doors.steps(doors.changes(me.relationship)) == []


@from_one_chair
def test_the_headings_of_a_portrait_are_each_ones_own(me, them):
    change(me, "portrait/people", "My people")
    assert said(questions(me, kinds.Portrait))[1] == "My people"
    assert said(questions(them, kinds.Portrait))[1] == "People who are important to me"
    assert doors.steps(doors.changes(me.relationship)) == []


@from_one_chair
def test_every_step_is_told_with_how_it_stood_before_and_after(me, them):
    change(me, "value/most", "What holds you?")
    change(them, OWN, "the sea")
    change(me, "value/most", level="dropped")
    steps = doors.steps(doors.changes(me.relationship))
    assert [(one.before and str(one.before.says), str(one.after.says)) for one in steps] == [
        (MOST, "What holds you?"),
        (None, "the sea"),
        ("What holds you?", "What holds you?"),
    ]
    assert [one.after.is_dropped for one in steps] == [False, False, True]
    assert [one.change.author for one in steps] == [me.participant, them.participant, me.participant]


# --- What the record takes ------------------------------------------------------------------------------


@from_one_chair
@pytest.mark.parametrize("name", ["two\nlines", "n" * 121, " ", "a\u202eb"])
def test_a_name_is_one_line_and_short(me, name):
    with pytest.raises(NotSound):
        change(me, "value/most", name)
    assert change(me, "value/most", "n" * 120).text


@from_one_chair
@pytest.mark.parametrize(
    ("key", "level"), [("value/most", "loved"), ("Value", "dropped"), ("a/b/c", "dropped")]
)
def test_what_says_nothing_known_is_refused(me, key, level):
    with pytest.raises(NotSound):
        change(me, key, level=level)
    assert change(me, "value/most", level="dropped")


@from_one_chair
def test_the_same_form_sent_twice_is_one_change(me):
    key = {"door": "value/most", "submission": OWN[:8] + "-aaaa-4aaa-8aaa-" + OWN[:12]}
    entries = [me.write("What holds you?", kind="change", **key) for _ in range(2)]
    assert entries[0] == entries[1]
    with pytest.raises(SharedAlready):
        me.write("What keeps you?", kind="change", **key)


def test_there_is_room_for_so_many_of_ones_own_and_ours_do_not_count():
    own = [doors.Offer("value", f"{number:032x}", str(number), is_own=True) for number in range(doors.MOST)]
    assert doors.have_room(doors.of(kinds.Value, []) + own[1:])
    assert not doors.have_room(doors.of(kinds.Value, []) + own)


def add(chair, text, **words):
    offers = partial(questions, chair)
    return doors.add(chair.relationship, offers, by=chair.participant, under="value/", text=text, **words)


def rename(chair, key, text, **words):
    offers = partial(questions, chair)
    return doors.rename(chair.relationship, offers, key, by=chair.participant, text=text, **words)


@from_one_chair
def test_a_name_is_taken_however_it_is_spelt_in_capitals(me, them):
    for taken in (MOST.upper(), MOST):
        with pytest.raises(NotSound, match="There is one with this name already"):
            add(me, taken)
    added = add(me, MOST + "!")
    for taken in (MOST.upper(), MOST):
        with pytest.raises(NotSound, match="There is one with this name already"):
            rename(them, added.door, taken)
    # Its own name in other letters is another name for it.
    rename(them, added.door, (MOST + "!").upper())
    assert said(questions(me))[-1] == (MOST + "!").upper()


@from_one_chair
def test_a_form_that_is_sent_again_adds_and_renames_nothing_more(me):
    forms = uuid.uuid4(), uuid.uuid4()
    added = [add(me, "What holds you?", submission=forms[0]) for _ in range(2)]
    renamed = [rename(me, added[0].door, "What keeps you?", submission=forms[1]) for _ in range(2)]
    assert len({*added, *renamed}) == 2
    with pytest.raises(NotSound, match="It is called that already"):
        rename(me, added[0].door, "What keeps you?", submission=uuid.uuid4())


@from_one_chair
def test_what_is_so_already_is_left_as_it_is(me, them):
    offers = partial(questions, me)
    for level in ("dropped", "offered"):
        done = [
            doors.set_level(me.relationship, offers, "value/most", level, by=chair.participant)
            for chair in (me, them)
        ]
        assert [bool(one) for one in done] == [True, False], level
    assert doors.set_level(me.relationship, offers, "value/most", "first_name", by=me.participant) is None


# --- Whatever is done -----------------------------------------------------------------------------------

KEYS = [one.key for one in doors.every([])] + [
    OWN,
    OTHER,
    f"value/{OWN}",
    f"unsorted/{OTHER}",
    "hope",
    "value/no",
]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(KEYS),
        st.sampled_from(["", "", "One name", "Another", "שם"]),
        st.sampled_from(["", "dropped", "offered", "first_name"]),
    ),
    max_size=30,
)


def as_entries(told):
    return [
        SimpleNamespace(
            door=key,
            text=name,
            answers={"door": {"level": level}} if level else None,
            number=number,
            author_id=number % 2,
        )
        for number, (key, name, level) in enumerate(told)
    ]


@given(CHANGES)
def test_any_sequence_of_changes_gives_a_sound_list(told):
    changed = as_entries(told)
    offers = list(doors.every(changed))
    keys = [one.key for one in offers]
    ours = [one.key for one in doors.every([])]
    assert len(keys) == len(set(keys))
    assert set(ours) <= set(keys)
    assert {one.key for one in offers if one.is_own} == set(keys) - set(ours)
    assert all(str(one.says) for one in offers)
    assert [one.key for one in doors.headings(changed)][: len(doors.headings([]))] == [
        one.key for one in doors.headings([])
    ]
    for offer in offers:
        mine = [(name, level) for key, name, level in told if key == offer.key]
        if offer.is_fixed:
            assert (offer.is_dropped, offer.was) == (False, "")
            continue
        if offer.is_own:  # It begins with its name.
            mine = mine[next(place for place, (name, _level) in enumerate(mine) if name) :]
        names = [name or None for name, level in mine if name or (level == "first_name" and not offer.is_own)]
        first = next(one for one in doors.every([]) if one.key == offer.key) if not offer.is_own else None
        assert str(offer.says) == (names[-1] if names and names[-1] else str(first.says if first else ""))
        shown = [level for _name, level in mine if level in ("dropped", "offered")]
        assert offer.is_dropped == (shown[-1:] == ["dropped"])
        assert bool(offer.heading) == (offer.is_own or bool(names and names[-1]))


@given(CHANGES)
def test_the_steps_lead_from_ours_to_how_they_stand(told):
    changed = as_entries(told)
    stands = {one.key: one for one in doors.every([])}
    for step in doors.steps(changed):
        assert stands.get(step.after.key) == step.before
        stands[step.after.key] = step.after
    assert stands == {one.key: one for one in doors.every(changed)}
