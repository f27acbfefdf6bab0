"""Ruleset 1: from judged evidence to a verdict with its reasons. No Django, no database, no clock."""

from claims.ruleset.compound import COMPOUND_RULES, CompoundRule
from claims.ruleset.derive import derive_compound, derive_leaf, replay
from claims.ruleset.inputs import Item, Judgement, Leaf, Outcome, Part
from claims.ruleset.reasons import REASONS, Reason
from claims.ruleset.rules import MINORITY_SHARE, RULES, SEARCH_MONTHS, VERSION, Rule
from claims.ruleset.tiers import BACKGROUND_DESIGNS, TIERS, Bar

__all__ = [
    "BACKGROUND_DESIGNS",
    "COMPOUND_RULES",
    "MINORITY_SHARE",
    "REASONS",
    "RULES",
    "SEARCH_MONTHS",
    "TIERS",
    "VERSION",
    "Bar",
    "CompoundRule",
    "Item",
    "Judgement",
    "Leaf",
    "Outcome",
    "Part",
    "Reason",
    "Rule",
    "derive_compound",
    "derive_leaf",
    "replay",
]
