"""A worker's turn: lease, ask, store, settle."""

from datetime import timedelta

import pytest

from sources import clinicaltrials, crossref, pubmed
from sources.actions import batches, budget
from sources.actions.fetching import request_fetch
from sources.isrctn import ISRCTN
from sources.models import FetchAttempt, FetchRequest, Publication, RateBudget, Service, Trial
from sources.pubmed_xml import PublicationRecord
from tests.factories import NOW, PublicationFactory
from tests.fakes import FakeClinicalTrials, FakeCrossref, FakePubMed
from tests.standins.isrctn import study as isrctn_study
from tests.standins.servers import ClinicalTrialsStandin, ISRCTNStandin
from tests.standins.trials import study

pytestmark = pytest.mark.django_db


def clock():
    return NOW


def ask(*identifiers, service=Service.PUBMED):
    return request_fetch(service, identifiers, by=None, now=NOW)


def record(pmid):
    return PublicationRecord(pmid=pmid, title=f"Paper {pmid}")


def test_a_batch_is_one_request_and_a_missing_id_is_not_found():
    ask("11", "12", "13")
    client = FakePubMed(record("11"), record("13"))

    assert batches.fetch_publications(client=client, clock=clock) == 3
    assert batches.fetch_publications(client=client, clock=clock) == 0

    assert client.asked == [("11", "12", "13")]
    assert FetchRequest.objects.tally()["pubmed"] == {
        "queued": 0,
        "running": 0,
        "succeeded": 2,
        "not_found": 1,
        "failed": 0,
    }
    assert sorted(Publication.objects.values_list("pmid", flat=True)) == ["11", "13"]


@pytest.mark.parametrize(
    ("error", "state", "outcome", "wait"),
    [
        (
            pubmed.Unavailable("429", outcome="rate_limited", http_status=429, retry_after=9),
            "queued",
            "rate_limited",
            9,
        ),
        (pubmed.Unavailable("no answer", outcome="network"), "queued", "network", 30),
        (pubmed.Unavailable("HTML", outcome="bad_payload"), "queued", "bad_payload", 30),
        (TimeoutError("no turn"), "queued", "network", 30),
        (
            pubmed.Rejected("bad key", outcome="bad_payload", http_status=400),
            "failed",
            "rejected",
            0,
        ),
    ],
)
def test_a_failure_is_written_and_nothing_is_stored(error, state, outcome, wait):
    ask("11")

    batches.fetch_publications(client=FakePubMed(errors=[error]), clock=clock)

    request = FetchRequest.objects.get()
    assert (request.state, request.last_error) == (state, str(error))
    assert request.next_attempt_at == NOW + timedelta(seconds=wait)
    assert [a.outcome for a in FetchAttempt.objects.all()] == [outcome]
    assert not Publication.objects.exists()


def test_a_block_pauses_all_fetching_and_keeps_the_requests():
    ask("11")
    error = pubmed.Blocked("NCBI has blocked this address", outcome="server_error", http_status=200)
    client = FakePubMed(record("11"), errors=[error])

    batches.fetch_publications(client=client, clock=clock)
    RateBudget.objects.update(paused_until=NOW + timedelta(days=3650))

    assert FetchRequest.objects.get().state == "queued"
    assert budget.is_paused(Service.PUBMED)
    assert batches.fetch_publications(client=client, clock=clock) == 0
    assert len(client.asked) == 1


def test_a_trial_that_the_registry_does_not_know_is_not_found():
    ask("NCT99999999", service=Service.CLINICALTRIALS)

    assert batches.fetch_trial(client=FakeClinicalTrials(), clock=clock) == 1
    assert batches.fetch_trial(client=FakeClinicalTrials(), clock=clock) == 0

    assert FetchRequest.objects.get().state == "not_found"
    assert not Trial.objects.exists()


def test_an_old_number_ends_as_answered_under_the_real_one():
    ask("NCT00000009", "NCT00790205", service=Service.CLINICALTRIALS)
    studies = {"NCT00790205": study("NCT00790205", aliases=["NCT00000009"])}

    with (
        ClinicalTrialsStandin(studies) as server,
        clinicaltrials.ClinicalTrials(base_url=server.url, user_agent="t") as client,
    ):
        turns = [batches.fetch_trial(client=client, clock=clock) for _ in range(3)]

    assert turns == [1, 1, 0]
    ended = FetchRequest.objects.order_by("identifier")
    assert list(ended.values_list("identifier", "state", "answered_as")) == [
        ("NCT00000009", "succeeded", "NCT00790205"),
        ("NCT00790205", "succeeded", ""),
    ]
    assert Trial.objects.get().registry_id == "NCT00790205"


