"""One thing that someone wrote, for ever."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import formats, timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from config.append_only import AppendOnly, AppendOnlyQuerySet
from config.ids import uuid7
from relationships import chain, kinds, prose
from relationships.models.event import Event, Verb


class Bearing(models.TextChoices):
    """How an entry bears on the earlier one it is about."""

    CORRECTS = "corrects"
    ANSWERS = "answers"
    REFLECTS = "reflects"
    ACKNOWLEDGES = "acknowledges"
    CLOSES = "closes"
    WITHDRAWS = "withdraws"


class EntryQuerySet(AppendOnlyQuerySet):
    def of_kind(self, *names: str) -> "EntryQuerySet":
        return self.filter(kind__in=names)

    def by(self, author: models.Model) -> "EntryQuerySet":
        return self.filter(author=author)

    def first_in_thread(self) -> "EntryQuerySet":
        """Those that stand by themselves; what answers or changes them hangs below."""
        return self.filter(about=None)

    def newest_first(self) -> "EntryQuerySet":
        return self.order_by("-number")

    def in_threads_of(self, firsts: models.QuerySet[Any]) -> "EntryQuerySet":
        """All that was ever said in these threads.

        Ask it of `Entry.objects`, not of a relationship's entries: `firsts` is by relationship already, and where
        both are, SQLite walks the whole record (6 ms instead of 0.2 ms for 5,000 entries).
        """
        return self.filter(thread__in=firsts.values("pk")).order_by("number")

    def not_withdrawn(self) -> "EntryQuerySet":
        """Without those that were withdrawn, nor any later wording of them."""
        return self.filter(state__is_withdrawn=False)

    def holding(self) -> "EntryQuerySet":
        """Those that stand by themselves and hold: neither withdrawn nor closed."""
        return self.filter(state__is_open=True)

    def no_longer_holding(self) -> "EntryQuerySet":
        """Those that stand by themselves, were not withdrawn, and were closed."""
        return self.filter(state__is_first=True, state__is_withdrawn=False, state__is_closed=True)

    def last_said_before(self, moment: Any) -> "EntryQuerySet":
        """Those that hold, and that their author neither said, put differently nor said to be still true since then."""
        return self.filter(state__last_said_at__lt=moment)

    def newest_of_each_author_and_door(self) -> "EntryQuerySet":
        """Of those that stand by themselves and were not withdrawn."""
        here = {name: OuterRef(name) for name in ("relationship", "author", "kind", "door")}
        later = Entry.objects.filter(**here, number__gt=OuterRef("number"))
        found = self.first_in_thread().not_withdrawn()
        return found.filter(~Exists(later.first_in_thread().not_withdrawn()))

    def open_still(self) -> "EntryQuerySet":
        """Without those that somebody has closed (kept, released, no longer so), unless that was withdrawn."""
        return self.filter(state__is_closed=False)

    def shown_to(self, reader: models.Model | uuid.UUID | OuterRef) -> "EntryQuerySet":
        """Without what the other has answered and this reader has not: both are opened together.

        Every page, list and count of a record goes through here. What is said about such an answer, a withdrawal
        too, can only be said once both are open.
        """
        return self.filter(Q(state__is_sealed=False) | Q(state__author=reader))

    def unread_by(self, reader: models.Model | OuterRef) -> "EntryQuerySet":
        """What the other wrote and this reader has not had before their eyes."""
        return self.exclude(author=reader).filter(state__is_unread=True)

    def for_reading(self) -> "EntryQuerySet":
        """With what a page shows of each: its words as HTML, and when the other first read it (`read_at`)."""
        rows: EntryQuerySet = self.annotate(
            # Sealed in this record's own chain, and not in another's that points here.
            read_at=Case(When(reading__relationship=F("relationship"), then=F("reading__event__at"))),
            shown_version=F("rendering__version"),
            shown_html=F("rendering__html"),
        ).defer("submission")
        return rows

    def for_cutting(self) -> "EntryQuerySet":
        """The same, with its words without marks, for a page that cuts them short."""
        rows: EntryQuerySet = self.for_reading().annotate(shown_words=F("rendering__words"))
        return rows


class Entry(AppendOnly):
    """One thing that someone wrote: the words exactly as typed, for ever.

    `number` is that of the Event that wrote it. `about` and `bearing` go together or are both absent.
    `thread` is the entry that began the thread (itself, for that one).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Its index is the unique one below.
    relationship = models.ForeignKey(
        "Relationship", on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    author = models.ForeignKey("Participant", on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=32, blank=True)
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="told_about_it")
    bearing = models.CharField(max_length=12, choices=Bearing.choices, blank=True)
    thread = models.ForeignKey("self", on_delete=models.PROTECT, related_name="in_thread")
    text = models.TextField(blank=True)
    prompt = models.CharField(max_length=200, blank=True)
    happened_on = models.DateField(null=True)
    # Of a promise, or of a promise moved: by when.
    due_on = models.DateField(null=True)
    # The consult that it belongs to, if any. Its index is the partial one below.
    consult = models.ForeignKey(
        "Consult", on_delete=models.PROTECT, null=True, related_name="entries", db_index=False
    )
    # Of a kind with questions: {question: {"level": …, "words": …}}, each of the two only where it was given.
    answers = models.JSONField(null=True)
    # Of a kind with doors: the name of the one it came in by. Of an order: the kind it is about. Of a change: both.
    door = models.CharField(max_length=80, blank=True)
    # What stands above the words, where the two have a heading of their own for it.
    heading = models.CharField(max_length=120, blank=True)
    # Of a correction: why it is put differently.
    why = models.CharField(max_length=500, blank=True)
    # Of an order: the entries that it ranks, the first one first.
    ranked = models.JSONField(null=True)
    helped_by = models.CharField(max_length=120, blank=True)
    written_at = models.DateTimeField()
    # Empty where the words were lawfully erased: words and salt go together (`Entry.is_erased`).
    salt = models.CharField(max_length=32, blank=True)
    # One for each form that was shown: the same form sent twice is one entry.
    submission = models.UUIDField(default=uuid.uuid4, editable=False)

    # What of it is in somebody's words, or about somebody's life, and how it stands once it was erased.
    BLANK: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("text", "prompt", "heading", "why", "helped_by", "salt"), ""),
        **dict.fromkeys(("answers", "ranked", "happened_on", "due_on")),
    }

    # What `for_reading` and `for_cutting` bring along.
    read_at: dt.datetime | None
    shown_version: int | None
    shown_html: str
    shown_words: str

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["relationship", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "number"], name="entry_numbered_once"),
            models.UniqueConstraint(fields=["author", "submission"], name="entry_shared_once"),
            models.CheckConstraint(
                condition=Q(about=None, bearing="") | Q(about__isnull=False, bearing__in=Bearing.values),
                name="entry_bears_on_what_it_is_about",
            ),
            models.CheckConstraint(
                condition=~Q(text="")
                | ~Q(bearing="")
                | Q(answers__isnull=False)
                | Q(ranked__isnull=False)
                | Q(salt=""),
                name="entry_has_words",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["relationship", "-number"], condition=Q(about=None), name="entry_threads"),
            models.Index(fields=["relationship", "kind", "-number"], name="entry_by_kind"),
            models.Index(fields=["relationship", "author", "kind", "-number"], name="entry_by_author"),
            models.Index(fields=["about", "bearing"], condition=Q(about__isnull=False), name="entry_about"),
            models.Index(
                fields=["consult", "kind", "author", "-number"],
                condition=Q(consult__isnull=False),
                name="entry_of_consult",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def content(self) -> dict[str, Any]:
        """What the commitment in the chain covers: all of it, the names in `told` only where they say something."""
        told: dict[str, Any] = {
            "consult": self.consult_id and str(self.consult_id),
            "due_on": self.due_on and self.due_on.isoformat(),
            "answers": self.answers,
            "door": self.door,
            "heading": self.heading,
            "why": self.why,
            "ranked": self.ranked,
        }
        return {
            "id": str(self.pk),
            "relationship": str(self.relationship_id),
            "author": str(self.author_id),
            "number": self.number,
            "kind": self.kind,
            "about": self.about_id and str(self.about_id),
            "bearing": self.bearing,
            "thread": str(self.thread_id),
            "text": self.text,
            "prompt": self.prompt,
            "happened_on": self.happened_on and self.happened_on.isoformat(),
            "helped_by": self.helped_by,
            "written_at": chain.moment(self.written_at),
        } | {name: value for name, value in told.items() if value}

    @property
    def is_erased(self) -> bool:
        """Whether its words were lawfully removed. That it stood there, whose it was and when, remains."""
        return self.salt == "" and not self._state.adding

    @cached_property
    def tombstone(self) -> str:
        """What stands in the place of words that were lawfully erased: that they were, on which day, and why."""
        for done in Event.objects.filter(relationship=self.relationship_id, verb=Verb.ERASED):
            if str(self.pk) in done.details["entries"].split(" "):
                day = formats.date_format(timezone.localtime(done.at), "DATE_FORMAT")
                return _("Words were erased here by law on %(day)s. Reason: %(reason)s") % {
                    "day": day,
                    "reason": done.details["reason"],
                }
        return _("The words that stood here are gone, and nothing says why.")

    def has_words(self) -> bool:
        """Whether any of what an erasure removes is still there."""
        return any(getattr(self, name) != blank for name, blank in self.BLANK.items())

    def commitment(self) -> str:
        return chain.commitment(self.salt, self.content())

    @property
    def label(self) -> Promise | str:
        """What stands above the words."""
        return self.heading or self.label_of_its_kind

    @property
    def label_of_its_kind(self) -> Promise | str:
        """The same, without the name that people have given it: that is somebody's words too."""
        kind = kinds.get(self.kind)
        return kind.label if kind.heading is None else kind.heading

    @property
    def page(self) -> str:
        """Where it stands, by the name of that page's address: an order where what it ranks stands.

        A heading of somebody's own page is changed there, and the other one finds that page from the page for both.
        """
        if self.kind == kinds.Change.name and self.door.startswith(f"{kinds.Portrait.name}/"):
            return "portraits"
        is_order = self.kind == kinds.Order.name and self.door in kinds.holding()
        return kinds.get(self.door if is_order else self.kind).page

    @property
    def html(self) -> str:
        """The words as safe HTML: made at writing, and anew where the renderer has become a better one."""
        if self.is_erased:
            return prose.render(self.tombstone)
        is_fresh = getattr(self, "shown_version", None) == prose.VERSION
        return self.shown_html if is_fresh else prose.render(self.text)

    @property
    def words(self) -> str:
        """The same without any marks."""
        if self.is_erased:
            return self.tombstone
        is_fresh = getattr(self, "shown_version", None) == prose.VERSION and hasattr(self, "shown_words")
        return self.shown_words if is_fresh else prose.visible(self.text)


class Rendering(models.Model):
    """An entry's words as HTML. Derived: it may be thrown away and made anew from the words at any time."""

    entry = models.OneToOneField(
        "Entry", on_delete=models.PROTECT, primary_key=True, related_name="rendering"
    )
    version = models.PositiveSmallIntegerField()
    html = models.TextField()
    # The same without any marks, for where an entry is cut short.
    words = models.TextField()

    def __str__(self) -> str:
        return str(self.entry_id)

    @classmethod
    def of(cls, entry: Entry) -> "Rendering":
        """Make it from the words. It costs some milliseconds, so not while others wait for the lock."""
        html, words = prose.rendered(entry.text)
        return cls(entry=entry, version=prose.VERSION, html=html, words=words)
