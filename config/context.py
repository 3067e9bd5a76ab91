"""What every template may say about this installation."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import sessions
from config import emergency


def installation(request: HttpRequest) -> dict[str, object]:
    return {
        "emergency_number": emergency.number(),
        "answer_time": settings.ANSWER_TIME,
        "neutral_site": settings.NEUTRAL_SITE,
        "signup_open": settings.SIGNUP_OPEN,
    }


def session(request: HttpRequest) -> dict[str, object]:
    """How long somebody stays logged in without a touch, in whole minutes, counted in seconds."""
    return {"session_left": SimpleLazyObject(lambda: sessions.whole_minutes_left(request.session))}
