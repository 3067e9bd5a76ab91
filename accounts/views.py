"""What is a person's own to say and to change."""

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import calendar_address, fresh
from accounts import own_code as codes
from accounts.adapter import AFTER_SETTINGS
from accounts.forms import SettingsForm
from accounts.fresh import fresh_proof
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
