"""What a record points to: its own ids, registries and data banks, notices, references."""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from lxml import etree

from sources.identifiers import DOI, PMCID, PMID, IllegalIdentifier, parse_doi, parse_registry_id
from sources.pubmed_xml.records import (
    AbstractSection,
    ArticleId,
    CommentCorrection,
    DatabankId,
    Reference,
)
from sources.pubmed_xml.text import Unknown, clean, count, plain

Element = etree._Element

#: ArticleId types that a reference is known by.
REFERENCE_IDS: Final = {"pubmed": "pmid", "doi": "doi", "pmc": "pmcid"}
REFERENCE_LISTS: Final = frozenset({"ReferenceList", "ArticleIdList", "Title", "Citation"})
MARKUP: Final = frozenset({"b", "i", "sup", "sub", "u"})
DOI_IN_TEXT: Final = re.compile(r"\b10\.[0-9]{4,9}/[^\s;,]+", re.ASCII)

#: Our names of registries, and what PubMed's indexers call the same.
BANKS: Final = {
    "clinicaltrials": "ClinicalTrials.gov",
    "isrctn": "ISRCTN",
    "actrn": "ANZCTR",
    "drks": "DRKS",
}
REGISTRY_LETTERS: Final = ("NCT", "ISRCTN", "ACTRN", "DRKS")
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
    pmid = (text or "").strip()
    return pmid if PMID.fullmatch(pmid) else None


def pmcid_or_none(text: str | None) -> str | None:
    pmcid = (text or "").strip().upper()
    return pmcid if PMCID.fullmatch(pmcid) else None


CHECKS: Final = {"pmid": pmid_or_none, "doi": doi_or_none, "pmcid": pmcid_or_none}


def article_ids(element: Element, unknown: Unknown) -> list[ArticleId]:
    """Return a record's own ids; those of its references are in lists of their own."""
    return [
        {"type": part.get("IdType", "pubmed"), "value": value}
        for part in element
        if (value := clean(part.text))
    ]


def references(element: Element, unknown: Unknown) -> list[Reference]:
    """Return the entries of a ReferenceList and of all lists nested in it."""
    found: list[dict[str, str | None]] = []
    for part in element.iter():
        tag = part.tag
        if tag == "ArticleId":
            _identify(found, part)
        elif tag == "Citation" and found:
            found[-1]["citation"] = plain(part, unknown)
        elif tag == "Reference":
            found.append({"citation": "", "pmid": None, "doi": None, "pmcid": None})
        elif tag not in REFERENCE_LISTS and tag not in MARKUP:
            _count_outside_formula(part, unknown)
    return cast(list[Reference], found)


def _identify(found: list[dict[str, str | None]], element: Element) -> None:
    name = REFERENCE_IDS.get(element.get("IdType", "pubmed"))
    if name and found:
        found[-1][name] = CHECKS[name](element.text) or found[-1][name]


def _count_outside_formula(element: Element, unknown: Unknown) -> None:
    if "MathML" not in element.tag:
        count(unknown, element.tag)


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
    text = "\n".join(section["text"] for section in sections)
    if not any(letters in text for letters in REGISTRY_LETTERS):
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
