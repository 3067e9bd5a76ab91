"""R9: whatever two people do, in any order, with stale and double forms: nothing is lost, both read it in one order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import signed_in
from tests.drill import length
from tests.relationships.test_concurrency import TwoPeople, assert_whole, at_once, busy, writers  # noqa: F401
from tests.relationships.views.shown import cards


class Counted(TwoPeople):
    acts = 0

    def teardown(self) -> Any:
        Counted.acts += self.record.events.count() if hasattr(self, "record") else 0


@pytest.mark.django_db
def test_whatever_two_people_do_nothing_is_lost(measured):
    Counted.acts = 0
    examples = length(3, 60)
    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=examples,
            stateful_step_count=length(12, 30),
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    assert Counted.acts > examples
    measured(f"0 lost in {Counted.acts:,} acts of any kind and order")


def test_both_at_the_same_moment_and_each_reads_it_in_the_same_order(busy, measured):  # noqa: F811
    clients = [signed_in(seat.person) for seat in (busy.patient, busy.clinician)]
    address, turns = f"/r/{busy.relationship.pk}/", length(2, 12)
    for number in range(turns):
        pages = [client.get(address + "write/").context["form"]["submission"].value() for client in clients]
        answers = at_once(
            *(
                lambda client=client, n=n, form=form, number=number: client.post(
                    address + "write/", {"text": f"Words {number}.{n}", "submission": form}
                )
                for n, (client, form) in enumerate(zip(clients, pages, strict=True))
            )
        )
        assert [answer.status_code for answer in answers] == [302, 302]
    read = [cards(client.get(address)) for client in clients]
    assert read[0] == read[1]
    assert set(read[0]) == {f"Words {number}.{n}" for number in range(turns) for n in (0, 1)}
    assert_whole(busy.relationship)
    measured(f"{2 * turns} at the same moment, one order")
