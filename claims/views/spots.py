"""Where each claim stands in the version of an article that is shown, or why that is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from claims.models import ArticleSnapshot, Claim, ClaimAnchor
from claims.ruleset.vocabulary import AnchorStatus

LOST: Mapping[str, str] = {
    AnchorStatus.ORPHANED: "Its words are not found in this version.",
    AnchorStatus.AMBIGUOUS: (
        "Its words stand more than once in this version; which place is meant is not guessed."
    ),
    AnchorStatus.UNRESOLVED: "Its place is recorded, but was not looked for in this text yet.",
}
ELSEWHERE = "Its place is known in another version or article only."
NOWHERE = "No place is recorded for it."


@dataclass(frozen=True, slots=True)
class Spot:
    """A claim's first place: code points, end exclusive; without a `start` there is a reason.

    A part without a place of its own stands where its whole does, and is not `own`. `further` are
    the other passages of the version in which the claim is made, `missing` says why some have none.
    """

    start: int | None = None
    end: int | None = None
    section: str = ""
    paragraph: int | None = None
    comment: int | None = None
    reason: str = ""
    own: bool = True
    further: tuple[Spot, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def span(self) -> tuple[int, int]:
        return self.start or 0, self.end or 0

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return each passage in which the claim is made, none for a claim without a place."""
        return [] if self.start is None else [self.span, *(each.span for each in self.further)]


Spots = Mapping[int, Spot]


@dataclass(frozen=True, slots=True)
class Finding:
    """How many places of claims were found in one way in the version that is shown."""

    label: str
    count: int


FOUND_HOW: Mapping[str, str] = {
    AnchorStatus.EXACT: "at the very place where they were marked",
    AnchorStatus.RELOCATED: "found again by their words",
    AnchorStatus.AMBIGUOUS: "whose words stand more than once",
    AnchorStatus.ORPHANED: "not found",
    AnchorStatus.UNRESOLVED: "recorded, not looked for in a text yet",
}


def spots_of(snapshot: ArticleSnapshot | None, claims: Iterable[Claim]) -> Spots:
    """Return a spot for each claim that was read `for_article()`."""
    claims = list(claims)
    own = {claim.pk: _own_spot(snapshot, claim) for claim in claims}
    return {claim.pk: _standing(claim, own) for claim in claims}


def findings(snapshot: ArticleSnapshot | None, claims: Iterable[Claim]) -> list[Finding]:
    """Count how the claims' places were found in this version."""
    counts = Counter(anchor.status for claim in claims for anchor in _anchors_in(snapshot, claim))
    return [Finding(label, counts[how]) for how, label in FOUND_HOW.items() if counts[how]]


def marked_on(snapshots: Iterable[ArticleSnapshot], claims: Iterable[Claim]) -> list[int]:
    """Return the keys of the versions on which the claims' places were first marked, newest first."""
    known = [snapshot.pk for snapshot in snapshots]
    first = {
        min(anchors)[1]
        for claim in claims
        if (
            anchors := [
                (a.pk, a.snapshot_id) for a in claim.anchors.all() if a.snapshot_id in known
            ]
        )
    }
    return [key for key in known if key in first]


def _anchors_in(snapshot: ArticleSnapshot | None, claim: Claim) -> list[ClaimAnchor]:
    return [a for a in claim.anchors.all() if snapshot and a.snapshot_id == snapshot.pk]


def _own_spot(snapshot: ArticleSnapshot | None, claim: Claim) -> Spot | None:
    anchors = _anchors_in(snapshot, claim)
    if not anchors or snapshot is None:
        return Spot(reason=ELSEWHERE) if claim.anchors.all() else None
    every = [_spot(snapshot, anchor) for anchor in anchors]
    found = sorted((spot for spot in every if spot.start is not None), key=lambda each: each.span)
    if not found:
        return every[0]
    missing = tuple(spot.reason for spot in every if spot.start is None)
    return replace(found[0], further=tuple(found[1:]), missing=missing)


def _spot(snapshot: ArticleSnapshot, anchor: ClaimAnchor) -> Spot:
    is_unsure = anchor.status == AnchorStatus.UNRESOLVED and snapshot.text is not None
    if anchor.start is None or is_unsure:
        return Spot(reason=LOST.get(anchor.status, NOWHERE))
    return Spot(anchor.start, anchor.end, anchor.section, anchor.paragraph, anchor.comment)


def _standing(claim: Claim, own: Mapping[int, Spot | None]) -> Spot:
    spot = own[claim.pk]
    if spot is not None:
        return spot
    whole = own.get(claim.parent_id or 0)
    if whole is None:
        return Spot(reason=NOWHERE)
    return replace(whole, own=False, missing=())
