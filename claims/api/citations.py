"""What the article itself cites for a claim, and whether the source says what the article says."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from django.db.models import QuerySet

from claims.api import cited, claims, lookups, words
from claims.api.cursors import Ordering
from claims.api.views import Listing
from claims.models import Citation


class CitationJSON(TypedDict):
    """A citation by the article. Its accuracy is kept apart from whether the claim is true."""

    raw: Annotated[str, "As the article writes it, in a few words."]
    mode: words.CitationMode
    voice: words.Voice
    resolution: words.CitationResolution
    accuracy: Annotated[words.CitationAccuracy | None, "Null: not judged yet."]
    note: str | None
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
        citations = Citation.objects.filter(claim=claims.named_claim(names["claim"]))
        rows: QuerySet[Any, Any] = citations.values(
            *("pk", "raw", "mode", "voice", "resolution", "accuracy", "note"),
            *(f"publication__{column}" for column in cited.PUBLICATION),
            *(f"trial__{column}" for column in cited.TRIAL),
        )
        return rows

    def represent(self, row: Any) -> CitationJSON:
        return citation(row)


def citation(row: Mapping[str, Any]) -> CitationJSON:
    return {
        "raw": row["raw"],
        "mode": row["mode"],
        "voice": row["voice"],
        "resolution": row["resolution"],
        "accuracy": row["accuracy"] or None,
        "note": row["note"] or None,
        "publication": cited.publication(row),
        "trial": cited.trial(row),
    }
