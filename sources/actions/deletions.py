"""PMIDs that PubMed takes back: marked, never removed, because a claim may rest on them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pghistory
from django.db import transaction

from sources.models import DeletedPMID, Publication


@transaction.atomic
def note_deletions(
    pmids: Collection[str], *, as_of: datetime, listed_in: str, now: datetime
) -> set[str]:
    """Mark publications whose PMID PubMed listed as deleted at `as_of`; return those that it concerns.

    What was seen alive later stays as it is. Safe to repeat, and in any order.
    """
    held = Publication.objects.filter(pmid__in=pmids).select_for_update(of=("self",), no_key=True)
    seen = dict(held.order_by("pk").values_list("pmid", "fetched_at"))
    alive = {pmid for pmid, fetched_at in seen.items() if fetched_at and fetched_at > as_of}
    gone = set(pmids) - alive
    _list(gone, as_of, listed_in)
    with pghistory.context(reason=f"deleted by PubMed, listed in {listed_in}"):
        Publication.objects.filter(pmid__in=gone, deleted_at=None).update(
            deleted_at=as_of, updated_at=now
        )
    return gone


def _list(pmids: Collection[str], as_of: datetime, listed_in: str) -> None:
    DeletedPMID.objects.bulk_create(
        [DeletedPMID(pmid=pmid, deleted_at=as_of, listed_in=listed_in) for pmid in sorted(pmids)],
        ignore_conflicts=True,
    )
    earlier = DeletedPMID.objects.filter(pmid__in=pmids, deleted_at__lt=as_of)
    earlier.update(deleted_at=as_of, listed_in=listed_in)
