"""Ruleset 1: from judged evidence to a verdict, with its reasons. No Django, no database, no clock."""

from claims.ruleset.inputs import Item, Judgement, Leaf, Outcome, Part

__all__ = ["Item", "Judgement", "Leaf", "Outcome", "Part"]
