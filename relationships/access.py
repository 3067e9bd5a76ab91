"""The one door to a relationship.

An address carries an id; only here does it become a relationship, and only for its participants. For everybody
else there is one answer, the same as for an id that does not exist.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse

from config.prepared import Prepared
from relationships.knocking import knock
from relationships.models import Draft, Event, Participant, Relationship, Verb
from relationships.models.event import Reached

if TYPE_CHECKING:
    from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind the log-in, which is every request that a view of the record sees."""

    user: "User"
    htmx: Any


View = Callable[..., HttpResponse]


def _all_seats(relationship: uuid.UUID, person: uuid.UUID) -> QuerySet[Participant]:
    """Both seats, for somebody who has one of them."""
    here = {"relationship": OuterRef("relationship")}
    newest = Event.objects.filter(**here).order_by("-number")
    # Somebody else's record is looked up as one that is not there: no row of it is read, and it takes as long.
    mine = Participant.objects.filter(person=person).values("relationship")
    rows: QuerySet[Participant] = (
        Participant.objects.select_related("relationship", "person")
        .filter(relationship=relationship, relationship__in=mine)
        .annotate(
            head_number=Subquery(newest.values("number")[:1]),
            head_digest=Subquery(newest.values("digest")[:1]),
            draft_box=Subquery(Draft.objects.to_share().filter(author=OuterRef("pk")).values("box")[:1]),
            is_ended=Exists(Event.objects.filter(**here, verb=Verb.ENDED)),
        )
        .order_by("seat")
    )
    return rows


_SEATS = Prepared(_all_seats)


def door(view: View) -> View:
    """Let a participant in as `(request, relationship, me, …)`; answer everybody else with one 404.

    The view never holds an id. What it shows, it reaches through `relationship`.
    """

    @wraps(view)
    def at_the_door(request: HttpRequest, relationship_id: uuid.UUID, **rest: Any) -> HttpResponse:
        relationship, me = enter(cast(SignedInRequest, request).user, relationship_id)
        return view(request, relationship, me, **rest)

    at_the_door.door = True  # type: ignore[attr-defined]
    return at_the_door


def enter(person: "User", relationship_id: uuid.UUID) -> tuple[Relationship, Participant]:
    """The relationship and this person's seat in it, in one query. Raises Http404 for anybody else.

    The seat comes with the box of its newest draft; the relationship with its seats, whether it has ended, and
    the number and digest of its newest Event.
    """
    seats = _SEATS(relationship=relationship_id, person=person.pk)
    me = next((seat for seat in seats if seat.person_id == person.pk), None)
    if me is None:
        knock(person, relationship_id)
        raise Http404
    relationship: Relationship = me.relationship
    relationship.seats = seats
    relationship.reached = Reached(me.head_number, me.head_digest, me.is_ended)
    return relationship, me
