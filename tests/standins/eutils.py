"""The E-utilities as a stand-in: efetch and epost as they are, esummary and esearch in outline.

Ids are read as NCBI reads them: digits are taken out of junk, zeros in front are dropped, a repeated
id counts once, and one that is unknown is passed over in silence.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.standins import bodies, entrez
from tests.standins.faults import Fault
from tests.standins.records import all_records
from tests.standins.service import Service, TokenBucket
from tests.standins.wire import Reply, Request

#: What is told of a limit that is not kept, so that nobody slows down for it.
UNLIMITED = 1000
LONGEST_URL = 8000
WALL = 9998


class Eutils(Service):
    """`rate` and `keyed_rate` are requests per second without and with a key; None: unlimited.

    `api_keys`: the keys that are valid, or None if any is. `dtd`: the version that replies declare.
    """

    name = "eutils"
    prefix = "/entrez/eutils/"
    own_replies = frozenset(bodies.ERRORS)
    own_conduct = frozenset({"vanish", "wrong_record", "replace", "retract", "revise", "extra"})

    def __init__(
        self,
        records: Mapping[str, bytes] | None = None,
        *,
        rate: float | None = None,
        keyed_rate: float | None = None,
        api_keys: Iterable[str] | None = None,
        dtd: str = "250101",
        faults: Iterable[Fault] = (),
        log_file: Path | None = None,
    ) -> None:
        super().__init__(faults, log_file)
        self.records = dict(all_records() if records is None else records)
        self.dtd = dtd
        self._rate, self._keyed_rate = rate, keyed_rate
        self._keys = None if api_keys is None else frozenset(api_keys)
        self._bucket = TokenBucket()
        #: What ecitmatch knows: "journal|volume|page" to a PMID or "AMBIGUOUS 1,2".
        self.citations: dict[str, str] = {}
        self._histories: dict[tuple[str, str], list[str]] = {}
        self._history_numbers = itertools.count(1)

    def ids_of(self, request: Request) -> list[str]:
        return entrez.read_ids(request.params.get("id", ""))

    def play(self, name: str, good: Reply, options: Mapping[str, Any]) -> Reply:
        return bodies.play(name, good, options)

    def answer(self, request: Request, due: list[Fault]) -> Reply:
        refusal, headers = self._admit(request)
        reply = refusal or self._endpoint(request, due)
        return replace(reply, headers=headers | reply.headers)

    def _admit(self, request: Request) -> tuple[Reply | None, dict[str, str]]:
        """Return why the request is turned away, if it is, and the headers that tell of the rate."""
        key = request.params.get("api_key")
        if key is not None and (not key or (self._keys is not None and key not in self._keys)):
            return bodies.reply(400, bodies.JSON, bodies.invalid_key(key)), {}
        rate = self._keyed_rate if key else self._rate
        shown = int(rate or UNLIMITED)
        left = shown - 1.0 if rate is None else self._bucket.take(key or request.address, rate)
        headers = {
            "Server": "Finatra",
            "X-RateLimit-Limit": str(shown),
            "X-RateLimit-Remaining": str(max(0, int(left))),
            "Access-Control-Expose-Headers": "X-RateLimit-Limit,X-RateLimit-Remaining",
            "Cache-Control": "private",
        }
        if left >= 0:
            return None, headers
        body = bodies.over_the_rate(shown + 1, shown, key or request.address)
        return bodies.reply(429, bodies.JSON, body, **{"Retry-After": "2"}), headers

    def _endpoint(self, request: Request, due: list[Fault]) -> Reply:
        if len(request.url) > LONGEST_URL:
            return bodies.ERRORS["414"]
        params = request.params
        match request.path.removeprefix(self.prefix):
            case "efetch.fcgi":
                return self._efetch(params, due)
            case "esummary.fcgi":
                return entrez.esummary(params, self.records)
            case "esearch.fcgi":
                return self._esearch(params)
            case "ecitmatch.cgi":
                return entrez.ecitmatch(params, self.citations)
            case "epost.fcgi":
                return self._epost(params)
        return Reply(404, bodies.HTML, b"<html><head><title>404 Not Found</title></head></html>")

    def _efetch(self, params: Mapping[str, str], due: list[Fault]) -> Reply:
        refusal = entrez.refuse_database(params, "eFetchResult")
        ids = self._history(params) if "WebEnv" in params else entrez.read_ids(params.get("id", ""))
        if refusal or isinstance(ids, Reply):
            return refusal or ids
        if not ids:
            return bodies.ERRORS["E3"]
        if params.get("retmode") != "xml":
            return bodies.reply(200, "text/plain", "\n".join(f"PMID- {pmid}" for pmid in ids))
        found = {pmid: self.records[pmid] for pmid in ids if pmid in self.records}
        for fault in due:
            found = self._tamper(fault, found)
        body = entrez.article_set(found.values(), self.dtd)
        return Reply(200, bodies.XML, body)

    def _tamper(self, fault: Fault, found: dict[str, bytes]) -> dict[str, bytes]:
        """Return the records as a fault leaves them: each of its ids, or all if it names none."""
        struck = [pmid for pmid in found if not fault.ids or pmid in fault.ids]
        options = fault.options
        match fault.name:
            case "vanish":
                return {pmid: record for pmid, record in found.items() if pmid not in struck}
            case "wrong_record":
                return found | dict.fromkeys(struck, self.records[options["instead"]])
            case "replace":
                old, new = options["old"].encode(), options["new"].encode()
                return found | {pmid: found[pmid].replace(old, new) for pmid in struck}
            case "retract":
                return found | {pmid: entrez.retracted(found[pmid]) for pmid in struck}
            case "revise":
                return found | {
                    pmid: entrez.revised(found[pmid], options["date"]) for pmid in struck
                }
            case "extra":
                return found | {pmid: self.records[pmid] for pmid in options["records"]}
        return found

    def _history(self, params: Mapping[str, str]) -> list[str] | Reply:
        start = int(params.get("retstart", 0))
        kept = self._histories.get((params["WebEnv"], params.get("query_key", "")))
        if kept is None:
            return bodies.ERRORS["E10"]
        if start > WALL:
            return bodies.ERRORS["E9"]
        if start >= len(kept):
            return bodies.ERRORS["E8"]
        return kept[start : min(start + int(params.get("retmax", 10_000)), WALL + 1)]

    def _keep(self, ids: list[str]) -> dict[str, str]:
        web_env = f"MCID_{next(self._history_numbers):024x}"
        self._histories[web_env, "1"] = ids
        return {"QueryKey": "1", "WebEnv": web_env}

    def expire_histories(self) -> None:
        """Forget every WebEnv, as NCBI does after a while."""
        self._histories.clear()

    def _epost(self, params: Mapping[str, str]) -> Reply:
        ids = entrez.read_ids(params.get("id", ""))
        refusal = entrez.refuse_database(params, "ePostResult")
        if refusal or not ids:
            return refusal or bodies.ERRORS["E22"]
        kept = "".join(f"\t<{name}>{value}</{name}>\n" for name, value in self._keep(ids).items())
        return bodies.reply(200, bodies.XML, f"<ePostResult>\n{kept}</ePostResult>\n")

    def _esearch(self, params: Mapping[str, str]) -> Reply:
        refusal = entrez.refuse_database(params, "eSearchResult")
        start = int(params.get("retstart", 0))
        if refusal or start > WALL:
            return refusal or entrez.past_the_wall(params)
        # An id in a term stands as "26052984[uid]"; nothing else is understood here.
        named = re.findall(r"(\d+)\[(?:uid|pmid)\]", params.get("term", ""), re.IGNORECASE)
        by_doi = re.fullmatch(r'"?([^"]+)"?\[DOI\]', params.get("term", ""), re.IGNORECASE)
        if by_doi:
            return entrez.esearch(params, self._about(by_doi[1]), {})
        found = [pmid for pmid in dict.fromkeys(named) if pmid in self.records]
        kept = self._keep(found) if found and params.get("usehistory") == "y" else {}
        return entrez.esearch(params, found, kept)

    def _about(self, doi: str) -> list[str]:
        """Return who has the DOI; a DOI that is not indexed falls back to words, and finds others."""
        marked = f'IdType="doi">{doi}<'.lower().encode()
        known = [pmid for pmid, record in self.records.items() if marked in record.lower()]
        return known or list(self.records)[:1]
