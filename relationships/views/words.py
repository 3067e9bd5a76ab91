"""The page with a box for words: written, answered or corrected, it is always the same page."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from relationships import kinds, prose
from relationships.access import SignedInRequest
from relationships.errors import Refused, SharedAlready
from relationships.forms import WordsForm
from relationships.models import Draft, Entry, Participant, Relationship
from relationships.views.pages import address_within, page

logger = logging.getLogger(__name__)

Share = Callable[[dict[str, Any]], Entry]


def words_page(
    request: SignedInRequest,
    relationship: Relationship,
    me: Participant,
    *,
    template: str | list[str],
    form_class: type[WordsForm],
    share: Share,
    initial: dict[str, Any] | None = None,
    then: Callable[[Entry], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the box with its draft in it; preview, keep or share what was typed.

    `share` is the verb: it takes the form's words, and raises `Refused` where the record does not take them. `then`
    says where to go from there; without it, to where the entry stands.
    Whatever goes wrong, the answer is this page with the words in it.
    """
    box = address_within(request, relationship)

    def show(form: WordsForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return page(request, template, relationship, me, status=status, form=form, box=box, **context, **more)

    if request.method != "POST":
        draft = me.drafts.in_box(box).first()
        return show(form_class.blank(draft, **(initial or {})), draft=draft)
    match request.POST.get("do"):
        case "preview":
            form, draft = _kept(request, me, box, form_class)
            return show(form, draft=draft, preview=prose.render(form["text"].value() or ""))
        case "keep":
            form, draft = _kept(request, me, box, form_class)
            if draft:
                messages.success(request, _("Kept. Only you can see it."))
            return show(form, draft=draft)
    form = form_class(request.POST)
    if form.is_valid():
        try:
            entry = share(form.words | {"draft": _draft(me, box, form)})
        except SharedAlready as refused:
            form = _sent_anew(request, form_class)
            form.add_error(None, str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
        except DatabaseError as error:
            # Its kind only: what a database says of a row that it refuses may hold all of the row.
            logger.error("An entry could not be kept: %s", type(error).__name__)
            form.add_error(None, _("This could not be kept just now. Your words are still here. Try again."))
            return show(form, status=503)
        else:
            messages.success(request, _shared_with(relationship.facing(me)))
            return redirect(then(entry) if then else address_of(entry))
    return show(form, status=422)


def address_of(entry: Entry) -> str:
    """Where an entry stands: in the record, or on a page of its own, if it begins a thread; else in its thread."""
    if entry.about_id is None:
        kind = kinds.get(entry.kind)
        page = "record" if kind.is_in_record else kind.page
        return reverse(page, args=[entry.relationship_id]) + f"#entry-{entry.pk}"
    return reverse("entry", args=[entry.relationship_id, entry.thread_id]) + f"#entry-{entry.pk}"


def keep_draft(request: SignedInRequest, me: Participant, box: str) -> Draft | None:
    """Save what the request carries as a draft in this box. Raises Refused where a database cannot hold it."""
    words = {name: request.POST.get(name, "") for name in Draft.KEPT}
    if any(prose.fault(value) in ("control", "surrogate") for value in words.values()):
        raise Refused(_("This was not saved: there is an invisible or broken character in it."))
    numbers = WordsForm(request.POST)
    numbers.is_valid()
    return Draft.keep(
        me,
        box,
        numbers.cleaned_data.get("draft"),
        numbers.cleaned_data.get("version"),
        **{name: _cut(name, value) for name, value in words.items()},
    )


def _cut(name: str, value: str) -> str:
    longest: int | None = getattr(Draft._meta.get_field(name), "max_length", None)
    return prose.normalise_newlines(value)[:longest]


def _kept(
    request: SignedInRequest, me: Participant, box: str, form_class: type[WordsForm]
) -> tuple[WordsForm, Draft | None]:
    """The form as typed, and the draft that it was saved as."""
    form = form_class(request.POST)
    try:
        draft = keep_draft(request, me, box)
    except Refused as refused:
        form.is_valid()
        form.add_error(None, str(refused))
        return form, None
    typed = {name: form[name].value() for name in form.fields}
    saved = {"draft": draft and draft.pk, "version": draft and draft.version}
    return form_class(initial=typed | saved), draft


def _draft(me: Participant, box: str, form: WordsForm) -> Draft | None:
    """The draft that these words were, in the version that the page showed."""
    data = form.cleaned_data
    return (
        me.drafts.in_box(box).filter(pk=data["draft"], version=data["version"]).first()
        if data["draft"]
        else None
    )


def _sent_anew(request: SignedInRequest, form_class: type[WordsForm]) -> WordsForm:
    """The same words in a form that has not been sent before."""
    data = request.POST.copy()
    data["submission"] = str(uuid.uuid4())
    return form_class(data)


def _shared_with(them: Participant | None) -> str:
    if them is None:
        return _("Shared. It waits here for the other person.")
    return _("Shared with %(name)s.") % {"name": them.short_name}
