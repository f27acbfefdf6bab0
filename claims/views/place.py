"""Where a claim stands in its article, and the passage itself where the text was imported."""

from __future__ import annotations

from typing import Any

from claims.models import Claim, ClaimAnchor
from claims.ruleset.vocabulary import AnchorStatus

FOUND = frozenset({AnchorStatus.EXACT, AnchorStatus.RELOCATED})


def place_of(claim: Claim) -> dict[str, Any]:
    """Return the newest anchor of a claim read `for_page()`, its section's label and passage.

    A part without a place of its own stands where its whole does. `also_in` are the other articles
    that make the claim.
    """
    anchors = [*claim.anchors.all(), *(claim.parent.anchors.all() if claim.parent else [])]
    at_home = [each for each in anchors if each.snapshot.article_id == claim.article_id]
    anchor = at_home[0] if at_home else None
    elsewhere = {each.snapshot.article for each in anchors if each not in at_home}
    return {
        "anchor": anchor,
        "section_label": _section_label(anchor) if anchor else "",
        "passage": _passage(anchor) if anchor else "",
        "also_in": sorted(elsewhere, key=lambda article: article.pk),
    }


def _section_label(anchor: ClaimAnchor) -> str:
    labels = {section["key"]: section["label"] for section in anchor.snapshot.sections}
    return str(labels.get(anchor.section, anchor.section))


def _passage(anchor: ClaimAnchor) -> str:
    if anchor.status not in FOUND:
        return ""
    return (anchor.snapshot.text or "")[anchor.start : anchor.end]
