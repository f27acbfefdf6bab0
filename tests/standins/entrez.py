"""How the E-utilities read ids and write their answers."""

import html
import json
import re
from collections.abc import Iterable, Mapping

from tests.standins import bodies
from tests.standins.wire import Reply

NOT_DIGITS = re.compile(r"[^0-9]+", re.ASCII)
TITLE = re.compile(rb"<(ArticleTitle|BookTitle)\b[^>]*>(.*?)</\1>", re.DOTALL)
YEAR = re.compile(rb"<PubDate>.*?<Year>(\d+)</Year>", re.DOTALL)
DATE_REVISED = re.compile(rb"<DateRevised>.*?</DateRevised>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
RETRACTED = (
    b'<PublicationType UI="D016441">Retracted Publication</PublicationType></PublicationTypeList>',
    b'<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Journal of '
    b'Stand-ins. 2024;1(1):1</RefSource><PMID Version="1">99999901</PMID></CommentsCorrections>'
    b"</CommentsCorrectionsList></MedlineCitation>",
)


def read_ids(given: str) -> list[str]:
    """Return the UIDs that NCBI reads in an id list: `ABC123` is 123, and 0 is none."""
    digits = (NOT_DIGITS.sub("", each) for each in given.split(","))
    return [uid for uid in dict.fromkeys(str(int(each)) for each in digits if each) if uid != "0"]


def refuse_database(params: Mapping[str, str], root: str) -> Reply | None:
    """Return the refusal of a missing or unknown database, or None if it is PubMed."""
    database = params.get("db", "pubmed")
    if database == "pubmed":
        return None
    if not database:
        return bodies.ERRORS["E16"]
    refusal = f"Invalid db name specified: {html.escape(database)}"
    return bodies.reply(200, bodies.XML, f"<{root}>\n  <ERROR>{refusal}</ERROR>\n</{root}>\n")


def article_set(records: Iterable[bytes], dtd: str) -> bytes:
    """Return efetch's answer; without a record it breaks its own DTD, as the real one does."""
    year = f"20{dtd[:2]}"
    prolog = (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
        f'January {year}//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{dtd}.dtd">\n'
    )
    inside = b"".join(b"\n" + record for record in records)
    return prolog.encode() + b"<PubmedArticleSet>" + inside + b"</PubmedArticleSet>\n"


def retracted(record: bytes) -> bytes:
    """Return a record as it reads after a retraction."""
    typed = record.replace(b"</PublicationTypeList>", RETRACTED[0], 1)
    return typed.replace(b"</MedlineCitation>", RETRACTED[1], 1)


def revised(record: bytes, date: str) -> bytes:
    """Return a record that says it was last revised on another day, "2019-01-31"."""
    year, month, day = date.encode().split(b"-")
    said = b"<DateRevised><Year>%b</Year><Month>%b</Month><Day>%b</Day></DateRevised>"
    return DATE_REVISED.sub(said % (year, month, day), record, count=1)


def summary(record: bytes) -> dict[str, str]:
    title, year = TITLE.search(record), YEAR.search(record)
    return {
        "title": html.unescape(TAG.sub("", title[2].decode())) if title else "",
        "pubdate": year[1].decode() if year else "",
    }


def esummary(params: Mapping[str, str], records: Mapping[str, bytes]) -> Reply:
    refusal = refuse_database(params, "eSummaryResult")
    if refusal or not params.get("id"):
        return refusal or bodies.ERRORS["E21"]
    given = params["id"].split(",")
    if params.get("retmode") == "json":
        return _esummary_json(given, records)
    found = {uid: records.get(uid) for uid in read_ids(params["id"])}
    documents = "".join(_document_summary(uid, record) for uid, record in found.items())
    return bodies.reply(
        200,
        bodies.XML,
        '<?xml version="1.0" encoding="UTF-8" ?>\n<eSummaryResult><DocumentSummarySet status="OK">'
        f"{documents}</DocumentSummarySet></eSummaryResult>\n",
    )


def _document_summary(uid: str, record: bytes | None) -> str:
    if record is None:
        inside = "<error>cannot get document summary</error>"
    else:
        said = summary(record)
        inside = f"<PubDate>{said['pubdate']}</PubDate><Title>{html.escape(said['title'])}</Title>"
    return f'<DocumentSummary uid="{uid}">{inside}</DocumentSummary>'


def _esummary_json(given: list[str], records: Mapping[str, bytes]) -> Reply:
    for position, uid in enumerate(given):
        if not uid.isdigit():
            error = f"Invalid uid {uid} at position= {position}"
            return _json("esummary", {"error": error, "result": {"uids": []}})
    result = {
        uid: {"uid": uid} | summary(records[uid])
        if uid in records
        else {"uid": uid, "error": "cannot get document summary"}
        for uid in given
    }
    return _json("esummary", {"result": {"uids": given} | result})


def past_the_wall(params: Mapping[str, str]) -> Reply:
    """Return the error for retstart > 9998, which comes with status 200."""
    if params.get("retmode") == "json":
        return bodies.ERRORS["E13"]
    error = f"<eSearchResult><ERROR>{bodies.PAST_THE_WALL}</ERROR></eSearchResult>\n"
    return bodies.reply(200, bodies.XML, error)


def esearch(params: Mapping[str, str], found: list[str], kept: Mapping[str, str]) -> Reply:
    start = int(params.get("retstart", 0))
    page = found[start : start + int(params.get("retmax", 20))]
    if params.get("retmode") == "json":
        numbers = {"count": str(len(found)), "retmax": str(len(page)), "retstart": str(start)}
        lower = {name.lower(): value for name, value in kept.items()}
        return _json("esearch", {"esearchresult": numbers | {"idlist": page} | lower})
    if params.get("rettype") == "count":
        inside = f"\n\t<Count>{len(found)}</Count>\n"
        return bodies.reply(200, bodies.XML, f"<eSearchResult>{inside}</eSearchResult>\n")
    if not found:
        return bodies.ERRORS["E17"]
    if not page:
        restricted = bodies.warning_list(bodies.RESTRICTED)
        said = bodies.esearch_set(restricted, count=len(found), start=start)
        return bodies.reply(200, bodies.XML, said)
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in page)
    history = "".join(f"<{name}>{value}</{name}>" for name, value in kept.items())
    return bodies.reply(
        200,
        bodies.XML,
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        f"<eSearchResult><Count>{len(found)}</Count><RetMax>{len(page)}</RetMax>"
        f"<RetStart>{start}</RetStart>{history}<IdList>\n{ids}</IdList></eSearchResult>\n",
    )


def _json(kind: str, content: Mapping[str, object]) -> Reply:
    body = json.dumps({"header": {"type": kind, "version": "0.3"}} | dict(content))
    return bodies.reply(200, bodies.JSON, body)


def ecitmatch(params: Mapping[str, str], known: Mapping[str, str]) -> Reply:
    """Answer each citation in a line of plain text; journal, volume and page are all that count."""
    lines = []
    for line in re.split(r"[\r\n]+", params.get("bdata", "")):
        journal, year, volume, page, author, key, *_ = [*line.split("|"), *[""] * 6]
        outcome = known.get(f"{journal.lower()}|{volume}|{page}", "NOT_FOUND")
        lines.append(f"{journal}|{year}|{volume}|{page}|{author}|{key}|{outcome}\n")
    return bodies.reply(200, "text/plain", "".join(lines))
