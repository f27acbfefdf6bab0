"""What an import or a correction would do, told before it is done; nothing here is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from claims.actions.anchoring import OUTCOMES, locations, on_its_side, reference_anchors, words_of
from claims.actions.articles import (
    Found,
    OutsideBody,
    extracted_from,
    find_claims,
    refuse_to_leave_out,
)
from claims.anchors import Location
from claims.extraction import Extracted, decoded
from claims.folding import Span, words
from claims.models import Article, ArticleImport, ArticleSnapshot, ClaimAnchor
from claims.outlines import outline_of
from claims.revisions import revision

LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Affected:
    """A claim whose place in a text would not be what it is."""

    anchor: ClaimAnchor
    after: str


@dataclass(frozen=True, slots=True)
class BodyPreview:
    """What another body would do: words in and outside it, and how many come in and fall out."""

    words_in: int
    words_out: int
    come_in: int
    fall_out: int
    affected: list[Affected]
    refusal: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: the text's title and parts, and by status what becomes of the claims.

    `differing` is in how many paragraphs it differs from the article's last text, None without one.
    """

    title: str
    body_words: int
    outside_words: int
    paragraphs: int
    comments: int
    counts: dict[str, int]
    unclear: list[Affected]
    is_known: bool
    differing: int | None


def preview_body(snapshot: ArticleSnapshot, *, start: int, end: int) -> BodyPreview:
    text, body = snapshot.text or "", (snapshot.body_start, snapshot.body_end)
    now_in, then_in = _words_within(text, body), _words_within(text, (start, end))
    left_out = _left_out(snapshot, (start, end))
    outside = (
        [Affected(anchor, "outside the body") for anchor in left_out.anchors] if left_out else []
    )
    both = _words_within(text, (max(start, body[0]), max(min(end, body[1]), start, body[0])))
    return BodyPreview(
        words_in=then_in,
        words_out=len(words(text)) - then_in,
        come_in=max(then_in - both, 0),
        fall_out=max(now_in - both, 0),
        affected=[*outside, *_affected(snapshot, (start, end), outside)],
        refusal=str(left_out or ""),
    )


def preview_import(wish: ArticleImport) -> ImportPreview:
    """Return what storing the content of an import would do. Raises Refused as the import would."""
    content = bytes(wish.content or b"")
    extracted = extracted_from(content, wish.charset or None) if wish.is_page else None
    text = extracted.text if extracted else decoded(content, wish.charset or None)
    found = find_claims(wish.article, text, extracted=extracted)
    outline = extracted.outline if extracted else outline_of(found.text, found.body)
    counts = Counter(place.status for place in found.places)
    inside = _words_within(found.text, found.body)
    return ImportPreview(
        title=_title(found.text, extracted),
        body_words=inside,
        outside_words=len(words(found.text)) - inside,
        paragraphs=len(outline["paragraphs"]),
        comments=len(outline["comments"]),
        counts={status.value: counts[status] for status in OUTCOMES},
        unclear=_unclear(found),
        is_known=found.snapshot is not None and found.snapshot.text is not None,
        differing=_differing(wish.article, found),
    )


def _title(text: str, extracted: Extracted | None) -> str:
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return ((extracted.title if extracted else "") or first_line.strip())[:LONGEST_TITLE]


def _unclear(found: Found) -> list[Affected]:
    return [
        Affected(anchor, place.status.label.lower())
        for anchor, place in zip(found.anchors, found.places, strict=True)
        if place.start is None
    ]


def _differing(article: Article, found: Found) -> int | None:
    last = article.snapshots.with_text().order_by("-pk").first()
    return len(revision(last.text or "", found.text)) if last else None


def _words_within(text: str, span: Span) -> int:
    return len(words(text[span[0] : span[1]]))


def _affected(
    snapshot: ArticleSnapshot, body: Span, outside: Collection[Affected]
) -> list[Affected]:
    """Return the other anchors in this text whose place another body would change."""
    named = {each.anchor.pk for each in outside}
    here = {words_of(anchor): anchor for anchor in snapshot.anchors.select_related("claim")}
    made = reference_anchors(snapshot.article)
    places = locations(snapshot.text or "", snapshot.sha256, made)
    found = {
        words_of(anchor): on_its_side(place, anchor.claim.voice, body)
        for anchor, place in zip(made, places, strict=True)
    }
    return [
        Affected(anchor, _told(found[key]))
        for key, anchor in here.items()
        if key in found and anchor.pk not in named and _moves(anchor, found[key])
    ]


def _moves(anchor: ClaimAnchor, place: Location) -> bool:
    is_chosen = (anchor.start, anchor.end) in place.candidates or bool(anchor.orphaned_reason)
    return not is_chosen and (anchor.status, anchor.start) != (place.status, place.start)


def _told(place: Location) -> str:
    label = place.status.label.lower()
    return label if place.start is None else f"{label} at {place.start} to {place.end}"


def _left_out(snapshot: ArticleSnapshot, body: Span) -> OutsideBody | None:
    """Return why the body would be refused, with the anchors of the author that it leaves out."""
    try:
        refuse_to_leave_out(snapshot, body)
    except OutsideBody as error:
        return error
    return None
