"""Pages of a long list, by `?page=`, and what a reader typed, made safe to ask the database for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

LONGEST_QUERY = 200


def page_of(request: HttpRequest, rows: QuerySet[Any], *, size: int = 25) -> Page:
    """Return the page asked for; the first or last one where the number makes no sense."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def typed(request: HttpRequest, name: str) -> str:
    """Return a query parameter, shortened, without the NUL that PostgreSQL refuses."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY]
