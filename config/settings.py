"""Settings, read from the environment. README.md lists every name.

Without SECRET_KEY this is a development copy: DEBUG is on and it answers only on this machine.
With it, or with DEBUG=0, it is production, and what production needs must be there or nothing starts.
"""

import logging
import re
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.emergency import BY_COUNTRY

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- What kind of copy this is -----------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default="SECRET_KEY" not in env.ENVIRON)
SECRET_KEY = env.str("SECRET_KEY", default="a key for development, which protects nothing" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random text, or DEBUG=1 for a development copy. "
        'One is made by: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
if (
    DEBUG
    and "DEBUG" not in env.ENVIRON
    and not env.str("DATABASE_URL", default="sqlite:").startswith("sqlite:")
):
    raise ImproperlyConfigured(
        "A database server without a SECRET_KEY: set SECRET_KEY, or DEBUG=1 for development."
    )
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = LOOPBACK if DEBUG else env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What it is made of ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "relationships",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "config.middleware.one_line_in_the_log",
    "django.middleware.security.SecurityMiddleware",
    # On every answer, those of a file and of a refusal among them.
    "config.middleware.only_for_this_site",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.only_utf8",
    "config.middleware.on_a_device",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After whatever reads or changes a page on its way out; files come from the line above, compressed already.
    "config.compressed.Compressed",
    "config.middleware.SessionThatTakesNoAnswerAway",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.sessions_end",
    "config.middleware.words_are_taken_back",
    "config.middleware.KeepWordsLoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.redirects_for_htmx",
    "config.middleware.never_cached",
    "accounts.middleware.in_their_language_and_zone",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.Proven",
    "accounts.middleware.Locked",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# It has a host name of its own, whatever a request says of that.
FORCE_SCRIPT_NAME = ""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Its `csrf_token` says as well to whom a form was shown.
            "builtins": ["config.templatetags.forms", "config.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.installation",
                "config.context.session",
            ],
        },
    },
]

# --- Where it is kept --------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'alongside.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: two writers wait for each other instead of failing. FULL: what was said to be shared
    # survives a power cut. recursive_triggers: REPLACE cannot slip past the append-only triggers.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA recursive_triggers=ON;"
        ),
    }
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Rate limits count here, so in production it is a cache that all processes share. With the 300 rows that Django
# keeps by itself, whoever fills it would empty it.
CACHES = {
    "default": env.cache(
        "CACHE_URL", default="locmemcache://" if DEBUG else "dbcache://cache?max_entries=100000"
    )
}

# --- What is done outside a request -------------------------------------------------------------------

# The queue is a table of the same database; `manage.py worker` empties it.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "OPTIONS": {"id_function": "config.ids.uuid7"},
    }
}

# --- Who somebody is ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# What was done is told once, by the session and never by a cookie of its own, which would outlive the log-out.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

# Whether a person without an invitation may create an account.
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=True)

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# The page for a code would behave differently for an address that is known here already.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# A quarter of an hour: time to find the telephone that the mail arrives on.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": True}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ACCOUNT_PREVENT_ENUMERATION = True
# One mail either way, so that not even the time it takes tells who has an account.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_FORMS = {
    "login": "accounts.log_in.LoginForm",
    "request_login_code": "accounts.log_in.RequestLoginCodeForm",
    "confirm_login_code": "accounts.log_in.ConfirmLoginCodeForm",
    "confirm_password_reset_code": "accounts.log_in.ConfirmPasswordResetCodeForm",
}
# Wrong passwords and wrong codes are counted apart, and a passkey not at all for its account: whoever guesses one way
# does not shut the others.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "wrong_code": "10/m/ip,5/5m/key"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None

# Whether everybody needs a second lock, both sides alike. Without it, it is offered.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)

MFA_ADAPTER = "accounts.locks.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.lock_forms.AuthenticateForm",
    "authenticate_webauthn": "accounts.lock_forms.AuthenticateWebAuthnForm",
    "reauthenticate": "accounts.lock_forms.ReauthenticateForm",
    "activate_totp": "accounts.lock_forms.ActivateTOTPForm",
    "add_webauthn": "accounts.lock_forms.AddWebAuthnForm",
    "edit_webauthn": "accounts.lock_forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey from sign-up would come without recovery codes, and a lost telephone would lock its owner out.
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Alongside"
MFA_TOTP_TOLERANCE = 1
# It would cost seven queries and a write at each request, each draft saved among them.
USERSESSIONS_TRACK_ACTIVITY = False

# --- Words, places, times ----------------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# What stands at every box: nobody watches this, and where to turn. The numbers of the country (`config.emergency`),
# or the practice's own; and, on the page for it, the practice's own words.
COUNTRY = env.str("COUNTRY", default="").upper()
if COUNTRY and COUNTRY not in BY_COUNTRY:
    raise ImproperlyConfigured(
        f"COUNTRY is one of {', '.join(BY_COUNTRY)}. For another one, leave it out and set EMERGENCY_NUMBER."
    )
EMERGENCY_NUMBER = env.str("EMERGENCY_NUMBER", default="")
EMERGENCY_WORDS = env.str("EMERGENCY_WORDS", default="")
# When somebody reads what was written, as it reads after "usually": "within 2 working days".
ANSWER_TIME = env.str("ANSWER_TIME", default="")
# How long an invitation waits, in hours.
INVITATION_HOURS = env.int("INVITATION_HOURS", default=72)
# How long before an appointment `manage.py remind` sends its one mail, in hours.
REMINDER_HOURS = env.int("REMINDER_HOURS", default=48)
if REMINDER_HOURS < 1:
    raise ImproperlyConfigured("REMINDER_HOURS is how long before an appointment: 1 or more.")
