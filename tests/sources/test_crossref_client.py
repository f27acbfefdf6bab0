"""The Crossref client against every answer that Crossref is known to give, over real HTTP."""

import hashlib
import json
import logging
import time
from contextlib import contextmanager

import pytest

from sources.crossref import (
    Blocked,
    Crossref,
    CrossrefError,
    FetchedWork,
    NotFound,
    Rejected,
    Unavailable,
)
from sources.crossref_json import parse_work
from tests.standins.faults import fault
from tests.standins.servers import CrossrefStandin
from tests.standins.works import retracted, update, work

DOI = "10.5555/paper(1)<2>;x"
NOTICE = "10.5555/notice"
CLEAN = "10.5555/clean"
COMMA = "10.5555/a,b"
MAIL = "operator@example.org"
WORKS = [
    *retracted(DOI, NOTICE, source="retraction-watch", date=(2010, 2, 6)),
    work(CLEAN, aliases=["10.5555/old"]),
    work(COMMA, updated_by=[update(NOTICE, "erratum")]),
]


def make_client(url, **options):
    given = {"user_agent": "claim-tracker", "read_timeout": 0.5, "deadline": 5.0}
    return Crossref(base_url=url, **given | options)


@contextmanager
def talking(*faults, works=WORKS, standin=None, **options):
    """Yield a client and the stand-in it talks to."""
    with (
        CrossrefStandin(works, faults=faults, **standin or {}) as server,
        make_client(server.url, **options) as client,
    ):
        yield client, server


def failure_of(*faults, doi=CLEAN, **options):
    """Return the error that a fetch ends with, and how many requests it took."""
    with talking(*faults, **options) as (client, server):
        with pytest.raises(CrossrefError) as caught:
            client.fetch(doi)
        return caught.value, len(server.log)


def test_fetch_returns_the_work_and_the_notices_about_it():
    with talking() as (client, _server):
        fetched = client.fetch(DOI)

    assert fetched == FetchedWork(
        doi=DOI,
        work=parse_work(fetched.raw[0]),
        updates=fetched.updates,
        raw=fetched.raw,
        http_status=200,
        payload_sha256=hashlib.sha256(fetched.raw[0]).hexdigest(),
        duration_ms=fetched.duration_ms,
    )
    assert json.loads(fetched.raw[1])["message"]["total-results"] == 1
    assert [(each.kind, each.doi, each.date) for each in fetched.updates.notices] == [
        ("retraction", NOTICE, "2010-02-06")
    ]
    assert fetched.updates.integrity == "retracted"


def test_notice_that_the_work_does_not_tell_is_found_from_its_other_end():
    unaware, about = work(DOI), retracted(DOI, NOTICE)[1]

    with talking(works=[unaware, about]) as (client, _server):
        fetched = client.fetch(DOI)

    assert (fetched.work.updates.integrity, fetched.updates.integrity) == ("current", "retracted")


def test_notice_that_is_not_registered_is_told_by_the_work():
    aware, _about = retracted(DOI, NOTICE)

    with talking(works=[aware]) as (client, _server):
        fetched = client.fetch(DOI)

    assert fetched.updates.integrity == "retracted"


def test_notice_is_asked_for_as_itself_and_is_clean():
    with talking() as (client, _server):
        fetched = client.fetch(NOTICE)

    assert (fetched.work.is_notice, fetched.updates.integrity) == (True, "current")


def test_requests_are_encoded_and_say_who_asks():
    with talking(mailto=MAIL) as (client, server):
        client.fetch(f"https://doi.org/{DOI.upper()}")

    asked = [(each.method, each.path, each.params) for each in server.log.entries]
    filter_ = {"filter": f"updates:{DOI}", "rows": "200", "select": "DOI,update-to"}
    assert asked == [
        ("GET", "/crossref/works/10.5555%2Fpaper%281%29%3C2%3E%3Bx", {}),
        ("GET", "/crossref/works", filter_),
    ]
    agents = {each.headers["user-agent"] for each in server.log.entries}
    assert agents == {f"claim-tracker (mailto:{MAIL})"}


def test_without_an_address_none_is_sent():
    with talking() as (client, server):
        client.fetch(CLEAN)

    assert {each.headers["user-agent"] for each in server.log.entries} == {"claim-tracker"}


def test_doi_with_a_comma_is_asked_for_without_the_filter():
    with talking() as (client, server):
        fetched = client.fetch(COMMA)

    assert (len(server.log), fetched.updates.integrity) == (1, "corrected")


@pytest.mark.parametrize("doi", ["", "10.5555", "26052984", "10.5555/a b", "https://example.org/x"])
def test_what_is_no_doi_is_refused_before_any_request(doi):
    with talking() as (client, server), pytest.raises(ValueError, match="a DOI"):
        client.fetch(doi)

    assert len(server.log) == 0


def test_unregistered_doi_is_not_found_by_crossrefs_own_word():
    with talking() as (client, server):
        answer = client.fetch("10.5555/nobody")

    digest = hashlib.sha256(b"Resource not found.").hexdigest()
    assert answer == NotFound("10.5555/nobody", 404, digest, answer.duration_ms)
    assert len(server.log) == 1


def test_alias_is_answered_with_the_work_it_became():
    with talking() as (client, server):
        fetched = client.fetch("10.5555/old")

    assert (fetched.doi, fetched.work.doi) == ("10.5555/old", CLEAN)
    assert server.log.entries[1].params["filter"] == f"updates:{CLEAN}"


