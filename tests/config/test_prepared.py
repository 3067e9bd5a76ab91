"""A query that is compiled once answers as the query that Django would put together anew."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from config.prepared import Prepared
from relationships.models import Entry, Participant


@pytest.fixture
def entries(me, them):
    return [chair.write(f"Words {number}.") for number, chair in enumerate([me, them, me, them, me])]


def test_it_finds_what_the_same_query_finds_with_each_set_of_values(me, them, entries):
    by = Prepared(
        lambda author, before: Entry.objects.filter(author=author, number__lt=before).order_by("number")
    )
    for chair in (me, them, me):
        for entry in entries:
            found = by(author=chair.participant.pk, before=entry.number)
            like = Entry.objects.filter(author=chair.participant, number__lt=entry.number).order_by("number")
            assert [vars(one) | {"_state": None} for one in found] == [
                vars(one) | {"_state": None} for one in like
            ]


def test_rows_are_instances_like_any_other(me, entries):
    newest = Prepared(
        lambda relationship: (
            Entry.objects.filter(relationship=relationship)
            .annotate(twice=2 * F("number"))
            .defer("text")
            .order_by("-number")[:1]
        )
    )
    (found,) = newest(relationship=me.relationship.pk)
    assert found == entries[-1]
    assert (found.twice, found.text) == (2 * entries[-1].number, "Words 4.")
    assert found.author == entries[-1].author
    with pytest.raises(TypeError):
        found.save()


def test_it_brings_along_what_the_query_selects(me, entries, django_assert_num_queries):
    seats = Prepared(
        lambda relationship: Participant.objects.filter(relationship=relationship).select_related("person")
    )
    with django_assert_num_queries(1):
        names = {seat.person.name for seat in seats(relationship=me.relationship.pk)}
    assert names == {seat.person.name for seat in me.relationship.seats}


def test_a_list_may_have_any_length_and_any_value_may_be_left_out(entries):
    some = Prepared(
        lambda keys, since=None: Entry.objects.filter(
            pk__in=keys, **({"written_at__gte": since} if since else {})
        ).order_by("number")
    )
    for length in (1, 2, 3, 5):
        assert some(keys=[entry.pk for entry in entries[:length]]) == entries[:length]
        assert (
            some(keys=[entry.pk for entry in entries[:length]], since=dt.datetime.max.replace(tzinfo=dt.UTC))
            == []
        )


def test_hostile_values_are_values(me, entries):
    of_kind = Prepared(lambda kind: Entry.objects.filter(kind=kind))
    for kind in ("value", "' OR 1=1 --", "%s", "stand-in 1", "\\"):
        assert of_kind(kind=kind) == []
    assert len(of_kind(kind="")) == 5


def test_it_is_compiled_once_for_a_connection(me, entries):
    compiled = []

    def build(relationship):
        compiled.append(relationship)
        return Entry.objects.filter(relationship=relationship)

    ask = Prepared(build)
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert len(ask(relationship=me.relationship.pk)) == 5
            assert ask(relationship=uuid.uuid4()) == []
        assert len(queries) == 2
    assert len(compiled) == 1


def test_a_query_that_changes_a_value_is_refused():
    with pytest.raises(ValueError, match="does not use each value"):
        Prepared(lambda number: Entry.objects.filter(number__lt=number + 1))(number=3)
