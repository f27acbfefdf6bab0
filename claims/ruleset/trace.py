"""The trace of a derivation: plain JSON that tells how a verdict came about.

A leaf's trace holds

    ruleset_version, kind "leaf", claim
    claim_type, checkability, certainty_given, last_search, today      the inputs, beside the items'
    verdict, contested_kind, certainty, rule, because                  the outcome
    counts             independent studies: see `Counts`
    items              each item's inputs with its tier, whether it counted, side and reason
    flags              units that disagree with themselves
    rests_on           [{key, verdict, contested_kind}]: without this one item it would be that
    evidence_counts    items: {supports, contradicts, neutral, not_counted}

and a compound claim's trace has `kind` "compound" and, for items, its parts with the role of each.
`leaf_in` and `parts_in` read the inputs back, so that a trace can be replayed.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from claims.ruleset.compound import CompoundFinding, decides
from claims.ruleset.counting import Ruling
from claims.ruleset.fragility import Pillar
from claims.ruleset.inputs import Item, Judgement, Leaf, Part
from claims.ruleset.leaf import LeafFinding
from claims.ruleset.reasons import REASONS, Reason
from claims.ruleset.rules import VERSION
from claims.ruleset.vocabulary import Side

JSON = dict[str, Any]
LEAF = "leaf"
COMPOUND = "compound"

_JUDGED = tuple(field.name for field in fields(Judgement))
_PART = tuple(field.name for field in fields(Part))
_DISAGREEMENT = "One study has findings on both sides; it was counted for neither."


def leaf_trace(leaf: Leaf, today: date, finding: LeafFinding, rests_on: Iterable[Pillar]) -> JSON:
    return _plain(
        _outcome(LEAF, leaf.key, finding)
        | {
            "claim_type": leaf.claim_type,
            "checkability": leaf.checkability,
            "certainty_given": leaf.certainty,
            "last_search": leaf.last_search and leaf.last_search.isoformat(),
            "today": today.isoformat(),
            "counts": asdict(finding.counts),
            "items": [_item_row(ruling) for ruling in finding.rulings],
            "flags": _flags(finding.rulings),
            "rests_on": [asdict(pillar) for pillar in rests_on],
            "evidence_counts": _evidence_counts(finding.rulings),
        }
    )


def compound_trace(
    key: str, parts: Sequence[Part], finding: CompoundFinding, rests_on: Iterable[Pillar]
) -> JSON:
    ordered = sorted(parts, key=lambda part: part.key)
    return _plain(
        _outcome(COMPOUND, key, finding)
        | {
            "parts": [asdict(part) | {"role": _role(part)} for part in ordered],
            "rests_on": [asdict(pillar) for pillar in rests_on],
        }
    )


def leaf_in(trace: Mapping[str, Any]) -> Leaf:
    """Return the leaf from which this trace was derived."""
    searched = trace["last_search"]
    return Leaf(
        key=trace["claim"],
        claim_type=trace["claim_type"],
        checkability=trace["checkability"],
        items=tuple(_item_in(row) for row in trace["items"]),
        certainty=trace["certainty_given"],
        last_search=searched and date.fromisoformat(searched),
    )


def parts_in(trace: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts from which this trace was derived."""
    return tuple(Part(**{name: row[name] for name in _PART}) for row in trace["parts"])


def _plain(trace: JSON) -> JSON:
    # Through JSON and back, so that a trace is the same before and after it is stored.
    plain: JSON = json.loads(json.dumps(trace))
    return plain


def _outcome(kind: str, key: str, finding: LeafFinding | CompoundFinding) -> JSON:
    verdict, contested_kind = finding.outcome
    return {
        "ruleset_version": VERSION,
        "kind": kind,
        "claim": key,
        "verdict": verdict,
        "contested_kind": contested_kind,
        "certainty": finding.certainty,
        "rule": finding.rule.id,
        "because": finding.rule.explanation,
    }


def _item_row(ruling: Ruling) -> JSON:
    item = ruling.item
    judged = asdict(item.judgement) if item.judgement else dict.fromkeys(_JUDGED)
    return {
        "key": item.key,
        "unit": item.unit,
        **judged,
        "includes": sorted(item.includes),
        "integrity": item.integrity,
        "identity": item.identity,
        "tier": ruling.tier,
        "counted": ruling.is_counted,
        "side": ruling.side,
        "reason": ruling.reason,
        "reason_text": REASONS[ruling.reason],
        "review": ruling.review,
    }


def _item_in(row: Mapping[str, Any]) -> Item:
    judged = row["stance"] is not None
    return Item(
        key=row["key"],
        unit=row["unit"],
        judgement=Judgement(**{name: row[name] for name in _JUDGED}) if judged else None,
        includes=frozenset(row["includes"]),
        integrity=row["integrity"],
        identity=row["identity"],
    )


def _flags(rulings: Iterable[Ruling]) -> list[JSON]:
    reason = Reason.DISAGREES_WITH_ITSELF
    units = sorted({ruling.item.unit for ruling in rulings if ruling.reason == reason})
    return [{"code": reason, "unit": unit, "text": _DISAGREEMENT} for unit in units]


def _evidence_counts(rulings: Iterable[Ruling]) -> dict[str, int]:
    sides = Counter(ruling.side for ruling in rulings)
    return {
        "supports": sides[Side.FOR],
        "contradicts": sides[Side.AGAINST],
        "neutral": sides[Side.NEUTRAL],
        "not_counted": sides[Side.NONE],
    }


def _role(part: Part) -> str:
    if not decides(part):
        return "left_out"
    return "core" if part.is_core else "essential"
