"""Evidence items, the initial curation's judgement of them, and its searches."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from claims.actions.consensus import settle_consensus
from claims.actions.datasets.merging import Load, Merge, Wanted, by_fixed
from claims.dataset import Dataset, records
from claims.models import Assessment, EvidenceItem, SearchRecord
from claims.ruleset.vocabulary import AssessmentState

NO_EFFECT = records.Effect("", "", None, None, None, None, "")


def merge_evidence(load: Load, data: Dataset) -> None:
    Merge("evidence", EvidenceItem, find=_known_items).run(load, _items(load, data))
    Merge("assessment", Assessment, find=_known_assessments, supersede=_supersede).run(
        load, _assessments(load, data)
    )
    settle_consensus(list(load.ids["evidence"].values()), now=load.now)
    Merge("search", SearchRecord, find=_known_searches).run(load, _searches(load, data))


def _items(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.evidence:
        yield Wanted(
            row.key,
            {
                "claim_id": load.id_of("claim", row.claim),
                "publication_id": load.id_of("publication", row.publication),
                "trial_id": load.id_of("trial", row.trial),
                "finding": row.finding,
                "origin": row.origin,
            },
            {"added_by_id": load.by.pk, "added_at": load.now},
        )


def _known_items(wanted: Collection[Wanted]) -> Mapping[str, EvidenceItem]:
    natural = [replace(each, fixed=each.values) for each in wanted]
    names = ("claim_id", "publication_id", "trial_id", "finding")
    return by_fixed(EvidenceItem.objects.all(), natural, *names)


def _assessments(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.assessments:
        yield Wanted(
            row.evidence,
            {**_judgement(row), "rationale": row.rationale},
            {
                "item_id": load.id_of("evidence", row.evidence),
                "reviewer_id": load.by.pk,
                "actor": Assessment.Actor.MACHINE_ASSISTED.value,
                "state": AssessmentState.SUBMITTED.value,
                "submitted_at": load.now,
            },
        )


def _judgement(row: records.Assessment) -> dict[str, object]:
    effect = row.effect or NO_EFFECT
    return {
        "stance": row.stance,
        "directness": row.directness,
        "directness_reasons": list(row.directness_reasons),
        "scope": row.scope,
        "finding_role": row.finding_role,
        "study_design": row.study_design,
        "sample_size": row.n,
        "effect_outcome": effect.outcome,
        "effect_measure": effect.measure,
        "effect_estimate": effect.estimate,
        "effect_ci_low": effect.ci_low,
        "effect_ci_high": effect.ci_high,
        "effect_ci_level": effect.ci_level,
        "effect_p": effect.p,
        "rob_tool": row.rob_tool,
        "rob_overall": row.rob_overall,
        "rob_reason": row.rob_reason,
    }


def _known_assessments(wanted: Collection[Wanted]) -> Mapping[str, Assessment]:
    return by_fixed(Assessment.objects.submitted(), wanted, "item_id", "reviewer_id")


def _supersede(assessment: Assessment) -> bool:
    in_force = Assessment.objects.submitted().filter(pk=assessment.pk)
    return bool(in_force.update(state=AssessmentState.SUPERSEDED))


def _searches(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.searches:
        yield Wanted(
            f"{row.claim} {row.run_on} {_hash(row.database, row.query)}",
            {"hits": row.hits, "included": row.included},
            {
                "claim_id": load.id_of("claim", row.claim),
                "database": row.database,
                "query": row.query,
                "run_on": row.run_on,
                "recorded_by_id": load.by.pk,
            },
        )


def _hash(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _known_searches(wanted: Collection[Wanted]) -> Mapping[str, SearchRecord]:
    return by_fixed(SearchRecord.objects.all(), wanted, "claim_id", "database", "run_on", "query")
