"""Notices against or about publications, each as its source tells it, and asking the sources again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from typing import Final

import pghistory

from sources.actions.payloads import keep_payloads
from sources.crossref import FetchedWork
from sources.crossref_json import Updates
from sources.models import IntegrityNotice, Publication, Service

WEIGHED: Final = (
    "crossref_integrity",
    "crossref_checked_at",
    "integrity",
    "integrity_checked_at",
    "updated_at",
)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as one source tells it now."""

    kind: str
    pmid: str = ""
    doi: str = ""
    date: Date | None = None
    reference: str = ""


def note_integrity(
    publication: Publication,
    source: IntegrityNotice.Source,
    told: Collection[Told],
    *,
    now: datetime,
) -> bool:
    """Write what this source tells now beside what it told before; return whether there was news.

    A notice that it no longer tells is cleared and kept. Must run with the publication locked. Safe
    to repeat: the same notices change nothing but when they were last seen.
    """
    before = publication.notices.standing().filter(source=source)
    standing = {key_of(notice): notice for notice in before}
    news = False
    for key, notice in {key_of_told(source, each): each for each in told}.items():
        known = standing.pop(key, None)
        news |= known is None
        _see(
            known or IntegrityNotice(publication=publication, first_seen_at=now),
            notice,
            source,
            now,
        )
    gone = [notice.pk for notice in standing.values()]
    IntegrityNotice.objects.filter(pk__in=gone).update(cleared_at=now)
    return news or bool(gone)


def store_work(fetched: FetchedWork, *, now: datetime) -> Publication | None:
    """Write what Crossref says of a work; return its publication, None if nobody here has this DOI.

    The bytes are kept when they bring news: with every count of citations a reply is another one.
    """
    publication = (
        Publication.objects.select_for_update(of=("self",)).filter(doi=fetched.doi).first()
    )
    if publication is None:
        return None
    source = IntegrityNotice.Source.CROSSREF
    news = note_integrity(publication, source, _told(fetched.updates), now=now)
    if news or publication.crossref_checked_at is None:
        keep_payloads(Service.CROSSREF, {fetched.doi: b"\n".join(fetched.raw)}, now=now)
    publication.crossref_integrity = fetched.updates.integrity
    publication.crossref_checked_at = now
    publication.weigh_integrity()
    with pghistory.context(reason="checked in Crossref"):
        publication.save(update_fields=WEIGHED)
    return publication


def _told(updates: Updates) -> list[Told]:
    return [
        Told(
            kind=notice.kind,
            doi=notice.doi or "",
            date=_whole_date(notice.date or ""),
            reference=notice.reference,
        )
        for notice in updates.notices
    ]


def _whole_date(written: str) -> Date | None:
    """Return the date unless it is partial: no day is made up."""
    return Date.fromisoformat(written) if len(written) == len("2010-02-06") else None


def _see(
    notice: IntegrityNotice, told: Told, source: IntegrityNotice.Source, now: datetime
) -> None:
    notice.source, notice.kind = source, told.kind
    notice.notice_pmid, notice.notice_doi = told.pmid, told.doi
    notice.date, notice.reference = told.date, told.reference
    notice.last_seen_at = now
    notice.save()


def key_of_told(source: str, told: Told) -> Key:
    """What makes it the same notice at the next check, whatever else is said of it by then."""
    # Crossref's reference names who says so, and the second to say so makes no second notice.
    by_doi = source == IntegrityNotice.Source.CROSSREF and told.doi
    return (told.kind, told.pmid, told.doi, "" if by_doi else told.reference)


def key_of(notice: IntegrityNotice) -> Key:
    told = Told(notice.kind, notice.notice_pmid, notice.notice_doi, None, notice.reference)
    return key_of_told(notice.source, told)
