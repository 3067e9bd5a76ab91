"""The questions and headings that the two are offered, and how they change them.

They are the two's, and not one's: what either changes is changed for both. Names are words too, so whoever opens this
page has read them; it holds none of them back, for it is opened for them.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relationships import doors, kinds
from relationships.access import SignedInRequest, door
from relationships.doors import Offer
from relationships.errors import Refused
from relationships.forms import NameForm, OnceForm
from relationships.models import Entry, Participant, Relationship
from relationships.views.pages import address_within, is_a_look, page
from relationships.views.words import words_page

NEWEST = 50
"""So many changes the page tells of; all of them stand in “What happened here”."""


class KeyInAddress:
    """`<prompt:key>` in an address: how a change names a door (`value/most`) or a heading (`value`)."""

    regex = "[a-z0-9_]+(?:/[a-z0-9_]+)?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    changed = doors.changes(relationship)
    steps = doors.steps(changed)
    told = steps[-NEWEST:][::-1]
    sections = _sections(changed)
    if is_a_look(request):
        names = _names(sections)
        here = [step.change for step in steps if step in told or step.change.text in names]
        relationship.open(by=me, page=address_within(request, relationship), entries=here)
    return page(
        request,
        "prompts/prompts.html",
        relationship,
        me,
        sections=sections,
        steps=[Told(step) for step in told],
        can_add=doors.have_room(doors.headings(changed)),
        submission=uuid.uuid4(),
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create_heading(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """A heading of their own, to write under."""
    return _add(request, relationship, me, kind=None)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, relationship: Relationship, me: Participant, kind: str) -> HttpResponse:
    """A question of their own, or a heading of what they may agree on."""
    found = next((one for one in doors.of_both() if doors.key(one.name) == kind), None)
    if found is None:
        raise Http404
    return _add(request, relationship, me, kind=found)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: SignedInRequest, relationship: Relationship, me: Participant, key: str) -> HttpResponse:
    offer, offers = _find(relationship, key)
    share = partial(doors.rename, relationship, offers, key, by=me)
    return _name_page(
        request,
        relationship,
        me,
        "prompts/renaming.html",
        share,
        initial={"text": str(offer.says)},
        offer=offer,
    )


@door
@require_POST
def leave_out(
    request: SignedInRequest, relationship: Relationship, me: Participant, key: str
) -> HttpResponse:
    return _tap(request, relationship, me, key, "dropped")


@door
@require_POST
def offer_again(
    request: SignedInRequest, relationship: Relationship, me: Participant, key: str
) -> HttpResponse:
    return _tap(request, relationship, me, key, "offered")


@door
@require_POST
def take_first_name(
    request: SignedInRequest, relationship: Relationship, me: Participant, key: str
) -> HttpResponse:
    """Back to our name for it, which each of the two reads in their own language."""
    return _tap(request, relationship, me, key, "first_name")


# --- What a change writes ------------------------------------------------------------------------------


def _tap(
    request: SignedInRequest, relationship: Relationship, me: Participant, key: str, level: str
) -> HttpResponse:
    """A change in one tap. What is so already, perhaps because the other one did the same, is left as it is."""
    _offer, offers = _find(relationship, key)
    form = OnceForm(request.POST)
    shown = form.cleaned_data["submission"] if form.is_valid() else None
    # The page names itself once, for all the forms on it.
    submission = uuid.uuid5(shown, f"{key} {level}") if shown else None
    try:
        if doors.set_level(relationship, offers, key, level, by=me, submission=submission):
            messages.success(request, _("Changed, for both of you."))
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect(_place(relationship, key))


def _add(
    request: SignedInRequest, relationship: Relationship, me: Participant, *, kind: type[kinds.Kind] | None
) -> HttpResponse:
    under = f"{doors.key(kind.name)}/" if kind else ""
    share = partial(doors.add, relationship, _offers(relationship, kind), by=me, under=under)
    return _name_page(request, relationship, me, "prompts/adding.html", share, kind=kind)


def _name_page(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    template: str,
    share: Callable[..., Entry],
    **context: Any,
) -> HttpResponse:
    return words_page(
        request,
        relationship,
        me,
        template=template,
        form_class=NameForm,
        share=lambda words: share(**words),
        then=lambda change: _place(relationship, change.door),
        leave=reverse("prompts", args=[relationship.pk]),
        **context,
    )


def _offers(relationship: Relationship, kind: type[kinds.Kind] | None) -> doors.Offers:
    """The questions of a kind, or without one the headings."""

    def now() -> list[Offer]:
        changed = doors.changes(relationship)
        return doors.of(kind, changed) if kind else doors.headings(changed)

    return now


def _find(relationship: Relationship, key: str) -> tuple[Offer, doors.Offers]:
    """A question or heading that the two can change, and those that stand beside it."""
    kind = next((one for one in doors.of_both() if key.startswith(f"{doors.key(one.name)}/")), None)
    offers = _offers(relationship, kind)
    offer = doors.find_by_key(offers(), key)
    if offer is None or offer.is_fixed:
        raise Http404
    return offer, offers


def _place(relationship: Relationship, key: str) -> str:
    return reverse("prompts", args=[relationship.pk]) + f"#prompt-{key.replace('/', '-')}"


# --- What the page shows -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its questions."""

    heading: Offer
    questions: list[Offer]
    adds_to: str
    """How the address calls the kind that a question can be added to; empty where none can."""
    has_room: bool
    is_written: bool
    """Whether the page for writing offers it, so that it can be changed itself."""
    has_headings: bool = False
    """Whether what it is asked by are headings, and not questions."""


def _sections(changed: Sequence[Entry]) -> list[Section]:
    by_kind = {kind.name: kind for kind in doors.of_both()}
    found = []
    for heading in doors.headings(changed):
        kind = by_kind.pop(heading.kind, None)
        found.append(_section(heading, kind, changed, is_written=True))
    for kind in by_kind.values():  # Those that have pages of their own.
        found.append(_section(Offer(kind.name, "", kind.label), kind, changed, is_written=False))
    return found


def _section(
    heading: Offer, kind: type[kinds.Kind] | None, changed: Sequence[Entry], *, is_written: bool
) -> Section:
    questions = doors.of(kind, changed) if kind else []
    adds_to = doors.key(kind.name) if kind else ""
    return Section(heading, questions, adds_to, doors.have_room(questions), is_written, not is_written)


def _names(sections: Sequence[Section]) -> set[str]:
    """Every name that stands on the page."""
    offers = [offer for section in sections for offer in (section.heading, *section.questions)]
    return {str(offer.says) for offer in offers}


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the page tells it."""

    step: doors.Step

    @property
    def change(self) -> Entry:
        return self.step.change

    @property
    def level(self) -> str:
        if self.step.before is None:
            return "added"
        if self.change.text:
            return "renamed"
        return str((self.change.answers or {}).get("door", {}).get("level", ""))
