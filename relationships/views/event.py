"""What happened here: every act, the same list for both."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relationships.access import SignedInRequest, door
from relationships.models import Event, Participant, Relationship, Verb
from relationships.views.moulds import pour
from relationships.views.pages import page
from relationships.views.record import Look

PAGE = 60


@door
@require_safe
def index(request: SignedInRequest, relationship: Relationship, me: Participant) -> HttpResponse:
    events = relationship.events.for_reading().newest_first()
    before = Look.of(request).before
    if before:
        events = events.before(before)
    found = list(events[: PAGE + 1])
    acts = [Act(relationship, event) for event in found[:PAGE]]
    older = found[PAGE - 1].number if len(found) > PAGE else None
    return page(request, "record/events.html", relationship, me, acts=acts, older=older)


@dataclass(slots=True)
class Act:
    """One line of the list."""

    relationship: Relationship
    event: Event

    def line(self) -> SafeString:
        event = self.event
        actor = next((seat for seat in self.relationship.seats if seat.pk == event.actor_id), None)
        at = timezone.localtime(event.at)
        address, what = self._object()
        shape = {
            "verb": event.verb,
            "did": event.get_verb_display(),
            "voice": actor.voice if actor else "",
            "page": event.page if event.page in ("", "brief/") else "entry/",
            "has_address": bool(address),
            "by_mail": bool(event.invitation and event.invitation.address),
        }
        words = {
            "number": event.number,
            "fingerprint": event.fingerprint,
            "moment": at.isoformat(),
            "when": formats.date_format(at, "DATETIME_FORMAT"),
            "who": actor.short_name if actor else _("Whoever was invited"),
            "address": address,
            "what": what,
        }
        return pour("record/act.html", "act", shape, words)

    def _object(self) -> tuple[str, str]:
        """What it was done to: its address, and how that is called."""
        event, entry = self.event, self.event.entry
        if entry:
            thread = reverse("entry", args=[self.relationship.pk, entry.thread_id])
            subject = entry.about or entry
            return f"{thread}#entry-{entry.pk}", str(subject.label or _("something"))
        if event.verb == Verb.OPENED and event.page.startswith("entry/"):
            return reverse("record", args=[self.relationship.pk]) + event.page, _("one entry")
        return "", ""
