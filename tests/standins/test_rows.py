"""Every row of the E-utilities' error table can be played, by the number of a request or by a PMID."""

import pytest
import requests

from tests.standins import bodies
from tests.standins.faults import fault
from tests.standins.records import article, split_records
from tests.standins.servers import EutilsStandin

RECORDS = {pmid: article(pmid, f"Title {pmid}") for pmid in ("123", "3531190", "26052984")}
WITHOUT_REPLY = {"E29", "E29-closed"}

#: What the table says of each form: status, type, words of the body.
SEEN = {
    "E1": (429, "application/json", '"api-key":"127.0.0.1","count":"4","limit":"3"}'),
    "E1-older": (429, "application/json", '{"error":"API rate limit exceeded","count":"11"}'),
    "E1-without-retry-after": (429, "application/json", "API rate limit exceeded"),
    "E1-as-200": (200, "application/json", '{"error":"API rate limit exceeded","count":"11"}'),
    "E2": (400, "application/json", '{"error":"API key invalid","api-key":"SECRET",'),
    "E3": (400, "text/xml", "<ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR>"),
    "E3-text": (400, "text/plain", "+Error"),
    "E4": (200, "text/xml", "<PubmedArticleSet></PubmedArticleSet>\n"),
    "E8": (400, "text/xml", "<ERROR>Cannot retrieve history data: OUT OF RANGE. Parameter"),
    "E9": (400, "text/xml", "Reason: Exception: 'retstart' cannot be larger than 9998."),
    "E10": (200, "text/xml", "<ERROR>Unable to obtain query #1</ERROR>"),
    "E10-as-400": (400, "text/xml", "<ERROR>Unable to obtain query #1</ERROR>"),
    "E10-json": (200, "application/json", '{"ERROR": "Unable to obtain query #1"}'),
    "E10-html": (200, "text/html", "<h2>Error occurred: Unable to obtain query #1</h2>"),
    "E10-empty": (200, "text/html", "Error occurred: Empty result - nothing todo"),
    "E11": (400, "text/xml", "502 Bad Gateway"),
    "E11-pubone": (400, "text/xml", "<ERROR>Failed to connect to PubOne service</ERROR>"),
    "E12": (400, "text/xml", "<ERROR> Error occurred: cannot get document summary</ERROR>"),
    "E13": (200, "application/json", "can only retrieve the first 9,999 records"),
    "E13-xml": (200, "text/xml", "<eSearchResult><ERROR>Search Backend failed: Exception:"),
    "E14": (200, "text/xml", "<IdList/><WarningList><OutputMessage>Restrictions achieved"),
    "E14-json": (200, "application/json", '"outputmessages": ["Restrictions achieved'),
    "E15": (200, "text/xml", "<eSearchResult>\n  <ERROR>Invalid db name specified: fleegle<"),
    "E15-efetch": (200, "text/xml", "<ERROR>Invalid db name specified: fleegle</ERROR>"),
    "E15-json": (200, "application/json", '"ERROR": "Invalid db name specified: fleegle"'),
    "E15-esummary": (200, "application/json", '["Invalid db name specified: fleegle"]'),
    "E15-epost": (200, "text/xml", "<ePostResult>\n\t<ERROR>Invalid db name specified: nothing"),
    "E16": (400, "text/plain", "Bad Request (400): Mandatory parameter: db - is omitted"),
    "E17": (200, "text/xml", "<PhraseNotFound>abcXYZ</PhraseNotFound></ErrorList><WarningList>"),
    "E17-json": (200, "application/json", '"phrasesnotfound": ["abcXYZ"]'),
    "E18": (200, "text/xml", "<PhraseNotFound>fleegle[MeSH Terms]</PhraseNotFound></ErrorList>"),
    "E18-json": (200, "application/json", '"phrasesnotfound": ["fleegle[DOI]"]'),
    "E19": (200, "text/xml", 'uid="999999999"><error>cannot get document summary</error>'),
    "E19-json": (200, "application/json", '"uids": ["999999999"]'),
    "E20": (200, "application/json", '"error": "Invalid uid ABC123 at position= 0"'),
    "E21": (200, "text/xml", "<ERROR>Neither query_key nor id specified</ERROR>"),
    "E21-empty": (200, "text/xml", "<ERROR>Empty id list</ERROR>"),
    "E22": (200, "text/xml", "<ERROR>Empty ID list; Nothing to store</ERROR>"),
    "E23": (200, "text/xml", "<ERROR>NCBI C++ Exception: Error: EUTILSAPP"),
    "E23-efetch": (200, "text/xml", "TXCLIENT(CException::eUnknown) readAll EOF"),
    "E23-elink": (200, "text/xml", "<eLinkResult><ERROR>Couldn't resolve #exLinkSrv2"),
    "E24": (200, "text/xml", "<!DOCTYPE PubmedArticleSet"),
    "E25": (200, "text/html", "<!DOCTYPE html"),
    "E25-as-500": (500, "text/html", "<title>NCBI/eutils202 - WWW Error 500 Diagnostic</title>"),
    "E26": (302, "text/html", ""),
    "E26-page": (200, "text/html", "<title>NCBI - WWW Error Blocked Diagnostic</title>"),
    "E27": (502, "text/html", "502 Bad Gateway"),
    "E27-as-500": (500, "text/plain", "Internal Server Error"),
    "E28": (502, "text/plain", "Unable to route request!\n\nservice name: /http/service/rate"),
    "E28-json": (200, "application/json", '{"error":"error forwarding request"}'),
    "E29": (None, None, ""),
    "E29-closed": (None, None, ""),
    "E30": (200, "text/plain", "A record as text."),
    "503": (503, "text/plain", "Service Unavailable"),
    "504": (504, "text/plain", "Gateway Timeout"),
    "501": (501, "text/plain", "Not Implemented"),
    "414": (414, "text/html", "414 Request-URI Too Large"),
}


