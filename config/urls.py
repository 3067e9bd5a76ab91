"""The address book of the whole site. Those of the record are in `relationships.urls`."""

from django.conf import settings
from django.urls import include, path

from config import health, views

urlpatterns = [
    path("", include("relationships.urls")),
    path("me/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("about/", views.about, name="about"),
    path("help/", views.help_now, name="help"),
    path("health/", health.health, name="health"),
    path("ready/", health.ready, name="ready"),
]

if settings.DEBUG:
    from config.styleguide import styleguide

    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]

handler404 = "config.views.not_found"
