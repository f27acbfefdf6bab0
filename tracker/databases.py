"""From DATABASE_URL to Django's DATABASES entry."""

from pathlib import Path
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
TAKES = "postgresql://user:password@host:port/name (also ?host=/socket/directory)"


def database(url: str, home: Path) -> dict[str, Any]:
    """Return the database of the URL, or the embedded one under home."""
    if not url:
        return embedded(home)
    return {"ENGINE": "django.db.backends.postgresql", **common(), **parsed(url)}


def embedded(home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "tracker.postgres",
        "NAME": "tracker",
        "USER": "postgres",
        "HOST": str(home / "postgres"),
        **common(),
    }


def common() -> dict[str, Any]:
    """Return what every connection is given."""
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


def parsed(url: str) -> dict[str, Any]:
    """Return Django's names for the parts of the URL; what has no name there goes to libpq."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(f"The environment variable DATABASE_URL takes {TAKES}.")
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(
            f"The environment variable DATABASE_URL takes {TAKES}."
        ) from error
    named = {django: str(parts.pop(libpq)) for libpq, django in NAMES.items() if parts.get(libpq)}
    return {**named, "OPTIONS": parts}
