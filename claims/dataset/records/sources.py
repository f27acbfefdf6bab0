"""Publications and trials."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrialResult:
    outcome: str
    role: str
    measure: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    p: str
    events: str
    publication: str


@dataclass(frozen=True, slots=True)
class Trial:
    key: str
    registry: str
    registry_id: str
    secondary_ids: tuple[str, ...]
    identity: str
    acronym: str
    title: str
    aliases: tuple[str, ...]
    cited_by_article: bool
    article_spelling: str | None
    enrollment: int | None
    years: str
    population: str
    intervention: str
    comparator: str
    insulin_randomised: str
    tested: str
    follow_up: str
    results: tuple[TrialResult, ...]
    shows: str
    does_not_show: str
    numbers_from: str


@dataclass(frozen=True, slots=True)
class Report:
    trial: str
    role: str


@dataclass(frozen=True, slots=True)
class Publication:
    """`includes` are "publication:<key>" or "trial:<key>"."""

    key: str
    pmid: str | None
    doi: str | None
    pmcid: str | None
    identity: str
    identity_basis: str
    first_author: str
    year: int
    journal: str
    title: str
    study_design: str
    n: int | None
    reports: tuple[Report, ...]
    includes: tuple[str, ...]
    registry_ids: tuple[str, ...]
    standing: str
    integrity: str
    integrity_note: str
    interest_note: str
    numbers_from: str
