"""R1. The application cannot change or delete a row of the record: every table, every way we know of.

`tests/relationships/test_guards.py` has the ways and tries each a second time without the guards, where it succeeds. Here
stands that the list leaves nothing out: no guarded table, no kind of statement, no relation that would carry a deletion
along.
"""

import pytest
from django.apps import apps
from django.db import models

from config.append_only import AppendOnly
from relationships import guards
from tests.relationships import test_guards

pytestmark = pytest.mark.django_db

NEVER_CHANGED = {
    *("Relationship", "Participant", "Invitation", "Entry", "Event", "Reading", "Consult", "Appointment"),
    "LogIn",
}


def test_these_tables_are_guarded_and_each_is_tried():
    assert {model.__name__ for model in guards.guarded()} == NEVER_CHANGED
    assert {model.__name__ for model in test_guards.FORGED} == NEVER_CHANGED


def test_every_kind_of_statement_is_tried():
    ways = [
        *(*test_guards.REFUSED_IN_PYTHON, *test_guards.PAST_PYTHON),
        *(way for ways in test_guards.ON_ONE_DATABASE.values() for way in ways),
    ]
    names = " ".join(way.__name__ for way in ways)
    for kind in (
        *("save", "update", "delete", "bulk_update", "bulk_create", "sql_update", "sql_delete", "upsert"),
        *("replace", "truncate", "deleting_a_person", "raw_delete", "with_clause"),
    ):
        assert kind in names, kind


def test_no_deletion_is_carried_along_into_the_record():
    """From whichever side, a person included: every relation of a guarded table protects."""
    relations = [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and (issubclass(model, AppendOnly) or issubclass(field.related_model, AppendOnly))
    ]
    assert len(relations) > 20
    assert [str(one) for one in relations if one.remote_field.on_delete is not models.PROTECT] == []
