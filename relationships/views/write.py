"""Writing something of one's own."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.forms import WriteForm
from relationships.models import Participant, Relationship
from relationships.views.words import words_page


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    return words_page(
        request,
        relationship,
        me,
        template="record/write.html",
        form_class=WriteForm,
        share=lambda words: relationship.write(by=me, **words),
        initial={"kind": request.GET.get("kind", "")},
        kinds=list(kinds.offered()),
    )
