"""What is a person's own to say and to change."""

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import calendar_address, sessions
from accounts import own_code as codes
from accounts.adapter import AFTER_SETTINGS
from accounts.forms import SettingsForm
from accounts.models import User
from accounts.sign_in import person_of


class SignedInRequest(HttpRequest):
    """A request behind the log-in."""

    user: User


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    # A form fills its person with what was typed, right or wrong, and the page around it names that person.
    person = User.objects.get(pk=request.user.pk)
    form = SettingsForm(request.POST or None, instance=person)
    if form.is_valid():
        # Only these, so that a code or a calendar that is made anew at this moment stays made.
        form.save(commit=False).save(update_fields=list(form.fields))
        with translation.override(person.language or translation.get_language_from_request(request)):
            messages.success(request, _("Your settings are saved."))
        return redirect(request.session.pop(AFTER_SETTINGS, "settings"))
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: SignedInRequest) -> HttpResponse:
    """The secret address of one's appointments: made, shown, made anew or taken away."""
    match request.method == "POST" and request.POST.get("do"):
        case "make":
            calendar_address.make(request.user)
        case "renew":
            calendar_address.renew(request.user)
            messages.success(request, _("This is your new address. The old one no longer works."))
        case "remove":
            calendar_address.remove(request.user)
            messages.success(request, _("The address no longer works."))
    if request.method == "POST":
        return redirect("calendar")
    token = calendar_address.token_of(request.user)
    address = token and request.build_absolute_uri(reverse("calendar-feed", args=[token]))
    return render(request, "accounts/calendar.html", {"address": address})


@require_http_methods(["GET", "HEAD", "POST"])
def own_code(request: SignedInRequest) -> HttpResponse:
    """A code for writing on somebody else's device. It stands on the page that made it, and never again."""
    match request.method == "POST" and request.POST.get("do"):
        case "make":
            return render(request, "accounts/own_code.html", {"code": codes.make(request.user)})
        case "remove":
            codes.remove(request.user)
            messages.success(request, _("Your code no longer works."))
    return redirect("own-code") if request.method == "POST" else render(request, "accounts/own_code.html")


@login_not_required
@require_safe
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Come in by a link of `accounts.sign_in`, in development only."""
    person = person_of(token)
    if person is None:
        raise Http404
    login(request, person, backend=site.AUTHENTICATION_BACKENDS[0])
    on = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(on, {request.get_host()}, require_https=request.is_secure())
    return redirect(on if is_ours else "home")


# --- Staying and leaving --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def session(request: SignedInRequest) -> HttpResponse:
    """How long the session lasts, in seconds: to our script, which asks before it warns. To post is to stay."""
    here = request.session
    return JsonResponse({"left": sessions.seconds_left(here), "can_stay": sessions.can_stay(here)})


@require_POST
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    sessions.end(request.user, session_id)
    messages.success(request, _("You are logged out there."))
    return redirect("usersessions_list")


@csrf_exempt
@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and lead to a page elsewhere that is anybody's.

    Without a token, since whoever leaves in a hurry is not to be held up by a stale one. A stranger's page cannot do
    this: the browser sends no session with its form, and says where that was.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        logout(request)
    response = render(request, "accounts/left.html", {"neutral_site": site.NEUTRAL_SITE})
    # Not a redirect: our own policy (form-action) keeps a form from leading to another site.
    response["Refresh"] = f"0; url={site.NEUTRAL_SITE}"
    response["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(site.CSRF_COOKIE_NAME, samesite="Lax")
    return response
