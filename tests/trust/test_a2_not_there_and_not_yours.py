"""A2. What is not there and what is not yours look the same and take the same, though knocking at the one is noted."""

import statistics
import time
import uuid

import pytest
from django.core.cache import cache
from django_tasks_db.models import DBTaskResult

from tests.cast import CANARY, signed_in
from tests.config.post import queued
from tests.relationships.views.test_access import seen

TIMES = 200
WITHIN = 0.05


@pytest.fixture
def asked(two, stranger, settings):
    """A browser of the stranger, an address of the record, and one of a record that is not there."""
    queued(settings)
    two.relationship.write(by=two.patient, text=f"Words, {CANARY}.")
    return signed_in(stranger), f"/r/{two.relationship.pk}/", f"/r/{uuid.uuid4()}/"


@pytest.mark.parametrize(
    "page", ["", "brief/", "event/", "write/", "invitation/", "entry/{}/", "consult/{}/"]
)
def test_the_same_status_body_and_headers(asked, page):
    client, theirs, nobodys = asked
    page = page.format(uuid.uuid4())
    answers = [seen(client.get(address + page)) for address in (theirs, nobodys)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert CANARY not in answers[0][1]


def test_both_are_put_into_the_queue_alike(asked):
    client, theirs, nobodys = asked
    for address in (theirs, nobodys):
        client.get(address)
    rows = list(DBTaskResult.objects.values_list("task_path", "status", "priority"))
    assert len(rows) == 2
    assert rows[0] == rows[1]


def took(client, address):
    cache.clear()  # So that each is looked into, and none is one too many.
    begun = time.perf_counter()
    assert client.get(address).status_code == 404
    return time.perf_counter() - begun


def test_the_median_time_differs_by_less_than_a_twentieth(asked, measured):
    """Measured in turns, and once more where the machine was busy with something else."""
    client, *addresses = asked
    apart = 1.0
    for _ in range(4):
        times: dict[str, list[float]] = {address: [] for address in addresses}
        for turn in range(TIMES):
            for address in addresses[:: 1 if turn % 2 else -1]:  # Neither is always the first of the two.
                times[address].append(took(client, address))
        theirs, nobodys = (statistics.median(times[address]) for address in addresses)
        apart = min(apart, abs(theirs - nobodys) / nobodys)
        if apart < WITHIN:
            break
    assert apart < WITHIN
    measured(f"404 for both, medians of {TIMES} looks {apart:.1%} apart")
