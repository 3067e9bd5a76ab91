"""One form for each verb: shape only. What the record takes, the record says."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relationships import clock, kinds, prose
from relationships.models import Draft, Side

FAULTS: dict[str, Any] = {
    "empty": _("Write something first. One line is enough."),
    "too_long": _("This is longer than one entry can be. Share it in two parts."),
    "control": _(
        "There is an invisible control character in this text. Type that part again, or paste it as plain text."
    ),
    "surrogate": _("There is a broken character in this text, perhaps half an emoji. Type that part again."),
    "bidi": _(
        "There is an invisible character in this text that turns the direction of reading. Type that part again."
    ),
}


def validate_prose(text: str) -> None:
    """Refuse what `prose.fault` finds, in a sentence for whoever typed it."""
    fault = prose.fault(text)
    if fault:
        raise ValidationError(FAULTS[fault], code=fault)


class WordsField(forms.CharField):
    """Text that is kept exactly as typed: nothing stripped, and the newlines that a browser sends made one."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.validators = [validate_prose]

    def to_python(self, value: Any) -> str:
        return prose.normalise_newlines(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        if self.required:
            validate_prose(value)

    def run_validators(self, value: str) -> None:
        if value:
            validate_prose(value)


class LineField(forms.CharField):
    """One short line, refused for the same reasons as longer text."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(required=False, max_length=max_length, **options)
        self.validators.append(validate_prose)


def validate_day(day: dt.date) -> None:
    """Refuse a day that nobody here can mean."""
    if day.year < 1900:
        raise ValidationError(_("That is before 1900. Check the year."), code="too_early")
    if day > clock.now().date() + dt.timedelta(days=366):
        raise ValidationError(_("That is more than a year ahead. Check the year."), code="too_late")


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Write the day like this: 2026-11-23.")},
            **options,
        )


class WordsForm(forms.Form):
    """What every form with a box for words carries.

    `submission` names this showing of the form, so that sending it twice shares once. `draft` and `version`
    say which saved draft the page shows.
    """

    text = WordsField(label=_("Your words"))
    helped_by = LineField(label=_("Written with the help of"), max_length=120)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    draft = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    # The fields that a draft keeps.
    KEPT: ClassVar[tuple[str, ...]] = ("text", "helped_by")

    @classmethod
    def blank(cls, draft: Draft | None, **initial: Any) -> "WordsForm":
        """A form to show: empty, or with the words of a draft in it."""
        if draft is not None:
            initial |= {name: getattr(draft, name) for name in cls.KEPT}
            initial |= {"draft": draft.pk, "version": draft.version}
        form = cls(initial=initial | {"submission": uuid.uuid4()})
        form.fields["text"].widget.attrs["autofocus"] = True
        return form

    @property
    def words(self) -> dict[str, Any]:
        """What the verb takes."""
        names = [name for name in self.KEPT if name in self.cleaned_data]
        return {name: self.cleaned_data[name] for name in names} | {
            "submission": self.cleaned_data["submission"]
        }


class WriteForm(WordsForm):
    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect, required=False)
    prompt = LineField(label=_("A question to begin with"), max_length=200)
    happened_on = DayField(label=_("The day it is about"), validators=[validate_day])

    KEPT = ("text", "helped_by", "kind", "prompt", "happened_on")
    field_order = ("text", "kind", "prompt", "happened_on", "helped_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds.offered()]  # type: ignore[attr-defined]
        self.fields["kind"].error_messages["invalid_choice"] = _("Choose one of these, or none.")


class AnswerForm(WordsForm):
    pass


class AcknowledgeForm(WordsForm):
    """Yes, nearly or not yet; words beside it if they like."""

    understood = forms.ChoiceField(
        label=_("Is that what you meant?"),
        choices=list(kinds.Acknowledgement.levels.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    text = WordsField(label=_("Your words"), required=False)

    @property
    def words(self) -> dict[str, Any]:
        return super().words | {"answers": {"understood": {"level": self.cleaned_data["understood"]}}}


class CorrectForm(WordsForm):
    happened_on = DayField(label=_("The day it is about"), validators=[validate_day])

    KEPT = ("text", "helped_by", "happened_on")


class WithdrawForm(forms.Form):
    text = WordsField(label=_("Why"), required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)


class DiscardForm(forms.Form):
    draft = forms.UUIDField(widget=forms.HiddenInput)


class BeginForm(forms.Form):
    side = forms.ChoiceField(
        label=_("In this journal you are"),
        choices=Side.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say which of the two you are.")},
    )


class InviteForm(forms.Form):
    address = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write their e-mail address, or make a link instead."),
            "invalid": _("Write an e-mail address like name@example.org."),
        },
    )


class SinceForm(forms.Form):
    since = DayField(label=_("New since"), validators=[validate_day])
