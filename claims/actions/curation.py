"""What curators enter beside claims and evidence: articles, citations, relations, searches."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.errors import refuse_unless_allowed
from claims.actions.history import because
from claims.actions.verdicts import derive_verdicts
from claims.models import Article, Citation, ClaimRelation, SearchRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Entry = Article | Citation | ClaimRelation


@transaction.atomic
def keep(entry: Entry, *, by: User, now: datetime, why: str = "") -> None:
    """Store an entry, new or changed, once the model finds nothing wrong with it.

    Raises ValidationError, and NotAllowed for someone who may not add or change such entries.
    """
    verb = "add" if entry._state.adding else "change"
    refuse_unless_allowed(by, f"{verb}_{entry._meta.model_name}")
    with because(by, why):
        entry.full_clean()
        entry.save()


@transaction.atomic
def record_search(search: SearchRecord, *, by: User, now: datetime) -> None:
    """Record that the literature was searched for a claim; that alone can change its verdict."""
    refuse_unless_allowed(by, "add_searchrecord")
    search.recorded_by = by
    with because(by, "search recorded"):
        search.full_clean()
        search.save()
    derive_verdicts([search.claim], by=by, now=now)
