"""The article and what it claims, as a data set tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from claims.actions.datasets.merging import Load, Merge, Wanted, by_fixed
from claims.actions.datasets.report import DatasetConflict
from claims.dataset import Dataset, records
from claims.models import Article, ArticleSnapshot, Citation, Claim, ClaimAnchor, ClaimRelation


def merge_article(load: Load, data: Dataset) -> None:
    Merge("article", Article, find=_known_articles).run(load, [_article(data.article)])
    article = load.ids["article"][data.article.key]
    Merge("snapshot", ArticleSnapshot, find=_known_snapshots, leave=_imported).run(
        load, [_snapshot(data, article)]
    )


def merge_claims(load: Load, data: Dataset) -> None:
    """Wholes before their parts, which refer to them."""
    article = load.ids["article"][data.article.key]
    positions = {claim.key: number for number, claim in enumerate(data.claims, start=1)}
    for is_part in (False, True):
        Merge("claim", Claim, find=_known_claims).run(
            load,
            [
                _claim(load, claim, article, positions[claim.key])
                for claim in data.claims
                if (claim.parent is not None) == is_part
            ],
        )
    load.ids["claim"] |= _shared(data)
    Merge("anchor", ClaimAnchor, find=_known_anchors).run(load, _anchors(load, data))
    Merge("relation", ClaimRelation, find=_known_relations).run(load, _relations(load, data))
    Merge("citation", Citation, find=_known_citations).run(load, _citations(load, data, article))


def _article(row: records.Article) -> Wanted:
    published_on, precision = _published(row)
    return Wanted(
        row.key,
        {
            "title": row.title,
            "authors": list(row.authors),
            "publisher": row.publisher,
            "url": row.url,
            "language": row.language,
            "published_on": published_on,
            "published_on_precision": precision,
            "published_note": row.published_note,
            "interest_note": row.interest_note,
            "reviewers_required": row.reviewers_required,
        },
        {"key": row.key},
    )


def _published(row: records.Article) -> tuple[date | None, str]:
    if row.published_presumed:
        return date(int(row.published_presumed), 1, 1), Article.Precision.PRESUMED_YEAR.value
    return row.published_on, row.published_on_precision or ""


def _known_articles(wanted: Collection[Wanted]) -> Mapping[str, Article]:
    return by_fixed(Article.objects.all(), wanted, "key")


def _known_snapshots(wanted: Collection[Wanted]) -> Mapping[str, ArticleSnapshot]:
    return by_fixed(ArticleSnapshot.objects.all(), wanted, "article_id", "sha256")


def _imported(snapshot: ArticleSnapshot) -> Collection[str]:
    """When a text was imported is known better here."""
    return () if snapshot.text is None else ("retrieved_at",)


def _snapshot(data: Dataset, article: int) -> Wanted:
    row = data.snapshot
    return Wanted(
        row.text_sha256,
        {
            "body_start": row.body_start,
            "body_end": row.body_end,
            "outline": _outline(data),
            "retrieved_at": _moment(row.retrieved_at),
        },
        {"article_id": article, "sha256": row.text_sha256, "code_points": row.code_points},
    )


def _outline(data: Dataset) -> dict[str, Any]:
    return {
        "sections": [
            {**asdict(section), "paragraphs": list(section.paragraphs)} for section in data.sections
        ],
        "paragraphs": [asdict(paragraph) for paragraph in data.paragraphs],
        "comments": [asdict(comment) for comment in data.comments],
    }


def _moment(day: date | None) -> datetime | None:
    return (
        None
        if day is None
        else datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
    )


def _claim(load: Load, row: records.Claim, article: int, position: int) -> Wanted:
    pico = row.pico or records.Pico("", "", "", "")
    return Wanted(
        row.key,
        {
            "position": position,
            "statement": row.statement,
            "claim_type": row.claim_type,
            "checkability": row.checkability,
            "modality": row.modality,
            "voice": row.voice,
            **asdict(pico),
            "topics": list(row.topics),
            "parent_id": load.id_of("claim", row.parent),
            "is_core": row.is_core,
            "is_essential": row.is_essential,
            "state": row.state,
            "note": row.note,
        },
        {"key": row.key, "article_id": article},
    )


def _shared(data: Dataset) -> Mapping[str, int]:
    """Return the primary keys of the claims of other data sets that this article makes too."""
    shares = data.article.shares
    found = dict(Claim.objects.standing().filter(key__in=shares).values_list("key", "pk"))
    missing = [key for key in shares if key not in found]
    if missing:
        raise DatasetConflict(
            f"{data.name} shares claims that are not stored: {', '.join(missing)}. "
            "Load the data set that defines them first."
        )
    return found


def _known_claims(wanted: Collection[Wanted]) -> Mapping[str, Claim]:
    return by_fixed(Claim.objects.all(), wanted, "key")


def _anchors(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.anchors:
        yield Wanted(
            row.claim,
            {
                "start": row.start,
                "end": row.end,
                "span_sha256": row.sha256,
                "fingerprint_words": row.fingerprint.words,
                "fingerprint_sha256": row.fingerprint.sha256,
                "landmark_index": row.landmark and row.landmark.index,
                "landmark_crc32": row.landmark and row.landmark.crc32,
                "section": row.section or "",
                "paragraph": row.paragraph,
                "comment": row.comment,
            },
            {
                "claim_id": load.id_of("claim", row.claim),
                "snapshot_id": load.id_of("snapshot", row.text_sha256),
            },
        )


def _known_anchors(wanted: Collection[Wanted]) -> Mapping[str, ClaimAnchor]:
    # Reviewers may have anchored a claim at other words too: the data set's anchor is the first.
    return by_fixed(ClaimAnchor.objects.order_by("-pk"), wanted, "claim_id", "snapshot_id")


def _relations(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.relations:
        source, target = load.id_of("claim", row.source), load.id_of("claim", row.target)
        yield Wanted(row.key, {"type": row.type}, {"source_id": source, "target_id": target})


def _known_relations(wanted: Collection[Wanted]) -> Mapping[str, ClaimRelation]:
    return by_fixed(ClaimRelation.objects.all(), wanted, "source_id", "target_id")


def _citations(load: Load, data: Dataset, article: int) -> Iterator[Wanted]:
    for row in data.citations:
        yield Wanted(
            row.key,
            {
                "voice": row.voice,
                "mode": row.mode,
                "publication_id": load.id_of("publication", row.publication),
                "trial_id": load.id_of("trial", row.trial),
                "resolution": row.resolution,
                "accuracy": row.accuracy,
                "note": row.note,
            },
            {"article_id": article, "claim_id": load.id_of("claim", row.claim), "raw": row.raw},
        )


def _known_citations(wanted: Collection[Wanted]) -> Mapping[str, Citation]:
    return by_fixed(Citation.objects.all(), wanted, "claim_id", "raw", "article_id")
