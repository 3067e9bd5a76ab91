"""What every template may say about this installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    return {"emergency_number": settings.EMERGENCY_NUMBER, "signup_open": settings.SIGNUP_OPEN}
