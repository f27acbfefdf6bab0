"""Places of claims that a text leaves open: looked up again, and settled by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from claims.actions.anchoring import (
    locations,
    on_its_side,
    reference_anchors,
    settle,
    words_of,
)
from claims.actions.errors import AlreadyDone, IllegalChange, Outdated, refuse_unless_allowed
from claims.actions.history import because
from claims.folding import Span
from claims.models import Article, ArticleSnapshot, ClaimAnchor
from claims.ruleset.vocabulary import AnchorStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """An anchor that is ambiguous or orphaned in its snapshot, and where its words stand there."""

    anchor: ClaimAnchor
    candidates: tuple[Span, ...]


def open_places(snapshot: ArticleSnapshot) -> list[OpenPlace]:
    """Return the anchors of a text whose place is not known, each with all places it could have."""
    lost = list(snapshot.anchors.lost().select_related("claim").order_by("status", "claim"))
    candidates = _candidates(snapshot, lost)
    return [OpenPlace(anchor, candidates[anchor.pk]) for anchor in lost]


@transaction.atomic
def choose_place(
    anchor: ClaimAnchor, *, start: int, end: int, opened: str, by: User, now: datetime
) -> None:
    """Say which of the places where an anchor's words stand is the right one.

    `opened` is the anchor's `state_token` when the person looked. Chosen twice, it is chosen once.
    Raises Outdated if somebody else has settled it since, and IllegalChange for a place where its
    words do not stand.
    """
    stored = _locked(anchor, by)
    if (stored.start, stored.end) == (start, end):
        return
    _refuse_outdated(stored, opened)
    if (start, end) not in _candidates(stored.snapshot, [stored])[stored.pk]:
        raise IllegalChange("The claim's words do not stand there.")
    with because(by, "chosen among several places"):
        settle(stored, stored.snapshot, (start, end))


@transaction.atomic
def refuse_places(anchor: ClaimAnchor, *, opened: str, by: User, now: datetime, why: str) -> None:
    """Say that none of the places is the right one: the claim stays without a place in this text.

    Raises Outdated as `choose_place` does, IllegalChange without a reason, and AlreadyDone.
    """
    if not why.strip():
        raise IllegalChange("Say why none of the places is the right one.")
    stored = _locked(anchor, by)
    if stored.orphaned_reason == why.strip():
        raise AlreadyDone("This is settled already, for the same reason.")
    _refuse_outdated(stored, opened)
    stored.status, stored.start, stored.end = AnchorStatus.ORPHANED, None, None
    stored.section, stored.paragraph, stored.comment = "", None, None
    stored.orphaned_reason = why.strip()
    with because(by, why.strip()):
        stored.save()


@transaction.atomic
def detach(anchor: ClaimAnchor, *, by: User, now: datetime, why: str) -> None:
    """Say that a claim is not made in this passage after all, in none of the article's texts.

    Its rows are deleted; the history keeps each, with the reason. Raises IllegalChange without a
    reason or for the passage in which the claim was first marked, AlreadyDone if it is gone.
    """
    if not why.strip():
        raise IllegalChange("Say why the claim is not made in this passage.")
    refuse_unless_allowed(by, "change_claimanchor")
    Article.objects.select_for_update().get(snapshots=anchor.snapshot_id)
    if not ClaimAnchor.objects.filter(pk=anchor.pk).exists():
        raise AlreadyDone(f"{anchor.claim.public_id} is made in this passage no more.")
    if not may_detach(anchor):
        raise IllegalChange(
            f"In this passage {anchor.claim.public_id} was first marked, and it is the origin of the "
            "claim. Withdraw the claim if it is not made there."
        )
    with because(by, why.strip()):
        _of_same_passage(anchor).delete()


def may_detach(anchor: ClaimAnchor) -> bool:
    """Whether it is a further passage, not the one in which its claim was first marked at home."""
    if anchor.snapshot.article_id != anchor.claim.article_id:
        return True
    at_home = ClaimAnchor.objects.filter(
        claim=anchor.claim_id, snapshot__article=anchor.claim.article_id
    )
    first = at_home.order_by("pk").first()
    return first is not None and words_of(first) != words_of(anchor)


def _of_same_passage(anchor: ClaimAnchor) -> QuerySet[ClaimAnchor]:
    return ClaimAnchor.objects.filter(
        claim=anchor.claim_id,
        snapshot__article=anchor.snapshot.article_id,
        fingerprint_sha256=anchor.fingerprint_sha256,
    )


def _locked(anchor: ClaimAnchor, by: User) -> ClaimAnchor:
    refuse_unless_allowed(by, "change_claimanchor")
    # Importing a text and correcting its body write to anchors under the same lock.
    Article.objects.select_for_update().get(snapshots__anchors=anchor.pk)
    return ClaimAnchor.objects.select_related("claim", "snapshot").get(pk=anchor.pk)


def _refuse_outdated(stored: ClaimAnchor, opened: str) -> None:
    if stored.state_token == opened:
        return
    where = (
        f"it stands at {stored.start} to {stored.end}"
        if stored.start is not None
        else f"it is {stored.get_status_display().lower()}"
        + (f" ({stored.orphaned_reason})" if stored.orphaned_reason else "")
    )
    raise Outdated(
        f"Somebody has settled the place of {stored.claim.public_id} since you opened the list: {where}."
    )


def _candidates(
    snapshot: ArticleSnapshot, anchors: Sequence[ClaimAnchor]
) -> dict[int, tuple[Span, ...]]:
    """Return by anchor where its words stand in the text, on the side of who says them."""
    # Only the anchor with which a fingerprint was made leads to its words quickly.
    made = {words_of(each): each for each in reference_anchors(snapshot.article)}
    wanted = [made.get(words_of(anchor), anchor) for anchor in anchors]
    places = locations(snapshot.text or "", snapshot.sha256, wanted) if anchors else []
    body = (snapshot.body_start, snapshot.body_end)
    return {
        anchor.pk: on_its_side(place, anchor.claim.voice, body).candidates
        for anchor, place in zip(anchors, places, strict=True)
    }
