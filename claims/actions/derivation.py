"""From stored evidence to what the ruleset finds, in a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.fingerprints import fingerprint_of_leaf, fingerprint_of_parts
from claims.models import Claim, EvidenceItem, Verdict
from claims.models.evidence import JUDGED
from claims.ruleset import Item, Judgement, Leaf, Outcome, Part, derive_compound, derive_leaf
from claims.ruleset.vocabulary import ConsensusMethod, Identity, Integrity, Side
from sources.models import Inclusion, Report

ReviewStatus = Verdict.ReviewStatus
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the ruleset finds for a claim, and what it stands on."""

    outcome: Outcome
    fingerprint: str
    review_status: int
    evidence_counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The judged items of some claims, read at once."""

    rows: Mapping[int, list[_Row]]
    units: Mapping[int, str]
    includes: Mapping[int, frozenset[str]]

    def items_of(self, claim: int) -> tuple[Item, ...]:
        return tuple(self._item(row) for row in self.rows.get(claim, ()))

    def review_status_of(self, claim: int, trace: _Row) -> int:
        """The least scrutiny that any item which bears on the verdict has had."""
        bearing = {item["key"] for item in trace["items"] if item["side"] != Side.NONE}
        counted = {item["key"] for item in trace["items"] if item["counted"]}
        rows = [row for row in self.rows.get(claim, ()) if _key(row) in (counted or bearing)]
        return min((_scrutiny(row) for row in rows), default=ReviewStatus.PROVISIONAL)

    def _item(self, row: _Row) -> Item:
        publication = row["publication"]
        return Item(
            key=_key(row),
            unit=self._unit(row),
            judgement=_judgement(row),
            includes=self.includes.get(publication, frozenset()),
            integrity=row["publication__integrity"] or Integrity.UNKNOWN,
            identity=row["publication__identity"] or row["trial__identity"] or Identity.CONFIRMED,
        )

    def _unit(self, row: _Row) -> str:
        if row["trial__registry_id"]:
            return f"trial:{row['trial__registry_id']}"
        return self.units.get(row["publication"]) or f"publication:{row['publication']}"


def read_evidence(claims: Collection[int]) -> Evidence:
    """Read what is known of the evidence on these claims: three queries."""
    rows: dict[int, list[_Row]] = defaultdict(list)
    for row in EvidenceItem.objects.filter(claim__in=claims).for_derivation():
        rows[row["claim"]].append(row)
    publications = {
        row["publication"] for found in rows.values() for row in found if row["publication"]
    }
    inclusions = list(
        Inclusion.objects.of_reviews(publications).values_list(
            "review", "publication", "trial__registry_id"
        )
    )
    included = {publication for _, publication, _ in inclusions if publication}
    units = {
        publication: f"trial:{trial}"
        for publication, trial in Report.objects.trial_of_each(publications | included).items()
    }
    return Evidence(rows, units, _includes(inclusions, units))


def find(
    claims: Collection[Claim], certainty: Mapping[int, str], today: date
) -> dict[int, Finding]:
    """Return what the ruleset finds for each claim without parts, given its rated certainty."""
    evidence = read_evidence([claim.pk for claim in claims])
    return {claim.pk: _find_leaf(claim, evidence, certainty[claim.pk], today) for claim in claims}


def find_whole(claim: Claim, parts: Collection[Part], findings: Collection[Finding]) -> Finding:
    """Return what the ruleset finds for a compound claim, given its parts and their findings."""
    outcome = derive_compound(claim.key, tuple(parts))
    counts: dict[str, int] = defaultdict(int)
    for finding in findings:
        for side, number in finding.evidence_counts.items():
            counts[side] += number
    return Finding(
        outcome,
        fingerprint_of_parts(claim.statement, parts),
        min(finding.review_status for finding in findings),
        dict(counts),
    )


def _find_leaf(claim: Claim, evidence: Evidence, certainty: str, today: date) -> Finding:
    leaf = Leaf(
        key=claim.key,
        claim_type=claim.claim_type,
        checkability=claim.checkability,
        items=evidence.items_of(claim.pk),
        certainty=certainty,
        last_search=claim.last_search,  # type: ignore[attr-defined]  # annotated by for_derivation
    )
    outcome = derive_leaf(leaf, today=today)
    return Finding(
        outcome,
        fingerprint_of_leaf(claim.statement, leaf, today),
        evidence.review_status_of(claim.pk, outcome.trace),
        outcome.trace["evidence_counts"],
    )


def _includes(
    inclusions: Collection[tuple[int, int | None, str | None]], units: Mapping[int, str]
) -> dict[int, frozenset[str]]:
    pooled: dict[int, set[str]] = defaultdict(set)
    for review, publication, trial in inclusions:
        if trial:
            pooled[review].add(f"trial:{trial}")
        elif publication:
            pooled[review].add(units.get(publication) or f"publication:{publication}")
    return {review: frozenset(found) for review, found in pooled.items()}


def _key(row: _Row) -> str:
    return f"EVI-{row['pk']}"


def _judgement(row: _Row) -> Judgement | None:
    if row["consensus__kind"] is None:
        return None
    return Judgement(**{axis: row[f"consensus__{axis}"] for axis in JUDGED})


def _scrutiny(row: _Row) -> int:
    if not row["consensus__reviewers"]:
        return ReviewStatus.PROVISIONAL
    if row["consensus__kind"] == ConsensusMethod.ADJUDICATED:
        return ReviewStatus.ADJUDICATED
    if row["consensus__kind"] == ConsensusMethod.UNANIMOUS and row["consensus__reviewers"] > 1:
        return ReviewStatus.TWO_BLIND
    return ReviewStatus.ONE_REVIEWER
