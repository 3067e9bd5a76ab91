"""Whether anything was changed: what somebody kept elsewhere, held against what stands here now."""

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
        answer = _answer(relationship, note, paper, copy)
    number, digest = relationship.head_number or 0, relationship.head_digest
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
    relationship: Relationship, note: CheckNoteForm, paper: CheckPaperForm, copy: CheckCopyForm
) -> Answer:
    if note.is_bound:
        return _of_a_note(relationship, verifier.newest(note.cleaned_data["note"], str(relationship.pk)))
    if paper.is_bound:
        found = _compared(relationship, paper.cleaned_data["number"], paper.cleaned_data["fingerprint"])
        return replace(
            found, look_at=_("Look first whether each letter and digit is as it stands on your paper.")
        )
    return _of_a_copy(relationship, copy)


def _of_a_note(relationship: Relationship, note: verifier.Note) -> Answer:
    if note.relationship != str(relationship.pk):
        return Answer(None, _("This note is of another journal, so it says nothing about this one."))
    found = _compared(relationship, note.number, note.digest)
    try:
        verifier.check_signature(note, heads.verifier_key(relationship.pk))
    except verifier.DoesNotFit:
        also = _("This note was not signed with the key that signs here now. Was all of it copied?")
        return Answer(found.fits, found.said, also)
    return found


def _of_a_copy(relationship: Relationship, form: CheckCopyForm) -> Answer:
    try:
        counted = verifier.open_copy(form.cleaned_data["copy"], UNPACKED).counted
    except verifier.NoCopy:
        said = _("This file is not a whole copy: it is something else, or it was cut off on its way here.")
        return Answer(None, said)
    except verifier.DoesNotFit as fault:
        said = _("This copy does not fit by itself: it was damaged or changed since it was taken.")
        return Answer(False, said, str(fault))
    if counted.relationship != str(relationship.pk):
        return Answer(None, _("This copy is of another journal, so it says nothing about this one."))
    found = _compared(relationship, counted.number, counted.digest)
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


def _compared(relationship: Relationship, number: int, digest: str) -> Answer:
    """Whether what stood at that number is what stands there now, and all that stands fits together."""
    stands = relationship.events.filter(number=number).values_list("digest", flat=True).first()
    if stands is None:
        length = relationship.head_number or 0
        here = ngettext("There is %(length)s act here", "There are %(length)s acts here", length)
        said = _("and what you hold says that there were %(number)s. Acts are missing.") % {"number": number}
        return Answer(False, f"{here % {'length': length}}, {said}")
    if not stands.startswith(digest):
        return Answer(False, _("Act %(number)s, or one before it, is not what it was.") % {"number": number})
    if (relationship.head_number or 0) <= COUNTED_HERE:
        fault = first_fault(relationship, pages=False)
        if fault:
            return Answer(False, _("The seals here do not fit together any more."), fault)
    said = _("Nothing up to act %(number)s was changed since.") % {"number": number}
    return Answer(True, said)
