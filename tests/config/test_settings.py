"""A copy that people rely on starts only with what it needs, and can never be entered by a sign-in link."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings

WHOLE = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "alongside.example",
    "EMAIL_URL": "smtp+tls://somebody:secret@mail.example:587",
    "SITE_ADDRESS": "https://alongside.example",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "sqlite://:memory:",
}


def run(*command, **environment):
    """A process of its own with these settings and no others."""
    known = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=known | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def read(name, **environment):
    return run("-c", f"from config import settings; print(repr(settings.{name}))", **environment)


def without(name):
    return {key: value for key, value in WHOLE.items() if key != name}


def test_with_all_that_it_needs_it_starts_and_the_check_for_production_is_clean():
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **WHOLE)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_production_does_not_start_without(name):
    refused = read("DEBUG", **without(name))
    assert refused.returncode != 0
    assert name in refused.stderr
    assert "ImproperlyConfigured" in refused.stderr


def test_an_empty_key_is_no_key():
    assert "Set SECRET_KEY" in read("DEBUG", **(WHOLE | {"SECRET_KEY": ""})).stderr


def test_with_a_key_it_is_production_without_being_told():
    assert read("DEBUG", **without("DEBUG")).stdout == "False\n"


def test_without_a_key_it_is_a_development_copy_on_this_machine_only():
    assert read("DEBUG").stdout == "True\n"
    assert read("ALLOWED_HOSTS").stdout == "['localhost', '127.0.0.1', '[::1]']\n"


def test_what_is_served_is_never_development_unless_told():
    refused = run("-c", "import config.wsgi")
    assert refused.returncode != 0
    assert "Set SECRET_KEY" in refused.stderr


def test_in_production_no_sign_in_link_can_be_made_or_used():
    script = """
import django; django.setup()
from django.core import signing
from django.test import RequestFactory
from accounts.models import User
from accounts.sign_in import SALT, link_for
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.urls import resolve
try:
    link_for(User())
except ImproperlyConfigured:
    print("not made")
try:
    token = signing.dumps(str(User().pk), salt=SALT)
    resolve(f"/me/sign-in/{token}/").func(RequestFactory().get("/"), token)
except Http404:
    print("not used")
"""
    assert run("-c", script, **WHOLE).stdout == "not made\nnot used\n"


def test_in_production_no_demonstration_can_be_made():
    refused = run("manage.py", "demo", "--json", **WHOLE)
    assert refused.returncode != 0
    assert "for development only" in refused.stderr
    assert "sign-in/" not in refused.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", "True"),
        ("CSRF_COOKIE_SECURE", "True"),
        ("SECURE_SSL_REDIRECT", "True"),
        ("SECURE_HSTS_SECONDS", "31536000"),
        ("STORAGES['staticfiles']['BACKEND']", "'config.staticfiles.OneSheetStorage'"),
    ],
)
def test_in_production(name, value):
    assert read(name, **WHOLE).stdout == value + "\n"


def test_in_production_no_error_goes_to_anybody_by_mail():
    script = """
import logging, django; django.setup()
from django.utils.log import AdminEmailHandler
everyone = [logging.getLogger(), *map(logging.getLogger, logging.Logger.manager.loggerDict)]
print(any(isinstance(handler, AdminEmailHandler) for one in everyone for handler in one.handlers))
"""
    assert run("-c", script, **WHOLE).stdout == "False\n"


def test_no_administrator_has_a_way_in():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert settings.AUTHENTICATION_BACKENDS == ["allauth.account.auth_backends.AuthenticationBackend"]
    assert not getattr(settings, "ADMINS", None)


def test_a_database_server_is_never_served_with_the_key_for_development():
    told = {"DATABASE_URL": "postgres://somebody@127.0.0.1/alongside"}
    refused = read("DEBUG", **told)
    assert refused.returncode != 0
    assert "set SECRET_KEY, or DEBUG=1" in refused.stderr
    assert read("DEBUG", **told, DEBUG="1").stdout == "True\n"
