"""Export everything of one kind as a stream: NDJSON, or CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.exports import EXPORTS

# A spreadsheet takes a cell that begins so for a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Command(BaseCommand):
    help = "Export everything of one kind as a stream."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(EXPORTS))
        parser.add_argument("--format", choices=["ndjson", "csv"], default="ndjson")
        parser.add_argument("--output", type=Path, help="a file; default: standard output")

    def handle(self, *, kind: str, format: str, output: Path | None, **options: Any) -> None:
        write = {"ndjson": _write_ndjson, "csv": _write_csv}[format]
        try:
            with _opened(output) if output else _standard_output(self.stdout) as file:
                write(EXPORTS[kind](), file)
        except BrokenPipeError:
            # Whoever reads has seen enough; Python would complain once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from None


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Write beside the file and put it in place at the end, so that there is never half of one."""
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _standard_output(stdout: Any) -> Iterator[TextIO]:
    stdout.ending = ""
    yield stdout


def _write_ndjson(rows: Iterator[Mapping[str, Any]], file: TextIO) -> None:
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_csv(rows: Iterator[Mapping[str, Any]], file: TextIO) -> None:
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(str(each) for each in value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
