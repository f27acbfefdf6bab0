"""The parts of a trial's shape: arms, outcomes, results, the curators' digest, publications.

What comes out of a JSON column is copied key by key, so the shape holds whatever a parser adds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

from claims.api import addresses, words
from sources.models import RegistrationChange, Report, Trial, TrialDigest, TrialResult

Stored = Mapping[str, Any]


class ArmJSON(TypedDict):
    """A group of participants."""

    label: str | None
    type: str | None
    description: str | None
    interventions: list[str]


class InterventionJSON(TypedDict):
    """What a group is given."""

    type: str | None
    name: str | None
    description: str | None
    arms: list[str]
    other_names: list[str]


class OutcomeJSON(TypedDict):
    """What is measured, and when."""

    measure: str
    description: str | None
    time_frame: str | None


class ReferenceJSON(TypedDict):
    """A paper that the registration names. RESULT can be a paper on the design."""

    pmid: str | None
    type: Annotated[
        str | None,
        "RESULT: the sponsor's word; DERIVED: the registry's match on the number; BACKGROUND: not "
        "about this trial; null: not stated.",
    ]
    citation: str | None
    retractions: Annotated[list[str], "PMIDs of the notices, where the registry knows of any."]


class GroupJSON(TypedDict):
    """Participants that are reported together."""

    id: str
    title: str | None
    description: str | None
    participants: Annotated[str | None, "As written."]


class MeasurementJSON(TypedDict):
    """What was measured in one group: strings as the sponsor wrote them."""

    group: str
    title: str | None
    category: str | None
    value: str | None
    spread: str | None
    lower: str | None
    upper: str | None
    comment: str | None


class AnalysisJSON(TypedDict):
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


class PostedResultJSON(TypedDict):
    """What was posted in the registry for one primary outcome; no measurements: not posted yet."""

    measure: str
    description: str | None
    time_frame: str | None
    population: str | None
    unit: str | None
    parameter: str | None
    dispersion: str | None
    groups: list[GroupJSON]
    measurements: list[MeasurementJSON]
    analyses: list[AnalysisJSON]


class ChangeJSON(TypedDict):
    """A field of the registration that is not what it was. No judgement is changed by it."""

    field: Annotated[str, RegistrationChange.Field]
    before: Annotated[Any, "What it was, in the shape of the field."]
    after: Annotated[Any, "What it became, in the shape of the field."]
    basis: Annotated[str, RegistrationChange.Basis]
    noticed_at: datetime
    update_posted: Annotated[str | None, "The registry's date of the version that has it."]
    acknowledged_at: Annotated[datetime | None, "When a reviewer had looked at it."]


class DigestJSON(TypedDict):
    """What curators say a trial tested, showed and did not show, in plain words."""

    years: str | None
    population: str | None
    intervention: str | None
    comparator: str | None
    insulin_randomised: Annotated[str, TrialDigest.Randomised] | None
    tested: str | None
    follow_up: str | None
    shows: str | None
    does_not_show: str | None
    numbers_from: Annotated[str | None, "Where the figures were seen."]


class ResultJSON(TypedDict):
    """One reported outcome as numbers."""

    outcome: str
    role: words.ResultRole
    measure: Annotated[str, "HR, OR, RR, MD, ..."]
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: Annotated[float | None, "Per cent."]
    p: Annotated[str | None, "As reported."]
    events: Annotated[str | None, "As reported, treatment against control."]
    publication: Annotated[str, "PMID, else PMCID, else DOI of the paper that reports it."]


class ReportJSON(TypedDict):
    """A publication that reports the trial."""

    pmid: str | None
    doi: str | None
    pmcid: str | None
    title: str
    year: int | None
    role: words.ReportRole
    origin: Annotated[words.ReportOrigin, "Who says that it reports the trial."]
    api_url: words.URL


def arm(row: Stored) -> ArmJSON:
    return {
        "label": row.get("label"),
        "type": row.get("type"),
        "description": row.get("description"),
        "interventions": row.get("interventions", []),
    }


def intervention(row: Stored) -> InterventionJSON:
    return {
        "type": row.get("type"),
        "name": row.get("name"),
        "description": row.get("description"),
        "arms": row.get("arms", []),
        "other_names": row.get("other_names", []),
    }


def outcome(row: Stored) -> OutcomeJSON:
    return {
        "measure": row["measure"],
        "description": row.get("description"),
        "time_frame": row.get("time_frame"),
    }


def reference(row: Stored) -> ReferenceJSON:
    return {
        "pmid": row.get("pmid"),
        "type": row.get("type"),
        "citation": row.get("citation"),
        "retractions": row.get("retractions", []),
    }


def posted(row: Stored) -> PostedResultJSON:
    return {
        "measure": row["measure"],
        "description": row["description"],
        "time_frame": row["time_frame"],
        "population": row["population"],
        "unit": row["unit"],
        "parameter": row["parameter"],
        "dispersion": row["dispersion"],
        "groups": [_only(GroupJSON, each) for each in row["groups"]],
        "measurements": [_only(MeasurementJSON, each) for each in row["measurements"]],
        "analyses": [_only(AnalysisJSON, each) for each in row["analyses"]],
    }


def _only(shape: type, row: Stored) -> Any:
    """Return the keys of the shape alone, whatever a later parser stores beside them."""
    return {key: row[key] for key in shape.__annotations__}


def change(found: RegistrationChange) -> ChangeJSON:
    return {
        "field": found.field,
        "before": found.before,
        "after": found.after,
        "basis": found.basis,
        "noticed_at": found.noticed_at,
        "update_posted": found.update_posted or None,
        "acknowledged_at": found.acknowledged_at,
    }


def digest(trial: Trial) -> DigestJSON | None:
    found: TrialDigest | None = getattr(trial, "digest", None)
    if found is None:
        return None
    return {
        "years": found.years or None,
        "population": found.population or None,
        "intervention": found.intervention or None,
        "comparator": found.comparator or None,
        "insulin_randomised": found.insulin_randomised or None,
        "tested": found.tested or None,
        "follow_up": found.follow_up or None,
        "shows": found.shows or None,
        "does_not_show": found.does_not_show or None,
        "numbers_from": found.numbers_from or None,
    }


def result(found: TrialResult) -> ResultJSON:
    return {
        "outcome": found.outcome,
        "role": found.role,
        "measure": found.measure,
        "estimate": found.estimate,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "ci_level": found.ci_level,
        "p": found.p or None,
        "events": found.events or None,
        "publication": found.publication.public_id,
    }


def report(found: Report) -> ReportJSON:
    publication = found.publication
    return {
        "pmid": publication.pmid,
        "doi": publication.doi,
        "pmcid": publication.pmcid,
        "title": publication.title or publication.expected_title,
        "year": publication.year,
        "role": found.role,
        "origin": found.origin,
        "api_url": addresses.api(addresses.publication(publication.public_id)),
    }
