"""Proposed verdicts: one a claim, with a certainty that adds up."""

from dataclasses import asdict

from claims.dataset.context import CLAIM, VERDICT, Context
from claims.dataset.records import Claim, Verdict
from claims.ruleset.grade import FRAMEWORK, certainty
from claims.ruleset.vocabulary import Certainty, CertaintySource, Checkability, Framework
from claims.ruleset.vocabulary import Verdict as VerdictWord


def check(context: Context) -> None:
    context.refuse_repeated(VERDICT, "claim", (row.claim for row in context.data.verdicts))
    judged = context.keys[VERDICT.word]
    claims = {claim.key: claim for claim in context.data.claims}
    whole = {claim.parent for claim in context.data.claims}
    for key in claims:
        context.refuse_unless(key in judged, CLAIM, key, "key", "has no verdict in verdicts.yaml")
    for row in context.data.verdicts:
        context.refuse_dangling(VERDICT, row.claim, "claim", row.claim, CLAIM)
        _check_kind(context, row)
        _check_certainty(context, row)
        if row.claim in claims:
            _check_claim(context, row, claims[row.claim], is_whole=row.claim in whole)


def _check_kind(context: Context, row: Verdict) -> None:
    for field, verdict in (("contested_kind", row), ("derived.contested_kind", row.derived)):
        context.refuse_unless(
            (verdict.verdict == VerdictWord.CONTESTED) == (verdict.contested_kind is not None),
            VERDICT,
            row.claim,
            field,
            "goes with the verdict contested",
        )


def _check_certainty(context: Context, row: Verdict) -> None:
    is_rated = row.certainty != Certainty.NOT_RATED
    if is_rated != (row.domains is not None) or is_rated != (row.start_level is not None):
        context.say(
            VERDICT, row.claim, "domains", "a rated certainty has a start level and domains"
        )
        return
    if row.domains is None or row.start_level is None:
        return
    level = certainty(row.start_level, asdict(row.domains))
    context.refuse_unless(
        level == row.certainty,
        VERDICT,
        row.claim,
        "certainty",
        f"start level and domains make {level}, not {row.certainty}",
    )


def _check_claim(context: Context, row: Verdict, claim: Claim, *, is_whole: bool) -> None:
    is_rated = row.certainty != Certainty.NOT_RATED
    framework = FRAMEWORK[claim.claim_type] if is_rated else Framework.NONE
    context.refuse_unless(
        row.framework == framework,
        VERDICT,
        row.claim,
        "framework",
        f"is {framework} for this type of claim and certainty",
    )
    source = CertaintySource.PARTS if is_whole else CertaintySource.EVIDENCE
    context.refuse_unless(
        row.certainty_from in ((source,) if is_rated else (source, "")),
        VERDICT,
        row.claim,
        "certainty_from",
        f"should be {source}",
    )
    context.refuse_unless(
        (claim.checkability == Checkability.NOT_CHECKABLE)
        == (row.verdict == VerdictWord.NOT_APPLICABLE),
        VERDICT,
        row.claim,
        "verdict",
        "not_applicable goes with claims that are not checkable",
    )
