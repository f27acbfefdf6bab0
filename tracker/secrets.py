"""The secret key of an installation that was not given one: made once, kept under TRACKER_HOME."""

import fcntl
import os
import secrets
from pathlib import Path


def generated_key(home: Path) -> str:
    """Return the installation's key, made by the first process that asks. Mode 0600."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / "secret_key", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        key = file.read().strip()
        if not key:
            key = secrets.token_urlsafe(50)
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    return key
