import pytest
from django.urls import reverse

from claims.models import Verdict
from tests import factories
from tests.claims.api_world import ROOT, judged_claim
from tests.factories import ClaimFactory, VerdictFactory

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def ids(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_claim_has_the_fixed_shape(client):
    claim = judged_claim(
        key="insulin-does-it",
        statement="Insulin does it.",
        topics=["insulin-action", "causes"],
        exposure="insulin",
        outcome="it",
    )
    verdict = Verdict.objects.get(claim=claim)

    body = client.get(f"{ROOT}claims/{claim.public_id}/").json()

    revision = body["revision"]
    assert list(body.items())[:12] == [
        ("id", claim.public_id),
        ("key", "insulin-does-it"),
        ("url", f"{SITE}/claims/{claim.public_id}/"),
        ("statement", "Insulin does it."),
        ("claim_type", "causation"),
        ("voice", "author"),
        ("article", {"key": claim.article.key, "title": claim.article.title}),
        ("topics", ["insulin-action", "causes"]),
        (
            "pico",
            {"population": None, "exposure": "insulin", "comparator": None, "outcome": "it"},
        ),
        ("verdict", body["verdict"]),
        ("evidence_counts", {"supports": 1, "contradicts": 0, "neutral": 1, "not_counted": 1}),
        ("revision", revision),
    ]
    assert list(body["evidence_counts"]) == ["supports", "contradicts", "neutral", "not_counted"]
    assert list(body["pico"]) == ["population", "exposure", "comparator", "outcome"]
    assert list(body["verdict"].items()) == [
        ("id", f"VER-{verdict.pk}"),
        ("verdict", "supported"),
        ("contested_kind", None),
        ("certainty", "moderate"),
        ("framework", "grade"),
        ("review_status", 0),
        ("summary", "Nothing has been collected yet."),
        ("ruleset_version", "1"),
        ("rule", "V5"),
        ("as_of", "2026-03-01T12:00:00Z"),
        ("stale_since", None),
        ("provisional", True),
        ("stale_reason", None),
        (
            "grading",
            {
                "start_level": 4,
                "domains": {
                    "risk_of_bias": -1,
                    "inconsistency": 0,
                    "indirectness": 0,
                    "imprecision": 0,
                    "publication_bias": 0,
                    "large_effect": 0,
                    "dose_response": 0,
                    "plausible_confounding": 0,
                },
                "reasons": {},
                "override_reason": None,
            },
        ),
        ("override", None),
        ("trace", verdict.trace),
    ]


def test_claim_addresses_are_those_of_the_site(client):
    claim = ClaimFactory()

    body = client.get(f"{ROOT}claims/{claim.key}/").json()

    assert body["url"] == SITE + claim.get_absolute_url()
    assert body["api_url"] == f"{SITE}{ROOT}claims/{claim.public_id}/"
    assert client.get(body["api_url"].removeprefix(SITE)).json() == body


def test_listed_claim_is_the_claim_without_the_grounds(client):
    claim = judged_claim()

    listed = client.get(f"{ROOT}claims/").json()["results"]
    alone = client.get(f"{ROOT}claims/{claim.public_id}/").json()

    for ground in ("grading", "override", "trace"):
        del alone["verdict"][ground]
    assert listed == [alone]


def test_claim_without_a_verdict_or_pico_says_so(client):
    claim = ClaimFactory()

    body = client.get(f"{ROOT}claims/{claim.public_id}/").json()

    assert (body["pico"], body["verdict"], body["evidence_counts"]) == (None, None, None)


def test_claim_shows_its_current_verdict_of_today(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, superseded=True)
    VerdictFactory(claim=claim, basis="at_publication", contradicted=True)
    current = VerdictFactory(claim=claim, version=2, partly=True)

    body = client.get(f"{ROOT}claims/{claim.public_id}/").json()

    assert body["verdict"]["id"] == current.public_id


def test_verdict_that_was_approved_is_not_provisional(client):
    verdict = VerdictFactory(approved=True, stale=True)

    body = client.get(f"{ROOT}claims/{verdict.claim.public_id}/").json()["verdict"]

    assert (body["provisional"], body["review_status"]) == (False, 1)
    assert (body["stale_since"], body["stale_reason"]) == (
        "2026-03-01T12:00:00Z",
        "A notice appeared.",
    )


def test_verdict_of_an_editor_tells_what_the_ruleset_said(client):
    verdict = VerdictFactory(
        partly=True, derived_verdict="supported", override_reason="The trials were all too short."
    )

    body = client.get(f"{ROOT}claims/{verdict.claim.public_id}/").json()

    assert body["verdict"]["override"] == {
        "derived_verdict": "supported",
        "derived_contested_kind": None,
        "reason": "The trials were all too short.",
    }


def test_part_names_its_whole(client):
    part = ClaimFactory(parent=ClaimFactory(), is_core=True)

    body = client.get(f"{ROOT}claims/{part.public_id}/").json()

    assert (body["parent"], body["is_core"], body["is_essential"]) == (
        part.parent.public_id,
        True,
        True,
    )


def test_claims_stand_in_the_order_of_their_article(client):
    article = factories.ArticleFactory()
    second = ClaimFactory(article=article, position=2)
    first = ClaimFactory(article=article, position=1)

    assert ids(client.get(f"{ROOT}claims/")) == [first.public_id, second.public_id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("verdict=contested", ["against"]),
        ("verdict=contested&verdict=supported", ["for", "against"]),
        ("contested_kind=contradicted", ["against"]),
        ("contested_kind=conflicting", []),
        ("certainty=moderate", ["for"]),
        ("certainty=moderate&verdict=contested", []),
        ("review_status=1", ["against"]),
        ("claim_type=harm", ["against"]),
        ("voice=reader_comment", ["part"]),
        ("state=published", ["for"]),
        ("topic=insulin-action", ["for"]),
        ("topic=insulin", []),
        ("article=second", ["against"]),
        ("article=third", []),
        ("parent=whole", ["part"]),
        ("parent=none", ["for", "whole", "against"]),
        ("q=harms+insulin", ["against"]),
        ("q=100%25", []),
    ],
)
def test_claims_are_filtered(client, query, found):
    first, second = (factories.ArticleFactory(key=key) for key in ("first", "second"))
    supported = ClaimFactory(key="for", article=first, topics=["insulin-action"], published=True)
    VerdictFactory(claim=supported, supported=True, rated=True)
    contradicted = ClaimFactory(
        key="against", article=second, claim_type="harm", statement="Insulin harms mice."
    )
    VerdictFactory(claim=contradicted, superseded=True, supported=True)
    VerdictFactory(claim=contradicted, version=2, contradicted=True, approved=True)
    whole = ClaimFactory(key="whole", article=first)
    ClaimFactory(key="part", parent=whole, voice="reader_comment")

    rows = client.get(f"{ROOT}claims/?{query}").json()["results"]

    assert [row["key"] for row in rows] == found


