"""Rows that are written once. This is the polite refusal; `relationships.guards` makes it true in the database."""

from typing import Any, ClassVar, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Somebody tried to change or remove a row of the record."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnlyError("The record only grows: its rows are never changed or removed.")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    update = aupdate = _refuse
    delete = adelete = _refuse
    bulk_update = abulk_update = _refuse
    update_or_create = aupdate_or_create = _refuse


class AppendOnly(models.Model):
    """A row that is inserted once and never touched again."""

    objects: ClassVar[AppendOnlyQuerySet] = AppendOnlyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        # An INSERT whatever the key: never an UPDATE of a row that happens to have it.
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    delete = adelete = _refuse
