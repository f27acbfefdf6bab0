"""What goes into the ruleset and what comes out: frozen records without behaviour.

Every value is a word of `claims.ruleset.vocabulary`; a record with any other is refused with a
ValueError that names the field and the value.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.ruleset.vocabulary import (
    Certainty,
    Checkability,
    ClaimType,
    ContestedKind,
    Directness,
    FindingRole,
    Identity,
    Integrity,
    RobLevel,
    Scope,
    Stance,
    StudyDesign,
    Verdict,
    Vocabulary,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reviewers agreed on about one item."""

    stance: str
    directness: str
    scope: str
    finding_role: str
    study_design: str
    rob_overall: str

    def __post_init__(self) -> None:
        _refuse_unknown("stance", self.stance, Stance)
        _refuse_unknown("directness", self.directness, Directness)
        _refuse_unknown("scope", self.scope, Scope)
        _refuse_unknown("finding_role", self.finding_role, FindingRole)
        _refuse_unknown("study_design", self.study_design, StudyDesign)
        _refuse_unknown("rob_overall", self.rob_overall, RobLevel)


@dataclass(frozen=True, slots=True)
class Item:
    """One evidence item of a claim.

    `unit` is what counts once: "trial:<registry id>" or "publication:<id>"; `includes` are the units
    that a review pooled. Without a consensus there is no judgement.
    """

    key: str
    unit: str
    judgement: Judgement | None
    includes: frozenset[str] = frozenset()
    integrity: str = Integrity.UNKNOWN
    identity: str = Identity.CONFIRMED

    def __post_init__(self) -> None:
        _refuse_unknown("integrity", self.integrity, Integrity)
        _refuse_unknown("identity", self.identity, Identity)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A claim without parts, with all its evidence items; their keys are unique."""

    key: str
    claim_type: str
    checkability: str
    items: tuple[Item, ...]
    certainty: str
    last_search: date | None

    def __post_init__(self) -> None:
        _refuse_unknown("claim_type", self.claim_type, ClaimType)
        _refuse_unknown("checkability", self.checkability, Checkability)
        _refuse_unknown("certainty", self.certainty, Certainty)
        _refuse_repeated([item.key for item in self.items])


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound claim, with its own outcome."""

    key: str
    verdict: str
    contested_kind: str | None
    certainty: str
    is_core: bool
    is_essential: bool

    def __post_init__(self) -> None:
        _refuse_unknown("verdict", self.verdict, Verdict)
        _refuse_unknown("certainty", self.certainty, Certainty)
        if (self.verdict == Verdict.CONTESTED) != (self.contested_kind is not None):
            raise ValueError(f"{self.key}: contested_kind goes with the verdict contested")
        if self.contested_kind is not None:
            _refuse_unknown("contested_kind", self.contested_kind, ContestedKind)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules make of a claim. `trace` is plain JSON: see `claims.ruleset.trace`."""

    verdict: str
    contested_kind: str | None
    certainty: str
    rule: str
    trace: dict[str, Any]


def _refuse_unknown(field: str, value: str, vocabulary: type[Vocabulary]) -> None:
    try:
        vocabulary(value)
    except ValueError:
        legal = ", ".join(vocabulary)
        raise ValueError(f"{field}: {value!r} is none of {legal}") from None


def _refuse_repeated(keys: list[str]) -> None:
    repeated = [key for key, times in Counter(keys).items() if times > 1]
    if repeated:
        raise ValueError(f"keys: {', '.join(repeated)} occur more than once")
