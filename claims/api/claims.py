"""Claims: the list with its filters, one claim with its verdict's grounds, and its verdicts' history."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, SlugField, Value
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404

from claims.api import addresses, filters, lookups, verdicts, words
from claims.api.bodies import revised
from claims.api.cursors import Ordering
from claims.api.views import Listing, Resource
from claims.models import Article, Claim, Verdict
from claims.ruleset import vocabulary

CURRENT = "current__"
COLUMNS = (
    "pk",
    "key",
    "statement",
    "claim_type",
    "checkability",
    "modality",
    "voice",
    "population",
    "exposure",
    "comparator",
    "outcome",
    "topics",
    "state",
    "position",
    "article",
    "article__key",
    "article__title",
    "parent",
    "parent__state",
    "is_core",
    "is_essential",
    "hidden_parts",
    "also_in",
    "current__evidence_counts",
    *(CURRENT + column for column in verdicts.COLUMNS),
)
ORDERING = Ordering("claims", ("article", "position", "pk"), (int, int, int))


class ArticleNameJSON(TypedDict):
    """An article that makes a claim."""

    key: str
    title: str


class PICOJSON(TypedDict):
    """Whom, what, against what, and with what result."""

    population: str | None
    exposure: str | None
    comparator: str | None
    outcome: str | None


class ClaimJSON(TypedDict):
    """One standalone declarative sentence, in the curators' own words, that an article asserts."""

    id: words.ClaimID
    key: Annotated[str, "The natural key; never changes."]
    url: words.URL
    statement: str
    claim_type: words.ClaimType
    voice: words.Voice
    article: Annotated[ArticleNameJSON, "Where it was tracked first."]
    topics: list[str]
    pico: PICOJSON | None
    verdict: Annotated[verdicts.VerdictJSON | None, "Null when none has been derived yet."]
    evidence_counts: Annotated[
        verdicts.EvidenceCountsJSON | None, "Null when there is no verdict yet."
    ]
    revision: words.Revision
    api_url: words.URL
    checkability: words.Checkability
    modality: words.Modality
    state: Annotated[words.PublicState, "in_review: shown, and marked as such."]
    parent: Annotated[words.ClaimID | None, "The compound claim that this one is a part of."]
    is_core: Annotated[bool | None, "Said of parts only."]
    is_essential: Annotated[bool | None, "Said of parts only."]
    also_in: Annotated[list[ArticleNameJSON], "Other articles that make the same claim."]


class ClaimFilters(filters.StrictFilterSet):
    """By what the claim is, and by what its current verdict says."""

    verdict = filters.OneOf(
        vocabulary.Verdict, field_name="current__verdict", help_text="By the current verdict."
    )
    contested_kind = filters.OneOf(
        vocabulary.ContestedKind,
        field_name="current__contested_kind",
        help_text="By how the claim is contested.",
    )
    certainty = filters.OneOf(
        vocabulary.Certainty,
        field_name="current__certainty",
        help_text="By the certainty of the current verdict.",
    )
    review_status = filters.OneOf(
        [0, 1, 2, 3],
        field_name="current__review_status",
        help_text="By how far the current verdict has been reviewed.",
    )
    claim_type = filters.OneOf(vocabulary.ClaimType, help_text="By what kind of thing is claimed.")
    voice = filters.OneOf(vocabulary.Voice, help_text="By who says it: the author or a reader.")
    state = filters.OneOf(words.PUBLIC_STATES, help_text="By the state of the claim.")
    topic = filters.Matching(
        lookups.TOPIC, lookups.TOPIC_TAKES, method="about", help_text="By topic."
    )
    article = filters.Matching(
        lookups.ARTICLE,
        lookups.ARTICLE_TAKES,
        method="made_by",
        help_text="By an article that makes the claim, be it the first or another.",
    )
    parent = filters.Matching(
        lookups.CLAIM,
        f"{lookups.CLAIM_TAKES}; or none, for claims that are no part of another",
        method="part_of",
        help_text="The parts of a compound claim, by its id or key; none: whole claims only.",
    )
    q = filters.Words(method="saying", help_text="Each of these words is in statement or key.")

    def made_by(self, rows: Any, name: str, article: str) -> Any:
        return rows.of_article(article)

    def about(self, rows: Any, name: str, topic: str) -> Any:
        return rows.about(topic)

    def part_of(self, rows: Any, name: str, parent: str) -> Any:
        if parent == "none":
            return rows.whole()
        return rows.filter(
            lookups.claim_named(parent, "parent__"), parent__state__in=words.PUBLIC_STATES
        )

    def saying(self, rows: Any, name: str, text: str) -> Any:
        return rows.saying(text)


class ClaimList(Listing):
    """Claims in the order of their articles. Drafts and withdrawn claims are not among them."""

    tag = "claims"
    shape = ClaimJSON
    summary = "List claims"
    ordering = ORDERING
    filterset = ClaimFilters

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return public_rows()

    def represent(self, row: Any) -> ClaimJSON:
        return claim(row)


