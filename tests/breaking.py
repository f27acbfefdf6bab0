"""What the database forbids, for tests that break each rule and see to it that none is forgotten."""

from contextlib import contextmanager

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

KNOWN_VALUES = "_is_known"


def models_of(app):
    return [
        model
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
    ]


def constraints_of(app):
    """Return the names of the constraints that a table of tests has to break."""
    return {
        constraint.name
        for model in models_of(app)
        for constraint in model._meta.constraints
        if not constraint.name.endswith(KNOWN_VALUES)
    }


def vocabularies_of(app):
    """Return (model, field, constraint) for each constraint that holds a field to its vocabulary."""
    return [
        (model, _field_of(model, constraint.name), constraint.name)
        for model in models_of(app)
        for constraint in model._meta.constraints
        if constraint.name.endswith(KNOWN_VALUES)
    ]


def _field_of(model, name):
    # "verdict_derived_verdict_is_known" is about derived_verdict, the longer of the two that fit.
    fields = [field.name for field in model._meta.fields]
    return max((f for f in fields if name.endswith(f"_{f}{KNOWN_VALUES}")), key=len)


def is_in_force(model, name):
    with connection.cursor() as cursor:
        return name in connection.introspection.get_constraints(cursor, model._meta.db_table)


def triggers_of(app):
    """Return "model trigger" for each trigger but those that write the history."""
    return {
        f"{model._meta.model_name} {trigger.name}"
        for model, trigger in pgtrigger.registered()
        if model._meta.app_label == app
        and not hasattr(model, "pgh_tracked_model")
        and trigger.name not in {"insert_insert", "update_update", "delete_delete"}
    }


@contextmanager
def refused(message):
    """The database refuses what happens within, with these words."""
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        yield
