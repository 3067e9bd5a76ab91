"""Excerpts as a sheet shows them: each the beginning of an entry, with who said it where its place does not say so."""

from collections.abc import Iterable

from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.safestring import SafeString

from config.templatetags.addresses import address_of
from relationships.views.dates import by_when, this_year_or_not
from relationships.views.fitting import Brief, Excerpt
from relationships.views.moulds import joined, pour_what_is_there


def of_a_sheet(brief: Brief) -> dict[str, object]:
    """Each part of the sheet, and of each person what stands under their name."""
    return {
        "matters": _each(brief.matters, is_named=True, is_marked=True),
        "new": _each(brief.new, above="new"),
        "promises": _each(brief.promises, above="promise", is_marked=True),
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
) -> SafeString:
    found = (_one(one, above, is_named=is_named, is_marked=is_marked) for one in excerpts)
    return joined(found)


def _below_a_name(excerpts: list[Excerpt], *, is_marked: bool = False) -> SafeString:
    """Those of one person: the first says whose they are."""
    found = (_one(one, "", is_named=not place, is_marked=is_marked) for place, one in enumerate(excerpts))
    return joined(found)


def _one(excerpt: Excerpt, above: str, *, is_named: bool, is_marked: bool) -> SafeString:
    """`above`: what stands above its words, as the template calls it."""
    entry, said_at = excerpt.entry, timezone.localtime(excerpt.said_at)
    shape = {
        "voice": entry.author.voice,
        "above": above,
        "is_named": is_named,
        "is_marked": is_marked and excerpt.is_new,
        "is_cut": excerpt.is_cut,
        "understood": excerpt.standing.understood if above == "said back" else "",
    }
    words = {
        "who": entry.author.short_name,
        "label": str(entry.label) if above in ("new", "said back") else "",
        "moment": said_at.isoformat(),
        "said_on": this_year_or_not(said_at.date()),
        "due": by_when(excerpt.due_on) if above == "promise" else "",
        "address": address_of("entry", entry.relationship_id, entry.pk),
        "words": linebreaksbr(excerpt.words),
    }
    return pour_what_is_there("record/excerpt.html", "excerpt", shape, words)
