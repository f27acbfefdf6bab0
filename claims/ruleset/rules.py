"""The rules for a claim without parts, as a table: the first that applies decides.

The table is both what decides and what the methods page prints.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from claims.ruleset.counting import Counts
from claims.ruleset.vocabulary import Certainty, ContestedKind, Verdict

VERSION = "1"
MINORITY_SHARE = Fraction(1, 4)
SEARCH_MONTHS = 12

_SHARE = f"{float(MINORITY_SHARE):.0%}"


@dataclass(frozen=True, slots=True)
class Case:
    """All that the rules look at."""

    is_checkable: bool
    is_awaiting_consensus: bool
    is_recently_searched: bool
    has_neutral: bool
    certainty: str
    counts: Counts

    @property
    def is_empty(self) -> bool:
        return self.counts == Counts()

    @property
    def has_both_sides(self) -> bool:
        return bool(self.counts.decisive_for and self.counts.decisive_against)

    @property
    def has_weighty_minority(self) -> bool:
        sides = (self.counts.decisive_for, self.counts.decisive_against)
        return self.has_both_sides and min(sides) >= MINORITY_SHARE * sum(sides)

    @property
    def is_outnumbered(self) -> bool:
        """Contributory evidence against, and more of it than all evidence for."""
        against = self.counts.contributory_against
        return against >= 2 and against > self.counts.all_for

    @property
    def is_very_uncertain(self) -> bool:
        return self.certainty == Certainty.VERY_LOW


@dataclass(frozen=True, slots=True)
class Rule:
    """`condition` in the terms of the ruleset, `explanation` as a sentence for readers."""

    id: str
    condition: str
    verdict: Verdict
    contested_kind: ContestedKind | None
    explanation: str
    applies: Callable[[Case], bool]


RULES: tuple[Rule, ...] = (
    Rule(
        "V0",
        "the claim is not checkable, or is a value judgement",
        Verdict.NOT_APPLICABLE,
        None,
        "The claim is not of a kind that evidence can check.",
        lambda case: not case.is_checkable,
    ),
    Rule(
        "V1",
        "there are items, but no consensus on any of them",
        Verdict.UNASSESSED,
        None,
        "Evidence was collected, but the reviewers have not yet agreed on any of it.",
        lambda case: case.is_awaiting_consensus,
    ),
    Rule(
        "V2n",
        "nothing counted, but a human item is neutral or its study disagrees with itself",
        Verdict.INSUFFICIENT_EVIDENCE,
        None,
        "The studies that could count point neither way.",
        lambda case: case.is_empty and case.has_neutral,
    ),
    Rule(
        "V2",
        f"nothing counted otherwise, and a search not older than {SEARCH_MONTHS} months",
        Verdict.INSUFFICIENT_EVIDENCE,
        None,
        "A recent search of the literature found nothing that counts.",
        lambda case: case.is_empty and case.is_recently_searched,
    ),
    Rule(
        "V2u",
        "nothing counted otherwise, and no such search",
        Verdict.UNASSESSED,
        None,
        "Nothing that counts is on record, and no recent search has looked for it.",
        lambda case: case.is_empty,
    ),
    Rule(
        "V3p",
        f"decisive evidence on both sides, the minority at least {_SHARE} of it, and "
        "no decisive contradiction matches the claim's scope",
        Verdict.PARTLY_SUPPORTED,
        None,
        "Decisive evidence stands on both sides, but what speaks against the claim hits only a "
        "part of it.",
        lambda case: case.has_weighty_minority and not case.counts.decisive_against_matching,
    ),
    Rule(
        "V3",
        f"decisive evidence on both sides, the minority at least {_SHARE} of it",
        Verdict.CONTESTED,
        ContestedKind.CONFLICTING,
        "Decisive evidence stands on both sides, and neither side is a small minority.",
        lambda case: case.has_weighty_minority,
    ),
    Rule(
        "V3b",
        f"decisive evidence on both sides, less than {_SHARE} of it against",
        Verdict.PARTLY_SUPPORTED,
        None,
        f"Most decisive evidence supports the claim; less than {_SHARE} of it contradicts the claim.",
        lambda case: (
            case.has_both_sides and case.counts.decisive_for > case.counts.decisive_against
        ),
    ),
    Rule(
        "V3c",
        f"decisive evidence on both sides, less than {_SHARE} of it for",
        Verdict.CONTESTED,
        ContestedKind.CONTRADICTED,
        f"Most decisive evidence contradicts the claim; less than {_SHARE} of it supports the claim.",
        lambda case: case.has_both_sides,
    ),
    Rule(
        "V4",
        "decisive evidence against, none for",
        Verdict.CONTESTED,
        ContestedKind.CONTRADICTED,
        "All decisive evidence contradicts the claim.",
        lambda case: case.counts.decisive_against > 0,
    ),
    Rule(
        "V5n",
        "decisive evidence for, none against, but none whose scope matches the claim",
        Verdict.PARTLY_SUPPORTED,
        None,
        "The decisive evidence supports the claim, but only in a part or a different form.",
        lambda case: case.counts.decisive_for > 0 and not case.counts.decisive_for_matching,
    ),
    Rule(
        "V5m",
        "decisive evidence for, none against, but two or more contributory studies against and "
        "more of them than of all studies for",
        Verdict.PARTLY_SUPPORTED,
        None,
        "Decisive evidence supports the claim, but a larger body of weaker evidence contradicts "
        "it.",
        lambda case: case.counts.decisive_for > 0 and case.is_outnumbered,
    ),
    Rule(
        "V5c",
        "decisive evidence for, none against, but certainty very low",
        Verdict.PARTLY_SUPPORTED,
        None,
        "Decisive evidence supports the claim, but its certainty is very low.",
        lambda case: case.counts.decisive_for > 0 and case.is_very_uncertain,
    ),
    Rule(
        "V5",
        "decisive evidence for that matches the claim, none against",
        Verdict.SUPPORTED,
        None,
        "Decisive evidence supports the claim as it stands, and none contradicts it.",
        lambda case: case.counts.decisive_for > 0,
    ),
    Rule(
        "V6i",
        "only contributory evidence, certainty very low",
        Verdict.INSUFFICIENT_EVIDENCE,
        None,
        "There is only weaker evidence, and its certainty is very low.",
        lambda case: case.is_very_uncertain,
    ),
    Rule(
        "V6x",
        "only contributory evidence, on both sides",
        Verdict.CONTESTED,
        ContestedKind.CONFLICTING,
        "There is only weaker evidence, and it stands on both sides.",
        lambda case: bool(case.counts.contributory_for and case.counts.contributory_against),
    ),
    Rule(
        "V6p",
        "only contributory evidence, all of it for",
        Verdict.PARTLY_SUPPORTED,
        None,
        "There is only weaker evidence, and all of it supports the claim.",
        lambda case: case.counts.contributory_for > 0,
    ),
    Rule(
        "V6c",
        "only contributory evidence, all of it against",
        Verdict.CONTESTED,
        ContestedKind.CONTRADICTED,
        "There is only weaker evidence, and all of it contradicts the claim.",
        lambda case: case.counts.contributory_against > 0,
    ),
)


def first_rule(case: Case) -> Rule:
    """Return the rule that decides; there always is one."""
    return next(rule for rule in RULES if rule.applies(case))
