"""Writing something of one's own."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from relationships import doors, kinds
from relationships.access import SignedInRequest, door
from relationships.errors import RenamedMeanwhile
from relationships.forms import WriteForm
from relationships.models import Entry, Participant, Relationship
from relationships.views.pages import address_within, is_a_look
from relationships.views.words import words_page
from relationships.views.working import what_holds


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    changed = doors.changes(relationship, me)
    ways = _ways_in(changed)

    def share(words: dict[str, Any]) -> Entry:
        # Words are written under the name that their page showed, and under no other.
        chosen = request.POST.get("kind", "")
        if request.POST.get(f"heading-{chosen}", words["heading"]) != words["heading"]:
            raise RenamedMeanwhile
        return relationship.write(by=me, **words)

    answering = what_holds(relationship, me, "answering")
    if answering and is_a_look(request):
        relationship.open(by=me, page=address_within(request, relationship), entries=answering.shown)
    return words_page(
        request,
        relationship,
        me,
        template="record/write.html",
        form_class=WriteForm.offering(doors.headings(changed)),
        share=share,
        initial={"kind": request.GET.get("kind", "")},
        ways=ways,
        questions=[question for way in ways for question in way.questions],
        answering=answering,
        named=[offer for offer in doors.offered(doors.headings(changed)) if offer.heading],
    )


@dataclass(frozen=True, slots=True)
class Way:
    """The questions to begin with, of one kind. What is written under a heading of their own is of no kind."""

    kind: str
    questions: list[str]


def _ways_in(changed: list[Entry]) -> list[Way]:
    return [
        Way(kind.name, [str(one) for one in doors.offered(doors.of(kind, changed))])
        for kind in kinds.offered()
    ]
