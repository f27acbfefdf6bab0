"""The stand-in reads ids, counts requests and answers as the E-utilities were seen to do."""

import json
from urllib.parse import urlencode

import pytest
import requests

from tests.standins import bodies
from tests.standins.faults import fault
from tests.standins.records import article, split_records
from tests.standins.servers import EutilsStandin
from tests.standins.service import TokenBucket

RECORDS = {pmid: article(pmid, f"Title {pmid}") for pmid in ("123", "3531190", "26052984")}


@pytest.fixture
def standin():
    with EutilsStandin(RECORDS) as server:
        yield server


def efetch(standin, **params):
    form = {"db": "pubmed", "retmode": "xml"} | params
    return requests.post(f"{standin.url}efetch.fcgi", data=form, timeout=5)


def pmids(reply):
    return [pmid for pmid, record in split_records(reply.content)]


def error_of(reply):
    return reply.text.split("<ERROR>")[1].split("</ERROR>")[0]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("26052984", ["26052984"]),
        ("26052984,123", ["26052984", "123"]),
        ("123,999999999,26052984", ["123", "26052984"]),  # E5
        ("999999999", []),  # E4
        ("ABC123", ["123"]),  # E6
        ("123,0123,03531190", ["123", "3531190"]),  # E7
    ],
)
def test_efetch_reads_ids_as_ncbi_does(standin, given, found):
    reply = efetch(standin, id=given)

    assert (reply.status_code, pmids(reply)) == (200, found)


def test_efetch_keeps_the_bytes_of_a_record(standin):
    reply = efetch(standin, id="123")

    assert dict(split_records(reply.content)) == {"123": RECORDS["123"]}


def test_efetch_of_an_unknown_pmid_is_the_known_empty_set(standin):
    assert efetch(standin, id="999999999").text == bodies.EMPTY_SET


def test_efetch_declares_the_dtd_it_is_told():
    with EutilsStandin(RECORDS, dtd="240101") as standin:
        reply = efetch(standin, id="123")

    assert b"1st January 2024" in reply.content
    assert b"pubmed_240101.dtd" in reply.content


def test_efetch_answers_as_the_recordings_do(standin):
    reply = efetch(standin, id="123")

    assert {
        name: reply.headers.get(name)
        for name in ("Content-Type", "Content-Encoding", "Transfer-Encoding", "Content-Length",
                     "X-RateLimit-Limit", "X-RateLimit-Remaining", "ETag")
    } == {
        "Content-Type": "text/xml; charset=UTF-8",
        "Content-Encoding": "gzip",
        "Transfer-Encoding": "chunked",
        "Content-Length": None,
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "999",
        "ETag": None,
    }  # fmt: skip


@pytest.mark.parametrize("given", ["0", "00000000", "abc", ""])
def test_efetch_without_any_uid_is_refused(standin, given):
    reply = efetch(standin, id=given)

    assert reply.status_code == 400
    assert error_of(reply) == "ID list is empty! Possibly it has no correct IDs."


def test_efetch_without_retmode_is_not_xml(standin):
    reply = requests.get(f"{standin.url}efetch.fcgi?db=pubmed&id=123&rettype=abstract", timeout=5)

    assert reply.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    ("database", "status", "said"),
    [("fleegle", 200, "Invalid db name specified: fleegle"), ("", 400, "db - is omitted")],
)
def test_efetch_refuses_other_databases(standin, database, status, said):
    reply = efetch(standin, db=database, id="123")

    assert reply.status_code == status
    assert said in reply.text


def test_get_with_too_long_a_url_is_414(standin):
    ids = ",".join(str(10_000_000 + number) for number in range(1000))

    reply = requests.get(f"{standin.url}efetch.fcgi?{urlencode({'id': ids})}", timeout=5)

    assert reply.status_code == 414


def test_history_gives_the_posted_ids_back(standin):
    posted = requests.post(f"{standin.url}epost.fcgi", data={"id": "123,26052984"}, timeout=5).text
    web_env = posted.split("<WebEnv>")[1].split("<")[0]

    def page(start):
        return efetch(standin, WebEnv=web_env, query_key="1", retstart=str(start), retmax="1")

    assert [pmids(page(0)), pmids(page(1))] == [["123"], ["26052984"]]
    assert [error_of(page(start))[:40] for start in (2, 9999)] == [
        error_of(bodies_reply)[:40] for bodies_reply in map(_text, ("E8", "E9"))
    ]
    standin.expire_histories()
    assert error_of(page(0)) == "Unable to obtain query #1"


