"""Templates poured many times on one page.

Most of what a page costs is the template engine, going through the same markup for every entry. So a template is
rendered once for each shape that occurs, with marks where the words go, and from then on the words are only set
between its pieces. The markup stays in the template, and words are escaped just as they would be there.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MARK = re.compile("\ue000(\\w+)\ue001")
"""Around the name of a slot, characters for private use. Words are set afterwards and never searched for them."""


def pour(template: str, name: str, shape: Mapping[str, Any], words: Mapping[str, Any]) -> SafeString:
    """Render `template`, in which `name` has the keys of `shape` and `words`.

    The template may decide by what is in `shape` (hashable, of few values), and may only print what is in `words`.
    """
    mould = _mould if not settings.DEBUG else _mould.__wrapped__
    pieces = mould(template, name, get_language() or "", tuple(shape.items()), tuple(words)).copy()
    pieces[1::2] = [_escaped(words[slot]) for slot in pieces[1::2]]
    return mark_safe("".join(pieces))  # noqa: S308  Escaped by the template, and in the line above.


def pour_what_is_there(
    template: str, name: str, shape: Mapping[str, Any], words: Mapping[str, Any]
) -> SafeString:
    """The same, where words also decide about the markup by being there: those that are empty count as shape."""
    nothing = {slot: "" for slot, word in words.items() if not word}
    return pour(template, name, {**shape, **nothing}, {slot: word for slot, word in words.items() if word})


def joined(poured: Iterable[SafeString]) -> SafeString:
    """One after the other. Raises TypeError where one of them is not HTML yet."""
    pieces = list(poured)
    if not all(isinstance(one, SafeString) for one in pieces):
        raise TypeError("Only what is HTML already is joined as HTML.")
    return mark_safe("".join(pieces))  # noqa: S308  Each is.


def _escaped(word: object) -> str:
    """What a template would print: Django's `conditional_escape`, without its detour for lazy texts."""
    return word if isinstance(word, SafeString) else escape(str(word))


@lru_cache(maxsize=512)
def _mould(
    template: str, name: str, language: str, shape: tuple[tuple[str, Any], ...], slots: tuple[str, ...]
) -> list[str]:
    """The pieces of a rendered template: markup, the name of a slot, markup, …"""
    marks = {slot: mark_safe(f"\ue000{slot}\ue001") for slot in slots}  # noqa: S308
    return MARK.split(render_to_string(template, {name: dict(shape) | marks}))
