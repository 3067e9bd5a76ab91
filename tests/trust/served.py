"""Production's settings for a copy in a process of its own, with the static files where they lie."""

from config.settings import *  # noqa: F403

STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
