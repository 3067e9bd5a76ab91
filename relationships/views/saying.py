"""Whatever can be said on a page of its own: the registry of kinds tells what, of whom and of what."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships import doors, kinds
from relationships.access import SignedInRequest, door
from relationships.errors import RenamedMeanwhile, RewordedMeanwhile
from relationships.forms import CloseForm, OneLineForm, WordsForm
from relationships.models import Bearing, Entry, Participant, Relationship
from relationships.standing import Standing
from relationships.views import values
from relationships.views.cards import Deck
from relationships.views.entry import find, standing_of
from relationships.views.pages import address_within, is_a_look
from relationships.views.words import address_of, words_page


class KindInAddress:
    """`<kind:kind>` in an address: the name of a kind that has such a page."""

    regex = "[a-z_]+"

    def to_python(self, value: str) -> type[kinds.Kind]:
        try:
            kind = kinds.get(value)
        except KeyError as error:
            raise ValueError from error
        if not kind.is_said_by_itself:
            raise ValueError
        return kind

    def to_url(self, value: type[kinds.Kind] | str) -> str:
        return value if isinstance(value, str) else value.name


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    kind: type[kinds.Kind],
    name: str = "",
) -> HttpResponse:
    """Something of one's own; `name` is that of the door it is written by, for a kind that has doors."""
    offer = _offer(relationship, me, kind, name)
    heading = offer.heading if offer else ""

    def share(words: dict[str, Any]) -> Entry:
        # Words are written under the name that their page showed, and under no other.
        if request.POST.get("heading", heading) != heading:
            raise RenamedMeanwhile
        return relationship.write(by=me, kind=kind.name, door=name, heading=heading, **words)

    before = _to_begin_with(request, relationship, me, kind)
    if before and is_a_look(request):
        relationship.open(by=me, page=address_within(request, relationship), entries=[before])
    return words_page(
        request,
        relationship,
        me,
        template=_templates(kind),
        form_class=OneLineForm if kind.longest_line else WordsForm,
        share=share,
        then=lambda entry: _page_of(relationship, me, entry),
        initial={"text": before.text} if before else None,
        kind=kind,
        offer=offer,
        leave=reverse(kind.page, args=[relationship.pk]),
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create_about(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    entry_id: uuid.UUID,
    kind: type[kinds.Kind],
) -> HttpResponse:
    """Something said of an earlier entry, in a tap or with words beside it."""
    entry = find(relationship, me, entry_id)
    standing = standing_of(relationship, entry)
    if not _may_be_said(kind, standing, me):
        raise Http404
    if standing.withdrawal and request.method != "POST":
        return redirect("entry", relationship.pk, standing.entry.pk)
    about = wording_seen(request, standing) if kind.of_the_wording else standing.entry

    def share(words: dict[str, Any]) -> Entry:
        if about is None:
            raise RewordedMeanwhile
        return relationship.answer(about, by=me, kind=kind.name, **words)

    if is_a_look(request):  # Whoever opens words in order to say something of them has read them.
        relationship.open(by=me, page=f"entry/{standing.entry.pk}/", entries=standing.entries)
    response = words_page(
        request,
        relationship,
        me,
        template=_templates(kind),
        form_class=WordsForm if kind.needs_words else CloseForm,
        share=share,
        then=lambda said: _page_of(relationship, me, standing.entry, said),
        kind=kind,
        card=Deck(relationship, me).card(standing.alone(), is_open=True),
        wording=standing.current.pk if kind.of_the_wording else None,
        is_closed=bool(standing.closing),
        # Asked for by the form only, which what was shared does without.
        leave=lambda: _page_of(relationship, me, standing.entry),
    )
    if request.method == "POST" and response.status_code != HTTPStatus.FOUND:
        # The page shows the wording that holds now, perhaps another one than was shown before.
        relationship.open(by=me, page=f"entry/{standing.entry.pk}/", entries=standing.entries)
    return response


def wording_seen(request: HttpRequest, standing: Standing) -> Entry | None:
    """The wording that the form's page showed; None where the form does not say, or names another."""
    seen = request.POST.get("wording", "")
    return next((one for one in standing.wordings if str(one.pk) == seen), None)


def is_door(
    relationship: Relationship, me: Participant, kind: type[kinds.Kind], name: str, **_ids: object
) -> bool:
    """Whether something can be written by a door of this name."""
    offers = doors.of(kind, doors.changes(relationship, me), me)
    return not kind.bears and doors.find(offers, name) is not None


def _templates(kind: type[kinds.Kind]) -> list[str]:
    """Its own page, or one with as large a box as it needs."""
    is_short = bool(kind.longest_line) or not kind.needs_words
    return [f"saying/{kind.name}.html", "saying/short.html" if is_short else "saying/base.html"]


def _may_be_said(kind: type[kinds.Kind], standing: Standing, me: Participant) -> bool:
    is_mine = standing.entry.author_id == me.pk
    return (
        bool(kind.bears)
        and (not kind.about or standing.entry.kind in kind.about)
        and not (kind.of_author_only and not is_mine)
        and not (kind.of_other_only and is_mine)
    )


def _offer(
    relationship: Relationship, me: Participant, kind: type[kinds.Kind], name: str
) -> doors.Offer | None:
    if kind.bears or bool(kind.doors) != bool(name):
        raise Http404
    if not name:
        return None
    offer = doors.find(doors.of(kind, doors.changes(relationship, me), me), name)
    if offer is None:
        raise Http404
    return offer


def _to_begin_with(
    request: SignedInRequest, relationship: Relationship, me: Participant, kind: type[kinds.Kind]
) -> Entry | None:
    """The wording that somebody would like to change and not write anew, if the address names one (`?from=`)."""
    try:
        asked = uuid.UUID(request.GET.get("from", ""))
    except ValueError:
        return None
    entry = find(relationship, me, asked)
    if entry.kind != kind.name or entry.bearing not in ("", Bearing.CORRECTS):
        raise Http404
    return next(one for one in standing_of(relationship, entry).wordings if one == entry)


def _page_of(relationship: Relationship, me: Participant, entry: Entry, said: Entry | None = None) -> str:
    """Where an entry stands. What was `said` of one that has no page but the record stands in its thread."""
    if entry.kind in values.HEADINGS:
        return values.address_of(relationship, me, entry)
    page = kinds.get(entry.kind).page
    if page == "record" and said:
        return address_of(said)
    return reverse(page, args=[relationship.pk]) + f"#entry-{entry.pk}"
