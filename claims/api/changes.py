"""The change feed: every version of every public claim's verdict, oldest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from django.db.models import JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from rest_framework.request import Request

from claims.api import addresses, claims, cursors, filters, lookups, verdicts, words
from claims.api.views import Listing, link
from claims.models import Verdict
from claims.ruleset.vocabulary import Basis


class ChangedClaimJSON(TypedDict):
    """The claim that a change is about."""

    id: words.ClaimID
    key: str
    url: words.URL
    api_url: words.URL


class FormerVerdictJSON(TypedDict):
    """The version before."""

    id: words.VerdictID
    verdict: words.Verdict
    contested_kind: words.ContestedKind | None
    certainty: words.Certainty


class ChangeJSON(TypedDict):
    """A version of a verdict was recorded. Its id is that of the version."""

    id: words.VerdictID
    event: Literal["verdict_recorded"]
    at: datetime
    claim: ChangedClaimJSON
    verdict: verdicts.VerdictJSON
    was: Annotated[FormerVerdictJSON | None, "Null for a claim's first verdict."]


class ChangeFilters(filters.StrictFilterSet):
    """By claim."""

    claim = filters.Matching(
        lookups.CLAIM, lookups.CLAIM_TAKES, method="on_claim", help_text="By claim, id or key."
    )

    def on_claim(self, rows: Any, name: str, claim: str) -> Any:
        return rows.filter(lookups.claim_named(claim, "claim__"))


class ChangeList(Listing):
    """Versions of verdicts in the order of their numbers, each once.

    `resume` is never null: ask it again later, and the answer is what came since.
    """

    tag = "changes"
    shape = ChangeJSON
    summary = "Follow what changes"
    ordering = cursors.Ordering("changes", ("pk",), (int,))
    filterset = ChangeFilters
    extra_properties = {
        "resume": {
            "type": "string",
            "format": "uri",
            "description": "Answers with what comes after this page, now or later.",
        }
    }

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return public_rows()

    def represent(self, row: Any) -> ChangeJSON:
        return change(row)

    def more(self, request: Request, page: cursors.Page[Any]) -> dict[str, Any]:
        if not page.rows:
            return {"resume": request.build_absolute_uri()}
        last = cursors.Cursor((page.rows[-1]["pk"],))
        return {"resume": link(request, self.ordering, last)}


def public_rows() -> QuerySet[Any, Any]:
    """Return the versions of public claims' verdicts as rows, each with the version before it."""
    versions = Verdict.objects.filter(basis=Basis.TODAY)
    before = versions.filter(claim=OuterRef("claim"), version__lt=OuterRef("version"))
    was = JSONObject(
        pk="pk", verdict="verdict", contested_kind="contested_kind", certainty="certainty"
    )
    rows: QuerySet[Any, Any] = (
        versions.filter(claim__state__in=words.PUBLIC_STATES)
        .annotate(was=Subquery(before.order_by("-version").values(found=was)[:1], JSONField()))
        .values("claim", "claim__key", "was", *verdicts.COLUMNS)
    )
    return rows


def change(row: Mapping[str, Any]) -> ChangeJSON:
    name = claims.public_id(row["claim"])
    path = addresses.claim(name)
    return {
        "id": verdicts.public_id(row["pk"]),
        "event": "verdict_recorded",
        "at": row["created_at"],
        "claim": {
            "id": name,
            "key": row["claim__key"],
            "url": addresses.site(f"/{path}"),
            "api_url": addresses.api(path),
        },
        "verdict": verdicts.verdict(row),
        "was": _former(row["was"]),
    }


def _former(was: Mapping[str, Any] | None) -> FormerVerdictJSON | None:
    if was is None:
        return None
    return {
        "id": verdicts.public_id(was["pk"]),
        "verdict": was["verdict"],
        "contested_kind": was["contested_kind"],
        "certainty": was["certainty"],
    }
