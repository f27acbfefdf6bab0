"""How much of an article's text carries claims, and how much of that has been assessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims.legend import NO_VERDICT
from claims.marks import Mark, segments
from claims.models import ArticleSnapshot, Claim
from claims.outlines import stretches
from claims.ruleset.vocabulary import Verdict, Voice
from claims.views.spots import Spots
from claims.views.tallies import sign_of

ASSESSED: Final = "assessed"
PENDING: Final = "pending"
UNCHECKABLE: Final = "uncheckable"
BARE: Final = "bare"
LABELS: Final = {
    ASSESSED: "carries claims that have been assessed",
    PENDING: "carries a claim that nobody has assessed yet",
    UNCHECKABLE: "carries only claims that evidence cannot check",
    BARE: "carries no marked claim",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of the bar: `start` and `width` in per cent of the text."""

    code: str
    label: str
    start: float
    width: float

    @property
    def share(self) -> str:
        """The width as a reader takes it in: "61 %", "under 1 %"."""
        return f"{self.width:.0f} %" if self.width >= 1 else "under 1 %"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the text of the body by what it carries, counted in characters."""

    stretches: tuple[Stretch, ...]

    @property
    def with_claims(self) -> str:
        return _rounded(each.width for each in self.stretches if each.code != BARE)

    @property
    def assessed(self) -> str:
        return _rounded(each.width for each in self.stretches if each.code == ASSESSED)


def coverage_of(
    snapshot: ArticleSnapshot | None, claims: Iterable[Claim], spots: Spots
) -> Coverage | None:
    """Return how the author's claims cover the body; None where no claim has a place in it.

    A stretch under several claims is assessed when all of them are.
    """
    states = {
        claim.pk: _state(claim)
        for claim in claims
        if claim.voice == Voice.AUTHOR and spots[claim.pk].start is not None
    }
    if snapshot is None or not states:
        return None
    marks = [Mark(key, *span) for key in states for span in spots[key].spans]
    counts: Counter[str] = Counter()
    for start, end in _measured(snapshot):
        for segment in segments((start, end), marks):
            state = _worst([states[key] for key in segment.keys])
            counts[state] += segment.end - segment.start
    return _shares(counts)


def _measured(snapshot: ArticleSnapshot) -> list[tuple[int, int]]:
    """Return the paragraphs; where none are known, the body."""
    body = (snapshot.body_start, snapshot.body_end)
    parts = stretches(snapshot.outline, body)
    return [(part.start, part.end) for part in parts if part.number is not None] or [body]


def _state(claim: Claim) -> str:
    sign = sign_of(claim)
    if sign in {NO_VERDICT, Verdict.UNASSESSED}:
        return PENDING
    return UNCHECKABLE if sign == Verdict.NOT_APPLICABLE else ASSESSED


def _worst(states: list[str]) -> str:
    return next((state for state in (PENDING, ASSESSED, UNCHECKABLE) if state in states), BARE)


def _shares(counts: Counter[str]) -> Coverage:
    total = sum(counts.values())
    shares, start = [], 0.0
    for code, label in LABELS.items():
        if counts[code]:
            width = round(100 * counts[code] / total, 3)
            shares.append(Stretch(code, label, round(start, 3), width))
            start += width
    return Coverage(tuple(shares))


def _rounded(widths: Iterable[float]) -> str:
    return f"{sum(widths):.0f} %"
