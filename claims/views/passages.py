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
    """A claim's mark: its sign, and in which lane its line is drawn."""

    claim: Claim
    sign: str
    lane: int


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
        self.marks = [Mark(claim.pk, *spots[claim.pk].span) for claim in _own(placed, spots)]
        lane = lanes(self.marks)
        self.marked: Mapping[int, Marked] = {
            claim.pk: Marked(claim, sign_of(claim), min(lane[claim.pk], LANES - 1))
            for claim in placed
            if claim.pk in lane
        }

    def pieces(self, span: tuple[int, int]) -> list[Piece]:
        """Return a stretch of the text; of what no claim covers, only that there is some."""
        pieces = [self._piece(each) for each in segments(span, self.marks)]
        return pieces if any(piece.text.strip() or piece.is_cut for piece in pieces) else []

    def _piece(self, segment: Segment[int]) -> Piece:
        text = self.text[segment.start : segment.end]
        if not segment.keys and not self.whole and _WORD.search(text):
            return CUT
        return Piece(
            text,
            tuple(self.marked[key] for key in segment.keys),
            tuple(self.marked[key] for key in segment.begins),
        )


def _own(placed: list[Claim], spots: Spots) -> list[Claim]:
    """Leave out parts that stand where their whole is marked already."""
    shown = {claim.pk for claim in placed}
    return [claim for claim in placed if spots[claim.pk].own or claim.parent_id not in shown]
