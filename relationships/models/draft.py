"""Words that are not shared yet: private to whoever writes them, and theirs to change."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.ids import uuid7
from relationships.errors import Refused
from relationships.models.participant import Participant
from relationships.prose import LIMIT


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, author: Participant) -> "DraftQuerySet":
        return self.filter(author=author)

    def to_share(self) -> "DraftQuerySet":
        """Without what somebody keeps for themselves on purpose: how they arrive."""
        return self.exclude(box__endswith="/arrival/")

    def in_box(self, box: str) -> "DraftQuerySet":
        return self.filter(box=box)


class Draft(models.Model):
    """What somebody has typed and not shared. Outside the record: nobody else ever sees it, and it may change.

    `box` is the address, within the record, of the page it was typed on, so that the same words stand
    in the same box again on any device. `version` rises with each saving: a page that shows an older
    version keeps its words in a draft of their own and never overwrites newer ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    relationship = models.ForeignKey("Relationship", on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey("Participant", on_delete=models.PROTECT, related_name="drafts")
    box = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    text = models.TextField(blank=True)
    kind = models.CharField(max_length=32, blank=True)
    prompt = models.CharField(max_length=200, blank=True)
    happened_on = models.CharField(max_length=40, blank=True)
    due_on = models.CharField(max_length=40, blank=True)
    helped_by = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=500, blank=True)

    KEPT = ("text", "kind", "prompt", "happened_on", "due_on", "helped_by", "why")
    LONGEST = 2 * LIMIT
    MOST = 5
    """Of one author in one box."""
    JUST_NOW = dt.timedelta(minutes=1)

    objects: ClassVar[DraftQuerySet] = DraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar = ["-saved_at"]
        indexes: ClassVar = [models.Index(fields=["author", "box", "-saved_at"])]

    def __str__(self) -> str:
        return self.box

    @classmethod
    def keep(
        cls, author: Participant, box: str, draft_id: uuid.UUID | None, version: int | None, **words: str
    ) -> "Draft | None":
        """Save what was typed in a box: over the version that its page showed, or beside a newer one.

        A box that was emptied keeps no draft, and then there is none to return. Raises `Refused` for more
        than there is room for: the words are still on their page, and nothing that was kept makes way for them.
        """
        if len(words["text"]) > cls.LONGEST:
            raise Refused(_("This is too long to keep as a draft. Share it in parts."))
        with transaction.atomic():
            # One saving after the other, so that the second finds the draft that the first one made.
            Participant.objects.select_for_update(no_key=True).filter(pk=author.pk).values_list("pk").get()
            mine = list(cls.objects.of(author).in_box(box).select_for_update())
            draft = next((one for one in mine if one.pk == draft_id), None)
            # Saved once more while this was on its way: the words only grew, so they are the same words.
            if draft and draft.version != version and not words["text"].startswith(draft.text):
                draft = None
            if not words["text"].strip():
                if draft:
                    draft.delete()
                return None
            draft = draft or cls._to_go_on_with(mine, words, is_first_saving=draft_id is None)
            draft = draft or cls(relationship=author.relationship, author=author, box=box, version=0)
            draft.version += 1
            for name in cls.KEPT:
                setattr(draft, name, words.get(name, ""))
            draft.save()
            return draft

    @classmethod
    def _to_go_on_with(
        cls, mine: "list[Draft]", words: dict[str, str], *, is_first_saving: bool
    ) -> "Draft | None":
        """A draft of the box, the newest first, that loses nothing by holding these words instead."""
        contained = [one for one in mine if one._is_contained_in(words)]
        # A page that saves twice before it heard of its first draft's number.
        just_now = timezone.now() - cls.JUST_NOW
        if is_first_saving and contained and contained[0] == mine[0] and mine[0].saved_at > just_now:
            return mine[0]
        if len(mine) < cls.MOST:
            return None
        if not contained:
            raise Refused(_("There are 5 drafts here already. Share one, or throw one away."))
        return contained[0]

    def _is_contained_in(self, words: dict[str, str]) -> bool:
        return all(words.get(name, "").startswith(getattr(self, name)) for name in self.KEPT)
