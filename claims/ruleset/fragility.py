"""What an outcome rests on: the single items, or parts, without which it would be another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from claims.ruleset.inputs import Item, Part
from claims.ruleset.vocabulary import ContestedKind, Verdict

Piece = TypeVar("Piece", Item, Part)
Result = tuple[Verdict, ContestedKind | None]


@dataclass(frozen=True, slots=True)
class Pillar:
    """Without the item or part `key` the outcome would be this one."""

    key: str
    verdict: Verdict
    contested_kind: ContestedKind | None


def pillars(
    pieces: tuple[Piece, ...], outcome_of: Callable[[tuple[Piece, ...]], Result]
) -> tuple[Pillar, ...]:
    """Return a pillar for each piece whose removal changes the outcome, ordered by key."""
    whole = outcome_of(pieces)
    found = []
    for piece in sorted(pieces, key=lambda piece: piece.key):
        outcome = outcome_of(tuple(other for other in pieces if other is not piece))
        if outcome != whole:
            found.append(Pillar(piece.key, *outcome))
    return tuple(found)