def test_parts_are_found_by_the_number_of_their_whole(client):
    part = ClaimFactory(parent=ClaimFactory())

    response = client.get(f"{ROOT}claims/", {"parent": part.parent.public_id})

    assert ids(response) == [part.public_id]


def test_verdicts_of_a_claim_are_its_versions_in_order(client):
    claim = ClaimFactory()
    first = VerdictFactory(claim=claim, superseded=True)
    VerdictFactory(claim=claim, basis="at_publication")
    second = VerdictFactory(claim=claim, version=2, supported=True)

    rows = client.get(f"{ROOT}claims/{claim.key}/verdicts/").json()["results"]

    assert [
        (row["id"], row["version"], row["is_current"], row["verdict"], row["trace"]) for row in rows
    ] == [
        (first.public_id, 1, False, "unassessed", first.trace),
        (second.public_id, 2, True, "supported", second.trace),
    ]


def test_citations_of_a_claim_tell_whether_they_are_accurate(client):
    claim = ClaimFactory()
    resolved = factories.CitationFactory(claim=claim, resolved=True, raw="a study of 2008")
    factories.CitationFactory(claim=claim, raw="some say")
    factories.CitationFactory()

    rows = client.get(f"{ROOT}claims/{claim.public_id}/citations/").json()["results"]

    assert [(row["raw"], row["resolution"], row["accuracy"], row["note"]) for row in rows] == [
        ("a study of 2008", "resolved", "accurate", "The source says so."),
        ("some say", "unresolved", None, None),
    ]
    assert rows[0]["publication"]["pmid"] == resolved.publication.pmid
    assert (rows[1]["publication"], rows[1]["trial"]) == (None, None)


def test_citation_tells_its_claim_its_place_and_what_its_source_says(client):
    whole = ClaimFactory()
    digest = factories.TrialDigestFactory(shows="Fewer deaths.", does_not_show="Why.")
    cited = {"trial": digest.trial, "resolution": "resolved"}
    factories.CitationFactory(claim=whole, raw="SAVIOR", **cited)
    of_trial = {"publication": None, "trial": digest.trial}
    part = factories.EvidenceItemFactory(claim__parent=whole, **of_trial)
    factories.EvidenceItemFactory(claim__parent=whole)
    factories.EvidenceItemFactory(**of_trial)
    factories.EvidenceItemFactory(claim__parent=whole, claim__state="draft", **of_trial)

    (row,) = client.get(f"{ROOT}claims/{whole.public_id}/citations/").json()["results"]

    assert {name: row[name] for name in ("claim", "article", "place_url", "source_says")} == {
        "claim": whole.public_id,
        "article": whole.article.key,
        "place_url": f"{SITE}{whole.article.get_absolute_url()}#{whole.public_id}",
        "source_says": {
            "shows": "Fewer deaths.",
            "does_not_show": "Why.",
            "evidence": [part.key],
        },
    }


def test_article_lists_what_it_cites_for_public_claims(client):
    first, second = (factories.CitationFactory(claim__article__key=f"a{n}") for n in (1, 2))
    factories.CitationFactory(claim__article=first.article, claim__state="draft")
    another = factories.CitationFactory(claim__article=first.article)

    rows = client.get(f"{ROOT}articles/a1/citations/").json()["results"]

    assert [row["raw"] for row in rows] == [first.raw, another.raw]
    assert rows[0] == client.get(f"{ROOT}claims/{first.claim.key}/citations/").json()["results"][0]
    assert second.raw not in {row["raw"] for row in rows}


def test_relations_of_a_claim_are_told_from_both_ends(client):
    relation = factories.ClaimRelationFactory(type="qualifies")

    told = [
        client.get(f"{ROOT}claims/{claim.public_id}/relations/").json()["results"]
        for claim in (relation.source, relation.target)
    ]

    ends = {
        name: {
            "id": claim.public_id,
            "key": claim.key,
            "statement": claim.statement,
            "api_url": f"{SITE}{ROOT}claims/{claim.public_id}/",
        }
        for name, claim in (("source", relation.source), ("target", relation.target))
    }
    assert told == [[{"source": ends["source"], "type": "qualifies", "target": ends["target"]}]] * 2


def test_site_page_links_lead_somewhere(client):
    claim = ClaimFactory()

    assert reverse("claim", args=[claim.public_id]) == f"/claims/{claim.public_id}/"
