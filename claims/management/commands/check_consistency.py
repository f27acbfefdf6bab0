"""List what is inconsistent, each with a link; exit status 1 if anything is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand

from claims.models.consistency import INCONSISTENCIES, Inconsistency

MOST_LISTED: Final = 10


class Command(BaseCommand):
    help = "List what is inconsistent; exit status 1 if anything is."

    def handle(self, **options: Any) -> None:
        found = [line for kind in INCONSISTENCIES for line in _lines(kind)]
        self.stdout.write("\n".join(found) or "Nothing is inconsistent.")
        if found:
            sys.exit(1)


def _lines(kind: Inconsistency) -> Iterator[str]:
    rows = kind.rows()
    number = rows.count()
    if not number:
        return
    yield f"{number} {kind.name}:"
    for row in rows[:MOST_LISTED]:
        url = kind.claim_of(row).get_absolute_url()
        yield f"  {row}  {settings.SITE_URL}{url}"
    if number > MOST_LISTED:
        yield f"  and {number - MOST_LISTED} more"
