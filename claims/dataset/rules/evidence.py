"""Evidence items, their assessments, and searches."""

from claims.dataset.context import (
    ASSESSMENT,
    CLAIM,
    EVIDENCE,
    PUBLICATION,
    SEARCH,
    TRIAL,
    Context,
)
from claims.dataset.records import Assessment, Evidence
from claims.dataset.rules.numbers import faults_of
from claims.dataset.units import unit_of
from claims.ruleset.vocabulary import Checkability, Directness, RobLevel


def check(context: Context) -> None:
    data = context.data
    context.refuse_repeated(EVIDENCE, "key", (row.key for row in data.evidence))
    context.refuse_repeated(
        EVIDENCE,
        "finding",
        (f"{row.claim} {row.publication or row.trial} {row.finding}" for row in data.evidence),
    )
    whole = {claim.parent for claim in data.claims}
    unchecked = {claim.key for claim in data.claims if claim.checkability != Checkability.CHECKABLE}
    for item in data.evidence:
        _check_source(context, item)
        _check_claim(context, item, whole, unchecked)
    _check_assessments(context)
    context.refuse_repeated(SEARCH, "query", (row.key for row in data.searches))
    for search in data.searches:
        context.refuse_dangling(SEARCH, search.key, "claim", search.claim, CLAIM)
        context.refuse_unless(
            search.included <= search.hits, SEARCH, search.key, "included", "is more than the hits"
        )


def _check_source(context: Context, item: Evidence) -> None:
    context.refuse_dangling(EVIDENCE, item.key, "publication", item.publication, PUBLICATION)
    context.refuse_dangling(EVIDENCE, item.key, "trial", item.trial, TRIAL)
    if bool(item.publication) == bool(item.trial):
        context.say(
            EVIDENCE, item.key, "publication", "name a publication or a trial, and not both"
        )
        return
    unit = unit_of(context.data, item)
    if context.knows_all(PUBLICATION, TRIAL):
        context.refuse_unless(item.unit == unit, EVIDENCE, item.key, "unit", f"should be '{unit}'")


def _check_claim(
    context: Context, item: Evidence, whole: set[str | None], unchecked: set[str]
) -> None:
    context.refuse_dangling(EVIDENCE, item.key, "claim", item.claim, CLAIM)
    context.refuse_unless(
        item.claim not in whole,
        EVIDENCE,
        item.key,
        "claim",
        f"'{item.claim}' is a compound claim; tie the evidence to one of its parts",
    )
    context.refuse_unless(
        item.claim not in unchecked,
        EVIDENCE,
        item.key,
        "claim",
        f"'{item.claim}' is not checkable",
    )


def _check_assessments(context: Context) -> None:
    rows = context.data.assessments
    context.refuse_repeated(ASSESSMENT, "evidence", (row.evidence for row in rows))
    assessed = context.keys[ASSESSMENT.word]
    for item in context.data.evidence:
        context.refuse_unless(item.key in assessed, EVIDENCE, item.key, "key", "has no assessment")
    for row in rows:
        context.refuse_dangling(ASSESSMENT, row.evidence, "evidence", row.evidence, EVIDENCE)
        _check_judgement(context, row)


def _check_judgement(context: Context, row: Assessment) -> None:
    context.refuse_unless(
        (row.directness == Directness.INDIRECT) == bool(row.directness_reasons),
        ASSESSMENT,
        row.evidence,
        "directness_reasons",
        "indirect evidence needs a reason, direct evidence has none",
    )
    context.refuse_unless(
        row.rob_overall == RobLevel.NOT_ASSESSED or row.rob_reason,
        ASSESSMENT,
        row.evidence,
        "rob_reason",
        "say why the risk of bias is judged so",
    )
    if row.effect:
        for field, message in faults_of(row.effect):
            context.say(ASSESSMENT, row.evidence, f"effect.{field}", message)
