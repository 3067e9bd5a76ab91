"""Who will do what by when: promised, kept, released, or moved to another day."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from relationships import prose
from relationships.access import SignedInRequest, door
from relationships.forms import CloseForm, MoveForm, PromiseForm, WordsForm
from relationships.models import Bearing, Consult, Entry, Participant, Relationship
from relationships.standing import Standing, threads
from relationships.views.cards import Deck, by_when
from relationships.views.entry import find, standing_of
from relationships.views.pages import is_a_look
from relationships.views.words import address_of, words_page

LINE = 64
"""How much of a promise stands on one line, in characters."""
ON_A_PAGE = 5
"""How many open ones stand above the record."""

MOST = 100
"""Of so many open ones, the newest, the soonest stand there."""

# Put together once, as in `access`. Those of anybody that are open; and how promises stand, without what was
# said about them besides.
OPEN = Entry.objects.of_kind("promise").first_in_thread().not_withdrawn().open_still().newest_first()
TOLD = Entry.objects.for_cutting().filter(
    Q(about=None) | Q(bearing__in=[Bearing.CORRECTS, Bearing.WITHDRAWS]) | Q(kind="moved")
)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """A promise of one's own, perhaps as part of a consult, and then back to where it was made."""
    asked = request.POST if request.method == "POST" else request.GET
    consult = _consult(relationship, asked.get("consult", ""))
    room = (
        reverse("room", args=[relationship.pk, consult.pk])
        if consult and asked.get("back") == "room"
        else None
    )
    return words_page(
        request,
        relationship,
        me,
        template="promise/promise.html",
        form_class=PromiseForm,
        share=lambda words: relationship.write(by=me, kind="promise", consult=consult, **words),
        then=lambda entry: room or address_of(entry),
        consult=consult,
        room=room,
    )


@door
@require_http_methods(["GET", "HEAD", "POST"])
def keep(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Either of the two may say that it is kept."""
    promise = _find(relationship, me, entry_id)
    return _tell(request, relationship, me, promise, kind="kept", form_class=CloseForm)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def release(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Either of the two may say that it need not be done any more."""
    promise = _find(relationship, me, entry_id)
    return _tell(request, relationship, me, promise, kind="released", form_class=CloseForm)


@door
@require_http_methods(["GET", "HEAD", "POST"])
def move(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    """Only whoever promised it says by when; the other one finds no such page."""
    promise = _find(relationship, me, entry_id)
    if promise.author_id != me.pk:
        raise Http404
    return _tell(request, relationship, me, promise, kind="moved", form_class=MoveForm)


def _tell(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    promise: Entry,
    *,
    kind: str,
    form_class: type[WordsForm],
) -> HttpResponse:
    standing = standing_of(relationship, promise)
    if standing.withdrawal and request.method != "POST":
        return redirect("entry", relationship.pk, promise.pk)
    if is_a_look(request):  # Whoever opens a promise in order to say that it is kept has read it.
        relationship.open(by=me, page=f"entry/{promise.pk}/", entries=standing.entries)
    return words_page(
        request,
        relationship,
        me,
        template=f"promise/{kind}.html",
        form_class=form_class,
        share=lambda words: relationship.answer(promise, by=me, kind=kind, **words),
        # With what closed it, and without what was said about it.
        card=Deck(relationship, me).card(
            standing.alone(*[standing.closing] if standing.closing else []), is_open=True
        ),
        is_closed=bool(standing.closing),
    )


def _find(relationship: Relationship, me: Participant, entry_id: uuid.UUID) -> Entry:
    """A promise as first written; anything else is not found here."""
    entry = find(relationship, me, entry_id)
    if entry.kind != "promise" or entry.bearing:
        raise Http404
    return entry


def _consult(relationship: Relationship, asked: str) -> Consult | None:
    """The consult that was named, none where nothing like one was, and 404 for what does not belong here."""
    try:
        key = uuid.UUID(asked)
    except ValueError:
        return None
    consult: Consult | None = relationship.consults.filter(pk=key).first()
    if consult is None:
        raise Http404
    return consult


# --- The open ones, one line each -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promised:
    """An open promise on one line."""

    standing: Standing
    words: str
    is_cut: bool
    by_when: str

    @property
    def entry(self) -> Entry:
        return self.standing.entry

    @classmethod
    def of(cls, standing: Standing) -> "Promised":
        words, is_cut = prose.cut(" ".join(standing.current.words.split()), LINE)
        return cls(standing, words, is_cut, by_when(standing.due_on))


def soonest_first(entries: Iterable[Entry]) -> list[Promised]:
    """The promises that `TOLD` brought, each as it stands; those without a day come last."""
    standing = [one for one in threads(entries) if one.entry.about_id is None]
    standing.sort(key=lambda one: (one.due_on or dt.date.max, one.entry.written_at, one.entry.number))
    return [Promised.of(one) for one in standing]


def open_promises(relationship: Relationship, me: Participant) -> tuple[list[Promised], bool]:
    """What both have promised, the soonest first, and whether there is more; in one query.

    Whoever likes to choose when to open new words does not meet them here.
    """
    firsts = OPEN.filter(relationship=relationship).shown_to(me)[:MOST]
    promises = soonest_first(relationship.with_authors(TOLD.in_threads_of(firsts)))
    if me.person.pauses_first:
        promises = [one for one in promises if one.entry.author_id == me.pk or _is_read(one.standing)]
    return promises[:ON_A_PAGE], len(promises) > ON_A_PAGE


def _is_read(standing: Standing) -> bool:
    return all(wording.read_at for wording in standing.wordings)
