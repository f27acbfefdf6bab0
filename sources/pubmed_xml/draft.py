"""A record in the making, and the parts that articles and books have in common.

A reader takes one element and writes what it says into the draft; `read_parts` hands each child of
an element to its reader and counts the children that nobody told us of.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from lxml import etree

from sources.pubmed_xml.dates import (
    day_number,
    month_number,
    whole_date,
    year_number,
)
from sources.pubmed_xml.errors import Malformed
from sources.pubmed_xml.integrity import integrity, is_notice, notices, standing, type_uis
from sources.pubmed_xml.links import (
    article_ids,
    doi_or_none,
    pmcid_or_none,
    pmid_or_none,
    references,
    registered_in_text,
)
from sources.pubmed_xml.people import investigators, people
from sources.pubmed_xml.records import AbstractSection, PublicationRecord
from sources.pubmed_xml.terms import grants, texts
from sources.pubmed_xml.text import Unknown, clean, count, plain, plain_and_html

Element = etree._Element
Draft = dict[str, Any]
Reader = Callable[[Element, Draft], None]


def read_parts(element: Element, draft: Draft, readers: Mapping[str, Reader]) -> None:
    for part in element:
        tag = part.tag
        if tag in readers:
            readers[tag](part, draft)
        else:
            count(draft["unknown"], tag)


def children(element: Element) -> dict[str, str | None]:
    """Return the text of every child, by tag."""
    return {part.tag: part.text for part in element}


def leaves(element: Element) -> dict[str, str | None]:
    """Return the text of every element below, by tag."""
    return {part.tag: part.text for part in element.iter()}


def passed(element: Element, draft: Draft) -> None:
    """Read nothing: the element is known, and holds nothing that a record has."""


def text_into(name: str) -> Reader:
    def read(element: Element, draft: Draft) -> None:
        draft[name] = plain(element, draft["unknown"]) or None

    return read


def items_into(name: str, items: Callable[[Element, Unknown], list[Any]]) -> Reader:
    """Return a reader that adds the items of a list to those of earlier lists of its kind."""

    def read(element: Element, draft: Draft) -> None:
        found = items(element, draft["unknown"])
        draft[name] = draft[name] + found if name in draft else found

    return read


def item_into(name: str) -> Reader:
    def read(element: Element, draft: Draft) -> None:
        if text := plain(element, draft["unknown"]):
            draft.setdefault(name, []).append(text)

    return read


def day_into(name: str) -> Reader:
    def read(element: Element, draft: Draft) -> None:
        draft[name] = whole_date(children(element))

    return read


def read_pmid(element: Element, draft: Draft) -> None:
    draft["pmid"] = pmid_or_none(element.text)
    version = element.get("Version", "")
    draft["version"] = int(version) if version.isascii() and version.isdigit() else 1


def read_title(element: Element, draft: Draft) -> None:
    draft["title"], draft["title_html"] = plain_and_html(element, draft["unknown"])


def read_abstract(element: Element, draft: Draft) -> None:
    draft["abstract_sections"] = abstract_sections(element, draft)


def abstract_sections(element: Element, draft: Draft) -> list[AbstractSection]:
    """Return the sections that have text; the copyright line goes where it belongs."""
    sections: list[AbstractSection] = []
    for part in element:
        if part.tag == "AbstractText":
            text, html = plain_and_html(part, draft["unknown"])
            label = part.get("Label") or None
            category = part.get("NlmCategory") or None
            if text:
                sections.append({"label": label, "category": category, "text": text, "html": html})
        elif part.tag == "CopyrightInformation":
            draft["copyright"] = plain(part, draft["unknown"]) or None
        else:
            count(draft["unknown"], part.tag)
    return sections


def read_pages(element: Element, draft: Draft) -> None:
    """Read MedlinePgn as it stands ("232-42"), else the first and the last page."""
    pages = children(element)
    ends = [clean(pages.get("StartPage")), clean(pages.get("EndPage"))]
    draft["pages"] = clean(pages.get("MedlinePgn")) or "-".join(filter(None, ends)) or None


def read_doi(element: Element, draft: Draft) -> None:
    """Read an ELocationID; one marked ValidYN="N" is a mistake kept for the record."""
    if element.get("EIdType") == "doi" and element.get("ValidYN") != "N":
        draft["doi"] = draft.get("doi") or doi_or_none(element.text)


def read_investigators(element: Element, draft: Draft) -> None:
    draft["investigators_count"] = draft.get("investigators_count", 0) + investigators(element)


def read_history(element: Element, draft: Draft) -> None:
    dates: list[dict[str, Any]] = []
    date: dict[str, Any] = {}
    for part in element.iter():
        tag = part.tag
        if tag in DATE_PARTS:
            name, number = DATE_PARTS[tag]
            date[name] = number(part.text)
        elif tag == "PubMedPubDate":
            date = {"status": part.get("PubStatus", ""), "year": None, "month": None, "day": None}
            dates.append(date)
        elif tag not in TIMES:
            count(draft["unknown"], tag)
    draft["history"] = [date for date in dates if date["year"]]


DATE_PARTS: Final[dict[str, tuple[str, Callable[[str | None], int | None]]]] = {
    "Year": ("year", year_number),
    "Month": ("month", month_number),
    "Day": ("day", day_number),
}
TIMES: Final = frozenset({"Hour", "Minute", "Second", "History"})
#: Parts that stand under the same name in articles and books.
COMMON: Final[dict[str, Reader]] = {
    "PMID": read_pmid,
    "ArticleTitle": read_title,
    "VernacularTitle": text_into("vernacular_title"),
    "Pagination": read_pages,
    "ELocationID": read_doi,
    "Abstract": read_abstract,
    "InvestigatorList": read_investigators,
    "Language": item_into("languages"),
    "GrantList": items_into("grants", grants),
    "KeywordList": items_into("keywords", texts),
    "DateRevised": day_into("date_revised"),
}
#: PubmedData and PubmedBookData.
DATA: Final[dict[str, Reader]] = {
    "History": read_history,
    "PublicationStatus": text_into("publication_status"),
    "ArticleIdList": items_into("article_ids", article_ids),
    "ReferenceList": items_into("references", references),
    "ObjectList": passed,
}

read_people: Final = items_into("authors", people)


def finished(draft: Draft) -> PublicationRecord:
    """Return the record: what follows from several parts together is worked out here."""
    if not draft.get("pmid"):
        raise Malformed("a record without a PMID")
    _settle_ids(draft)
    sections = draft.get("abstract_sections")
    if sections:
        draft["abstract_state"] = "present"
        listed = draft.setdefault("databank_ids", [])
        listed.extend(registered_in_text(sections, listed))
    _judge_integrity(draft)
    return PublicationRecord(**draft)


def _settle_ids(draft: Draft) -> None:
    # Many records have their DOI in one of the two places only.
    draft["pmcid"] = None
    for article_id in draft.get("article_ids", ()):
        kind = article_id["type"]
        if kind == "doi" and not draft.get("doi"):
            draft["doi"] = doi_or_none(article_id["value"])
        elif kind == "pmc":
            draft["pmcid"] = draft["pmcid"] or pmcid_or_none(article_id["value"])


def _judge_integrity(draft: Draft) -> None:
    uis = type_uis(draft.get("publication_types", ()))
    ties = draft.get("comments_corrections", ())
    found = notices(ties, draft["unknown"]) if ties else []
    draft["notices"] = found
    draft["integrity"] = integrity(uis, ties, found, draft.get("title", ""))
    draft["is_notice"] = is_notice(uis, ties)
    draft["standing"] = standing(draft["kind"], uis, found)
