import pytest

from tests import factories
from tests.claims.api_world import ROOT, ruling
from tests.factories import ClaimFactory, EvidenceItemFactory, VerdictFactory

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def rows_of(client, path):
    response = client.get(ROOT + path)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_judged_item_has_the_fixed_shape(client):
    item = EvidenceItemFactory(
        finding="fewer deaths",
        origin="cited_by_article",
        judged=True,
        judged__with_effect=True,
        judged__indirect=True,
        judged__sample_size=40,
    )
    item.consensus.rationale = "It measured what the claim says."
    item.consensus.save()
    VerdictFactory(claim=item.claim, trace={"items": [ruling(item)]})

    [body] = rows_of(client, f"claims/{item.claim.public_id}/evidence/")

    assert body == {
        "id": item.key,
        "claim": {"id": item.claim.public_id, "key": item.claim.key},
        "url": f"{SITE}{item.claim.get_absolute_url()}#{item.key}",
        "finding": "fewer deaths",
        "stance": "supports",
        "directness": "indirect",
        "directness_reasons": ["population"],
        "scope": "matches",
        "finding_role": "own_result",
        "study_design": "rct",
        "n": 40,
        "effect": {
            "outcome": "death from any cause",
            "measure": "HR",
            "estimate": 0.9,
            "ci_low": 0.8,
            "ci_high": 1.01,
            "ci_level": 95.0,
            "p": "0.07",
        },
        "risk_of_bias": {
            "tool": "none",
            "overall": "low",
            "domains": {},
            "reason": "Randomised, blinded, nobody lost.",
        },
        "rationale": "It measured what the claim says.",
        "counted": True,
        "not_counted_reason": None,
        "tier": "decisive",
        "origin": "cited_by_article",
        "publication": {
            "pmid": item.publication.pmid,
            "doi": None,
            "pmcid": None,
            "url": f"{SITE}{item.publication.get_absolute_url()}",
            "title": item.publication.title,
            "first_author": None,
            "journal": "Journal of Examples",
            "year": 2015,
            "volume": None,
            "issue": None,
            "pages": None,
            "integrity": "unknown",
            "identity": "unconfirmed",
            "abstract_state": "not_fetched",
            "fetched_at": None,
            "api_url": f"{SITE}{ROOT}publications/{item.publication.pmid}/",
        },
        "trial": None,
        "revision": body["revision"],
        "api_url": f"{SITE}{ROOT}evidence/{item.key}/",
        "unit": item.unit,
        "consensus": "single",
        "added_at": "2026-03-01T12:00:00Z",
    }
    assert client.get(f"{ROOT}evidence/{item.key}/").json() == body


def test_item_of_a_trial_names_the_trial(client):
    item = EvidenceItemFactory(of_trial=True)

    [body] = rows_of(client, "evidence/")

    assert body["publication"] is None
    assert body["trial"] == {
        "id": item.trial.registry_id,
        "registry": "clinicaltrials",
        "url": f"{SITE}{item.trial.get_absolute_url()}",
        "acronym": item.trial.acronym,
        "title": item.trial.title,
        "status": None,
        "identity": "unconfirmed",
        "fetched_at": None,
        "api_url": f"{SITE}{ROOT}trials/{item.trial.registry_id}/",
    }


@pytest.mark.parametrize(
    ("authors", "expected", "name"),
    [
        ([{"family": "Author", "given": "Ann"}, {"family": "Other"}], "Believed A", "Author"),
        ([{"collective": "The Group", "family": None}], "Believed A", "The Group"),
        ([], "Believed A", "Believed A"),
        ([], "", None),
    ],
)
def test_first_author_is_known_as_well_as_it_can_be(client, authors, expected, name):
    publication = factories.PublicationFactory(authors=authors, expected_first_author=expected)
    EvidenceItemFactory(publication=publication)

    [body] = rows_of(client, "evidence/")

    assert body["publication"]["first_author"] == name


