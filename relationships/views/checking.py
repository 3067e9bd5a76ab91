"""Whether anything was changed: what somebody kept elsewhere, held against what stands here now."""

import uuid
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from relationships import exports, heads, kinds, verifier
from relationships.access import SignedInRequest, door
from relationships.forms import CheckCopyForm, CheckNoteForm, CheckPaperForm
from relationships.models import Participant, Relationship
from relationships.verification import first_fault
from relationships.views.pages import page

COUNTED_HERE = 20_000
"""Acts that a page recounts. A longer record is compared, and counted by `manage.py verify_record`."""
UNPACKED = 64 * 1024 * 1024
"""Of a copy that somebody sends, in bytes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it, in one sentence and, where there is more to say, a second one.

    `fits` is None where nothing can be said: what was given is of something else. `look_at` is what somebody may have
    got wrong themselves, and is asked to look at before they think of anybody else.
    """

    fits: bool | None
    said: str
    also: str = ""
    look_at: str = ""


@door
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    by = request.POST.get("by")
    note = CheckNoteForm(request.POST if by == "note" else None)
    paper = CheckPaperForm(request.POST if by == "paper" else None)
    sent = (request.POST, request.FILES) if by == "copy" else (None, None)
    copy = CheckCopyForm(
        *sent,
        is_too_large=getattr(request, "sent_too_much", False),
    )
    asked = next((form for form in (note, paper, copy) if form.is_bound), None)
    answer = None
    if asked and asked.is_valid():
        answer = _answer(relationship, me, note, paper, copy)
    number, digest = relationship.head_number, relationship.head_digest
    return page(
        request,
        "record/checking.html",
        relationship,
        me,
        status=422 if asked and asked.errors else 200,
        form=asked,
        note_form=note,
        paper_form=paper,
        copy_form=copy,
        answer=answer,
        note=heads.note(relationship.pk, number, digest),
        key=heads.verifier_key(relationship.pk),
        program=exports.verifier_digest(),
    )


def _answer(
    relationship: Relationship,
    me: Participant,
    note: CheckNoteForm,
    paper: CheckPaperForm,
    copy: CheckCopyForm,
) -> Answer:
    if note.is_bound:
        return _of_notes(relationship, me, note.cleaned_data["note"])
    if copy.is_bound:
        return _of_a_copy(relationship, me, copy)
    number, digits = paper.cleaned_data["number"], paper.cleaned_data["fingerprint"]
    misfit = _misfit(relationship, number, digits)
    look_at = _("Look first whether each letter and digit is as it stands on your paper.")
    return Answer(False, misfit, look_at=look_at) if misfit else _whole(relationship, number)


def _of_notes(relationship: Relationship, me: Participant, notes: list[verifier.Note]) -> Answer:
    """Each of them, since one that fits says nothing of an older one beside it that does not."""
    of_it = [one for one in notes if one.relationship == str(relationship.pk)]
    if not of_it:
        return _elsewhere(me, notes[0].relationship)
    unsigned = [one for one in of_it if not _is_signed(relationship, one)]
    also = _("This note was not signed with the key that signs here now. Was all of it copied?")
    for one in of_it:
        if misfit := _misfit(relationship, one.number, one.digest):
            return Answer(False, misfit, look_at=also if one in unsigned else "")
    found = _whole(relationship, max(one.number for one in of_it))
    return replace(found, also=also) if unsigned and found.fits else found


def _is_signed(relationship: Relationship, note: verifier.Note) -> bool:
    try:
        verifier.check_signature(note, heads.verifier_key(relationship.pk))
    except verifier.DoesNotFit:
        return False
    return True


def _of_a_copy(relationship: Relationship, me: Participant, form: CheckCopyForm) -> Answer:
    try:
        counted = verifier.open_copy(form.cleaned_data["copy"], UNPACKED).counted
    except verifier.TooLarge:
        said = _("This copy is too large for this page. Check it on your own computer: verify.py lies in it.")
        return Answer(None, said)
    except verifier.SaysNothing:
        said = _("This file is not a whole copy: it is something else, or it was cut off on its way here.")
        return Answer(None, said)
    except verifier.DoesNotFit as fault:
        said = _("This copy does not fit by itself: it was damaged or changed since it was taken.")
        return Answer(False, said, str(fault))
    if counted.relationship != str(relationship.pk):
        return _elsewhere(me, counted.relationship)
    if misfit := _misfit(relationship, counted.number, counted.digest):
        return Answer(False, misfit)
    found = _whole(relationship, counted.number)
    if not found.fits or not counted.closed:
        return found
    together = relationship.entries.filter(kind__in=kinds.opening_together(), about=None)
    if not counted.closed <= {str(key) for key in together.values_list("pk", flat=True)}:
        return Answer(False, _("Words are missing from this copy that were in it when it was taken."))
    closed = len(counted.closed)
    also = ngettext(
        "The words of %(closed)s act are not in this copy, so they were not checked.",
        "The words of %(closed)s acts are not in this copy, so they were not checked.",
        closed,
    )
    return Answer(True, found.said, also % {"closed": closed})


def _elsewhere(me: Participant, other: str) -> Answer:
    """Of another journal. Only where it is one of theirs does that say nothing: a record can be moved to a new name."""
    if Participant.objects.filter(person=me.person_id, relationship=uuid.UUID(other)).exists():
        return Answer(None, _("This is of another journal of yours, so it says nothing about this one."))
    return Answer(False, _("This is of a journal that you do not have here."))


def _misfit(relationship: Relationship, number: int, digest: str) -> str:
    """Why what stood at that number is not what stands there now; nothing, where it is."""
    stands = relationship.events.filter(number=number).values_list("digest", flat=True).first()
    if stands is None:
        length = relationship.head_number
        here = ngettext("There is %(length)s act here", "There are %(length)s acts here", length)
        said = _("and what you hold says that there were %(number)s. Acts are missing.") % {"number": number}
        return f"{here % {'length': length}}, {said}"
    if stands.startswith(digest):
        return ""
    return _("Act %(number)s, or one before it, is not what it was.") % {"number": number}


def _whole(relationship: Relationship, number: int) -> Answer:
    """Whether all that stands here fits together, once what somebody holds of that number fits."""
    if relationship.head_number <= COUNTED_HERE:
        fault = first_fault(relationship, pages=False)
        if fault:
            return Answer(False, _("The seals here do not fit together any more."), fault)
    return Answer(True, _("Nothing up to act %(number)s was changed since.") % {"number": number})
