"""A claim's evidence as rows of a page: each item with what the verdict's trace says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from claims.models import Assessment, Consensus, EvidenceItem, Verdict
from claims.ruleset.vocabulary import AssessmentState, Side, Tier

SIDES = (
    (Side.FOR, "for", "Evidence for the claim"),
    (Side.AGAINST, "against", "Evidence against the claim"),
    (Side.NEUTRAL, "neutral", "Evidence that points neither way"),
    (Side.NONE, "not_counted", "What did not count, and why"),
)
# An item that came after the verdict was derived has no line in its trace.
NOT_WEIGHED: Mapping[str, Any] = {
    "side": Side.NONE,
    "tier": None,
    "counted": False,
    "reason": "not_weighed",
    "reason_text": "It was added after this verdict was derived and is not weighed yet.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One item; `ruling` is its line of the trace."""

    item: EvidenceItem
    ruling: Mapping[str, Any]
    carries_verdict: bool

    @property
    def judgement(self) -> Consensus | None:
        """What it counts as; nothing is shown before the reviewers have settled."""
        return getattr(self.item, "consensus", None)

    @property
    def assessments(self) -> list[Assessment]:
        if self.judgement is None:
            return []
        return [
            assessment
            for assessment in self.item.assessments.all()
            if assessment.state == AssessmentState.SUBMITTED
        ]

    @property
    def is_decisive(self) -> bool:
        return bool(self.ruling["tier"] == Tier.DECISIVE)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows on one side; `code` names it in addresses and styles."""

    code: str
    title: str
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        return self.code.replace("_", "-")


def grouped(items: Iterable[EvidenceItem], verdict: Verdict | None) -> list[Group]:
    """Return the four sides in order, each with its rows: decisive ones and newer ones first."""
    trace = verdict.trace if verdict else {}
    rulings = {ruling["key"]: ruling for ruling in trace.get("items", [])}
    pillars = {pillar["key"] for pillar in trace.get("rests_on", [])}
    rows = sorted(
        (Row(item, rulings.get(item.key, NOT_WEIGHED), item.key in pillars) for item in items),
        key=_weight,
    )
    return [
        Group(code, title, tuple(row for row in rows if row.ruling["side"] == side))
        for side, code, title in SIDES
    ]


def _weight(row: Row) -> tuple[bool, int, int]:
    year = row.item.publication.year if row.item.publication else None
    return (not row.is_decisive, -(year or 0), row.item.pk)
