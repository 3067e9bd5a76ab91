"""In which order somebody's own stand: as they ranked it, what is newer before it."""

import uuid

import pytest

from relationships import ranking
from relationships.errors import NotSound, NotToBeAnswered
from relationships.models import Relationship
from relationships.ranking import EARLIER, FIRST, LATER, arranged, in_order, moved, orders
from tests.cast import from_one_chair, pair, person


def order(chair, *entries, kind="value", **what):
    ranked = [str(entry.pk) for entry in entries]
    return chair.write("", kind="order", door=kind, ranked=ranked, **what)


# --- Pure -----------------------------------------------------------------------------------------------


def in_order_of(newest_first, ranked):
    return "".join(in_order(newest_first, list(ranked), lambda one: one))


def test_they_stand_as_they_were_ranked():
    assert in_order_of("cba", "bca") == "bca"
    assert in_order_of("cba", "abc") == "abc"


def test_without_an_order_the_newest_is_first():
    assert in_order_of("cba", "") == "cba"


def test_what_is_not_ranked_stands_before_what_is_the_newest_first():
    assert in_order_of("edcba", "bac") == "edbac"


def test_what_is_ranked_and_gone_leaves_no_gap():
    assert in_order_of("ca", "abc") == "ac"


def test_what_is_named_twice_stands_where_it_is_named_first():
    assert in_order_of("ba", "aba") == "ab"


def test_what_is_not_ones_own_is_left_out_and_what_is_missing_comes_last():
    assert arranged(["c", "x", "a", "c", ""], ["a", "b", "c"]) == ["c", "a", "b"]
    assert arranged([], ["a", "b"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "way", "then"),
    [
        ("b", EARLIER, "bac"),
        ("b", LATER, "acb"),
        ("c", FIRST, "cab"),
        ("a", EARLIER, "abc"),
        ("c", LATER, "abc"),
        ("a", FIRST, "abc"),
        ("x", FIRST, "abc"),
        ("b", "sideways", "abc"),
        ("", "", "abc"),
    ],
)
def test_one_is_moved_a_place_or_first_and_none_is_lost(one, way, then):
    assert "".join(moved("abc", one, way)) == then


# --- In the record --------------------------------------------------------------------------------------


@from_one_chair
def test_the_newest_order_of_each_person_and_kind_counts(me, them):
    mine, other = me.write("a", kind="value"), me.write("b", kind="value")
    wish, theirs = me.write("c", kind="care_preference"), them.write("d", kind="value")
    order(me, mine, other)
    newest, of_care, of_them = (
        order(me, other, mine),
        order(me, wish, kind="care_preference"),
        order(them, theirs),
    )
    found = orders(me.relationship, me.participant, "value", "care_preference")
    assert found == {
        (me.participant.pk, "value"): newest,
        (me.participant.pk, "care_preference"): of_care,
        (them.participant.pk, "value"): of_them,
    }
    assert set(orders(me.relationship, me.participant, "value")) == {
        (me.participant.pk, "value"),
        (them.participant.pk, "value"),
    }


@from_one_chair
def test_the_newest_order_counts_and_none_is_withdrawn(me):
    mine, other = me.write("a", kind="value"), me.write("b", kind="value")
    _first, second = order(me, mine, other), order(me, other, mine)
    assert list(orders(me.relationship, me.participant, "value").values()) == [second]
    with pytest.raises(NotToBeAnswered):
        me.withdraw(second)
    assert list(orders(me.relationship, me.participant, "value").values()) == [second]


@from_one_chair
def test_an_order_of_another_record_does_not_count_here(me, them):
    elsewhere = pair(person("Elsewhere"), me.participant.person).relationship
    seat = elsewhere.seat_of(me.participant.person)
    entry = elsewhere.write(by=seat, text="There.", kind="value")
    elsewhere.write(by=seat, text="", kind="order", door="value", ranked=[str(entry.pk)])
    assert orders(me.relationship, me.participant, "value") == {}
    assert len(orders(elsewhere, seat, "value")) == 1


@from_one_chair
def test_the_record_takes_an_order_of_ones_own_of_that_kind_only(me, them):
    mine, theirs = me.write("a", kind="value"), them.write("b", kind="value")
    wish, said = me.write("c", kind="care_preference"), me.correct(mine)
    for wrong in ([theirs], [mine, theirs], [wish], [mine, mine], [said], []):
        with pytest.raises(NotSound):
            order(me, *wrong)
    for ranked in (["nonsense"], [str(uuid.uuid4())]):
        with pytest.raises(NotSound):
            me.write("", kind="order", door="value", ranked=ranked)
    with pytest.raises(NotSound):
        order(me, mine, kind="care_preference")
    with pytest.raises(NotSound):
        me.write("Words.", kind="value", ranked=[str(mine.pk)])
    assert not me.relationship.entries.of_kind("order").exists()
    assert order(me, mine).ranked == [str(mine.pk)]


@from_one_chair
def test_an_order_is_part_of_what_the_chain_seals(me):
    one, other = me.write("a", kind="value"), me.write("b", kind="value")
    kept = order(me, other, one)
    again = Relationship.objects.get(pk=me.relationship.pk).entries.get(pk=kept.pk)
    assert again.content()["ranked"] == [str(other.pk), str(one.pk)]
    before = again.commitment()
    again.ranked = again.ranked[::-1]
    assert again.commitment() != before
    assert ranking.orders(me.relationship, me.participant, "value")[me.participant.pk, "value"] == kept
