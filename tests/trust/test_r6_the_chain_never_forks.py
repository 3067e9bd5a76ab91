"""R6: eight writers on one record leave one chain; a number is given once, and the schema says so too."""

import pytest
from django.db import IntegrityError, transaction

from relationships.models import Event
from tests.drill import length
from tests.relationships.test_concurrency import assert_whole, at_once, busy, fresh, numbers, writers  # noqa: F401


def test_eight_writers_leave_one_chain(busy, measured):  # noqa: F811
    lines = length(5, 125)

    def write(seat, name):
        record = fresh(busy.relationship)
        return [record.write(by=seat, text=f"{name}.{line}").text for line in range(lines)]

    seats = [busy.patient, busy.clinician] * 4
    told = at_once(*(lambda n=n, seat=seat: write(seat, n) for n, seat in enumerate(seats)))
    acknowledged = {text for texts in told for text in texts}
    found = list(busy.relationship.events.order_by("number").values_list("number", flat=True))
    forks = len(found) - len(set(found))
    assert len(acknowledged) == 8 * lines
    assert set(busy.relationship.entries.values_list("text", flat=True)) == acknowledged
    assert found == list(range(1, 8 * lines + 4))
    assert_whole(busy.relationship)
    measured(f"{forks} forks in {len(found):,} acts")


def test_the_schema_gives_a_number_once(two):
    last = two.relationship.head()
    again = {
        field.attname: getattr(last, field.attname)
        for field in Event._meta.concrete_fields
        if field.name != "id"
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Event(**again).save(force_insert=True)
    assert numbers(two.relationship) == [1, 2, 3]
