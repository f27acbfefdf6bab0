"""How one claim bears on another: the argument map around a claim."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from django.db.models import Q, QuerySet

from claims.api import addresses, claims, lookups, words
from claims.api.cursors import Ordering
from claims.api.views import Listing
from claims.models import ClaimRelation


class RelatedClaimJSON(TypedDict):
    """One end of a relation."""

    id: words.ClaimID
    key: str
    statement: str
    api_url: words.URL


class RelationJSON(TypedDict):
    """Read it as a sentence: source, type, target."""

    source: RelatedClaimJSON
    type: Annotated[words.RelationType, "depends_on: the target is a premise of the source."]
    target: RelatedClaimJSON


class ClaimRelations(Listing):
    """The relations from and to a claim, with public claims only."""

    tag = "claims"
    shape = RelationJSON
    summary = "List a claim's relations to other claims"
    ordering = Ordering("relations", ("pk",), (int,))
    path_patterns = {"claim": lookups.CLAIM}

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        claim = claims.named_claim(names["claim"])
        public = Q(source__state__in=words.PUBLIC_STATES, target__state__in=words.PUBLIC_STATES)
        relations = ClaimRelation.objects.filter(Q(source=claim) | Q(target=claim), public)
        ends = (f"{end}__{name}" for end in ("source", "target") for name in ("key", "statement"))
        rows: QuerySet[Any, Any] = relations.values("pk", "type", "source", "target", *ends)
        return rows

    def represent(self, row: Any) -> RelationJSON:
        return {
            "source": _end(row, "source"),
            "type": row["type"],
            "target": _end(row, "target"),
        }


def _end(row: Mapping[str, Any], end: str) -> RelatedClaimJSON:
    name = claims.public_id(row[end])
    return {
        "id": name,
        "key": row[f"{end}__key"],
        "statement": row[f"{end}__statement"],
        "api_url": addresses.api(addresses.claim(name)),
    }