def efetch(standin, pmid):
    form = {"db": "pubmed", "retmode": "xml", "id": pmid}
    url = f"{standin.url}efetch.fcgi"
    try:
        reply = requests.post(url, data=form, timeout=5, allow_redirects=False)
    except requests.ConnectionError:
        return None, None, ""
    return reply.status_code, reply.headers["Content-Type"].split(";")[0], reply.text


def pmids(answer):
    return [pmid for pmid, _ in split_records(answer[2].encode())]


def test_every_row_is_played_or_read_from_the_request():
    ways_of_reading = {"E5", "E6", "E7"}  # in test_eutils.py
    played = {name.split("-")[0] for name in bodies.ERRORS if name.startswith("E")}

    assert played | ways_of_reading == {f"E{number}" for number in range(1, 31)}
    assert SEEN.keys() == bodies.ERRORS.keys()


@pytest.mark.parametrize("on", [{"requests": [2]}, {"ids": ["123"]}])
@pytest.mark.parametrize("name", SEEN)
def test_row_strikes_one_request(name, on):
    status, content_type, words = SEEN[name]

    with EutilsStandin(RECORDS, faults=[fault(name, **on)]) as standin:
        before, struck, after = (efetch(standin, pmid) for pmid in ("26052984", "123", "3531190"))

    assert struck[:2] == (status, content_type)
    assert words in struck[2]
    assert [pmids(before), pmids(after)] == [["26052984"], ["3531190"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("E1", {"Retry-After": "2", "X-RateLimit-Limit": "3"}),
        ("E1-without-retry-after", {"Retry-After": None}),
        ("E26", {"Location": "https://misuse.ncbi.nlm.nih.gov/error/abuse.shtml"}),
        ("503", {"Retry-After": "7"}),
    ],
)
def test_row_has_the_headers_that_were_seen(name, said):
    with EutilsStandin(RECORDS, faults=[fault(name)]) as standin:
        url = f"{standin.url}efetch.fcgi"
        reply = requests.post(url, data={"id": "123"}, timeout=5, allow_redirects=False)

    assert {header: reply.headers.get(header) for header in said} == said
