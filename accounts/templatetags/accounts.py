"""allauth's boxes, made like ours."""

from django import forms, template

register = template.Library()


@register.filter
def plainly(form: forms.BaseForm) -> forms.BaseForm:
    """Take away the grey words in empty boxes, which vanish just when one needs them; the label says them.

    A box for a code brings up the keys with digits.
    """
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if field.widget.attrs.get("autocomplete") == "one-time-code":
            field.widget.attrs["inputmode"] = "numeric"
    return form
