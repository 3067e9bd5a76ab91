"""Pages that belong to the whole site: what this is, and what to say when something is in the way."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import emergency


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


@login_not_required
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Where to turn when it cannot wait: open to anybody, since nobody should have to log in for that."""
    context = {"numbers": emergency.numbers(), "words": settings.EMERGENCY_WORDS}
    return render(request, "help.html", context)


TYPED_BY = "typed_by"
"""Under this name the page that gives words back says, signed, whose they are."""

SHOWN_TO = "shown_to"
"""Under this name every form of a record says, signed, to whom it was shown (`config.templatetags.forms`)."""

NOBODY_KNOWN = "?"
"""Who wrote words whose label is not one of ours: certainly not whoever is logged in."""

TAKEN_BACK_FOR = 24 * 3600
"""For so many seconds the page that gives words back stands in for the token of its form."""


def shown_to(request: HttpRequest) -> str:
    """The label of a form of a record, or nothing where nobody is logged in. The same each time, as the page is."""
    is_there = request.path_info.startswith("/r/") and request.user.is_authenticated
    return signing.Signer(salt=SHOWN_TO).sign(str(request.user.pk)) if is_there else ""


def has_words(request: HttpRequest) -> bool:
    """Whether this was sent with words of somebody's own in it, from a page of a record."""
    is_there = request.method == "POST" and request.path_info.startswith("/r/")
    return is_there and any(value for name, value in request.POST.items() if _is_box(name))


def _is_box(name: str) -> bool:
    """Whether people write in the field of this name: the one box of most pages, or one beside a question."""
    return name in ("text", "reason", "where") or name.endswith("_words")


def kept_words(
    request: HttpRequest, *, proof: str = "", lock: str = "", was_theirs: bool = True
) -> HttpResponse:
    """Give back the words of a form that could not be taken, ready to be sent again.

    They stand on this page only, and are kept nowhere else. The form itself says to whom it was shown. Where it says
    nothing, they are whoever's session it came with, unless its token was of another session (`was_theirs`): then
    nobody knows. Where their author has to say again who they are first, or to add a second lock, `proof` or `lock` is
    the address for that.
    """
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    boxes = [(name, value) for name, value in sent if _is_box(name) and value]
    ours = ("csrfmiddlewaretoken", TYPED_BY, SHOWN_TO)
    fields = [one for one in sent if one not in boxes and one[0] not in ours]
    writer = _typed_by(request) or (_who_is_here(request) if was_theirs else "")
    label = writer if writer == NOBODY_KNOWN else signing.dumps(writer, salt=TYPED_BY)
    context = {
        "boxes": boxes,
        "fields": [*fields, (TYPED_BY, label)] if writer else fields,
        "action": request.get_full_path(),
        "is_known": bool(writer),
        "is_somebody_elses": are_somebody_elses(request),
        "proof": proof,
        "lock": lock,
    }
    response = render(request, "kept.html", context, status=403)
    # The whole page, whichever part of it htmx had asked to change.
    response["HX-Retarget"] = response["HX-Reselect"] = "main"
    response["HX-Reswap"] = "outerHTML"
    return response


def _typed_by(request: HttpRequest, max_age: int | None = None) -> str:
    """Whose words these are, as the form says: the key of a person, NOBODY_KNOWN, or nothing where it does not say."""
    given_back, shown = request.POST.get(TYPED_BY), request.POST.get(SHOWN_TO)
    try:
        if given_back:
            return str(signing.loads(given_back, salt=TYPED_BY, max_age=max_age))
        return signing.Signer(salt=SHOWN_TO).unsign(shown) if shown else ""
    except signing.BadSignature:
        return NOBODY_KNOWN


def _who_is_here(request: HttpRequest) -> str:
    """The key of whoever is logged in, or was until this very request."""
    someone = getattr(request, "logged_out", request.user)
    return str(someone.pk) if someone.is_authenticated else ""


def are_back(request: HttpRequest) -> bool:
    """Whether words that came back are sent anew, by who typed them, from our own page, as the browser itself says.

    Logging in changed the token of the forms, so this page's is stale through no fault of theirs.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin" or not has_words(request):
        return False
    if not request.POST.get(TYPED_BY) or not request.user.is_authenticated:
        return False
    return _typed_by(request, max_age=TAKEN_BACK_FOR) == str(request.user.pk)


def are_somebody_elses(request: HttpRequest) -> bool:
    """Whether words are sent by another person than typed them: the next one at this browser."""
    if not has_words(request) or not request.user.is_authenticated:
        return False
    return _typed_by(request) not in ("", str(request.user.pk))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old to be trusted. Words come back to whoever typed them on one of our own pages."""
    if has_words(request) and _is_from_here(request):
        return kept_words(request, was_theirs=False)
    return render(request, "403_csrf.html", status=403)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form was on a page of this site, and not on a stranger's."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One answer for what is not there and for what is somebody else's."""
    return render(request, "404.html", status=404)
