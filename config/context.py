"""What every template may say about this installation."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html

NUMBER = re.compile(r"\+?[\d \-]{2,}")


def installation(request: HttpRequest) -> dict[str, object]:
    return {"emergency_number": _to_tap(settings.EMERGENCY_NUMBER), "signup_open": settings.SIGNUP_OPEN}


def _to_tap(number: str) -> str:
    """A number as a link that a telephone can call; other words as they are."""
    if not NUMBER.fullmatch(number):
        return number
    return format_html('<a href="tel:{}">{}</a>', re.sub(r"[ \-]", "", number), number)
