"""One claim that two articles make: one canonical claim, a place and citations in each."""

import pytest

from claims.actions.datasets import DatasetConflict, load_dataset
from claims.dataset import InvalidDataset, read
from claims.models import Citation, Claim, ClaimAnchor
from tests.claims.datasets import anchor, small, write
from tests.claims.reading import links, part
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
)

pytestmark = pytest.mark.django_db

OTHER_TEXT = "9" * 64


def sharing(*keys):
    """Return a data set of an article that makes nothing but claims of another one."""
    content = small()
    article = content["article.yaml"]
    article["article"] |= {"key": "another-article", "title": "Another", "shares": list(keys)}
    article["snapshot"]["text_sha256"] = OTHER_TEXT
    for file, name in (
        ("claims.yaml", "claims"),
        ("relations.yaml", "relations"),
        ("trials.yaml", "trials"),
        ("publications.yaml", "publications"),
        ("evidence.yaml", "evidence"),
        ("assessments.yaml", "assessments"),
        ("search_records.yaml", "search_records"),
        ("verdicts.yaml", "verdicts"),
    ):
        content[file][name] = []
    content["anchors.yaml"]["anchors"] = [
        anchor(key, text_sha256=OTHER_TEXT, section="S0", paragraph=1) for key in keys
    ]
    content["citations.yaml"]["citations"] = [
        {
            "key": "cited-again",
            "claim": keys[0],
            "voice": "author",
            "raw": "a trial",
            "mode": "vague",
            "resolution": "unresolved",
            "accuracy": "not_checkable",
            "note": "It does not say which.",
        }
    ]
    return content


def problems_of(folder):
    with pytest.raises(InvalidDataset) as raised:
        read(folder, today=NOW.date())
    return [str(problem) for problem in raised.value.problems]


def test_second_data_set_shares_claims_of_the_first(tmp_path):
    load_dataset(write(tmp_path / "first", small()), now=NOW)
    folder = write(tmp_path / "second", sharing("first", "whole"))

    load_dataset(folder, now=NOW)
    again = load_dataset(folder, now=NOW)

    assert not again.has_changes
    assert Claim.objects.count() == 4
    assert list(
        ClaimAnchor.objects.filter(snapshot__sha256=OTHER_TEXT)
        .order_by("claim__key")
        .values_list("claim__key", flat=True)
    ) == ["first", "whole"]
    assert list(
        Citation.objects.filter(claim__key="first", raw="a trial")
        .order_by("pk")
        .values_list("article__key", flat=True)
    ) == ["an-article", "another-article"]


def test_claims_that_are_not_stored_cannot_be_shared(tmp_path):
    folder = write(tmp_path / "second", sharing("first", "whole"))

    with pytest.raises(DatasetConflict, match=r"not stored: first, whole\. Load the data set that"):
        load_dataset(folder, now=NOW)

    assert not Claim.objects.exists()
    assert not ClaimAnchor.objects.exists()


def test_own_claim_is_not_shared(tmp_path):
    content = small()
    content["article.yaml"]["article"]["shares"] = ["whole"]

    assert problems_of(write(tmp_path / "set", content)) == [
        "article.yaml: article 'an-article': shares: 'whole' is a claim of this data set"
    ]


def test_shared_claim_stands_in_the_article(tmp_path):
    content = sharing("first")
    content["anchors.yaml"]["anchors"] = []

    assert problems_of(write(tmp_path / "set", content)) == [
        "article.yaml: article 'another-article': shares: 'first' has no anchor in anchors.yaml"
    ]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (
            {"start": 480, "end": 520},
            "start: 480-520 is outside the body (0-500); an author's claim is anchored inside it",
        ),
        (
            {"section": None, "paragraph": None, "comment": 1},
            "comment: a reader's claim is anchored inside that reader's comment",
        ),
    ],
)
def test_place_of_a_shared_claim_is_checked(tmp_path, place, problem):
    content = sharing("first")
    content["anchors.yaml"]["anchors"][0] |= place

    assert problems_of(write(tmp_path / "set", content)) == [
        f"anchors.yaml: anchor 'first': {problem}"
    ]


@pytest.fixture
def shared():
    """A claim of one article with a place in another, as (claim, that other article)."""
    claim = ClaimFactory(state="published", article__title="The first")
    other = ArticleFactory(title="The other")
    ClaimAnchorFactory(claim=claim, snapshot=ArticleSnapshotFactory(article=claim.article))
    ClaimAnchorFactory(claim=claim, snapshot=ArticleSnapshotFactory(article=other))
    return claim, other


def test_claims_of_an_article_are_those_it_makes_too(shared):
    claim, other = shared
    part_of_it = ClaimFactory(parent=claim, article=claim.article, is_core=True)
    ClaimFactory(article=claim.article)
    own = ClaimFactory(article=other)

    assert set(Claim.objects.of_article(other.key)) == {claim, part_of_it, own}
    assert set(Claim.objects.shared_with(other.pk)) == {claim, part_of_it}
    assert not Claim.objects.shared_with(claim.article.pk).exists()


def test_article_page_shows_claims_it_shares(client, shared):
    claim, other = shared

    response = client.get(other.get_absolute_url())

    assert claim.statement in response.content.decode()


def test_claim_page_names_the_other_articles(client, shared):
    claim, other = shared

    response = client.get(claim.get_absolute_url())

    assert "Also in The other" in " ".join(part(response, "content").split())
    assert f"{other.get_absolute_url()}#{claim.public_id}" in links(response)


def test_api_names_all_articles_of_a_claim(client, shared):
    claim, other = shared

    listed = client.get(f"/api/v1/claims/?article={other.key}").json()["results"]
    read_alone = client.get(f"/api/v1/claims/{claim.public_id}/").json()

    assert [row["id"] for row in listed] == [claim.public_id]
    assert read_alone["article"] == {"key": claim.article.key, "title": "The first"}
    assert read_alone["also_in"] == [{"key": other.key, "title": "The other"}]
