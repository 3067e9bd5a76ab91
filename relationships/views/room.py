"""In the room: one quiet page for a screen that both look at."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from relationships.access import SignedInRequest, door
from relationships.errors import ClosedAlready, Refused
from relationships.forms import PromiseLineForm, RoomForm
from relationships.models import Entry, Participant, Relationship
from relationships.standing import Standing, threads
from relationships.views.cards import Card, Deck
from relationships.views.consult import can_have_met
from relationships.views.consult import find as find_consult
from relationships.views.entry import find, standing_of
from relationships.views.pages import address_within, is_a_look
from relationships.views.words import words_page


@dataclass(frozen=True, slots=True)
class Line:
    """A hope or a promise on this page."""

    card: Card
    seat: Participant
    closing: Standing | None
    """What ticked it off."""
    is_closed_by_me: bool
    due_on: dt.date | None


@door
@require_http_methods(["GET", "HEAD", "POST"])
def show(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    appointment = find_consult(relationship, consult_id)
    lines = _lines(relationship, me, consult_id)
    if is_a_look(request):
        shown = [entry for line in lines for entry in line.card.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    return words_page(
        request,
        relationship,
        me,
        template="consult/room.html",
        form_class=RoomForm,
        share=lambda words: relationship.write(
            by=me, kind="conversation", consult=appointment.consult, **words
        ),
        then=lambda entry: reverse("room", args=[relationship.pk, consult_id]),
        appointment=appointment,
        hopes=[
            (seat, [line for line in lines if line.card.entry.kind == "hope" and line.seat == seat])
            for seat in relationship.seats
        ],
        promises=[line for line in lines if line.card.entry.kind == "promise"],
        promise_form=PromiseLineForm(initial={"submission": uuid.uuid4()}, auto_id="promise-%s"),
        meeting=uuid.uuid4(),
        can_have_met=can_have_met(appointment),
        is_closed=appointment.is_called_off,
    )


@door
@require_POST
def talked_about(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Tick a hope off, or say “not yet after all” of one's own tick."""
    hope = find(relationship, me, entry_id)
    if hope.kind != "hope" or hope.about_id is not None or hope.consult_id is None:
        raise Http404
    try:
        if request.POST.get("do") == "take-back":
            _take_back(relationship, me, hope)
        else:
            relationship.answer(hope, by=me, kind="talked_about")
    except ClosedAlready:
        messages.info(request, _("You have talked about this: one of you has said so already."))
    except Refused as refused:
        messages.info(request, str(refused))
    appointment = find_consult(relationship, hope.consult_id)
    place = "room" if appointment.is_planned else "consult"
    return redirect(reverse(place, args=[relationship.pk, hope.consult_id]) + f"#entry-{hope.pk}")


def _take_back(relationship: Relationship, me: Participant, hope: Entry) -> None:
    tick = standing_of(relationship, hope).closing
    if tick:
        relationship.withdraw(tick.entry, by=me)


def _lines(relationship: Relationship, me: Participant, consult_id: uuid.UUID) -> list[Line]:
    """The hopes for this consult and the promises made in it, the first one first, in one query."""
    of_it = relationship.entries.shown_to(me).filter(consult=consult_id).of_kind("hope", "promise")
    said = Entry.objects.for_reading().in_threads_of(of_it.first_in_thread())
    deck = Deck(relationship, me)
    return [
        _line(deck, me, standing)
        for standing in reversed(threads(relationship.with_authors(said)))
        if not standing.withdrawal
    ]


def _line(deck: Deck, me: Participant, standing: Standing) -> Line:
    closing, due_on = standing.closing, standing.due_on
    standing.answers = []  # What was answered stands in the record.
    return Line(
        card=deck.card(standing),
        seat=standing.entry.author,
        closing=closing,
        is_closed_by_me=closing is not None and closing.entry.author_id == me.pk,
        due_on=due_on,
    )
