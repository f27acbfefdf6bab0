"""The first page and the one about the site."""

import pytest

from tests.claims.reading import heading, links, page_of, part, texts
from tests.factories import ArticleFactory, ClaimFactory, ClaimRelationFactory, VerdictFactory

pytestmark = pytest.mark.django_db


def test_home_tallies_what_an_author_says_and_links_to_it(client):
    article = ArticleFactory(title="Insulin explained", dated=True)
    VerdictFactory(claim__article=article, supported=True)
    VerdictFactory(claim__article=article, conflicting=True)
    VerdictFactory(claim__article=article, claim__voice="reader_comment", contradicted=True)
    VerdictFactory(claim__article=article, claim__state="draft", partly=True)

    response = client.get("/")

    assert response.status_code == 200
    assert texts(response, "card")[0] == (
        "Insulin explained Ann Author · 3 May 2016 Its author makes 2 claims that are followed "
        "here; parts of compound claims are counted too, readers' comments are kept apart. "
        "How they stand: 1 Supported 1 Contested (conflicting) Read it claim by claim"
    )
    assert links(response, "articles") == [
        article.get_absolute_url(),
        "/claims/?verdict=supported&voice=author",
        "/claims/?verdict=conflicting&voice=author",
        article.get_absolute_url(),
    ]


def test_bar_of_a_tally_is_drawn_by_attributes(client):
    article = ArticleFactory()
    VerdictFactory.create_batch(3, claim__article=article, supported=True)
    VerdictFactory(claim__article=article, contradicted=True)

    rects = page_of(client.get("/")).xpath("//section[@id='articles']//rect")

    assert [(r.get("class"), r.get("x"), r.get("width")) for r in rects] == [
        ("supported", "0.0", "75.0"),
        ("contradicted", "75.0", "25.0"),
    ]


def test_home_explains_every_verdict(client):
    terms = page_of(client.get("/")).xpath("//dl[contains(@class, 'legend')]//dt")

    assert [" ".join(term.text_content().split()) for term in terms] == [
        "Supported",
        "Partly supported",
        "Contested (conflicting)",
        "Contested (contradicted)",
        "Insufficient evidence",
        "Unassessed",
        "Not applicable",
    ]


def test_home_warns_while_any_verdict_is_provisional(client):
    VerdictFactory(supported=True)

    assert [text[:12] for text in texts(client.get("/"), "notice")] == ["Provisional."]


def test_home_does_not_warn_when_all_is_reviewed(client):
    VerdictFactory(supported=True, approved=True)

    assert texts(client.get("/"), "notice") == []


def test_home_names_the_premises_that_most_claims_depend_on(client):
    premise, lesser, hidden = ClaimFactory.create_batch(3, article=ArticleFactory())
    ClaimRelationFactory.create_batch(2, target=premise)
    ClaimRelationFactory(target=lesser)
    ClaimRelationFactory(target=hidden, source__state="draft")
    ClaimRelationFactory(target=hidden, type="restates")

    assert texts(client.get("/"), "statement") == [premise.statement, lesser.statement]


def test_home_of_an_empty_site_says_how_to_begin(client):
    response = client.get("/")

    assert heading(response) == "What does the evidence say, claim by claim?"
    assert texts(response, "empty") == [
        "No article is stored yet. Whoever runs this site can load the first data set with "
        "manage.py load_dataset."
    ]


@pytest.mark.parametrize("articles", [1, 3])
def test_home_takes_the_same_queries_for_any_number(client, articles, django_assert_num_queries):
    for article in ArticleFactory.create_batch(articles):
        claim = VerdictFactory(claim__article=article).claim
        ClaimRelationFactory(target=claim)

    with django_assert_num_queries(6):
        client.get("/")


def test_about_names_the_articles_and_their_claims(client):
    article = ArticleFactory(title="Insulin explained")
    ClaimFactory(article=article)
    ClaimFactory(article=article, state="draft")

    response = client.get("/about/")

    assert response.status_code == 200
    assert "Insulin explained by Ann Author: 1 claim, those of readers' comments included" in (
        part(response, "content")
    )


def test_about_an_empty_site_says_so(client):
    assert "No article is stored yet." in part(client.get("/about/"), "content")
