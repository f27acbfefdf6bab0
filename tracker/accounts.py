"""The accounts of a laptop installation: one reviewer, one editor, with passwords made up here."""

import json
import os
import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db import transaction

ROLES = ("reviewer", "editor")


def ensure_accounts(home: Path) -> dict[str, str]:
    """Return the passwords by account name, after seeing to it that they let one in.

    They are kept in a file only its owner can read, so that the next start can say them again.
    """
    file = home / "demo_accounts.json"
    passwords = _read(file)
    with transaction.atomic():
        for role in ROLES:
            _ensure_account(role, passwords[role])
    return passwords


def _ensure_account(role: str, password: str) -> None:
    user, _ = User.objects.get_or_create(username=role, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=role))
    if not user.check_password(password):
        user.set_password(password)
        user.save()


def _read(file: Path) -> dict[str, str]:
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text("utf-8"))
        return kept
    passwords = {role: secrets.token_urlsafe(12) for role in ROLES}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        json.dump(passwords, new)
    return passwords
