"""Short forms for constraints that several models share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q


def one_of(field: str, choices: Any, *, model: str, blank: bool = False) -> models.CheckConstraint:
    """Hold a column to its choices in the database, not only in forms."""
    values = [*_values(choices), *([""] if blank else [])]
    return models.CheckConstraint(
        name=f"{model}_{field}_is_known", condition=Q(**{f"{field}__in": values})
    )


def _values(choices: Any) -> Iterable[str]:
    return choices.values if hasattr(choices, "values") else [str(choice) for choice in choices]
