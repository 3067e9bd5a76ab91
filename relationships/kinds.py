"""The registry of kinds of entry.

A new kind is one class here, its words in `templates/`, and its tests; nothing else changes.
The database keeps a kind's `name`; pages show its `label`, in plain words.
"""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_registry: dict[str, type["Kind"]] = {}


class Kind:
    """One kind of entry. Subclassing registers it."""

    name: ClassVar[str]
    """How the record, the API and exports call it; empty where nobody chose one."""
    label: ClassVar[Promise | str]
    """What people choose and see above the words, in the voice of whoever wrote them."""
    heading: ClassVar[Promise | str | None] = None
    """What stands above the words, where that is not the label."""
    prompts: ClassVar[tuple[Promise | str, ...]] = ()
    """Optional doors into an empty page. Nobody has to answer one."""
    bears: ClassVar[str] = ""
    """How it bears on an earlier entry (`Bearing`); empty for one that stands by itself."""

    def __init_subclass__(cls) -> None:
        if cls.name in _registry:
            raise TypeError(f"There are two kinds called {cls.name!r}.")
        _registry[cls.name] = cls


def get(name: str) -> type[Kind]:
    """The kind of that name. Raises KeyError for a name that nobody registered."""
    return _registry[name]


def standing_alone() -> Iterator[type[Kind]]:
    """The kinds that somebody can begin with, in the order in which they are offered."""
    return (kind for kind in _registry.values() if not kind.bears)


class Conversation(Kind):
    name = "conversation"
    label = _("what we talked about")
    prompts = (
        _("What did we talk about?"),
        _("What did you hear that you want to keep?"),
        _("What was left unsaid?"),
    )


class Value(Kind):
    name = "value"
    label = _("what matters to me")
    prompts = (
        _("What matters most to you right now?"),
        _("What makes a day a good one?"),
        _("What would you not give up?"),
    )


class LifeContext(Kind):
    name = "life_context"
    label = _("what is going on in my life")
    prompts = (
        _("What has happened since we last met?"),
        _("Who is around you these days?"),
        _("What takes up your thoughts?"),
    )


class CarePreference(Kind):
    name = "care_preference"
    label = _("how I’d like my care to be")
    prompts = (
        _("How do you like to be told things?"),
        _("Who would you like to have with you?"),
        _("What helps? What does not?"),
    )


class Unsorted(Kind):
    name = ""
    label = _("something else")
    heading = ""
    prompts = (_("Anything at all. One line is enough."),)


class Reply(Kind):
    name = "reply"
    label = _("an answer")
    bears = "answers"
