"""The consults of a relationship: planned, moved, called off, met. Whose time it is, the middleware knows."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relationships import clock
from relationships.access import SignedInRequest, door
from relationships.agenda import agenda
from relationships.agenda import find as find_newest
from relationships.errors import (
    CalledOffMeanwhile,
    InThePast,
    MetAlready,
    NotItsTime,
    Refused,
    SentAlready,
    TooFarAhead,
    TooLongAgo,
)
from relationships.forms import CallOffForm, MoveConsultForm, OnceForm, PlanForm, UnplannedForm
from relationships.models import Appointment, Entry, Event, Participant, Relationship, Verb
from relationships.models.relationship import EARLY, LONGEST
from relationships.standing import Standing, threads
from relationships.views.appointments import as_a_line
from relationships.views.cards import Card, Deck
from relationships.views.dates import weekday_and_time
from relationships.views.pages import address_within, is_a_look, page

OF_THE_TIME = (InThePast, NotItsTime, TooFarAhead, TooLongAgo)
"""Refusals that are about the day that was typed."""


def find(relationship: Relationship, consult_id: uuid.UUID) -> Appointment:
    """How this consult stands, or the same 404 as for one that does not exist."""
    found = find_newest(relationship, consult_id)
    if found is None:
        raise Http404
    return found


def can_have_met(appointment: Appointment) -> bool:
    """Whether the record would take it that they have met."""
    return appointment.is_planned and appointment.starts_at <= clock.now() + EARLY


# --- All of them ----------------------------------------------------------------------------------------


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    found = agenda(relationship)
    return page(
        request,
        "consult/index.html",
        relationship,
        me,
        agenda=found,
        unsaid=[(one, as_a_line(one)) for one in found.unsaid],
        coming=[(one, as_a_line(one)) for one in found.coming],
        been=[as_a_line(one) for one in found.been],
        zone=_zone(relationship, me),
    )


# --- One of them ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said in a consult, with what closed it set apart."""

    card: Card
    closing: Card | None

    @classmethod
    def of(cls, deck: Deck, standing: Standing) -> "Said":
        card = deck.card(standing)
        card.consult_url = ""  # It stands on that very page.
        closing = next((one for one in card.answers if one.standing is standing.closing), None)
        return cls(card, closing)

    @property
    def answers(self) -> list[Card]:
        return [one for one in self.card.answers if one is not self.closing]


@dataclass(frozen=True, slots=True)
class Part:
    """What both have said of one kind, each in a column of their own."""

    columns: list[tuple[Participant, list[Said]]]

    @property
    def is_empty(self) -> bool:
        return not any(said for _seat, said in self.columns)


