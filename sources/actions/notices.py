"""The notices of many records at once, as PubMed tells them: retractions, corrections, concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Value
from django.db.models.functions import Greatest

from sources.actions.integrity import Key, Told, key_of, key_of_told
from sources.models import IntegrityNotice
from sources.pubmed_xml import PublicationRecord

PUBMED = IntegrityNotice.Source.PUBMED


def note_told(
    records: Mapping[int, PublicationRecord], *, new: Collection[int], as_of: datetime
) -> None:
    """Keep the notices of these publications' records, by primary key; clear those that are gone.

    `new` are publications that can have no notice yet. Must run with the others locked.
    """
    standing = _standing(records.keys() - set(new))
    seen: list[int] = []
    fresh: list[IntegrityNotice] = []
    for publication, record in sorted(records.items()):
        held = standing.get(publication, {})
        for key, told in {key_of_told(PUBMED, each): each for each in told_by(record)}.items():
            known = held.pop(key, None)
            if known is None:
                fresh.append(_notice(publication, told, as_of))
            else:
                seen.append(known.pk)
                _redate(known, told)
    gone = [notice.pk for held in standing.values() for notice in held.values()]
    IntegrityNotice.objects.bulk_create(fresh)
    _see(seen, as_of)
    if gone:
        IntegrityNotice.objects.filter(pk__in=gone).update(cleared_at=as_of)


def see_again(publications: Collection[int], *, as_of: datetime) -> None:
    """Note that PubMed still says of these publications what it said before."""
    standing = IntegrityNotice.objects.standing()
    found = standing.filter(publication__in=publications, source=PUBMED)
    _see(list(found.values_list("pk", flat=True)), as_of)


def told_by(record: PublicationRecord) -> list[Told]:
    return [
        Told(
            kind=notice["kind"],
            pmid=notice["pmid"] or "",
            doi=notice["doi"] or "",
            date=date.fromisoformat(notice["date"]) if notice["date"] else None,
            reference=notice["ref_source"],
        )
        for notice in record.notices
    ]


def _standing(publications: Collection[int]) -> dict[int, dict[Key, IntegrityNotice]]:
    """Return, by publication, PubMed's standing notices by what each says."""
    found: dict[int, dict[Key, IntegrityNotice]] = {}
    if publications:
        standing = IntegrityNotice.objects.standing()
        for notice in standing.filter(publication__in=publications, source=PUBMED):
            found.setdefault(notice.publication_id, {})[key_of(notice)] = notice
    return found


def _notice(publication: int, told: Told, as_of: datetime) -> IntegrityNotice:
    return IntegrityNotice(
        publication_id=publication,
        source=PUBMED,
        kind=told.kind,
        notice_pmid=told.pmid,
        notice_doi=told.doi,
        date=told.date,
        reference=told.reference,
        first_seen_at=as_of,
        last_seen_at=as_of,
    )


def _redate(known: IntegrityNotice, told: Told) -> None:
    if known.date != told.date:
        IntegrityNotice.objects.filter(pk=known.pk).update(date=told.date)


def _see(notices: Collection[int], as_of: datetime) -> None:
    if notices:
        IntegrityNotice.objects.filter(pk__in=notices).update(
            last_seen_at=Greatest("last_seen_at", Value(as_of))
        )
