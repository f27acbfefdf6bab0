"""What reviewers agreed on about an evidence item, as its consensus has it."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from claims.api import words

Row = Mapping[str, Any]
PREFIX = "consensus__"
#: What is read of the consensus: the axes of `claims.models.Judgement`, and how it was settled.
COLUMNS = (
    "kind",
    "rationale",
    "stance",
    "directness",
    "directness_reasons",
    "scope",
    "finding_role",
    "study_design",
    "sample_size",
    "effect_outcome",
    "effect_measure",
    "effect_estimate",
    "effect_ci_low",
    "effect_ci_high",
    "effect_ci_level",
    "effect_p",
    "rob_tool",
    "rob_overall",
    "rob_domains",
    "rob_reason",
)


class EffectJSON(TypedDict):
    """The effect as numbers. The unit of a difference is in the outcome."""

    outcome: str
    measure: Annotated[str, "HR, OR, RR, MD, ..."]
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: Annotated[float | None, "Per cent."]
    p: Annotated[str | None, "As reported."]


class RiskOfBiasJSON(TypedDict):
    """How far the design and conduct of the study may mislead."""

    tool: words.RobTool
    overall: words.RobLevel
    domains: Annotated[dict[str, Any], "By the domains of the tool."]
    reason: str | None


class JudgementJSON(TypedDict):
    """Everything null: the reviewers have not agreed yet."""

    stance: words.Stance | None
    directness: words.Directness | None
    directness_reasons: list[words.DirectnessReason] | None
    scope: words.Scope | None
    finding_role: words.FindingRole | None
    study_design: words.StudyDesign | None
    n: int | None
    effect: EffectJSON | None
    risk_of_bias: RiskOfBiasJSON | None
    rationale: str | None


def judgement(row: Row) -> JudgementJSON:
    """Return the judgement in a row that has COLUMNS under "consensus__"."""
    return {
        "stance": row["consensus__stance"],
        "directness": row["consensus__directness"],
        "directness_reasons": row["consensus__directness_reasons"],
        "scope": row["consensus__scope"],
        "finding_role": row["consensus__finding_role"],
        "study_design": row["consensus__study_design"],
        "n": row["consensus__sample_size"],
        "effect": _effect(row) if row["consensus__effect_measure"] else None,
        "risk_of_bias": _risk_of_bias(row) if row["consensus__kind"] else None,
        "rationale": row["consensus__rationale"] or None,
    }


def _effect(row: Row) -> EffectJSON:
    return {
        "outcome": row["consensus__effect_outcome"],
        "measure": row["consensus__effect_measure"],
        "estimate": row["consensus__effect_estimate"],
        "ci_low": row["consensus__effect_ci_low"],
        "ci_high": row["consensus__effect_ci_high"],
        "ci_level": row["consensus__effect_ci_level"],
        "p": row["consensus__effect_p"] or None,
    }


def _risk_of_bias(row: Row) -> RiskOfBiasJSON:
    return {
        "tool": row["consensus__rob_tool"],
        "overall": row["consensus__rob_overall"],
        "domains": row["consensus__rob_domains"],
        "reason": row["consensus__rob_reason"] or None,
    }
