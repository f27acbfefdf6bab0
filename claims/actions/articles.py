"""The article's text, imported by whoever runs the site: it is not part of the project."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from claims.actions.anchoring import (
    locations,
    on_its_side,
    reference_anchors,
    write_anchors,
)
from claims.actions.errors import IllegalChange, Outdated, Refused, refuse_unless_allowed
from claims.actions.history import because
from claims.actions.people import INITIAL_CURATION
from claims.anchors import Location
from claims.extraction import Extracted, NoArticle, extract
from claims.models import Article, ArticleSnapshot, ClaimAnchor
from claims.outlines import Span, fits, labels, outline_of, whole_blocks
from claims.ruleset.vocabulary import Voice

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class IllegalText(Refused):
    """What was given is no text of this article."""


class OutsideBody(IllegalChange):
    """Claims of the author stand outside the body that was asked for."""

    def __init__(self, anchors: Sequence[ClaimAnchor]) -> None:
        listed = "; ".join(
            f"{anchor.claim.public_id} at {anchor.start} to {anchor.end}" for anchor in anchors
        )
        super().__init__(
            f"The author's claims stand in the body, but these would be outside it: {listed}."
        )
        self.anchors = anchors


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has done; `counts` is how many anchors are exact, relocated, ambiguous, orphaned."""

    snapshot: ArticleSnapshot
    is_new: bool
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds: its body, the snapshot that has it or describes it, and where claims stand."""

    text: str
    digest: str
    body: Span
    snapshot: ArticleSnapshot | None
    anchors: list[ClaimAnchor]
    places: list[Location]


def import_page(
    article: Article, html: bytes, *, charset: str | None = None, by: User, now: datetime
) -> Imported:
    """Store the text of an article's page, apart from what the page has around it. See import_text."""
    extracted = extracted_from(html, charset)
    return import_text(article, extracted.text, extracted=extracted, by=by, now=now)


def extracted_from(html: bytes, charset: str | None = None) -> Extracted:
    """Return the article that a page holds. Raises IllegalText if none is found."""
    try:
        return extract(html, charset)
    except NoArticle as error:
        raise IllegalText(str(error)) from None


@transaction.atomic
def import_text(
    article: Article, text: str, *, extracted: Extracted | None = None, by: User, now: datetime
) -> Imported:
    """Store a text of this article and find its claims there.

    The text that a snapshot describes completes it; any other becomes a snapshot of its own. Its body
    is the one `extracted` with it, or else reaches from the block with the author's first claim to
    that with the last. Safe to repeat. Raises NotAllowed, and IllegalText for a text without words
    and for one in which no claim of the article is found.
    """
    _refuse_strangers(by)
    # One import of an article at a time: two could make the same snapshot.
    article = Article.objects.select_for_update().get(pk=article.pk)
    found = find_claims(article, text, extracted=extracted)
    with because(by, "text imported"):
        snapshot = found.snapshot
        if snapshot is None:
            snapshot = _new_snapshot(article, found, extracted, now)
        elif snapshot.text is None:
            _complete(snapshot, found.text, extracted, now)
        counts = write_anchors(snapshot, found.anchors, found.places)
        return Imported(snapshot, found.snapshot is None, counts)


