"""allauth's forms for a second lock. Its label for every code speaks of an e-mail here, and these come from elsewhere."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import log_ins


def _code(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))


class AuthenticateForm(base.AuthenticateForm):  # type: ignore[misc]
    code = _code(_("The code from your app, or a recovery code"))


class ReauthenticateForm(base.ReauthenticateForm):  # type: ignore[misc]
    code = _code(_("The code from your app, or a recovery code"))


class ActivateTOTPForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    code = _code(_("The 6 digits that your app shows now"))


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("What you call it"),
        help_text=_("So that you know it again, for example: my phone."),
        max_length=60,
        required=False,
    )
    # A passkey that cannot log somebody in by itself is none: each is made to.
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)


class EditWebAuthnForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("What you call it"), max_length=60)


class AuthenticateWebAuthnForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey as the second step: a wrong one is a log-in that failed."""

    def clean_credential(self) -> object:
        try:
            return super().clean_credential()
        except forms.ValidationError:
            log_ins.refused(self.user, log_ins.PASSKEY)
            raise
