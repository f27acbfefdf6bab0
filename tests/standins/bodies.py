"""The E-utilities' errors as they were seen: a row of the error table each, by its number there.

A row with several forms has one name a form. E5, E6 and E7 are no replies but ways of reading a
request, with `eutils.py`; so are some of the others, when a request calls for them.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from tests.standins.wire import Reply

XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"

EMPTY_SET = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
    'January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    "<PubmedArticleSet></PubmedArticleSet>\n"
)
RELAYED_502 = (
    "&lt;html&gt;&lt;head&gt;&lt;title&gt;502 Bad Gateway&lt;/title&gt;&lt;/head&gt;&lt;/html&gt; "
    "at proxy_stream() line 482"
)
PAST_THE_WALL = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, "
    "ESearch can only retrieve the first 9,999 records matching the query."
)
RESTRICTED = "Restrictions achieved. start and count adjusted to 0, 9999"
BLOCK_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body>"
    "<h1>Access Denied</h1><p>Your access to the NCBI website has been temporarily blocked.</p>"
    "</body></html>\n"
)


def efetch_error(text: str) -> str:
    """Return efetch's way to say what is wrong; it comes with status 400 or 200."""
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD '
        'efetch 20131226//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
        f"<eFetchResult>\n\t<ERROR>{text}</ERROR>\n</eFetchResult>\n"
    )


def reply(status: int, content_type: str, body: str, **headers: str) -> Reply:
    return Reply(status, content_type, body.encode(), headers)


def over_the_rate(count: int, limit: int, caller: str = "127.0.0.1") -> str:
    return (
        f'{{"error":"API rate limit exceeded","api-key":"{caller}",'
        f'"count":"{count}","limit":"{limit}"}}'
    )


