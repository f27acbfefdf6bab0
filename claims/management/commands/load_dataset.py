"""Load or update a data set, then derive its verdicts; or only check it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from claims.actions.datasets import DatasetConflict, Report, load_dataset
from claims.dataset import InvalidDataset, read

DEFAULT: Final = "fixtures/insulin_resistance"
MOST_LISTED: Final = 20


class Command(BaseCommand):
    help = "Load or update a data set; what reviewers have edited since stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help=f"default: {DEFAULT}")
        parser.add_argument("--check", action="store_true", help="check it and write nothing")

    def handle(self, *, folder: Path | None, check: bool, **options: Any) -> str:
        folder = folder or Path(settings.BASE_DIR) / DEFAULT
        now = timezone.now()
        try:
            if check:
                data = read(folder, today=now.date())
                return f"{folder}: {len(data.claims)} claims, nothing wrong."
            return "\n".join(_lines(load_dataset(folder, now=now)))
        except InvalidDataset as invalid:
            problems = "\n".join(str(problem) for problem in invalid.problems)
            raise CommandError(
                f"{problems}\n{len(invalid.problems)} wrong in {folder}; nothing was written."
            ) from None
        except DatasetConflict as conflict:
            raise CommandError(f"{conflict}\nNothing was written.") from None


def _lines(report: Report) -> list[str]:
    header = f"{'':14}{'created':>9}{'changed':>9}{'unchanged':>11}{'kept':>6}"
    rows = [
        f"{kind.replace('_', ' '):14}{counts['created']:>9}{counts['changed']:>9}"
        f"{counts['unchanged']:>11}{counts['kept']:>6}"
        for kind, counts in report.counts().items()
    ]
    return [
        f"Data set {report.dataset}",
        header,
        *rows,
        *_listed(
            "Kept as edited here", [f"{k.kind} {k.key}: {', '.join(k.fields)}" for k in report.kept]
        ),
        *_listed("No longer in the data set, left as they are", [" ".join(g) for g in report.gone]),
        _verdicts(report),
    ]


def _listed(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"  and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else []
    return [f"{title}:", *(f"  {line}" for line in lines[:MOST_LISTED]), *more]


def _verdicts(report: Report) -> str:
    if not report.verdicts:
        return "No verdict changed."
    found = Counter(change.after.label for change in report.verdicts)
    words = ", ".join(f"{number} {label.lower()}" for label, number in sorted(found.items()))
    return f"{len(report.verdicts)} verdicts derived: {words}."
