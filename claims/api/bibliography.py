"""The parts of a publication's shape: authors, abstract, terms, notices, ties to other records.

What comes out of a JSON column is copied key by key, so the shape holds whatever a parser adds.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, TypedDict

from claims.api import addresses, words
from sources.models import IdentityConflict, IntegrityNotice, Report
from sources.models.checked import SourceCheck

Stored = Mapping[str, Any]


class AbstractSectionJSON(TypedDict):
    """A part of the abstract: `label` is the journal's heading, `category` NLM's."""

    label: str | None
    category: str | None
    text: str
    html: Annotated[str, "With i, b, sup, sub and u only."]


class AuthorJSON(TypedDict):
    """A person, or a group (collective), in the order of the byline."""

    family: str | None
    given: str | None
    initials: str | None
    suffix: str | None
    collective: str | None
    orcid: str | None
    affiliations: list[str]


class TermJSON(TypedDict):
    """A controlled term of NLM."""

    ui: str
    name: str


class QualifierJSON(TypedDict):
    """What a heading is narrowed to."""

    ui: str
    name: str
    major: bool


class MeshHeadingJSON(TypedDict):
    """A MeSH heading; major if it, or any of its qualifiers, is a main topic."""

    ui: str
    name: str
    major: bool
    qualifiers: list[QualifierJSON]


class DatabankIDJSON(TypedDict):
    """An accession that the record names: `databank` if an indexer listed it, `abstract` if only the text does."""

    bank: str
    accession: str
    origin: str


class ReportedTrialJSON(TypedDict):
    """A trial that the publication reports."""

    id: str
    acronym: str | None
    role: words.ReportRole


class NoticeJSON(TypedDict):
    """A notice that stands against or about the publication."""

    kind: words.NoticeKind
    pmid: str | None
    doi: str | None
    date: date | None
    source: words.NoticeSource
    first_seen_at: datetime
    last_seen_at: datetime


class IntegrityCheckJSON(TypedDict):
    """What one source says, and when it was last asked; null: never, and then it says nothing."""

    source: words.NoticeSource
    integrity: words.Integrity
    checked_at: datetime | None


class ConflictJSON(TypedDict):
    """An open doubt about which work this is: what is stored here, and what the service says."""

    kind: words.ConflictKind
    ours: str
    ours_from: str
    theirs: str
    theirs_from: str
    other: Annotated[str | None, "Path of the other publication, if two are involved."]
    found_at: datetime


class CommentCorrectionJSON(TypedDict):
    """A tie to another record, in PubMed's words."""

    ref_type: str
    pmid: str | None
    ref_source: str


def conflict(row: IdentityConflict) -> ConflictJSON:
    other = row.other_publication
    return {
        "kind": row.kind,
        "ours": row.ours,
        "ours_from": row.ours_from,
        "theirs": row.theirs,
        "theirs_from": row.theirs_from,
        "other": f"/{addresses.publication(other.public_id)}" if other else None,
        "found_at": row.found_at,
    }


def section(row: Stored) -> AbstractSectionJSON:
    return {
        "label": row.get("label"),
        "category": row.get("category"),
        "text": row["text"],
        "html": row["html"],
    }


def author(row: Stored) -> AuthorJSON:
    return {
        "family": row.get("family"),
        "given": row.get("given"),
        "initials": row.get("initials"),
        "suffix": row.get("suffix"),
        "collective": row.get("collective"),
        "orcid": row.get("orcid"),
        "affiliations": row.get("affiliations", []),
    }


def term(row: Stored) -> TermJSON:
    return {"ui": row["ui"], "name": row["name"]}


def heading(row: Stored) -> MeshHeadingJSON:
    return {
        "ui": row["ui"],
        "name": row["name"],
        "major": row["major"],
        "qualifiers": [_qualifier(qualifier) for qualifier in row["qualifiers"]],
    }


def _qualifier(row: Stored) -> QualifierJSON:
    return {"ui": row["ui"], "name": row["name"], "major": row["major"]}


def databank_id(row: Stored) -> DatabankIDJSON:
    return {"bank": row["bank"], "accession": row["accession"], "origin": row["origin"]}


def trial(report: Report) -> ReportedTrialJSON:
    return {
        "id": report.trial.registry_id,
        "acronym": report.trial.acronym or None,
        "role": report.role,
    }


def notice(found: IntegrityNotice) -> NoticeJSON:
    return {
        "kind": found.kind,
        "pmid": found.notice_pmid or None,
        "doi": found.notice_doi or None,
        "date": found.date,
        "source": found.source,
        "first_seen_at": found.first_seen_at,
        "last_seen_at": found.last_seen_at,
    }


def check(found: SourceCheck) -> IntegrityCheckJSON:
    return {
        "source": found.source,
        "integrity": found.integrity,
        "checked_at": found.checked_at,
    }


def tie(row: Stored) -> CommentCorrectionJSON:
    return {
        "ref_type": row["ref_type"],
        "pmid": row.get("pmid"),
        "ref_source": row["ref_source"],
    }
