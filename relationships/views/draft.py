"""Drafts, saved as one types: private to whoever writes them."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relationships.access import SignedInRequest, door
from relationships.errors import Refused
from relationships.forms import DiscardForm
from relationships.models import Participant, Relationship
from relationships.views import saying
from relationships.views.words import keep_draft

BOXES = {
    *("write", "answer", "answer-differently", "correction", "reflection", "acknowledgement"),
    "difference",
    *("hope", "hope-more", "arrival", "account", "room"),
    *("promise", "keeping", "releasing", "moving"),
    *("saying", "saying-door", "saying-about"),
    *("prompt", "prompt-adding", "heading-adding"),
    *("portrait-door", "portrait-adding"),
}
"""The names of the pages with a box that keeps a draft."""
BOX = 120
"""How long the address of a box is at most, in characters: what a draft has room for."""


@door
@require_POST
def save(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    """Keep what was typed, and say under which number the page finds it again."""
    box = request.POST.get("box", "")
    if not _is_box(relationship, me, box):
        return JsonResponse({"error": _("This was not saved.")}, status=422)
    try:
        draft = keep_draft(request, me, box)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse({"draft": draft and str(draft.pk), "version": draft and draft.version})


@door
@require_POST
def discard(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    form = DiscardForm(request.POST)
    if form.is_valid():
        me.drafts.filter(pk=form.cleaned_data["draft"]).delete()
    messages.success(request, _("The draft is gone."))
    return redirect("record", relationship.pk)


def _is_box(relationship: Relationship, me: Participant, box: str) -> bool:
    if len(box) > BOX:
        return False
    try:
        match = resolve(f"/r/{relationship.pk}/{box}")
    except Resolver404:
        return False
    there = {
        "entry_id": relationship.entries.shown_to(me),
        "consult_id": relationship.consults.all(),
    }
    if match.url_name == "saying-door" and not saying.is_door(relationship, me, **match.kwargs):
        return False
    named = [rows.filter(pk=match.kwargs[name]) for name, rows in there.items() if name in match.kwargs]
    return match.url_name in BOXES and all(rows.exists() for rows in named)
