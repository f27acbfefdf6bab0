"""Absolute addresses of pages and of API resources. They follow SITE_URL, not the host that was asked."""

from urllib.parse import quote

from django.conf import settings

ROOT = "/api/v1/"
# What RFC 3986 allows in a path; a DOI may hold more.
SAFE_IN_PATH = "/~:@!$&'()*+,;="


def site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def api(path: str) -> str:
    return f"{settings.SITE_URL}{ROOT}{path}"


def article(key: str) -> str:
    return f"articles/{key}/"


def claim(public_id: str) -> str:
    return f"claims/{public_id}/"


def publication(public_id: str) -> str:
    return f"publications/{quote(public_id, safe=SAFE_IN_PATH)}/"


def trial(registry_id: str) -> str:
    return f"trials/{registry_id}/"


def topic(slug: str) -> str:
    return f"topics/{slug}/"
