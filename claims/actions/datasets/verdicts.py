"""Certainty and summary of each verdict as a data set proposes them; the verdict itself is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from claims.actions.datasets.merging import Load, plain
from claims.actions.datasets.report import Kept
from claims.actions.proposals import propose
from claims.actions.ratings import Rating
from claims.dataset import Dataset, records
from claims.models import Claim, Verdict
from claims.models.verdict import DOMAINS
from claims.ruleset.vocabulary import CertaintySource

KIND = "verdict"
UNSAID = {"summary": "", "override_reason": "", "framework": "none", "certainty": "not_rated"}


def merge_verdicts(load: Load, data: Dataset) -> None:
    """Derive the verdicts of all claims of the data set, rated as it says where nobody rated since."""
    claims = Claim.objects.in_bulk(load.ids["claim"].values())
    newest = {
        row.claim_id: row for row in Verdict.objects.filter(claim__in=claims).today().newest()
    }
    ratings: dict[int, Rating] = {}
    for row in data.verdicts:
        claim = load.ids["claim"][row.claim]
        rating = _merged(load, row, claim, newest.get(claim))
        if rating:
            ratings[claim] = rating
    load.report.verdicts += propose(claims.values(), ratings=ratings, by=load.by, now=load.now)


def _merged(load: Load, row: records.Verdict, claim: int, newest: Verdict | None) -> Rating | None:
    """Return the rating to write, or None if there is nothing to write."""
    said = plain(_said(row))
    tally = load.report.tallies[KIND]
    if newest is None:
        tally.created += 1
        load.remember(KIND, row.claim, claim, said)
        return _rating(row, said)
    entry = load.entries.get(KIND, {}).get(row.claim)
    loaded = entry.loaded if entry else {name: UNSAID.get(name) for name in said}
    stored = _stored(said, newest, loaded)
    differing = [name for name in said if stored[name] != said[name]]
    free = {name: said[name] for name in differing if stored[name] == loaded.get(name)}
    edited = tuple(name for name in differing if name not in free)
    tally.changed += bool(free)
    tally.unchanged += not differing
    tally.kept += bool(edited)
    if edited:
        load.report.kept.append(Kept(KIND, row.claim, edited))
    written = {name: said[name] for name in said if name not in edited}
    load.remember(KIND, row.claim, claim, {**loaded, **written})
    return _rating(row, {**stored, **free}) if free else None


def _said(row: records.Verdict) -> dict[str, Any]:
    """What is merged. A compound claim's certainty follows from its parts, so it is not."""
    words = {"summary": row.summary, "override_reason": row.override_reason}
    if row.certainty_from == CertaintySource.PARTS:
        return words
    domains = asdict(row.domains) if row.domains else dict.fromkeys(DOMAINS)
    return {
        **words,
        "framework": row.framework,
        "certainty": row.certainty,
        "start_level": row.start_level,
        **domains,
    }


def _stored(said: Mapping[str, Any], newest: Verdict, loaded: Mapping[str, Any]) -> dict[str, Any]:
    """What the newest version holds. A summary that is gone was dropped with the verdict that it
    was written for, and by no reviewer.
    """
    stored = plain({name: getattr(newest, name) for name in said})
    if not stored["summary"]:
        stored["summary"] = loaded.get("summary")
    return stored


def _rating(row: records.Verdict, values: Mapping[str, Any]) -> Rating:
    domains = asdict(row.domains) if row.domains else None
    if "start_level" in values:
        is_rated = values["start_level"] is not None
        domains = {name: values[name] for name in DOMAINS} if is_rated else None
    reason = values["override_reason"]
    return Rating(
        framework=values.get("framework", row.framework),
        certainty=values.get("certainty", row.certainty),
        start_level=values.get("start_level", row.start_level),
        domains=domains,
        summary=values["summary"],
        override=(row.verdict, row.contested_kind) if reason else None,
        overridden=(row.derived.verdict, row.derived.contested_kind) if reason else None,
        override_reason=reason,
    )
