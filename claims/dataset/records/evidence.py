"""Evidence items, how they were judged, and searches."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    key: str
    claim: str
    publication: str | None
    trial: str | None
    unit: str
    finding: str
    origin: str


@dataclass(frozen=True, slots=True)
class Effect:
    outcome: str
    measure: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    p: str


@dataclass(frozen=True, slots=True)
class Assessment:
    evidence: str
    reviewer: str
    state: str
    stance: str
    directness: str
    directness_reasons: tuple[str, ...]
    scope: str
    finding_role: str
    study_design: str
    n: int | None
    effect: Effect | None
    rob_tool: str
    rob_overall: str
    rob_reason: str
    rationale: str


@dataclass(frozen=True, slots=True)
class SearchRecord:
    claim: str
    database: str
    query: str
    run_on: date
    hits: int
    included: int

    @property
    def key(self) -> str:
        return f"{self.claim} {self.database} {self.run_on} {self.query}"
