"""Logging in, by a password or by a code. Apart from `accounts.forms`, which allauth reads before its own are there."""

from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.sessions import CHOSEN, Device


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
            context.request.session[CHOSEN] = str(kind)
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
