"""What allauth asks of this installation: who may create an account, and which address is already proven."""

import datetime as dt
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import fresh
from accounts.models import User
from config.ids import uuid7

PERMISSION = "may_create_account"
"""Under this name the session remembers that somebody was invited, until when, and at which address."""

PERMISSION_LASTS = dt.timedelta(minutes=30)
"""Long enough to create an account. An invitation that is taken back or used up meanwhile is not noticed."""

CODE_LASTS = dt.timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)

STAY = "stay_logged_in"
"""Under this name the session remembers, while a code is on its way, that this device is the person's own."""


NAME_TO_CHECK = "name_to_check"
"""Under this name the session remembers whom to ask for their name, until they are logged in."""

AFTER_SETTINGS = "after_settings"
"""Under this name the session remembers where somebody was going who was asked for their name first."""


def open_signup_for(request: HttpRequest, *, address: str = "", until: dt.datetime) -> None:
    """Let whoever sits at this browser create an account, though sign-up may be closed to others.

    Give `address` only if the invitation came there by mail: then it is known to be theirs, and needs no
    code. A link that was shown or copied proves nothing.

    This lasts until `until`, but never longer than PERMISSION_LASTS from now.
    """
    until = min(until, timezone.now() + PERMISSION_LASTS)
    request.session[PERMISSION] = {"until": until.isoformat(), "address": address.lower()}


def _permission(request: HttpRequest) -> dict[str, str] | None:
    permission: dict[str, str] | None = request.session.get(PERMISSION)
    if permission and timezone.now() < dt.datetime.fromisoformat(permission["until"]):
        return permission
    return None


def withdraw_secrets(request: HttpRequest, user: User, **_more: Any) -> None:
    """Whoever takes a new password may have had a guest: a code and a calendar's address end with the old one."""
    User.objects.filter(pk=user.pk).update(own_code="", calendar_id=None)


def take_over(request: HttpRequest, email_address: EmailAddress, **_more: Any) -> None:
    """Take an account from whoever signed up, when the owner of its address proves that by another way.

    Anybody can sign up with somebody else's address, and wait for its owner to log in by a code or to
    choose a new password by one. So at the first proof of an account's address the password stops working
    (which ends all its sessions), and the name is put aside: they are called by their address until they
    say their name. Not so where the code of the sign-up was typed: that page needs the sign-up's session,
    or its password (`AccountAdapter.confirm_email`).

    It hears allauth's signal, as those two ways call no hook of the adapter (`verify_email_indirectly`).
    """
    user = email_address.user
    others = EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk)
    if getattr(request, "typed_code_of_sign_up", False) or others.exists():
        return
    user.set_unusable_password()
    # What stands behind a "+" could have been chosen by whoever signed up, too.
    user.name = email_address.email.partition("@")[0].partition("+")[0]
    user.called = user.pronouns = user.pronounced = ""
    # Neither a code nor a calendar of somebody else's.
    user.own_code, user.calendar_id = "", None
    user.save(
        update_fields=["password", "name", "called", "pronouns", "pronounced", "own_code", "calendar_id"]
    )
    request.session[NAME_TO_CHECK] = str(user.pk)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP_OPEN or _permission(request) is not None

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        permission = _permission(request)
        return permission is not None and permission["address"] == email.lower() != ""

    def unstash_verified_email(self, request: HttpRequest) -> None:
        """Nothing: allauth would add a stashed address to the account even when another one was typed."""

    def send_account_already_exists_mail(self, email: str) -> None:
        # A new account costs one password hash. Without the same work here, the time of the answer would
        # tell that the address is known (measured: 7 ms against 467 ms).
        User().set_password(secrets.token_urlsafe())
        super().send_account_already_exists_mail(email)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        if "code" in context:
            # One that no longer works is not sent late.
            message.good_for = CODE_LASTS  # type: ignore[attr-defined]
        return message

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponseBase:
        # A known address gets the page for a code that cannot come. allauth tells it from the real page by
        # the missing person, and after "Cancel" goes on showing it; so here it gets a person who is nobody.
        if user is None:
            request.session[EMAIL_VERIFICATION_CODE_SESSION_KEY]["user_id"] = str(uuid7())
            request.session.modified = True
        response: HttpResponseBase = super().respond_email_verification_sent(request, user)
        return response

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The code was typed that a sign-up, a log-in by password or a change of address had sent."""
        request.typed_code_of_sign_up = True  # type: ignore[attr-defined]
        confirmed: bool = super().confirm_email(request, email_address)
        return confirmed

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **more)
        if request.session.pop(NAME_TO_CHECK, "") != str(user.pk):
            return response
        request.session[AFTER_SETTINGS] = response["Location"]
        messages.info(request, _("Check that this is your name."))
        return redirect("settings")

    def login(self, request: HttpRequest, user: User) -> None:
        """Until the browser is closed, unless they said that this device is their own."""
        stays = request.session.pop(STAY, False)
        super().login(request, user)
        request.session.set_expiry(None if stays else 0)
        fresh.prove(request, user, "log_in")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Where they came from: a signed-in person has changed their address in their settings."""
        return reverse("settings" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")
