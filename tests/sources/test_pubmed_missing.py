"""What efetch leaves out is not found only if esummary does not know it either."""

import logging

import pytest

from sources import pubmed
from sources.actions import batches, budget
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Service
from tests.fakes import FakePubMed
from tests.sources.test_pubmed_client import (
    EMAIL,
    KEY,
    RECORDS,
    everything_said,
    make_client,
    talking,
)
from tests.standins.faults import fault
from tests.standins.servers import EutilsStandin


def test_esummary_is_asked_for_what_is_missing():
    with talking(email=EMAIL, api_key=KEY) as (client, server):
        absent = client.confirm_missing(["123", "999999999"])

    (entry,) = server.log.entries
    assert absent == {"999999999"}
    assert (entry.method, entry.path) == ("POST", "/entrez/eutils/esummary.fcgi")
    assert entry.params["id"] == "123,999999999"


@pytest.mark.parametrize("pmids", [[], ["ABC123"], ["0"], [str(n) for n in range(1, 202)]])
def test_illegal_ids_are_refused_before_any_request(pmids):
    with talking() as (client, server), pytest.raises(ValueError, match="PMID"):
        client.confirm_missing(pmids)

    assert len(server.log) == 0


@pytest.mark.parametrize(
    ("name", "kind", "outcome"),
    [
        ("E1", pubmed.Unavailable, "rate_limited"),
        ("E2", pubmed.Rejected, "server_error"),
        ("E15", pubmed.Rejected, "server_error"),
        ("E23", pubmed.Unavailable, "server_error"),
        ("E25", pubmed.Unavailable, "bad_payload"),
        ("E26", pubmed.Blocked, "rate_limited"),
        ("E26-page", pubmed.Blocked, "rate_limited"),
        ("E27", pubmed.Unavailable, "server_error"),
    ],
)
def test_errors_are_told_apart_as_for_records_and_hold_no_secret(name, kind, outcome, caplog):
    caplog.set_level(logging.DEBUG)

    with (
        talking(fault(name), email=EMAIL, api_key=KEY) as (client, _server),
        pytest.raises(pubmed.PubMedError) as caught,
    ):
        client.confirm_missing(["123"])

    assert (type(caught.value), caught.value.outcome) == (kind, outcome)
    assert str(caught.value).startswith("esummary, status ")
    assert not [s for s in (KEY, EMAIL) if s in everything_said(caught.value, caplog)]


def ask(*pmids):
    return request_fetch(Service.PUBMED, pmids, by=None, now=database_now())


def states():
    return dict(FetchRequest.objects.values_list("identifier", "state"))


@pytest.mark.django_db
def test_a_record_that_efetch_left_out_though_it_is_there_is_asked_for_again():
    ask("123", "999999999", "3531190")

    with (
        EutilsStandin(RECORDS, faults=[fault("vanish", ids=["123"], times=1)]) as standin,
        make_client(standin.url) as client,
    ):
        batches.fetch_publications(client=client, clock=database_now)

    assert states() == {"123": "queued", "999999999": "not_found", "3531190": "succeeded"}
    attempt = FetchAttempt.objects.get(request__identifier="123")
    assert (attempt.outcome, attempt.error) == (
        "bad_payload",
        "efetch left out a record that esummary knows",
    )


class Unsure(FakePubMed):
    """Does not get to ask esummary."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def confirm_missing(self, pmids):
        raise self.error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "is_paused"),
    [
        (pubmed.Unavailable("busy", outcome="rate_limited", http_status=429), False),
        (pubmed.Blocked("blocked", outcome="rate_limited", http_status=200), True),
        (TimeoutError("no turn"), False),
    ],
)
def test_nothing_is_not_found_while_nobody_can_confirm_it(error, is_paused):
    ask("999999999")

    batches.fetch_publications(client=Unsure(error), clock=database_now)

    assert states() == {"999999999": "queued"}
    assert budget.is_paused(Service.PUBMED) is is_paused
