"""What a person says about themselves."""

import functools
import unicodedata
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Told, User

JOINERS = "\u200c\u200d"
"""Invisible, but names in Persian and Hindi are written with them."""


def validate_line(text: str) -> None:
    """Refuse characters that hide, break the line, or turn the direction of what stands beside a name."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character not in JOINERS:
            raise ValidationError(
                _("There is an invisible character in this. Delete it all and type it again."),
                code="invisible",
            )


def validate_name(name: str) -> None:
    """Refuse a name that nobody could read."""
    if not any(character.isalnum() for character in name):
        raise ValidationError(_("Write a name that others can read."), code="unreadable")


def validate_no_link(text: str) -> None:
    """Refuse a link: an invitation carries its sender's name to somebody who does not know us yet."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if "://" in plain or "www." in plain:
        raise ValidationError(_("Leave out the link."), code="link")


class _SignupBox(forms.BoundField):
    """allauth adds its boxes after ours are made, so their words are chosen when the page asks for a box."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if name == "password1":
            self.label = _("Create a password")


class SignupForm(forms.Form):
    """What is ours in allauth's form, which inherits from this one: the name."""

    field_order = ("name", "email", "password1")
    bound_field_class = _SignupBox

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("The name that the other person knows you by."),
        max_length=120,
        validators=[validate_line, validate_name, validate_no_link],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProofForm(forms.Form):
    """A code that was sent to show who somebody is."""

    # allauth's name for its own box, so that both are worded in one place.
    code = forms.CharField(label=_("Code"), widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))


REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""Where people look for their town. The names outside of these are old ones of the same zones."""


@functools.cache
def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by part of the world, each as (its name, how it reads)."""
    names = sorted(zoneinfo.available_timezones())
    return [(region, [_town(name) for name in names if name.startswith(f"{region}/")]) for region in REGIONS]


def _town(name: str) -> tuple[str, str]:
    return name, name.partition("/")[2].replace("_", " ")


def _reminder_label(hours: int) -> str:
    """In days where it is whole days, as people count."""
    if hours % 24 == 0:
        return ngettext(
            "Remind me by e-mail %(days)s day before an appointment",
            "Remind me by e-mail %(days)s days before an appointment",
            hours // 24,
        ) % {"days": hours // 24}
    return ngettext(
        "Remind me by e-mail %(hours)s hour before an appointment",
        "Remind me by e-mail %(hours)s hours before an appointment",
        hours,
    ) % {"hours": hours}


class SettingsForm(forms.ModelForm):
    class Meta:
        model = User
        fields = (
            "name",
            "called",
            "pronounced",
            "pronouns",
            "time_zone",
            "language",
            "pauses_first",
            "is_reminded",
            "told_of_news",
            "quiet_from",
            "quiet_until",
            "leaves_quickly",
        )
        labels = {
            "name": _("Your name"),
            "called": _("What you like to be called"),
            "pronounced": _("How to say your name"),
            "pronouns": _("Your pronouns"),
            "pauses_first": _("Ask me before showing new words"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "leaves_quickly": _("Show a way to leave in a hurry"),
        }
        help_texts = {
            "called": _("If you leave this empty: the first word of your name."),
            "pronounced": _("For example: MAH-rit."),
            "pronouns": _("For example: she/her, he/him, they/them."),
            "pauses_first": _("New words from the other person stay closed until you open them."),
            "is_reminded": _("It says that you have an appointment, and nothing else."),
            "quiet_from": _("In the evening, for example. Leave both times empty if any hour is fine."),
            "leaves_quickly": _(
                "A button on each page logs you out and opens a page about something else. Pressing Shift 3 times does "
                "the same. It does not erase what the browser remembers: its history still shows that you were here."
            ),
        }
        error_messages = {"name": {"required": _("Write your name.")}}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "called": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        required=False,
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )
    language = forms.ChoiceField(
        label=_("Your language"),
        required=False,
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )
    told_of_news = forms.ChoiceField(
        label=_("Tell me by e-mail when there is something new"),
        help_text=_("The e-mail says that there is something new, and nothing of what it is."),
        choices=Told.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )

    GROUPS = (
        (_("You"), ("name", "called", "pronounced", "pronouns")),
        (_("Language and time"), ("language", "time_zone")),
        (_("What is new"), ("pauses_first", "told_of_news", "is_reminded", "quiet_from", "quiet_until")),
        (_("Leaving in a hurry"), ("leaves_quickly",)),
    )

    @property
    def groups(self) -> list[tuple[Promise, list[forms.BoundField]]]:
        """What belongs together, under a heading each."""
        return [
            (heading, [self[name] for name in names if name in self.fields]) for heading, names in self.GROUPS
        ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("name", "called", "pronounced", "pronouns"):
            self.fields[name].validators += [validate_line, validate_no_link]
        self.fields["name"].validators.append(validate_name)
        self.fields["is_reminded"].label = _reminder_label(settings.REMINDER_HOURS)
        self._offer("time_zone", [*time_zones(), ("UTC", "UTC")], kept=self.instance.time_zone)
        self._offer("language", settings.LANGUAGES, kept=self.instance.language)
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    def clean_told_of_news(self) -> str:
        return self.cleaned_data["told_of_news"] or str(self.instance.told_of_news)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        begin, end = told.get("quiet_from"), told.get("quiet_until")
        for name, here, there in (("quiet_from", begin, end), ("quiet_until", end, begin)):
            if here is None and there is not None and name not in self.errors:
                self.add_error(name, _("Write both times, or leave both empty."))
        return told

    def _offer(self, name: str, choices: Any, *, kept: str) -> None:
        """Fill a list. What somebody once chose stays in it, though it is not offered any more."""
        empty: list[tuple[str, str | Promise]] = [("", _("Same as this site"))]
        field = self.fields[name]
        field.choices = [*empty, *choices]  # type: ignore[attr-defined]
        if kept and not field.valid_value(kept):  # type: ignore[attr-defined]
            field.choices = [*empty, (kept, kept), *choices]  # type: ignore[attr-defined]
