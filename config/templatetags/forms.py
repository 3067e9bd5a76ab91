"""What stands at the head of every form: its token, and in a record to whom the form was shown.

It is one tag, Django's own by name, so that no form can be written that lacks either. Two people at one browser are
told apart by it: whoever logs in while another's form is still open does not share what the other has typed.
"""

from typing import Any

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from config.views import SHOWN_TO, shown_to

register = template.Library()


class _TokenAndLabel(CsrfTokenNode):
    def render(self, context: Context) -> str:
        token, request = super().render(context), context.get("request")
        label = shown_to(request) if request is not None and hasattr(request, "user") else ""
        if not label:
            return token
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, SHOWN_TO, label)


@register.tag
def csrf_token(parser: Any, token: Any) -> _TokenAndLabel:
    return _TokenAndLabel()
