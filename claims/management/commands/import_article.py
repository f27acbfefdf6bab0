"""Import an article's text, which is not part of the project, and find its claims there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from claims.actions.articles import IllegalText, import_text
from claims.actions.people import initial_curation
from claims.models import Article


class Command(BaseCommand):
    help = "Import an article's text and find its claims there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the article's key")
        parser.add_argument("--text", required=True, type=Path, help="a text file in UTF-8")
        parser.add_argument("--json", action="store_true", help="the counts as JSON")

    def handle(self, *, key: str, text: Path, **options: Any) -> str:
        article = Article.objects.filter(key=key).first()
        if article is None:
            known = ", ".join(Article.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no article '{key}'; there is: {known or 'none'}.")
        try:
            counts = import_text(article, _read(text), by=initial_curation(), now=timezone.now())
        except IllegalText as error:
            raise CommandError(f"{text}: {error}") from None
        if options["json"]:
            return json.dumps(counts)
        return ", ".join(f"{number} {status}" for status, number in counts.items())


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 at byte {error.start}") from None
