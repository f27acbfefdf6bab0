"""From DATABASE_URL to Django's DATABASES entry."""

from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tracker import env
from tracker.postgres.cluster import socket_folder

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
TAKES = "postgresql://user:password@host:port/name (also ?host=/socket/folder)"
COMMON: dict[str, Any] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def database(home: Path) -> dict[str, Any]:
    """Return the database of DATABASE_URL, or the embedded one under home."""
    url = env.text("DATABASE_URL")
    if url:
        return {"ENGINE": "django.db.backends.postgresql", **_parsed(url), **COMMON}
    return {
        "ENGINE": "tracker.postgres",
        "NAME": "tracker",
        "USER": "postgres",
        "HOST": str(socket_folder(home)),
        "PORT": "5432",
        **COMMON,
    }


def _parsed(url: str) -> dict[str, Any]:
    """Return Django's names for the parts of the URL; parts that have none are options of libpq."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise env.refusal("DATABASE_URL", TAKES)
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise env.refusal("DATABASE_URL", TAKES) from error
    if "dbname" not in parts:
        raise env.refusal("DATABASE_URL", f"the name of a database too: {TAKES}")
    named = {ours: str(parts.pop(libpq)) for libpq, ours in NAMES.items() if parts.get(libpq)}
    return {**named, "OPTIONS": parts}