def esearch_json(**said: Any) -> str:
    """Return esearch's JSON, in which numbers are strings."""
    return json.dumps({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": said})


def esearch_set(inside: str, count: int = 0, start: int = 0) -> str:
    """Return esearch's XML without any id, and with what it says of that."""
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD '
        'esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        f"<eSearchResult><Count>{count}</Count><RetMax>0</RetMax><RetStart>{start}</RetStart>"
        f"<IdList/>{inside}</eSearchResult>\n"
    )


def error_list(*phrases: str) -> str:
    missing = "".join(f"<PhraseNotFound>{escape(each)}</PhraseNotFound>" for each in phrases)
    return f"<ErrorList>{missing}</ErrorList>"


def warning_list(message: str) -> str:
    return f"<WarningList><OutputMessage>{message}</OutputMessage></WarningList>"


def invalid_key(key: str) -> str:
    return f'{{"error":"API key invalid","api-key":"{key}","type":"invalid","status":"unknown"}}'


ERRORS: dict[str, Reply] = {
    "E1": reply(
        429, JSON, over_the_rate(4, 3), **{"Retry-After": "2", "X-RateLimit-Limit": "3"}
    ),
    "E1-without-retry-after": reply(429, JSON, over_the_rate(4, 3)),
    "E1-as-200": reply(200, JSON, '{"error":"API rate limit exceeded","count":"11"}'),
    "E1-older": reply(429, JSON, '{"error":"API rate limit exceeded","count":"11"}'),
    "E2": reply(400, JSON, invalid_key("SECRET")),
    "E3": reply(400, XML, efetch_error("ID list is empty! Possibly it has no correct IDs.")),
    "E3-text": reply(
        400, "text/plain", "+Error%3A+ID list is empty! Possibly it has no correct IDs."
    ),
    "E4": reply(200, XML, EMPTY_SET),
    "E8": reply(
        400,
        XML,
        efetch_error(
            "Cannot retrieve history data: OUT OF RANGE. Parameter retstart=1 + 1 is greater than "
            "number of records available in history. History includes 1 IDs."
        ),
    ),
    "E9": reply(
        400,
        XML,
        efetch_error(
            "Search backend cannot retrieve history data. Reason: Exception: 'retstart' cannot be "
            "larger than 9998."
        ),
    ),
    "E10": reply(200, XML, efetch_error("Unable to obtain query #1")),
    "E10-as-400": reply(400, XML, efetch_error("Unable to obtain query #1")),
    "E10-html": reply(200, HTML, "<h2>Error occurred: Unable to obtain query #1</h2>\n"),
    "E10-json": reply(200, JSON, esearch_json(ERROR="Unable to obtain query #1")),
    "E10-empty": reply(
        200, HTML, "<h2>Error occurred: Empty result - nothing todo</h2>\n"
    ),
    "E11": reply(400, XML, efetch_error(RELAYED_502)),
    "E11-pubone": reply(400, XML, efetch_error("Failed to connect to PubOne service")),
    "E12": reply(400, XML, efetch_error(" Error occurred: cannot get document summary")),
    "E13": reply(200, JSON, esearch_json(ERROR=PAST_THE_WALL)),
    "E13-xml": reply(
        200, XML, f"<eSearchResult><ERROR>{PAST_THE_WALL}</ERROR></eSearchResult>\n"
    ),
    "E14": reply(200, XML, esearch_set(warning_list(RESTRICTED), count=2, start=15)),
    "E14-json": reply(
        200,
        JSON,
        esearch_json(
            count="2", retmax="0", retstart="15", idlist=[],
            warninglist={"phrasesignored": [], "quotedphrasesnotfound": [],
                         "outputmessages": [RESTRICTED]},
        ),
    ),
    "E15": reply(
        200, XML, "<eSearchResult>\n  <ERROR>Invalid db name specified: fleegle</ERROR>\n"
        "</eSearchResult>\n",
    ),
    "E15-efetch": reply(200, XML, efetch_error("Invalid db name specified: fleegle")),
    "E15-json": reply(200, JSON, esearch_json(ERROR="Invalid db name specified: fleegle")),
    "E15-esummary": reply(
        200,
        JSON,
        json.dumps(
            {
                "header": {"type": "esummary", "version": "0.3"},
                "esummaryresult": ["Invalid db name specified: fleegle"],
            }
        ),
    ),
    "E15-epost": reply(
        200,
        XML,
        "<ePostResult>\n\t<ERROR>Invalid db name specified: nothing</ERROR>\n</ePostResult>\n",
    ),
    "E16": reply(
        400, "text/plain", "Bad Request (400): Mandatory parameter: db - is omitted"
    ),
    "E17": reply(
        200, XML, esearch_set(error_list("abcXYZ") + warning_list("No items found."))
    ),
    "E17-json": reply(
        200,
        JSON,
        esearch_json(
            count="0", retmax="0", retstart="0", idlist=[],
            errorlist={"phrasesnotfound": ["abcXYZ"], "fieldsnotfound": []},
            warninglist={"phrasesignored": [], "quotedphrasesnotfound": [],
                         "outputmessages": ["No items found."]},
        ),
    ),
    "E18": reply(
        200,
        XML,
        "<eSearchResult><Count>5163</Count><RetMax>1</RetMax><RetStart>0</RetStart><IdList>\n"
        f"<Id>123</Id>\n</IdList>{error_list('fleegle[MeSH Terms]')}</eSearchResult>\n",
    ),
    "E18-json": reply(
        200,
        JSON,
        esearch_json(
            count="1", retmax="1", retstart="0", idlist=["11"],
            errorlist={"phrasesnotfound": ["fleegle[DOI]"], "fieldsnotfound": []},
        ),
    ),
    "E19": reply(
        200,
        XML,
        '<eSummaryResult><DocumentSummarySet status="OK"><DocumentSummary uid="999999999"><error>'
        "cannot get document summary</error></DocumentSummary></DocumentSummarySet>"
        "</eSummaryResult>\n",
    ),
    "E19-json": reply(
        200,
        JSON,
        json.dumps(
            {
                "header": {"type": "esummary", "version": "0.3"},
                "result": {
                    "uids": ["999999999"],
                    "999999999": {
                        "uid": "999999999", "error": "cannot get document summary"
                    },
                },
            }
        ),
    ),
    "E20": reply(
        200,
        JSON,
        json.dumps(
            {
                "header": {"type": "esummary", "version": "0.3"},
                "error": "Invalid uid ABC123 at position= 0",
                "result": {"uids": []},
            }
        ),
    ),
    "E21": reply(
        200,
        XML,
        "<eSummaryResult>\n\t<ERROR>Neither query_key nor id specified</ERROR>\n"
        "</eSummaryResult>\n",
    ),
    "E21-empty": reply(
        200, XML, "<eSummaryResult>\n\t<ERROR>Empty id list</ERROR>\n</eSummaryResult>\n"
    ),
    "E22": reply(
        200,
        XML,
        "<ePostResult>\n\t<ERROR>Empty ID list; Nothing to store</ERROR>\n\t<ERROR>Some IDs have "
        "invalid value and were omitted. Maximum ID value 18446744073709551615</ERROR>"
        "</ePostResult>\n",
    ),
    "E23": reply(
        200,
        XML,
        "<eSummaryResult><ERROR>NCBI C++ Exception: Error: EUTILSAPP(CException::eInvalid) "
        '"/pubmed_gen/rbuild/version/eutils.cpp", line 482</ERROR></eSummaryResult>\n',
    ),
    "E23-efetch": reply(
        200,
        XML,
        efetch_error("NCBI C++ Exception: Error: TXCLIENT(CException::eUnknown) readAll EOF"),
    ),
    "E23-elink": reply(
        200,
        XML,
        "<eLinkResult><ERROR>Couldn't resolve #exLinkSrv2, the address table is empty.</ERROR>"
        "</eLinkResult>\n",
    ),
    "E24": reply(200, XML, EMPTY_SET.split("<PubmedArticleSet>")[0]),
    "E25": reply(200, HTML, "<!DOCTYPE html>\n<html><head><title>NCBI</title></head></html>\n"),
    "E25-as-500": reply(
        500,
        HTML,
        "<!DOCTYPE html>\n<html><head><title>NCBI/eutils202 - WWW Error 500 Diagnostic</title>"
        "</head></html>\n",
    ),
    "E26": reply(
        302, HTML, "", Location="https://misuse.ncbi.nlm.nih.gov/error/abuse.shtml"
    ),
    "E26-page": reply(200, HTML, BLOCK_PAGE),
    "E27": reply(502, HTML, "<html><head><title>502 Bad Gateway</title></head></html>\n"),
    "E27-as-500": reply(500, "text/plain", "Internal Server Error"),
    "E28": reply(
        502,
        "text/plain",
        "Unable to route request!\n\nservice name: /http/service/ratecontrol",
    ),
    "E28-json": reply(200, JSON, '{"error":"error forwarding request"}'),
    "E29": Reply(drop="reset"),
    "E29-closed": Reply(drop="close"),
    "E30": reply(200, "text/plain; charset=UTF-8", "\n1. J Standins. 2020. A record as text.\n"),
    "503": reply(503, "text/plain", "Service Unavailable", **{"Retry-After": "7"}),
    "504": reply(504, "text/plain", "Gateway Timeout"),
    "501": reply(501, "text/plain", "Not Implemented"),
    "414": reply(414, HTML, "<html><head><title>414 Request-URI Too Large</title></head></html>\n"),
}  # fmt: skip


def play(name: str, good: Reply, options: Mapping[str, Any]) -> Reply:
    """Return an error of the table with the headers of a good reply; `retry_after` may be set."""
    error = ERRORS[name]
    headers = good.headers | error.headers
    if "retry_after" in options:
        headers["Retry-After"] = str(options["retry_after"])
    return replace(error, headers=headers)
