"""Why an item counts or does not: the codes of the trace, and the same in words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from claims.ruleset.inputs import Item, Judgement
from claims.ruleset.tiers import BACKGROUND_DESIGNS
from claims.ruleset.vocabulary import (
    FindingRole,
    Identity,
    Integrity,
    Stance,
    Tier,
)


class Reason(StrEnum):
    DECISIVE = "decisive"
    CONTRIBUTORY = "contributory"
    AWAITING_CONSENSUS = "awaiting_consensus"
    IDENTITY_IN_CONFLICT = "identity_in_conflict"
    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    BACKGROUND_ROLE = "background_role"
    BACKGROUND_DESIGN = "background_design"
    HIGH_RISK_OF_BIAS = "high_risk_of_bias"
    NOT_ADDRESSED = "not_addressed"
    NEUTRAL = "neutral"
    DISAGREES_WITH_ITSELF = "disagrees_with_itself"
    INSIDE_OPPOSING_REVIEW = "inside_opposing_review"


COUNTING = frozenset({Reason.DECISIVE, Reason.CONTRIBUTORY})
UNDECIDED = frozenset({Reason.NEUTRAL, Reason.DISAGREES_WITH_ITSELF})

REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.DECISIVE: "It bears directly on the claim and can decide it.",
        Reason.CONTRIBUTORY: "It is human evidence that can lean to a side but not decide.",
        Reason.AWAITING_CONSENSUS: "The reviewers have not yet agreed on it.",
        Reason.IDENTITY_IN_CONFLICT: "Its identity is in conflict: the record fetched is "
        "another work than was meant, or its number belongs to two records.",
        Reason.RETRACTED: "The publication is retracted.",
        Reason.WITHDRAWN: "The publication is withdrawn.",
        Reason.BACKGROUND_ROLE: "It only reports the findings of others as background.",
        Reason.BACKGROUND_DESIGN: "Its design is background for any claim: shown, never counted.",
        Reason.HIGH_RISK_OF_BIAS: "Its risk of bias is high: shown, never counted.",
        Reason.NOT_ADDRESSED: "It does not address the claim.",
        Reason.NEUTRAL: "It points neither way.",
        Reason.DISAGREES_WITH_ITSELF: "Its study has findings on both sides and counts for neither.",
        Reason.INSIDE_OPPOSING_REVIEW: "Its study is part of a review that points the other way and "
        "weighs at least as much.",
    }
)

#: With these a record counts as evidence for nothing.
UNSETTLED_IDENTITIES = frozenset({Identity.MISMATCH, Identity.IN_CONFLICT, Identity.DUPLICATE})

_BY_IDENTITY: dict[str, Reason] = dict.fromkeys(UNSETTLED_IDENTITIES, Reason.IDENTITY_IN_CONFLICT)
_BY_INTEGRITY: dict[str, Reason] = {
    Integrity.RETRACTED: Reason.RETRACTED,
    Integrity.WITHDRAWN: Reason.WITHDRAWN,
}
_BY_ROLE: dict[str, Reason] = {FindingRole.BACKGROUND: Reason.BACKGROUND_ROLE}
_BY_STANCE: dict[str, Reason] = {
    Stance.NOT_ADDRESSED: Reason.NOT_ADDRESSED,
    Stance.NEUTRAL: Reason.NEUTRAL,
}


def reason_for(item: Item, judgement: Judgement, tier: Tier) -> Reason:
    """Return the first reason not to count the item, else the tier in which it counts."""
    return (
        _BY_IDENTITY.get(item.identity)
        or _BY_INTEGRITY.get(item.integrity)
        or _BY_ROLE.get(judgement.finding_role)
        or _background(judgement, tier)
        or _BY_STANCE.get(judgement.stance)
        or Reason(tier)
    )


def _background(judgement: Judgement, tier: Tier) -> Reason | None:
    if tier != Tier.BACKGROUND:
        return None
    if judgement.study_design in BACKGROUND_DESIGNS:
        return Reason.BACKGROUND_DESIGN
    return Reason.HIGH_RISK_OF_BIAS
