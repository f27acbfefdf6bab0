"""The one place that lets markup through: titles and abstracts with i, b, sup, sub and u."""

from __future__ import annotations

import nh3
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sources.models import Publication

register = template.Library()
ALLOWED = {"i", "b", "sup", "sub", "u"}


@register.filter
def markup(html: str) -> SafeString:
    """Return HTML of which only the five elements are left, each without attributes."""
    return mark_safe(nh3.clean(html, tags=ALLOWED, attributes={}))  # noqa: S308  # nosec: cleaned


@register.filter
def title_of(publication: Publication) -> SafeString:
    """Return a publication's title with its markup or, before the fetch, the expected one."""
    if publication.title_html:
        return markup(publication.title_html)
    return escape(publication.title or publication.expected_title or "No title known")