# name, options, what to raise, outcome, status, Retry-After
ANSWERS = [
    ("429", {}, Unavailable, "rate_limited", 429, None),
    ("429", {"retry_after": 7}, Unavailable, "rate_limited", 429, 7.0),
    ("403", {}, Blocked, "rate_limited", 403, None),
    ("404-page", {}, Unavailable, "server_error", 404, None),
    ("status", {"status": 404, "body": "default backend"}, Unavailable, "server_error", 404, None),
    ("wrong_record", {"instead": NOTICE}, Unavailable, "bad_payload", 200, None),
    ("html", {}, Unavailable, "bad_payload", 200, None),
    ("html", {"status": 502}, Unavailable, "server_error", 502, None),
    ("status", {"status": 500}, Unavailable, "server_error", 500, None),
    ("status", {"status": 503}, Unavailable, "server_error", 503, None),
    ("status", {"status": 400, "body": '{"status":"failed"}'}, Rejected, "server_error", 400, None),
    ("status", {"status": 401}, Rejected, "server_error", 401, None),
    ("status", {"status": 410}, Rejected, "server_error", 410, None),
    ("status", {"status": 301, "headers": {"Location": "/x"}}, Rejected, "server_error", 301, None),
    ("status", {"status": 200, "body": ""}, Unavailable, "bad_payload", 200, None),
    ("status", {"status": 200, "body": '{"status":"ok"}'}, Unavailable, "bad_payload", 200, None),
    ("truncate", {"at": 60}, Unavailable, "bad_payload", 200, None),
    ("cut", {"at": 60}, Unavailable, "bad_payload", 200, None),
    ("cut", {"at": 60, "framing": "length"}, Unavailable, "bad_payload", 200, None),
    ("bomb", {"megabytes": 25}, Unavailable, "bad_payload", 200, None),
    ("silent", {}, Unavailable, "network", None, None),
    ("close", {}, Unavailable, "network", None, None),
    ("reset", {}, Unavailable, "network", None, None),
]


@pytest.mark.parametrize(("name", "options", "kind", "outcome", "status", "retry_after"), ANSWERS)
def test_answer_without_a_work_says_what_to_do(name, options, kind, outcome, status, retry_after):
    error, _ = failure_of(fault(name, **options))

    assert type(error) is kind
    assert (error.outcome, error.http_status, error.retry_after) == (outcome, status, retry_after)


SECOND = [
    ("429", {"retry_after": 3}, Unavailable, "rate_limited"),
    ("403", {}, Blocked, "rate_limited"),
    ("404-page", {}, Unavailable, "server_error"),
    ("html", {}, Unavailable, "bad_payload"),
    ("half_list", {}, Unavailable, "bad_payload"),
    ("truncate", {"at": 90}, Unavailable, "bad_payload"),
    ("status", {"status": 500}, Unavailable, "server_error"),
]


@pytest.mark.parametrize(("name", "options", "kind", "outcome"), SECOND)
def test_half_an_answer_is_none(name, options, kind, outcome):
    error, asked = failure_of(fault(name, requests=[2], **options), doi=DOI)

    assert (type(error), error.outcome, asked) == (kind, outcome, 2)


def test_block_tells_the_operator_what_to_do(caplog):
    error, asked = failure_of(fault("403"), mailto=MAIL)

    assert asked == 1
    assert "support@crossref.org" in str(error)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_address_of_the_operator_is_told_nowhere(caplog):
    caplog.set_level(logging.DEBUG)
    echo = fault("status", status=400, body=f"who is {MAIL} or operator%40example.org?")

    error, _ = failure_of(echo, mailto=MAIL)

    assert "[redacted]" in str(error)
    assert "operator" not in f"{error!r} {error.__context__!r} {caplog.text}"


@pytest.mark.parametrize("name", ["close", "reset"])
def test_one_reset_is_survived(name):
    with talking(fault(name, times=1)) as (client, server):
        assert client.fetch(CLEAN).updates.integrity == "current"

    assert len(server.log) == 3


def test_each_request_takes_a_turn_and_every_reply_is_heard():
    turns, heard = [], []

    with talking(wait=turns.append, heard=heard.append) as (client, _server):
        client.fetch(CLEAN)
        client.fetch("10.5555/nobody")

    assert len(turns) == 3
    assert [reply.status for reply in heard] == [200, 200, 404]
    assert {reply.headers["X-Rate-Limit-Limit"] for reply in heard} == {"50"}


def test_no_turn_before_the_deadline_sends_nothing():
    def wait(seconds):
        raise TimeoutError

    error, asked = failure_of(wait=wait)

    assert (error.outcome, error.http_status, asked) == ("rate_limited", None, 0)


def test_deadline_holds_for_both_requests():
    started = time.monotonic()

    error, asked = failure_of(fault("slow", seconds=0.4), deadline=0.6, read_timeout=20.0)

    assert (error.outcome, asked) == ("network", 2)
    assert time.monotonic() - started < 2.0


def test_deadline_ends_a_reply_that_drips():
    error, _ = failure_of(fault("drip", seconds=0.05), deadline=0.5, read_timeout=20.0)

    assert (type(error), error.outcome) == (Unavailable, "bad_payload")