def find_claims(article: Article, text: str, *, extracted: Extracted | None = None) -> Found:
    """Return what an import of this text would find; nothing is stored. Raises IllegalText."""
    text = _normalised(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    anchors = reference_anchors(article)
    places = locations(text, digest, anchors)
    if anchors and not any(place.candidates for place in places):
        raise IllegalText(
            f"None of the {len(anchors)} claims stands in this text. Is it “{article.title}”?"
        )
    snapshot = article.snapshots.filter(sha256=digest).first()
    if snapshot:
        body = (snapshot.body_start, snapshot.body_end)
    else:
        body = extracted.body if extracted else _body(text, anchors, places)
    return Found(text, digest, body, snapshot, anchors, _sided(anchors, places, body))


@transaction.atomic
def correct_body(
    snapshot: ArticleSnapshot,
    *,
    start: int,
    end: int,
    opened: Span | None = None,
    by: User,
    now: datetime,
) -> dict[str, int]:
    """Set where the article's body begins and ends, and find the claims anew.

    `opened` is the body that the person was shown. Returns the counts of `Imported`. Raises NotAllowed,
    OutsideBody if a claim of the author would be left outside, Outdated if somebody else has corrected
    the body since, and IllegalChange if that is no stretch of the text or the text is not here.
    """
    refuse_unless_allowed(by, "change_articlesnapshot")
    Article.objects.select_for_update().get(pk=snapshot.article_id)
    snapshot = ArticleSnapshot.objects.select_for_update().get(pk=snapshot.pk)
    text = snapshot.text
    if text is None:
        raise IllegalChange("The text has not been imported: there is nothing to see it by.")
    if not 0 <= start < end <= snapshot.code_points:
        raise IllegalChange(f"The body must lie between 0 and {snapshot.code_points}.")
    _refuse_outdated(snapshot, opened, (start, end))
    refuse_to_leave_out(snapshot, (start, end))
    snapshot.body_start, snapshot.body_end = start, end
    if not fits(snapshot.outline, (start, end)):
        snapshot.outline = outline_of(text, (start, end), headings=set(labels(snapshot.outline)))
    with because(by, "body corrected"):
        snapshot.save(update_fields=["body_start", "body_end", "outline"])
        anchors = reference_anchors(snapshot.article)
        places = locations(text, snapshot.sha256, anchors)
        return write_anchors(snapshot, anchors, _sided(anchors, places, (start, end)))


def _refuse_strangers(by: User) -> None:
    # The system user writes for whoever has a shell on the host.
    if by.get_username() != INITIAL_CURATION:
        refuse_unless_allowed(by, "add_articlesnapshot")


def _refuse_outdated(snapshot: ArticleSnapshot, opened: Span | None, wanted: Span) -> None:
    body = (snapshot.body_start, snapshot.body_end)
    if opened not in (None, body) and wanted != body:
        raise Outdated(
            f"Somebody has corrected the body since you opened it: it goes from {body[0]} to {body[1]} "
            "now. Yours is kept below: send it again to put it in place of theirs."
        )


def refuse_to_leave_out(snapshot: ArticleSnapshot, body: Span) -> None:
    """Raise OutsideBody for claims of the author that stand elsewhere."""
    placed = snapshot.anchors.filter(claim__voice=Voice.AUTHOR, start__isnull=False)
    outside = placed.exclude(start__gte=body[0], end__lte=body[1]).select_related("claim")
    if outside:
        raise OutsideBody(list(outside))


def _normalised(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise IllegalText("The text is empty.")
    if "\0" in text:
        raise IllegalText("The text holds a NUL character; it is no text.")
    return text


def _new_snapshot(
    article: Article, found: Found, extracted: Extracted | None, now: datetime
) -> ArticleSnapshot:
    return ArticleSnapshot.objects.create(
        article=article,
        sha256=found.digest,
        text=found.text,
        code_points=len(found.text),
        body_start=found.body[0],
        body_end=found.body[1],
        outline=_outline(found.text, found.body, extracted),
        retrieved_at=now,
    )


def _complete(
    snapshot: ArticleSnapshot, text: str, extracted: Extracted | None, now: datetime
) -> None:
    """Give a snapshot the text that it describes; what is known of its body and outline stays."""
    body = (snapshot.body_start, snapshot.body_end)
    snapshot.text, snapshot.retrieved_at = text, now
    snapshot.outline = snapshot.outline or _outline(text, body, extracted)
    snapshot.save(update_fields=["text", "retrieved_at", "outline"])


def _outline(text: str, body: Span, extracted: Extracted | None) -> dict[str, Any]:
    return extracted.outline if extracted else outline_of(text, body)


def _body(text: str, anchors: Sequence[ClaimAnchor], places: Sequence[Location]) -> Span:
    spans = [
        (place.start, place.end)
        for anchor, place in zip(anchors, places, strict=True)
        if anchor.claim.voice == Voice.AUTHOR and place.start is not None and place.end is not None
    ]
    return whole_blocks(text, spans) if spans else (0, len(text))


def _sided(
    anchors: Sequence[ClaimAnchor], places: Sequence[Location], body: Span
) -> list[Location]:
    return [
        on_its_side(place, anchor.claim.voice, body)
        for anchor, place in zip(anchors, places, strict=True)
    ]
