"""The ClinicalTrials.gov client against every answer the registry is known to give, over real HTTP."""

import hashlib
import logging
import time
from contextlib import contextmanager

import pytest

from sources.clinicaltrials import (
    ClinicalTrials,
    ClinicalTrialsError,
    FetchedTrial,
    NotFound,
    NotModified,
    Rejected,
    Unavailable,
)
from sources.clinicaltrials_json import parse_study
from tests.standins.faults import fault
from tests.standins.servers import ClinicalTrialsStandin
from tests.standins.trials import study

TECOS = study("NCT00790205", "First", acronym="TECOS", aliases=["NCT00000009"])
STUDIES = {"NCT00790205": TECOS, "NCT01107886": study("NCT01107886", "Second")}


def make_client(url, **options):
    given = {"user_agent": "claim-tracker", "read_timeout": 0.5, "deadline": 5.0}
    return ClinicalTrials(base_url=url, **given | options)


@contextmanager
def talking(*faults, standin=None, **options):
    """Yield a client and the stand-in it talks to."""
    with (
        ClinicalTrialsStandin(STUDIES, faults=faults, **standin or {}) as server,
        make_client(server.url, **options) as client,
    ):
        yield client, server


def failure_of(*faults, nct="NCT00790205", **options):
    """Return the error that a fetch ends with, and how many requests it took."""
    with talking(*faults, **options) as (client, server):
        with pytest.raises(ClinicalTrialsError) as caught:
            client.fetch(nct)
        return caught.value, len(server.log)


def test_fetch_returns_the_trial_and_its_bytes():
    with talking() as (client, _server):
        fetched = client.fetch("NCT00790205")

    digest = hashlib.sha256(TECOS).hexdigest()
    assert fetched == FetchedTrial(
        study=parse_study(TECOS),
        raw=TECOS,
        registry_id="NCT00790205",
        alias=None,
        etag=f'"{digest[:32]}"',
        http_status=200,
        payload_sha256=digest,
        duration_ms=fetched.duration_ms,
    )
    assert fetched.study.acronym == "TECOS"
    assert 0 <= fetched.duration_ms < 5000


def test_request_says_who_asks_and_for_what():
    with talking() as (client, server):
        client.fetch("nct00790205 ")

    (entry,) = server.log.entries
    assert (entry.method, entry.path, entry.params) == ("GET", "/api/v2/studies/NCT00790205", {})
    asked = {name: entry.headers.get(name) for name in ("user-agent", "accept", "if-none-match")}
    assert asked == {
        "user-agent": "claim-tracker",
        "accept": "application/json",
        "if-none-match": None,
    }


@pytest.mark.parametrize(
    "nct", ["", "NCT", "00790205", "NCT0079020", "NCT007902055", "ISRCTN12345678", "NCT00790205/.."]
)
def test_illegal_number_is_refused_before_any_request(nct):
    with talking() as (client, server), pytest.raises(ValueError, match="an NCT number"):
        client.fetch(nct)

    assert len(server.log) == 0


def test_unknown_number_is_not_found_by_the_registrys_own_word():
    with talking() as (client, _server):
        answer = client.fetch("NCT99999999")

    said = b"NCT number NCT99999999 not found"
    digest = hashlib.sha256(said).hexdigest()
    assert answer == NotFound("NCT99999999", 404, digest, answer.duration_ms)


def test_alias_is_followed_and_told():
    with talking() as (client, server):
        fetched = client.fetch("NCT00000009")

    assert (fetched.registry_id, fetched.alias, fetched.raw) == (
        "NCT00790205",
        "NCT00000009",
        TECOS,
    )
    assert [entry.ids for entry in server.log.entries] == [["NCT00000009"], ["NCT00790205"]]


def test_alias_takes_two_turns_of_the_budget():
    turns = []

    with talking(wait=turns.append) as (client, _server):
        client.fetch("NCT00000009")

    assert len(turns) == 2


def test_alias_may_be_answered_without_a_redirect():
    planned = fault("wrong_record", ids=["NCT00000008"], instead="NCT00790205")
    aliased = study("NCT00790205", aliases=["NCT00000008"])

    with (
        ClinicalTrialsStandin({"NCT00790205": aliased}, faults=[planned]) as server,
        make_client(server.url) as client,
    ):
        server.aliases.clear()
        fetched = client.fetch("NCT00000008")

    assert (fetched.registry_id, fetched.alias) == ("NCT00790205", "NCT00000008")


def test_alias_of_a_trial_that_is_gone_is_not_found():
    with talking(standin={"aliases": {"NCT00000007": "NCT00000006"}}) as (client, _server):
        answer = client.fetch("NCT00000007")

    assert (type(answer), answer.registry_id) == (NotFound, "NCT00000007")


def test_unchanged_trial_is_not_sent_again():
    with talking() as (client, _server):
        etag = client.fetch("NCT00790205").etag
        again = client.fetch("NCT00790205", etag=etag)
        changed = client.fetch("NCT01107886", etag=etag)

    assert again == NotModified("NCT00790205", etag, 304, again.duration_ms)
    assert changed.raw == STUDIES["NCT01107886"]


def test_304_that_nobody_asked_for_is_rejected():
    error, _ = failure_of(fault("status", status=304))

    assert type(error) is Rejected


def test_changed_trial_has_another_etag():
    with talking(fault("change", after=1, title="Renamed")) as (client, _server):
        first = client.fetch("NCT00790205")
        second = client.fetch("NCT00790205", etag=first.etag)

    assert (first.study.brief_title, second.study.brief_title) == ("First", "Renamed")


DENIAL = "NCT number NCT00790205 not found"

