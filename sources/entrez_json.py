"""What esummary, esearch, ecitmatch and the ID converter answer. Ids are matched, never positions.

Raises ServiceError when the service says in words what is wrong, Malformed when it says nothing
that can be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sources.pubmed_xml import Malformed, ServiceError
from sources.pubmed_xml.reply import PERMANENT, raise_service_error

PMID: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
UNKNOWN: Final = "cannot get document summary"


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: how many in all, the first of them, and what NCBI left out of the query."""

    count: int
    pmids: tuple[str, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What ecitmatch says of one citation: one PMID, several, or none."""

    pmids: tuple[str, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        return len(self.pmids) > 1


def parse_summaries(body: bytes, asked: Collection[str]) -> frozenset[str]:
    """Return those of the PMIDs that esummary does not know; each must be answered."""
    result = _object(_json(body).get("result"), "result")
    absent = set()
    for pmid in asked:
        summary = _object(result.get(pmid), f"the summary of {pmid}")
        error = summary.get("error")
        if error is None and str(summary.get("uid")) == pmid:
            continue
        if error != UNKNOWN:
            raise Malformed(f"the summary of {pmid} is of another record, or an error")
        absent.add(pmid)
    return frozenset(absent)


def parse_search(body: bytes) -> Search:
    """Return what esearch found, with the phrases and fields that it dropped from the query."""
    result = _object(_json(body).get("esearchresult"), "esearchresult")
    _raise_if_said(result.get("ERROR"))
    try:
        count = int(result["count"])
        pmids = tuple(str(each) for each in result["idlist"])
    except (KeyError, TypeError, ValueError):
        raise Malformed("a search result without count or ids") from None
    if not all(PMID.fullmatch(pmid) for pmid in pmids):
        raise Malformed("a search result with ids that are none")
    return Search(count, pmids, tuple(_phrases(result.get("errorlist"))))


def parse_matches(body: bytes, keys: Collection[str]) -> dict[str, Match]:
    """Return, by key, what ecitmatch says; lines that it drops are matches of nothing."""
    raise_service_error(body)
    found = dict.fromkeys(keys, Match())
    for line in body.decode("utf-8", "replace").splitlines():
        *_, key, outcome = ["", *line.rstrip("|").split("|")]
        said = outcome.strip()
        if key.strip() in found and (PMID.fullmatch(said) or said.upper().startswith("AMBIGUOUS")):
            found[key.strip()] = Match(tuple(dict.fromkeys(PMID.findall(said))))
    return found


def parse_conversions(body: bytes) -> dict[str, str]:
    """Return PMIDs by the id that was asked for; what PMC does not know is left out."""
    answer = _json(body)
    if answer.get("status") != "ok":
        raise ServiceError(str(answer.get("message") or "no conversion")[:300], transient=False)
    records = answer.get("records")
    if not isinstance(records, list):
        raise Malformed("a conversion without records")
    found = {}
    for record in records:
        if isinstance(record, dict) and record.get("status") != "error":
            # A number in one version of the service, a string in another.
            pmid = str(record.get("pmid") or "")
            if PMID.fullmatch(pmid):
                found[str(record.get("requested-id"))] = pmid
    return found


def _json(body: bytes) -> dict[str, Any]:
    if not body.lstrip().startswith(b"{"):
        raise_service_error(body)
        raise Malformed("not JSON")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("not JSON, or not all of it") from None
    _raise_if_said(answer.get("error"))
    refused = answer.get("esummaryresult")
    _raise_if_said(refused[0] if isinstance(refused, list) and refused else None)
    found: dict[str, Any] = answer
    return found


def _raise_if_said(error: object) -> None:
    if isinstance(error, str) and error:
        is_permanent = PERMANENT.search(error) or "nvalid uid" in error
        raise ServiceError(" ".join(error.split())[:300], transient=not is_permanent)


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{name} is missing")
    return value


def _phrases(errors: object) -> list[str]:
    """Return what was not found; a list of one comes as the one itself."""
    if not isinstance(errors, dict):
        return []
    said = (errors.get(name) for name in ("phrasesnotfound", "fieldsnotfound"))
    lists = [[each] if isinstance(each, str) else each for each in said]
    return [str(phrase) for phrases in lists if isinstance(phrases, list) for phrase in phrases]
