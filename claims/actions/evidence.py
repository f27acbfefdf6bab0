"""What bears on a claim: findings of publications and trials."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.errors import IllegalChange, refuse_unless_allowed
from claims.actions.history import because
from claims.actions.proposals import lock_family_of, propose
from claims.models import Claim, EvidenceItem
from claims.ruleset.vocabulary import Checkability, ClaimState
from sources.models import Publication, Trial

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def add_evidence(
    claim: Claim,
    *,
    publication: Publication | None = None,
    trial: Trial | None = None,
    finding: str,
    origin: str,
    by: User,
    now: datetime,
) -> EvidenceItem:
    """Tie a finding of a publication or a trial to a claim.

    Raises IllegalChange if the claim takes no evidence, and ValidationError for a finding that is
    tied to it already or names no source.
    """
    refuse_unless_allowed(by, "add_evidenceitem")
    lock_family_of(claim)
    refuse_unless_open_to_evidence(claim)
    item = EvidenceItem(
        claim=claim,
        publication=publication,
        trial=trial,
        finding=finding.strip(),
        origin=origin,
        added_by=by,
        added_at=now,
    )
    item.full_clean()
    with because(by, "evidence added"):
        item.save()
        propose([claim], by=by, now=now)
    return item


def refuse_unless_open_to_evidence(claim: Claim) -> None:
    """Raise IllegalChange for a compound claim, one that cannot be checked, or one withdrawn."""
    stored = Claim.objects.get(pk=claim.pk)
    if stored.state == ClaimState.WITHDRAWN:
        raise IllegalChange(f"{stored.public_id} is withdrawn.")
    if stored.checkability != Checkability.CHECKABLE:
        raise IllegalChange(f"{stored.public_id} cannot be checked, so nothing bears on it.")
    if stored.parts.exists():
        raise IllegalChange(
            f"{stored.public_id} is a compound claim; tie the evidence to one of its parts."
        )
