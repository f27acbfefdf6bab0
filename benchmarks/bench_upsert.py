"""Records into PostgreSQL: new, changed, changed in their titles (which is history), unchanged.

Ours begins with parsed records and their bytes, and does all that a fetch does: hashes, compares with
what is held, compresses and keeps the bytes. The limit is COPY of ready rows straight into the same
two tables, no questions asked; the peer is Django's bulk_create(update_conflicts=True). Wall time,
rounds in turns, the median of them. TRACKER_BENCH_RECORDS changes how many records there are.
"""

# ruff: noqa: E402
from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.db import connection, models, transaction

from benchmarks.made_up_pubmed import pubmed_file
from benchmarks.own_database import emptied, own_database
from sources.actions import payloads
from sources.actions.records import COLUMNS, Claimed, Held, row_of
from sources.actions.storing import store_publications
from sources.models import Payload, Publication
from sources.pubmed_xml import Found, read

Result = dict[str, str | float]
Batch = list[Found]
Rows = list[tuple[Any, ...]]
#: Publications and payloads, batch by batch.
Ready = list[tuple[Rows, Rows]]

RECORDS = int(os.environ.get("TRACKER_BENCH_RECORDS", "10000"))
A_BATCH = 1000
DJANGO_BATCH = 500
ROUNDS = 5
THEN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = THEN + timedelta(days=7)
#: What another source, an earlier check or a reviewer has put there is not a record's to overwrite.
JSON_AND_ARRAYS = {
    field.attname
    for field in Publication._meta.concrete_fields
    if field.get_internal_type() in {"JSONField", "ArrayField"}
}


def run() -> list[Result]:
    body = pubmed_file(RECORDS)
    new = batches(body)
    revised = batches(body.replace(b"<Issue>2</Issue>", b"<Issue>3</Issue>"))
    retitled = batches(body.replace(b"<ArticleTitle>", b"<ArticleTitle>New: "))
    gc.collect()
    gc.freeze()
    speeds: dict[str, list[float]] = {}
    with own_database("upsert"):
        for _ in range(ROUNDS):
            for name, seconds in one_round(new, revised, retitled):
                speeds.setdefault(name, []).append(RECORDS / seconds)
    middle = {name: median(values) for name, values in speeds.items()}
    return [
        _result("upsert, new", middle["new"], middle["django"], middle["copy"]),
        _result("upsert, changed", middle["changed"], middle["django, changed"], middle["copy"]),
        _result("upsert, new titles", middle["retitled"], middle["django, titles"], middle["copy"]),
        _result("upsert, unchanged", middle["unchanged"], middle["new"], middle["copy"], "our new"),
    ]


def batches(body: bytes) -> list[Batch]:
    found = [entry for entry in read(body) if isinstance(entry, Found)]
    return [found[at : at + A_BATCH] for at in range(0, len(found), A_BATCH)]


def one_round(
    new: list[Batch], revised: list[Batch], retitled: list[Batch]
) -> Iterator[tuple[str, float]]:
    """Yield (what was done, seconds) once for every contender."""
    ready = [(rows(batch), payload_rows(batch)) for batch in new]
    emptied_of_records()
    yield "copy", seconds(raw_copy, ready)
    emptied_of_records()
    yield "new", seconds(ours, new, THEN)
    yield "unchanged", seconds(ours, new, THEN)
    yield "changed", seconds(ours, revised, NOW)
    yield "retitled", seconds(ours, retitled, NOW + timedelta(days=1))
    emptied_of_records()
    yield "django", seconds(with_django, new)
    yield "django, changed", seconds(with_django, revised)
    yield "django, titles", seconds(with_django, retitled)


def ours(batches: Iterable[Batch], now: datetime) -> None:
    for batch in batches:
        with transaction.atomic():
            store_publications({found.record.pmid: found for found in batch}, now=now)


def rows(batch: Batch) -> list[tuple[Any, ...]]:
    """Return the rows of new records, without the primary key, ready to be copied."""
    return [_row(each) for each in batch]


def _row(found: Found) -> tuple[Any, ...]:
    record = found.record
    claimed = Claimed(record.doi, record.pmcid, "confirmed", "fetched")
    sha256 = Payload.digest(found.raw)
    return row_of(record, Held(), claimed, sha256=sha256, as_of=THEN, now=THEN)[1:]


def payload_rows(batch: Batch) -> list[tuple[Any, ...]]:
    return [payloads.row_of("pubmed", each.record.pmid, each.raw, THEN) for each in batch]


def raw_copy(ready: Ready) -> None:
    for publications, kept in ready:
        with transaction.atomic():
            _copy(Publication, COLUMNS[1:], publications)
            _copy(Payload, payloads.COLUMNS, kept)


def _copy(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """COPY rows into a model's own table; what they lack takes the model's default."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    absent = [field for field in fields if field.attname not in columns]
    defaults = tuple(field.get_default() for field in absent)
    names = ", ".join([*columns, *(field.attname for field in absent)])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row + defaults)


def with_django(batches: Iterable[Batch]) -> None:
    fields = [name for name in COLUMNS if name not in {"id", "pmid", "created_at"}]
    for batch in batches:
        with transaction.atomic():
            Publication.objects.bulk_create(
                [_instance(each) for each in batch],
                update_conflicts=True,
                unique_fields=["pmid"],
                update_fields=fields,
                batch_size=DJANGO_BATCH,
            )
            Payload.objects.bulk_create(
                [
                    Payload(**dict(zip(payloads.COLUMNS, row, strict=True)))
                    for row in payload_rows(batch)
                ],
                ignore_conflicts=True,
                batch_size=DJANGO_BATCH,
            )


def _instance(found: Found) -> Publication:
    record = found.record
    row = _row(found)
    values = dict(zip(COLUMNS[1:], row, strict=True))
    plain = {name: getattr(record, name) for name in JSON_AND_ARRAYS if hasattr(record, name)}
    return Publication(**values | plain | {"details": {"references": record.references}})


def emptied_of_records() -> None:
    emptied(
        *("sources_publication", "sources_payload", "sources_publicationevent"),
        *("sources_fileimport", "sources_deletedpmid"),
    )


def seconds(work: Callable[..., None], *arguments: object) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def _result(
    name: str, ours: float, peer: float, limit: float, peer_name: str = "bulk_create"
) -> Result:
    return {
        "name": f"{name}, {RECORDS:,} records",
        "metric": "wall time",
        "unit": "records/s",
        "ours": round(ours),
        "peer": round(peer),
        "peer_name": peer_name,
        "limit": round(limit),
        "limit_name": "raw COPY",
        "ratio_to_peer": round(ours / peer, 2),
        "ratio_to_limit": round(ours / limit, 2),
    }
