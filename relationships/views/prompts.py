"""The questions and headings that the two are offered, and how they change them.

They are the two's, and not one's: what either changes is changed for both. Names are words too, so whoever opens this
page has read them; it holds none of them back, for it is opened for them.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
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
from relationships.errors import NotSound, Refused
from relationships.forms import NameForm, OnceForm
from relationships.models import Entry, Participant, Relationship
from relationships.views.pages import address_within, is_a_look, page
from relationships.views.words import words_page

KIND = kinds.Change.name
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
    there = doors.headings(doors.changes(relationship))
    return _add(request, relationship, me, there, kind=None)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, relationship: Relationship, me: Participant, kind: str) -> HttpResponse:
    """A question of their own, or a heading of what they may agree on."""
    found = next((one for one in doors.of_both() if doors.key(one.name) == kind), None)
    if found is None:
        raise Http404
    return _add(request, relationship, me, doors.of(found, doors.changes(relationship)), kind=found)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: SignedInRequest, relationship: Relationship, me: Participant, key: str) -> HttpResponse:
    offer, beside = _find(relationship, key)

    def share(words: dict[str, Any]) -> Entry:
        name = words.pop("text")
        if name == str(offer.says):
            mine = relationship.entries.shown_to(me).by(me).of_kind(KIND)
            sent: Entry | None = mine.filter(submission=words["submission"]).first()
            if sent:  # This form has called it so.
                return sent
            raise NotSound(_("It is called that already."))
        if not offer.is_own and name == str(offer.first_name):
            return _change(relationship, me, key, level="first_name", **words)
        if doors.are_called((one for one in beside if one != offer), name):
            raise NotSound(_("There is one with this name already."))
        return _change(relationship, me, key, name, **words)

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
    offer, _beside = _find(relationship, key)
    return _tap(request, relationship, me, offer, "dropped", is_so=offer.is_dropped)


@door
@require_POST
def offer_again(
    request: SignedInRequest, relationship: Relationship, me: Participant, key: str
) -> HttpResponse:
    offer, _beside = _find(relationship, key)
    return _tap(request, relationship, me, offer, "offered", is_so=not offer.is_dropped)


@door
@require_POST
def take_first_name(
    request: SignedInRequest, relationship: Relationship, me: Participant, key: str
) -> HttpResponse:
    """Back to our name for it, which each of the two reads in their own language."""
    offer, _beside = _find(relationship, key)
    return _tap(request, relationship, me, offer, "first_name", is_so=not offer.was)


# --- What a change writes ------------------------------------------------------------------------------


def _change(
    relationship: Relationship, me: Participant, key: str, name: str = "", *, level: str = "", **words: Any
) -> Entry:
    answers = {"door": {"level": level}} if level else None
    return relationship.write(by=me, kind=KIND, door=key, text=name, answers=answers, **words)


def _tap(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    offer: Offer,
    level: str,
    *,
    is_so: bool,
) -> HttpResponse:
    """A change in one tap. What is so already, perhaps because the other one did the same, is left as it is."""
    form = OnceForm(request.POST)
    shown = form.cleaned_data["submission"] if form.is_valid() else None
    # The page names itself once, for all the forms on it.
    submission = uuid.uuid5(shown, f"{offer.key} {level}") if shown else None
    if not is_so:
        try:
            _change(relationship, me, offer.key, level=level, submission=submission)
        except Refused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, _("Changed, for both of you."))
    return redirect(_place(relationship, offer.key))


def _add(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    there: Sequence[Offer],
    *,
    kind: type[kinds.Kind] | None,
) -> HttpResponse:
    def share(words: dict[str, Any]) -> Entry:
        name = words.pop("text")
        # Named by its form, so that the same form sent twice adds one.
        own = words["submission"].hex if words["submission"] else doors.new_name()
        added = doors.key(kind.name, own) if kind else own
        if doors.find_by_key(there, added) is None:
            if doors.are_called(there, name):
                raise NotSound(_("There is one with this name already."))
            if not doors.have_room(there):
                raise NotSound(_("There are enough of your own here. Give one another name, or leave it."))
        return _change(relationship, me, added, name, **words)

    return _name_page(request, relationship, me, "prompts/adding.html", share, kind=kind)


def _name_page(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    template: str,
    share: Any,
    **context: Any,
) -> HttpResponse:
    return words_page(
        request,
        relationship,
        me,
        template=template,
        form_class=NameForm,
        share=share,
        then=lambda change: _place(relationship, change.door),
        leave=reverse("prompts", args=[relationship.pk]),
        **context,
    )


def _find(relationship: Relationship, key: str) -> tuple[Offer, Sequence[Offer]]:
    """A question or heading that the two can change, and those that stand beside it."""
    changed = doors.changes(relationship)
    kind = next((one for one in doors.of_both() if key.startswith(f"{doors.key(one.name)}/")), None)
    beside = doors.of(kind, changed) if kind else doors.headings(changed)
    offer = doors.find_by_key(beside, key)
    if offer is None or offer.is_fixed:
        raise Http404
    return offer, beside


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
