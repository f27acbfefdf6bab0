"""What is known of a publication from its PubMed record.

A record's rows (authors, headings, notices) are plain dictionaries, and its lists are lists: what
goes into a JSON column comes back equal. Dates are ISO 8601 text, and never more exact than given.
"""

from dataclasses import dataclass, field
from typing import Literal, TypedDict

Kind = Literal["article", "book"]
AbstractState = Literal["present", "absent_in_source"]
Standing = Literal["journal", "preprint", "book", "superseded"]
Integrity = Literal[
    "current",
    "corrected",
    "expression_of_concern",
    "retracted",
    "retracted_republished",
    "withdrawn",
    "superseded",
]
NoticeKind = Literal[
    "retraction",
    "partial_retraction",
    "expression_of_concern",
    "correction",
    "superseded",
    "comment",
]


class PartialDate(TypedDict):
    """A date as far as it was given."""

    year: int | None
    month: int | None
    day: int | None


class HistoryDate(PartialDate):
    """A date in the life of the record: received, accepted, epublish, medline, retracted ..."""

    status: str


class Author(TypedDict):
    """A person (family and more) or a group (collective), in the order of the byline."""

    family: str | None
    given: str | None
    initials: str | None
    suffix: str | None
    collective: str | None
    orcid: str | None
    affiliations: list[str]
    equal_contrib: bool


class AbstractSection(TypedDict):
    """`label` is the journal's heading, `category` NLM's; each may be missing."""

    label: str | None
    category: str | None
    text: str
    html: str


class OtherAbstract(TypedDict):
    """An abstract beside the main one: a plain-language summary, another language."""

    type: str | None
    language: str | None
    sections: list[AbstractSection]


class Term(TypedDict):
    """A controlled term; records from before 2014 have no `ui` (then "")."""

    ui: str
    name: str


class Qualifier(Term):
    major: bool


class MeshHeading(Term):
    """`major` if the descriptor or any of its qualifiers is a major topic."""

    major: bool
    qualifiers: list[Qualifier]


class Chemical(Term):
    registry_number: str


class SupplementaryConcept(Term):
    type: str


class Grant(TypedDict):
    id: str | None
    acronym: str | None
    agency: str | None
    country: str | None


class DatabankId(TypedDict):
    """`origin` is "databank" when an indexer listed it, "abstract" when only the text names it."""

    bank: str
    accession: str
    origin: Literal["databank", "abstract"]


class ArticleId(TypedDict):
    type: str
    value: str


class CommentCorrection(TypedDict):
    """A tie to another record, as PubMed words it; `pmid` may be missing."""

    ref_type: str
    pmid: str | None
    ref_source: str
    note: str | None
    doi: str | None


class Notice(TypedDict):
    """A notice about this publication. `date` only where the source gives a whole one."""

    kind: NoticeKind
    pmid: str | None
    doi: str | None
    date: str | None
    ref_source: str


class Reference(TypedDict):
    """An entry of the reference list."""

    citation: str
    pmid: str | None
    doi: str | None
    pmcid: str | None


@dataclass(slots=True, kw_only=True)
class PublicationRecord:
    """One PubmedArticle or PubmedBookArticle.

    Nobody changes a record; it is not frozen only because that would make reading 4 % slower.
    """

    pmid: str
    version: int = 1
    kind: Kind = "article"
    doi: str | None = None
    pmcid: str | None = None
    article_ids: list[ArticleId] = field(default_factory=list)

    title: str = ""
    title_html: str = ""
    vernacular_title: str | None = None
    abstract_sections: list[AbstractSection] = field(default_factory=list)
    other_abstracts: list[OtherAbstract] = field(default_factory=list)
    abstract_state: AbstractState = "absent_in_source"
    copyright: str | None = None
    coi_statement: str | None = None

    journal: str | None = None
    journal_iso: str | None = None
    issn: str | None = None
    nlm_id: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    book_title: str | None = None
    publisher: str | None = None
    edition: str | None = None
    isbns: list[str] = field(default_factory=list)

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: str | None = None
    medline_date: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    electronic_date: PartialDate | None = None
    history: list[HistoryDate] = field(default_factory=list)
    date_completed: str | None = None
    date_revised: str | None = None

    authors: list[Author] = field(default_factory=list)
    authors_complete: bool = True
    editors: list[Author] = field(default_factory=list)
    investigators_count: int = 0

    languages: list[str] = field(default_factory=list)
    publication_types: list[Term] = field(default_factory=list)
    mesh: list[MeshHeading] = field(default_factory=list)
    supplementary_concepts: list[SupplementaryConcept] = field(default_factory=list)
    chemicals: list[Chemical] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    gene_symbols: list[str] = field(default_factory=list)
    personal_name_subjects: list[Author] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    databank_ids: list[DatabankId] = field(default_factory=list)
    comments_corrections: list[CommentCorrection] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    general_notes: list[str] = field(default_factory=list)

    medline_status: str | None = None
    indexing_method: str | None = None
    publication_model: str | None = None
    publication_status: str | None = None
    standing: Standing = "journal"
    integrity: Integrity = "current"
    notices: list[Notice] = field(default_factory=list)
    is_notice: bool = False

    #: Elements and RefTypes that this parser does not know, and how often each occurs.
    unknown: dict[str, int] = field(default_factory=dict)
