"""Where an article's claims stand in one of its texts: found by fingerprint, never by guess."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from claims.anchors import (
    Anchor,
    Fingerprint,
    Landmark,
    Location,
    fingerprint,
    landmark,
    locate_all,
    located,
)
from claims.models import Article, ArticleSnapshot, Claim, ClaimAnchor
from claims.outlines import Place, Span, place_of
from claims.ruleset.vocabulary import AnchorStatus, Voice

FOUND: Final = (AnchorStatus.EXACT, AnchorStatus.RELOCATED)
OUTCOMES: Final = (*FOUND, AnchorStatus.AMBIGUOUS, AnchorStatus.ORPHANED)


def reference_anchors(article: Article) -> list[ClaimAnchor]:
    """Return the first anchor in this article of each claim and passage: it made the fingerprint."""
    anchors = ClaimAnchor.objects.filter(snapshot__article=article)
    return list(
        anchors.select_related("claim", "snapshot")
        .defer("snapshot__text", "snapshot__outline")
        .order_by("claim_id", "fingerprint_sha256", "pk")
        .distinct("claim_id", "fingerprint_sha256")
    )


def locations(text: str, digest: str, anchors: Sequence[ClaimAnchor]) -> list[Location]:
    """Return where each anchor's words are in a text with this SHA-256, be it body or comment."""
    wanted = {anchor.snapshot_id for anchor in anchors}
    known = ArticleSnapshot.objects.with_text().filter(pk__in=wanted)
    texts = dict(known.order_by().values_list("pk", "text"))
    made = [_as_anchor(anchor, texts.get(anchor.snapshot_id)) for anchor in anchors]
    return locate_all(text, digest, made)


def on_its_side(place: Location, voice: str, body: Span) -> Location:
    """Keep of the places found those in the body for an author's claim, those outside for a reader's."""
    if place.status == AnchorStatus.EXACT:
        return place
    start, end = body
    return located(
        span
        for span in place.candidates
        if (start <= span[0] and span[1] <= end) == (voice == Voice.AUTHOR)
    )


def write_anchors(
    snapshot: ArticleSnapshot, anchors: Sequence[ClaimAnchor], places: Sequence[Location]
) -> dict[str, int]:
    """Write where each claim stands in this snapshot; return how many were found and how.

    A place that somebody has chosen among several stays chosen, and so does none of them.
    """
    known: Mapping[tuple[int, str], ClaimAnchor] = {
        words_of(anchor): anchor for anchor in snapshot.anchors.all()
    }
    new = []
    counts: Counter[str] = Counter()
    for anchor, place in zip(anchors, places, strict=True):
        here = known.get(words_of(anchor))
        if here is None:
            new.append(_copy(anchor, snapshot, place))
        elif _is_chosen(here, place):
            counts[here.status] += 1
            continue
        else:
            _move(here, place, snapshot)
        counts[place.status] += 1
    ClaimAnchor.objects.bulk_create(new)
    return {status.value: counts[status] for status in OUTCOMES}


def made_here(claim: Claim, snapshot: ArticleSnapshot, span: Span) -> ClaimAnchor:
    """Return a new anchor, not stored yet, of a claim at a span of this snapshot's text."""
    start, end = span
    words = (snapshot.text or "")[start:end]
    made, mark = fingerprint(words), landmark(words)
    place = Location(AnchorStatus.EXACT, start, end, candidates=(span,))
    return ClaimAnchor(
        claim=claim,
        snapshot=snapshot,
        span_sha256=hashlib.sha256(words.encode()).hexdigest(),
        fingerprint_words=made.words,
        fingerprint_sha256=made.sha256,
        landmark_index=mark.index if mark else None,
        landmark_crc32=mark.crc32 if mark else None,
        status=place.status,
        start=start,
        end=end,
        **_in_outline(snapshot, place),
    )


def place_in_other_texts(anchor: ClaimAnchor) -> None:
    """Find a new anchor's words in the other texts of the same article that are here."""
    others = ArticleSnapshot.objects.with_text().filter(article=anchor.snapshot.article_id)
    for other in others.exclude(pk=anchor.snapshot_id):
        [place] = locations(other.text or "", other.sha256, [anchor])
        body = (other.body_start, other.body_end)
        write_anchors(other, [anchor], [on_its_side(place, anchor.claim.voice, body)])


def settle(anchor: ClaimAnchor, snapshot: ArticleSnapshot, span: Span) -> None:
    """Put an anchor at the place that a person chose."""
    start, end = span
    anchor.status, anchor.start, anchor.end = AnchorStatus.RELOCATED, start, end
    anchor.orphaned_reason = ""
    place = Location(anchor.status, start, end, candidates=(span,))
    for name, value in _in_outline(snapshot, place).items():
        setattr(anchor, name, value)
    anchor.save()


def _as_anchor(anchor: ClaimAnchor, text: str | None) -> Anchor:
    return Anchor(
        start=anchor.start,
        end=anchor.end,
        text_sha256=anchor.snapshot.sha256,
        sha256=anchor.span_sha256,
        fingerprint=Fingerprint(anchor.fingerprint_words, anchor.fingerprint_sha256),
        landmark=_landmark(anchor, text),
    )


def _landmark(anchor: ClaimAnchor, text: str | None) -> Landmark | None:
    """Return the landmark that came with the anchor, or the one of its text where that is known."""
    if anchor.landmark_index is not None and anchor.landmark_crc32 is not None:
        return Landmark(anchor.landmark_index, anchor.landmark_crc32)
    return landmark(text[anchor.start : anchor.end]) if text and anchor.end else None


def words_of(anchor: ClaimAnchor) -> tuple[int, str]:
    """Which words of which claim an anchor is for: one anchor for them in each snapshot."""
    return anchor.claim_id, anchor.fingerprint_sha256


def _is_chosen(here: ClaimAnchor, place: Location) -> bool:
    if here.orphaned_reason:
        return True
    return place.status == AnchorStatus.AMBIGUOUS and (here.start, here.end) in place.candidates


def _move(here: ClaimAnchor, place: Location, snapshot: ArticleSnapshot) -> None:
    found = {"status": place.status, "start": place.start, "end": place.end}
    if any(getattr(here, name) != value for name, value in found.items()):
        where = _in_outline(snapshot, place)
        ClaimAnchor.objects.filter(pk=here.pk).update(**found, **where)


def _copy(anchor: ClaimAnchor, snapshot: ArticleSnapshot, place: Location) -> ClaimAnchor:
    return ClaimAnchor(
        claim=anchor.claim,
        snapshot=snapshot,
        span_sha256=anchor.span_sha256,
        fingerprint_words=anchor.fingerprint_words,
        fingerprint_sha256=anchor.fingerprint_sha256,
        landmark_index=anchor.landmark_index,
        landmark_crc32=anchor.landmark_crc32,
        status=place.status,
        start=place.start,
        end=place.end,
        **_in_outline(snapshot, place),
    )


def _in_outline(snapshot: ArticleSnapshot, place: Location) -> dict[str, str | int | None]:
    where = Place() if place.start is None else place_of(snapshot.outline, place.start)
    return {"section": where.section, "paragraph": where.paragraph, "comment": where.comment}
