"""What happened here: every act, the same list for both."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config import device
from config.prepared import Prepared
from config.templatetags.addresses import address_of
from relationships import kinds
from relationships.access import SignedInRequest, door
from relationships.models import Appointment, Entry, Event, Participant, Relationship, Verb
from relationships.views.dates import at_a_time, weekday_and_time
from relationships.views.moulds import pour
from relationships.views.pages import page
from relationships.views.record import Look

PAGE = 60

BY_NOBODY_HERE = {
    Verb.DECLINED: gettext_lazy("Whoever was invited"),
    Verb.KNOCKED: gettext_lazy("Somebody without a place here"),
    Verb.ERASING: gettext_lazy("Whoever looks after this site"),
    Verb.ERASED: gettext_lazy("Whoever looks after this site"),
}
"""What those are called who have no seat here."""

ON_A_DEVICE = {
    device.PHONE: gettext_lazy("on a telephone"),
    device.TABLET: gettext_lazy("on a tablet"),
    device.COMPUTER: gettext_lazy("on a computer"),
}


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    found = _ACTS(relationship=relationship.pk, reader=me.pk, before=Look.of(request).before)
    acts = [Act(relationship, event, bool(event.is_open), me.person.pauses_first) for event in found[:PAGE]]
    older = found[PAGE - 1].number if len(found) > PAGE else None
    return page(request, "record/events.html", relationship, me, acts=acts, older=older)


def _all_acts(relationship: uuid.UUID, reader: uuid.UUID, before: int | None = None) -> QuerySet[Event, Any]:
    """Those of a page and one more, each with whether its entry is its reader's to see."""
    is_open = Q(entry__relationship=relationship) & (
        Q(entry__state__is_sealed=False) | Q(entry__state__author=reader)
    )
    acts = Event.objects.filter(relationship=relationship).for_reading().newest_first()
    acts = acts.annotate(is_open=ExpressionWrapper(is_open, BooleanField()))
    found: QuerySet[Event, Any] = acts.before(before) if before else acts
    return found[: PAGE + 1]


_ACTS = Prepared(_all_acts)


@dataclass(frozen=True, slots=True)
class Object:
    """What something was done to: how that is called, and where it stands if it can be opened."""

    what: str = ""
    address: str = ""
    is_named: bool = False
    """Whether it stands after a colon, as a name does."""


