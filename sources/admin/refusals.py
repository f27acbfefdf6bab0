"""What the database or an action refused, in words for the person at the desk."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, ProgrammingError
from django.db.models import BaseConstraint
from psycopg.errors import Diagnostic, RaiseException

#: What constraints, triggers and models refuse with. Actions have named errors of their own.
REFUSALS: Final = (ValidationError, IntegrityError, DataError, ProgrammingError)


def explain(error: Exception) -> str:
    """Return one or more sentences that say what is wrong, without the database's own jargon.

    Raises the error again if nothing was refused: the SQL itself is wrong.
    """
    if isinstance(error, ProgrammingError) and not isinstance(error.__cause__, RaiseException):
        raise error
    if isinstance(error, ValidationError):
        return " ".join(_validation_messages(error))
    diagnostic = getattr(error.__cause__, "diag", None)
    if isinstance(diagnostic, Diagnostic):
        return _database_message(diagnostic)
    return str(error)


def _validation_messages(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        message
        if field == NON_FIELD_ERRORS
        else f"{field.replace('_', ' ').capitalize()}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def _database_message(diagnostic: Diagnostic) -> str:
    constraint = _constraint(diagnostic.constraint_name)
    if (
        constraint
        and constraint.violation_error_message != constraint.default_violation_error_message
    ):
        return str(constraint.violation_error_message)
    if diagnostic.constraint_name:
        rule = diagnostic.constraint_name.replace("_", " ")
        return " ".join(filter(None, [f"Refused by the rule “{rule}”.", diagnostic.message_detail]))
    return _trigger_message(diagnostic.message_primary or "The database refused this.")


def _trigger_message(raised: str) -> str:
    """Our triggers raise "name_of_the_rule: what to tell"; pgtrigger's raise "pgtrigger: ..."."""
    _, _, told = raised.partition(": ")
    sentence = told or raised
    return f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."


def _constraint(name: str | None) -> BaseConstraint | None:
    return next(
        (
            constraint
            for model in apps.get_models()
            for constraint in model._meta.constraints
            if constraint.name == name
        ),
        None,
    )
