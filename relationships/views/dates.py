"""Days and times in words, in the language and the zone of whoever reads them.

A page says few days many times, so each is put into words once for each language.
"""

import datetime as dt
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from relationships import clock


def on_a_day(day: dt.date, pattern: str) -> str:
    """A day by one of Django's patterns."""
    return _in_words(day, pattern, get_language())


def on_the_day_of(moment: dt.datetime, pattern: str) -> str:
    """The day of a moment by one of Django's patterns."""
    return on_a_day(timezone.localtime(moment).date(), pattern)


def at_a_time(moment: dt.datetime, pattern: str) -> str:
    """A moment by one of Django's patterns that do not name the zone."""
    return _in_words(timezone.localtime(moment).replace(tzinfo=None), pattern, get_language())


def weekday_and_time(moment: dt.datetime) -> str:
    return f"{at_a_time(moment, 'l')}, {at_a_time(moment, 'DATETIME_FORMAT')}"


def meets_at(moment: dt.datetime) -> str:
    """When an appointment is."""
    return f"{meets_on(moment)}, {at_a_time(moment, 'TIME_FORMAT')}"


def meets_on(moment: dt.datetime) -> str:
    """On which day an appointment is."""
    here = timezone.localtime(moment).date()
    return f"{on_a_day(here, 'l')}, {this_year_or_not(here)}"


def this_year_or_not(day: dt.date) -> str:
    """A day, with its year only where it is another one."""
    is_this_year = timezone.localtime(clock.now()).year == day.year
    return on_a_day(day, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")


def by_when(day: dt.date | None, *, is_closed: bool = False) -> str:
    """By when something was promised. A day that has passed is said like any other."""
    if day is None:
        return ""
    today = timezone.localtime(clock.now()).date()
    if is_closed or day > today:
        return _("by %(day)s") % {"day": this_year_or_not(day)}
    return _("today") if day == today else _("was for %(day)s") % {"day": this_year_or_not(day)}


def on_the_spine(day: dt.date) -> tuple[str, str]:
    """The weekday, while it still means something, which is a week; and the day, with the year if it is not this one."""
    return _spine(day, timezone.localtime(clock.now()).date(), get_language())


@lru_cache(maxsize=2048)
def _spine(day: dt.date, today: dt.date, language: str | None) -> tuple[str, str]:
    pattern = "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT"
    return _in_words(day, "l", language) if (today - day).days < 7 else "", _in_words(day, pattern, language)


@lru_cache(maxsize=4096)
def _in_words(day: dt.date, pattern: str, language: str | None) -> str:
    """`day` may have a time."""
    return formats.date_format(day, pattern)
