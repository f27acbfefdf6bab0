"""How many queries an address takes is fixed, however many rows it shows."""

import pytest

from tests import factories
from tests.claims.api_world import ROOT, judged_claim, rich_trial
from tests.factories import ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db


def full_publication(n):
    publication = factories.PublicationFactory(fetched=True)
    factories.IntegrityNoticeFactory(publication=publication)
    factories.ReportFactory.create_batch(2, publication=publication)
    return publication


def compound_claim(n):
    whole = ClaimFactory()
    ClaimFactory.create_batch(2, parent=whole)
    VerdictFactory(claim=whole)


LISTS = [
    ("articles/", 2, lambda n: judged_claim()),
    ("claims/", 1, lambda n: judged_claim()),
    ("claims/?verdict=unassessed&parent=none", 1, compound_claim),
    ("evidence/", 1, lambda n: judged_claim()),
    ("evidence/?counted=true", 1, lambda n: judged_claim()),
    ("publications/", 4, full_publication),
    ("trials/", 5, lambda n: rich_trial(full_publication(n))),
    ("topics/", 1, lambda n: ClaimFactory(topics=[f"topic-{n}", "other"])),
    ("changes/", 1, lambda n: VerdictFactory()),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "queries", "make"), LISTS, ids=[row[0] for row in LISTS])
def test_list_takes_the_same_queries_for_any_number_of_rows(
    client, django_assert_num_queries, path, queries, make, rows
):
    for n in range(rows):
        make(n)

    with django_assert_num_queries(queries):
        response = client.get(ROOT + path)

    assert len(response.json()["results"]) >= rows


OF_A_CLAIM = [
    ("evidence/", 2, lambda claim, n: factories.EvidenceItemFactory(claim=claim, judged=True)),
    ("verdicts/", 2, lambda claim, n: VerdictFactory(claim=claim, version=n + 1, superseded=True)),
    ("citations/", 2, lambda claim, n: factories.CitationFactory(claim=claim, resolved=True)),
    ("relations/", 2, lambda claim, n: factories.ClaimRelationFactory(source=claim)),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "queries", "make"), OF_A_CLAIM, ids=[r[0] for r in OF_A_CLAIM])
def test_list_of_a_claim_takes_the_same_queries_for_any_number_of_rows(
    client, django_assert_num_queries, path, queries, make, rows
):
    claim = ClaimFactory()
    for n in range(rows):
        make(claim, n)

    with django_assert_num_queries(queries):
        response = client.get(f"{ROOT}claims/{claim.public_id}/{path}")

    assert len(response.json()["results"]) == rows


def test_resources_take_few_queries(client, django_assert_num_queries):
    claim = judged_claim()
    publication = full_publication(1)
    trial = rich_trial(publication)

    for path, queries in [
        (f"articles/{claim.article.key}/", 2),
        (f"claims/{claim.public_id}/", 1),
        (f"evidence/{claim.evidence.first().key}/", 1),
        (f"publications/{publication.pmid}/", 4),
        (f"trials/{trial.registry_id}/", 5),
    ]:
        with django_assert_num_queries(queries):
            assert client.get(ROOT + path).status_code == 200


@pytest.mark.parametrize("path", ["", "problems/", "schema/", "docs/"])
def test_what_the_api_says_of_itself_takes_no_query(client, django_assert_num_queries, path):
    with django_assert_num_queries(0):
        assert client.get(ROOT + path).status_code == 200
