"""Before we meet: one sheet to read, print or copy."""

import datetime as dt
import uuid

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from relationships import clock
from relationships.access import SignedInRequest, door
from relationships.agenda import agenda
from relationships.brief import Brief, brief
from relationships.forms import SinceForm
from relationships.models import Participant, Relationship
from relationships.views.pages import address_within, is_a_look, page


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """The sheet for the next consult; where none is planned, for whenever it will be."""
    return _page(request, relationship, me, None)


@door
@require_safe
def of_a_consult(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    return _page(request, relationship, me, consult_id)


@door
@require_safe
def as_text(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """The same words as plain text, for a chart."""
    return _plain(request, relationship, me, None)


@door
@require_safe
def of_a_consult_as_text(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    return _plain(request, relationship, me, consult_id)


def _page(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID | None
) -> HttpResponse:
    form = SinceForm(request.GET or None)
    sheet = _brief(request, relationship, me, consult_id, form)
    form.initial["since"] = timezone.localdate(sheet.since)
    return page(
        request,
        "record/brief.html",
        relationship,
        me,
        form=form,
        brief=sheet,
        copy=_text(relationship, sheet),
    )


def _plain(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID | None
) -> HttpResponse:
    sheet = _brief(request, relationship, me, consult_id, SinceForm(request.GET or None))
    return HttpResponse(_text(relationship, sheet), content_type="text/plain; charset=utf-8")


def _brief(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    consult_id: uuid.UUID | None,
    form: SinceForm,
) -> Brief:
    diary = agenda(relationship)
    consult = diary.find(consult_id) if consult_id else diary.next
    if consult_id and consult is None:
        raise Http404
    sheet = brief(relationship, diary, consult, reader=me, since=_asked(form))
    if is_a_look(request):
        relationship.open(by=me, page=address_within(request, relationship), entries=sheet.shown)
    return sheet


def _asked(form: SinceForm) -> dt.datetime | None:
    day = form.cleaned_data["since"] if form.is_bound and form.is_valid() else None
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None


def _text(relationship: Relationship, sheet: Brief) -> str:
    context = {"relationship": relationship, "seats": relationship.seats, "brief": sheet, "now": clock.now()}
    return render_to_string("record/brief.txt", context).strip() + "\n"
