"""allauth's boxes, made like ours, and what its pages do not know."""

import json
from typing import Any

from django import forms, template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from accounts import sessions

register = template.Library()

GOOD_PASSWORD = _("8 characters or more. Three words that only you would put together are a good one.")


@register.filter
def plainly(form: forms.BaseForm) -> forms.BaseForm:
    """Make the boxes as they are everywhere else here."""
    for box in form:
        attrs = box.field.widget.attrs
        # Grey words in an empty box vanish just when one needs them. The label says the same.
        attrs.pop("placeholder", None)
        if attrs.get("autocomplete") == "one-time-code":
            attrs["inputmode"] = "numeric"
        if box.name == "password1":
            # Django's is a list, which cannot stand in the paragraph of a hint.
            box.help_text = GOOD_PASSWORD
    return form


@register.filter
def as_json(what: Any) -> str:
    """For an attribute that a script reads: no script stands in a page itself."""
    return json.dumps(what, cls=DjangoJSONEncoder)


@register.simple_tag(takes_context=True)
def places(context: dict[str, Any]) -> list[sessions.Place]:
    """Where whoever looks is logged in."""
    return sessions.places_of(context["user"], context["request"].session.session_key)
