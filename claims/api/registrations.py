"""The parts of a trial's shape: arms, outcomes, results, the curators' digest, publications.

What comes out of a JSON column is copied key by key, so the shape holds whatever a parser adds.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from claims.api import addresses, words
from sources.models import Report, Trial, TrialDigest, TrialResult

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
