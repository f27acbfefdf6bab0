"""What a fetched record makes of a publication's row, given what was held of it before."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from sources.actions.upserts import as_array, as_json
from sources.gravity import gravest
from sources.models import Publication
from sources.pubmed_xml import PARSER_VERSION, PublicationRecord

Identity = Publication.Identity
#: Compared anew at each fetch, for what it is compared with may have changed.
IN_DOUBT: Final = (Identity.MISMATCH, Identity.IN_CONFLICT)
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


class Claimed(NamedTuple):
    """The numbers that a row has from now on, and which work it is found to be."""

    doi: str | None
    pmcid: str | None
    identity: str
    basis: str


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
    def text(self) -> str:
        """The row's best identifier, for people."""
        return f"PMID {self.pmid}" if self.pmid else self.pmcid or f"doi:{self.doi}"

    @property
    def age(self) -> tuple[int, date, datetime]:
        """What is less is older: the version, then the day of revision, then when it was seen."""
        return (
            self.record_version or 0,
            self.revised_on or date.min,
            self.fetched_at or LONG_AGO,
        )

    def is_of(self, sha256: str) -> bool:
        """Whether the row holds what the present parser reads from these bytes, and is in no doubt."""
        is_held = self.record_sha256 == sha256 and self.parser_version == PARSER_VERSION
        return is_held and self.identity not in IN_DOUBT

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
    claimed: Claimed,
    *,
    sha256: str,
    as_of: datetime,
    now: datetime,
) -> tuple[Any, ...]:
    """Return the row's values in the order of COLUMNS."""
    seen_at = max(held.fetched_at or as_of, as_of)
    return (
        held.id,
        record.pmid,
        claimed.doi,
        claimed.pmcid,
        *[getattr(record, name) for name in PLAIN],
        *[getattr(record, name) or "" for name in TEXT],
        *[as_json(getattr(record, name)) for name in JSON],
        *[as_array(getattr(record, name)) for name in ARRAYS],
        as_json({name: getattr(record, name) for name in DETAILS}),
        claimed.identity,
        claimed.basis,
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
