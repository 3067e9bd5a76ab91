"""What a page shows of an entry, worked out once for each so that the template only sets it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from relationships import clock
from relationships.models import Entry, Participant, Relationship
from relationships.models.relationship import LATELY
from relationships.standing import Standing


@dataclass(slots=True)
class Card:
    """One entry on a page: who said it, under what heading, the words, and what can be done with it."""

    standing: Standing
    voice: str
    who: str
    label: Promise | str
    url: str
    html: str
    is_new: bool
    is_held: bool
    is_read: bool
    reader: str
    answers: "list[Card]" = field(default_factory=list)

    @property
    def entry(self) -> Entry:
        return self.standing.entry

    @property
    def current(self) -> Entry:
        return self.standing.current

    @property
    def withdrawal(self) -> Entry | None:
        return self.standing.withdrawal

    @property
    def is_corrected(self) -> bool:
        return bool(self.standing.corrections)

    @property
    def weekday(self) -> str:
        """The day of the week, while it still means something: a week."""
        day = _local_day(self.entry)
        return formats.date_format(day, "l") if (_today() - day).days < 7 else ""

    @property
    def day(self) -> str:
        day = _local_day(self.entry)
        return formats.date_format(day, "j M" if day.year == _today().year else "j M Y")

    def shown(self) -> Iterator[Entry]:
        """The entries whose words stand on the page: those held back or folded away do not."""
        if self.withdrawal:
            yield self.withdrawal
        elif not self.is_held:
            yield from self.standing.wordings
        for answer in self.answers:
            yield from answer.shown()


class Deck:
    """Makes the cards of one page for one reader."""

    def __init__(self, relationship: Relationship, me: Participant) -> None:
        self.me = me
        self.pauses = me.person.pauses_first
        self.names = {seat.pk: seat.short_name for seat in relationship.seats}
        them = relationship.facing(me)
        self.other = {me.pk: them.short_name if them else _("The other person")}
        if them:
            self.other[them.pk] = me.short_name
        self.look_began = clock.now() - LATELY
        # One address is worked out, and every other has the same shape.
        blank = "00000000-0000-0000-0000-000000000000"
        self.address = reverse("entry", args=[relationship.pk, blank]).replace(blank, "%s")

    def card(self, standing: Standing, *, is_open: bool = False) -> Card:
        """`is_open`: this page was opened for these words, so they are not held back."""
        entry = standing.entry
        mine = entry.author_id == self.me.pk
        is_unread = not mine and any(not hasattr(wording, "reading") for wording in standing.wordings)
        is_held = is_unread and self.pauses and not is_open and not standing.withdrawal
        return Card(
            standing=standing,
            voice=entry.author.voice,
            who=self.names[entry.author_id],
            label=entry.label,
            url=self.address % entry.pk,
            html="" if is_held or standing.withdrawal else standing.current.shown.html,
            is_new=not mine and (is_unread or self._in_this_look(standing)),
            is_held=is_held,
            # Whoever looks at the other's words is reading them.
            is_read=hasattr(standing.current, "reading") or not (mine or is_held),
            reader=self.other[entry.author_id],
            answers=[self.card(answer, is_open=is_open) for answer in standing.answers],
        )

    def _in_this_look(self, standing: Standing) -> bool:
        return any(wording.reading.event.at > self.look_began for wording in standing.wordings)


def _local_day(entry: Entry) -> dt.date:
    return timezone.localtime(entry.written_at).date()


def _today() -> dt.date:
    return timezone.localtime(clock.now()).date()
