"""Who will do what by when: promised, kept, released, or moved to another day."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships.access import SignedInRequest, door
from relationships.forms import CloseForm, MoveForm, PromiseForm, WordsForm
from relationships.models import Consult, Entry, Participant, Relationship
from relationships.views.cards import Deck
from relationships.views.entry import find, standing_of
from relationships.views.pages import is_a_look
from relationships.views.words import address_of, words_page


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """A promise of one's own, perhaps as part of a consult, and then back to where it was made."""
    asked = request.POST if request.method == "POST" else request.GET
    consult = _consult(relationship, asked.get("consult", ""))
    room = (
        reverse("room", args=[relationship.pk, consult.pk])
        if consult and asked.get("back") == "room"
        else None
    )
    return words_page(
        request,
        relationship,
        me,
        template="promise/promise.html",
        form_class=PromiseForm,
        share=lambda words: relationship.write(by=me, kind="promise", consult=consult, **words),
        then=lambda entry: room or address_of(entry),
        consult=consult,
        room=room,
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def keep(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Either of the two may say that it is kept."""
    promise = _find(relationship, me, entry_id)
    return _tell(request, relationship, me, promise, kind="kept", form_class=CloseForm)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def release(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Either of the two may say that it need not be done any more."""
    promise = _find(relationship, me, entry_id)
    return _tell(request, relationship, me, promise, kind="released", form_class=CloseForm)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def move(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Only whoever promised it says by when; the other one finds no such page."""
    promise = _find(relationship, me, entry_id)
    if promise.author_id != me.pk:
        raise Http404
    return _tell(request, relationship, me, promise, kind="moved", form_class=MoveForm)


def _tell(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    promise: Entry,
    *,
    kind: str,
    form_class: type[WordsForm],
) -> HttpResponse:
    standing = standing_of(relationship, promise)
    if standing.withdrawal and request.method != "POST":
        return redirect("entry", relationship.pk, promise.pk)
    if is_a_look(request):  # Whoever opens a promise in order to say that it is kept has read it.
        relationship.open(by=me, page=f"entry/{promise.pk}/", entries=standing.entries)
    return words_page(
        request,
        relationship,
        me,
        template=f"promise/{kind}.html",
        form_class=form_class,
        share=lambda words: relationship.answer(promise, by=me, kind=kind, **words),
        # With what closed it, and without what was said about it.
        card=Deck(relationship, me).card(
            standing.alone(*[standing.closing] if standing.closing else []), is_open=True
        ),
        is_closed=bool(standing.closing),
    )


def _find(relationship: Relationship, me: Participant, entry_id: uuid.UUID) -> Entry:
    """A promise as first written; anything else is not found here."""
    entry = find(relationship, me, entry_id)
    if entry.kind != "promise" or entry.bearing:
        raise Http404
    return entry


def _consult(relationship: Relationship, asked: str) -> Consult | None:
    """The consult that was named, none where nothing like one was, and 404 for what does not belong here."""
    try:
        key = uuid.UUID(asked)
    except ValueError:
        return None
    consult: Consult | None = relationship.consults.filter(pk=key).first()
    if consult is None:
        raise Http404
    return consult
