"""Days in templates, as `views.dates` says them."""

import datetime as dt

from django import template
from django.utils import timezone

from relationships.views.dates import this_year_or_not

register = template.Library()


@register.filter
def day(moment: dt.datetime | None) -> str:
    """On which day that is where its reader is, with the year only where it is another one. Empty for none."""
    return this_year_or_not(timezone.localtime(moment).date()) if moment else ""
