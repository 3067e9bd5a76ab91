"""Logging in by a code. Apart from `accounts.forms`, which allauth reads before its own forms are there."""

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.adapter import STAY


class RequestLoginCodeForm(allauth.RequestLoginCodeForm):  # type: ignore[misc]
    """Asks the same as the log-in by password: whether to stay logged in when the browser is closed."""

    # allauth's name for its own box, so that both are worded in one place.
    remember = forms.BooleanField(label=_("Remember Me"), required=False)

    def clean_remember(self) -> bool:
        stays: bool = self.cleaned_data["remember"]
        context.request.session[STAY] = stays
        return stays
