"""System checks: what is wrong with this installation, said at its start."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.http.request import validate_host

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
OLDEST_POSTGRESQL = 15


@register(Tags.security)
def deployment(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a laptop's defaults on a site that others can reach."""
    site = urlsplit(settings.SITE_URL).hostname or ""
    named = {*settings.ALLOWED_HOSTS, site}
    if settings.DEBUG or named <= LOOPBACK:
        return []
    findings: list[CheckMessage] = []
    if settings.SECRET_KEY_IS_GENERATED:
        findings.append(
            Error(
                "SECRET_KEY is not set, but ALLOWED_HOSTS or SITE_URL names a public host.",
                hint="Give all processes the same SECRET_KEY of 50 random characters or more.",
                id="tracker.E001",
            )
        )
    if site in LOOPBACK or not _is_allowed(site):
        findings.append(
            Error(
                "SITE_URL names a host that ALLOWED_HOSTS does not, so its links lead nowhere.",
                hint="Set SITE_URL to the site's public address and ALLOWED_HOSTS to its host.",
                id="tracker.E002",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        findings.append(
            Error(
                "ALLOWED_HOSTS allows any host.",
                hint="Name the site's hosts: an attacker may send any Host header.",
                id="tracker.E003",
            )
        )
    return findings


@register()
def ncbi_email(**kwargs: Any) -> list[CheckMessage]:
    if settings.NCBI_EMAIL:
        return []
    return [
        Warning(
            "NCBI_EMAIL is not set.",
            hint="NCBI asks every program for an address to write to before it blocks one.",
            id="tracker.W001",
        )
    ]


@register(Tags.database)
def postgresql_version(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a server that is too old. Runs with `migrate` and `check --database`."""
    return [
        Error(
            f"The PostgreSQL server is {version}, and {OLDEST_POSTGRESQL} is the oldest that will do.",
            hint="Upgrade it, or unset DATABASE_URL to use the embedded server.",
            id="tracker.E004",
        )
        for version in (_major_version(alias) for alias in databases or [])
        if version < OLDEST_POSTGRESQL
    ]


def refuse_unsafe_deployment() -> None:
    """Raise what the web server must not start with: it does not run the system checks by itself."""
    for finding in deployment():
        raise ImproperlyConfigured(f"{finding.msg} {finding.hint}")


def _is_allowed(host: str) -> bool:
    return validate_host(host, [allowed.lower() for allowed in settings.ALLOWED_HOSTS])


def _major_version(alias: str) -> int:
    connections[alias].ensure_connection()
    return int(connections[alias].connection.info.server_version) // 10_000
