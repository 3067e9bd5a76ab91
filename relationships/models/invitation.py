"""An empty seat, waiting."""

import datetime as dt
import hashlib
from base64 import b32encode
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.append_only import AppendOnly, AppendOnlyQuerySet
from config.ids import uuid7
from relationships import chain, clock
from relationships.models.event import Event, Verb
from relationships.models.participant import Participant, Side

if TYPE_CHECKING:
    from relationships.models.relationship import Relationship


def digest_of(token: str) -> str:
    """What is kept of a token. Case, spaces and hyphens are as whoever types it likes."""
    return hashlib.sha256("".join(token.lower().split()).replace("-", "").encode()).hexdigest()


class InvitationQuerySet(AppendOnlyQuerySet):
    def waiting(self, now: dt.datetime | None = None) -> "InvitationQuerySet":
        """Those that can still be accepted: in time, not answered, not taken back, the seat still empty."""
        answered = Event.objects.filter(invitation=OuterRef("pk"), verb__in=[Verb.DECLINED, Verb.TOOK_BACK])
        taken = Participant.objects.filter(relationship=OuterRef("relationship"), side=OuterRef("side"))
        ended = Event.objects.filter(relationship=OuterRef("relationship"), verb=Verb.ENDED)
        return self.filter(
            ~Exists(answered), ~Exists(taken), ~Exists(ended), expires_at__gt=now or clock.now()
        )

    def of_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=digest_of(token))


class Invitation(AppendOnly):
    """An empty seat, waiting: for one address or for whoever holds the link, once, for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey("Participant", on_delete=models.PROTECT, related_name="invitations_made")
    side = models.CharField(max_length=12, choices=Side.choices)
    # Empty for a link: then whoever holds it may come in.
    address = models.EmailField(_("their e-mail address"), max_length=254, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="invitation_two_sides")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def to(
        cls, relationship: "Relationship", *, by: Participant, side: str, address: str, lasts: dt.timedelta
    ) -> "Invitation":
        """A new invitation, not saved yet."""
        now = clock.now()
        invitation = cls(
            relationship=relationship,
            invited_by=by,
            side=side,
            address=address.strip().lower(),
            made_at=now,
            expires_at=now + lasts,
        )
        invitation.token_hash = digest_of(invitation.token)
        return invitation

    @property
    def token(self) -> str:
        """What the link carries: 256 bits for a mail, 100 for a link that somebody may have to type.

        Derived from the installation's key and never stored, so that whoever invited can show the link
        again, and a copy of the database opens nothing. After a change of key it no longer fits
        `token_hash`, and `showable` says so.
        """
        mac = salted_hmac("relationships.invitation", str(self.pk), algorithm="sha256").digest()
        letters = b32encode(mac).decode().lower().rstrip("=")
        if self.address:
            return letters
        return "-".join(letters[start : start + 5] for start in range(0, 20, 5))

    @property
    def showable(self) -> bool:
        return digest_of(self.token) == self.token_hash

    def sealed(self) -> dict[str, str]:
        """The whole invitation for the chain, so that nobody can lengthen or redirect it behind its back.

        As a digest only: the address is nobody's business once the seat is filled, and the token's hash in it
        keeps the address from being guessed.
        """
        content = {
            "id": str(self.pk),
            "invited_by": str(self.invited_by_id),
            "side": str(self.side),
            "address": self.address,
            "token_hash": self.token_hash,
            "made_at": chain.moment(self.made_at),
            "expires_at": chain.moment(self.expires_at),
        }
        return {"invitation": hashlib.sha256(chain.canonical(content)).hexdigest()}
