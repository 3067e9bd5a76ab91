"""Links that sign somebody in without a password, so that a newcomer sees both chairs in a minute.

In development only. In production none can be made, and none that was made elsewhere is accepted.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.models import User

SALT = "accounts.sign_in"
LASTS = dt.timedelta(days=30)


def link_for(user: User) -> str:
    """The path that signs this person in. Raises ImproperlyConfigured outside development."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("Sign-in links exist in development only (DEBUG=1).")
    return reverse("sign-in", args=[signing.dumps(str(user.pk), salt=SALT)])


@login_not_required
@require_safe
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    try:
        key = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        raise Http404 from None
    person = get_object_or_404(User, pk=key, is_active=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    on = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(on, {request.get_host()}, require_https=request.is_secure())
    return redirect(on if is_ours else "home")
