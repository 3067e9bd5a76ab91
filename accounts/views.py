"""What is a person's own to say and to change."""

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import calendar_address, fresh, locks, sessions
from accounts import log_ins as noted
from accounts import own_code as codes
from accounts.adapter import AFTER_SETTINGS
from accounts.forms import ProofForm, SettingsForm
from accounts.fresh import fresh_proof
from accounts.models import User
from accounts.sign_in import person_of

LOG_INS_ON_A_PAGE = 25


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
@fresh_proof
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
@fresh_proof
def own_code(request: SignedInRequest) -> HttpResponse:
    """A code for writing on somebody else's device. It stands on the page that made it, and never again."""
    match request.method == "POST" and request.POST.get("do"):
        case "make":
            return render(request, "accounts/own_code.html", {"code": codes.make(request.user)})
        case "remove":
            codes.remove(request.user)
            messages.success(request, _("Your code no longer works."))
    return redirect("own-code") if request.method == "POST" else render(request, "accounts/own_code.html")


@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: SignedInRequest) -> HttpResponse:
    """Show who one is by a code from an e-mail, where such a code would be enough to log in."""
    if not locks.code_is_enough(request.user):
        return redirect("account_reauthenticate")
    on = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and request.POST.get("do") == "send":
        if not fresh.send_code(request, request.user):
            messages.error(request, _("That was too many. Wait an hour, then try again."))
        return redirect(f"{reverse('proof')}?{urlencode({'next': on})}")
    form = ProofForm(request.POST or None)
    if form.is_valid():
        if fresh.is_the_code(request, request.user, form.cleaned_data["code"]):
            fresh.prove(request, request.user, "code")
            return fresh.go_on(request)
        form.add_error("code", _("This is not the code, or it is too old. Try again, or ask for a new one."))
    context = {"form": form, "next": on, "is_sent": fresh.SENT in request.session}
    return render(request, "accounts/proof.html", context, status=422 if form.errors else 200)


@require_safe
def second_lock(request: SignedInRequest) -> HttpResponse:
    """The offer of a second lock, after the first log-in."""
    if locks.has_one(request.user):
        return redirect("mfa_index")
    on = request.session.get(locks.AFTER, reverse("home"))
    return render(request, "accounts/second_lock.html", {"on": on, "required": site.SECOND_FACTOR_REQUIRED})


@require_safe
def log_ins(request: SignedInRequest) -> HttpResponse:
    """When somebody came into this account or tried to, the newest first."""
    page = Paginator(request.user.log_ins.all(), LOG_INS_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [(one, *noted.said(one)) for one in page]
    return render(request, "accounts/log_ins.html", {"page": page, "lines": lines})


@login_not_required
@require_safe
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Come in by a link of `accounts.sign_in`, in development only."""
    person = person_of(token)
    if person is None:
        raise Http404
    login(request, person, backend=site.AUTHENTICATION_BACKENDS[0])
    fresh.prove(request, person, "link")
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
    is_from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if is_from_here:
        logout(request)
    response = render(request, "accounts/left.html", {"neutral_site": site.NEUTRAL_SITE})
    # Not a redirect: our own policy (form-action) keeps a form from leading to another site.
    response["Refresh"] = f"0; url={site.NEUTRAL_SITE}"
    if is_from_here:
        response["Clear-Site-Data"] = '"cache", "storage"'
        response.delete_cookie(site.CSRF_COOKIE_NAME, samesite="Lax")
    return response
