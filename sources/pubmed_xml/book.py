"""A PubmedBookArticle: a book, or a chapter of one, from NCBI's Bookshelf."""

from typing import Final

from lxml import etree

from sources.pubmed_xml.dates import partial_date, publication_date
from sources.pubmed_xml.draft import (
    COMMON,
    DATA,
    Draft,
    Reader,
    finished,
    item_into,
    items_into,
    leaves,
    passed,
    read_parts,
    text_into,
)
from sources.pubmed_xml.links import article_ids, references
from sources.pubmed_xml.people import people
from sources.pubmed_xml.records import PublicationRecord
from sources.pubmed_xml.terms import term
from sources.pubmed_xml.text import clean, plain_and_html

Element = etree._Element


def book(element: Element) -> PublicationRecord:
    """Return the record of a PubmedBookArticle, or raise Malformed when it has no PMID.

    A chapter has its own title and authors; a record without them is about the whole book.
    """
    draft: Draft = {"kind": "book", "unknown": {}}
    read_parts(element, draft, PARTS)
    book_html = draft.pop("book_html", "")
    book_authors = draft.pop("book_authors", [])
    if not draft.get("title"):
        draft["title"] = draft.get("book_title", "")
        draft["title_html"] = book_html
    draft["authors"] = draft.get("authors") or book_authors
    return finished(draft)


def _read_document(element: Element, draft: Draft) -> None:
    read_parts(element, draft, DOCUMENT)


def _read_book(element: Element, draft: Draft) -> None:
    read_parts(element, draft, BOOK)


def _read_book_title(element: Element, draft: Draft) -> None:
    draft["book_title"], draft["book_html"] = plain_and_html(element, draft["unknown"])


def _read_publisher(element: Element, draft: Draft) -> None:
    draft["publisher"] = clean(element.findtext("PublisherName")) or None


def _read_printed_date(element: Element, draft: Draft) -> None:
    draft.update(publication_date(leaves(element)))


def _read_contribution_date(element: Element, draft: Draft) -> None:
    draft["electronic_date"] = partial_date(leaves(element))


def _read_chapter_people(element: Element, draft: Draft) -> None:
    name = "editors" if element.get("Type") == "editors" else "authors"
    draft.setdefault(name, []).extend(people(element, draft["unknown"]))


def _read_book_people(element: Element, draft: Draft) -> None:
    name = "editors" if element.get("Type") == "editors" else "book_authors"
    draft.setdefault(name, []).extend(people(element, draft["unknown"]))


def _read_publication_type(element: Element, draft: Draft) -> None:
    draft.setdefault("publication_types", []).append(term(element))


def _read_data(element: Element, draft: Draft) -> None:
    read_parts(element, draft, DATA)


DOCUMENT: Final[dict[str, Reader]] = COMMON | {
    "ArticleIdList": items_into("article_ids", article_ids),
    "Book": _read_book,
    "LocationLabel": passed,
    "AuthorList": _read_chapter_people,
    "PublicationType": _read_publication_type,
    "Sections": passed,
    "ContributionDate": _read_contribution_date,
    "ItemList": passed,
    "ReferenceList": items_into("references", references),
}
BOOK: Final[dict[str, Reader]] = {
    "Publisher": _read_publisher,
    "BookTitle": _read_book_title,
    "PubDate": _read_printed_date,
    "BeginningDate": passed,
    "EndingDate": passed,
    "AuthorList": _read_book_people,
    "InvestigatorList": COMMON["InvestigatorList"],
    "Volume": text_into("volume"),
    "VolumeTitle": passed,
    "Edition": text_into("edition"),
    "CollectionTitle": passed,
    "Isbn": item_into("isbns"),
    "ELocationID": COMMON["ELocationID"],
    "Medium": passed,
    "ReportNumber": passed,
}
PARTS: Final[dict[str, Reader]] = {"BookDocument": _read_document, "PubmedBookData": _read_data}
