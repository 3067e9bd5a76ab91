"""Handing one's device to the other one, who says on it what they hope for.

Whoever hands it over is logged out, and in the place of their session stands a narrow one of nobody's: it opens
one page, for one task, for a while, and only the other's code lets anything through. Nothing stays behind.
"""

import datetime as dt
import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import own_code
from relationships import clock, kinds
from relationships.access import SignedInRequest, door, enter
from relationships.errors import Ended, Refused
from relationships.forms import HandedOverForm
from relationships.models import Consult, Participant, Relationship
from relationships.views.around import already_said
from relationships.views.consult import find
from relationships.views.pages import page

logger = logging.getLogger(__name__)

HANDED_OVER = "handed_over"
"""Under this name the narrow session holds all that it holds."""

LASTS = dt.timedelta(minutes=20)
"""How long there is to write."""

FORGOTTEN = dt.timedelta(hours=1)
"""How long the browser's cookie lasts, so that whoever comes back late is told what became of their words."""

TRIES = 5
MAILS = 3
CODE_LASTS = dt.timedelta(minutes=15)


# --- The one who hands it over --------------------------------------------------------------------------


@door
@require_http_methods(["GET", "HEAD", "POST"])
def create(
    request: SignedInRequest, relationship: Relationship, me: Participant, consult_id: uuid.UUID
) -> HttpResponse:
    """What is about to happen, and then: log out, and begin the narrow session."""
    appointment = find(relationship, consult_id)
    them = relationship.facing(me)
    can_be = them is not None and appointment.is_planned and not relationship.is_ended
    if request.method != "POST" or them is None or not can_be:
        status = 409 if request.method == "POST" else 200
        return page(
            request,
            "handed_over/handing_over.html",
            relationship,
            me,
            status=status,
            appointment=appointment,
            can_be=can_be,
        )
    logout(request)
    rotate_token(request)
    request.session[HANDED_OVER] = {
        "id": str(uuid.uuid4()),
        "consult": str(appointment.consult_id),
        "participant": str(them.pk),
        "handed_over_by": str(me.pk),
        "asks": _question_left(relationship, them, appointment.consult_id),
        "until": (clock.now() + LASTS).isoformat(),
        "tries": 0,
    }
    request.session.set_expiry(int(FORGOTTEN.total_seconds()))
    response = redirect("handed-over")
    # "Back" is not to show what the one before had open. Not the cookies: one of them is the narrow session.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _question_left(relationship: Relationship, writer: Participant, consult_id: uuid.UUID) -> int:
    """Which of the two questions they have not answered yet; the first where they have answered both."""
    left = [
        place
        for place, door in enumerate(kinds.Hope.doors)
        if not already_said(relationship, writer, consult_id, kinds.Hope.name, door.says)
    ]
    return left[0] if left else 0


# --- The one who writes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    """What the narrow session is about."""

    relationship: Relationship
    writer: Participant
    giver: Participant
    consult: Consult
    kept: dict[str, Any]
    """What the session holds, to be changed in place."""

    @property
    def question(self) -> Promise | str:
        return kinds.Hope.doors[self.kept["asks"]].says

    @property
    def is_over(self) -> bool:
        return clock.now() >= dt.datetime.fromisoformat(self.kept["until"])

    @property
    def seconds_left(self) -> int:
        return int((dt.datetime.fromisoformat(self.kept["until"]) - clock.now()).total_seconds())


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """One question, one box, and a code for who writes."""
    handover = _handover(request)
    if handover is None:
        return render(request, "handed_over/nothing.html", status=404)
    _speak_their_language(request, handover)
    if handover.is_over:
        return _ended(request, "time")
    if handover.relationship.is_ended or not find(handover.relationship, handover.consult.pk).is_planned:
        return _ended(request, "ended")
    if request.method != "POST":
        return _show(request, handover, HandedOverForm())
    form = HandedOverForm(request.POST)
    if request.POST.get("do") == "mail":
        typed = {name: form[name].value() for name in form.fields}
        form = HandedOverForm(initial=typed)
        form.begin_at_code()
        return _show(request, handover, form, said=_mailed(request, handover))
    if not form.is_valid():
        return _show(request, handover, form, status=422)
    code = form.cleaned_data["code"]
    if not own_code.may_try(handover.writer.person):
        form.refuse_code(
            _("Too many wrong codes. Your words are still here. Try again later, or another day.")
        )
        return _show(request, handover, form, status=422)
    if not _is_confirmed(request, handover, code):
        if handover.kept["tries"] >= TRIES:
            return _ended(request, "tries")
        form.refuse_code(_wrong_code(handover))
        return _show(request, handover, form, status=422)
    return _share(request, handover, form, code)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """The last page, with nothing of the record on it. To look at it ends nothing; to post does."""
    handover = _handover(request)
    if handover is not None:
        _speak_their_language(request, handover)
        return _ended(request, "unwritten") if request.method == "POST" else redirect("handed-over")
    if request.method == "POST":
        return redirect("handed-over-end")
    language = request.GET.get("language", "")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
    return render(request, "handed_over/end.html", {"how": request.GET.get("how", "")})


