"""Logging in by a code, and how slowly one is guessed.

Apart from `accounts.forms`, which allauth reads before its own forms are there.
"""

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.core.internal import ratelimit
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import log_ins
from accounts.adapter import STAY
from accounts.models import User


class RequestLoginCodeForm(allauth.RequestLoginCodeForm):  # type: ignore[misc]
    """Asks the same as the log-in by password: whether to stay logged in when the browser is closed."""

    # allauth's name for its own box, so that both are worded in one place.
    remember = forms.BooleanField(label=_("Remember Me"), required=False)

    def clean_remember(self) -> bool:
        stays: bool = self.cleaned_data["remember"]
        context.request.session[STAY] = stays
        return stays


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
