"""One load of a data set, as one transaction."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from claims.actions.datasets.claims import merge_article, merge_claims
from claims.actions.datasets.evidence import merge_evidence
from claims.actions.datasets.merging import Load
from claims.actions.datasets.report import Report
from claims.actions.datasets.sources import merge_sources
from claims.actions.datasets.verdicts import KIND as VERDICT
from claims.actions.datasets.verdicts import merge_verdicts
from claims.actions.history import because
from claims.actions.people import initial_curation
from claims.dataset import Dataset, read
from claims.models import DatasetEntry

LOCK: Final = 0x64617461  # "data"


def load_dataset(folder: Path, *, now: datetime) -> Report:
    """Load the data set in this folder, or what is new in it; return what that did.

    Raises InvalidDataset if anything in it is wrong and DatasetConflict if it contradicts what is
    stored; either way nothing is written. What reviewers have edited since stays as it is.
    """
    data = read(folder, today=now.date())
    with transaction.atomic():
        _take_turn()
        user = initial_curation()
        with because(user, f"data set {data.name}"):
            load = Load(user, now, Report(data.name), _entries(data.name))
            _merge(load, data)
            load.store_entries()
    load.report.gone = sorted(_gone(load))
    return load.report


def _merge(load: Load, data: Dataset) -> None:
    merge_sources(load, data)
    merge_article(load, data)
    merge_claims(load, data)
    merge_evidence(load, data)
    merge_verdicts(load, data)


def _take_turn() -> None:
    """Let no two loads run at once, of whatever data sets: they may share publications."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _entries(dataset: str) -> dict[str, dict[str, DatasetEntry]]:
    entries: dict[str, dict[str, DatasetEntry]] = defaultdict(dict)
    for entry in DatasetEntry.objects.filter(dataset=dataset):
        entries[entry.kind][entry.key] = entry
    return dict(entries)


def _gone(load: Load) -> list[tuple[str, str]]:
    """Return the entries of earlier loads that this one did not meet."""
    met = {kind: set(ids) for kind, ids in load.ids.items()}
    met[VERDICT] = met["claim"]
    kept = {(kind, key) for kind, key, _ in load.report.kept}
    return [
        (kind, key)
        for kind, entries in load.entries.items()
        for key in entries
        if key not in met.get(kind, ()) and (kind, key) not in kept
    ]
