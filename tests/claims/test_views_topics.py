"""Topics and the claims under each."""

import pytest

from tests.claims.reading import heading, links, texts
from tests.factories import ArticleFactory, ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db


def test_topics_are_listed_with_their_claims_counted(client):
    ClaimFactory(topics=["liver", "rct"])
    ClaimFactory(topics=["liver", "insulin-therapy"])
    ClaimFactory(topics=["leeches"], state="draft")

    response = client.get("/topics/")

    assert response.status_code == 200
    assert texts(response, "chip") == ["Liver 2", "Insulin therapy 1", "Randomised trials 1"]
    assert "/topics/insulin-therapy/" in links(response)


def test_site_without_topics_says_so(client):
    assert texts(client.get("/topics/"), "empty") == ["No claim has a topic yet."]


def test_topic_tallies_its_claims_and_lists_them(client):
    one, other = ClaimFactory.create_batch(2, article=ArticleFactory(), topics=["liver"])
    VerdictFactory(claim=one, supported=True, approved=True)
    VerdictFactory(claim=other, conflicting=True, approved=True)
    VerdictFactory(claim__topics=["fever"], partly=True)

    response = client.get("/topics/liver/")

    assert heading(response) == "Liver"
    assert texts(response, "card") == [
        "How its 2 claims stand 1 Supported 1 Contested (conflicting)"
    ]
    assert texts(response, "statement") == [
        one.statement,
        other.statement,
    ]
    assert "/claims/?verdict=supported&topic=liver" in links(response)
    assert texts(response, "notice") == []


def test_topic_with_one_claim_speaks_of_one(client):
    VerdictFactory(claim__topics=["liver"], supported=True)

    response = client.get("/topics/liver/")

    assert texts(response, "card") == ["How its 1 claim stands 1 Supported"]
    assert [text[:12] for text in texts(response, "notice")] == ["Provisional."]


def test_topic_without_public_claims_is_not_found(client):
    ClaimFactory(topics=["leeches"], state="draft")

    assert client.get("/topics/leeches/").status_code == 404


@pytest.mark.parametrize("claims", [1, 3])
def test_topics_take_one_query(client, claims, django_assert_num_queries):
    ClaimFactory.create_batch(claims, topics=["liver", "fever"])

    with django_assert_num_queries(1):
        client.get("/topics/")


@pytest.mark.parametrize("claims", [1, 3])
def test_topic_takes_the_same_queries_for_any_claims(client, claims, django_assert_num_queries):
    for claim in ClaimFactory.create_batch(claims, topics=["liver"]):
        VerdictFactory(claim=claim)

    with django_assert_num_queries(4):
        client.get("/topics/liver/")
