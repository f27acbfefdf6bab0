import pytest

from tests.claims.api_world import ROOT
from tests.factories import ArticleFactory, ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def test_article_tells_how_its_claims_fare(client):
    article = ArticleFactory(key="an-article", dated=True, url="https://example.org/article")
    VerdictFactory(claim__article=article, supported=True)
    VerdictFactory(claim__article=article, contradicted=True)
    VerdictFactory(claim__article=article, conflicting=True)
    ClaimFactory(article=article)
    VerdictFactory(supported=True)

    body = client.get(f"{ROOT}articles/an-article/").json()

    assert body == {
        "key": "an-article",
        "url": f"{SITE}{article.get_absolute_url()}",
        "title": article.title,
        "authors": ["Ann Author"],
        "publisher": None,
        "source_url": "https://example.org/article",
        "language": "en",
        "published_on": "2016-05-03",
        "published_on_precision": "day",
        "published_note": None,
        "interest_note": None,
        "reviewers_required": 1,
        "text_visibility": "spans",
        "claim_count": 4,
        "verdict_counts": {
            "supported": 1,
            "partly_supported": 0,
            "contested": 2,
            "insufficient_evidence": 0,
            "unassessed": 0,
            "not_applicable": 0,
        },
        "claims_url": f"{SITE}{ROOT}claims/?article=an-article",
        "revision": body["revision"],
        "api_url": f"{SITE}{ROOT}articles/an-article/",
    }
    assert client.get(f"{ROOT}articles/").json()["results"][0] == body


def test_topics_count_their_claims(client):
    ClaimFactory(topics=["insulin-action", "liver"])
    ClaimFactory(topics=["insulin-action"])

    rows = client.get(f"{ROOT}topics/").json()["results"]

    assert rows[0] == {
        "topic": "insulin-action",
        "label": "Insulin action",
        "url": f"{SITE}/topics/insulin-action/",
        "claim_count": 2,
        "claims_url": f"{SITE}{ROOT}claims/?topic=insulin-action",
    }
    assert [(row["topic"], row["claim_count"]) for row in rows] == [
        ("insulin-action", 2),
        ("liver", 1),
    ]


def test_topics_have_pages_in_both_directions(client):
    ClaimFactory(topics=["a", "b", "c", "d", "e"])

    first = client.get(f"{ROOT}topics/?page_size=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    assert [[row["topic"] for row in page["results"]] for page in (first, second, third)] == [
        ["a", "b"],
        ["c", "d"],
        ["e"],
    ]
    assert client.get(third["previous"]).json() == second
    assert client.get(second["previous"]).json() == first | {"previous": None}
