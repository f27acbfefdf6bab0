"""Writing records over what was known, many at a time: from a fetch or from a file.

Rows are locked in the order of their keys and inserted in the order of their PMIDs. Whatever somebody
else has brought in meanwhile is looked at again, so that nothing is overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

import pghistory
from django.db import OperationalError, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.db.utils import IntegrityError
from psycopg.errors import DeadlockDetected, UniqueViolation

from sources.actions.links import link_listed_trials
from sources.actions.notices import note_integrity, see_again
from sources.actions.payloads import keep_payloads
from sources.actions.records import COLUMNS, IDENTIFIERS, KEPT, Held, conflicts_of, row
from sources.actions.upserts import Incoming
from sources.models import DeletedPMID, Payload, Publication, Service
from sources.pubmed_xml import PARSER_VERSION, PublicationRecord

#: How often a batch is tried when others write the same identifiers at the same time.
TRIES: Final = 5


class WithRaw(Protocol):
    """A record and the bytes that it was read from."""

    @property
    def record(self) -> PublicationRecord: ...
    @property
    def raw(self) -> bytes: ...


class Read(NamedTuple):
    """A record with its bytes and their sha256."""

    record: PublicationRecord
    raw: bytes
    sha256: str


@dataclass(slots=True)
class Stored:
    """What became of records, by PMID."""

    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    #: Left alone: what is held is newer, or PubMed has deleted the PMID since.
    older: set[str] = field(default_factory=set)


def store_publications(
    records: Mapping[str, WithRaw],
    *,
    now: datetime,
    as_of: datetime | None = None,
    why: str = "fetched from PubMed",
) -> Stored:
    """Write records, by PMID, over what was known of them.

    `as_of` is when PubMed was as the records say, if that is not `now`. A record that is older than
    what is held (its version, then its DateRevised, then `as_of`) changes nothing; one with the same
    bytes changes no more than the time at which it was seen. Safe to repeat.
    """
    seen = as_of or now
    wanted = {
        pmid: Read(found.record, found.raw, Payload.digest(found.raw))
        for pmid, found in sorted(records.items())
    }
    stored = Stored()
    stored.unchanged = _held_already(wanted, seen)
    left = {pmid: read for pmid, read in wanted.items() if pmid not in stored.unchanged}
    with pghistory.context(reason=why):
        for tries_left in reversed(range(TRIES)):
            if not left:
                break
            try:
                with transaction.atomic():
                    done = _Batch(left, as_of=seen, now=now).store(stored)
            except (IntegrityError, OperationalError) as error:
                if not tries_left or not _was_in_the_way(error):
                    raise
            else:
                left = {pmid: read for pmid, read in left.items() if pmid not in done}
    return stored


def _was_in_the_way(error: Exception) -> bool:
    """Whether somebody else wrote the same identifiers at the same time."""
    return isinstance(error.__cause__, UniqueViolation | DeadlockDetected)


def _held_already(wanted: Mapping[str, Read], as_of: datetime) -> set[str]:
    """Return the PMIDs whose bytes are held, and were seen at `as_of` or later: nothing is to do."""
    held = Publication.objects.filter(pmid__in=list(wanted), parser_version=PARSER_VERSION)
    rows = held.filter(fetched_at__gte=as_of, deleted_at=None).values_list("pmid", "record_sha256")
    return {pmid for pmid, sha256 in rows.iterator() if pmid and wanted[pmid].sha256 == sha256}
