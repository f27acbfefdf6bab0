"""Notices against or about publications, each as its source tells it, and asking the sources again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from sources.models import IntegrityNotice, Publication


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
    standing = {_key_of(notice): notice for notice in before}
    news = False
    for key, notice in {_key(source, each): each for each in told}.items():
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


def _see(
    notice: IntegrityNotice, told: Told, source: IntegrityNotice.Source, now: datetime
) -> None:
    notice.source, notice.kind = source, told.kind
    notice.notice_pmid, notice.notice_doi = told.pmid, told.doi
    notice.date, notice.reference = told.date, told.reference
    notice.last_seen_at = now
    notice.save()


def _key(source: str, told: Told) -> tuple[str, ...]:
    """What makes it the same notice at the next check, whatever else is said of it by then."""
    # Crossref's reference names who says so, and the second to say so makes no second notice.
    by_doi = source == IntegrityNotice.Source.CROSSREF and told.doi
    return (told.kind, told.pmid, told.doi, "" if by_doi else told.reference)


def _key_of(notice: IntegrityNotice) -> tuple[str, ...]:
    told = Told(notice.kind, notice.notice_pmid, notice.notice_doi, None, notice.reference)
    return _key(notice.source, told)
