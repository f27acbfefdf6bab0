"""Verdicts: what is said of a claim, by which rule, since when, and every version of it."""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from claims.api import words
from claims.models.verdict import DOMAINS

#: What is read of a verdict for a list, and what besides when it stands alone.
COLUMNS = (
    "pk",
    "verdict",
    "contested_kind",
    "certainty",
    "framework",
    "review_status",
    "summary",
    "ruleset_version",
    "rule",
    "created_at",
    "stale_since",
    "stale_reason",
    "approved_by",
)
GROUNDS = (
    "certainty_from",
    "start_level",
    *DOMAINS,
    "domain_reasons",
    "certainty_override_reason",
    "derived_verdict",
    "derived_contested_kind",
    "override_reason",
    "trace",
)


class GradingJSON(TypedDict):
    """How the certainty comes about: start level plus domains, from 1 very low to 4 high."""

    start_level: int
    domains: Annotated[dict[str, int], "Steps down (risk_of_bias, ...) and up (large_effect, ...)."]
    reasons: Annotated[dict[str, Any], "Why, by domain, as far as it was said."]
    override_reason: Annotated[str | None, "Why the certainty is not what the sum gives."]


class OverrideJSON(TypedDict):
    """What the ruleset would have said, and why an editor said something else."""

    derived_verdict: words.Verdict
    derived_contested_kind: words.ContestedKind | None
    reason: str


class VerdictJSON(TypedDict):
    """One version of what is said of one claim. The certainty is never merged into the verdict.

    Its grounds (grading, override, trace) are given where it stands alone, not in lists of claims.
    """

    id: words.VerdictID
    verdict: words.Verdict
    contested_kind: words.ContestedKind | None
    certainty: words.Certainty
    framework: words.Framework
    review_status: words.ReviewStatus
    summary: Annotated[str, "In plain language."]
    ruleset_version: str
    rule: Annotated[str, "The rule of the ruleset that decided."]
    as_of: Annotated[datetime, "When this version was recorded."]
    stale_since: Annotated[datetime | None, "Since when its grounds have changed under it."]
    provisional: Annotated[bool, words.PROVISIONAL]
    stale_reason: str | None
    grading: NotRequired[
        Annotated[GradingJSON | None, "Null when the certainty is not rated, or comes from parts."]
    ]
    override: NotRequired[OverrideJSON | None]
    trace: NotRequired[
        Annotated[dict[str, Any], "How it was derived: what counted, what did not, and why."]
    ]


class VerdictVersionJSON(VerdictJSON):
    """A verdict in the history of its claim."""

    version: int
    is_current: bool


class EvidenceCountsJSON(TypedDict):
    """How many evidence items stand where in the current verdict's trace."""

    supports: int
    contradicts: int
    neutral: int
    not_counted: int


def public_id(pk: int) -> str:
    return f"VER-{pk}"


def verdict(row: Mapping[str, Any], prefix: str = "") -> VerdictJSON:
    """Return the verdict in a row that has COLUMNS under a prefix."""
    return {
        "id": public_id(row[f"{prefix}pk"]),
        "verdict": row[f"{prefix}verdict"],
        "contested_kind": row[f"{prefix}contested_kind"],
        "certainty": row[f"{prefix}certainty"],
        "framework": row[f"{prefix}framework"],
        "review_status": row[f"{prefix}review_status"],
        "summary": row[f"{prefix}summary"],
        "ruleset_version": row[f"{prefix}ruleset_version"],
        "rule": row[f"{prefix}rule"],
        "as_of": row[f"{prefix}created_at"],
        "stale_since": row[f"{prefix}stale_since"],
        "provisional": row[f"{prefix}approved_by"] is None,
        "stale_reason": row[f"{prefix}stale_reason"] or None,
    }


def verdict_with_grounds(
    row: Mapping[str, Any], prefix: str = "", *, hidden: Container[str] = ()
) -> VerdictJSON:
    """Return the same with its grounds: the row has GROUNDS too. Hidden parts stay out of the trace."""
    content = verdict(row, prefix)
    content["grading"] = _grading(row, prefix)
    content["override"] = _override(row, prefix)
    content["trace"] = _public(row[f"{prefix}trace"], hidden)
    return content


def _public(trace: dict[str, Any], hidden: Container[str]) -> dict[str, Any]:
    """Return the trace without those parts of a compound claim that readers do not see."""
    if "parts" not in trace:
        return trace
    lists = {
        name: [row for row in trace[name] if row["key"] not in hidden]
        for name in ("parts", "rests_on")
    }
    return trace | lists


def evidence_counts(counts: Mapping[str, int]) -> EvidenceCountsJSON:
    return {
        "supports": counts.get("supports", 0),
        "contradicts": counts.get("contradicts", 0),
        "neutral": counts.get("neutral", 0),
        "not_counted": counts.get("not_counted", 0),
    }


def _grading(row: Mapping[str, Any], prefix: str) -> GradingJSON | None:
    if row[f"{prefix}start_level"] is None:
        return None
    return {
        "start_level": row[f"{prefix}start_level"],
        "domains": {domain: row[f"{prefix}{domain}"] for domain in DOMAINS},
        "reasons": row[f"{prefix}domain_reasons"],
        "override_reason": row[f"{prefix}certainty_override_reason"] or None,
    }


def _override(row: Mapping[str, Any], prefix: str) -> OverrideJSON | None:
    if not row[f"{prefix}override_reason"]:
        return None
    return {
        "derived_verdict": row[f"{prefix}derived_verdict"],
        "derived_contested_kind": row[f"{prefix}derived_contested_kind"],
        "reason": row[f"{prefix}override_reason"],
    }
