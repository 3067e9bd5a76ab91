"""Excerpts as a sheet shows them: each the beginning of an entry, with who said it where its place does not say so."""

import datetime as dt
from collections.abc import Iterable

from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from config.templatetags.addresses import address_of
from relationships.brief import Brief, Excerpt
from relationships.views.dates import on_a_day
from relationships.views.moulds import pour_what_is_there


def of_a_sheet(brief: Brief, today: dt.date) -> dict[str, object]:
    """Each part of the sheet, and of each person what stands under their name."""
    return {
        "matters": _each(brief.matters, is_named=True, is_marked=True),
        "new": _each(brief.new, above="new"),
        "promises": _each(brief.promises, above="promise", is_marked=True, today=today),
        "unconfirmed": _each(brief.unconfirmed, above="said back", is_marked=True),
        "arrivals": _each((one for person in brief.people for one in person.arrivals), is_named=True),
        "people": [
            (person, _below_a_name(person.hopes), _below_a_name(person.care, is_marked=True))
            for person in brief.people
        ],
    }


def _each(
    excerpts: Iterable[Excerpt],
    *,
    above: str = "",
    is_named: bool = False,
    is_marked: bool = False,
    today: dt.date | None = None,
) -> SafeString:
    found = (_one(one, above, is_named=is_named, is_marked=is_marked, today=today) for one in excerpts)
    return mark_safe("".join(found))  # noqa: S308


def _below_a_name(excerpts: list[Excerpt], *, is_marked: bool = False) -> SafeString:
    """Those of one person: the first says whose they are."""
    found = (
        _one(one, "", is_named=not place, is_marked=is_marked, today=None)
        for place, one in enumerate(excerpts)
    )
    return mark_safe("".join(found))  # noqa: S308


def _one(
    excerpt: Excerpt, above: str, *, is_named: bool, is_marked: bool, today: dt.date | None
) -> SafeString:
    """`above`: what stands above its words, as the template calls it. `today` is asked for of promises."""
    entry, said_at, due = excerpt.entry, timezone.localtime(excerpt.said_at), excerpt.due_on
    shape = {
        "voice": entry.author.voice,
        "above": above,
        "is_named": is_named,
        "is_marked": is_marked and excerpt.is_new,
        "is_cut": excerpt.is_cut,
        "is_over": bool(due and today and due < today),
        "understood": excerpt.standing.understood if above == "said back" else "",
    }
    words = {
        "who": entry.author.short_name,
        "label": str(entry.label) if above in ("new", "said back") else "",
        "moment": said_at.isoformat(),
        "said_on": on_a_day(said_at.date(), "MONTH_DAY_FORMAT"),
        "due": on_a_day(due, "MONTH_DAY_FORMAT") if due else "",
        "address": address_of("entry", entry.relationship_id, entry.pk),
        "words": linebreaksbr(excerpt.words),
    }
    return pour_what_is_there("record/excerpt.html", "excerpt", shape, words)
