"""Pages that belong to the whole site: what this is, and what to say when something is in the way."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


def has_words(request: HttpRequest) -> bool:
    """Whether this was sent with words of somebody's own in it, from a page of a record."""
    is_there = request.method == "POST" and request.path_info.startswith("/r/")
    return is_there and any(value for name, value in request.POST.items() if _is_box(name))


def _is_box(name: str) -> bool:
    """Whether people write in the field of this name: the one box of most pages, or one beside a question."""
    return name in ("text", "reason", "where") or name.endswith("_words")


def kept_words(request: HttpRequest, proof: str = "") -> HttpResponse:
    """Give back the words of a form that could not be taken, ready to be sent again.

    They stand on this page only: nobody knows who typed them, so they are kept nowhere else. Where their author
    has to say again who they are first, `proof` is the address for that.
    """
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    boxes = [(name, value) for name, value in sent if _is_box(name) and value]
    fields = [one for one in sent if one not in boxes and one[0] != "csrfmiddlewaretoken"]
    context = {"boxes": boxes, "fields": fields, "action": request.get_full_path(), "proof": proof}
    response = render(request, "kept.html", context, status=403)
    # The whole page, whichever part of it htmx had asked to change.
    response["HX-Retarget"] = response["HX-Reselect"] = "main"
    response["HX-Reswap"] = "outerHTML"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old to be trusted. Words come back to whoever typed them on one of our own pages."""
    if has_words(request) and _is_from_here(request):
        return kept_words(request)
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
