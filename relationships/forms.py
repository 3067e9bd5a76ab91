"""One form for each verb: shape only. What the record takes, the record says."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from relationships import clock, doors, kinds, prose, verifier
from relationships.errors import FAULTS, Refused
from relationships.models import Draft, Side
from relationships.models.consult import Way
from relationships.models.picture import NoPicture, made_anew
from relationships.models.relationship import LONGEST


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


def validate_one_line(text: str) -> None:
    """Refuse what would make two lines of one."""
    if len(text.splitlines()) > 1:
        raise ValidationError(_("Write this on one line."), code="lines")


class LineField(forms.CharField):
    """One short line, refused for the same reasons as longer text."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(required=False, max_length=max_length, **options)
        self.validators += [validate_prose, validate_one_line]


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
    """What it is about may be said by one of the `headings` that the two have made of ours."""

    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect, required=False)
    prompt = LineField(label=_("A question to begin with"), max_length=200)
    happened_on = DayField(label=_("The day it is about"), validators=[validate_day])

    KEPT = ("text", "helped_by", "kind", "prompt", "happened_on")
    field_order = ("text", "kind", "prompt", "happened_on", "helped_by")

    headings: ClassVar[Sequence[doors.Offer]] = doors.headings([])

    @classmethod
    def offering(cls, headings: Sequence[doors.Offer]) -> type["WriteForm"]:
        """The form for two people who have these headings."""
        return type(cls.__name__, (cls,), {"headings": headings})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One that was left out since is still there for whoever had chosen it.
        chosen = self["kind"].value()
        there = [one for one in self.headings if not one.is_dropped or one.kind == chosen]
        # What is chosen while nobody has chosen names nothing: "something else" would say more than they did.
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (one.kind, _("anything at all") if one.is_fixed else one.says) for one in there
        ]
        self.fields["kind"].error_messages["invalid_choice"] = _("Choose one of these, or none.")

    @property
    def words(self) -> dict[str, Any]:
        words = super().words
        chosen = next(one for one in self.headings if one.kind == words["kind"])
        return words | {"kind": "" if chosen.is_own else chosen.kind, "heading": chosen.heading}


class AnswerForm(WordsForm):
    pass


class OneLineForm(WordsForm):
    """Of a kind that is one line only. The page says how long at most."""

    text = WordsField(label=_("Your words"), widget=forms.TextInput)


class NameForm(WordsForm):
    """What the two call one of their questions or headings."""

    text = LineField(label=_("Its name"), max_length=doors.LONGEST)  # type: ignore[assignment]

    KEPT = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = FAULTS["empty"]


class PictureForm(forms.Form):
    """A picture of oneself. What comes out of it is made anew already."""

    picture = forms.FileField(
        label=_("A photo or a drawing"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a picture first."),
            "missing": _("Choose a picture first."),
            "empty": NoPicture.sentence,
        },
    )

    def clean_picture(self) -> bytes:
        try:
            return made_anew(self.cleaned_data["picture"])
        except Refused as refused:
            raise ValidationError(str(refused), code="no_picture") from refused


class AcknowledgeForm(WordsForm):
    """Yes, nearly or not yet; words beside it if they like."""

    understood = forms.ChoiceField(
        label=_("Is that what you meant?"),
        choices=list(kinds.Acknowledgement.levels.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    text = WordsField(label=_("Your words"), required=False)

    @classmethod
    def blank(cls, draft: Draft | None, **initial: Any) -> "WordsForm":
        """What is to be read, and the choice, come before the box."""
        form = super().blank(draft, **initial)
        del form.fields["text"].widget.attrs["autofocus"]
        return form

    @property
    def words(self) -> dict[str, Any]:
        return super().words | {"answers": {"understood": {"level": self.cleaned_data["understood"]}}}


class CorrectForm(WordsForm):
    why = LineField(label=_("Why it changed"), max_length=500)
    happened_on = DayField(label=_("The day it is about"), validators=[validate_day])

    KEPT = ("text", "helped_by", "why", "happened_on")


class WithdrawForm(forms.Form):
    text = WordsField(label=_("Why"), required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)


class DiscardForm(forms.Form):
    draft = forms.UUIDField(widget=forms.HiddenInput)


class TellForm(forms.Form):
    """Which of one's other journals to bring one's words to, by the name of the other one there."""

    journal = forms.TypedChoiceField(
        label=_("To whom"),
        coerce=uuid.UUID,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of your journals."),
            "invalid_choice": _("Choose one of your journals."),
        },
    )
    helped_by = LineField(
        label=_("Written with the help of"),
        max_length=120,
        help_text=_("Leave it empty if they need not know who helped."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, journals: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["journal"].choices = list(journals)  # type: ignore[attr-defined]


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


class DayForm(forms.Form):
    """Which day to show, in an address."""

    FIRST, LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)

    day = DayField(label=_("Day"), validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)])


