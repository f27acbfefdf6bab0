"""What the rules find for a claim without parts."""

from dataclasses import dataclass
from datetime import date

from claims.ruleset.counting import Counts, Ruling, counts_of, rulings_on
from claims.ruleset.inputs import Leaf
from claims.ruleset.reasons import UNDECIDED
from claims.ruleset.rules import SEARCH_MONTHS, Case, Rule, first_rule
from claims.ruleset.vocabulary import Certainty, Checkability, ClaimType, ContestedKind, Verdict


@dataclass(frozen=True, slots=True)
class LeafFinding:
    """The rule that decides, and the rulings and counts that led to it."""

    rule: Rule
    rulings: tuple[Ruling, ...]
    counts: Counts
    certainty: Certainty

    @property
    def outcome(self) -> tuple[Verdict, ContestedKind | None]:
        return self.rule.verdict, self.rule.contested_kind


def find_leaf(leaf: Leaf, today: date) -> LeafFinding:
    """Count the evidence and let the first rule that applies decide."""
    rulings = rulings_on(leaf)
    counts = counts_of(rulings)
    rule = first_rule(
        Case(
            is_checkable=is_checkable(leaf),
            is_awaiting_consensus=is_awaiting_consensus(leaf),
            is_recently_searched=is_recent(leaf.last_search, today),
            has_neutral=any(ruling.reason in UNDECIDED for ruling in rulings),
            certainty=leaf.certainty,
            counts=counts,
        )
    )
    return LeafFinding(rule, rulings, counts, _certainty(leaf, rule))


def is_checkable(leaf: Leaf) -> bool:
    return leaf.checkability == Checkability.CHECKABLE and leaf.claim_type != ClaimType.VALUE


def is_awaiting_consensus(leaf: Leaf) -> bool:
    return bool(leaf.items) and all(item.judgement is None for item in leaf.items)


def is_recent(last_search: date | None, today: date) -> bool:
    """Is the search not older than `SEARCH_MONTHS`, to the day?"""
    if last_search is None:
        return False
    months = (today.year - last_search.year) * 12 + today.month - last_search.month
    return (months, today.day) <= (SEARCH_MONTHS, last_search.day)


def _certainty(leaf: Leaf, rule: Rule) -> Certainty:
    # Where no evidence was weighed there is nothing to be certain of.
    if rule.verdict in (Verdict.UNASSESSED, Verdict.NOT_APPLICABLE):
        return Certainty.NOT_RATED
    return Certainty(leaf.certainty)
