"""A registration of a trial as a record, and a registry's answer: the same for every registry.

What a registry does not say is None or []; `phases` that are absent (None) are not the same as phases
that do not apply (["NA"]).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict

ReferenceType = Literal["RESULT", "DERIVED", "BACKGROUND"]


class Malformed(ValueError):
    """The body is not the registration that was asked for; the message is fit for a log."""


class Outcome(TypedDict):
    measure: str
    description: str | None
    time_frame: str | None


class Arm(TypedDict):
    label: str | None
    type: str | None
    description: str | None
    interventions: list[str]


class Intervention(TypedDict):
    type: str | None
    name: str | None
    description: str | None
    arms: list[str]
    other_names: list[str]


class TrialReference(TypedDict):
    """RESULT is the sponsor's word, DERIVED the registry's match, BACKGROUND is not this trial.

    A RESULT can also be a paper on the design: it is the sponsor's word that it is about this trial,
    not that it holds its results.
    """

    pmid: str | None
    type: ReferenceType | None
    citation: str | None
    #: PMIDs of the notices, where the registry says that the paper was retracted.
    retractions: list[str]


class ResultGroup(TypedDict):
    """Participants that are reported together. `participants` is as written, "7332"."""

    id: str
    title: str | None
    description: str | None
    participants: str | None


class Measurement(TypedDict):
    """What was measured in one group: strings as the sponsor wrote them ("0.98", "<0.001", "NA")."""

    group: str
    title: str | None
    category: str | None
    value: str | None
    spread: str | None
    lower: str | None
    upper: str | None
    comment: str | None


class Analysis(TypedDict):
    """A comparison of groups: strings as the sponsor wrote them."""

    groups: list[str]
    type: str | None
    measure: str | None
    estimate: str | None
    ci_level: str | None
    ci_low: str | None
    ci_high: str | None
    p: str | None
    method: str | None
    comment: str | None


class PostedResult(TypedDict):
    """The results of one primary outcome, as posted in the registry."""

    measure: str
    description: str | None
    time_frame: str | None
    population: str | None
    unit: str | None
    parameter: str | None
    dispersion: str | None
    groups: list[ResultGroup]
    measurements: list[Measurement]
    analyses: list[Analysis]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One registration. Dates are as registered: "2008", "2008-12" or "2008-12-10"."""

    registry_id: str
    nct_aliases: list[str] = field(default_factory=list)
    org_study_id: str | None = None
    secondary_ids: list[str] = field(default_factory=list)
    acronym: str | None = None
    brief_title: str | None = None
    official_title: str | None = None
    status: str | None = None
    last_known_status: str | None = None
    why_stopped: str | None = None
    phases: list[str] | None = None
    study_type: str | None = None
    allocation: str | None = None
    masking: str | None = None
    intervention_model: str | None = None
    primary_purpose: str | None = None
    enrollment: int | None = None
    enrollment_type: str | None = None
    arms: list[Arm] = field(default_factory=list)
    interventions: list[Intervention] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    primary_outcomes: list[Outcome] = field(default_factory=list)
    secondary_outcomes: list[Outcome] = field(default_factory=list)
    start_date: str | None = None
    start_date_type: str | None = None
    primary_completion_date: str | None = None
    primary_completion_date_type: str | None = None
    completion_date: str | None = None
    completion_date_type: str | None = None
    first_posted: str | None = None
    results_first_posted: str | None = None
    last_update_posted: str | None = None
    sponsor: str | None = None
    collaborators: list[str] = field(default_factory=list)
    references: list[TrialReference] = field(default_factory=list)
    posted_results: list[PostedResult] = field(default_factory=list)
    has_results: bool = False
    #: Paths of values that are there and could not be read (a date that is none, a new type).
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FetchedTrial:
    """A trial as the registry has it now.

    `registry_id` is the id the registry uses; `alias` is the id asked for when the registry has
    merged it into that one, else None.
    """

    study: TrialRecord
    raw: bytes
    registry_id: str
    alias: str | None
    etag: str | None
    http_status: int
    payload_sha256: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class NotFound:
    """The registry itself says that it has no such trial."""

    registry_id: str
    http_status: int
    payload_sha256: str
    duration_ms: int
