"""allauth's forms for a second lock. Its label for every code speaks of an e-mail here, and these come from elsewhere."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import log_ins


def _code(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))


class _OfALock(base.BaseAuthenticateForm):  # type: ignore[misc]
    """A code of an app works once for as long as it is right. allauth forgets the used ones sooner than that."""

    code = _code(_("The code from your app, or a recovery code"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.has_app:
            self.fields["code"].label = _("A recovery code")

    @cached_property
    def has_app(self) -> bool:
        """Whoever has a passkey alone is not asked for the code of an app."""
        return bool(Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).exists())

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            lasts = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
            if not cache.add(f"lock:used:{self.user.pk}:{normalize_user_code(code)}", True, lasts):
                self._emit_authentication_failed(self.authenticator)
                raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OfALock, base.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_OfALock, base.ReauthenticateForm):  # type: ignore[misc]
    pass


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
