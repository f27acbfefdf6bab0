"""The article's text, imported by whoever runs the site: it is not part of the project."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from claims.actions.errors import Refused
from claims.actions.history import because
from claims.anchors import Anchor, Fingerprint, Location, locate_all
from claims.models import Article, ArticleSnapshot, ClaimAnchor
from claims.ruleset.vocabulary import AnchorStatus, Voice

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FOUND: Final = (AnchorStatus.EXACT, AnchorStatus.RELOCATED)
OUTCOMES: Final = (*FOUND, AnchorStatus.AMBIGUOUS, AnchorStatus.ORPHANED)


class IllegalText(Refused):
    """What was given is no text of this article."""


@transaction.atomic
def import_text(article: Article, text: str, *, by: User, now: datetime) -> dict[str, int]:
    """Store a text of this article and find its claims there.

    Returns how many anchors are exact, relocated, ambiguous and orphaned. The text that a snapshot
    describes completes it; any other becomes a snapshot of its own, whose body reaches from the
    author's first claim to the last. Safe to repeat. Raises IllegalText for a text without words, and
    for one in which no claim of the article is found.
    """
    text = _normalised(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    anchors = _reference_anchors(article)
    places = locate_all(text, digest, [_as_anchor(anchor) for anchor in anchors])
    if anchors and not any(place.status in FOUND for place in places):
        raise IllegalText(
            f"None of the {len(anchors)} claims stands in this text. Is it “{article.title}”?"
        )
    with because(by, "text imported"):
        snapshot = _snapshot(article, text, digest, anchors, places, now)
        _place(snapshot, anchors, places)
    counts = Counter(place.status for place in places)
    return {status.value: counts[status] for status in OUTCOMES}


def _normalised(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise IllegalText("The text is empty.")
    if "\0" in text:
        raise IllegalText("The text holds a NUL character; it is no text.")
    return text


def _reference_anchors(article: Article) -> list[ClaimAnchor]:
    """Return the first anchor of each claim: the one its fingerprint was made with."""
    anchors = ClaimAnchor.objects.filter(claim__article=article, start__isnull=False)
    return list(
        anchors.select_related("claim", "snapshot").order_by("claim_id", "pk").distinct("claim_id")
    )


def _as_anchor(anchor: ClaimAnchor) -> Anchor:
    return Anchor(
        start=anchor.start,
        end=anchor.end,
        text_sha256=anchor.snapshot.sha256,
        sha256=anchor.span_sha256,
        fingerprint=Fingerprint(anchor.fingerprint_words, anchor.fingerprint_sha256),
    )


def _snapshot(
    article: Article,
    text: str,
    digest: str,
    anchors: Sequence[ClaimAnchor],
    places: Sequence[Location],
    now: datetime,
) -> ArticleSnapshot:
    body_start, body_end = _body(text, anchors, places)
    snapshot, _ = ArticleSnapshot.objects.get_or_create(
        article=article,
        sha256=digest,
        defaults={
            "text": text,
            "code_points": len(text),
            "body_start": body_start,
            "body_end": body_end,
            "retrieved_at": now,
        },
    )
    # Only where there is none: the database refuses to replace a text.
    ArticleSnapshot.objects.filter(pk=snapshot.pk, text=None).update(text=text, retrieved_at=now)
    return snapshot


def _body(text: str, anchors: Sequence[ClaimAnchor], places: Sequence[Location]) -> tuple[int, int]:
    spans = [
        (place.start, place.end)
        for anchor, place in zip(anchors, places, strict=True)
        if anchor.claim.voice == Voice.AUTHOR and place.start is not None and place.end is not None
    ]
    if not spans:
        return 0, len(text)
    return min(start for start, _ in spans), max(end for _, end in spans)


def _place(
    snapshot: ArticleSnapshot, anchors: Sequence[ClaimAnchor], places: Sequence[Location]
) -> None:
    """Write where each claim stands in this snapshot, if that is not what is written there."""
    known: Mapping[int, ClaimAnchor] = {
        anchor.claim_id: anchor for anchor in snapshot.anchors.all()
    }
    new = []
    for anchor, place in zip(anchors, places, strict=True):
        found = {"status": place.status, "start": place.start, "end": place.end}
        here = known.get(anchor.claim_id)
        if here is None:
            new.append(_copy(anchor, snapshot, found))
        elif any(getattr(here, name) != value for name, value in found.items()):
            ClaimAnchor.objects.filter(pk=here.pk).update(**found)
    ClaimAnchor.objects.bulk_create(new)


def _copy(
    anchor: ClaimAnchor, snapshot: ArticleSnapshot, found: Mapping[str, object]
) -> ClaimAnchor:
    return ClaimAnchor(
        claim=anchor.claim,
        snapshot=snapshot,
        span_sha256=anchor.span_sha256,
        fingerprint_words=anchor.fingerprint_words,
        fingerprint_sha256=anchor.fingerprint_sha256,
        section=anchor.section,
        paragraph=anchor.paragraph,
        comment=anchor.comment,
        **found,
    )
