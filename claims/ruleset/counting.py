"""What counts, on which side, and how much of it: nothing counts twice.

Three looks at the items, in this order: each by itself; then units that disagree with themselves,
which count for neither side; then studies inside a review that points the other way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.ruleset.inputs import Item, Leaf
from claims.ruleset.packing import largest_packing
from claims.ruleset.reasons import COUNTING, UNDECIDED, Reason, reason_for
from claims.ruleset.tiers import tier_of
from claims.ruleset.vocabulary import Scope, Side, Stance, Tier

_SIDES: dict[str, Side] = {Stance.SUPPORTS: Side.FOR, Stance.CONTRADICTS: Side.AGAINST}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of one item. `review` is the key of the review that put it out, if one did."""

    item: Item
    tier: Tier | None
    reason: Reason
    review: str | None = None

    @property
    def is_counted(self) -> bool:
        return self.reason in COUNTING

    @property
    def side(self) -> Side:
        if self.is_counted and self.item.judgement:
            return _SIDES[self.item.judgement.stance]
        return Side.NEUTRAL if self.reason in UNDECIDED else Side.NONE

    @property
    def is_matching(self) -> bool:
        return self.item.judgement is not None and self.item.judgement.scope == Scope.MATCHES


@dataclass(frozen=True, slots=True)
class Counts:
    """How many independent studies stand where; `..._matching`: those whose scope matches.

    A study that has a decisive item is not among the contributory ones. `all_for` packs decisive and
    contributory support together.
    """

    decisive_for: int = 0
    decisive_for_matching: int = 0
    decisive_against: int = 0
    decisive_against_matching: int = 0
    contributory_for: int = 0
    contributory_against: int = 0
    all_for: int = 0


def rulings_on(leaf: Leaf) -> tuple[Ruling, ...]:
    """Return a ruling on each item, ordered by the items' keys."""
    items = sorted(leaf.items, key=lambda item: item.key)
    rulings = [_by_itself(item, leaf.claim_type) for item in items]
    rulings = _neutralise_self_disagreement(rulings)
    return tuple(_put_out_inside_opposing_reviews(rulings))


def counts_of(rulings: Iterable[Ruling]) -> Counts:
    """Return the counts over the rulings that count."""
    counted = [ruling for ruling in rulings if ruling.is_counted]
    decisive = [ruling for ruling in counted if ruling.tier == Tier.DECISIVE]
    decisive_units = {ruling.item.unit for ruling in decisive}
    contributory = [ruling for ruling in counted if ruling.item.unit not in decisive_units]
    matching = [ruling for ruling in decisive if ruling.is_matching]
    return Counts(
        decisive_for=_independent(decisive, Side.FOR),
        decisive_for_matching=_independent(matching, Side.FOR),
        decisive_against=_independent(decisive, Side.AGAINST),
        decisive_against_matching=_independent(matching, Side.AGAINST),
        contributory_for=_independent(contributory, Side.FOR),
        contributory_against=_independent(contributory, Side.AGAINST),
        all_for=_independent(counted, Side.FOR),
    )


def _by_itself(item: Item, claim_type: str) -> Ruling:
    if item.judgement is None:
        return Ruling(item, None, Reason.AWAITING_CONSENSUS)
    tier = tier_of(item.judgement, claim_type)
    return Ruling(item, tier, reason_for(item, item.judgement, tier))


def _neutralise_self_disagreement(rulings: Sequence[Ruling]) -> list[Ruling]:
    sides: dict[str, set[Side]] = {}
    for ruling in rulings:
        if ruling.is_counted:
            sides.setdefault(ruling.item.unit, set()).add(ruling.side)
    return [
        replace(ruling, reason=Reason.DISAGREES_WITH_ITSELF)
        if ruling.is_counted and len(sides[ruling.item.unit]) > 1
        else ruling
        for ruling in rulings
    ]


def _put_out_inside_opposing_reviews(rulings: Sequence[Ruling]) -> list[Ruling]:
    # All at once: a review that is itself put out by another still puts out what it pooled.
    # Otherwise a circle of reviews would have no answer.
    reviews = [ruling for ruling in rulings if ruling.is_counted and ruling.item.includes]
    return [_put_out(ruling, reviews) if ruling.is_counted else ruling for ruling in rulings]


def _put_out(ruling: Ruling, reviews: Iterable[Ruling]) -> Ruling:
    for review in reviews:
        if _overrides(review, ruling):
            return replace(ruling, reason=Reason.INSIDE_OPPOSING_REVIEW, review=review.item.key)
    return ruling


def _overrides(review: Ruling, ruling: Ruling) -> bool:
    return (
        ruling.item.unit in review.item.includes
        and review.side != ruling.side
        and (review.tier == Tier.DECISIVE or ruling.tier == Tier.CONTRIBUTORY)
    )


def _independent(rulings: Iterable[Ruling], side: Side) -> int:
    """How many of these rulings on a side share no trial, a review standing for what it includes."""
    return largest_packing(
        ruling.item.includes | {ruling.item.unit} for ruling in rulings if ruling.side == side
    )
