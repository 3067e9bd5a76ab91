"""How entries and consults are today, worked out from the record and kept for its pages.

Derived, and the only rows of a record beside its HTML that change. `relationships.states` works them out, the verbs
keep them in the transaction of each act, and the check that people are offered compares every one with the entries.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from relationships.models.consult import Appointment
from relationships.models.notice import Notice


class SaidBack(models.TextChoices):
    """What the last thing that somebody said back of the other's words asks for, until that other says yes."""

    WAITING = "waiting"
    """The other has said nothing to it as it is worded now."""
    NOT_YET = "not_yet"
    """The other has answered, and not with yes: it may be said once more."""


class EntryStateQuerySet(models.QuerySet["EntryState"]):
    """Always asked by relationship: each method but these two is one index of it, or one for each author."""

    def of(self, relationship: Any) -> "EntryStateQuerySet":
        return self.filter(relationship=relationship)

    def shown_to(self, reader: Any) -> "EntryStateQuerySet":
        """Without what only the other sees yet."""
        return self.filter(Q(is_sealed=False) | Q(author=reader))

    def listed(self) -> "EntryStateQuerySet":
        return self.filter(is_listed=True)

    def waiting_to_be_read(self, author: Any) -> "EntryStateQuerySet":
        """What this author wrote and the other is still to read."""
        return self.filter(author=author, is_unread=True)

    def first_of_kind(self, kind: str) -> "EntryStateQuerySet":
        """Those that begin a thread in this kind and were not withdrawn."""
        return self.filter(kind=kind, is_first=True, is_withdrawn=False)

    def open_of_kind(self, kind: str, author: Any) -> "EntryStateQuerySet":
        """Those of one author that nobody has closed. By author, so that the newest are at the end of an index."""
        return self.filter(kind=kind, author=author, is_open=True)

    def unconfirmed(self) -> "EntryStateQuerySet":
        """Of what was said back, that to which nobody has said yes."""
        return self.filter(said_back__isnull=False)

    def news(self) -> "EntryStateQuerySet":
        return self.filter(is_news=True)

    def newest_first(self) -> "EntryStateQuerySet":
        return self.order_by("-number")

    def marked(self, mark: str, *, told: Any = None) -> "QuerySet[EntryState, Any]":
        """Their keys, for a UNION: the mark, the entry, the entry that began its thread, and when that person was first
        told by e-mail that there is something new since it was written.
        """
        notices = Notice.objects.filter(person=told, made_at__gt=OuterRef("written_at")).arrived()
        told_at = Subquery(notices.order_by("made_at").values("sent_at")[:1]) if told else NEVER
        return part_of_a_union(self).values_list(Value(mark), "entry", "entry__thread", told_at)


def part_of_a_union(limited: "QuerySet[Any, Any]") -> "QuerySet[EntryState, Any]":
    """The states of these entries, or these states. SQLite allows no LIMIT in a part of a UNION, so what is limited is
    a subquery of it.
    """
    return EntryState.objects.filter(pk__in=limited.values("pk")).order_by()


NEVER = Cast(Value(None), models.DateTimeField())
"""With its type: PostgreSQL takes a bare NULL in a part of a UNION for text."""


class EntryState(models.Model):
    """How one entry is today. The columns down to `written_at` repeat the entry's own, for the indexes."""

    entry = models.OneToOneField("Entry", on_delete=models.PROTECT, primary_key=True, related_name="state")
    relationship = models.ForeignKey(
        "Relationship",
        on_delete=models.PROTECT,
        related_name="entry_states",
        db_index=False,
        db_constraint=False,
    )
    author = models.ForeignKey(
        "Participant", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=32, blank=True)
    written_at = models.DateTimeField()
    is_first = models.BooleanField()
    """Whether it begins a thread."""
    is_listed = models.BooleanField()
    """Whether it begins a thread that the record shows, and not only a page of its own."""
    is_withdrawn = models.BooleanField()
    """Whether it was withdrawn, or is a wording of an entry that was."""
    is_closed = models.BooleanField()
    """Whether somebody has closed it (kept, released, no longer so) and not withdrawn that."""
    is_open = models.BooleanField()
    """Whether it begins a thread and is neither withdrawn nor closed."""
    is_sealed = models.BooleanField()
    """Whether only its author sees it, until the other has answered the same questions."""
    is_unread = models.BooleanField()
    """Whether the other is still to read it where the record shows it."""
    is_news = models.BooleanField()
    """Whether the page before a consult tells of it while it is new."""
    # Null where nothing is asked, and not empty: SQLite sees that a partial index serves where a value is asked for.
    said_back = models.CharField(max_length=12, choices=SaidBack.choices, null=True)  # noqa: DJ001
    # Of what holds: when its author said it, put it differently or said that it is still true. Else null.
    last_said_at = models.DateTimeField(null=True)

    objects: ClassVar = EntryStateQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # For the check, which reads all of a record.
            models.Index(fields=["relationship", "number"], name="state_of_record"),
            models.Index(
                fields=["relationship", "-number"], condition=Q(is_listed=True), name="state_listed"
            ),
            models.Index(
                fields=["relationship", "author", "-number"],
                condition=Q(is_listed=True),
                name="state_listed_by_author",
            ),
            models.Index(
                fields=["relationship", "kind", "-number"],
                condition=Q(is_listed=True),
                name="state_listed_by_kind",
            ),
            models.Index(
                fields=["relationship", "author", "number"],
                condition=Q(is_unread=True),
                name="state_unread",
            ),
            models.Index(fields=["written_at"], condition=Q(is_unread=True), name="state_unread_since"),
            models.Index(
                fields=["relationship", "kind", "author", "-number"],
                condition=Q(is_open=True),
                name="state_open",
            ),
            models.Index(
                fields=["relationship", "kind", "author", "-number"],
                condition=Q(is_first=True, is_withdrawn=False),
                name="state_first_of_kind",
            ),
            models.Index(
                fields=["relationship", "-number"],
                condition=Q(said_back__isnull=False),
                name="state_said_back",
            ),
            models.Index(
                fields=["relationship", "-written_at"], condition=Q(is_news=True), name="state_news"
            ),
            models.Index(
                fields=["relationship", "author", "last_said_at"],
                condition=Q(last_said_at__isnull=False),
                name="state_last_said",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)


class ConsultState(models.Model):
    """How one consult is today: what its newest appointment says."""

    consult = models.OneToOneField("Consult", on_delete=models.PROTECT, primary_key=True, related_name="now")
    relationship = models.ForeignKey(
        "Relationship",
        on_delete=models.PROTECT,
        related_name="consult_states",
        db_index=False,
        db_constraint=False,
    )
    appointment = models.OneToOneField("Appointment", on_delete=models.PROTECT, related_name="newest_of")
    # Those of the appointment.
    state = models.CharField(max_length=12, choices=Appointment.State.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["relationship", "starts_at"], name="consult_by_start"),
            models.Index(fields=["relationship", "state", "ends_at"], name="consult_by_end"),
            models.Index(
                fields=["starts_at"], condition=Q(state=Appointment.State.PLANNED), name="consult_planned"
            ),
        ]

    def __str__(self) -> str:
        return str(self.consult_id)
