"""Links that sign somebody in without a password, so that a newcomer sees both chairs in a minute.

In development only. In production none can be made, and none that was made elsewhere is accepted.
"""

import datetime as dt

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from accounts.models import User

SALT = "accounts.sign_in"
LASTS = dt.timedelta(days=30)


def link_for(user: User) -> str:
    """The path that signs this person in. Raises ImproperlyConfigured outside development."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("Sign-in links exist in development only (DEBUG=1).")
    return reverse("sign-in", args=[signing.dumps(str(user.pk), salt=SALT)])


def person_of(token: str) -> User | None:
    """Whom a link signs in: nobody outside development, or if it is false, old, or of a closed account."""
    if not settings.DEBUG:
        return None
    try:
        key = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key, is_active=True).first()