def test_a_trial_of_isrctn_goes_through_the_ledger():
    ask("ISRCTN03267836", "ISRCTN00000010", service=Service.ISRCTN)
    studies = {"ISRCTN03267836": isrctn_study("ISRCTN03267836", "A diet", acronym="DiRECT")}

    with ISRCTNStandin(studies) as server, ISRCTN(base_url=server.url, user_agent="t") as client:
        turns = [
            batches.fetch_trial(client=client, clock=clock, service=Service.ISRCTN)
            for _ in range(3)
        ]

    assert turns == [1, 1, 0]
    states = FetchRequest.objects.order_by("identifier").values_list("identifier", "state")
    assert list(states) == [("ISRCTN00000010", "not_found"), ("ISRCTN03267836", "succeeded")]
    trial = Trial.objects.get()
    assert (trial.registry, trial.registry_id, trial.acronym, trial.enrollment) == (
        "isrctn",
        "ISRCTN03267836",
        "DiRECT",
        280,
    )


def test_a_trials_failure_is_retried():
    ask("NCT99999999", service=Service.CLINICALTRIALS)
    error = clinicaltrials.Unavailable("HTML 502", outcome="server_error", http_status=502)

    batches.fetch_trial(client=FakeClinicalTrials(errors=[error]), clock=clock)

    request = FetchRequest.objects.get()
    assert (request.state, request.setbacks) == ("queued", 1)


def test_work_is_checked_one_doi_at_a_time():
    PublicationFactory(doi="10.5555/a")
    ask("10.5555/A", "10.5555/b", service=Service.CROSSREF)
    client = FakeCrossref({"10.5555/a": []})

    worked = [batches.fetch_work(client=client, clock=clock) for _ in range(3)]

    assert worked == [1, 1, 0]
    states = dict(FetchRequest.objects.values_list("identifier", "state"))
    assert states == {"10.5555/a": "succeeded", "10.5555/b": "not_found"}
    [publication] = Publication.objects.all()
    assert (publication.crossref_checked_at, publication.integrity) == (NOW, "current")


def test_doi_that_crossref_does_not_know_stays_unchecked():
    PublicationFactory(doi="10.5555/a")
    ask("10.5555/a", service=Service.CROSSREF)

    batches.fetch_work(client=FakeCrossref(), clock=clock)

    [publication] = Publication.objects.all()
    assert (publication.crossref_checked_at, publication.integrity) == (None, "unknown")


def test_manual_block_of_crossref_pauses_crossref_alone():
    ask("10.5555/a", service=Service.CROSSREF)
    error = crossref.Blocked("blocked by hand", outcome="rate_limited", http_status=403)

    batches.fetch_work(client=FakeCrossref(errors=[error]), clock=clock)
    RateBudget.objects.update(paused_until=NOW + timedelta(days=3650))

    assert FetchRequest.objects.get().state == "queued"
    assert budget.is_paused(Service.CROSSREF)
    assert not budget.is_paused(Service.PUBMED)
    assert RateBudget.objects.get().paused_reason == "blocked by hand"
    assert batches.fetch_work(client=FakeCrossref(), clock=clock) == 0


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (crossref.Unavailable("502", outcome="server_error", http_status=502), "queued"),
        (crossref.Rejected("400", outcome="server_error", http_status=400), "failed"),
        (budget.Paused(NOW + timedelta(hours=1), "blocked"), "queued"),
    ],
)
def test_crossrefs_failure_stores_nothing(error, state):
    PublicationFactory(doi="10.5555/a")
    ask("10.5555/a", service=Service.CROSSREF)

    batches.fetch_work(client=FakeCrossref(errors=[error]), clock=clock)

    request = FetchRequest.objects.get()
    assert (request.state, request.last_error) == (state, str(error))
    assert Publication.objects.get().crossref_checked_at is None