def _text(name):
    reply = requests.Response()
    reply._content = bodies.ERRORS[name].body
    return reply


def test_epost_of_junk_stores_nothing(standin):
    reply = requests.post(f"{standin.url}epost.fcgi", data={"id": "abc"}, timeout=5)

    assert "Empty ID list; Nothing to store" in reply.text


def test_esummary_lists_an_unknown_pmid_among_its_uids(standin):
    params = {"id": "123,999999999", "retmode": "json"}

    reply = requests.get(f"{standin.url}esummary.fcgi", params=params, timeout=5).json()

    assert reply["result"] == {
        "uids": ["123", "999999999"],
        "123": {"uid": "123", "title": "Title 123.", "pubdate": "2020"},
        "999999999": {"uid": "999999999", "error": "cannot get document summary"},
    }


def test_esummary_refuses_junk_in_json_with_200(standin):
    params = {"id": "ABC123", "retmode": "json"}

    reply = requests.get(f"{standin.url}esummary.fcgi", params=params, timeout=5)

    assert reply.status_code == 200
    assert reply.json()["error"] == "Invalid uid ABC123 at position= 0"
    assert reply.json()["result"] == {"uids": []}


def test_esummary_in_xml_says_what_it_has_not(standin):
    reply = requests.get(f"{standin.url}esummary.fcgi", params={"id": "123,9"}, timeout=5).text

    assert '<DocumentSummary uid="123"><PubDate>2020</PubDate><Title>Title 123.</Title>' in reply
    assert '<DocumentSummary uid="9"><error>cannot get document summary</error>' in reply


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"term": "123[uid] OR 9[uid] OR 26052984[PMID]"}, ["123", "26052984"]),
        ({"term": "123[uid] OR 26052984[uid]", "retstart": "1"}, ["26052984"]),
        ({"term": "fleegle"}, []),
    ],
)
def test_esearch_finds_records_by_their_uid(standin, params, expected):
    given = params | {"retmode": "json"}

    reply = requests.get(f"{standin.url}esearch.fcgi", params=given, timeout=5).json()

    assert reply["esearchresult"]["idlist"] == expected


def test_esearch_in_xml_gives_a_history_to_fetch_from(standin):
    params = {"term": "123[uid] OR 26052984[uid]", "usehistory": "y", "retmax": "1"}

    found = requests.get(f"{standin.url}esearch.fcgi", params=params, timeout=5).text

    assert found.split("<IdList>")[1] == "\n<Id>123</Id>\n</IdList></eSearchResult>\n"
    assert "<Count>2</Count><RetMax>1</RetMax><RetStart>0</RetStart><QueryKey>1" in found
    web_env = found.split("<WebEnv>")[1].split("<")[0]
    assert pmids(efetch(standin, WebEnv=web_env, query_key="1")) == ["123", "26052984"]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"term": "123[uid]", "rettype": "count"}, "<Count>1</Count>\n</eSearchResult>"),
        ({"term": "fleegle"}, "<OutputMessage>No items found.</OutputMessage>"),
        ({"term": "x", "retstart": "9999"}, "<ERROR>Search Backend failed"),
    ],
)
def test_esearch_in_xml_says_how_it_went(standin, params, said):
    reply = requests.get(f"{standin.url}esearch.fcgi", params=params, timeout=5)

    assert (reply.status_code, said in reply.text) == (200, True)


def test_esummary_without_ids_is_an_error_with_200(standin):
    reply = requests.get(f"{standin.url}esummary.fcgi", timeout=5)

    assert (reply.status_code, "Neither query_key nor id" in reply.text) == (200, True)


def test_other_utility_is_not_found(standin):
    assert requests.get(f"{standin.url}elink.fcgi", timeout=5).status_code == 404


def test_esearch_past_the_wall_is_an_error_with_200(standin):
    params = {"term": "cancer", "retstart": "9999", "retmode": "json"}

    reply = requests.get(f"{standin.url}esearch.fcgi", params=params, timeout=5)

    assert reply.status_code == 200
    assert "cannot be larger than 9998" in reply.json()["esearchresult"]["ERROR"]


