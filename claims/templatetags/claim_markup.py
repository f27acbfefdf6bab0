"""The one place that lets markup through: titles and abstracts with i, b, sup, sub and u, and marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import nh3
from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from claims.models import Claim
from sources.models import Publication

register = template.Library()


class Mark(Protocol):
    """A claim over a piece of text."""

    @property
    def claim(self) -> Claim: ...

    @property
    def sign(self) -> str: ...

    @property
    def lane(self) -> int: ...


class Piece(Protocol):
    """A stretch of an article's text under the same marks."""

    @property
    def text(self) -> str: ...

    @property
    def marks(self) -> Sequence[Mark]: ...


ALLOWED = {"i", "b", "sup", "sub", "u"}


@register.filter
def markup(html: str) -> SafeString:
    """Return HTML of which only the five elements are left, each without attributes."""
    return mark_safe(nh3.clean(html, tags=ALLOWED, attributes={}))  # noqa: S308  # nosec: cleaned


@register.filter
def marked(piece: Piece) -> SafeString:
    """Return a piece of an article under its marks, the outermost outside."""
    html: SafeString = escape(piece.text)
    for mark in reversed(piece.marks):
        html = format_html(
            '<mark class="mark {} lane-{}" data-claim="{}">{}</mark>',
            mark.sign,
            mark.lane,
            mark.claim.public_id,
            html,
        )
    return html


@register.filter
def title_of(publication: Publication) -> SafeString:
    """Return a publication's title with its markup or, before the fetch, the expected one."""
    if publication.title_html:
        return markup(publication.title_html)
    return escape(publication.title or publication.expected_title or "No title known")
