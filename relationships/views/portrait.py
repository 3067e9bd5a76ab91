"""Who each of the two is, in their own words and perhaps with a picture, for whoever wants to read it.

A portrait is opened by its reader and never pushed: the page of both shows none of its words, and no other page does.
Its doors are one's own. What I leave out, rename or add is so on my page, and does not touch the other's.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relationships import doors, kinds
from relationships.access import SignedInRequest, door
from relationships.doors import Offer
from relationships.errors import Refused
from relationships.forms import NameForm, OnceForm, PictureForm
from relationships.models import Entry, Participant, Picture, Relationship
from relationships.models.picture import TooLarge
from relationships.standing import Standing, threads
from relationships.views.cards import Card, Deck
from relationships.views.pages import address_within, is_a_look, page
from relationships.views.words import words_page

KIND = kinds.Portrait.name
CHANGE = kinds.Change.name
NEWEST = 200
"""So many entries the page of one of them shows, and reads from the database."""
OF_WORK = ("work_why", "work_how", "work_hard")
"""The doors that stand together under a heading. They are offered to both."""


class VoiceInAddress:
    """`<voice:voice>` in an address: whose page it is, by the voice that their words have in this journal."""

    regex = "one|two"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


# --- The page of both ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Face:
    """One of the two as the page of both shows them: nothing of what they wrote."""

    seat: Participant
    has_words: bool
    has_picture: bool
    touched: dt.datetime | None
    """When they last wrote something there, put it differently or withdrew it."""


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    said = relationship.entries.of_kind(KIND).shown_to(me)
    standing = set(said.first_in_thread().not_withdrawn().values_list("author", flat=True).distinct())
    touched = dict(said.order_by().values_list("author").annotate(last=Max("written_at")))
    pictures = _pictures(relationship)
    faces = [
        Face(seat, seat.pk in standing, seat.pk in pictures, touched.get(seat.pk))
        for seat in relationship.seats
    ]
    theirs = next((face for face in faces if face.seat.pk != me.pk), None)
    return page(
        request,
        "portrait/index.html",
        relationship,
        me,
        faces=faces,
        # The one thing to do is to read the other; where there is nothing to read, to begin oneself.
        is_to_read=bool(theirs and theirs.has_words),
    )


# --- The page of one -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Part:
    """A heading of somebody's page, and what they wrote under it, the earliest first."""

    says: Promise | str
    offer: Offer | None = None
    """The door, where there is one: words that were told elsewhere first came by none."""
    cards: list[Card] = field(default_factory=list)
    gone: list[Card] = field(default_factory=list)
    """What was withdrawn."""
    named_by: Entry | None = None
    """The change that gave it its name."""
    is_held: bool = False
    """Whether the reader would like to open that name first, as they open words."""
    submission: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def anchor(self) -> str:
        return self.offer.name if self.offer else self.cards[0].anchor

    @property
    def is_of_work(self) -> bool:
        return self.offer is not None and self.offer.name in OF_WORK


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that stands on one's page, for one reader."""

    parts: list[Part]
    """One for each door, also those without words and those that were left out; then words without a door."""

    @property
    def cards(self) -> list[Card]:
        return [card for part in self.parts for card in part.cards]

    @property
    def gone(self) -> list[tuple[Part, Card]]:
        return [(part, card) for part in self.parts for card in part.gone]

    @property
    def touched(self) -> dt.datetime | None:
        all_of_it = [entry for card in self._all() for entry in card.standing.entries]
        return max((entry.written_at for entry in all_of_it), default=None)

    @property
    def is_held(self) -> bool:
        """Whether something waits to be opened."""
        return any(card.is_held for card in self.cards) or any(
            part.is_held for part in self.parts if part.cards or part.gone
        )

    def shown(self) -> Iterable[Entry]:
        """The entries whose words stand on the page, the names of its headings among them."""
        for part in self.parts:
            told = [*part.cards, *part.gone]
            for card in told:
                yield from card.shown()
            if told and part.named_by and not part.is_held:
                yield part.named_by

    def _all(self) -> Iterable[Card]:
        for part in self.parts:
            yield from part.cards
            yield from part.gone


