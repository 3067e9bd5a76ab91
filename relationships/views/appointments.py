"""How an appointment is said on one line: in the list of journals, above a record, among all of a journal's."""

from django.utils import timezone
from django.utils.safestring import SafeString

from config.templatetags.addresses import address_of
from relationships.models import Appointment
from relationships.views.dates import at_a_time, this_year_or_not
from relationships.views.moulds import pour_what_is_there


def as_next(one: Appointment, when: str) -> SafeString:
    """The way to it, how the two meet, and that it was moved. `when` is its time as that page says it."""
    moved_on = this_year_or_not(timezone.localtime(one.event.at).date()) if one.was_moved else ""
    words = _words(one) | {"when": when, "moved_on": moved_on}
    return pour_what_is_there("consult/next.html", "appointment", {}, words)


def as_a_line(one: Appointment) -> SafeString:
    """The way to it, how long it takes, how the two meet and where."""
    words = _words(one) | {
        "weekday": at_a_time(one.starts_at, "l"),
        "day_and_time": at_a_time(one.starts_at, "DATETIME_FORMAT"),
        "length": one.length,
        "where": one.where,
    }
    return pour_what_is_there("consult/line.html", "appointment", {"is_called_off": one.is_called_off}, words)


def _words(one: Appointment) -> dict[str, str]:
    return {
        "address": address_of("consult", one.relationship_id, one.consult_id),
        "moment": timezone.localtime(one.starts_at).isoformat(),
        "way": one.get_way_display(),
    }
