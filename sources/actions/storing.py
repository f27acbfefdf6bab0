"""Writing records over what was known, many at a time: from a fetch or from a file.

Rows are locked in the order of their keys and inserted in the order of their PMIDs. Whatever somebody
else has brought in meanwhile is looked at again, so that nothing is overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

import pghistory
from django.db import OperationalError, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.db.utils import IntegrityError
from psycopg.errors import DeadlockDetected, UniqueViolation

from sources.actions.identity import Comparison, note_conflicts
from sources.actions.links import link_listed_trials
from sources.actions.notices import note_told, see_again
from sources.actions.payloads import keep_payloads
from sources.actions.records import COLUMNS, IDENTIFIERS, IN_DOUBT, KEPT, Held, row_of
from sources.actions.upserts import Incoming
from sources.models import DeletedPMID, Payload, Publication, Service
from sources.pubmed_xml import PARSER_VERSION, PublicationRecord

#: How often a batch is tried when others write the same identifiers at the same time.
TRIES: Final = 5


class InTheWay(Exception):
    """Somebody else wrote the same identifiers at the same time; look again at what is held."""


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

    def add(self, other: Stored) -> None:
        for ours, theirs in zip(self._all(), other._all(), strict=True):
            ours |= theirs

    def _all(self) -> tuple[set[str], ...]:
        return (self.new, self.changed, self.unchanged, self.older)


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
        for tries_left in reversed(range(TRIES if left else 0)):
            try:
                with transaction.atomic():
                    done = _Batch(left, as_of=seen, now=now).store()
            except (InTheWay, IntegrityError, OperationalError) as error:
                if not tries_left or not _was_in_the_way(error):
                    raise
            else:
                stored.add(done)
                break
    return stored


def _was_in_the_way(error: Exception) -> bool:
    """Whether somebody else wrote the same identifiers at the same time."""
    cause = error.__cause__
    return isinstance(error, InTheWay) or isinstance(cause, UniqueViolation | DeadlockDetected)


def _held_already(wanted: Mapping[str, Read], as_of: datetime) -> set[str]:
    """Return the PMIDs whose bytes are held, and were seen at `as_of` or later: nothing is to do."""
    held = Publication.objects.filter(pmid__any_of=list(wanted), parser_version=PARSER_VERSION)
    sure = held.exclude(identity__in=IN_DOUBT)
    rows = sure.filter(fetched_at__gte=as_of, deleted_at=None).values_list("pmid", "record_sha256")
    return {pmid for pmid, sha256 in rows.iterator() if pmid and wanted[pmid].sha256 == sha256}


class _Batch:
    """One try at storing records, within one transaction."""

    def __init__(self, reads: Mapping[str, Read], *, as_of: datetime, now: datetime) -> None:
        self.reads = reads
        self.as_of = as_of
        self.now = now

    def store(self) -> Stored:
        """Store what nobody else is in the way of, and say what became of it."""
        held, compared = self._lock()
        done = Stored()
        done.older = self._older(held)
        wanted = self.reads.keys() - done.older
        done.unchanged = {p for p in wanted if held[p].is_of(self.reads[p].sha256)}
        self._see_again([pk for p in done.unchanged if (pk := held[p].id)])
        keys = self._write({p: held[p] for p in sorted(wanted - done.unchanged)}, compared)
        done.new = {pmid for pmid in keys if held[pmid].id is None}
        done.changed = keys.keys() - done.new
        self._follow(keys, done.new)
        return done

    def _lock(self) -> tuple[dict[str, Held], Comparison]:
        """Return, by PMID, the rows that the records are about, and what to compare them with.

        A row known by DOI or PMCID alone is taken on.
        """
        wanted = {
            name: [value for r in self.reads.values() if (value := getattr(r.record, name))]
            for name in IDENTIFIERS
        }
        rows = Publication.objects.about(wanted).select_for_update(of=("self",), no_key=True)
        found = [Held(*values) for values in rows.order_by("pk").values_list(*Held._fields)]
        known = {row.pmid: row for row in found if row.pmid}
        nameless = [row for row in found if not row.pmid]
        return {p: known.get(p) or self._taken_on(p, nameless) for p in self.reads}, Comparison(
            found
        )

    def _taken_on(self, pmid: str, nameless: list[Held]) -> Held:
        """Return, and take off the list, the row without a PMID that has the record's DOI or PMCID."""
        record = self.reads[pmid].record
        for row in nameless:
            if (record.doi and row.doi == record.doi) or (
                record.pmcid and row.pmcid == record.pmcid
            ):
                nameless.remove(row)
                return row
        return Held()

    def _older(self, held: Mapping[str, Held]) -> set[str]:
        """Return the PMIDs of which something newer is known, be it that they were deleted."""
        deleted = DeletedPMID.objects.since(self.reads, self.as_of)
        return {
            pmid
            for pmid, read in self.reads.items()
            if (pmid in deleted and held[pmid].id is None)
            or held[pmid].is_newer_than(read.record, read.sha256, self.as_of)
        }

    def _see_again(self, keys: Collection[int]) -> None:
        """Note that PubMed still says the same of these publications."""
        if not keys:
            return
        seen = Publication.objects.filter(pk__in=keys)
        seen.update(
            fetched_at=_at_least("fetched_at", self.as_of),
            pubmed_checked_at=_at_least("pubmed_checked_at", self.as_of),
            integrity_checked_at=_at_least("integrity_checked_at", self.as_of),
            updated_at=self.now,
            deleted_at=None,
        )
        see_again(keys, as_of=self.as_of)
        link_listed_trials(seen.exclude(databank_ids=[]).values_list("pk", "databank_ids"))

    def _write(self, held: Mapping[str, Held], compared: Comparison) -> dict[str, int]:
        """Write the rows; return the primary keys, by PMID, of those that were written."""
        if not held:
            return {}
        incoming = Incoming(Publication, COLUMNS)
        judged = {p: compared.judge(held[p], self.reads[p].record) for p in held}
        incoming.copy(
            row_of(
                self.reads[pmid].record,
                held[pmid],
                claimed,
                sha256=self.reads[pmid].sha256,
                as_of=self.as_of,
                now=self.now,
            )
            for pmid, (claimed, _) in judged.items()
        )
        inserted = incoming.insert(key="pmid", only="id IS NULL", returning=("pmid", "id"))
        if any(each.id for each in held.values()):
            incoming.update(columns=[name for name in COLUMNS if name not in KEPT])
        keys = dict(inserted) | {pmid: each.id for pmid, each in held.items() if each.id}
        if keys.keys() != held.keys():
            raise InTheWay("Somebody else has made some of these records known meanwhile.")
        note_conflicts({p: found for p, (_, found) in judged.items()}, keys, now=self.now)
        return keys

    def _follow(self, keys: Mapping[str, int], new: Collection[str]) -> None:
        """Write what hangs on the publications: notices, trials, bytes."""
        records = {pk: self.reads[pmid].record for pmid, pk in keys.items()}
        note_told(records, new=[keys[pmid] for pmid in new], as_of=self.as_of)
        link_listed_trials((pk, record.databank_ids) for pk, record in records.items())
        keep_payloads(Service.PUBMED, {pmid: self.reads[pmid].raw for pmid in keys}, now=self.as_of)
        DeletedPMID.objects.of(keys).delete()


def _at_least(name: str, moment: datetime) -> Greatest:
    return Greatest(name, Value(moment))
