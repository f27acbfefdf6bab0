"""What people say beside the ruleset: the certainty of the evidence, a summary, an override."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from claims.actions.derivation import Finding
from claims.models import Verdict
from claims.models.verdict import NO_DOMAINS
from claims.ruleset.grade import FRAMEWORK
from claims.ruleset.vocabulary import Certainty, CertaintySource, Framework

Result = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Rating:
    """`override` is the verdict and kind that stand although the ruleset found `overridden`."""

    framework: str = Framework.NONE
    certainty: str = Certainty.NOT_RATED
    start_level: int | None = None
    domains: Mapping[str, int] | None = None
    domain_reasons: Mapping[str, str] = field(default_factory=dict)
    certainty_override_reason: str = ""
    summary: str = ""
    override: Result | None = None
    overridden: Result | None = None
    override_reason: str = ""

    @classmethod
    def of(cls, verdict: Verdict) -> Rating:
        """Return the rating that this version of a verdict carries."""
        is_overridden = bool(verdict.override_reason)
        return cls(
            framework=verdict.framework,
            certainty=verdict.certainty,
            start_level=verdict.start_level,
            domains=verdict.domains,
            domain_reasons=verdict.domain_reasons,
            certainty_override_reason=verdict.certainty_override_reason,
            summary=verdict.summary,
            override=_result(verdict) if is_overridden else None,
            overridden=_derived_result(verdict) if is_overridden else None,
            override_reason=verdict.override_reason,
        )

    def overriding_as(self, newest: Verdict) -> Rating:
        """Return this rating with the override, if any, of the newest version."""
        said = Rating.of(newest)
        return replace(
            self,
            override=said.override,
            overridden=said.overridden,
            override_reason=said.override_reason,
        )

    def carried_on(self, newest: Verdict) -> Rating:
        """Return this certainty with what the newest version says."""
        return replace(self.overriding_as(newest), summary=newest.summary)


def columns(
    rating: Rating, finding: Finding, claim_type: str, newest: Verdict | None
) -> dict[str, Any]:
    """Return the columns of a verdict in which a rating and a finding come together."""
    derived = (finding.outcome.verdict, finding.outcome.contested_kind)
    is_overridden = rating.override is not None and rating.overridden == derived
    verdict, contested_kind = rating.override if is_overridden and rating.override else derived
    return {
        "verdict": verdict,
        "contested_kind": contested_kind,
        "derived_verdict": derived[0],
        "derived_contested_kind": derived[1],
        "override_reason": rating.override_reason if is_overridden else "",
        "summary": _summary(rating, (verdict, contested_kind), newest),
        **_certainty(rating, finding, claim_type),
    }


def _summary(rating: Rating, result: Result, newest: Verdict | None) -> str:
    """Drop a summary that was written for another verdict; a page then has the plain sentence."""
    if newest and rating.summary == newest.summary and _result(newest) != result:
        return ""
    return rating.summary


def _certainty(rating: Rating, finding: Finding, claim_type: str) -> dict[str, Any]:
    certainty = finding.outcome.certainty
    is_whole = finding.outcome.trace["kind"] == "compound"
    framework = _framework(rating, claim_type)
    if certainty == Certainty.NOT_RATED or framework == Framework.NONE:
        return {"certainty": Certainty.NOT_RATED, "framework": Framework.NONE, **_UNRATED}
    is_as_rated = rating.certainty == certainty and rating.domains is not None
    return {
        "certainty": certainty,
        "framework": framework,
        "certainty_from": CertaintySource.PARTS if is_whole else CertaintySource.EVIDENCE,
        "start_level": rating.start_level if is_as_rated else None,
        **(rating.domains or {} if is_as_rated else NO_DOMAINS),
        "domain_reasons": dict(rating.domain_reasons) if is_as_rated else {},
        "certainty_override_reason": rating.certainty_override_reason if is_as_rated else "",
    }


def _framework(rating: Rating, claim_type: str) -> str:
    if rating.framework != Framework.NONE:
        return rating.framework
    return FRAMEWORK[claim_type]


_UNRATED: Mapping[str, Any] = {
    "certainty_from": "",
    "start_level": None,
    **NO_DOMAINS,
    "domain_reasons": {},
    "certainty_override_reason": "",
}


def _result(verdict: Verdict) -> Result:
    return verdict.verdict, verdict.contested_kind


def _derived_result(verdict: Verdict) -> Result:
    return verdict.derived_verdict, verdict.derived_contested_kind
