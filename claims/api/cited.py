"""How a publication or a trial is cited inside other shapes; read from rows, not from whole records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

from claims.api import addresses, words

Row = Mapping[str, Any]

PUBLICATION = (
    "pk",
    "pmid",
    "doi",
    "pmcid",
    "title",
    "expected_title",
    "authors__0",
    "expected_first_author",
    "journal",
    "year",
    "volume",
    "issue",
    "pages",
    "integrity",
    "identity",
    "abstract_state",
    "fetched_at",
)
TRIAL = ("pk", "registry_id", "registry", "acronym", "title", "status", "identity", "fetched_at")


class PublicationCitationJSON(TypedDict):
    """A publication as far as one cites it. What is not known is null."""

    pmid: str | None
    doi: str | None
    pmcid: str | None
    url: words.URL
    title: Annotated[str, "Plain text; before the first fetch as curators have it."]
    first_author: str | None
    journal: str | None
    year: int | None
    volume: str | None
    issue: str | None
    pages: str | None
    integrity: words.Integrity
    identity: words.PublicationIdentity
    abstract_state: words.AbstractState
    fetched_at: datetime | None
    api_url: words.URL


class TrialCitationJSON(TypedDict):
    """A trial as far as one cites it."""

    id: Annotated[str, "The registry's id."]
    registry: words.Registry
    url: words.URL
    acronym: str | None
    title: str | None
    status: Annotated[str | None, "In the registry's words."]
    identity: words.TrialIdentity
    fetched_at: datetime | None
    api_url: words.URL


def publication(row: Row, prefix: str = "publication__") -> PublicationCitationJSON | None:
    """Return the citation in a row that has PUBLICATION under a prefix; None when there is none."""
    if row[f"{prefix}pk"] is None:
        return None
    pmid, doi, pmcid = (row[f"{prefix}{name}"] for name in ("pmid", "doi", "pmcid"))
    path = addresses.publication(pmid or pmcid or doi or f"merged-{row[f'{prefix}pk']}")
    return {
        "pmid": pmid,
        "doi": doi,
        "pmcid": pmcid,
        "url": addresses.site(f"/{path}"),
        "title": row[f"{prefix}title"] or row[f"{prefix}expected_title"],
        "first_author": _name(row[f"{prefix}authors__0"])
        or row[f"{prefix}expected_first_author"]
        or None,
        "journal": row[f"{prefix}journal"] or None,
        "year": row[f"{prefix}year"],
        "volume": row[f"{prefix}volume"] or None,
        "issue": row[f"{prefix}issue"] or None,
        "pages": row[f"{prefix}pages"] or None,
        "integrity": row[f"{prefix}integrity"],
        "identity": row[f"{prefix}identity"],
        "abstract_state": row[f"{prefix}abstract_state"],
        "fetched_at": row[f"{prefix}fetched_at"],
        "api_url": addresses.api(path),
    }


def trial(row: Row, prefix: str = "trial__") -> TrialCitationJSON | None:
    """Return the citation in a row that has TRIAL under a prefix; None when there is none."""
    if row[f"{prefix}pk"] is None:
        return None
    path = addresses.trial(row[f"{prefix}registry_id"])
    return {
        "id": row[f"{prefix}registry_id"],
        "registry": row[f"{prefix}registry"],
        "url": addresses.site(f"/{path}"),
        "acronym": row[f"{prefix}acronym"] or None,
        "title": row[f"{prefix}title"] or None,
        "status": row[f"{prefix}status"] or None,
        "identity": row[f"{prefix}identity"],
        "fetched_at": row[f"{prefix}fetched_at"],
        "api_url": addresses.api(path),
    }


def _name(author: Row | None) -> str | None:
    """Return the family name of a person or the name of a group."""
    return (author.get("family") or author.get("collective")) if author else None