@door
@require_safe
def show(request: SignedInRequest, relationship: Relationship, me: Participant, voice: str) -> HttpResponse:
    """The portrait of one of them, to read. Both can read both, and each sees their own as the other does."""
    seat = _seat(relationship, voice)
    # Whoever pauses before they open words opens all of this page at once, or each of its entries.
    portrait = _portrait(relationship, me, seat, is_open="open" in request.GET)
    if is_a_look(request):
        relationship.open(by=me, page=address_within(request, relationship), entries=portrait.shown())
    return page(
        request,
        "portrait/portrait.html",
        relationship,
        me,
        seat=seat,
        portrait=portrait,
        has_picture=seat.pk in _pictures(relationship),
    )


@door
@require_safe
def mine(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """One's own page, to write: what is offered, what stands there, and what was left out."""
    portrait = _portrait(relationship, me, me)
    there = [part for part in portrait.parts if not (part.offer and part.offer.is_dropped)]
    return page(
        request,
        "portrait/mine.html",
        relationship,
        me,
        portrait=portrait,
        parts=[part for part in there if not part.is_of_work],
        of_work=[part for part in there if part.is_of_work],
        left_out=[part for part in portrait.parts if part not in there],
        first=next((part.offer for part in there if part.offer), None),
        can_add=doors.have_room([part.offer for part in portrait.parts if part.offer]),
        has_picture=me.pk in _pictures(relationship),
    )


def _portrait(
    relationship: Relationship, me: Participant, seat: Participant, *, is_open: bool = False
) -> Portrait:
    changed = [one for one in _changes(relationship, me) if one.author_id == seat.pk]
    named_by = {one.door: one for one in changed if one.text}
    parts: dict[str, Part] = {}
    for offer in doors.of(kinds.Portrait, changed, seat):
        name = named_by.get(offer.key)
        is_held = (
            name is not None
            and (seat.pk != me.pk and name.read_at is None)
            and (me.person.pauses_first and not is_open)
        )
        says = (offer.was or _("A heading of their own")) if is_held else offer.says
        parts[offer.name] = Part(says, offer, named_by=name, is_held=is_held)
    deck = Deck(relationship, me)
    for standing in _said(relationship, me, seat):
        card = deck.card(standing, is_open=is_open)
        name_of = card.entry.door or f"/{card.label}"
        part = parts.get(name_of) or parts.setdefault(f"/{card.label}", Part(card.label))
        (part.gone if card.is_withdrawn else part.cards).append(card)
    return Portrait(list(parts.values()))


def _said(relationship: Relationship, me: Participant, seat: Participant) -> list[Standing]:
    """What somebody wrote on their page, in all its wordings and without its answers; the earliest first."""
    here = relationship.entries.of_kind(KIND).shown_to(me).by(seat)
    newest = here.first_in_thread().newest_first()[:NEWEST]
    rows = Entry.objects.in_threads_of(newest).of_kind(KIND).for_reading()
    return threads(relationship.with_authors(rows))[::-1]


def _changes(relationship: Relationship, me: Participant) -> list[Entry]:
    """What the two have changed of the doors of their pages, the first change first."""
    rows = relationship.entries.of_kind(CHANGE).shown_to(me).first_in_thread().not_withdrawn()
    rows = rows.filter(door__startswith=f"{KIND}/").for_reading().order_by("number")
    return relationship.with_authors(rows)


def _seat(relationship: Relationship, voice: str) -> Participant:
    seat = next((seat for seat in relationship.seats if seat.voice == voice), None)
    if seat is None:  # Nobody sits there yet.
        raise Http404
    return seat


# --- The doors of one's own page -----------------------------------------------------------------------


@door
@require_http_methods(["GET", "HEAD", "POST"])
def add_door(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """A heading of one's own."""
    share = partial(doors.add, relationship, _offers(relationship, me), by=me, under=f"{KIND}/")
    return _name_page(request, relationship, me, "portrait/adding.html", share)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def rename_door(
    request: SignedInRequest, relationship: Relationship, me: Participant, name: str
) -> HttpResponse:
    offer = _find(relationship, me, name)
    share = partial(doors.rename, relationship, _offers(relationship, me), offer.key, by=me)
    return _name_page(
        request,
        relationship,
        me,
        "portrait/renaming.html",
        share,
        initial={"text": str(offer.says)},
        offer=offer,
    )


@door
@require_POST
def leave_out(
    request: SignedInRequest, relationship: Relationship, me: Participant, name: str
) -> HttpResponse:
    """Not offered to me any more. What I wrote there stays where it is."""
    return _tap(request, relationship, me, name, "dropped")


@door
@require_POST
def offer_again(
    request: SignedInRequest, relationship: Relationship, me: Participant, name: str
) -> HttpResponse:
    return _tap(request, relationship, me, name, "offered")


def _tap(
    request: SignedInRequest, relationship: Relationship, me: Participant, name: str, level: str
) -> HttpResponse:
    """A change in one tap. What is so already, because it was tapped twice, is left as it is."""
    offer = _find(relationship, me, name)
    form = OnceForm(request.POST)
    submission = form.cleaned_data["submission"] if form.is_valid() else None
    offers = _offers(relationship, me)
    try:
        if doors.set_level(relationship, offers, offer.key, level, by=me, submission=submission):
            left_out = level == "dropped"
            messages.success(request, _("Left out.") if left_out else _("It is offered to you again."))
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect(_place(relationship, name))


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
        then=lambda change: _place(relationship, change.door.partition("/")[2]),
        leave=reverse("portrait-mine", args=[relationship.pk]),
        **context,
    )


def _offers(relationship: Relationship, me: Participant) -> doors.Offers:
    return lambda: doors.of(kinds.Portrait, _changes(relationship, me), me)


def _find(relationship: Relationship, me: Participant, name: str) -> Offer:
    """A door of my own page. That the other one has one of that name makes it none of mine."""
    offer = doors.find(_offers(relationship, me)(), name)
    if offer is None:
        raise Http404
    return offer


def _place(relationship: Relationship, name: str) -> str:
    return reverse("portrait-mine", args=[relationship.pk]) + f"#door-{name}"


# --- The picture ---------------------------------------------------------------------------------------


@door
@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """Show a picture of oneself, show another one, or take it away. It is no act of the record."""
    leave = reverse("portrait-mine", args=[relationship.pk])
    form = PictureForm()
    if request.method == "POST" and request.POST.get("do") == "take-away":
        Picture.take_away(by=me)
        messages.success(request, _("Your picture is gone. No copy of it is kept here."))
        return redirect(leave)
    if request.method == "POST":
        form = PictureForm(request.POST, request.FILES)
        if getattr(request, "sent_too_much", False):  # It was not taken (`config.uploads`).
            form.errors["picture"] = form.error_class([str(TooLarge())])
        elif form.is_valid():
            try:
                Picture.show(form.cleaned_data["picture"], by=me)
            except Refused as refused:
                form.add_error("picture", str(refused))
            else:
                messages.success(request, _("This is your picture now."))
                return redirect(leave)
    return page(
        request,
        "portrait/picture.html",
        relationship,
        me,
        status=422 if form.errors else 200,
        form=form,
        has_picture=me.pk in _pictures(relationship),
        leave=leave,
    )


@door
@require_safe
def picture_of(
    request: SignedInRequest, relationship: Relationship, me: Participant, voice: str
) -> HttpResponse:
    """The picture itself, for a page of ours to show. To look at its address is to save it, and to run nothing."""
    found = Picture.objects.filter(relationship=relationship, participant=_seat(relationship, voice)).first()
    if found is None:
        raise Http404
    return HttpResponse(
        bytes(found.image),
        content_type="image/jpeg",
        headers={
            "Content-Disposition": 'attachment; filename="picture.jpg"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _pictures(relationship: Relationship) -> set[uuid.UUID]:
    """Whose picture there is, without the pictures."""
    return set(relationship.pictures.values_list("participant", flat=True))
