"""One entry: its words, how they changed, what was answered, and who did what when."""

import datetime as dt
import time
import uuid
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from relationships import erasing, kinds, wording
from relationships.access import SignedInRequest, door
from relationships.models import Bearing, Entry, Participant, Relationship, Retelling
from relationships.standing import Standing, threads
from relationships.views.cards import Deck
from relationships.views.pages import address_within, is_a_look, page


@door
@require_safe
def show(
    request: SignedInRequest, relationship: Relationship, me: Participant, entry_id: uuid.UUID
) -> HttpResponse:
    entry = find(relationship, me, entry_id)
    thread = whole_thread(relationship, entry)
    standing = thread.find(entry)
    if (
        standing is None or standing.entry != entry
    ):  # A correction or a withdrawal: it stands on the page of the entry that it is about.
        return redirect("entry", relationship.pk, entry.about_id)
    kind = kinds.get(entry.kind)
    if not kind.is_words:  # It is what it does on its own page.
        return redirect(entry.page, relationship.pk)
    card = Deck(relationship, me).card(standing, is_open=True)
    is_open = not relationship.is_ended and is_open_to_both(relationship, entry)
    card.can_answer = is_open and kind.is_answered
    if is_a_look(request):
        shown = [*standing.entries, *card.shown()]
        relationship.open(by=me, page=address_within(request, relationship), entries=shown)
    return page(
        request,
        "record/entry.html",
        relationship,
        me,
        card=card,
        can_change=is_open and card.is_mine and not standing.withdrawal,
        can_correct=not kind.questions and not entry.is_erased,
        can_tell=may_be_told(standing, me),
        is_told_elsewhere=is_told_elsewhere(entry, me),
        going=_going(standing),
        wordings=history(standing),
        thread=thread if thread is not standing else None,
    )


@dataclass(frozen=True, slots=True)
class Going:
    """What was announced of words that the law wants gone."""

    on: dt.date
    reason: str


def _going(standing: Standing) -> Going | None:
    """Until they are: then they say it themselves. The words with which it was withdrawn stand there too."""
    for one in filter(None, (standing.entry, standing.withdrawal)):
        told = None if one.is_erased else erasing.announcement(one)
        if told:
            return Going(dt.date.fromisoformat(told.details["on"]), told.details["reason"])
    return None


def find(relationship: Relationship, me: Participant, entry_id: uuid.UUID) -> Entry:
    """An entry of this relationship that I may see, or the same 404 as for one that does not exist."""
    entry = relationship.entries.shown_to(me).filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    return relationship.with_authors([entry])[0]


def is_open_to_both(relationship: Relationship, entry: Entry) -> bool:
    """Whether it can be talked about: what opens together can, once both have written theirs."""
    if not kinds.get(entry.kind).opens_together:
        return True
    both = relationship.entries.filter(kind=entry.kind, consult=entry.consult_id)
    return both.values("author").distinct().count() > 1


def may_be_told(standing: Standing, me: Participant) -> bool:
    """One's own words, of a kind that stands by itself and belongs to no consult."""
    kind = kinds.get(standing.entry.kind)
    return (
        standing.entry.author_id == me.pk
        and standing.withdrawal is None
        and not kind.bears
        and kind.is_told_elsewhere
    )


def is_told_elsewhere(entry: Entry, me: Participant) -> bool:
    """Whether its author has told it elsewhere too: for their own eyes."""
    return entry.author_id == me.pk and Retelling.objects.filter(entry=entry).exists()


def find_changeable(relationship: Relationship, me: Participant, entry_id: uuid.UUID) -> Entry:
    """An entry of one's own that can still be changed; anything else is not found here."""
    entry = find(relationship, me, entry_id)
    is_a_wording = entry.bearing in (Bearing.CORRECTS, Bearing.WITHDRAWS)
    if entry.author != me or is_a_wording or not kinds.get(entry.kind).is_words:
        raise Http404
    return entry


def whole_thread(relationship: Relationship, entry: Entry) -> Standing:
    said = relationship.entries.filter(thread=entry.thread_id).for_cutting().order_by("number")
    return threads(relationship.with_authors(said))[0]


def standing_of(relationship: Relationship, entry: Entry) -> Standing:
    """How this entry stands, or the one that it is a wording of."""
    standing = whole_thread(relationship, entry).find(entry)
    if standing is None:
        raise Http404
    return standing


@dataclass(frozen=True, slots=True)
class Wording:
    entry: Entry
    differences: list[wording.Difference]
    """From the wording before, word by word; none for the first, nor where it would take too long."""


def history(standing: Standing) -> list[Wording]:
    """Every wording, the newest first, each beside what changed in it.

    All comparisons share the time of one, so that no number of corrections holds the page up.
    """
    newest_first = standing.wordings[::-1]
    befores: list[Entry | None] = [*newest_first[1:], None]
    end = time.thread_time() + wording.SECONDS
    return [
        Wording(
            entry,
            _differences(before, entry, seconds=end - time.thread_time()) if before else [],
        )
        for entry, before in zip(newest_first, befores, strict=True)
    ]


def _differences(before: Entry, after: Entry, *, seconds: float) -> list[wording.Difference]:
    """In the words as they are read. Where only a mark of layout changed, there is no word to point to."""
    return (
        [] if before.words == after.words else wording.differences(before.words, after.words, seconds=seconds)
    )
