"""The PubMed client against every answer that NCBI is known to give, over real HTTP."""

import hashlib
import logging
import re
import socket
import time
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from sources import pubmed_xml
from sources.pubmed import Blocked, PubMed, PubMedError, RecordWithRaw, Rejected, Unavailable
from tests.standins import bodies, entrez
from tests.standins.faults import fault
from tests.standins.records import article
from tests.standins.servers import EutilsStandin

RECORDS = {pmid: article(pmid, f"Title {pmid}") for pmid in ("123", "3531190", "26052984")}
KEY = "s3cret/key+0123456789abcdef"
EMAIL = "operator+ncbi@example.org"


def make_client(url, **options):
    given = {"tool": "claim-tracker", "read_timeout": 0.5, "connect_timeout": 0.5, "deadline": 5.0}
    return PubMed(base_url=url, **given | options)


@contextmanager
def talking(*faults, records=RECORDS, standin=None, **options):
    """Yield a client and the stand-in it talks to."""
    with (
        EutilsStandin(records, faults=faults, **standin or {}) as server,
        make_client(server.url, **options) as client,
    ):
        yield client, server


def failure_of(*faults, pmids=("123",), **options):
    """Return the error that a fetch ends with, and how many requests it took."""
    with talking(*faults, **options) as (client, server):
        with pytest.raises(PubMedError) as caught:
            client.fetch(pmids)
        return caught.value, len(server.log)


def expected_record(pmid):
    raw = RECORDS[pmid]
    return RecordWithRaw(pubmed_xml.parse_record(raw), raw)


def test_fetch_returns_records_by_pmid_and_what_is_missing():
    with talking(standin={"rate": 3}) as (client, _server):
        fetched = client.fetch(["26052984", "999999999", "123"])

    assert fetched.records == {pmid: expected_record(pmid) for pmid in ("123", "26052984")}
    assert (fetched.missing, fetched.deleted) == ({"999999999"}, frozenset())
    assert (fetched.http_status, fetched.rate_limit, fetched.rate_remaining) == (200, 3, 2)


def test_fetch_tells_the_digest_of_what_came():
    body = bodies.ERRORS["E4"].body

    with talking() as (client, _server):
        fetched = client.fetch(["999999999"])

    assert fetched.payload_sha256 == hashlib.sha256(body).hexdigest()
    assert (fetched.records, fetched.missing) == ({}, {"999999999"})


def test_fetch_takes_time_without_the_wait_for_its_turn():
    def wait(seconds):
        time.sleep(0.3)

    with talking(fault("slow", seconds=0.1), wait=wait) as (client, _server):
        fetched = client.fetch(["123"])

    assert 100 <= fetched.duration_ms < 300


def test_two_hundred_ids_go_in_one_post():
    pmids = [str(number) for number in range(10_000_001, 10_000_201)]

    with talking(email=EMAIL, api_key=KEY) as (client, server):
        fetched = client.fetch(pmids)

    (entry,) = server.log.entries
    assert (entry.method, entry.path) == ("POST", "/entrez/eutils/efetch.fcgi")
    assert entry.params == {
        "db": "pubmed",
        "id": ",".join(pmids),
        "retmode": "xml",
        "tool": "claim-tracker",
        "email": EMAIL,
        "api_key": KEY,
    }
    assert entry.headers["user-agent"] == "claim-tracker"
    assert fetched.missing == set(pmids)


def test_what_is_not_configured_is_not_sent():
    with talking() as (client, server):
        client.fetch(["123"])

    assert server.log.entries[0].params == {
        "db": "pubmed",
        "id": "123",
        "retmode": "xml",
        "tool": "claim-tracker",
    }


def test_repeated_id_is_asked_once():
    with talking() as (client, server):
        fetched = client.fetch(["123", " 123 "])

    assert server.log.entries[0].params["id"] == "123"
    assert list(fetched.records) == ["123"]


@pytest.mark.parametrize(
    "pmids",
    [
        [],
        ["ABC123"],
        ["0123"],
        ["0"],
        [""],
        ["1234567890"],
        ["123", "12 3"],
        ["123,124"],
        ["١٢٣"],
        [str(number) for number in range(1, 202)],
    ],
)
def test_illegal_ids_are_refused_before_any_request(pmids):
    with talking() as (client, server), pytest.raises(ValueError, match="PMID"):
        client.fetch(pmids)

    assert len(server.log) == 0


