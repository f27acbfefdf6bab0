"""What readers must never see: drafts, what was withdrawn, and judgements that are still blind.

Each test first makes sure that the same thing shows when it is public.
"""

import pytest

from claims.models import Claim
from tests import factories
from tests.claims.api_world import ROOT, judged_claim
from tests.factories import ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db

HIDDEN = ["draft", "withdrawn"]
SECRET = "secret-key"
LISTS = [
    "claims/",
    "claims/?q=secret",
    "claims/?article=the-article",
    "evidence/",
    "evidence/?counted=true",
    "evidence/?counted=false",
    f"evidence/?claim={SECRET}",
    "topics/",
    "changes/",
    f"changes/?claim={SECRET}",
]
OF_ONE = ["", "evidence/", "verdicts/", "citations/", "relations/"]


@pytest.fixture
def claim():
    """A claim whose every trace says "secret": key, topic, statement, relation, citation, change."""
    article = factories.ArticleFactory(key="the-article")
    claim = judged_claim(
        key=SECRET, article=article, topics=["secret-topic"], statement="Secret insulin."
    )
    factories.CitationFactory(claim=claim, raw="secret")
    return claim


def hide(claim, state):
    Claim.objects.filter(pk=claim.pk).update(state=state)


@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("path", LISTS)
def test_hidden_claim_is_in_no_list(client, claim, path, state):
    assert "secret" in str(client.get(ROOT + path).json()["results"])
    hide(claim, state)

    assert "secret" not in str(client.get(ROOT + path).json()["results"])


@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("path", OF_ONE)
def test_hidden_claim_is_not_found(client, claim, path, state):
    addresses = [f"{ROOT}claims/{name}/{path}" for name in (claim.public_id, claim.key)]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    hide(claim, state)

    answers = [client.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [answer["Content-Type"] for answer in answers] == ["application/problem+json"] * 2


@pytest.mark.parametrize("state", HIDDEN)
def test_evidence_of_a_hidden_claim_is_not_found(client, claim, state):
    address = f"{ROOT}evidence/{claim.evidence.first().key}/"
    assert client.get(address).status_code == 200
    hide(claim, state)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("state", HIDDEN)
def test_article_does_not_count_hidden_claims(client, claim, state):
    address = f"{ROOT}articles/the-article/"
    shown = client.get(address).json()
    hide(claim, state)

    hidden = client.get(address).json()

    assert (shown["claim_count"], shown["verdict_counts"]["supported"]) == (1, 1)
    assert (hidden["claim_count"], hidden["verdict_counts"]["supported"]) == (0, 0)


@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("end", ["source", "target"])
def test_relation_to_a_hidden_claim_does_not_show(client, claim, state, end):
    other = ClaimFactory()
    ends = (
        {"source": claim, "target": other}
        if end == "source"
        else {"source": other, "target": claim}
    )
    factories.ClaimRelationFactory(**ends)
    address = f"{ROOT}claims/{other.public_id}/relations/"
    assert len(client.get(address).json()["results"]) == 1
    hide(claim, state)

    assert client.get(address).json()["results"] == []


@pytest.mark.parametrize("state", HIDDEN)
def test_part_does_not_name_a_hidden_whole(client, state):
    part = ClaimFactory(parent=ClaimFactory(key=SECRET))
    address = f"{ROOT}claims/{part.public_id}/"
    assert client.get(address).json()["parent"] == part.parent.public_id
    hide(part.parent, state)

    assert client.get(address).json()["parent"] is None
    assert client.get(f"{ROOT}claims/", {"parent": SECRET}).json()["results"] == []
    assert client.get(f"{ROOT}claims/", {"parent": part.parent.public_id}).json()["results"] == []


@pytest.mark.parametrize("state", HIDDEN)
def test_trace_of_a_whole_does_not_name_a_hidden_part(client, state):
    whole = ClaimFactory(key="whole")
    secret, other = (ClaimFactory(parent=whole, key=key) for key in (SECRET, "other-part"))
    rows = [{"key": part.key, "verdict": "supported"} for part in (secret, other)]
    trace = {"kind": "compound", "claim": "whole", "parts": rows, "rests_on": rows}
    VerdictFactory(claim=whole, trace=trace)
    addresses = [f"{ROOT}claims/whole/", f"{ROOT}claims/whole/verdicts/"]
    shown = [client.get(address) for address in addresses]
    assert shown[0].json()["verdict"]["trace"] == trace
    assert shown[1].json()["results"][0]["trace"] == trace
    hide(secret, state)

    hidden = [client.get(address) for address in addresses]

    kept = trace | {"parts": rows[1:], "rests_on": rows[1:]}
    assert hidden[0].json()["verdict"]["trace"] == kept
    assert hidden[1].json()["results"][0]["trace"] == kept
    assert [answer["ETag"] for answer in hidden] != [answer["ETag"] for answer in shown]
    assert hidden[0].json()["revision"] != shown[0].json()["revision"]


@pytest.mark.parametrize("path", ["evidence/", "evidence/{item}/", "claims/{claim}/evidence/"])
def test_assessments_before_the_consensus_stay_with_their_reviewers(client, path):
    article = factories.ArticleFactory(reviewers_required=2)
    item = factories.EvidenceItemFactory(claim__article=article)
    secret = {"rationale": "secret reason", "stance": "contradicts", "rob_reason": "secret bias"}
    first = factories.AssessmentFactory(item=item, **secret)
    factories.QuoteFactory(assessment=first, text="A secret passage of the source.")
    factories.AssessmentFactory(item=item, draft=True, **secret)
    address = ROOT + path.format(item=item.key, claim=item.claim.public_id)

    blind = client.get(address).content.decode()
    factories.ConsensusFactory(item=item, kind="unanimous", reviewers=2, **secret)
    agreed = client.get(address).content.decode()

    assert [word in blind for word in ("secret", "contradicts")] == [False, False]
    assert [word in agreed for word in ("secret reason", "contradicts")] == [True, True]


@pytest.mark.parametrize("query", ["stance=contradicts", "design=cohort"])
def test_filters_do_not_tell_assessments_before_the_consensus(client, query):
    item = factories.EvidenceItemFactory()
    judgement = {"stance": "contradicts", "study_design": "cohort"}
    factories.AssessmentFactory(item=item, **judgement)

    blind = client.get(f"{ROOT}evidence/?{query}").json()["results"]
    factories.ConsensusFactory(item=item, **judgement)
    agreed = client.get(f"{ROOT}evidence/?{query}").json()["results"]

    assert (blind, [row["id"] for row in agreed]) == ([], [item.key])


def test_people_are_not_named(client):
    person = factories.UserFactory(username="secret-name", email="secret@example.org")
    claim = ClaimFactory()
    item = factories.EvidenceItemFactory(claim=claim, added_by=person)
    factories.ConsensusFactory(item=item, adjudicated=True, decided_by=person)
    VerdictFactory(claim=claim, author=person)
    other = ClaimFactory()
    VerdictFactory(claim=other, approved=True, approved_by=person)

    paths = ["claims/", "evidence/", "changes/"]
    paths += [f"claims/{each.public_id}/verdicts/" for each in (claim, other)]
    bodies = [client.get(ROOT + path).content.decode() for path in paths]

    assert ["secret" in body for body in bodies] == [False] * 5
