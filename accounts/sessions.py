"""How long somebody stays logged in, on which kind of device, and where else they are.

A session ends after a while without a touch (its idle limit), and after a while in any case (its absolute limit).
Both are looked at on the server, at the next request. The session itself remembers when it began and when it was
last touched, so whoever has an old cookie has nothing.
"""

import datetime as dt
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config import device

if TYPE_CHECKING:
    from accounts.models import User

BEGAN, TOUCHED, ON = "session_began", "session_touched", "session_on"
"""Under these names a session remembers when somebody logged in, when they last did something, and on what."""

CHOSEN = "device_chosen"
"""Under this name it remembers, while a code is on its way, what they said of the device, and at which address."""

ASK_NOTHING = ("mfa_login_webauthn", "account_complete_password_reset")
"""Ways in on which nobody says whose the device is: what was said on another way that was not gone to its end is void."""

WRITTEN_EVERY = 60
"""A touch is written down at most so often, in seconds, so that most pages cost no write."""


class Device(models.TextChoices):
    """Whose device somebody logs in on, as they say themselves."""

    SHARED = "shared", _("Others use it too")
    THIS_ONCE = "once", _("I only use it for now")
    OWN = "own", _("It is my own")


@dataclass(frozen=True)
class Limits:
    """In seconds: how long without a touch, and how long in any case."""

    idle: int
    absolute: int


def limits_on(kind: str) -> Limits:
    if kind == Device.SHARED:
        return Limits(settings.SHARED_DEVICE_IDLE_MINUTES * 60, settings.SHARED_DEVICE_MINUTES * 60)
    if kind == Device.OWN:
        return Limits(settings.OWN_DEVICE_IDLE_HOURS * 3600, settings.SESSION_COOKIE_AGE)
    return Limits(settings.SESSION_IDLE_MINUTES * 60, settings.SESSION_ABSOLUTE_HOURS * 3600)


def _now() -> int:
    return int(timezone.now().timestamp())


def choose(session: SessionBase, kind: str, address: str) -> None:
    """Somebody who is about to log in with this address says whose device it is."""
    session[CHOSEN] = {"kind": str(kind), "address": address.lower()}


def begin(request: Any, user: "User", **_more: Any) -> None:
    """Somebody has just logged in. Only on a device of their own does it outlast the browser."""
    session = request.session
    chosen = session.pop(CHOSEN, {})
    match = getattr(request, "resolver_match", None)
    is_void = chosen.get("address") != user.email.lower() or (match and match.url_name in ASK_NOTHING)
    kind = Device.THIS_ONCE if is_void else chosen["kind"]
    session[BEGAN] = session[TOUCHED] = _now()
    session[ON] = str(kind)
    session.set_expiry(None if kind == Device.OWN else 0)


def touch(session: SessionBase) -> None:
    """Somebody has just done something here."""
    now = _now()
    session.setdefault(BEGAN, now)  # Only where the session is older than this rule.
    if now - session.get(TOUCHED, 0) >= WRITTEN_EVERY:
        session[TOUCHED] = now


def seconds_left(session: SessionBase) -> int:
    """Until the session ends if nobody touches it any more; 0 or less once it is over."""
    now, limits = _now(), limits_on(session.get(ON, ""))
    idle_from, began = session.get(TOUCHED, now), session.get(BEGAN, now)
    return int(min(idle_from + limits.idle, began + limits.absolute) - now)


def whole_minutes_left(session: SessionBase) -> int:
    """The same, in seconds, as a page may say it: rather too few, and the same in two answers in a row.

    A page that is somebody else's and one that is not there are to be the same, byte for byte.
    """
    return max(seconds_left(session) - 1, 0) // WRITTEN_EVERY * WRITTEN_EVERY


def can_stay(session: SessionBase) -> bool:
    """Whether a touch now would make it any longer."""
    now, limits = _now(), limits_on(session.get(ON, ""))
    return bool(session.get(BEGAN, now) + limits.absolute - now > seconds_left(session))


# --- Where else somebody is logged in -------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One session of somebody's, as they may know it again. Its address on the network stays out of it."""

    key: int
    device: str
    began: dt.datetime
    is_this: bool

    @property
    def words(self) -> Promise:
        return {
            device.PHONE: _("a phone"),
            device.TABLET: _("a tablet"),
            device.COMPUTER: _("a computer"),
        }.get(self.device, _("another device"))


def places_of(user: "User", here: str | None) -> list[Place]:
    """Where somebody is logged in; `here`, the key of this session, first, and then the newest. None that is over."""
    found = [_place(one, here) for one in UserSession.objects.filter(user=user)]
    standing = [place for place in found if place is not None]
    return sorted(standing, key=lambda place: (place.is_this, place.began), reverse=True)


def _place(one: UserSession, here: str | None) -> Place | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(one.session_key)
    began = store.get(BEGAN)
    if began is None or seconds_left(store) <= 0 or one.purge():
        return None
    when = dt.datetime.fromtimestamp(began, dt.UTC)
    return Place(one.pk, device.kind_of(one.user_agent), when, one.session_key == here)


def end(user: "User", key: int) -> None:
    """End one session of somebody's: whoever has its cookie is nobody from the next request on."""
    for one in UserSession.objects.filter(user=user, pk=key):
        one.end()
