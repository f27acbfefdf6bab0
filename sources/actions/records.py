"""What a fetched record makes of a publication's row, given what was held of it before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from sources.actions.upserts import as_array, as_json
from sources.gravity import gravest
from sources.models import Publication
from sources.pubmed_xml import PARSER_VERSION, PublicationRecord
from sources.titles import same_title

Identity = Publication.Identity
Conflict = dict[str, str]
BY_REVIEWER: Final = "reviewer"

IDENTIFIERS: Final = ("pmid", "doi", "pmcid")
#: Columns that a record fills as they are.
PLAIN: Final = (
    "title",
    "title_html",
    "abstract_state",
    "year",
    "month",
    "day",
    "standing",
)
JSON: Final = (
    "abstract_sections",
    "other_abstracts",
    "authors",
    "publication_types",
    "mesh",
    "grants",
    "databank_ids",
    "comments_corrections",
)
ARRAYS: Final = ("keywords", "languages")
#: Text columns that are empty where the record has None.
TEXT: Final = (
    "vernacular_title",
    "journal",
    "journal_iso",
    "issn",
    "volume",
    "issue",
    "pages",
    "medline_date",
    "medline_status",
)
#: What has a column, or a table, of its own; the rest of a record goes to `details`.
ELSEWHERE: Final = {*PLAIN, *JSON, *ARRAYS, *TEXT, *IDENTIFIERS, "integrity", "notices"}
DETAILS: Final = tuple(
    field.name for field in dataclasses.fields(PublicationRecord) if field.name not in ELSEWHERE
)
COLUMNS: Final = (
    "id",
    *IDENTIFIERS,
    *PLAIN,
    *TEXT,
    *JSON,
    *ARRAYS,
    "details",
    "identity",
    "identity_basis",
    "pubmed_integrity",
    "pubmed_checked_at",
    "integrity",
    "integrity_checked_at",
    "fetched_at",
    "parser_version",
    "record_sha256",
    "record_version",
    "revised_on",
    "deleted_at",
    "created_at",
    "updated_at",
)
#: What a record may not change in a row that is there already.
KEPT: Final = {"id", "created_at"}

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Held(NamedTuple):
    """What has to be known of a row before a record is written over it. `id` None: there is none."""

    id: int | None = None
    pmid: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    record_sha256: str = ""
    parser_version: str = ""
    record_version: int | None = None
    revised_on: date | None = None
    fetched_at: datetime | None = None
    deleted_at: datetime | None = None
    identity: str = Identity.UNCONFIRMED
    identity_basis: str = ""
    expected_title: str = ""
    crossref_integrity: str = Publication.Integrity.UNKNOWN
    crossref_checked_at: datetime | None = None

    @property
    def public_id(self) -> str:
        return self.pmid or self.pmcid or self.doi or ""

    @property
    def age(self) -> tuple[int, date, datetime]:
        """What is less is older: the version, then the day of revision, then when it was seen."""
        return (
            self.record_version or 0,
            self.revised_on or date.min,
            self.fetched_at or LONG_AGO,
        )

    def is_of(self, sha256: str) -> bool:
        """Whether the row holds what the present parser reads from these bytes."""
        return self.record_sha256 == sha256 and self.parser_version == PARSER_VERSION

    def is_newer_than(self, record: PublicationRecord, sha256: str, as_of: datetime) -> bool:
        if self.deleted_at and self.deleted_at >= as_of:
            return True
        if self.record_sha256 == sha256:
            return False
        return self.age > (record.version, revised_on(record) or date.min, as_of)


def revised_on(record: PublicationRecord) -> date | None:
    return date.fromisoformat(record.date_revised) if record.date_revised else None


def row_of(
    record: PublicationRecord,
    held: Held,
    conflicts: list[Conflict],
    *,
    sha256: str,
    as_of: datetime,
    now: datetime,
) -> tuple[Any, ...]:
    """Return the row's values in the order of COLUMNS."""
    identity, basis = identify(held, record)
    in_dispute = {conflict["field"] for conflict in conflicts}
    seen_at = max(held.fetched_at or as_of, as_of)
    return (
        held.id,
        record.pmid,
        held.doi if "doi" in in_dispute else record.doi or held.doi,
        held.pmcid if "pmcid" in in_dispute else record.pmcid or held.pmcid,
        *[getattr(record, name) for name in PLAIN],
        *[getattr(record, name) or "" for name in TEXT],
        *[as_json(getattr(record, name)) for name in JSON],
        *[as_array(getattr(record, name)) for name in ARRAYS],
        as_json({name: getattr(record, name) for name in DETAILS} | {"conflicts": conflicts}),
        identity,
        basis,
        record.integrity,
        seen_at,
        gravest(record.integrity, held.crossref_integrity),
        max(seen_at, held.crossref_checked_at or seen_at),
        seen_at,
        PARSER_VERSION,
        sha256,
        record.version,
        revised_on(record),
        None,
        now,
        now,
    )


def identify(held: Held, record: PublicationRecord) -> tuple[str, str]:
    """Compare the fetched title with the one a curator expected: (identity, its basis)."""
    if held.identity_basis.startswith(BY_REVIEWER):
        return held.identity, held.identity_basis
    if held.expected_title and not _matches(held.expected_title, record):
        return Identity.MISMATCH, held.identity_basis
    if held.identity == Identity.CONFIRMED:
        return held.identity, held.identity_basis
    return Identity.CONFIRMED, "title_at_fetch" if held.expected_title else "fetched"


def _matches(expected: str, record: PublicationRecord) -> bool:
    titles = (record.title, record.vernacular_title, record.book_title)
    return any(same_title(expected, title) for title in titles if title)


def conflicts_of(
    record: PublicationRecord, held: Held, holders: Mapping[tuple[str, str], str]
) -> list[Conflict]:
    """Return the identifiers of a record that another publication has: neither is given up for it.

    `holders` says which publication has a (field, value), by the identifier in its address.
    """
    found = []
    for field in ("doi", "pmcid"):
        value = getattr(record, field)
        holder = holders.get((field, value)) if value else None
        if holder and holder != record.pmid and getattr(held, field) != value:
            found.append({"field": field, "value": value, "also_of": holder})
    return found
