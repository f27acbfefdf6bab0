"""What should not be, and what no constraint can forbid: looked for by a command and on the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from claims.models.anchor import ClaimAnchor
from claims.models.assessment import Quote
from claims.models.claim import Claim
from claims.models.evidence import EvidenceItem
from claims.models.verdict import Verdict

SOURCES: Final = ("claim", "publication", "trial")


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A kind of inconsistency: its name, the rows that show it, and the claim each row is about."""

    name: str
    rows: Callable[[], models.QuerySet[Any]]
    claim_of: Callable[[Any], Claim]


INCONSISTENCIES: Final = (
    Inconsistency(
        "claims without a verdict", lambda: Claim.objects.without_verdict(), lambda claim: claim
    ),
    Inconsistency(
        "published claims without counted evidence",
        lambda: Claim.objects.published_without_counted_evidence(),
        lambda claim: claim,
    ),
    Inconsistency(
        "compound claims with fewer than two parts",
        lambda: Claim.objects.missing_parts(),
        lambda claim: claim,
    ),
    Inconsistency(
        "claims without a place in their article",
        lambda: Claim.objects.without_place(),
        lambda claim: claim,
    ),
    Inconsistency(
        "anchors that were not found, or found twice",
        lambda: ClaimAnchor.objects.lost().select_related("claim"),
        lambda anchor: anchor.claim,
    ),
    Inconsistency(
        "counted evidence items whose record was never fetched",
        lambda: EvidenceItem.objects.counted_but_never_fetched().select_related(*SOURCES),
        lambda item: item.claim,
    ),
    Inconsistency(
        "evidence items whose record is another work than was meant",
        lambda: EvidenceItem.objects.leaning_on_another_work().select_related(*SOURCES),
        lambda item: item.claim,
    ),
    Inconsistency(
        "quotes that do not stand in their source",
        lambda: Quote.objects.broken().select_related("assessment__item__claim"),
        lambda quote: quote.assessment.item.claim,
    ),
    Inconsistency(
        "verdicts whose grounds have changed since they were approved",
        lambda: Verdict.objects.stale().for_list().select_related("claim"),
        lambda verdict: verdict.claim,
    ),
)
