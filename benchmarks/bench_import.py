"""`import_pubmed` end to end: two packed files, two processes, into an empty database.

The limit is the slower of lxml's bare iterparse over the files and raw COPY of their ready rows, each in
one process; the peer parses and upserts with Django's bulk_create. Wall time, rounds in turns, the
median of them. TRACKER_BENCH_RECORDS changes how many records there are.
"""

# ruff: noqa: E402
from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command
from lxml import etree

from benchmarks.bench_upsert import (
    RECORDS,
    ROUNDS,
    Ready,
    batches,
    emptied_of_records,
    payload_rows,
    raw_copy,
    rows,
    seconds,
    with_django,
)
from benchmarks.made_up_pubmed import pubmed_file
from benchmarks.own_database import own_database
from sources.models import Publication

Result = dict[str, str | float]


def run() -> list[Result]:
    speeds: dict[str, list[float]] = {}
    bodies = two_files(RECORDS)
    ready = [(rows(batch), payload_rows(batch)) for body in bodies for batch in batches(body)]
    with tempfile.TemporaryDirectory() as folder, own_database("import"):
        paths = [Path(folder) / f"made_up_{number}.xml.gz" for number in range(len(bodies))]
        for path, body in zip(paths, bodies, strict=True):
            path.write_bytes(gzip.compress(body, 6))
        for _ in range(ROUNDS):
            for name, spent in one_round(paths, bodies, ready):
                speeds.setdefault(name, []).append(RECORDS / spent)
    middle = {name: median(values) for name, values in speeds.items()}
    sys.stdout.write("".join(f"{name}: {speed:,.0f} records/s\n" for name, speed in middle.items()))
    limit = min(("bare iterparse", "raw COPY"), key=middle.__getitem__)
    return [
        {
            "name": f"import_pubmed, 2 processes, {RECORDS:,} records",
            "metric": "wall time",
            "unit": "records/s",
            "ours": round(middle["ours"]),
            "peer": round(middle["bulk_create"]),
            "peer_name": "parsing and bulk_create",
            "limit": round(middle[limit]),
            "limit_name": limit,
            "ratio_to_peer": round(middle["ours"] / middle["bulk_create"], 2),
            "ratio_to_limit": round(middle["ours"] / middle[limit], 2),
        }
    ]


def two_files(records: int) -> list[bytes]:
    """Return two files whose records have different PMIDs."""
    half = pubmed_file(records // 2)
    other = half
    for before in (b">", b"aim.", b"AIM"):
        other = other.replace(before + b"9900", before + b"9800")
    return [half, other]


def one_round(paths: list[Path], bodies: list[bytes], ready: Ready) -> Iterator[tuple[str, float]]:
    """Yield (what was done, seconds) once for every contender."""
    yield "bare iterparse", seconds(_iterparse, bodies)
    emptied_of_records()
    yield "raw COPY", seconds(raw_copy, ready)
    emptied_of_records()
    yield "ours", seconds(_ours, paths)
    if Publication.objects.count() != RECORDS:
        raise SystemExit("not every record was imported: the figures would mean nothing")
    emptied_of_records()
    yield "bulk_create", seconds(_django, bodies)


def _iterparse(bodies: list[bytes]) -> None:
    for body in bodies:
        for _, element in etree.iterparse(BytesIO(body), tag="PubmedArticle"):
            element.clear()


def _ours(paths: list[Path]) -> None:
    call_command("import_pubmed", *map(str, paths), workers=2, stdout=StringIO())


def _django(bodies: list[bytes]) -> None:
    for body in bodies:
        with_django(batches(body))