@pytest.mark.parametrize("base", ["", "/"])
def test_base_url_may_lack_its_last_slash(base):
    with EutilsStandin(RECORDS) as server, make_client(server.url.rstrip("/") + base) as client:
        assert list(client.fetch(["123"]).records) == ["123"]


# What NCBI answers in place of records, whatever it was asked. E4 to E7 are ways of reading a request,
# with tests above and below; E29 is among the accidents.
ANSWERS = [
    ("E1", Unavailable, "rate_limited", 429, 2.0),
    ("E1-older", Unavailable, "rate_limited", 429, None),
    ("E1-without-retry-after", Unavailable, "rate_limited", 429, None),
    ("E1-as-200", Unavailable, "rate_limited", 200, None),
    ("E2", Rejected, "server_error", 400, None),
    ("E3", Rejected, "server_error", 400, None),
    ("E3-text", Rejected, "server_error", 400, None),
    ("E8", Rejected, "server_error", 400, None),
    ("E9", Rejected, "server_error", 400, None),
    ("E10", Unavailable, "server_error", 200, None),
    ("E10-as-400", Unavailable, "server_error", 400, None),
    ("E10-html", Unavailable, "bad_payload", 200, None),
    ("E10-json", Unavailable, "server_error", 200, None),
    ("E10-empty", Unavailable, "bad_payload", 200, None),
    ("E11", Unavailable, "server_error", 400, None),
    ("E11-pubone", Unavailable, "server_error", 400, None),
    ("E12", Unavailable, "server_error", 400, None),
    ("E13", Unavailable, "server_error", 200, None),
    ("E13-xml", Rejected, "server_error", 200, None),
    ("E14", Unavailable, "server_error", 200, None),
    ("E14-json", Unavailable, "server_error", 200, None),
    ("E15", Rejected, "server_error", 200, None),
    ("E15-efetch", Rejected, "server_error", 200, None),
    ("E15-json", Unavailable, "server_error", 200, None),
    ("E15-esummary", Unavailable, "server_error", 200, None),
    ("E15-epost", Rejected, "server_error", 200, None),
    ("E16", Rejected, "server_error", 400, None),
    ("E17", Unavailable, "server_error", 200, None),
    ("E17-json", Unavailable, "server_error", 200, None),
    ("E18", Unavailable, "server_error", 200, None),
    ("E18-json", Unavailable, "server_error", 200, None),
    ("E19", Unavailable, "server_error", 200, None),
    ("E19-json", Unavailable, "server_error", 200, None),
    ("E20", Unavailable, "server_error", 200, None),
    ("E21", Rejected, "server_error", 200, None),
    ("E21-empty", Rejected, "server_error", 200, None),
    ("E22", Rejected, "server_error", 200, None),
    ("E23", Unavailable, "server_error", 200, None),
    ("E23-efetch", Unavailable, "server_error", 200, None),
    ("E23-elink", Unavailable, "server_error", 200, None),
    ("E24", Unavailable, "bad_payload", 200, None),
    ("E25", Unavailable, "bad_payload", 200, None),
    ("E25-as-500", Unavailable, "server_error", 500, None),
    ("E26", Blocked, "rate_limited", 302, None),
    ("E26-page", Blocked, "rate_limited", 200, None),
    ("E27", Unavailable, "server_error", 502, None),
    ("E27-as-500", Unavailable, "server_error", 500, None),
    ("E28", Unavailable, "server_error", 502, None),
    ("E28-json", Unavailable, "server_error", 200, None),
    ("E30", Unavailable, "bad_payload", 200, None),
    ("503", Unavailable, "server_error", 503, 7.0),
    ("504", Unavailable, "server_error", 504, None),
    ("501", Rejected, "server_error", 501, None),
    ("414", Rejected, "server_error", 414, None),
]


@pytest.mark.parametrize(("name", "kind", "outcome", "status", "retry_after"), ANSWERS)
def test_answer_without_records_says_what_to_do(name, kind, outcome, status, retry_after):
    error, requests_sent = failure_of(fault(name))

    assert type(error) is kind
    assert (error.outcome, error.http_status, error.retry_after) == (outcome, status, retry_after)
    assert requests_sent == 1
    assert error.duration_ms < 5000


