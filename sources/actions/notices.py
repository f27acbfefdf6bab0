"""The notices that PubMed ties to its records: retractions, corrections, concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Value
from django.db.models.functions import Greatest

from sources.models import IntegrityNotice
from sources.pubmed_xml import PublicationRecord

Key = tuple[str, str, str, str]
PUBMED = IntegrityNotice.Source.PUBMED


def note_integrity(
    records: Mapping[int, PublicationRecord], *, new: Collection[int], as_of: datetime
) -> None:
    """Keep the notices of these publications' records, by primary key; clear those that are gone.

    `new` are publications that can have no notice yet.
    """
    standing = _standing(records.keys() - set(new))
    seen: list[int] = []
    fresh: list[IntegrityNotice] = []
    for publication, record in sorted(records.items()):
        for notice in _notices(publication, record, as_of):
            known = standing.get(publication, {}).pop(_key(notice), None)
            if known is None:
                fresh.append(notice)
            else:
                seen.append(known)
    gone = [pk for notices in standing.values() for pk in notices.values()]
    IntegrityNotice.objects.bulk_create(fresh)
    _see(seen, as_of)
    IntegrityNotice.objects.filter(pk__in=gone).update(cleared_at=as_of)


def see_again(publications: Collection[int], *, as_of: datetime) -> None:
    """Note that PubMed still says of these publications what it said before."""
    standing = IntegrityNotice.objects.standing()
    found = standing.filter(publication__in=publications, source=PUBMED)
    _see(list(found.order_by("pk").values_list("pk", flat=True)), as_of)


def _standing(publications: Collection[int]) -> dict[int, dict[Key, int]]:
    """Return, by publication, PubMed's standing notices: what each says, to its primary key."""
    found: dict[int, dict[Key, int]] = {}
    if publications:
        standing = IntegrityNotice.objects.standing()
        for notice in standing.filter(publication__in=publications, source=PUBMED):
            found.setdefault(notice.publication_id, {})[_key(notice)] = notice.pk
    return found


def _notices(
    publication: int, record: PublicationRecord, as_of: datetime
) -> Collection[IntegrityNotice]:
    """Return what the record says, each notice once."""
    notices = [
        IntegrityNotice(
            publication_id=publication,
            kind=notice["kind"],
            notice_pmid=notice["pmid"] or "",
            notice_doi=notice["doi"] or "",
            date=date.fromisoformat(notice["date"]) if notice["date"] else None,
            source=PUBMED,
            reference=notice["ref_source"],
            first_seen_at=as_of,
            last_seen_at=as_of,
        )
        for notice in record.notices
    ]
    return {_key(notice): notice for notice in notices}.values()


def _see(notices: Collection[int], as_of: datetime) -> None:
    if notices:
        IntegrityNotice.objects.filter(pk__in=notices).update(
            last_seen_at=Greatest("last_seen_at", Value(as_of))
        )


def _key(notice: IntegrityNotice) -> Key:
    return (notice.kind, notice.notice_pmid, notice.notice_doi, notice.reference)
