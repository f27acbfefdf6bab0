"""How reviewers judge evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.functions import Coalesce

from claims.actions.consensus import settle_consensus
from claims.actions.errors import IllegalChange, refuse_unless_allowed
from claims.actions.evidence import refuse_unless_open_to_evidence
from claims.actions.history import because
from claims.actions.proposals import lock_family_of, propose
from claims.actions.quotes import clean_quotes, status_of
from claims.models import Assessment, EvidenceItem, Quote
from claims.ruleset.vocabulary import AssessmentState

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def submit_assessment(
    item: EvidenceItem,
    *,
    judgement: Mapping[str, Any],
    rationale: str,
    quotes: Collection[str] = (),
    by: User,
    now: datetime,
    actor: str = Assessment.Actor.HUMAN,
) -> Assessment:
    """Submit a judgement of an item: `judgement` maps axes of `Judgement.AXES` to values.

    It takes the place of this reviewer's earlier one, settles the consensus as far as it can be, and
    derives the claim's verdict anew. The same judgement again is the one that is there already.
    Raises IllegalChange for an axis that is none, IllegalQuote, and ValidationError.
    """
    refuse_unless_allowed(by, "add_assessment")
    _refuse_unknown_axes(judgement)
    lock_family_of(item.claim)
    refuse_unless_open_to_evidence(item.claim)
    new = Assessment(item=item, reviewer=by, actor=actor, rationale=rationale.strip(), **judgement)
    new.state, new.submitted_at = AssessmentState.SUBMITTED, now
    texts = clean_quotes(item, quotes)
    earlier = Assessment.objects.current().filter(item=item, reviewer=by).first()
    if earlier and _is_same(earlier, new, texts):
        return earlier
    with because(by, "assessment submitted"):
        if earlier:
            _supersede(earlier, now)
        new.full_clean()
        new.save()
        _store_quotes(new, texts, now)
        settle_consensus([item.pk], now=now)
        propose([item.claim], by=by, now=now)
    return new


def _refuse_unknown_axes(judgement: Mapping[str, Any]) -> None:
    unknown = [axis for axis in judgement if axis not in Assessment.AXES]
    if unknown:
        raise IllegalChange(f"There is no axis {', '.join(unknown)}.")


def _is_same(earlier: Assessment, new: Assessment, quotes: list[str]) -> bool:
    fields = (*Assessment.AXES, "rationale", "state", "actor")
    return all(getattr(earlier, name) == getattr(new, name) for name in fields) and sorted(
        earlier.quotes.values_list("text", flat=True)
    ) == sorted(quotes)


def _supersede(earlier: Assessment, now: datetime) -> None:
    # A draft was never submitted; it gets the time at which it was overtaken.
    Assessment.objects.filter(pk=earlier.pk).update(
        state=AssessmentState.SUPERSEDED, submitted_at=Coalesce("submitted_at", now)
    )


def _store_quotes(assessment: Assessment, quotes: list[str], now: datetime) -> None:
    publication = assessment.item.publication
    Quote.objects.bulk_create(
        Quote(
            assessment=assessment,
            text=text,
            status=status_of(text, publication),
            checked_at=now,
        )
        for text in quotes
    )
