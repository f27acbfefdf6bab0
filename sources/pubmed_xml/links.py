"""What a record points to: its own ids, registries and data banks, notices, references."""

import re
from collections.abc import Callable, Iterable
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
from sources.pubmed_xml.text import Unknown, clean, count, count_stranger, plain

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
    is_pmid = pmid.isdigit() and pmid.isascii() and pmid[0] != "0" and len(pmid) < 10
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
    outside: Any = {}
    reference: Any = outside
    for part in element.iter():
        tag = part.tag
        if tag == "ArticleId":
            if known := REFERENCE_IDS.get(part.get("IdType")):
                name, read = known
                reference[name] = read(part.text) or reference.get(name)
        elif tag == "Citation":
            reference["citation"] = plain(part, unknown)
        elif tag == "Reference":
            reference = {"citation": "", "pmid": None, "doi": None, "pmcid": None}
            found.append(reference)
        elif tag not in REFERENCE_LISTS:
            count_stranger(part, unknown)
    for name in outside:
        count(unknown, f"{name} outside Reference")
    return found


#: IdTypes of a reference; old records leave the type out, and mean a PMID.
REFERENCE_IDS: Final[dict[str | None, tuple[str, Callable[[str | None], str | None]]]] = {
    "pubmed": ("pmid", pmid_or_none),
    None: ("pmid", pmid_or_none),
    "doi": ("doi", doi_or_none),
    "pmc": ("pmcid", pmcid_or_none),
    "pmcid": ("pmcid", pmcid_or_none),
}
REFERENCE_LISTS: Final = frozenset({"ReferenceList", "ArticleIdList", "Title"})


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
    # NCT, ISRCTN and ACTRN have CT in common.
    if not ("CT" in text or "DRKS" in text):
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
