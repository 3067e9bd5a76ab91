"""Putting one's own words differently."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.forms import CorrectForm, CorrectPromiseForm
from relationships.models import Participant, Relationship
from relationships.views.cards import Deck
from relationships.views.entry import find_changeable, standing_of
from relationships.views.words import words_page


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    entry = find_changeable(relationship, me, entry_id)
    standing = standing_of(relationship, entry)
    stays = standing.withdrawal or kinds.get(entry.kind).questions
    if stays and request.method != "POST":
        return redirect("entry", relationship.pk, entry.pk)
    now = standing.current
    # Whoever puts a promise differently puts its day with it; another entry with a day keeps it.
    is_promise = entry.kind == "promise"
    day: dict[str, Any] = {"due_on": standing.due_on if is_promise else now.due_on}
    return words_page(
        request,
        relationship,
        me,
        template="record/correction.html",
        form_class=CorrectPromiseForm if is_promise else CorrectForm,
        share=lambda words: relationship.correct(entry, by=me, **day | words),
        initial={
            "text": now.text,
            "helped_by": now.helped_by,
            "happened_on": now.happened_on,
        }
        | day,
        card=Deck(relationship, me).card(standing, is_open=True),
    )
