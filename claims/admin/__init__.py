"""The reviewers' desk for articles, claims, evidence and verdicts."""

from claims.admin import (
    anchor,
    article,
    article_import,
    assessment,
    citation,
    claim,
    dataset,
    events,
    evidence,
    relation,
    search,
    snapshot,
    verdict,
)

__all__ = [
    "anchor",
    "article",
    "article_import",
    "assessment",
    "citation",
    "claim",
    "dataset",
    "events",
    "evidence",
    "relation",
    "search",
    "snapshot",
    "verdict",
]
