"""Reading files of PubMed records: efetch answers, baseline and update files, packed or not.

A file is known by its bytes. Its records, its counts and how far it has been read change in one
transaction, so a process that dies loses nothing, and the same call goes on where it stopped.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from django.db import DataError, IntegrityError, connection, transaction

from sources.actions.deletions import note_deletions
from sources.actions.storing import Stored, store_publications
from sources.models import BadRecord, FileImport, Publication
from sources.pubmed_xml import (
    PARSER_VERSION,
    Deleted,
    Found,
    Malformed,
    Rejected,
    read,
)

Clock = Callable[[], datetime]
State = FileImport.State

BATCH: Final = 1000
GZIP_MAGIC: Final = b"\x1f\x8b"
#: Whose advisory locks these are; the second number is the import's.
LOCKS: Final = 0x9B3D


class ByteStream(Protocol):
    """What has bytes to read."""

    def read(self, size: int, /) -> bytes: ...


class BeingImported(Exception):
    """Another process is reading the same file."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read. `as_of` None: the file is as old as its date says."""

    only_known: bool = False
    again: bool = False
    as_of: datetime | None = None


def import_file(
    path: Path,
    wish: Wish = Wish(),
    *,
    clock: Clock,
    progress: Callable[[int], object] = lambda size: None,
) -> tuple[FileImport, bool]:
    """Read a file's records into the database; return its import, and whether it was done before.

    `progress` is told of bytes of the file as they are read. What can't be read or stored is kept as a
    BadRecord with its position, and reading goes on. Raises BeingImported, and OSError.
    """
    row = _register(path, wish, clock())
    with _sole_reader(row):
        row.refresh_from_db()
        if row.state == State.RUNNING:
            _Import(row, clock).run(path, progress)
            return row, False
        progress(row.size)
        return row, True


def _register(path: Path, wish: Wish, now: datetime) -> FileImport:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    status = path.stat()
    row, _ = FileImport.objects.get_or_create(
        sha256=sha256,
        only_known=wish.only_known,
        parser_version=PARSER_VERSION,
        defaults={
            "name": path.name,
            "size": status.st_size,
            "as_of": wish.as_of or min(datetime.fromtimestamp(status.st_mtime, UTC), now),
            "started_at": now,
        },
    )
    if wish.again:
        _start_again(row, wish, now)
    return row


def _start_again(row: FileImport, wish: Wish, now: datetime) -> None:
    """Make an import that has ended begin anew; one that was cut off goes on."""
    with transaction.atomic():
        BadRecord.objects.filter(file_import=row).exclude(file_import__state=State.RUNNING).delete()
        FileImport.objects.filter(pk=row.pk).exclude(state=State.RUNNING).update(
            **dict.fromkeys(FileImport.COUNTS, 0),
            as_of=wish.as_of or row.as_of,
            state=State.RUNNING,
            position=0,
            started_at=now,
            finished_at=None,
        )


@contextmanager
def _sole_reader(row: FileImport) -> Iterator[None]:
    """Keep other processes from the same import; a lock of the connection dies with its process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, row.pk])
        [taken] = cursor.fetchone()
    if not taken:
        raise BeingImported(f"{row.name} is being imported by another process.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, row.pk])


@dataclass(slots=True)
class _Batch:
    """What has been read and not stored yet."""

    found: dict[str, Found] = field(default_factory=dict)
    outdone: int = 0
    deleted: list[str] = field(default_factory=list)
    bad: list[Rejected] = field(default_factory=list)
    end: int = 0

    def add(self, entry: Found | Deleted | Rejected) -> None:
        self.end = entry.position + 1
        if isinstance(entry, Rejected):
            self.bad.append(entry)
        elif isinstance(entry, Deleted):
            self.deleted.extend(entry.pmids)
        else:
            self._add_newest(entry)

    def _add_newest(self, entry: Found) -> None:
        """Keep the highest version of a PMID that comes several times."""
        pmid = entry.record.pmid
        other = self.found.get(pmid)
        self.outdone += other is not None
        if other is None or entry.record.version >= other.record.version:
            self.found[pmid] = entry


class _Import:
    """One run over one file."""

    def __init__(self, row: FileImport, clock: Clock) -> None:
        self.row = row
        self.clock = clock

    def run(self, path: Path, progress: Callable[[int], object]) -> None:
        batch = _Batch()
        state = State.DONE
        with _opened(path, progress) as stream:
            try:
                for entry in read(stream):
                    if entry.position >= self.row.position:
                        batch.add(entry)
                    if len(batch.found) >= BATCH:
                        self._store(batch)
                        batch = _Batch()
            except Malformed as error:
                state = State.DAMAGED
                batch.bad.append(Rejected(error.reason, error.position or 0))
        self._store(batch, state)

    @transaction.atomic
    def _store(self, batch: _Batch, state: State = State.RUNNING) -> None:
        row = self.row
        stored = self._store_records(self._asked_for(batch), batch.bad)
        gone = note_deletions(batch.deleted, as_of=row.as_of, listed_in=row.name, now=self.clock())
        row.new += len(stored.new)
        row.changed += len(stored.changed)
        row.unchanged += len(stored.unchanged)
        row.older += len(stored.older) + batch.outdone
        row.deleted += len(gone)
        row.bad += len(batch.bad)
        row.position = max(row.position, batch.end)
        row.state = state
        row.finished_at = None if state == State.RUNNING else self.clock()
        BadRecord.objects.bulk_create(
            [BadRecord(file_import=row, position=b.position, reason=b.reason) for b in batch.bad],
            ignore_conflicts=True,
        )
        row.save()

    def _asked_for(self, batch: _Batch) -> dict[str, Found]:
        if not self.row.only_known:
            return batch.found
        known = Publication.objects.known_of([f.record for f in batch.found.values()])
        self.row.strangers += len(batch.found) - len(known)
        return {pmid: batch.found[pmid] for pmid in known}

    def _store_records(self, found: dict[str, Found], bad: list[Rejected]) -> Stored:
        """Store records; halve what the database refuses until the bad ones stand alone."""
        try:
            with transaction.atomic():
                return store_publications(
                    found,
                    now=self.clock(),
                    as_of=self.row.as_of,
                    why=f"imported from {self.row.name}",
                )
        except (DataError, IntegrityError) as error:
            if len(found) == 1:
                [entry] = found.values()
                reason = f"PMID {entry.record.pmid} cannot be stored: {_first_line(error)}"
                bad.append(Rejected(reason, entry.position))
                return Stored()
        pmids = list(found)
        stored = Stored()
        for half in (pmids[: len(pmids) // 2], pmids[len(pmids) // 2 :]):
            stored.add(self._store_records({pmid: found[pmid] for pmid in half}, bad))
        return stored


class _Counted:
    """A file that tells how much of it is read."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], object]) -> None:
        self.file = file
        self.progress = progress

    def read(self, size: int = -1, /) -> bytes:
        content = self.file.read(size)
        self.progress(len(content))
        return content


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


@contextmanager
def _opened(path: Path, progress: Callable[[int], object]) -> Iterator[ByteStream]:
    """Open a file, unpacked if it is packed, whatever its name."""
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        counted = _Counted(raw, progress)
        yield gzip.GzipFile(fileobj=cast("BinaryIO", counted)) if packed else counted
