"""Answering an entry: a reply, or a different way to see it. Both are answers like any other."""

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.forms import AnswerForm
from relationships.models import Participant, Relationship
from relationships.views.cards import Deck
from relationships.views.entry import find, standing_of
from relationships.views.pages import is_a_look
from relationships.views.words import words_page


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    return _answer(request, relationship, me, entry_id, template="record/answer.html")


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create_differently(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """“That’s not how I’d put it”: the same answer, on a page that helps to say it kindly."""
    return _answer(request, relationship, me, entry_id, template="record/answer_differently.html")


def _answer(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    entry_id: uuid.UUID,
    *,
    template: str,
) -> HttpResponse:
    entry = find(relationship, me, entry_id)
    subject = standing_of(relationship, entry)
    if not kinds.get(subject.entry.kind).is_answered:
        raise Http404
    if is_a_look(request):  # Whoever opens words in order to answer them has read them.
        relationship.open(by=me, page=f"entry/{subject.entry.pk}/", entries=subject.entries)
    return words_page(
        request,
        relationship,
        me,
        template=template,
        form_class=AnswerForm,
        share=lambda words: relationship.answer(subject.entry, by=me, **words),
        card=Deck(relationship, me).card(subject.alone(), is_open=True),
    )
