"""Saying back what one understood, and hearing whether that was meant."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.errors import RewordedMeanwhile
from relationships.forms import AcknowledgeForm, AnswerForm
from relationships.models import Bearing, Entry, Participant, Relationship
from relationships.standing import Standing
from relationships.views.cards import Deck
from relationships.views.entry import find, whole_thread
from relationships.views.pages import is_a_look
from relationships.views.saying import wording_seen
from relationships.views.words import words_page


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """What I understood of the other one's words, as they stand now. It stays bound to this wording."""
    subject = _theirs(relationship, me, entry_id)
    card = Deck(relationship, me).card(subject.alone(*subject.steps), is_open=True)
    if is_a_look(request):  # Whoever opens words in order to say them back has read them.
        shown = [*subject.entries, *card.shown()]
        relationship.open(by=me, page=f"entry/{subject.entry.pk}/", entries=shown)
    return words_page(
        request,
        relationship,
        me,
        template="reflection/reflection.html",
        form_class=AnswerForm,
        # What one understood of an earlier wording stays true of that one.
        share=lambda words: relationship.answer(
            wording_seen(request, subject) or subject.current, by=me, kind="reflection", **words
        ),
        then=lambda entry: _place(relationship, entry),
        card=card,
        wording=subject.current.pk,
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Yes, nearly or not yet: said by whoever's words were said back."""
    reflection = _theirs(relationship, me, entry_id)
    if reflection.entry.bearing != Bearing.REFLECTS:
        raise Http404
    meant = reflection.subject
    if meant is None:
        raise Http404
    before = [one for one in meant.steps if one.entry.number < reflection.entry.number]
    deck = Deck(relationship, me)
    card, of = (deck.card(one, is_open=True) for one in (reflection.alone(), meant.alone(*before)))
    if is_a_look(request):
        shown = [*reflection.entries, *of.shown()]
        relationship.open(by=me, page=f"entry/{reflection.entry.pk}/", entries=shown)

    def share(words: dict[str, Any]) -> Entry:
        seen = wording_seen(request, reflection)
        if seen is None:
            raise RewordedMeanwhile
        return relationship.answer(seen, by=me, kind="acknowledgement", **words)

    return words_page(
        request,
        relationship,
        me,
        template="reflection/acknowledgement.html",
        form_class=AcknowledgeForm,
        share=share,
        then=lambda entry: _place(relationship, entry),
        card=card,
        meant=of,
        wording=reflection.current.pk,
        was_reworded=reflection.is_of_an_earlier_wording,
        is_answered=bool(reflection.understood),
    )


def _theirs(relationship: Relationship, me: Participant, entry_id: uuid.UUID) -> Standing:
    """An entry of the other one that stands; one's own words are not found here."""
    entry = find(relationship, me, entry_id)
    standing = whole_thread(relationship, entry).find(entry)
    is_mine = entry.author_id == me.pk
    kind = kinds.get(entry.kind)
    if standing is None or standing.withdrawal or is_mine or not (kind.needs_words and kind.is_answered):
        raise Http404
    return standing


def _place(relationship: Relationship, entry: Entry) -> str:
    """On the page of the thread, where the two stand beneath each other."""
    return reverse("entry", args=[relationship.pk, entry.thread_id]) + f"#entry-{entry.pk}"
