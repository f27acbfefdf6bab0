"""Fetching with real workers: every request ends right, within the limit, whatever is killed."""

import io
import json
import threading
from datetime import timedelta

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from sources import tasks
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Payload, Publication, Service, Trial
from tests.faults.workers import ROOT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

DATASET = ROOT / "fixtures" / "insulin_resistance"
UNKNOWN = ["999999991", "999999992"]


def entries(name):
    return yaml.load((DATASET / f"{name}.yaml").read_text("utf-8"), yaml.CSafeLoader)[name]


def pmids():
    return [p["pmid"] for p in entries("publications") if p["pmid"]]


def ncts():
    return [t["registry_id"] for t in entries("trials") if t["registry"] == "clinicaltrials"]


def tally(service="pubmed"):
    return {state: n for state, n in FetchRequest.objects.tally()[service].items() if n}


def test_every_record_of_the_data_set_is_fetched_by_two_workers_within_the_limit(standin, worker):
    wanted, said = [*pmids(), *UNKNOWN], io.StringIO()
    with (
        worker(standin, "one", beat=True),  # a refusal on a busy machine is tried again
        worker(standin, "two"),
    ):
        call_command(
            "fetch", pmid=wanted, trial=[*ncts(), "NCT99999999"], wait=True, json=True, stdout=said
        )

    assert json.loads(said.getvalue()) == {
        "not_found": len(UNKNOWN) + 1,
        "succeeded": len(pmids()) + len(ncts()),
    }
    assert tally() == {"succeeded": len(pmids()), "not_found": len(UNKNOWN)}
    assert Publication.objects.fetched().count() == len(pmids())
    assert Trial.objects.fetched().count() == len(ncts())
    assert Publication.objects.filter(title="").count() == 0
    assert standin.worst_window("eutils") <= 3
    assert standin.worst_window("clinicaltrials") <= 1


def test_two_workers_keep_the_limit_in_every_sliding_second(standin, worker):
    wanted = pmids()[:24]
    request_fetch(Service.PUBMED, wanted, by=None, now=timezone.now())
    # Requests with setbacks behind them are asked for one by one: many requests, a real queue.
    FetchRequest.objects.update(setbacks=4)
    with (
        worker(standin, "one"),
        worker(standin, "two"),
    ):
        for _ in range(4):
            tasks.drain_publications.delay()
        wait_until(lambda: tally() == {"succeeded": 24}, what="all being fetched")

    asked = standin.log("eutils")
    assert sorted(id_ for entry in asked for id_ in entry.ids) == sorted(wanted)
    assert {entry.status for entry in asked} == {200}
    assert standin.worst_window("eutils") <= 3


def test_a_worker_killed_in_mid_batch_loses_nothing_and_does_nothing_twice(standin, worker):
    wanted = pmids()[:50]
    standin.set_faults("eutils", {"name": "slow", "requests": [1], "seconds": 20})
    request_fetch(Service.PUBMED, wanted, by=None, now=timezone.now())
    with worker(standin, "killed") as killed:
        tasks.drain_publications.delay()
        wait_until(lambda: standin.log("eutils"), what="the first request")
        killed.kill()

    assert tally() == {"running": 50}
    FetchRequest.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    with worker(standin, "second"):
        tasks.wake_fetchers.delay()
        wait_until(lambda: tally() == {"succeeded": 50}, what="all being fetched")

    assert sorted(Publication.objects.values_list("pmid", flat=True)) == sorted(wanted)
    assert Payload.objects.count() == 50
    outcomes = FetchAttempt.objects.order_by("pk").values_list("request__identifier", "outcome")
    assert sorted(outcomes) == sorted([(p, o) for p in wanted for o in ("abandoned", "ok")])
    assert [len(entry.ids) for entry in standin.log("eutils")] == [50, 50]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"name": "E1"}, "rate_limited"),
        ({"name": "E24"}, "bad_payload"),
        ({"name": "html"}, "bad_payload"),
        ({"name": "E27"}, "server_error"),
        ({"name": "cut", "at": 400}, "bad_payload"),
    ],
)
def test_a_fault_is_in_the_ledger_and_never_an_empty_record(standin, worker, fault, outcome):
    standin.set_faults("eutils", {**fault, "requests": [1]})
    request_fetch(Service.PUBMED, pmids()[:3], by=None, now=timezone.now())
    with worker(standin):
        tasks.drain_publications.delay()
        wait_until(lambda: FetchAttempt.objects.count() == 3, what="the first attempt")
        assert tally() == {"queued": 3}
        assert not Publication.objects.exists()
        FetchRequest.objects.update(next_attempt_at=timezone.now())
        tasks.wake_fetchers.delay()
        wait_until(lambda: tally() == {"succeeded": 3}, what="the second attempt")

    outcomes = FetchAttempt.objects.values_list("outcome", flat=True)
    assert sorted(outcomes) == sorted([outcome] * 3 + ["ok"] * 3)


def test_two_dispatchers_at_once_fetch_each_id_once(standin, worker):
    wanted = pmids()

    def dispatch():
        request_fetch(Service.PUBMED, wanted, by=None, now=timezone.now())
        tasks.wake("pubmed")
        connection.close()

    with worker(standin):
        threads = [threading.Thread(target=dispatch) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: tally() == {"succeeded": len(wanted)}, what="all being fetched")

    asked = [id_ for entry in standin.log("eutils") for id_ in entry.ids]
    assert sorted(asked) == sorted(wanted)


def test_fetch_of_what_is_stale_is_content_when_nothing_is():
    said = io.StringIO()

    call_command("fetch", all_stale=True, wait=True, stdout=said)

    assert said.getvalue() == "Nothing to fetch.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pmid": ["12a"]}, "'12a' is not a PMID"),
        ({"trial": ["NCT123"]}, "'NCT123' is not"),
        ({}, "Nothing to fetch"),
    ],
)
def test_fetch_refuses_what_is_no_identifier_and_queues_nothing(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("fetch", **arguments)

    assert not FetchRequest.objects.exists()


def test_without_a_network_the_ledger_says_why_and_nothing_hangs(worker):
    class Nowhere:
        eutils_url = "http://127.0.0.1:9/entrez/eutils/"
        clinicaltrials_url = "http://127.0.0.1:9/api/v2/"
        isrctn_url = "http://127.0.0.1:9/isrctn/api/"
        crossref_url = "http://127.0.0.1:9/crossref/"

    request_fetch(Service.PUBMED, pmids()[:5], by=None, now=timezone.now())
    with worker(Nowhere):
        tasks.drain_publications.delay()
        wait_until(lambda: FetchAttempt.objects.count() == 5, what="the attempt")

    assert tally() == {"queued": 5}
    assert {a.outcome for a in FetchAttempt.objects.all()} == {"network"}
    assert FetchRequest.objects.exclude(last_error="").count() == 5
