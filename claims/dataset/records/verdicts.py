"""Proposed verdicts with their certainty."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derived:
    ruleset: str
    verdict: str
    contested_kind: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Domains:
    risk_of_bias: int
    inconsistency: int
    indirectness: int
    imprecision: int
    publication_bias: int
    large_effect: int
    dose_response: int
    plausible_confounding: int


@dataclass(frozen=True, slots=True)
class Verdict:
    claim: str
    basis: str
    verdict: str
    contested_kind: str | None
    certainty: str
    framework: str
    certainty_from: str
    start_level: int | None
    domains: Domains | None
    summary: str
    derived: Derived
    derived_at_publication: Derived | None
    override_reason: str
    review_status: int
