"""Before we meet: one sheet to read, print or copy."""

import datetime as dt
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from relationships import clock, prose
from relationships.access import SignedInRequest, door
from relationships.agenda import before_one, before_the_next
from relationships.brief import NEW, selection
from relationships.forms import SinceForm
from relationships.models import Participant, Relationship
from relationships.views.dates import on_the_day_of
from relationships.views.excerpts import of_a_sheet
from relationships.views.fitting import Brief, Excerpt, fitted
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
    asked = form.is_bound and form.is_valid()
    return page(
        request,
        "record/brief.html",
        relationship,
        me,
        form=form,
        asked=request.GET.urlencode() if asked else "",
        copy=as_plain_text(relationship, sheet),
        **on_the_sheet(sheet),
    )


def _plain(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID | None
) -> HttpResponse:
    sheet = _brief(request, relationship, me, consult_id, SinceForm(request.GET or None))
    return HttpResponse(as_plain_text(relationship, sheet), content_type="text/plain; charset=utf-8")


def _brief(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    consult_id: uuid.UUID | None,
    form: SinceForm,
) -> Brief:
    consult, met = before_one(relationship, consult_id) if consult_id else before_the_next(relationship)
    if consult_id and consult is None:
        raise Http404
    sheet = fitted(selection(relationship, consult, met, reader=me, since=_asked(form)))
    if is_a_look(request):
        relationship.open(by=me, page=address_within(request, relationship), entries=sheet.shown)
    return sheet


def _asked(form: SinceForm) -> dt.datetime | None:
    day = form.cleaned_data["since"] if form.is_bound and form.is_valid() else None
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None


# --- As a sheet and as plain text ------------------------------------------------------------------------

LENGTH = 2_499
"""Of the plain text at most, in characters as a browser counts them: a field of a chart holds little more."""
LABEL = 16
"""Characters of the name before each line of it; the whole name stands above them."""
SIZES = [*((length, NEW) for length in (220, 120, 84, 60, 40, 24)), *((24, some) for some in (4, 2, 1, 0))]
"""How long a line is at most, and how many stand of what there may be many: the first size that fits is taken."""


def on_the_sheet(sheet: Brief) -> dict[str, Any]:
    """What the template of one sheet needs beside the frame."""
    now = clock.now()
    return {"brief": sheet, "said": of_a_sheet(sheet), "now": now}


def as_plain_text(relationship: Relationship, sheet: Brief) -> str:
    """The sheet for somebody's own chart: always short enough for one, and each line one person's."""
    frames: dict[int, _Frame] = {}
    text = ""
    for length, some in SIZES:
        if some not in frames:
            frames[some] = _Frame(relationship, sheet, some)
        text = frames[some].filled(length)
        if len(text.encode("utf-16-le")) // 2 <= LENGTH:
            break
    return text


class _Frame:
    """The plain text with so many of what there may be many, and marks where words go that may be cut shorter."""

    def __init__(self, relationship: Relationship, sheet: Brief, some: int) -> None:
        self.cuts: list[Callable[[int], str]] = []
        # Nobody can write it, so no name is taken for a mark.
        self.mark = secrets.token_hex(16)
        people = [
            {
                "name": _flat(person.participant.name),
                "side": person.participant.side_label,
                "called": _flat(person.participant.short_name),
                "pronounced": _flat(person.participant.pronounced),
                "pronouns": _flat(person.participant.pronouns),
                "label": _label(person.participant),
                "hopes": self._lines(person.hopes),
                "has_more_hopes": person.has_more_hopes,
                "care": self._lines(person.care),
            }
            for person in sheet.people
        ]
        where = _flat(sheet.consult.where) if sheet.consult else ""
        now = clock.now()
        context = {
            "brief": sheet,
            "now": now,
            "today": timezone.localdate(now),
            "relationship": relationship,
            "people": people,
            "matters": self._lines(sheet.matters),
            "arrivals": self._lines(one for person in sheet.people for one in person.arrivals),
            "new": self._lines(sheet.new[:some]),
            "more": sheet.more + len(sheet.new[some:]),
            "where": self._slot(lambda length: where[:length]) if where else "",
            "unconfirmed": self._lines(sheet.unconfirmed[:some]),
            "promises": self._lines(sheet.promises[:some]),
            "more_promises": sheet.more_promises + len(sheet.promises[some:]),
        }
        text = render_to_string("record/brief.txt", context)
        self.text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def filled(self, length: int) -> str:
        """With lines of at most so many characters."""
        pieces = re.split(f"{self.mark}:([0-9]+):", self.text)
        pieces[1::2] = [self.cuts[int(number)](length) for number in pieces[1::2]]
        return "".join(pieces)

    def _slot(self, cut: Callable[[int], str]) -> str:
        self.cuts.append(cut)
        return f"{self.mark}:{len(self.cuts) - 1}:"

    def _lines(self, excerpts: Iterable[Excerpt]) -> list[dict[str, Any]]:
        return [
            {
                "excerpt": excerpt,
                "label": _label(excerpt.entry.author),
                "said_on": on_the_day_of(excerpt.said_at, "DATE_FORMAT"),
                "words": self._slot(partial(_words, excerpt)),
            }
            for excerpt in excerpts
        ]


def _words(excerpt: Excerpt, length: int) -> str:
    words, is_cut = excerpt.line(length)
    return f"{words} […]" if is_cut else words


def _label(participant: Participant) -> str:
    return prose.cut(_flat(participant.short_name), LABEL)[0]


def _flat(name: str) -> str:
    """On one line: a name that goes on below could say something for the other."""
    return " ".join(name.split())
