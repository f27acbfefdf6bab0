"""The claim list as others write it: DRF's serializers with prefetch, and bare psycopg with orjson."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.urls import path
from psycopg import Connection, connect
from psycopg.rows import dict_row
from rest_framework.fields import SerializerMethodField
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import CharField, DateTimeField, ModelSerializer

from claims.models import Article, Claim, Verdict

ADDRESS = "/api/v1/claims/"
VERDICT = [
    "verdict",
    "contested_kind",
    "certainty",
    "framework",
    "review_status",
    "summary",
    "ruleset_version",
    "rule",
]


class ArticleSerializer(ModelSerializer):
    class Meta:
        model = Article
        fields = ["key", "title"]


class VerdictSerializer(ModelSerializer):
    id = CharField(source="public_id")
    as_of = DateTimeField(source="created_at")

    class Meta:
        model = Verdict
        fields = ["id", *VERDICT, "as_of", "stale_since"]


class ClaimSerializer(ModelSerializer):
    id = CharField(source="public_id")
    url = SerializerMethodField()
    article = ArticleSerializer()
    verdict = SerializerMethodField()
    evidence_counts = SerializerMethodField()

    class Meta:
        model = Claim
        fields = [
            "id",
            "key",
            "url",
            "statement",
            "claim_type",
            "voice",
            "article",
            "topics",
            "pico",
            "verdict",
            "evidence_counts",
        ]

    def get_url(self, claim: Claim) -> str:
        return f"{settings.SITE_URL}{claim.get_absolute_url()}"

    def get_verdict(self, claim: Any) -> Any:
        return VerdictSerializer(claim.current_verdicts[0]).data

    def get_evidence_counts(self, claim: Any) -> Any:
        return claim.current_verdicts[0].evidence_counts


class ByNumber(CursorPagination):
    ordering = "pk"
    page_size = 100


class SerializedClaims(ListAPIView):
    serializer_class = ClaimSerializer
    pagination_class = ByNumber
    authentication_classes = ()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Claim]:
        verdicts = Verdict.objects.current().defer("trace")
        return (
            Claim.objects.public()
            .select_related("article")
            .prefetch_related(Prefetch("verdicts", verdicts, to_attr="current_verdicts"))
        )


urlpatterns = [
    path("api/v1/claims/", SerializedClaims.as_view()),
    path("claims/<str:claim>/", SerializedClaims.as_view(), name="claim"),
]

QUERY = """
SELECT c.id, c.key, c.statement, c.claim_type, c.voice, c.topics, c.population, c.exposure,
       c.comparator, c.outcome, a.key AS article_key, a.title, v.id AS verdict_id, v.verdict,
       v.contested_kind, v.certainty, v.framework, v.review_status, v.summary, v.ruleset_version,
       v.rule, v.created_at, v.stale_since, v.evidence_counts
FROM claims_claim c
JOIN claims_article a ON a.id = c.article_id
LEFT JOIN claims_verdict v ON v.claim_id = c.id AND v.is_current AND v.basis = 'today'
WHERE c.state IN ('in_review', 'published') AND c.id > %s
ORDER BY c.id LIMIT 101
"""


class BareClaims:
    """A WSGI application: one prepared statement, dictionaries, orjson. Nothing else is done."""

    def __init__(self) -> None:
        given = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        self.connection: Connection[dict[str, Any]] = connect(
            **{name: given[name] for name in names if given.get(name)},
            row_factory=dict_row,
            autocommit=True,
            prepare_threshold=0,
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        after = int(parse_qs(environ["QUERY_STRING"])["cursor"][0])
        rows = self.connection.execute(QUERY, [after], binary=True).fetchall()[:100]
        link = f"{settings.SITE_URL}{ADDRESS}?cursor={rows[-1]['id']}"
        results = [_plain(row) for row in rows]
        body = orjson.dumps(
            {"next": link, "previous": None, "results": results}, option=orjson.OPT_UTC_Z
        )
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    number = f"CLM-{row['id']}"
    return {
        "id": number,
        "key": row["key"],
        "url": f"{settings.SITE_URL}/claims/{number}/",
        "statement": row["statement"],
        "claim_type": row["claim_type"],
        "voice": row["voice"],
        "article": {"key": row["article_key"], "title": row["title"]},
        "topics": row["topics"],
        "pico": {
            name: row[name] or None for name in ("population", "exposure", "comparator", "outcome")
        },
        "verdict": {
            "id": f"VER-{row['verdict_id']}",
            **{name: row[name] for name in VERDICT},
            "as_of": row["created_at"],
            "stale_since": row["stale_since"],
        },
        "evidence_counts": row["evidence_counts"],
    }
