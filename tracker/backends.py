"""From the URLs in the environment to Django's settings of database, cache and e-mail."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tracker import env
from tracker.postgres.cluster import socket_folder

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
COMMON: dict[str, Any] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASE_TAKES = "postgresql://user:password@host:port/name (also ?host=/socket/folder)"
EMAIL_TAKES = "smtp://user:password@host:587/?tls=1, smtps://user:password@host:465/ or console://"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


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
        "OPTIONS": {},
        **COMMON,
    }


def conninfo(settings_dict: dict[str, Any]) -> str:
    """Return libpq's words for a database of Django's, for a connection that is not Django's."""
    named = {libpq: settings_dict.get(ours) for libpq, ours in NAMES.items()}
    return make_conninfo("", **{k: v for k, v in named.items() if v}, **settings_dict["OPTIONS"])


def cache() -> dict[str, Any]:
    """Return the cache of CACHE_URL, or one in the memory of each process."""
    url = env.url("CACHE_URL", "", schemes=("redis", "rediss"))
    if url:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def email() -> dict[str, Any]:
    """Return Django's EMAIL_ settings for EMAIL_URL; without one, mails go to the log."""
    url = env.text("EMAIL_URL", "console://")
    parts = env.split("EMAIL_URL", url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": CONSOLE}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise env.refusal("EMAIL_URL", EMAIL_TAKES)
    is_ssl = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_ssl else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_ssl,
        "EMAIL_USE_TLS": not is_ssl and parse_qs(parts.query).get("tls") == ["1"],
    }


def _parsed(url: str) -> dict[str, Any]:
    """Return Django's names for the parts of the URL; parts that have none are options of libpq."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise env.refusal("DATABASE_URL", DATABASE_TAKES)
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise env.refusal("DATABASE_URL", DATABASE_TAKES) from error
    if "dbname" not in parts:
        raise env.refusal("DATABASE_URL", f"the name of a database too: {DATABASE_TAKES}")
    named = {ours: str(parts.pop(libpq)) for libpq, ours in NAMES.items() if parts.get(libpq)}
    return {**named, "OPTIONS": parts}
