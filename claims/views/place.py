"""Where a claim stands in its article, and the passage itself where the text was imported."""

from __future__ import annotations

from typing import Any

from claims.models import Claim, ClaimAnchor
from claims.ruleset.vocabulary import AnchorStatus, Voice
from claims.text_fragments import KnownText

FOUND = frozenset({AnchorStatus.EXACT, AnchorStatus.RELOCATED})


def place_of(claim: Claim) -> dict[str, Any]:
    """Return the anchor of a claim read `for_page()` in the version that is read, its section's
    label, its passage and where that stands in the original. `further` are the other places of the
    claim in that version.

    A part without a place of its own stands where its whole does. `also_in` are the other articles
    that make the claim.
    """
    anchors = [*claim.anchors.all(), *(claim.parent.anchors.all() if claim.parent else [])]
    at_home = [each for each in anchors if each.snapshot.article_id == claim.article_id]
    # Newest first; but a version whose text is here is read rather than one whose text is not.
    at_home.sort(key=lambda each: each.snapshot.text is None)
    anchor = at_home[0] if at_home else None
    further = [
        each
        for each in at_home[1:]
        if (each.claim_id, each.snapshot_id) == (at_home[0].claim_id, at_home[0].snapshot_id)
    ]
    elsewhere = {each.snapshot.article for each in anchors if each not in at_home}
    return {
        "anchor": anchor,
        "section_label": _section_label(anchor) if anchor else "",
        "passage": _passage(claim, anchor) if anchor else "",
        "original": _original(claim, anchor) if anchor else None,
        "further": [
            {"anchor": each, "label": _section_label(each), "passage": _passage(claim, each)}
            for each in further
        ],
        "also_in": sorted(elsewhere, key=lambda article: article.pk),
    }


def _section_label(anchor: ClaimAnchor) -> str:
    labels = {section["key"]: section["label"] for section in anchor.snapshot.sections}
    return str(labels.get(anchor.section, anchor.section))


def _is_quoted(claim: Claim, anchor: ClaimAnchor) -> bool:
    """Passages of the author are; whoever commented did not publish, and is not quoted."""
    return anchor.status in FOUND and claim.voice == Voice.AUTHOR


def _passage(claim: Claim, anchor: ClaimAnchor) -> str:
    if not _is_quoted(claim, anchor):
        return ""
    return (anchor.snapshot.text or "")[anchor.start : anchor.end]


def _original(claim: Claim, anchor: ClaimAnchor) -> str | None:
    url, text = claim.article.url, anchor.snapshot.text
    if not (url and text and anchor.start is not None and anchor.end is not None):
        return None
    span = (anchor.start, anchor.end)
    return KnownText(text).link(url, span) if _is_quoted(claim, anchor) else None