def test_requests_over_the_rate_are_turned_away():
    with EutilsStandin(RECORDS, rate=3) as standin:
        replies = [efetch(standin, id="123") for _ in range(4)]

        assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
        assert replies[-1].headers["Retry-After"] == "2"
        assert replies[-1].json()["error"] == "API rate limit exceeded"
        assert [entry.status for entry in standin.log.entries] == [200, 200, 200, 429]
        assert standin.log.worst_window() == 4


def test_a_key_has_a_rate_of_its_own():
    with EutilsStandin(RECORDS, rate=1, keyed_rate=10) as standin:
        statuses = [
            efetch(standin, id="123", **key).status_code
            for key in ({}, {}, {"api_key": "a"}, {"api_key": "a"}, {"api_key": "b"})
        ]

    assert statuses == [200, 429, 200, 200, 200]


def test_token_bucket_fills_up_again():
    now = 0.0
    bucket = TokenBucket(clock=lambda: now)

    taken = [bucket.take("a", 2) for _ in range(3)]
    now = 0.5

    assert taken == [1, 0, -1]
    assert bucket.take("a", 2) == 0


@pytest.mark.parametrize("key", ["", "wrong"])
def test_invalid_key_is_echoed(key):
    with EutilsStandin(RECORDS, api_keys=["right"]) as standin:
        reply = efetch(standin, id="123", api_key=key)

    assert reply.status_code == 400
    assert reply.json() == {
        "error": "API key invalid",
        "api-key": key,
        "type": "invalid",
        "status": "unknown",
    }


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        (fault("vanish", ids=["123"]), {"26052984": RECORDS["26052984"]}),
        (fault("wrong_record", ids=["123"], instead="3531190"),
         {"3531190": RECORDS["3531190"], "26052984": RECORDS["26052984"]}),
        (fault("replace", ids=["123"], old="Title 123", new="New"),
         {"123": article("123", "New"), "26052984": RECORDS["26052984"]}),
        (fault("extra", records=["3531190"]), RECORDS),
    ],
)  # fmt: skip
def test_records_can_be_tampered_with(planned, expected):
    with EutilsStandin(RECORDS, faults=[planned]) as standin:
        reply = efetch(standin, id="123,26052984")

    assert dict(split_records(reply.content)) == expected


def test_record_can_be_retracted_between_two_fetches():
    with EutilsStandin(RECORDS, faults=[fault("retract", ids=["123"], after=1)]) as standin:
        first, second = (efetch(standin, id="123").text for _ in range(2))

    assert ["RetractionIn" in first, "RetractionIn" in second] == [False, True]


def test_record_can_be_revised_on_an_earlier_day():
    planned = fault("revise", ids=["123"], after=1, date="2019-01-31")

    with EutilsStandin(RECORDS, faults=[planned]) as standin:
        first, second = (dict(split_records(efetch(standin, id="123").content)) for _ in range(2))

    assert first == {"123": RECORDS["123"]}
    assert b"<DateRevised><Year>2019</Year><Month>01</Month><Day>31</Day>" in second["123"]
    assert len(second["123"]) == len(RECORDS["123"])


def test_esearch_past_the_last_hit_is_empty_and_says_so(standin):
    params = {"term": "123[uid]", "retstart": "15"}

    reply = requests.get(f"{standin.url}esearch.fcgi", params=params, timeout=5)

    assert "<Count>1</Count><RetMax>0</RetMax><RetStart>15</RetStart><IdList/>" in reply.text
    assert "<OutputMessage>Restrictions achieved" in reply.text


def test_log_knows_what_was_asked(standin):
    efetch(standin, id="0123,x26052984", tool="claim-tracker")

    entry = standin.log.entries[0]

    assert entry.ids == ["123", "26052984"]
    assert entry.params["tool"] == "claim-tracker"
    assert (entry.method, entry.path) == ("POST", "/entrez/eutils/efetch.fcgi")


def test_json_of_the_errors_is_json():
    for name, error in bodies.ERRORS.items():
        if error.content_type == bodies.JSON:
            assert json.loads(error.body), name
