"""Import an article's text, which is not part of the project, and find its claims there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from claims.actions.articles import IllegalText, Imported, import_page, import_text
from claims.actions.people import initial_curation
from claims.extraction import decoded
from claims.models import Article
from claims.web import WebFailure, WebPages

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Command(BaseCommand):
    help = "Import an article's text and find its claims there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the article's key")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--text", type=Path, metavar="FILE", help="a text file in UTF-8")
        source.add_argument("--html", type=Path, metavar="FILE", help="a page saved as HTML")
        source.add_argument("--url", help="the address of the page, which is fetched")
        parser.add_argument("--json", action="store_true", help="the counts as JSON")

    def handle(self, *, key: str, **options: Any) -> str:
        article = Article.objects.filter(key=key).first()
        if article is None:
            known = ", ".join(Article.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no article '{key}'; there is: {known or 'none'}.")
        named = options["text"] or options["html"] or options["url"]
        try:
            counts = _imported(article, options, by=initial_curation()).counts
        except (IllegalText, WebFailure) as error:
            raise CommandError(f"{named}: {error}") from None
        if options["json"]:
            return json.dumps(counts)
        return ", ".join(f"{number} {status}" for status, number in counts.items())


def _imported(article: Article, options: dict[str, Any], *, by: User) -> Imported:
    now = timezone.now()
    if options["text"]:
        return import_text(article, _utf8(options["text"]), by=by, now=now)
    if options["html"]:
        return import_page(article, _read(options["html"]), by=by, now=now)
    with WebPages(user_agent=settings.NCBI_TOOL) as web:
        page = web.fetch(options["url"])
    if page.is_html:
        return import_page(article, page.body, charset=page.charset, by=by, now=now)
    return import_text(article, decoded(page.body, page.charset), by=by, now=now)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None


def _utf8(path: Path) -> str:
    try:
        return _read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 at byte {error.start}") from None
