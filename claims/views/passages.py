"""The text of an article as its readers may see it: the passages of claims marked, or all of it.

What is left out is said to be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from claims.marks import Mark, Segment, lanes, segments
from claims.models import Claim
from claims.views.spots import Spots
from claims.views.tallies import sign_of

#: Deeper marks share the last lane: there is no room for more lines under a word.
LANES: Final = 4
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Marked:
    """A claim's mark: its sign, in which lane its line is drawn, which of the claim's passages it
    is, from 1 on, and of how many."""

    claim: Claim
    sign: str
    lane: int
    number: int = 1
    total: int = 1

    @property
    def anchor(self) -> str:
        """The fragment of the mark's address: "CLM-12", and "CLM-12-2" for a second passage."""
        again = f"-{self.number}" if self.number > 1 else ""
        return f"{self.claim.public_id}{again}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same marks, outermost first; `is_cut` stands for text left out."""

    text: str
    marks: tuple[Marked, ...] = ()
    begins: tuple[Marked, ...] = ()
    is_cut: bool = False


CUT: Final = Piece("", is_cut=True)


class Passages:
    """The marks of some claims over one text."""

    def __init__(self, text: str, claims: Iterable[Claim], spots: Spots, *, whole: bool) -> None:
        placed = [claim for claim in claims if spots[claim.pk].start is not None]
        self.text = text
        self.whole = whole
        self.marks = [
            Mark((claim.pk, number), *span)
            for claim in _own(placed, spots)
            for number, span in enumerate(spots[claim.pk].spans, start=1)
        ]
        self._lanes = lanes(self.marks)
        self.marked: Mapping[int, list[Marked]] = {
            claim.pk: self._marked(claim, len(spots[claim.pk].spans))
            for claim in placed
            if (claim.pk, 1) in self._lanes
        }

    def pieces(self, span: tuple[int, int]) -> list[Piece]:
        """Return a stretch of the text; of what no claim covers, only that there is some."""
        pieces = [self._piece(each) for each in segments(span, self.marks)]
        return pieces if any(piece.text.strip() or piece.is_cut for piece in pieces) else []

    def _marked(self, claim: Claim, total: int) -> list[Marked]:
        sign = sign_of(claim)
        drawn = [min(self._lanes[claim.pk, n], LANES - 1) for n in range(1, total + 1)]
        return [Marked(claim, sign, lane, n, total) for n, lane in enumerate(drawn, start=1)]

    def _of(self, keys: Iterable[tuple[int, int]]) -> tuple[Marked, ...]:
        return tuple(self.marked[pk][number - 1] for pk, number in keys)

    def _piece(self, segment: Segment[tuple[int, int]]) -> Piece:
        text = self.text[segment.start : segment.end]
        if not segment.keys and not self.whole and _WORD.search(text):
            return CUT
        return Piece(text, self._of(segment.keys), self._of(segment.begins))


def _own(placed: list[Claim], spots: Spots) -> list[Claim]:
    """Leave out parts that stand where their whole is marked already."""
    shown = {claim.pk for claim in placed}
    return [claim for claim in placed if spots[claim.pk].own or claim.parent_id not in shown]