@dataclass(slots=True)
class Act:
    """One line of the list."""

    relationship: Relationship
    event: Event
    is_open: bool
    """Whether its entry, if it has one, is its reader's to see."""
    pauses: bool
    """Whether its reader likes to choose when to open new words, the names of headings among them."""

    def line(self) -> SafeString:
        event = self.event
        actor = self._seat(event.actor_id)
        giver = self._seat(event.details.get("handed_over_by"))
        at = timezone.localtime(event.at)
        done = self._object()
        shape = {
            "voice": actor.voice if actor else "",
            "has_colon": done.is_named,
            "has_address": bool(done.address),
            "has_object": bool(done.what),
            "is_handed_over": giver is not None,
            "has_device": event.device in ON_A_DEVICE,
        }
        words = {
            "number": event.number,
            "fingerprint": event.fingerprint,
            "moment": at.isoformat(),
            "when": at_a_time(event.at, "DATETIME_FORMAT"),
            "who": actor.short_name if actor else str(BY_NOBODY_HERE.get(Verb(event.verb), "")),
            "did": self._did(),
            "address": done.address,
            "what": done.what,
            "giver": giver.short_name if giver else "",
            "device": str(ON_A_DEVICE.get(event.device, "")),
        }
        return pour("record/act.html", "act", shape, words)

    def _seat(self, key: object) -> Participant | None:
        """`key` is a UUID, or one in words as the details of an act have it."""
        return next((seat for seat in self.relationship.seats if key and str(seat.pk) == str(key)), None)

    def _did(self) -> str:
        """What they did, in the words of the kind where the verb alone does not say it."""
        said = self._said_by_kind()
        if said is None:
            return self.event.get_verb_display()
        # Where the entry stands alone, those words are the way to it.
        return str(said) if self._is_about_another() or not self.is_open else ""

    def _said_by_kind(self) -> Promise | str | None:
        if self.event.entry is None or self.event.verb not in (Verb.WROTE, Verb.ANSWERED, Verb.CLOSED):
            return None
        return kinds.get(self.event.entry.kind).act

    def _is_about_another(self) -> bool:
        return self.event.entry is not None and self.event.entry.about_id is not None

    def _object(self) -> Object:
        if self.event.entry:
            return self._entry(self.event.entry)
        match self.event.verb:
            case Verb.PLANNED | Verb.MOVED | Verb.CALLED_OFF | Verb.MET:
                return self._appointment()
            case Verb.OPENED:
                return self._page()
            case Verb.INVITED:
                by_mail = self.event.invitation and self.event.invitation.address
                return Object(_("by e-mail") if by_mail else _("by a link"))
            case Verb.ERASING | Verb.ERASED:
                return self._erasure()
        return Object()

    def _entry(self, entry: Entry) -> Object:
        said = self._said_by_kind()
        if said is not None and not self._is_about_another():
            return Object(str(said), self._page_of(entry)) if self.is_open else Object()
        named = entry.about or entry
        label = str(named.label_of_its_kind if self.pauses else named.label)
        address = self._address_of(entry) if self.is_open else ""
        return Object(label or _("something"), address, is_named=bool(label) or said is not None)

    def _page_of(self, entry: Entry) -> str:
        """The page that it stands on; its own, for one in the record."""
        if kinds.get(entry.kind).is_in_record:
            return self._address_of(entry)
        return reverse(entry.page, args=[self.relationship.pk])

    def _address_of(self, entry: Entry) -> str:
        return address_of("entry", self.relationship.pk, entry.thread_id) + f"#entry-{entry.pk}"

    def _appointment(self) -> Object:
        made: Appointment | None = getattr(self.event, "appointment", None)
        if made is None or made.relationship_id != self.relationship.pk:
            return Object()
        address = address_of("consult", self.relationship.pk, made.consult_id)
        return Object(weekday_and_time(made.starts_at), address, is_named=True)

    def _erasure(self) -> Object:
        """Why, and of words that stand still the day on which they will not."""
        told = self.event.details
        reason = told.get("reason", "")
        if self.event.verb == Verb.ERASING:
            day = formats.date_format(dt.date.fromisoformat(told["on"]), "DATE_FORMAT")
            reason = _("on %(day)s. Reason: %(reason)s") % {"day": day, "reason": reason}
        key = told.get("entry") or told.get("entries", "").partition(" ")[0]
        return Object(reason, reverse("entry", args=[self.relationship.pk, key]), is_named=True)

    def _page(self) -> Object:
        """Which page was opened. What stands on it may need a moment of its own, so only its address is given."""
        where = self.event.page
        here = address_of("record", self.relationship.pk) + where
        if where.startswith("entry/"):
            return Object(_("one entry"), here)
        if where.startswith("consult/") and where.endswith("/brief/"):
            return Object(_("“Before we meet”"), here)
        if where.startswith("consult/") and where.endswith("/questions/"):
            return Object(_("what you both answered"), here)
        if where.startswith("consult/"):
            return Object(_("an appointment"), here)
        if where == "working/" or where.startswith("saying/way_of_working/"):
            return Object(_("“How we work together”"), here)
        if where.startswith("prompts/"):
            return Object(_("“Our own questions”"), here)
        if where in ("values/", "care/", "philosophy/"):
            return Object(_("what matters to the two"), here)
        if where.startswith("portrait/"):
            return Object(_("“Who we are”"), here)
        return Object(_("“Before we meet”") if where == "brief/" else _("the record"))
