"""Fetching with real workers: every request ends right, within the limit, whatever is killed."""

import io
import json

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources import tasks
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Publication, Service, Trial
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


def test_two_workers_keep_the_limit_in_every_sliding_second(standin, worker, counted):
    wanted = pmids()[:24]
    request_fetch(Service.PUBMED, wanted, by=None, now=timezone.now())
    # Requests with setbacks behind them are asked for one by one: many requests, a real queue.
    FetchRequest.objects.update(setbacks=4)
    with worker(standin, "one", patient=False), worker(standin, "two", patient=False):
        for _ in range(4):
            tasks.drain_publications.delay()
        wait_until(lambda: tally() == {"succeeded": 24}, what="all being fetched")

    assert {entry.status for entry in standin.log("eutils")} == {200}
    counted("none: two workers, ids one by one", standin, ids=wanted)


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
