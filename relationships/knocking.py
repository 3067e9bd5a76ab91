"""Somebody who is logged in asked for a record in which they have no seat: its two people can see that.

The door says the same to them whether there is such a record or not, and takes as long: what happens here happens for any
id, and only a worker looks whether it is one. It is noted once a day for each stranger, and never who it was: the
worker forgets it once it has looked.
"""

import uuid
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django_tasks import TaskContext, task

from config import queue
from relationships import clock
from relationships.models import Relationship

if TYPE_CHECKING:
    from accounts.models import User

HOUR = 3600
MOST_AN_HOUR = 20
"""So many of one person's are looked into; who tries more is a machine, and has been noted."""


def knock(person: "User", relationship_id: uuid.UUID) -> None:
    name = f"knocking:{person.pk}:{clock.now():%Y%m%d%H}"
    so_far = cache.get(name, 0)
    if so_far < MOST_AN_HOUR:
        cache.set(name, so_far + 1, HOUR)
        note.enqueue(relationship=str(relationship_id), person=str(person.pk))


@task(takes_context=True)
def note(context: TaskContext, *, relationship: str, person: str) -> None:
    """Note it where there is such a record, of which they are still not one."""
    try:
        _look(relationship, person)
    finally:
        queue.forget(context)


def _look(relationship: str, person: str) -> None:
    there: Relationship | None = Relationship.objects.filter(pk=relationship).first()
    if there is not None and not there.participants.filter(person_id=uuid.UUID(person)).exists():
        there.knocked(stranger=_a_stranger(relationship, person))


def _a_stranger(relationship: str, person: str) -> str:
    """The same for the same person, record and day; of no use to tell who, nor to know them again elsewhere or later."""
    today = clock.now().date().isoformat()
    return salted_hmac(
        "relationships.knocking", f"{relationship} {person} {today}", algorithm="sha256"
    ).hexdigest()
