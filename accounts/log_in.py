"""Logging in, by a password or by a code, and how slowly a code is guessed.

Apart from `accounts.forms`, which allauth reads before its own forms are there.
"""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import log_ins
from accounts.models import User
from accounts.sessions import Device, choose


class _OnADevice(forms.Form):
    """Whose device this is: it decides for how long somebody stays logged in, whichever way they came in."""

    device = forms.ChoiceField(
        label=_("Whose device is this?"),
        choices=Device.choices,
        initial=Device.THIS_ONCE,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("remember", None)
        minutes = settings.SHARED_DEVICE_IDLE_MINUTES
        self.fields["device"].help_text = ngettext(
            "On your own, you stay logged in. If others use it, you are logged out after %(minutes)s minute.",
            "On your own, you stay logged in. If others use it, you are logged out after %(minutes)s minutes.",
            minutes,
        ) % {"minutes": minutes}

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        if not self.errors:
            kind = self.cleaned_data["device"] or Device.THIS_ONCE
            address = self.cleaned_data.get("login") or self.cleaned_data.get("email") or ""
            choose(context.request.session, kind, address)
            # allauth's own question, answered: it sets how long the cookie lasts once more, after the log-in.
            self.cleaned_data["remember"] = kind == Device.OWN
        return cleaned


class LoginForm(_OnADevice, allauth.LoginForm):  # type: ignore[misc]
    field_order = ("login", "password", "device")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(self.field_order)


class RequestLoginCodeForm(_OnADevice, allauth.RequestLoginCodeForm):  # type: ignore[misc]
    field_order = ("email", "device")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(self.field_order)


class _Guessed(allauth.BaseConfirmCodeForm):  # type: ignore[misc]
    """A code from a mail. allauth counts the tries of each code, but not how many codes somebody asks for."""

    way: str

    def account(self) -> tuple[User | None, str]:
        """Whose account it is for, if anybody's, and at which address."""
        raise NotImplementedError

    def clean_code(self) -> str:
        person, address = self.account()
        tried = ratelimit.consume(
            context.request, app="allauth.account", action="wrong_code", key=address.lower()
        )
        if not tried:
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            log_ins.refused(person, self.way)
            raise
        tried.rollback()
        return code


class ConfirmLoginCodeForm(_Guessed):
    way = log_ins.CODE

    def account(self) -> tuple[User | None, str]:
        login = unstash_login(context.request, peek=True)
        return login.user, login.email


class ConfirmPasswordResetCodeForm(_Guessed):
    way = log_ins.RESET

    def account(self) -> tuple[User | None, str]:
        state = context.request.session[PASSWORD_RESET_VERIFICATION_SESSION_KEY]
        return User.objects.filter(pk=state.get("user_id")).first(), state["email"]
