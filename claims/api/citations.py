"""What the article itself cites for a claim, and whether the source says what the article says."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from claims.api import addresses, cited, claims, lookups, words
from claims.api.cursors import Ordering
from claims.api.views import Listing
from claims.models import Article, Citation, EvidenceItem

COLUMNS = (
    *("pk", "claim", "article__key", "raw", "mode", "voice", "resolution", "accuracy", "note"),
    *("trial__digest__shows", "trial__digest__does_not_show", "evidence_keys"),
    *(f"publication__{column}" for column in cited.PUBLICATION),
    *(f"trial__{column}" for column in cited.TRIAL),
)


class SourceSaysJSON(TypedDict):
    """What the cited source says, in the curators' words; null where that is not recorded."""

    shows: str | None
    does_not_show: str | None
    evidence: Annotated[
        list[words.EvidenceID], "Findings of this source that are tied to this very claim."
    ]


class CitationJSON(TypedDict):
    """A citation by the article. Its accuracy is kept apart from whether the claim is true."""

    claim: Annotated[words.ClaimID, "The claim for which the source is cited."]
    article: Annotated[str, "Key of the article that cites."]
    place_url: Annotated[words.URL, "Where the claim stands in the article."]
    raw: Annotated[str, "As the article writes it, in a few words."]
    mode: words.CitationMode
    voice: words.Voice
    resolution: words.CitationResolution
    accuracy: Annotated[words.CitationAccuracy | None, "Null: not judged yet."]
    note: str | None
    source_says: SourceSaysJSON
    publication: cited.PublicationCitationJSON | None
    trial: cited.TrialCitationJSON | None


class ClaimCitations(Listing):
    """What the article cites for a claim."""

    tag = "claims"
    shape = CitationJSON
    summary = "List what the article cites for a claim"
    ordering = Ordering("citations", ("pk",), (int,))
    path_patterns = {"claim": lookups.CLAIM}

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return citation_rows(Citation.objects.filter(claim=claims.named_claim(names["claim"])))

    def represent(self, row: Any) -> CitationJSON:
        return citation(row)


class ArticleCitations(Listing):
    """All that an article cites, for any of its claims."""

    tag = "articles"
    shape = CitationJSON
    summary = "List what an article cites"
    ordering = Ordering("article-citations", ("pk",), (int,))
    path_patterns = {"article": lookups.ARTICLE}

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        article = get_object_or_404(Article.objects.only("pk"), key=names["article"])
        return citation_rows(Citation.objects.of_public_claims().filter(article=article))

    def represent(self, row: Any) -> CitationJSON:
        return citation(row)


def citation_rows(citations: QuerySet[Citation]) -> QuerySet[Any, Any]:
    """Return citations as rows with all that their shape shows."""
    found = EvidenceItem.objects.of_citation(
        OuterRef("claim"), OuterRef("publication"), OuterRef("trial")
    )
    annotated = citations.annotate(evidence_keys=ArraySubquery(found.order_by("pk").values("pk")))
    rows: QuerySet[Any, Any] = annotated.select_related(None).values(*COLUMNS)
    return rows


def citation(row: Mapping[str, Any]) -> CitationJSON:
    claim = claims.public_id(row["claim"])
    return {
        "claim": claim,
        "article": row["article__key"],
        "place_url": addresses.site(f"/{addresses.article(row['article__key'])}#{claim}"),
        "raw": row["raw"],
        "mode": row["mode"],
        "voice": row["voice"],
        "resolution": row["resolution"],
        "accuracy": row["accuracy"] or None,
        "note": row["note"] or None,
        "source_says": {
            "shows": row["trial__digest__shows"] or None,
            "does_not_show": row["trial__digest__does_not_show"] or None,
            "evidence": [f"EVI-{key}" for key in row["evidence_keys"]],
        },
        "publication": cited.publication(row),
        "trial": cited.trial(row),
    }
