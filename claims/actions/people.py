"""The user in whose name the machine writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

if TYPE_CHECKING:
    from django.contrib.auth.models import User

INITIAL_CURATION: Final = "initial-curation"


def initial_curation() -> User:
    """Return the user of machine-made writes, who cannot log in; make it if there is none."""
    user, _ = get_user_model().objects.get_or_create(
        username=INITIAL_CURATION,
        defaults={"is_active": False, "password": make_password(None)},
    )
    return user