@door
@require_safe
def show(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    """The home of one consult: before it, what can be done; after it, what both say; and how it came about."""
    acts = _acts(relationship, consult_id)
    appointment = acts[-1]
    said = _said(relationship, me, consult_id)
    answered = {one.entry.author_id for one in said if one.entry.kind == "experience"}
    deck = Deck(relationship, me)
    cards = [Said.of(deck, one) for one in said if one.entry.kind != "experience"]
    if is_a_look(request):
        shown = [entry for one in cards for entry in one.card.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)

    def part(*names: str) -> Part:
        return Part(
            [
                (
                    seat,
                    [one for one in cards if one.card.entry.author == seat and one.card.entry.kind in names],
                )
                for seat in relationship.seats
            ]
        )

    with_a_place = ("hope", "arrival", "account", "promise")
    return page(
        request,
        "consult/show.html",
        relationship,
        me,
        appointment=appointment,
        acts=acts[::-1],
        zone=_zone(relationship, me),
        submission=uuid.uuid4(),
        can_have_met=can_have_met(appointment),
        has_begun=appointment.starts_at <= clock.now(),
        is_over=appointment.ends_at <= clock.now(),
        hopes=part("hope"),
        # Shared only by whoever wanted to: an empty place would ask the other one for theirs.
        arrivals=[one for one in cards if one.card.entry.kind == "arrival"],
        accounts=part("account"),
        promises=part("promise"),
        others=[one for one in cards if one.card.entry.kind not in with_a_place],
        have_i_answered=me.pk in answered,
        have_both_answered=len(answered) > 1,
    )


def _acts(relationship: Relationship, consult_id: uuid.UUID) -> list[Appointment]:
    """What each act left of this consult, the first one first. The same 404 for one that does not exist."""
    told = relationship.appointments.filter(consult=consult_id).select_related("event").order_by("number")
    seats = {seat.pk: seat for seat in relationship.seats}
    acts = list(told)
    for one in acts:
        one.event.actor = seats[one.event.actor_id]
    if not acts:
        raise Http404
    return acts


def _said(relationship: Relationship, me: Participant, consult_id: uuid.UUID) -> list[Standing]:
    """Everything that belongs to it and that I may see, the first one first, in one query."""
    firsts = relationship.entries.shown_to(me).first_in_thread().filter(consult=consult_id)
    entries = Entry.objects.for_reading().in_threads_of(firsts)
    return threads(relationship.with_authors(entries))[::-1]


def _zone(relationship: Relationship, me: Participant) -> str:
    """The town whose time a page shows, where the two live by different clocks."""
    them = relationship.facing(me)
    if them is None or them.person.zone.key == me.person.zone.key:
        return ""
    return str(me.person.zone.key.rpartition("/")[2].replace("_", " "))


# --- Planned, moved, called off ---------------------------------------------------------------------------


@door
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    appointments = agenda(relationship).appointments
    newest = max(appointments, key=lambda one: one.number, default=None)
    return _form_page(
        request,
        relationship,
        me,
        template="consult/plan.html",
        form_class=PlanForm,
        initial={"minutes": newest.minutes} if newest else {},
        do=lambda **words: relationship.plan(by=me, **words),
        done=_("Planned. You both see it."),
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def move(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    appointment = find(relationship, consult_id)
    starts_at = timezone.localtime(appointment.starts_at)

    def move_it(*, seen: int | None = None, **words: Any) -> Appointment:
        if appointment.is_called_off and request.POST.get("seen") != str(appointment.number):
            raise CalledOffMeanwhile  # Whoever writes has not seen that, and may not mean to plan it again.
        return relationship.move(appointment.consult, by=me, **words)

    return _form_page(
        request,
        relationship,
        me,
        template="consult/move.html",
        form_class=MoveConsultForm,
        initial={
            "day": starts_at.date(),
            "time": starts_at.time(),
            "minutes": appointment.minutes,
            "way": appointment.way,
            "where": appointment.where,
            "seen": appointment.number,
        },
        do=move_it,
        done=_("It is planned again.")
        if appointment.is_called_off
        else _("Moved. The earlier time stays visible to you both."),
        appointment=appointment,
        is_closed=appointment.has_met,
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    appointment = find(relationship, consult_id)
    return _form_page(
        request,
        relationship,
        me,
        template="consult/calling_off.html",
        form_class=CallOffForm,
        initial={"seen": appointment.number},
        do=lambda **words: relationship.call_off(appointment.consult, by=me, **words),
        done=_("Called off. You both see it."),
        appointment=appointment,
        is_closed=not appointment.is_planned,
    )


# --- Met --------------------------------------------------------------------------------------------------


@door
@require_POST
def meet(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    appointment = find(relationship, consult_id)
    form = OnceForm(request.POST)
    try:
        submission = form.cleaned_data["submission"] if form.is_valid() else None
        relationship.meet(appointment.consult, by=me, submission=submission)
    except MetAlready:
        pass  # Both have said so, and that is no error.
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("You have met. Each of you can now write how it was."))
    return redirect("consult", relationship.pk, consult_id)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def meet_unplanned(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    def do(**words: Any) -> Appointment:
        try:
            return relationship.meet(None, by=me, **words)
        except NotItsTime:
            raise NotItsTime(_("That time has not come yet. You can plan an appointment for it.")) from None

    return _form_page(
        request,
        relationship,
        me,
        template="consult/unplanned.html",
        form_class=UnplannedForm,
        initial={"day": timezone.localdate(clock.now())},
        do=do,
        done=_("You have met. Each of you can now write how it was."),
    )


# --- The page with a form ---------------------------------------------------------------------------------


def _form_page(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    *,
    template: str,
    form_class: type[OnceForm],
    initial: dict[str, Any],
    do: Callable[..., Appointment],
    done: str,
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it says and go to the consult's page.

    `do` is the verb. Whatever goes wrong, the answer is this page with all that was typed.
    """
    form = form_class(initial=initial | {"submission": uuid.uuid4()})
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            try:
                made = do(**form.words)
            except SentAlready as refused:
                form = _sent_anew(request, form_class)
                form.add_error(None, str(refused))
            except CalledOffMeanwhile as refused:
                form = _sent_anew(request, form_class, seen=str(initial["seen"]))
                form.add_error(None, str(refused))
            except Refused as refused:
                is_of_the_time = isinstance(refused, OF_THE_TIME) and "day" in form.fields
                form.add_error("day" if is_of_the_time else None, str(refused))
            else:
                messages.success(request, done)
                _say_what_else_there_is(request, relationship, me, made, form.cleaned_data.get("seen"))
                return redirect("consult", relationship.pk, made.consult_id)
    return page(
        request,
        template,
        relationship,
        me,
        status=422 if form.is_bound else 200,
        form=form,
        zone=_zone(relationship, me),
        lengths=LENGTHS,
        **context,
    )


LENGTHS = (10, 15, 20, 30, 45, 60, 90)
"""How many minutes it often takes. Any other number can be typed."""


def _sent_anew(request: SignedInRequest, form_class: type[OnceForm], **known: str) -> OnceForm:
    """The same in a form that has not been sent before, with what its writer knows by now."""
    data = request.POST.copy()
    data["submission"] = str(uuid.uuid4())
    for name, value in known.items():
        data[name] = value
    form = form_class(data)
    form.is_valid()
    return form


AT_MOST_SAID = 3
"""How many other appointments at the same time are named."""


def _say_what_else_there_is(
    request: SignedInRequest, relationship: Relationship, me: Participant, made: Appointment, seen: int | None
) -> None:
    """What somebody wants to know who has just planned something, moved it or called it off. All of it stands."""
    if seen is not None:
        for said in _meanwhile(relationship, me, made, seen):
            messages.info(request, said)
    if made.is_planned:
        for said in _at_that_time(relationship, me, made)[:AT_MOST_SAID]:
            messages.info(request, said)


def _meanwhile(relationship: Relationship, me: Participant, made: Appointment, seen: int) -> list[str]:
    """What the other one did with it between the page that I saw and what I did."""
    between = relationship.appointments.filter(
        consult=made.consult_id, number__gt=seen, number__lt=made.number
    ).exclude(event__actor=me)
    theirs = between.order_by("number").last()
    them = relationship.facing(me)
    if theirs is None or them is None:
        return []
    told = {"name": them.short_name, "when": weekday_and_time(theirs.starts_at)}
    if theirs.is_called_off:
        return [_("%(name)s called it off while you were writing. Both are kept; yours stands.") % told]
    return [_("%(name)s moved it to %(when)s while you were writing. Both are kept; yours stands.") % told]


def _at_that_time(relationship: Relationship, me: Participant, made: Appointment) -> list[str]:
    """What else is planned then: in this journal, and in my other ones, of which no more is said.

    Never what the other one has planned elsewhere.
    """
    longest = dt.timedelta(minutes=LONGEST)
    near = Appointment.objects.of(me.person).between(made.starts_at - longest, made.ends_at)
    ended = Event.objects.filter(relationship=OuterRef("relationship"), verb=Verb.ENDED)
    planned = near.standing().planned().filter(~Exists(ended)).exclude(consult=made.consult_id)
    same = [one for one in planned.in_order() if one.overlaps(made)]
    here = [one for one in same if one.relationship_id == relationship.pk]
    said = [
        _("You already have an appointment together then: %(when)s.")
        % {"when": weekday_and_time(one.starts_at)}
        for one in here
    ]
    if len(same) > len(here):
        said.append(_("You have another appointment at that time."))
    return said
