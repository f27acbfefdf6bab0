"""Derives the data set's verdicts from its own evidence and compares them with its proposals."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from claims.dataset.context import VERDICT
from claims.dataset.problems import Problems
from claims.dataset.records import Assessment, Claim, Dataset, Evidence, Verdict
from claims.dataset.units import unit_included
from claims.ruleset import (
    VERSION,
    Item,
    Judgement,
    Leaf,
    Outcome,
    Part,
    derive_compound,
    derive_leaf,
)
from claims.ruleset.vocabulary import Identity


def check(data: Dataset, problems: Problems, today: date) -> None:
    """Tell each verdict that the ruleset does not find, unless the data set says why."""
    outcomes = outcomes_of(data, today)
    for row in data.verdicts:
        for field, message in _differences(row, outcomes[row.claim]):
            problems.add(VERDICT.file, VERDICT.word, row.claim, field, message)


def outcomes_of(data: Dataset, today: date) -> dict[str, Outcome]:
    """Return what the ruleset finds for each claim: leaves first, then what is made of them."""
    whole = {claim.parent for claim in data.claims}
    outcomes = {
        leaf.key: derive_leaf(leaf, today=today)
        for leaf in _leaves(data, [claim for claim in data.claims if claim.key not in whole])
    }
    for key in sorted(key for key in whole if key):
        parts = [claim for claim in data.claims if claim.parent == key]
        outcomes[key] = derive_compound(key, [_part(part, outcomes[part.key]) for part in parts])
    return outcomes


def _leaves(data: Dataset, claims: list[Claim]) -> Iterator[Leaf]:
    items: dict[str, list[Item]] = defaultdict(list)
    judged = {row.evidence: row for row in data.assessments}
    includes = _includes(data)
    integrity = {row.key: row.integrity for row in data.publications}
    for row in data.evidence:
        items[row.claim].append(_item(row, judged[row.key], includes, integrity))
    certainty = {row.claim: row.certainty for row in data.verdicts}
    searches = {row.claim: row.run_on for row in sorted(data.searches, key=lambda row: row.run_on)}
    for claim in claims:
        yield Leaf(
            key=claim.key,
            claim_type=claim.claim_type,
            checkability=claim.checkability,
            items=tuple(items[claim.key]),
            certainty=certainty[claim.key],
            last_search=searches.get(claim.key),
        )


def _includes(data: Dataset) -> dict[str, frozenset[str]]:
    return {
        row.key: frozenset(unit_included(data, included) for included in row.includes)
        for row in data.publications
    }


def _item(
    row: Evidence,
    judgement: Assessment,
    includes: dict[str, frozenset[str]],
    integrity: dict[str, str],
) -> Item:
    publication = row.publication or ""
    return Item(
        key=row.key,
        unit=row.unit,
        judgement=Judgement(
            stance=judgement.stance,
            directness=judgement.directness,
            scope=judgement.scope,
            finding_role=judgement.finding_role,
            study_design=judgement.study_design,
            rob_overall=judgement.rob_overall,
        ),
        includes=includes.get(publication, frozenset()),
        integrity=integrity.get(publication, "unknown"),
        identity=Identity.CONFIRMED,
    )


def _part(claim: Claim, outcome: Outcome) -> Part:
    return Part(
        key=claim.key,
        verdict=outcome.verdict,
        contested_kind=outcome.contested_kind,
        certainty=outcome.certainty,
        is_core=bool(claim.is_core),
        is_essential=bool(claim.is_essential),
    )


def _differences(row: Verdict, outcome: Outcome) -> Iterator[tuple[str, str]]:
    found = (outcome.verdict, outcome.contested_kind)
    name = " ".join(word for word in found if word)
    if found != (row.verdict, row.contested_kind) and not row.override_reason:
        yield "override_reason", f"the ruleset finds {name} by {outcome.rule}; say why not"
    derived = (row.derived.verdict, row.derived.contested_kind)
    if row.derived.ruleset == VERSION and (*found, outcome.rule) != (*derived, row.derived.rule):
        yield "derived", f"the ruleset finds {name} by {outcome.rule}"
    if outcome.certainty != row.certainty:
        yield "certainty", f"the ruleset makes it {outcome.certainty}"
