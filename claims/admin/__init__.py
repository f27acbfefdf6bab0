"""The reviewers' desk for articles, claims, evidence and verdicts."""

from claims.admin import (
    anchor,
    article,
    assessment,
    citation,
    claim,
    dataset,
    events,
    evidence,
    relation,
    search,
    verdict,
)

__all__ = [
    "anchor",
    "article",
    "assessment",
    "citation",
    "claim",
    "dataset",
    "events",
    "evidence",
    "relation",
    "search",
    "verdict",
]
