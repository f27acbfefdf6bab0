"""The ISRCTN client against every answer the registry is known to give, over real HTTP."""

import hashlib
from contextlib import contextmanager

import pytest

from sources.isrctn import ISRCTN, ISRCTNError, Rejected, Unavailable
from sources.isrctn_xml import parse_answer
from sources.registration import FetchedTrial, NotFound
from tests.standins.faults import fault
from tests.standins.isrctn import answer, study
from tests.standins.servers import ISRCTNStandin

DIRECT = "ISRCTN03267836"
STUDIES = {
    "ISRCTN00000010": study("ISRCTN00000010", f"A follow-up of {DIRECT}"),
    DIRECT: study(DIRECT, "A diet", acronym="DiRECT"),
}


@contextmanager
def talking(*faults, studies=STUDIES, **options):
    """Yield a client and the stand-in it talks to."""
    given = {"user_agent": "claim-tracker", "read_timeout": 0.5, "deadline": 5.0}
    with (
        ISRCTNStandin(studies, faults=faults) as server,
        ISRCTN(base_url=server.url, **given | options) as client,
    ):
        yield client, server


def failure_of(*faults, **options):
    """Return the error that a fetch ends with, and how many requests it took."""
    with talking(*faults, **options) as (client, server):
        with pytest.raises(ISRCTNError) as caught:
            client.fetch(DIRECT)
        return caught.value, len(server.log)


def test_fetch_returns_the_trial_and_the_bytes():
    with talking() as (client, _server):
        fetched = client.fetch(DIRECT)

    body = answer(STUDIES.values(), total=2)
    assert fetched == FetchedTrial(
        study=parse_answer(body, DIRECT),
        raw=body,
        registry_id=DIRECT,
        alias=None,
        etag=None,
        http_status=200,
        payload_sha256=hashlib.sha256(body).hexdigest(),
        duration_ms=fetched.duration_ms,
    )
    assert fetched.study.acronym == "DiRECT"


def test_request_says_who_asks_and_for_what():
    with talking() as (client, server):
        client.fetch("isrctn 03267836")

    (entry,) = server.log.entries
    assert (entry.method, entry.path) == ("GET", "/isrctn/api/query/format/default")
    assert entry.params == {"q": DIRECT, "limit": "50"}
    assert entry.headers["user-agent"] == "claim-tracker"


@pytest.mark.parametrize(
    "number", ["", "03267836", "ISRCTN0326783", "ISRCTN032678360", "NCT03267836", f"{DIRECT}&q=x"]
)
def test_illegal_number_is_refused_before_any_request(number):
    with talking() as (client, server), pytest.raises(ValueError, match="an ISRCTN number"):
        client.fetch(number)

    assert len(server.log) == 0


def test_a_number_that_the_registry_does_not_know_is_not_found():
    with talking(studies={}) as (client, _server):
        found = client.fetch(DIRECT)

    body = answer([], total=0)
    assert found == NotFound(DIRECT, 200, hashlib.sha256(body).hexdigest(), found.duration_ms)


def test_a_trial_that_only_mentions_the_number_is_not_taken_for_it():
    with talking(fault("vanish")) as (client, _server):
        assert isinstance(client.fetch(DIRECT), NotFound)


@pytest.mark.parametrize(
    ("said", "kind", "outcome", "status", "retry_after"),
    [
        (fault("429", retry_after=7), Unavailable, "rate_limited", 429, 7.0),
        (fault("429"), Unavailable, "rate_limited", 429, None),
        (fault("404-page"), Unavailable, "server_error", 404, None),
        (fault("status", status=500), Unavailable, "server_error", 500, None),
        (fault("status", status=503), Unavailable, "server_error", 503, None),
        (fault("status", status=400), Rejected, "server_error", 400, None),
        (fault("status", status=403), Rejected, "server_error", 403, None),
        (fault("html"), Unavailable, "bad_payload", 200, None),
        (fault("truncate", at=300), Unavailable, "bad_payload", 200, None),
        (fault("silent"), Unavailable, "network", None, None),
        (fault("close"), Unavailable, "network", None, None),
    ],
)
def test_each_failure_says_what_to_do(said, kind, outcome, status, retry_after):
    error, _requests = failure_of(said)

    assert type(error) is kind
    facts = (error.outcome, error.http_status, error.retry_after)
    assert facts == (outcome, status, retry_after)


def test_a_connection_that_is_reset_is_tried_once_more():
    with talking(fault("reset", requests=[1])) as (client, server):
        assert client.fetch(DIRECT).registry_id == DIRECT

    assert len(server.log) == 2


def test_every_request_takes_a_turn_in_the_budget():
    turns = []
    with talking(wait=turns.append) as (client, _server):
        client.fetch(DIRECT)

    assert len(turns) == 1
    assert 0 < turns[0] <= 5.0


def test_no_turn_within_the_deadline_is_told_and_nothing_is_sent():
    def wait(seconds):
        raise TimeoutError

    error, requests = failure_of(wait=wait)

    assert (error.outcome, requests) == ("rate_limited", 0)
