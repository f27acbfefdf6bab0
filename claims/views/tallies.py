"""Counts by sign as shares of a bar, in the legend's order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from claims.legend import NO_VERDICT, SIGNS, Entry, sign_entry
from claims.models import Claim, Verdict


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the bar: `start` and `width` in per cent of the whole."""

    code: str
    label: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Tally:
    total: int
    shares: tuple[Share, ...]


EVIDENCE = {
    entry.code: entry
    for entry in (
        Entry("for", "for", ""),
        Entry("against", "against", ""),
        Entry("neutral", "neither way", ""),
        Entry("not_counted", "not counted", ""),
    )
}
_EVIDENCE_KEYS = {
    "supports": "for",
    "contradicts": "against",
    "neutral": "neutral",
    "not_counted": "not_counted",
}


def verdict_tally(counts: Mapping[str, int]) -> Tally:
    return _tally([sign_entry(code) for code in (*SIGNS, NO_VERDICT)], counts)


def evidence_tally(counts: Mapping[str, int]) -> Tally:
    """Take `Verdict.evidence_counts`."""
    return _tally(
        EVIDENCE.values(), {_EVIDENCE_KEYS[key]: counts.get(key, 0) for key in _EVIDENCE_KEYS}
    )


def signs_of(claims: Iterable[Claim]) -> Counter[str]:
    """Count claims that were read `with_verdict()` by their sign."""
    return Counter(sign_of(claim) for claim in claims)


def sign_of(claim: Claim) -> str:
    """Return the sign of a claim that was read `with_verdict()`."""
    current: list[Verdict] = claim.current_verdicts  # type: ignore[attr-defined]
    return current[0].sign if current else NO_VERDICT


def _tally(entries: Iterable[Entry], counts: Mapping[str, int]) -> Tally:
    total = sum(counts.values())
    shares, start = [], 0.0
    for entry in entries:
        count = counts.get(entry.code, 0)
        if count:
            width = round(100 * count / total, 3)
            shares.append(Share(entry.code, entry.label, count, round(start, 3), width))
            start += width
    return Tally(total, tuple(shares))
