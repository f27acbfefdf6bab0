"""A database of its own, full of made-up claims."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection

from claims.models import Article, Claim, Verdict

NAME = "benchmark_api"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ARTICLES = 20
SUMMARY = "Studies in people agree that it does, although all of them were short. " * 2
COUNTS = {"supports": 3, "contradicts": 1, "neutral": 0, "not_counted": 2}
TRACE = {"kind": "leaf", "rule": "V5", "items": [], "rests_on": [], "flags": []}


@contextmanager
def claims_in_own_database(number: int) -> Iterator[None]:
    """Make a database, fill it, and remove it in the end."""
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _fill(number)
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def _fill(number: int) -> None:
    author = User.objects.create(username="benchmark")
    articles = Article.objects.bulk_create(
        Article(key=f"article-{n}", title=f"Article {n}") for n in range(ARTICLES)
    )
    claims = Claim.objects.bulk_create(
        (_claim(n, articles[n % ARTICLES]) for n in range(number)), batch_size=1000
    )
    Verdict.objects.bulk_create((_verdict(claim, author) for claim in claims), batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _claim(n: int, article: Article) -> Claim:
    return Claim(
        key=f"claim-{n}",
        article=article,
        position=n,
        statement=f"Insulin does thing number {n} in people who fast for longer than two days.",
        claim_type="causation",
        exposure="insulin",
        outcome=f"thing number {n}",
        topics=["insulin-action", f"topic-{n % 50}"],
        state="in_review",
    )


def _verdict(claim: Claim, author: User) -> Verdict:
    return Verdict(
        claim=claim,
        version=1,
        verdict="supported",
        derived_verdict="supported",
        certainty="not_rated",
        framework="none",
        rule="V5",
        ruleset_version="1",
        trace=TRACE,
        evidence_hash="0" * 64,
        evidence_counts=COUNTS,
        summary=SUMMARY,
        review_status=0,
        author=author,
        created_at=NOW,
    )