class ClaimDetail(Resource):
    """One claim, with the grounds of its verdict."""

    tag = "claims"
    shape = ClaimJSON
    summary = "Read a claim, by id or key"
    path_patterns = {"claim": lookups.CLAIM}

    def read(self, **names: str) -> ClaimJSON:
        named = public_rows(*(CURRENT + column for column in verdicts.GROUNDS))
        row = named.filter(lookups.claim_named(names["claim"])).first()
        if row is None:
            raise Http404
        content = claim(row)
        if content["verdict"]:
            content["verdict"] = verdicts.verdict_with_grounds(
                row, CURRENT, hidden=row["hidden_parts"]
            )
        return content


class ClaimVerdicts(Listing):
    """Every version of what was said of a claim, in order, with its grounds."""

    tag = "claims"
    shape = verdicts.VerdictVersionJSON
    summary = "List the versions of a claim's verdict"
    ordering = Ordering("verdicts", ("version",), (int,))
    path_patterns = {"claim": lookups.CLAIM}

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        claim = named_claim(names["claim"])
        versions = Verdict.objects.filter(claim=claim, basis=vocabulary.Basis.TODAY)
        hidden = Value(claim.hidden_parts, ArrayField(SlugField()))
        rows: QuerySet[Any, Any] = versions.annotate(hidden_parts=hidden).values(
            "version", "is_current", "hidden_parts", *verdicts.COLUMNS, *verdicts.GROUNDS
        )
        return rows

    def represent(self, row: Any) -> verdicts.VerdictVersionJSON:
        return {
            **verdicts.verdict_with_grounds(row, hidden=row["hidden_parts"]),
            "version": row["version"],
            "is_current": row["is_current"],
        }


def public_rows(*more: str) -> QuerySet[Any, Any]:
    """Return public claims as rows with their article and current verdict, in one query."""
    current = Q(verdicts__is_current=True, verdicts__basis=vocabulary.Basis.TODAY)
    claims = with_hidden_parts().annotate(
        current=FilteredRelation("verdicts", condition=current), also_in=_also_in()
    )
    rows: QuerySet[Any, Any] = claims.values(*COLUMNS, *more)
    return rows


def _also_in() -> ArraySubquery:
    articles = Article.objects.making(OuterRef("pk"), OuterRef("parent"))
    names = articles.exclude(pk=OuterRef("article")).order_by("pk")
    return ArraySubquery(names.values(name=JSONObject(key="key", title="title")))


def with_hidden_parts() -> QuerySet[Any, Any]:
    """Annotate public claims with the keys of those of their parts that readers do not see."""
    parts = Claim.objects.filter(parent=OuterRef("pk")).exclude(state__in=words.PUBLIC_STATES)
    return Claim.objects.public().annotate(
        hidden_parts=ArraySubquery(parts.order_by("key").values("key"))
    )


def named_claim(name: str) -> Any:
    """Return the public claim of this id or key, with its hidden parts, or raise Http404."""
    return get_object_or_404(with_hidden_parts().only("pk"), lookups.claim_named(name))


def public_id(pk: int) -> str:
    return f"CLM-{pk}"


def claim(row: Mapping[str, Any]) -> ClaimJSON:
    """Return a claim, its verdict without grounds.

    The revision covers them too: a verdict's never change, but for the parts that are hidden.
    """
    name = public_id(row["pk"])
    path = addresses.claim(name)
    is_judged = row["current__pk"] is not None
    content: ClaimJSON = {
        "id": name,
        "key": row["key"],
        "url": addresses.site(f"/{path}"),
        "statement": row["statement"],
        "claim_type": row["claim_type"],
        "voice": row["voice"],
        "article": {"key": row["article__key"], "title": row["article__title"]},
        "topics": row["topics"],
        "pico": _pico(row),
        "verdict": verdicts.verdict(row, CURRENT) if is_judged else None,
        "evidence_counts": (
            verdicts.evidence_counts(row["current__evidence_counts"]) if is_judged else None
        ),
        "revision": "",
        "api_url": addresses.api(path),
        "checkability": row["checkability"],
        "modality": row["modality"],
        "state": row["state"],
        "parent": _parent(row),
        "is_core": row["is_core"],
        "is_essential": row["is_essential"],
        "also_in": row["also_in"],
    }
    return revised(content, row["hidden_parts"])


def _pico(row: Mapping[str, Any]) -> PICOJSON | None:
    pico: PICOJSON = {
        "population": row["population"] or None,
        "exposure": row["exposure"] or None,
        "comparator": row["comparator"] or None,
        "outcome": row["outcome"] or None,
    }
    return pico if any(pico.values()) else None


def _parent(row: Mapping[str, Any]) -> str | None:
    # A part may be public while its whole is a draft, which nobody is to learn of.
    is_public = row["parent__state"] in words.PUBLIC_STATES
    return public_id(row["parent"]) if is_public else None
