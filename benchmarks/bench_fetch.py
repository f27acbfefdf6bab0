"""Fetching through the stand-in, which has no rate limit here: Celery and the ledger against a bare loop.

Ours: requests in the ledger, one Celery worker (solo pool, the default broker: PostgreSQL itself) that leases, asks, parses,
stores and settles. The limit posts, parses and upserts, and nothing else; the peer does so too, with
Django's update_or_create. The stand-in is a process of its own. Wall time from the first message to the last
settled request, rounds in turns, the median of them.
"""

# ruff: noqa: E402
from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connections, transaction
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks.bench_upsert import batches, emptied_of_records, seconds
from benchmarks.made_up_pubmed import pubmed_file
from benchmarks.own_database import emptied, own_database
from sources import tasks
from sources.actions.fetching import request_fetch
from sources.actions.storing import store_publications
from sources.models import FetchRequest, Publication, RateBudget, Service
from sources.pubmed import IDS_PER_REQUEST, Fetched, PubMed
from tracker.celery import app

Result = dict[str, str | float]

RECORDS = int(os.environ.get("TRACKER_BENCH_RECORDS", "4000"))
ROUNDS = 5


def run() -> list[Result]:
    records = {e.record.pmid: e.raw for batch in batches(pubmed_file(RECORDS)) for e in batch}
    speeds: dict[str, list[float]] = {}
    with own_database("fetch"), _standin(records) as url, override_settings(EUTILS_URL=url):
        RateBudget.objects.create(service=Service.PUBMED, per_second=1000, next_at=timezone.now())
        with start_worker(app, pool="solo", perform_ping_check=False):
            for _ in range(ROUNDS):
                for name, spent in _one_round(list(records)):
                    speeds.setdefault(name, []).append(RECORDS / spent)
    middle = {name: median(values) for name, values in speeds.items()}
    return [
        {
            "name": f"fetching, {RECORDS:,} records",
            "metric": "wall time",
            "unit": "records/s",
            "ours": round(middle["ours"]),
            "peer": round(middle["peer"]),
            "peer_name": "bare loop, update_or_create",
            "limit": round(middle["bare"]),
            "limit_name": "bare loop",
            "ratio_to_peer": round(middle["ours"] / middle["peer"], 2),
            "ratio_to_limit": round(middle["ours"] / middle["bare"], 2),
        }
    ]


@contextmanager
def _standin(records: dict[str, bytes]) -> Iterator[str]:
    """Serve records from another process; yield the address."""
    connections.close_all()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=_serve, args=(records, theirs))
    server.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        server.join()


def _serve(records: dict[str, bytes], told: Connection) -> None:
    servers: Any = importlib.import_module("tests.standins.servers")  # tests have no types
    with servers.EutilsStandin(records) as standin:
        told.send(standin.url)
        told.recv()


def _one_round(pmids: list[str]) -> Iterator[tuple[str, float]]:
    emptied_of_records()
    yield "bare", seconds(_bare, pmids)
    emptied_of_records()
    emptied("sources_fetchrequest", "sources_fetchattempt")
    request_fetch(Service.PUBMED, pmids, by=None, now=timezone.now())
    yield "ours", seconds(_ours)
    if Publication.objects.fetched().count() != len(pmids):
        raise SystemExit("not every record was fetched: the figures would mean nothing")
    emptied_of_records()
    yield "peer", seconds(_peer, pmids)


def _ours() -> None:
    tasks.drain_publications.delay()
    while FetchRequest.objects.live().exists():
        time.sleep(0.02)


def _bare(pmids: list[str]) -> None:
    for fetched in _fetched(pmids):
        with transaction.atomic():
            store_publications(fetched.records, now=timezone.now())


def _peer(pmids: list[str]) -> None:
    for fetched in _fetched(pmids):
        for pmid, found in fetched.records.items():
            record = found.record
            Publication.objects.update_or_create(
                pmid=pmid,
                defaults={
                    "title": record.title,
                    "abstract_state": record.abstract_state,
                    "abstract_sections": record.abstract_sections,
                    "authors": record.authors,
                    "mesh": record.mesh,
                    "details": {"references": record.references},
                    "fetched_at": timezone.now(),
                },
            )


def _fetched(pmids: list[str]) -> Iterator[Fetched]:
    with PubMed(base_url=settings.EUTILS_URL, tool="benchmark", deadline=60) as client:
        for at in range(0, len(pmids), IDS_PER_REQUEST):
            yield client.fetch(pmids[at : at + IDS_PER_REQUEST])
