"""The E-utilities that find records: search, citation match, ID conversion, the history server.

Errors are those of `sources.pubmed`. What is found is a proposal: a DOI that is not indexed brings
another paper, and a citation matches in spite of a wrong author or year.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from lxml import etree

from sources import pubmed_xml
from sources.entrez_json import Match, Search, parse_conversions, parse_matches, parse_search
from sources.http import Reply
from sources.identifiers import parse_doi, parse_pmcid, parse_pmid
from sources.pubmed import PubMed, RecordWithRaw
from sources.pubmed_xml.reply import raise_service_error

#: PubMed serves no more of a search or of a history: what lies beyond has to be split by date.
WALL: Final = 9_999
MOST_POSTED: Final = 10_000
IDS_PER_CONVERSION: Final = 200


@dataclass(frozen=True, slots=True)
class History:
    """A list of records that NCBI keeps for a while; `count` is how many ids were posted."""

    web_env: str
    query_key: str
    count: int


class Entrez(PubMed):
    """PubMed's client with what finds records. `idconv_url` is the ID converter's address."""

    def __init__(self, *, idconv_url: str = "", **options: Any) -> None:
        super().__init__(**options)
        self._idconv_url = idconv_url

    def search(self, term: str, *, most: int = 20) -> Search:
        """Return what a query finds. Words that PubMed drops from it are told in `ignored`."""
        if not term.strip() or not 1 <= most <= WALL:
            raise ValueError(f"a search takes words, and a number of results from 1 to {WALL}")
        form = {"db": "pubmed", "term": term, "retmode": "json", "retmax": str(most)}
        return self.ask("esearch.fcgi", form, lambda reply: parse_search(reply.body))[1]

    def match(self, citations: Mapping[str, Collection[str]]) -> dict[str, Match]:
        """Return, by key, the PMIDs of citations (journal, year, volume, first page, author)."""
        lines = [
            "|".join([*(_field(value) for value in citation), _field(key)]) + "|"
            for key, citation in citations.items()
        ]
        form = {"db": "pubmed", "retmode": "xml", "bdata": "\r".join(lines)}
        _, found = self.ask(
            "ecitmatch.cgi", form, lambda reply: parse_matches(reply.body, citations.keys())
        )
        return found

    def convert(self, identifiers: Collection[str], *, kind: str) -> dict[str, str]:
        """Return PMIDs by PMCID or DOI (`kind`: one a request). Only what is in PMC is known there."""
        parse = {"pmcid": parse_pmcid, "doi": parse_doi}[kind]
        ids = list(dict.fromkeys(parse(each) for each in identifiers))
        if not 1 <= len(ids) <= IDS_PER_CONVERSION:
            raise ValueError(f"{len(ids)} ids: one request takes 1 to {IDS_PER_CONVERSION}")
        # The converter knows no key, and one that it does not know should not be told to it.
        who = {name: value for name, value in self._who.items() if name != "api_key"}
        query = urlencode({"ids": ",".join(ids), "idtype": kind, "format": "json", **who})
        deadline = self._wire.deadline()
        reply = self._wire.send("GET", f"{self._idconv_url}?{query}", deadline=deadline)
        return self._content(reply, lambda each: parse_conversions(each.body))

    def post(self, pmids: Collection[str]) -> History:
        """Leave up to 10,000 PMIDs with NCBI, to be fetched page by page."""
        ids = list(dict.fromkeys(parse_pmid(pmid) for pmid in pmids))
        if not 1 <= len(ids) <= MOST_POSTED:
            raise ValueError(f"{len(ids)} PMIDs: one request takes 1 to {MOST_POSTED}")
        form = {"db": "pubmed", "id": ",".join(ids)}
        _, (web_env, key) = self.ask("epost.fcgi", form, _parse_history)
        return History(web_env, key, len(ids))

    def fetch_page(
        self, history: History, *, start: int, most: int = 200
    ) -> dict[str, RecordWithRaw]:
        """Return the records of one page of a history, by PMID.

        Raises ValueError for a page that reaches beyond the wall: NCBI would cut it short and say
        nothing. Whoever asks compares the PMIDs with those posted.
        """
        if not 0 <= start < history.count or not 1 <= most <= 200 or start + most > WALL:
            raise ValueError(
                f"records {start} to {start + most} of {history.count}: a page has 1 to 200 records, "
                f"and only the first {WALL} can be had"
            )
        form = {
            "db": "pubmed",
            "WebEnv": history.web_env,
            "query_key": history.query_key,
            "retstart": str(start),
            "retmax": str(most),
            "retmode": "xml",
        }
        _, content = self.ask("efetch.fcgi", form, _parse_records)
        return {
            record.pmid: RecordWithRaw(record, content.raw[record.pmid])
            for record in content.records
        }


def _field(value: str) -> str:
    """Return a value that cannot end its field or line."""
    return " ".join(value.replace("|", " ").split())


def _parse_records(reply: Reply) -> pubmed_xml.Reply:
    return pubmed_xml.parse_reply(reply.body, reply.content_type)


def _parse_history(reply: Reply) -> tuple[str, str]:
    if b"<WebEnv>" not in reply.body:
        raise_service_error(reply.body)
        raise pubmed_xml.Malformed("an epost answer without WebEnv")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(reply.body, parser)
    except etree.XMLSyntaxError:
        raise pubmed_xml.Malformed("an epost answer that is cut short") from None
    web_env, key = root.findtext("WebEnv"), root.findtext("QueryKey")
    if not web_env or not key:
        raise pubmed_xml.Malformed("an epost answer without WebEnv")
    return web_env, key
