"""Checking in Crossref with real workers: within the limit, one request at a time, nothing doubled."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from claims.tasks import recheck_sources
from sources import tasks
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Publication, RateBudget, Service
from tests.factories import EvidenceItemFactory, PublicationFactory
from tests.faults.workers import Worker, wait_until
from tests.standins.servers import StandinProcess

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

DOIS = [f"10.5555/paper.{number}" for number in range(6)]


@pytest.fixture
def standin():
    with StandinProcess(work_rate=4) as server:
        yield server


@pytest.fixture
def worker(process_environment, tmp_path):
    """Return a function that makes a worker, to be started with `with`."""

    def make(standin, name="worker", **options):
        return Worker(standin, tmp_path / f"{name}.log", process_environment, **options)

    return make


@pytest.fixture
def papers():
    RateBudget.objects.create(service="crossref", per_second=4, next_at=timezone.now())
    return [PublicationFactory(doi=doi) for doi in DOIS]


def tally():
    return {state: n for state, n in FetchRequest.objects.tally()["crossref"].items() if n}


def checked():
    return Publication.objects.filter(crossref_integrity="current").count()


def test_two_workers_check_every_doi_once_within_the_limit(standin, worker, papers):
    said = io.StringIO()
    with worker(standin, "one", beat=True), worker(standin, "two"):
        call_command("fetch", doi=DOIS, wait=True, json=True, stdout=said)

    asked = [entry.ids[0] for entry in standin.log("crossref")]
    assert json.loads(said.getvalue()) == {"succeeded": len(DOIS)}
    assert sorted(asked) == sorted([*DOIS, *DOIS])  # the work, and the notices about it
    assert standin.worst_window("crossref") <= 4
    assert checked() == len(DOIS)


def test_worker_killed_in_mid_check_loses_nothing_and_does_nothing_twice(standin, worker, papers):
    standin.set_faults("crossref", {"name": "slow", "requests": [1], "seconds": 20})
    request_fetch(Service.CROSSREF, DOIS, by=None, now=timezone.now())
    with worker(standin, "killed") as killed:
        tasks.drain_works.delay()
        wait_until(lambda: standin.log("crossref"), what="the first request")
        killed.kill()

    assert tally() == {"running": 1, "queued": len(DOIS) - 1}
    FetchRequest.objects.filter(state="running").update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )
    with worker(standin, "second"):
        tasks.wake_fetchers.delay()
        wait_until(lambda: tally() == {"succeeded": len(DOIS)}, what="all being checked")

    outcomes = sorted(FetchAttempt.objects.values_list("outcome", flat=True))
    assert outcomes == ["abandoned", *["ok"] * len(DOIS)]
    assert checked() == len(DOIS)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"name": "429", "retry_after": 1}, "rate_limited"),
        ({"name": "html"}, "bad_payload"),
        ({"name": "cut", "at": 60}, "bad_payload"),
        ({"name": "status", "status": 503}, "server_error"),
    ],
)
def test_fault_is_in_the_ledger_and_never_a_clean_paper(standin, worker, papers, fault, outcome):
    standin.set_faults("crossref", {**fault, "requests": [1]})
    request_fetch(Service.CROSSREF, DOIS[:1], by=None, now=timezone.now())
    with worker(standin):
        tasks.drain_works.delay()
        wait_until(lambda: FetchAttempt.objects.count() == 1, what="the first attempt")
        assert (tally(), checked()) == ({"queued": 1}, 0)
        FetchRequest.objects.update(next_attempt_at=timezone.now())
        tasks.wake_fetchers.delay()
        wait_until(lambda: tally() == {"succeeded": 1}, what="the second attempt")

    outcomes = FetchAttempt.objects.order_by("pk").values_list("outcome", flat=True)
    assert (list(outcomes), checked()) == ([outcome, "ok"], 1)


def test_block_pauses_crossref_after_one_request(standin, worker, papers):
    standin.set_faults("crossref", {"name": "403"})
    request_fetch(Service.CROSSREF, DOIS, by=None, now=timezone.now())
    with worker(standin):
        tasks.drain_works.delay()
        wait_until(lambda: RateBudget.objects.paused().exists(), what="the pause")
        tasks.wake_fetchers.delay()
        tasks.drain_works.delay()

    assert len(standin.log("crossref")) == 1
    assert tally() == {"queued": len(DOIS)}
    assert "support@crossref.org" in RateBudget.objects.get().paused_reason


def test_what_claims_use_is_checked_again_by_the_workers_themselves(standin, worker, papers):
    for paper in papers[:3]:
        EvidenceItemFactory(publication=paper)
    with worker(standin):
        recheck_sources.delay()
        wait_until(lambda: tally() == {"succeeded": 3}, what="the papers in use being checked")

    assert checked() == 3
    assert FetchRequest.objects.filter(service="pubmed").count() == 3