def test_table_of_answers_leaves_none_out():
    assert {name for name, *_ in ANSWERS} == bodies.ERRORS.keys() - {"E4", "E29", "E29-closed"}


# What happens to a good answer on its way.
ACCIDENTS = [
    (fault("html"), "bad_payload", 200, 1),
    (fault("html", status=502), "server_error", 502, 1),
    (fault("truncate", at=700), "bad_payload", 200, 1),  # inside a tag or a word
    (fault("truncate", at=-20), "bad_payload", 200, 1),  # all but the end tag of the set
    (fault("truncate", at=0), "bad_payload", 200, 1),
    (fault("cut", at=700), "bad_payload", 200, 1),
    (fault("cut", at=700, framing="length"), "bad_payload", 200, 1),
    (fault("cut", at=0), "bad_payload", 200, 1),
    (fault("bomb", megabytes=30), "bad_payload", 200, 1),
    (fault("silent"), "network", None, 1),
    (fault("close"), "network", None, 2),
    (fault("reset"), "network", None, 2),
    (
        fault("status", status=302, headers={"Location": "https://example.org/"}),
        "server_error",
        302,
        1,
    ),
    (fault("status", status=408), "server_error", 408, 1),
]


@pytest.mark.parametrize(
    ("accident", "outcome", "status", "requests"),
    ACCIDENTS,
    ids=lambda value: getattr(value, "name", None),
)
def test_spoilt_answer_is_worth_another_try(accident, outcome, status, requests):
    error, requests_sent = failure_of(accident)

    assert type(error) is Unavailable
    assert (error.outcome, error.http_status) == (outcome, status)
    assert requests_sent == requests


def test_answer_cut_anywhere_brings_nothing():
    records = {"123": article("123", "Zwölf"), "124": article("124", "Ünïcödé")}
    body = entrez.article_set(records.values(), "250101")
    places = {
        "in a letter": body.index("ö".encode()) + 1,
        "in a tag": body.index(b"</Article>") + 3,
        "between two records": body.index(b"</PubmedArticle>") + len(b"</PubmedArticle>"),
        "after the last record": body.index(b"</PubmedArticleSet>"),
        "in the last tag": len(body) - 2,
    }
    cuts = [fault("truncate", requests=[n], at=at) for n, at in enumerate(places.values(), start=1)]

    with talking(*cuts, records=records) as (client, _server):
        outcomes = {place: outcome_of(client, records) for place in places}
        whole = client.fetch(records)

    assert outcomes == dict.fromkeys(places, (Unavailable, "bad_payload"))
    assert whole.records.keys() == records.keys()


def outcome_of(client, pmids):
    with pytest.raises(PubMedError) as caught:
        client.fetch(pmids)
    return type(caught.value), caught.value.outcome


@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (404, Rejected)])
def test_records_with_a_status_of_failure_are_not_believed(status, kind):
    body = entrez.article_set(RECORDS.values(), "250101").decode()

    error, _ = failure_of(fault("status", status=status, body=body, content_type=bodies.XML))

    assert (type(error), error.http_status) == (kind, status)


def test_other_redirect_is_not_followed():
    with EutilsStandin(RECORDS) as elsewhere:
        moved = fault("status", status=301, headers={"Location": elsewhere.url + "efetch.fcgi"})

        error, _ = failure_of(moved)

    assert (type(error), error.http_status) == (Rejected, 301)
    assert len(elsewhere.log) == 0


@pytest.mark.parametrize("name", ["close", "reset"])
def test_one_reset_is_survived_and_takes_a_turn_of_its_own(name):
    turns = []

    with talking(fault(name, times=1), wait=turns.append) as (client, server):
        fetched = client.fetch(["123"])

    assert list(fetched.records) == ["123"]
    assert len(turns) == len(server.log) == 2


def test_refused_connection_is_not_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    turns = []

    with (
        make_client(f"http://127.0.0.1:{port}/", wait=turns.append) as client,
        pytest.raises(Unavailable, match="refused") as caught,
    ):
        client.fetch(["123"])

    assert (caught.value.outcome, caught.value.http_status, len(turns)) == ("network", None, 1)
    assert str(caught.value) == (
        "127.0.0.1/efetch.fcgi: NewConnectionError: Failed to establish a new connection: "
        "[Errno 111] Connection refused"
    )


