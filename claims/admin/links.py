"""Links from one record's page to another's."""

from __future__ import annotations

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html


def change_url(record: Model) -> str:
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])


def add_url(model: type[Model], query: str = "") -> str:
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_add") + query


def link_to(record: Model | None, text: str = "") -> str:
    """Return a link to a record's page, or a dash for none."""
    if record is None:
        return "-"
    return format_html('<a href="{}">{}</a>', change_url(record), text or str(record))
