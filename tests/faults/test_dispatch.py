"""Two dispatchers at once, a queue that is emptied, errors in turn: each id ends once, and rightly."""

import threading

import pytest
from django.db import connection

from sources import tasks
from sources.actions import budget
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Publication, Service
from tests.faults.workers import wait_until
from tests.sources.test_ledger_rows import ENDS
from tests.standins.records import all_records
from tests.standins.servers import StandinProcess

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

RECORDS = sorted(all_records())
UNKNOWN = ["999999991", "999999992"]


def states():
    return {state: n for state, n in FetchRequest.objects.tally()["pubmed"].items() if n}


def test_dispatchers_at_once_fetch_each_id_once(standin, worker, counted):
    ids = [*RECORDS[:30], *UNKNOWN]

    def dispatch():
        try:
            request_fetch(Service.PUBMED, ids, by=None, now=database_now())
            tasks.wake("pubmed")
            tasks.wake_fetchers.delay()
        finally:
            connection.close()

    with worker(standin, "one", patient=False), worker(standin, "two", patient=False):
        threads = [threading.Thread(target=dispatch) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: states() == {"succeeded": 30, "not_found": 2}, what="the end")

    counted("four dispatchers at once", standin, ids=ids)


def test_queue_that_is_emptied_is_filled_again_by_beat(standin, worker, counted, empty_queue):
    ids = [*RECORDS[:8], *UNKNOWN]
    request_fetch(Service.PUBMED, ids, by=None, now=database_now())
    tasks.drain_publications.delay()
    empty_queue()

    with worker(standin, beat=True, patient=False):
        wait_until(lambda: states() == {"succeeded": 8, "not_found": 2}, seconds=90, what="the end")

    counted("the broker's queue emptied", standin, ids=ids)


def hurry():
    """Let no waiting request wait any longer, as if the time had gone by."""
    FetchRequest.objects.filter(state="queued").update(next_attempt_at=database_now())
    budget.resume(Service.PUBMED)
    return states()


@pytest.fixture
def quick_standin():
    """Return a stand-in with the rate of those who have a key."""
    with StandinProcess(rate=10) as server:
        yield server


def test_errors_in_turn_end_each_id_as_its_error_says(quick_standin, worker, counted):
    standin = quick_standin
    errors = dict(zip(RECORDS, ENDS, strict=False))
    refused = {pmid for pmid, name in errors.items() if ENDS[name][0] == "failed"}
    standin.set_faults(
        "eutils", *({"name": name, "ids": [pmid], "times": 1} for pmid, name in errors.items())
    )
    request_fetch(Service.PUBMED, errors, by=None, now=database_now())
    # Requests with setbacks behind them are asked for one by one, so each error has its own.
    FetchRequest.objects.update(setbacks=4)

    with (
        worker(standin, "one", patient=False, rate=10),
        worker(standin, "two", patient=False, rate=10),
    ):

        def is_over():
            waiting = hurry().keys() & {"queued", "running"}
            tasks.wake_fetchers.delay()
            return not waiting

        wait_until(is_over, seconds=150, pause=2, what="the end")

    failed = FetchRequest.objects.failed().values_list("identifier", flat=True)
    assert set(failed) == refused
    assert {p.pmid for p in Publication.objects.all()} == errors.keys() - refused
    # A block pauses all: what another worker was about to ask for has an attempt without a request.
    attempts = FetchAttempt.objects.exclude(outcome="ok").exclude(error__startswith="paused until")
    outcomes = attempts.values_list("request__identifier", "outcome", "http_status")
    assert sorted(outcomes) == sorted((pmid, *ENDS[name][1:3]) for pmid, name in errors.items())
    lost = len(errors) - len(refused)
    counted("each error of the table in turn", standin, ids=list(errors), lost=lost, limit=10)