def test_name_without_address_is_unavailable():
    with make_client("http://nowhere.invalid/") as client, pytest.raises(Unavailable) as caught:
        client.fetch(["123"])

    assert caught.value.outcome == "network"


def test_tls_failure_is_unavailable():
    with (
        EutilsStandin(RECORDS) as server,
        make_client(server.url.replace("http:", "https:")) as client,
        pytest.raises(Unavailable, match="SSLError") as caught,
    ):
        client.fetch(["123"])

    assert caught.value.outcome == "network"


DRIPS = [
    (fault("drip", seconds=0.05), "bad_payload"),
    (fault("drip", seconds=0.05, framing="length"), "bad_payload"),
    (fault("drip", seconds=0.05, framing="close"), "bad_payload"),
    (fault("slow", seconds=30), "network"),
]


@pytest.mark.parametrize(("drip", "outcome"), DRIPS)
def test_deadline_ends_a_reply_that_drips_or_is_late(drip, outcome):
    started = time.monotonic()

    error, _ = failure_of(drip, deadline=0.6, read_timeout=20.0)

    assert (type(error), error.outcome) == (Unavailable, outcome)
    assert "no whole reply within 0.6 s" in str(error)
    assert 0.5 < time.monotonic() - started < 2.0


def test_read_timeout_holds_for_a_head_that_drips():
    started = time.monotonic()

    error, requests_sent = failure_of(
        fault("drip", seconds=0.05, headers=True), read_timeout=0.4, deadline=20.0
    )

    assert (error.outcome, error.http_status, requests_sent) == ("network", None, 1)
    assert time.monotonic() - started < 2.0


def test_wait_is_told_what_is_left_of_the_deadline():
    told = []

    def wait(seconds):
        told.append(seconds)
        time.sleep(0.2)

    with talking(fault("close", times=1), wait=wait, deadline=5.0) as (client, _server):
        client.fetch(["123"])

    assert 4.9 < told[0] <= 5.0
    assert 4.5 < told[1] <= 4.8


def test_no_turn_before_the_deadline_sends_nothing():
    def wait(seconds):
        raise TimeoutError

    error, requests_sent = failure_of(wait=wait)

    assert (type(error), error.outcome, error.http_status) == (Unavailable, "rate_limited", None)
    assert requests_sent == 0


@pytest.mark.parametrize(
    ("waits", "requests"),
    [
        ([0.3], 0),
        # The first turn's connection is lost, the second turn comes too late.
        ([0.0, 0.3], 1),
    ],
)
def test_turn_that_comes_after_the_deadline_is_not_used(waits, requests):
    turns = iter(waits)

    error, requests_sent = failure_of(
        fault("close"), wait=lambda seconds: time.sleep(next(turns)), deadline=0.2
    )

    assert (error.outcome, requests_sent) == ("rate_limited", requests)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("0", 1.0),
        ("1", 1.0),
        ("5", 5.0),
        ("86400", 120.0),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_held_between_a_second_and_two_minutes(said, expected):
    error, _ = failure_of(fault("E1", retry_after=said))

    assert error.retry_after == expected


def test_retry_after_may_be_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    past = format_datetime(datetime.now(UTC) - timedelta(days=1))

    waits = [failure_of(fault("E1", retry_after=date))[0].retry_after for date in (soon, past)]

    assert waits == [pytest.approx(30, abs=3), 1.0]


def test_record_that_nobody_asked_for_is_ignored_and_noted(caplog):
    extra = fault("extra", records=["3531190"])

    with talking(extra) as (client, _server):
        fetched = client.fetch(["123"])

    assert fetched.records == {"123": expected_record("123")}
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "efetch answered with records nobody asked for: ['3531190']"
    ]


def test_wrong_record_is_not_taken_for_the_one_asked():
    wrong = fault("wrong_record", ids=["123"], instead="3531190")

    with talking(wrong) as (client, _server):
        fetched = client.fetch(["123", "26052984"])

    assert fetched.records == {"26052984": expected_record("26052984")}
    assert fetched.missing == {"123"}


def test_records_are_matched_by_id_not_by_position():
    with talking() as (client, _server):
        fetched = client.fetch(["26052984", "1", "3531190", "123"])

    assert {pmid: each.record.title for pmid, each in fetched.records.items()} == {
        pmid: f"Title {pmid}." for pmid in RECORDS
    }