# How long after somebody last stood by what matters to them their page asks whether it is still true, in days.
STILL_TRUE_DAYS = env.int("STILL_TRUE_DAYS", default=365)
if STILL_TRUE_DAYS < 1:
    raise ImproperlyConfigured("STILL_TRUE_DAYS is how long after somebody last said it: 1 or more.")
# Where something that one wrote has been unread for so long, its writer is told that it is, in days.
UNREAD_DAYS = env.int("UNREAD_DAYS", default=3)
if UNREAD_DAYS < 1:
    raise ImproperlyConfigured("UNREAD_DAYS is how long something has been unread: 1 or more.")
# Where this is reached from outside. Only `manage.py worker` and `manage.py remind` need it: no request tells it.
SITE_ADDRESS = env.str("SITE_ADDRESS", default="http://127.0.0.1:8000" if DEBUG else "")

# The key that the head of each record is signed with: 32 random bytes in base64, or empty for one from SECRET_KEY.
HEAD_KEY = env.str("HEAD_KEY", default="")
if HEAD_KEY and not re.fullmatch(r"[A-Za-z0-9+/]{43}=", HEAD_KEY):
    raise ImproperlyConfigured("HEAD_KEY is 32 random bytes in base64. `openssl rand -base64 32` makes one.")
# How long after it was announced words can be lawfully erased, in days.
ERASURE_DAYS = env.int("ERASURE_DAYS", default=14)
if ERASURE_DAYS < 1:
    raise ImproperlyConfigured("ERASURE_DAYS is how long both are told beforehand: 1 or more.")

# --- Files -------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.staticfiles.OneSheetStorage"
    },
}

# --- Mail --------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://") if DEBUG else env.email("EMAIL_URL")
globals().update(EMAIL_CONFIG)
# Whatever is sent goes into the queue, and out of it by what EMAIL_URL names (`config.mail`).
EMAIL_DELIVERY_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_BACKEND = "config.mail.Queue"
# A mail server that does not answer holds nobody up for longer, in seconds.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Alongside <alongside@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- The browser's side of the wall ------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        # No text becomes a script, and none becomes HTML but by the one policy in static/js/trusted.js.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "display-capture",
        "browsing-topics",
    )
}
X_FRAME_OPTIONS = "DENY"
# Not "no-referrer": browsers then send "Origin: null" with a form, and Django's CSRF check refuses it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failed"
# On a device that somebody called their own: how long in any case, and how long without a touch. A week, so that who
# writes on Sundays stays: that device is locked by its owner, and a journal that asks each time is not written in.
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=24 * 14) * 3600
OWN_DEVICE_IDLE_HOURS = env.int("OWN_DEVICE_IDLE_HOURS", default=24 * 7)
# On any other: NIST's AAL2 (SP 800-63B), as hospitals keep it.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_ABSOLUTE_HOURS = env.int("SESSION_ABSOLUTE_HOURS", default=12)
# On one that others use too.
SHARED_DEVICE_IDLE_MINUTES = env.int("SHARED_DEVICE_IDLE_MINUTES", default=10)
SHARED_DEVICE_MINUTES = env.int("SHARED_DEVICE_MINUTES", default=60)
# Where leaving in a hurry leads to: a page that is anybody's, and that suggests nothing from what was looked at before.
NEUTRAL_SITE = env.str("NEUTRAL_SITE", default="https://www.bbc.co.uk/weather")
if not NEUTRAL_SITE.startswith("https://"):
    raise ImproperlyConfigured("NEUTRAL_SITE is the address of a page elsewhere, and begins with https://.")
# Four boxes of the longest words in four bytes a character, percent-encoded, and room for the rest of the form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A photo as a telephone takes it. Files stay in memory, and one that is larger is not taken.
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["config.uploads.InMemory"]

if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # Asked on this machine, past the proxy that knows of TLS.
    SECURE_REDIRECT_EXEMPT = [r"^(health|ready)/$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_TLS_PROXY", default=True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What is written down about a request: never its words ----------------------------------------------

# A served copy writes lines of JSON by an allow-list; a development copy writes for whoever is at it.
# Where one cannot be written, `logging` would print all of it, the words too, unless it is told not to.
logging.raiseExceptions = DEBUG
LOG_FILTERS = ["without_tokens"] if DEBUG else ["without_tokens", "without_messages"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "without_messages": {"()": "config.logs.WithoutMessages"},
        "without_tokens": {"()": "config.logs.WithoutTokens"},
    },
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "lines": {"()": "config.logs.Lines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEBUG else "lines",
            "filters": ["without_tokens"] if DEBUG else [],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django's own handlers would send an error to ADMINS by e-mail, with the form's fields in it.
        "django": {"handlers": ["console"], "propagate": False},
        # On these two already, so that another handler somewhere else is told no more.
        "django.request": {"filters": LOG_FILTERS},
        "django.security.csrf": {"filters": LOG_FILTERS},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # The development server writes a line for each request itself.
        "config.middleware": {"level": "WARNING" if DEBUG else "NOTSET"},
    },
}