# name, options, what to raise, outcome, status, Retry-After
ANSWERS = [
    ("429", {}, Unavailable, "rate_limited", 429, None),
    ("429", {"retry_after": 7}, Unavailable, "rate_limited", 429, 7.0),
    ("404-page", {}, Unavailable, "server_error", 404, None),
    # The registry denies another trial than the one we asked for.
    ("unknown", {"nct": "NCT99999999"}, Unavailable, "server_error", 404, None),
    ("status", {"status": 404, "body": "default backend"}, Unavailable, "server_error", 404, None),
    # Its words with another status or in a page are not its word.
    ("status", {"status": 503, "body": DENIAL}, Unavailable, "server_error", 503, None),
    (
        "status",
        {"status": 404, "body": DENIAL, "content_type": "text/html"},
        Unavailable,
        "server_error",
        404,
        None,
    ),
    ("wrong_record", {"instead": "NCT01107886"}, Unavailable, "bad_payload", 200, None),
    ("html", {}, Unavailable, "bad_payload", 200, None),
    ("html", {"status": 502}, Unavailable, "server_error", 502, None),
    ("html", {"status": 403}, Rejected, "server_error", 403, None),
    ("status", {"status": 500}, Unavailable, "server_error", 500, None),
    ("status", {"status": 503}, Unavailable, "server_error", 503, None),
    ("status", {"status": 501}, Rejected, "server_error", 501, None),
    ("status", {"status": 410}, Rejected, "server_error", 410, None),
    (
        "status",
        {"status": 400, "body": "Parameter `nctId` has incorrect format"},
        Rejected,
        "server_error",
        400,
        None,
    ),
    ("status", {"status": 200, "body": ""}, Unavailable, "bad_payload", 200, None),
    ("status", {"status": 200, "body": '{"studies":[  ]}'}, Unavailable, "bad_payload", 200, None),
    (
        "status",
        {"status": 200, "body": '{"FullStudiesResponse": {"NStudiesFound": 1}}'},
        Unavailable,
        "bad_payload",
        200,
        None,
    ),
    ("truncate", {"at": 200}, Unavailable, "bad_payload", 200, None),
    ("cut", {"at": 200}, Unavailable, "bad_payload", 200, None),
    ("bomb", {"megabytes": 25}, Unavailable, "bad_payload", 200, None),
    ("silent", {}, Unavailable, "network", None, None),
    ("close", {}, Unavailable, "network", None, None),
    ("reset", {}, Unavailable, "network", None, None),
]


@pytest.mark.parametrize(("name", "options", "kind", "outcome", "status", "retry_after"), ANSWERS)
def test_answer_without_a_trial_says_what_to_do(name, options, kind, outcome, status, retry_after):
    error, _ = failure_of(fault(name, **options))

    assert type(error) is kind
    assert (error.outcome, error.http_status, error.retry_after) == (outcome, status, retry_after)


@pytest.mark.parametrize("name", ["close", "reset"])
def test_one_reset_is_survived(name):
    with talking(fault(name, times=1)) as (client, server):
        assert client.fetch("NCT00790205").raw == TECOS

    assert len(server.log) == 2


REDIRECTS = [
    ("http://169.254.169.254/api/v2/studies/NCT01107886", 301, Rejected),
    ("//169.254.169.254/api/v2/studies/NCT01107886", 302, Unavailable),
    ("https://127.0.0.1/api/v2/studies/NCT01107886", 308, Rejected),
    ("/elsewhere/NCT01107886", 301, Rejected),
    ("/api/v2/studies/x/NCT01107886", 301, Rejected),
    ("/api/v2/studies/../version", 301, Rejected),
    ("/api/v2/studies/search", 301, Rejected),
    ("/api/v2/studies/NCT00790205", 301, Rejected),
]


@pytest.mark.parametrize(("target", "status", "kind"), REDIRECTS)
def test_redirect_to_no_other_study_is_not_followed(target, status, kind):
    moved = fault("status", status=status, headers={"Location": target})

    error, requests_sent = failure_of(moved)

    assert (type(error), error.http_status, requests_sent) == (kind, status, 1)


def test_redirects_are_followed_once():
    aliases = {"NCT00000001": "NCT00000002", "NCT00000002": "NCT00000001"}

    error, requests_sent = failure_of(nct="NCT00000001", standin={"aliases": aliases})

    assert (type(error), requests_sent) == (Rejected, 2)


def test_redirect_whose_target_answers_with_another_trial_is_no_alias():
    planned = fault("wrong_record", requests=[2], instead="NCT01107886")

    error, _ = failure_of(planned, nct="NCT00000009")

    assert str(error) == "status 200: asked for NCT00790205, answered with NCT01107886"


def test_deadline_ends_a_reply_that_drips():
    started = time.monotonic()

    error, _ = failure_of(fault("drip", seconds=0.05), deadline=0.5, read_timeout=20.0)

    assert (type(error), error.outcome) == (Unavailable, "bad_payload")
    assert time.monotonic() - started < 2.0


def test_deadline_holds_for_both_requests_of_an_alias():
    slow = fault("slow", seconds=0.4)

    error, requests_sent = failure_of(slow, nct="NCT00000009", deadline=0.6, read_timeout=20.0)

    assert (error.outcome, requests_sent) == ("network", 2)


def test_no_turn_before_the_deadline_sends_nothing():
    def wait(seconds):
        raise TimeoutError

    error, requests_sent = failure_of(wait=wait)

    assert (error.outcome, error.http_status, requests_sent) == ("rate_limited", None, 0)


def test_fetch_logs_one_line(caplog):
    caplog.set_level(logging.DEBUG, logger="sources")

    with talking() as (client, _server):
        client.fetch("NCT00790205")

    (record,) = caplog.records
    assert record.getMessage().startswith("127.0.0.1/api/v2/studies/NCT00790205: 200, ")
