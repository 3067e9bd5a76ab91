"""A person, and their own settings."""

import zoneinfo
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from config.append_only import AppendOnly
from config.ids import uuid7


def validate_time_zone(name: str) -> None:
    """Refuse a name that the IANA time zone database does not have."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone from the list."), code="time_zone")


class Told(models.TextChoices):
    """When somebody hears by e-mail that there is something new."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    NEVER = "never", _("never")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person. Their address counts as theirs only when it has been verified (`EmailAddress`)."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person. There is no staff and no superuser: nobody has a way into a record but its two people.

    All but the name and the address may stay empty. These are the person's own to change, at any time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("your name"), max_length=120)
    called = models.CharField(_("what you like to be called"), max_length=60, blank=True)
    pronounced = models.CharField(_("how to say it"), max_length=80, blank=True)
    pronouns = models.CharField(_("your pronouns"), max_length=40, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    language = models.CharField(max_length=12, blank=True)
    pauses_first = models.BooleanField(default=False)
    is_reminded = models.BooleanField(default=True)
    # How soon they hear that something is new, and between which hours they do not, in their own time zone.
    told_of_news = models.CharField(max_length=8, choices=Told.choices, default=Told.AT_ONCE)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    # Whether a way to leave in a hurry stands on each page of the record.
    leaves_quickly = models.BooleanField(default=False)
    # What the secret address of their calendar is made from; none until they ask for one.
    calendar_id = models.UUIDField(null=True, unique=True, editable=False)
    # By which they show, on somebody else's device, that it is they who write there. Kept only as a hash.
    own_code = models.CharField(max_length=128, blank=True, editable=False)
    # Made anew whenever a lock of the account changes: a session that was begun with another one is over.
    lock_id = models.UUIDField(null=True, editable=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_its_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """What to call them: what they asked for, or else the first word of their name."""
        return self.called or self.name.split(" ", 1)[0]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Their time zone, or the installation's."""
        return zoneinfo.ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own, which changes with the password; and beside it with every other lock."""
        own: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return own if self.lock_id is None else f"{own}{self.lock_id.hex}"

    def owns(self, address: str) -> bool:
        """Whether they have shown that this e-mail address is theirs."""
        # allauth stores lower case. A database folds more than case: for PostgreSQL, "ſam@" is "SAM@".
        return bool(EmailAddress.objects.filter(user=self, email=address.lower(), verified=True).exists())


class LogIn(AppendOnly):
    """That somebody came into this account, or tried to: its owner can see it, and nobody can change it."""

    class Outcome(models.TextChoices):
        CAME_IN = "came_in", _("logged in")
        REFUSED = "refused", _("a log-in that failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="log_ins")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    # By password, code, passkey, second factor …: the name of the way, or empty where nobody knows.
    way = models.CharField(max_length=16, blank=True)
    # The kind of device, as `config.device` names it; never its address.
    device = models.CharField(max_length=12, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="log_in_newest")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at}"
