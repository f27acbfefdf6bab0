"""From a claim's evidence, or from its parts, to an outcome with its trace; and again from a trace."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from claims.ruleset.compound import CompoundFinding, find_compound
from claims.ruleset.fragility import pillars
from claims.ruleset.inputs import Leaf, Outcome, Part
from claims.ruleset.leaf import LeafFinding, find_leaf
from claims.ruleset.rules import VERSION
from claims.ruleset.trace import COMPOUND, JSON, compound_trace, leaf_in, leaf_trace, parts_in


def derive_leaf(leaf: Leaf, *, today: date) -> Outcome:
    """Return the outcome for a claim without parts, as of today."""
    finding = find_leaf(leaf, today)
    rests_on = pillars(
        leaf.items, lambda items: find_leaf(replace(leaf, items=items), today).outcome
    )
    return _outcome(finding, leaf_trace(leaf, today, finding, rests_on))


def derive_compound(key: str, parts: Sequence[Part]) -> Outcome:
    """Return the outcome for a claim made of these parts."""
    finding = find_compound(parts)
    rests_on = pillars(tuple(parts), lambda rest: find_compound(rest).outcome)
    return _outcome(finding, compound_trace(key, parts, finding, rests_on))


def replay(trace: Mapping[str, Any]) -> Outcome:
    """Derive again from what a trace holds, and from nothing else.

    Raises ValueError for a trace of another version of the ruleset.
    """
    if trace["ruleset_version"] != VERSION:
        raise ValueError(f"ruleset {VERSION} cannot replay ruleset {trace['ruleset_version']}")
    if trace["kind"] == COMPOUND:
        return derive_compound(trace["claim"], parts_in(trace))
    return derive_leaf(leaf_in(trace), today=date.fromisoformat(trace["today"]))


def _outcome(finding: LeafFinding | CompoundFinding, trace: JSON) -> Outcome:
    verdict, contested_kind = finding.outcome
    return Outcome(verdict, contested_kind, finding.certainty, finding.rule.id, trace)