def test_item_without_consensus_tells_nothing_of_its_judgement(client):
    item = EvidenceItemFactory()
    VerdictFactory(
        claim=item.claim,
        trace={"items": [ruling(item, counted=False, reason="awaiting_consensus", tier=None)]},
    )

    [body] = rows_of(client, "evidence/")

    assert {name: body[name] for name in list(body)[4:17]} == {
        "stance": None,
        "directness": None,
        "directness_reasons": None,
        "scope": None,
        "finding_role": None,
        "study_design": None,
        "n": None,
        "effect": None,
        "risk_of_bias": None,
        "rationale": None,
        "counted": False,
        "not_counted_reason": "awaiting consensus",
        "tier": None,
    }


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("high_risk_of_bias", "high risk of bias"),
        ("retracted", "retracted"),
        ("identity_in_conflict", "identity in conflict"),
    ],
)
def test_item_that_does_not_count_says_why(client, reason, words):
    item = EvidenceItemFactory(judged=True)
    VerdictFactory(claim=item.claim, trace={"items": [ruling(item, counted=False, reason=reason)]})

    [body] = rows_of(client, "evidence/")

    assert (body["counted"], body["not_counted_reason"]) == (False, words)


def test_item_that_the_verdict_does_not_know_yet_does_not_count(client):
    item = EvidenceItemFactory(judged=True)
    VerdictFactory(claim=item.claim, superseded=True, trace={"items": [ruling(item)]})
    VerdictFactory(claim=item.claim, version=2)

    [body] = rows_of(client, "evidence/")

    assert (body["counted"], body["not_counted_reason"]) == (False, "not in the current verdict")


@pytest.fixture
def items():
    """Three items by name: one counts, one does not, one is not judged; the last on another claim."""
    claim = ClaimFactory(key="first")
    counted = EvidenceItemFactory(claim=claim, finding="counted", judged=True)
    neutral = EvidenceItemFactory(
        claim=claim,
        publication=factories.PublicationFactory(pmcid="PMC77", doi="10.5555/a/b"),
        finding="neutral",
        judged=True,
        judged__neutral=True,
        judged__study_design="cohort",
    )
    reported = factories.TrialFactory(registry_id="NCT11111111")
    factories.ReportFactory(publication=neutral.publication, trial=reported)
    factories.RegistrationAliasFactory(trial=reported, registry_id="NCT00000009")
    EvidenceItemFactory(
        finding="open",
        origin="living_search",
        publication=None,
        trial=factories.TrialFactory(registry_id="NCT22222222"),
        claim=ClaimFactory(key="second"),
    )
    trace = {"items": [ruling(counted), ruling(neutral, counted=False, reason="neutral")]}
    VerdictFactory(claim=claim, trace=trace)


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["counted", "neutral", "open"]),
        ("stance=supports", ["counted"]),
        ("stance=supports&stance=neutral", ["counted", "neutral"]),
        ("counted=true", ["counted"]),
        ("counted=false", ["neutral", "open"]),
        ("design=cohort", ["neutral"]),
        ("claim=second", ["open"]),
        ("claim=third", []),
        ("publication=PMC77", ["neutral"]),
        ("publication=pmc77", ["neutral"]),
        ("publication=10.5555/A/B", ["neutral"]),
        ("publication=1", []),
        ("trial=NCT11111111", ["neutral"]),
        ("trial=nct22222222", ["open"]),
        ("trial=nct00000009", ["neutral"]),
        ("trial=NCT33333333", []),
        ("origin=living_search", ["open"]),
        ("origin=living_search&counted=true", []),
    ],
)
def test_evidence_is_filtered(client, query, found):
    assert [row["finding"] for row in rows_of(client, f"evidence/?{query}")] == found


@pytest.mark.usefixtures("items")
def test_evidence_of_a_claim_takes_the_same_filters(client):
    rows = rows_of(client, "claims/first/evidence/?counted=false")

    assert [row["finding"] for row in rows] == ["neutral"]


def test_compound_claim_has_no_evidence_of_its_own(client):
    part = ClaimFactory(parent=ClaimFactory())
    EvidenceItemFactory(claim=part)

    assert rows_of(client, f"claims/{part.parent.public_id}/evidence/") == []
