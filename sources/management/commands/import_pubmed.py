"""Read files of PubMed records: efetch answers, baseline and update files, .xml or .xml.gz."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import connections
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from tqdm import tqdm

from sources.actions.imports import BeingImported, Wish, import_file
from sources.models import FileImport

#: How often the bar is brought up to date while workers read.
SECONDS: Final = 0.2
WORDS: Final = {
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "older": "older than what is held",
    "strangers": "not known here and left out",
    "deleted": "deleted by PubMed",
    "bad": "bad",
}
GOES_ON: Final = "The same command goes on where it stopped."

Progress = Callable[[int], object]
#: In a worker: the queue that tells its parent of bytes read. Only a fork can hand it over.
TO_PARENT: Final[list[Any]] = []
Outcome = tuple[FileImport | None, str]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--workers", type=int, default=1, metavar="N", help="read N files at a time (default 1)"
        )
        parser.add_argument(
            "--only-known",
            action="store_true",
            help="update publications that are known here, and leave out all others",
        )
        parser.add_argument(
            "--as-of",
            metavar="DATE",
            help="how old the files' word is, as 2026-01-31 or with a time; default: each file's own date",
        )
        parser.add_argument(
            "--again", action="store_true", help="read files again that are done already"
        )
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, *, files: Sequence[Path], workers: int, **options: Any) -> None:
        _refuse_missing(files)
        started = time.monotonic()
        wish = Wish(options["only_known"], options["again"], _as_of(options["as_of"]))
        paths = list(dict.fromkeys(path.resolve() for path in files))
        log = self.stderr if options["json"] else self.stdout
        imports = self._import(paths, wish, max(1, min(workers, len(paths))), log)
        totals = {name: sum(getattr(each, name) for each in imports) for name in WORDS}
        summary = _summary(totals, time.monotonic() - started)
        self.stdout.write(json.dumps(summary) if options["json"] else f"In all: {_listed(totals)}.")
        damaged = [each.name for each in imports if each.state == FileImport.State.DAMAGED]
        if damaged or totals["bad"] or len(imports) < len(paths):
            raise CommandError(_what_is_wrong(totals["bad"], damaged, len(paths) - len(imports)))

    def _import(
        self, paths: Sequence[Path], wish: Wish, workers: int, log: OutputWrapper
    ) -> list[FileImport]:
        """Read the files; return the imports of those that could be read, telling of each at once."""
        size = sum(path.stat().st_size for path in paths)
        imports = []
        # `disable=None`: a bar where there is a terminal, and nothing but lines elsewhere.
        with tqdm(total=size, unit="B", unit_scale=True, disable=None, file=self.stderr) as bar:
            for row, text in _outcomes(paths, wish, workers, bar.update):
                bar.clear()
                (log if row else self.stderr).write(text)
                imports += [row] if row else []
        return imports


def _refuse_missing(files: Iterable[Path]) -> None:
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise CommandError(f"Nothing was read. These are no files: {', '.join(missing)}")


def _as_of(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = parse_date(text)
        moment = datetime.combine(day, datetime.min.time()) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--as-of takes a date like 2026-01-31, not {text!r}.")
    aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    if aware > timezone.now():
        raise CommandError(f"--as-of {text} lies in the future.")
    return aware


def _outcomes(
    paths: Sequence[Path], wish: Wish, workers: int, progress: Progress
) -> Iterator[Outcome]:
    try:
        if workers > 1:
            yield from _in_processes(paths, wish, workers, progress)
        else:
            for path in paths:
                yield _one(path, wish, progress)
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. {GOES_ON}") from None
    except BrokenProcessPool:
        raise CommandError(f"A worker process died. {GOES_ON}") from None


def _in_processes(
    paths: Sequence[Path], wish: Wish, workers: int, progress: Progress
) -> Iterator[Outcome]:
    """Read so many files at a time, each in a process with a connection of its own."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()
    with ProcessPoolExecutor(workers, context, TO_PARENT.append, (told,)) as pool:
        waiting: set[Future[Outcome]] = {pool.submit(_in_process, path, wish) for path in paths}
        while waiting:
            done, waiting = wait(waiting, SECONDS, FIRST_COMPLETED)
            while not told.empty():
                progress(told.get())
            for future in done:
                yield future.result()


def _in_process(path: Path, wish: Wish) -> Outcome:
    return _one(path, wish, TO_PARENT[-1].put)


def _one(path: Path, wish: Wish, progress: Progress) -> Outcome:
    try:
        row, was_done = import_file(path, wish, clock=timezone.now, progress=progress)
    except (BeingImported, OSError) as error:
        return None, f"{path.name}: {error}"
    return row, "\n".join(_lines(row, was_done))


def _summary(totals: dict[str, int], seconds: float) -> dict[str, int | float]:
    """Return the totals under the names that programs know; `read` is the number of records."""
    return {
        "read": sum(n for name, n in totals.items() if name != "deleted"),
        "created": totals["new"],
        "updated": totals["changed"],
        "unchanged": totals["unchanged"],
        "older": totals["older"],
        "strangers": totals["strangers"],
        "deleted": totals["deleted"],
        "rejected": totals["bad"],
        "seconds": round(seconds, 1),
    }


def _lines(row: FileImport, was_done: bool) -> Iterator[str]:
    counts = {name: getattr(row, name) for name in WORDS}
    already = " (done before; --again reads it again)" if was_done else ""
    yield f"{row.name}: {_listed(counts)}{already}"
    for bad in row.bad_records.all():
        yield f"{row.name}, byte {bad.position}: {bad.reason}"


def _listed(counts: dict[str, int]) -> str:
    said = ", ".join(f"{counts[name]:,} {word}" for name, word in WORDS.items() if counts[name])
    return said or "nothing in it"


def _what_is_wrong(bad: int, damaged: Sequence[str], unread: int) -> str:
    said = []
    if bad:
        said.append(f"{bad} could not be read or stored; all else was.")
    if damaged:
        said.append(f"Damaged, read as far as sound: {', '.join(damaged)}. Get a whole copy.")
    if unread:
        said.append(f"{unread} of the files not read.")
    return " ".join(said)
