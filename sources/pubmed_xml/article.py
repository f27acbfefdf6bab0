"""A PubmedArticle: MedlineCitation and PubmedData."""

import re
from typing import Final

from lxml import etree

from sources.pubmed_xml.dates import partial_date, publication_date
from sources.pubmed_xml.draft import (
    COMMON,
    DATA,
    Draft,
    Reader,
    abstract_sections,
    children,
    day_into,
    finished,
    item_into,
    items_into,
    leaves,
    passed,
    read_parts,
    read_people,
    text_into,
)
from sources.pubmed_xml.links import comments_corrections, databanks
from sources.pubmed_xml.people import people
from sources.pubmed_xml.records import PublicationRecord
from sources.pubmed_xml.terms import (
    chemicals,
    mesh_headings,
    publication_types,
    supplementary_concepts,
    texts,
)
from sources.pubmed_xml.text import clean, count, plain

Element = etree._Element

ISSN: Final = re.compile(r"[0-9]{4}-[0-9]{3}[0-9Xx]", re.ASCII)
JOURNAL_PARTS: Final = frozenset(
    {"Journal", "JournalIssue", "PubDate", "ISSN", "Title", "ISOAbbreviation", "Volume", "Issue"}
    | {"Year", "Month", "Day", "Season", "MedlineDate"}
)


def article(element: Element) -> PublicationRecord:
    """Return the record of a PubmedArticle, or raise Malformed when it has no PMID."""
    draft: Draft = {"kind": "article", "unknown": {}}
    read_parts(element, draft, PARTS)
    if "affiliation" in draft:
        _affiliate_first_author(draft, draft.pop("affiliation"))
    return finished(draft)


def _affiliate_first_author(draft: Draft, affiliation: str) -> None:
    authors = draft.get("authors")
    if affiliation and authors and not authors[0]["affiliations"]:
        authors[0]["affiliations"].append(affiliation)


def _read_citation(element: Element, draft: Draft) -> None:
    draft["medline_status"] = element.get("Status")
    draft["indexing_method"] = element.get("IndexingMethod")
    read_parts(element, draft, CITATION)


def _read_article(element: Element, draft: Draft) -> None:
    draft["publication_model"] = element.get("PubModel")
    read_parts(element, draft, ARTICLE)


def _read_journal(element: Element, draft: Draft) -> None:
    found = leaves(element)
    draft["journal"] = clean(found.get("Title")) or None
    draft["journal_iso"] = clean(found.get("ISOAbbreviation")) or None
    draft["volume"] = clean(found.get("Volume")) or None
    draft["issue"] = clean(found.get("Issue")) or None
    issn = clean(found.get("ISSN"))
    draft["issn"] = issn.upper() if ISSN.fullmatch(issn) else None
    draft.update(publication_date(found))
    if not JOURNAL_PARTS.issuperset(found):
        for tag in found.keys() - JOURNAL_PARTS:
            count(draft["unknown"], tag)


def _read_journal_info(element: Element, draft: Draft) -> None:
    found = children(element)
    draft["nlm_id"] = clean(found.get("NlmUniqueID")) or None
    # Records that have only been announced may lack the journal's full title.
    draft["journal_iso"] = draft.get("journal_iso") or clean(found.get("MedlineTA")) or None


def _read_authors(element: Element, draft: Draft) -> None:
    draft["authors_complete"] = element.get("CompleteYN") != "N"
    read_people(element, draft)


def _read_electronic_date(element: Element, draft: Draft) -> None:
    draft["electronic_date"] = draft.get("electronic_date") or partial_date(children(element))


def _read_affiliation(element: Element, draft: Draft) -> None:
    """Read the one affiliation that records of before 2014 have: the first author's."""
    draft["affiliation"] = plain(element, draft["unknown"])


def _read_other_abstract(element: Element, draft: Draft) -> None:
    copyright_line = draft.get("copyright")
    sections = abstract_sections(element, draft)
    draft["copyright"] = copyright_line
    if sections:
        draft.setdefault("other_abstracts", []).append(
            {
                "type": element.get("Type"),
                "language": element.get("Language"),
                "sections": sections,
            }
        )


def _read_data(element: Element, draft: Draft) -> None:
    read_parts(element, draft, DATA)


ARTICLE: Final[dict[str, Reader]] = COMMON | {
    "Journal": _read_journal,
    "AuthorList": _read_authors,
    "Affiliation": _read_affiliation,
    "DataBankList": items_into("databank_ids", databanks),
    "PublicationTypeList": items_into("publication_types", publication_types),
    "ArticleDate": _read_electronic_date,
}
CITATION: Final[dict[str, Reader]] = COMMON | {
    "Article": _read_article,
    "MedlineJournalInfo": _read_journal_info,
    "DateCreated": passed,
    "DateCompleted": day_into("date_completed"),
    "ChemicalList": items_into("chemicals", chemicals),
    "SupplMeshList": items_into("supplementary_concepts", supplementary_concepts),
    "CitationSubset": passed,
    "CommentsCorrectionsList": items_into("comments_corrections", comments_corrections),
    "GeneSymbolList": items_into("gene_symbols", texts),
    "MeshHeadingList": items_into("mesh", mesh_headings),
    "NumberOfReferences": passed,
    "PersonalNameSubjectList": items_into("personal_name_subjects", people),
    "OtherID": passed,
    "OtherAbstract": _read_other_abstract,
    "CoiStatement": text_into("coi_statement"),
    "SpaceFlightMission": passed,
    "GeneralNote": item_into("general_notes"),
}
PARTS: Final[dict[str, Reader]] = {"MedlineCitation": _read_citation, "PubmedData": _read_data}
