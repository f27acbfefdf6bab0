"""Everything there is of one kind, row by row, for whoever wants to work with all of it.

Rows are read from the database as they are written out, so a large export needs little memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from claims.models import Claim, Verdict
from claims.models.verdict import DOMAINS
from sources.models import Publication, Trial

AT_ONCE: Final = 1000
SHOWN: Final = (
    "verdict",
    "contested_kind",
    "certainty",
    "rule",
    "review_status",
    "is_provisional",
    "summary",
)
COUNTS: Final = ("supports", "contradicts", "neutral", "not_counted")


def claims() -> Iterator[dict[str, Any]]:
    """Public claims, with the verdict that readers are shown."""
    public = Claim.objects.public().select_related("article", "parent").with_verdict()
    for claim in public.order_by("pk").iterator(chunk_size=AT_ONCE):
        current: list[Verdict] = claim.current_verdicts  # type: ignore[attr-defined]
        yield {
            "id": claim.public_id,
            "key": claim.key,
            "article": claim.article.key,
            "statement": claim.statement,
            "claim_type": claim.claim_type,
            "checkability": claim.checkability,
            "modality": claim.modality,
            "voice": claim.voice,
            "population": claim.population,
            "exposure": claim.exposure,
            "comparator": claim.comparator,
            "outcome": claim.outcome,
            "topics": claim.topics,
            "parent": claim.parent.public_id if claim.parent else None,
            "state": claim.state,
            **_shown(current[0] if current else None),
        }


def verdicts() -> Iterator[dict[str, Any]]:
    """Every version of every public claim's verdict."""
    versions = Verdict.objects.filter(claim__in=Claim.objects.public()).select_related("claim")
    for verdict in versions.for_list().order_by("claim", "pk").iterator(chunk_size=AT_ONCE):
        yield {
            "id": verdict.public_id,
            "claim": verdict.claim.public_id,
            "claim_key": verdict.claim.key,
            "basis": verdict.basis,
            "version": verdict.version,
            "is_current": verdict.is_current,
            **_shown(verdict),
            "framework": verdict.framework,
            "start_level": verdict.start_level,
            **{name: getattr(verdict, name) for name in DOMAINS},
            "derived_verdict": verdict.derived_verdict,
            "derived_contested_kind": verdict.derived_contested_kind,
            "override_reason": verdict.override_reason,
            "ruleset_version": verdict.ruleset_version,
            "evidence_hash": verdict.evidence_hash,
            "created_at": verdict.created_at.isoformat(),
        }


def publications() -> Iterator[dict[str, Any]]:
    """Bibliographic facts; abstracts belong to their publishers."""
    rows = Publication.objects.distinct_works().defer(
        "abstract_sections", "other_abstracts", "details", "mesh"
    )
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield {
            "pmid": row.pmid,
            "doi": row.doi,
            "pmcid": row.pmcid,
            "title": row.title,
            "first_author": row.first_author,
            "journal": row.journal,
            "year": row.year,
            "study_design": row.study_design,
            "standing": row.standing,
            "integrity": row.integrity,
            "integrity_checked_at": _moment(row.integrity_checked_at),
            **{f"integrity_in_{check.source}": check.integrity for check in row.checks},
            **{f"checked_in_{check.source}_at": _moment(check.checked_at) for check in row.checks},
            "identity": row.identity,
            "fetched_at": _moment(row.fetched_at),
        }


def trials() -> Iterator[dict[str, Any]]:
    for row in Trial.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield {
            "id": row.registry_id,
            "registry": row.registry,
            "acronym": row.acronym,
            "aliases": row.aliases,
            "title": row.title,
            "status": row.status,
            "phases": row.phases,
            "study_type": row.study_type,
            "enrollment": row.enrollment,
            "start_date": row.start_date,
            "completion_date": row.completion_date,
            "sponsor": row.sponsor,
            "identity": row.identity,
            "fetched_at": _moment(row.fetched_at),
        }


EXPORTS: Final[Mapping[str, Callable[[], Iterator[dict[str, Any]]]]] = {
    "claims": claims,
    "publications": publications,
    "trials": trials,
    "verdicts": verdicts,
}


def _shown(verdict: Verdict | None) -> dict[str, Any]:
    """The same columns for each row, also where there is no verdict."""
    if verdict is None:
        return dict.fromkeys((*SHOWN, "stale_since", *COUNTS))
    return {
        **{name: getattr(verdict, name) for name in SHOWN},
        "stale_since": _moment(verdict.stale_since),
        **{name: verdict.evidence_counts.get(name, 0) for name in COUNTS},
    }


def _moment(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