def _handover(request: HttpRequest) -> Handover | None:
    """What this browser was handed over for. None where it was not, and where somebody has logged in since."""
    kept = request.session.get(HANDED_OVER)
    if not kept or request.user.is_authenticated:
        return None
    writer = Participant.objects.select_related("person").get(pk=kept["participant"])
    if not writer.person.is_active:
        return None
    relationship, writer = enter(writer.person, writer.relationship_id)
    giver = next(seat for seat in relationship.seats if str(seat.pk) == kept["handed_over_by"])
    consult = relationship.consults.get(pk=kept["consult"])
    return Handover(relationship, writer, giver, consult, kept)


def _speak_their_language(request: HttpRequest, handover: Handover) -> None:
    if handover.writer.person.language:
        translation.activate(handover.writer.person.language)
        request.LANGUAGE_CODE = translation.get_language()


def _show(
    request: HttpRequest, handover: Handover, form: HandedOverForm, *, status: int = 200, said: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "question": handover.question,
        "writer": handover.writer,
        "giver": handover.giver,
        "said": said,
        "them": handover.giver,
    }
    response = render(request, "handed_over/write.html", context, status=status)
    # Words that are left lying do not stay on the screen. A header: nothing here needs a script.
    response["Refresh"] = f"{handover.seconds_left + 1}; url={reverse('handed-over')}"
    return response


def _is_confirmed(request: HttpRequest, handover: Handover, typed: str) -> bool:
    """Whether it is the other one who writes. Every try counts before it is looked at."""
    kept, person = handover.kept, handover.writer.person
    kept["tries"] += 1
    request.session.modified = True
    # Once more where two requests at once cannot count the same: a session keeps only what came last.
    if not own_code.takes_one_of(person, f"tries:{kept['id']}", TRIES):
        kept["tries"] = TRIES
        return False
    is_fresh = clock.now() < dt.datetime.fromisoformat(kept.get("code_until", kept["until"]))
    return own_code.is_one_of(typed, [person.own_code, kept.get("code", "") if is_fresh else ""])


def _wrong_code(handover: Handover) -> str:
    if TRIES - handover.kept["tries"] == 1:
        return _("That is not the right code. You can try once more.")
    return _("That is not the right code. Your words are still here. Try again.")


def _mailed(request: HttpRequest, handover: Handover) -> str:
    """Send a code to the one who writes, and say what became of it. The address stays between them and us."""
    kept, person = handover.kept, handover.writer.person
    here = own_code.takes_one_of(person, f"mails:{kept['id']}", MAILS)
    if not here or not own_code.may_mail(person):
        return _("No more codes can be sent just now. Use the newest one, or the code on your card.")
    code, kept["code"] = own_code.to_send()
    kept["code_until"] = (clock.now() + CODE_LASTS).isoformat()
    request.session.modified = True
    letter = EmailMessage(
        subject=render_to_string("mail/handed_over_code_subject.txt").strip(),
        body=render_to_string("mail/handed_over_code.txt", {"code": code}),
        to=[person.email],
    )
    letter.good_for = CODE_LASTS  # type: ignore[attr-defined]
    letter.send()
    return _("A code is on its way to your own e-mail address. It works for 15 minutes.")


def _share(request: HttpRequest, handover: Handover, form: HandedOverForm, code: str) -> HttpResponse:
    try:
        handover.relationship.write(
            by=handover.writer,
            kind=kinds.Hope.name,
            prompt=str(handover.question),
            consult=handover.consult,
            handed_over_by=handover.giver,
            text=form.cleaned_data["text"],
            helped_by=form.cleaned_data["helped_by"],
            # However often it is sent, what was handed over once is written in once.
            submission=uuid.UUID(handover.kept["id"]),
        )
    except Ended:
        return _ended(request, "ended")
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, handover, form, status=422)
    except DatabaseError as error:
        # Its kind only: what a database says of a row that it refuses may hold all of the row.
        logger.error("An entry could not be kept: %s", type(error).__name__)
        form.add_error(None, _("This could not be kept just now. Your words are still here. Try again."))
        return _show(request, handover, form, status=503)
    own_code.retire(handover.writer.person, code)
    return _ended(request, "shared")


def _ended(request: HttpRequest, how: str) -> HttpResponse:
    """Leave nothing behind, and lead to the last page: a browser keeps what was posted for a page that it shows."""
    request.session.flush()
    on = urlencode({"how": how, "language": translation.get_language()})
    response = redirect(f"{reverse('handed-over-end')}?{on}")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