def test_record_may_vanish_between_two_fetches():
    with talking(fault("vanish", ids=["123"], after=1)) as (client, _server):
        found = [client.fetch(["123", "26052984"]).missing for _ in range(2)]

    assert found == [frozenset(), {"123"}]


def test_retraction_between_two_fetches_is_seen():
    with talking(fault("retract", ids=["123"], after=1)) as (client, _server):
        found = [client.fetch(["123"]).records["123"].record.integrity for _ in range(2)]

    assert found == ["current", "retracted"]


def test_one_broken_record_spoils_the_whole_reply():
    broken = fault("replace", ids=["123"], old="</Journal>", new="")

    error, _ = failure_of(broken, pmids=("123", "26052984"))

    assert (type(error), error.outcome) == (Unavailable, "bad_payload")


def test_over_the_rate_at_the_stand_in_and_again_within_it():
    with talking(standin={"rate": 1}) as (client, server):
        client.fetch(["123"])
        with pytest.raises(Unavailable) as caught:
            client.fetch(["123"])

    assert caught.value.retry_after == 2.0
    assert [entry.status for entry in server.log.entries] == [200, 429]


def test_client_keeps_its_connection():
    with talking() as (client, server):
        for _ in range(3):
            client.fetch(["123"])
        connections = len(server._server._connections)

    assert connections == 1


def everything_said(error, caplog):
    """Return all that a log or a crash report would show of an error."""
    shown = "".join(traceback.format_exception(error))
    held = [repr(vars(each)) for each in (error, error.__cause__, error.__context__) if each]
    logged = [record.getMessage() + repr(record.args) for record in caplog.records]
    return "\n".join([shown, repr(error), *held, *logged])


def echo_of_the_key():
    echoes = f"{KEY} s3cret%2Fkey%2B0123456789abcdef S3CRET%2fKEY%2B0123456789ABCDEF {EMAIL}"
    return f'{{"error":"API key invalid {echoes}","api-key":"{KEY}"}}'


LEAKS = [
    fault("status", status=400, body=echo_of_the_key()),
    fault("status", status=500, body=echo_of_the_key()),
    fault("status", status=400, body=f"Bad Request {EMAIL} " + " " * 4990 + KEY),
    fault("status", status=302, headers={"Location": f"https://example.org/?api_key={KEY}"}),
    fault("status", status=200, body=f"<eFetchResult><ERROR>{KEY}</ERROR></eFetchResult>"),
    fault("close"),
    fault("silent"),
    fault("cut", at=10),
    fault("E26-page"),
    fault("E1"),
]


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_key_and_address_are_never_told(leak, caplog):
    caplog.set_level(logging.DEBUG)

    error, _ = failure_of(leak, api_key=KEY, email=EMAIL, read_timeout=0.2)

    assert "efetch" in everything_said(error, caplog)
    assert re.findall(r"s3cret|operator.{,3}ncbi", everything_said(error, caplog), re.I) == []


def test_invalid_key_is_reported_without_the_key():
    with (
        EutilsStandin(RECORDS, api_keys=["right"]) as server,
        make_client(server.url, api_key=KEY) as client,
        pytest.raises(Rejected) as caught,
    ):
        client.fetch(["123"])

    assert str(caught.value) == "efetch, status 400: API key invalid"


def test_good_fetch_logs_no_secret(caplog):
    caplog.set_level(logging.DEBUG)

    with talking(api_key=KEY, email=EMAIL) as (client, _server):
        client.fetch(["123"])
        shown = repr(client) + str(client)

    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert re.search(r"127\.0\.0\.1/entrez/eutils/efetch\.fcgi: 200, \d+ bytes", logged)
    assert [secret in logged + shown for secret in (KEY, EMAIL)] == [False, False]


def test_message_is_one_printable_line():
    body = "Bad Request\r\nERROR forged\x1b[31m line \x00" + "x" * 1000

    error, _ = failure_of(fault("status", status=400, body=body))

    assert str(error).isprintable()
    assert str(error).startswith("efetch, status 400: Bad Request ERROR forged [31m line xxx")
    assert len(str(error)) < 250


def test_block_page_is_told_to_the_operator(caplog):
    error, _ = failure_of(fault("E26"))

    assert "eutilities@ncbi.nlm.nih.gov" in str(error)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
