"""What the rules find for a claim made of parts: its verdict is rolled up from theirs.

Parts that are not applicable are left out. The core part is essential by its nature.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.ruleset.grade import highest, lowest
from claims.ruleset.inputs import Part
from claims.ruleset.vocabulary import Certainty, ContestedKind, Verdict


@dataclass(frozen=True, slots=True)
class Essentials:
    """The parts that decide."""

    parts: tuple[Part, ...]

    @property
    def verdicts(self) -> set[str]:
        return {part.verdict for part in self.parts}

    @property
    def contested(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.verdict == Verdict.CONTESTED)

    @property
    def has_contested_core(self) -> bool:
        return any(part.is_core for part in self.contested)


@dataclass(frozen=True, slots=True)
class CompoundRule:
    """As `Rule`; of what kind a contested compound claim is follows from its parts."""

    id: str
    condition: str
    verdict: Verdict
    explanation: str
    applies: Callable[[Essentials], bool]


COMPOUND_RULES: tuple[CompoundRule, ...] = (
    CompoundRule(
        "C0",
        "no essential part is applicable",
        Verdict.NOT_APPLICABLE,
        "No essential part of the claim is of a kind that evidence can check.",
        lambda essentials: not essentials.parts,
    ),
    CompoundRule(
        "C1",
        "all essential parts are supported",
        Verdict.SUPPORTED,
        "Every essential part of the claim is supported.",
        lambda essentials: essentials.verdicts == {Verdict.SUPPORTED},
    ),
    CompoundRule(
        "C2",
        "the core part is contested, or an essential part is and none is supported",
        Verdict.CONTESTED,
        "The core of the claim is contested, or an essential part is and none is supported.",
        lambda essentials: (
            essentials.has_contested_core
            or (bool(essentials.contested) and Verdict.SUPPORTED not in essentials.verdicts)
        ),
    ),
    CompoundRule(
        "C3",
        "an essential part is unassessed",
        Verdict.UNASSESSED,
        "An essential part of the claim has not been assessed yet.",
        lambda essentials: Verdict.UNASSESSED in essentials.verdicts,
    ),
    CompoundRule(
        "C4",
        "all essential parts have insufficient evidence",
        Verdict.INSUFFICIENT_EVIDENCE,
        "For every essential part of the claim the evidence is insufficient.",
        lambda essentials: essentials.verdicts == {Verdict.INSUFFICIENT_EVIDENCE},
    ),
    CompoundRule(
        "C5",
        "otherwise",
        Verdict.PARTLY_SUPPORTED,
        "Some of what the claim says is supported, but not all of it.",
        lambda essentials: True,
    ),
)


@dataclass(frozen=True, slots=True)
class CompoundFinding:
    """The rule that decides, and what follows from the parts."""

    rule: CompoundRule
    contested_kind: ContestedKind | None
    certainty: Certainty

    @property
    def outcome(self) -> tuple[Verdict, ContestedKind | None]:
        return self.rule.verdict, self.contested_kind


def find_compound(parts: Sequence[Part]) -> CompoundFinding:
    """Let the first rule that applies to the essential parts decide."""
    essentials = Essentials(tuple(part for part in parts if decides(part)))
    rule = next(rule for rule in COMPOUND_RULES if rule.applies(essentials))
    if rule.verdict == Verdict.CONTESTED:
        return _contested(rule, essentials.contested)
    return CompoundFinding(rule, None, lowest(part.certainty for part in essentials.parts))


def decides(part: Part) -> bool:
    return part.verdict != Verdict.NOT_APPLICABLE and (part.is_essential or part.is_core)


def _contested(rule: CompoundRule, parts: Sequence[Part]) -> CompoundFinding:
    """Contradicted if any of these parts is, as certain as the most certain of them."""
    contradicted = any(part.contested_kind == ContestedKind.CONTRADICTED for part in parts)
    return CompoundFinding(
        rule,
        ContestedKind.CONTRADICTED if contradicted else ContestedKind.CONFLICTING,
        highest(part.certainty for part in parts),
    )
