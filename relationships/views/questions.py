"""Four plain questions to both, once they have met: asked once, never pushed, opened together.

What one of them answers stays theirs until the other one has answered too. So nothing on this page may depend on
what the other has done before I have answered: every entry comes through `shown_to`.
"""

import logging
import uuid

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from relationships import kinds, together
from relationships.access import SignedInRequest, door
from relationships.agenda import agenda
from relationships.errors import AnsweredAlready, Refused, SharedAlready
from relationships.forms import QuestionsForm
from relationships.models import Appointment, Entry, Participant, Relationship
from relationships.models.entry import EntryQuerySet
from relationships.standing import Standing, threads
from relationships.views.cards import Deck
from relationships.views.consult import find
from relationships.views.pages import address_within, is_a_look, page

logger = logging.getLogger(__name__)

KIND = kinds.Experience.name


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    consult = find(relationship, consult_id)
    if request.method == "POST":
        return _share(request, relationship, me, consult)
    said = _answered(relationship, me, consult)
    if me.pk in (one.entry.author_id for one in said):
        return _answers(request, relationship, me, consult, said)
    # Not noted as a look: whoever skips this leaves nothing.
    form = QuestionsForm(initial={"submission": uuid.uuid4()})
    return page(request, "questions/form.html", relationship, me, form=form, consult=consult)


def _share(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult: Appointment
) -> HttpResponse:
    """Keep the answers; whatever goes wrong, the answer is the form with the words in it."""
    form = QuestionsForm(request.POST)
    status, answered_already = 422, False
    if form.is_valid():
        try:
            if not consult.has_met and not relationship.is_ended:
                raise Refused(_("You can answer this once you have met."))
            relationship.write(
                by=me,
                text="",
                kind=KIND,
                consult=consult.consult,
                answers=form.answers,
                submission=form.cleaned_data["submission"],
            )
        except (AnsweredAlready, SharedAlready):
            form.add_error(None, str(AnsweredAlready()))
            answered_already = True
        except Refused as refused:
            form.add_error(None, str(refused))
        except DatabaseError as error:
            # Its kind only: what a database says of a row that it refuses may hold all of the row.
            logger.error("Answers could not be kept: %s", type(error).__name__)
            form.add_error(None, _("This could not be kept just now. Your words are still here. Try again."))
            status = 503
        else:
            messages.success(request, _("Your answers are kept."))
            return redirect("questions", relationship.pk, consult.consult_id)
    return page(
        request,
        "questions/form.html",
        relationship,
        me,
        status=status,
        form=form,
        consult=consult,
        answered_already=answered_already,
    )


def _answers(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    consult: Appointment,
    said: list[Standing],
) -> HttpResponse:
    """Mine, and beside them the other's as soon as there are any."""
    deck = Deck(relationship, me)
    cards = [deck.card(one) for one in said]
    if is_a_look(request) and len(said) > 1:
        shown = [entry for card in cards for entry in card.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    stand = [card.standing for card in cards if not card.is_held and not card.is_withdrawn]
    return page(
        request,
        "questions/answered.html",
        relationship,
        me,
        consult=consult,
        cards=cards,
        mine=next(card for card in cards if card.is_mine),
        theirs=next((card for card in cards if not card.is_mine), None),
        facing=together.facing(stand),
        replies=sorted((one for card in cards for one in card.answers), key=lambda one: one.entry.number),
    )


def _answered(relationship: Relationship, me: Participant, consult: Appointment) -> list[Standing]:
    """What was answered about this consult and I may see, with what was said to it, whoever began first."""
    firsts = _shown(relationship, me).filter(consult=consult.consult_id)
    said = threads(relationship.with_authors(Entry.objects.in_threads_of(firsts).for_reading()))
    return sorted(said, key=lambda one: one.entry.author.seat)


def _shown(relationship: Relationship, me: Participant) -> EntryQuerySet:
    entries: EntryQuerySet = relationship.entries.shown_to(me)
    return entries.of_kind(KIND).first_in_thread()


@door
@require_safe
def over_time(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """Which words the two have chosen over time, where both have answered: one small picture for each question."""
    firsts = _shown(relationship, me)
    said = threads(relationship.with_authors(Entry.objects.in_threads_of(firsts).of_kind(KIND).for_reading()))
    if me.person.pauses_first:  # What they have not opened yet waits for them here as everywhere.
        said = [one for one in said if one.entry.author_id == me.pk or one.entry.read_at]
    return page(
        request,
        "questions/over_time.html",
        relationship,
        me,
        pictures=together.over_time(agenda(relationship).appointments, said, relationship.seats),
        levels=kinds.Experience.levels.values(),
    )
