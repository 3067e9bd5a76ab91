"""Before we meet: one sheet to read, print or copy."""

import datetime as dt

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from relationships import clock
from relationships.access import SignedInRequest, door
from relationships.brief import Brief, brief
from relationships.forms import SinceForm
from relationships.models import Participant, Relationship, Verb
from relationships.models.relationship import LATELY
from relationships.views.pages import is_a_look, page

A_WHILE = dt.timedelta(days=30)
ADDRESS = "brief/"


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    form = SinceForm(request.GET or None)
    sheet = _brief(request, relationship, me, form)
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


@door
@require_safe
def as_text(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """The same words as plain text, for a chart."""
    sheet = _brief(request, relationship, me, SinceForm(request.GET or None))
    return HttpResponse(_text(relationship, sheet), content_type="text/plain; charset=utf-8")


def _brief(request: SignedInRequest, relationship: Relationship, me: Participant, form: SinceForm) -> Brief:
    since = _asked(form) or _last_look(me)
    sheet = brief(relationship, since, reader=me)
    if is_a_look(request):
        relationship.open(by=me, page=ADDRESS, entries=sheet.shown)
    return sheet


def _asked(form: SinceForm) -> dt.datetime | None:
    day = form.cleaned_data["since"] if form.is_bound and form.is_valid() else None
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None


def _last_look(me: Participant) -> dt.datetime:
    """When I last looked, this look left out; or a while ago, where that is longer ago than I can tell."""
    now = clock.now()
    last = (
        me.events.filter(verb=Verb.OPENED, page__in=["", ADDRESS], at__lt=now - LATELY)
        .order_by("-number")
        .first()
    )
    return last.at if last else now - A_WHILE


def _text(relationship: Relationship, sheet: Brief) -> str:
    context = {"relationship": relationship, "seats": relationship.seats, "brief": sheet, "now": clock.now()}
    return render_to_string("record/brief.txt", context).strip() + "\n"
