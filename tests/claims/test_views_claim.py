"""A claim's own page: its verdict, who may see it, its address."""

import pytest

from claims.actions.verdicts import derive_verdicts
from tests.claims.reading import heading, part, texts
from tests.factories import (
    NOW,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ClaimRelationFactory,
    EvidenceItemFactory,
    ReportFactory,
    SearchRecordFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db


def show(client, claim):
    return client.get(claim.get_absolute_url())


def derive(*claims):
    derive_verdicts(claims, by=UserFactory(), now=NOW)


def test_claim_leads_with_statement_verdict_certainty_and_review(client):
    claim = ClaimFactory(claim_type="causation")
    VerdictFactory(claim=claim, supported=True, rated=True, summary="It does.")

    response = show(client, claim)

    assert response.status_code == 200
    assert heading(response) == claim.statement
    assert part(response, "verdict") == (
        "Supported Moderate certainty Provisional "
        "The evidence probably supports this claim. It does."
    )


def test_claim_nobody_has_reviewed_says_that_it_is_provisional(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, supported=True)

    notices = texts(show(client, claim), "notice")

    assert notices == [
        "Provisional. This verdict was proposed by machine-assisted curation. No clinician has "
        "reviewed it yet, and no search of the literature is recorded for it. What that means"
    ]


def test_provisional_claim_that_was_searched_for_says_no_more_than_that(client):
    claim = SearchRecordFactory().claim
    VerdictFactory(claim=claim, supported=True)

    notices = texts(show(client, claim), "notice")

    assert notices == [
        "Provisional. This verdict was proposed by machine-assisted curation. No clinician has "
        "reviewed it yet. What that means"
    ]


def test_reviewed_claim_is_not_called_provisional(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, supported=True, approved=True)

    response = show(client, claim)

    assert texts(response, "notice") == []
    assert texts(response, "review") == ["One reviewer"]


def test_claim_whose_verdict_is_out_of_date_says_why(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, supported=True, approved=True, stale=True)

    notices = texts(show(client, claim), "notice")

    assert notices == ["Out of date since 1 March 2026. A notice appeared."]


def test_claim_without_verdict_says_so(client):
    response = show(client, ClaimFactory())

    assert part(response, "verdict") == (
        "No verdict yet No verdict has been derived for this claim so far."
    )
    assert part(response, "history") == "History of the verdict No verdict has been recorded."


def test_part_stands_where_its_whole_stands(client):
    whole = ClaimFactory()
    leaf = ClaimFactory(parent=whole)
    ClaimAnchorFactory(claim=whole, section="", paragraph=None, comment=4)

    assert part(show(client, leaf), "place") == (
        "Where it stands in the article In readers' comment 4 below the article. As a part it "
        "stands where its whole stands. Read it in its place. The article's text is not imported "
        "here, so the passage itself (8 words) is not shown."
    )


def test_claim_names_its_forms_for_machines(client):
    claim = ClaimFactory()

    content = show(client, claim).content.decode()

    for path in ("", "evidence/", "verdicts/"):
        assert f'href="/api/v1/claims/{claim.public_id}/{path}"' in content


def test_key_redirects_to_the_number(client):
    claim = ClaimFactory(key="insulin-causes-insulin-resistance")

    response = client.get("/claims/insulin-causes-insulin-resistance/")

    assert (response.status_code, response["Location"]) == (302, claim.get_absolute_url())


def test_small_letters_redirect_to_the_number(client):
    response = client.get("/claims/clm-12/")

    assert (response.status_code, response["Location"]) == (301, "/claims/CLM-12/")


def test_draft_is_not_found_by_number_or_key(client):
    claim = ClaimFactory(state="draft")

    answers = [show(client, claim), client.get(f"/claims/{claim.key}/")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_withdrawn_claim_is_gone_and_says_so(client):
    claim = ClaimFactory(state="withdrawn", statement="Leeches cure diabetes.")

    response = show(client, claim)

    assert response.status_code == 410
    assert heading(response) == f"{claim.public_id} is withdrawn"
    assert "Leeches" not in response.content.decode()


@pytest.mark.parametrize("number", ["CLM-0", "CLM-999", "CLM-99999999999999999999", "CLM-1x"])
def test_number_that_is_none_is_not_found(client, number):
    assert client.get(f"/claims/{number}/").status_code == 404


@pytest.mark.parametrize("items", [1, 3])
def test_claim_page_takes_the_same_queries_for_any_evidence(
    client, items, django_assert_num_queries
):
    claim = ClaimFactory()
    for item in EvidenceItemFactory.create_batch(items, claim=claim, judged=True):
        ReportFactory(publication=item.publication)
        ClaimRelationFactory(source=claim)
        ClaimRelationFactory(target=claim)
        CitationFactory(claim=claim, resolved=True)
        SearchRecordFactory(claim=claim)
    ClaimAnchorFactory(claim=claim)
    derive(claim)

    with django_assert_num_queries(19):
        show(client, claim)


@pytest.mark.parametrize("parts", [1, 3])
def test_compound_page_takes_the_same_queries_for_any_parts(
    client, parts, django_assert_num_queries
):
    whole = ClaimFactory()
    for leaf in ClaimFactory.create_batch(parts, parent=whole):
        CitationFactory(claim=leaf, resolved=True)
        VerdictFactory(claim=leaf)

    with django_assert_num_queries(13):
        show(client, whole)
