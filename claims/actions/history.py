"""Who did it and why, written into each row of the history by the database's triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def because(by: User, reason: str) -> Any:
    """Return a context: each change within it is recorded as this user's, for this reason."""
    return pghistory.context(user=by.pk, reason=reason)