# --- The four questions ---------------------------------------------------------------------------------


class BesideField(WordsField):
    """Words that nobody has to write: a box with nothing that can be seen in it is an empty one."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return "" if prose.fault(text) == prose.Fault.EMPTY else text


class QuestionsForm(forms.Form):
    """A level and words for each question; every one of them can be left out, but not all."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in kinds.Experience.questions:
            self.fields[f"{question.name}_level"] = forms.ChoiceField(
                label=question.says,  # type: ignore[arg-type]  # Django's stubs have a name of their own for it.
                # With a word for leaving it out: what was chosen once can be taken back without a script.
                choices=[*kinds.Experience.levels.items(), ("", _("leave this out"))],
                widget=forms.RadioSelect,
                required=False,
                error_messages={"invalid_choice": _("Choose one of these.")},
            )
            self.fields[f"{question.name}_words"] = BesideField(
                label=format_lazy("{}, {}", question.says, _("in your own words")),
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each question its level and its words."""
        names = [question.name for question in kinds.Experience.questions]
        return [(self[f"{name}_level"], self[f"{name}_words"]) for name in names]

    def clean(self) -> None:
        if not self.errors and not self.answers:
            raise ValidationError(_("Answer one of these, or skip them all."), code="empty")

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """What the verb takes: what was answered, and nothing of what was left out."""
        given = {}
        for question in kinds.Experience.questions:
            both = {part: self.cleaned_data.get(f"{question.name}_{part}") for part in ("level", "words")}
            if any(both.values()):
                given[question.name] = {part: value for part, value in both.items() if value}
        return given


# --- Around a consult -----------------------------------------------------------------------------------


class HopeForm(WordsForm):
    """A small box: one line is enough."""

    text = WordsField(label=_("Your words"), widget=forms.Textarea(attrs={"rows": 3}))


class RoomForm(WordsForm):
    """The box below what both look at: the page does not jump to it."""

    text = WordsField(label=_("What is said"), widget=forms.Textarea(attrs={"rows": 4}))

    @classmethod
    def blank(cls, draft: Draft | None, **initial: Any) -> "WordsForm":
        form = super().blank(draft, **initial)
        del form.fields["text"].widget.attrs["autofocus"]
        return form


class PromiseLineForm(forms.Form):
    """One line and a day, to be sent to the page for promises."""

    text = forms.CharField(label=_("A promise"))
    due_on = DayField(label=_("By when"))
    submission = forms.UUIDField(widget=forms.HiddenInput)


# --- Promises -------------------------------------------------------------------------------------------


def validate_due(day: dt.date) -> None:
    """Refuse a day by which nobody can mean to do something."""
    if day.year < 1900:
        raise ValidationError(_("That is before 1900. Check the year."), code="too_early")
    if day > timezone.localtime(clock.now()).date() + dt.timedelta(days=2 * 366):
        raise ValidationError(_("That is more than two years ahead. Check the year."), code="too_late")


def validate_to_come(day: dt.date) -> None:
    """Refuse a day that is over where its reader is."""
    if day.year >= 1900 and day < timezone.localtime(clock.now()).date():
        raise ValidationError(_("That day is past. Choose one that is still to come."), code="past")


class PromiseForm(WordsForm):
    """What somebody will do: one line, and a day if they like."""

    text = WordsField(label=_("I will …"), widget=forms.Textarea(attrs={"rows": 2}))
    due_on = DayField(label=_("By when"), validators=[validate_due, validate_to_come])

    KEPT = ("text", "helped_by", "due_on")


class CloseForm(WordsForm):
    """Kept, or released: with a why or without."""

    text = WordsField(label=_("Anything to say about it"), required=False)


class MoveForm(CloseForm):
    text = WordsField(label=_("Why"), required=False)
    due_on = DayField(label=_("The other day"), validators=[validate_due, validate_to_come])

    KEPT = ("text", "helped_by", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = True
        self.fields["due_on"].error_messages["required"] = _("Choose a day.")


class CorrectPromiseForm(CorrectForm):
    """A promise put differently, its day with it. A day that has passed may stay."""

    happened_on = None  # type: ignore[assignment]
    due_on = DayField(label=_("By when"), validators=[validate_due])

    KEPT = ("text", "helped_by", "why", "due_on")


# --- On somebody else's device --------------------------------------------------------------------------


class _NeverShown(forms.TextInput):
    """A box whose page never tells what was typed in it."""

    def format_value(self, value: Any) -> None:
        return None


class HandedOverForm(forms.Form):
    """One box, in large type, and a code for who writes. The browser is asked to remember none of it."""

    text = WordsField(
        label=kinds.Hope.doors[0].says, widget=forms.Textarea(attrs={"rows": 5, "autofocus": True})
    )
    helped_by = LineField(label=_("With the help of"), max_length=120)
    code = forms.CharField(
        label=_("Your code"),
        help_text=_("The 8 digits on your card, or the 6 digits from an e-mail."),
        max_length=40,
        widget=_NeverShown(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Write your code, or have one sent to you.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def begin_at_code(self) -> None:
        """Go on where a code is to be typed."""
        del self.fields["text"].widget.attrs["autofocus"]
        self.fields["code"].widget.attrs["autofocus"] = True

    def refuse_code(self, why: str) -> None:
        """Say that the code is wrong, and leave its box empty."""
        self.data = {name: self.data.get(name) for name in self.fields} | {"code": ""}
        self.add_error("code", why)


# --- Consults -------------------------------------------------------------------------------------------


class OnceForm(forms.Form):
    """A form that is one act, however often it is sent: `submission` names this showing of it."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @property
    def words(self) -> dict[str, Any]:
        """What the verb takes."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("day", "time", "seen")
        }


class WhenForm(OnceForm):
    """A day and a time as the clock on the wall shows them where its reader lives, and how long."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say on which day."),
            "invalid": _("Write the day like this: 2026-11-23."),
        },
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={
            "required": _("Say at what time."),
            "invalid": _("Write the time like this: 14:30."),
        },
    )
    minutes = forms.IntegerField(
        label=_("How many minutes"),
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"list": "minutes", "autocomplete": "off"}),
        error_messages={
            "required": _("Say how many minutes it takes."),
            "invalid": _("Write the minutes as a number, like 20."),
            "min_value": _("It takes at least 1 minute."),
            "max_value": _("That is longer than a day. Check the minutes."),
        },
    )
    way = forms.ChoiceField(
        label=_("How"),
        choices=[*Way.choices, ("", _("leave this out"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("day") and data.get("time"):
            try:
                data["starts_at"] = from_current_timezone(dt.datetime.combine(data["day"], data["time"]))
            except ValidationError:
                night = _(
                    "The clocks change that night, and this time is left out or comes twice. Choose another."
                )
                self.add_error("time", ValidationError(night, code="clocks_change"))
        return data


class PlanForm(WhenForm):
    where = LineField(label=_("Where, or a number to call"), max_length=200)


class MoveConsultForm(PlanForm):
    """`seen` is the number of the act that the page showed: another one may have come in between."""

    reason = LineField(label=_("Why"), max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class CallOffForm(OnceForm):
    reason = LineField(label=_("Why"), max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class UnplannedForm(WhenForm):
    """We met, and nobody had planned it."""


class CheckNoteForm(forms.Form):
    """A signed note that somebody kept, or the mail that it came in. What comes out of it is read already."""

    note = forms.CharField(
        label=_("The note, or all of the mail it came in"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the note first.")},
    )

    def clean_note(self) -> list[verifier.Note]:
        try:
            return verifier.read_notes(self.cleaned_data["note"])
        except verifier.DoesNotFit as fault:
            sentence = _(
                "There is no whole note in this. Copy it once more: five lines, from “alongside/” to the last."
            )
            raise ValidationError(sentence, code="no_note") from fault


class CheckPaperForm(forms.Form):
    """What stands at the foot of a page that somebody printed or wrote down."""

    number = forms.IntegerField(
        label=_("How many acts"),
        min_value=1,
        max_value=2**31 - 1,
        error_messages={"required": _("Type the number first.")},
    )
    fingerprint = forms.CharField(
        label=_("The letters and digits beside it"),
        help_text=_("Capitals and spaces do not matter."),
        max_length=120,
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "autocomplete": "off", "autocapitalize": "none"}
        ),
        error_messages={"required": _("Type the letters and digits first.")},
    )

    def clean_fingerprint(self) -> str:
        try:
            return verifier.read_fingerprint(self.cleaned_data["fingerprint"])
        except verifier.DoesNotFit as fault:
            sentence = _("There are 20 of them: the digits 0 to 9 and the letters a to f. Look once more.")
            raise ValidationError(sentence, code="no_fingerprint") from fault


class CheckCopyForm(forms.Form):
    """A copy that somebody took earlier."""

    copy = forms.FileField(
        label=_("The ZIP file"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={
            "required": _("Choose a file first."),
            "missing": _("Choose a file first."),
            "empty": _("This file is empty."),
        },
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_too_large = is_too_large

    def clean(self) -> dict[str, Any]:
        if self.is_too_large:  # Then it was not taken (`config.uploads`).
            sentence = _(
                "This file is larger than 10 MB. Check it on your own computer: verify.py lies in it."
            )
            self.errors["copy"] = self.error_class([str(sentence)])
        return self.cleaned_data
