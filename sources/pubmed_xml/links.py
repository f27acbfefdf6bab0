"""What a record points to: its own ids, registries and data banks, notices, references."""

import re
from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

from sources.identifiers import DOI, PMCID, IllegalIdentifier, parse_doi, parse_registry_id
from sources.pubmed_xml.records import (
    AbstractSection,
    ArticleId,
    CommentCorrection,
    DatabankId,
    Reference,
)
from sources.pubmed_xml.text import Unknown, clean, count, plain

Element = etree._Element

DOI_IN_TEXT: Final = re.compile(r"\b10\.[0-9]{4,9}/[^\s;,]+", re.ASCII)

#: Our names of registries, and what PubMed's indexers call the same.
BANKS: Final = {
    "clinicaltrials": "ClinicalTrials.gov",
    "isrctn": "ISRCTN",
    "actrn": "ANZCTR",
    "drks": "DRKS",
}
REGISTRY_NUMBER: Final = re.compile(r"\b(?:NCT|ISRCTN|ACTRN|DRKS)[\s:#-]?[0-9]{8,14}(?![0-9])")


def doi_or_none(text: str | None) -> str | None:
    if not text:
        return None
    doi = text.strip().lower()
    if DOI.fullmatch(doi):
        return doi
    try:
        return parse_doi(doi)
    except IllegalIdentifier:
        return None


def pmid_or_none(text: str | None) -> str | None:
    if not text:
        return None
    pmid = text.strip()
    is_pmid = pmid.isascii() and pmid.isdigit() and pmid[0] != "0" and len(pmid) < 10
    return pmid if is_pmid else None


def pmcid_or_none(text: str | None) -> str | None:
    pmcid = (text or "").strip().upper()
    return pmcid if PMCID.fullmatch(pmcid) else None


def article_ids(element: Element, unknown: Unknown) -> list[ArticleId]:
    """Return a record's own ids; those of its references are in lists of their own."""
    return [
        {"type": part.get("IdType", "pubmed"), "value": value}
        for part in element
        if (value := clean(part.text))
    ]


def references(element: Element, unknown: Unknown) -> list[Reference]:
    """Return the entries of a ReferenceList and of all lists nested in it."""
    found: list[Reference] = []
    for part in element.iter("Reference", "Citation", "ArticleId"):
        tag = part.tag
        if tag == "Reference":
            found.append({"citation": "", "pmid": None, "doi": None, "pmcid": None})
        elif not found:
            count(unknown, tag)
        elif tag == "Citation":
            found[-1]["citation"] = plain(part, unknown)
        else:
            _identify(found[-1], part.get("IdType"), part.text)
    return found


def _identify(reference: Reference, kind: str | None, text: str | None) -> None:
    if kind == "doi":
        reference["doi"] = doi_or_none(text) or reference["doi"]
    elif kind == "pmc":
        reference["pmcid"] = pmcid_or_none(text) or reference["pmcid"]
    elif kind == "pubmed" or kind is None:
        reference["pmid"] = pmid_or_none(text) or reference["pmid"]


def comments_corrections(element: Element, unknown: Unknown) -> list[CommentCorrection]:
    return [_comment_correction(part, unknown) for part in element]


def _comment_correction(element: Element, unknown: Unknown) -> CommentCorrection:
    parts: dict[str, Element] = {part.tag: part for part in element}
    source = plain(parts["RefSource"], unknown) if "RefSource" in parts else ""
    pmid = parts.get("PMID")
    note = parts.get("Note")
    doi = DOI_IN_TEXT.search(source)
    return {
        "ref_type": element.get("RefType", ""),
        "pmid": None if pmid is None else pmid_or_none(pmid.text),
        "ref_source": source,
        "note": None if note is None else plain(note, unknown) or None,
        "doi": doi_or_none(doi[0].rstrip(".)")) if doi else None,
    }


def databanks(element: Element, unknown: Unknown) -> list[DatabankId]:
    found: list[DatabankId] = []
    bank = ""
    for part in element.iter("DataBankName", "AccessionNumber"):
        if part.tag == "DataBankName":
            bank = clean(part.text)
        elif number := clean(part.text):
            found.append({"bank": bank, "accession": number, "origin": "databank"})
    return found


def registered_in_text(
    sections: Iterable[AbstractSection], listed: Iterable[DatabankId]
) -> list[DatabankId]:
    """Return trial numbers that an abstract names and no indexer has listed."""
    text = "\n".join([section["text"] for section in sections])
    if not ("NCT" in text or "CTRN" in text or "DRKS" in text):
        return []
    known = {bank["accession"].upper() for bank in listed}
    found: dict[str, Any] = {}
    for written in REGISTRY_NUMBER.findall(text):
        try:
            trial = parse_registry_id(written)
        except IllegalIdentifier:
            continue
        if trial.id not in known:
            bank = BANKS[trial.registry]
            found[trial.id] = {"bank": bank, "accession": trial.id, "origin": "abstract"}
    return list(found.values())
