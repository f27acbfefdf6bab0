"""A claim's own page: the evidence, and how the verdict came of it."""

import pytest

from claims.actions.verdicts import derive_verdicts
from tests.claims.reading import cells, links, part, texts
from tests.factories import (
    NOW,
    AssessmentFactory,
    ClaimFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
    ReportFactory,
    TrialFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db


def show(client, claim):
    return client.get(claim.get_absolute_url())


def derive(*claims):
    derive_verdicts(claims, by=UserFactory(), now=NOW)


def test_evidence_for_is_told_with_design_result_fit_and_bias(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(
        claim=claim,
        finding="mortality",
        publication=PublicationFactory(
            pmid="26052984", doi="10.1056/x", title="A trial.", expected_first_author="Green JB"
        ),
        judged=True,
        judged__with_effect=True,
        judged__sample_size=14671,
    )
    derive(claim)

    response = show(client, claim)

    assert cells(response, item.key) == [
        [
            "Green JB 2015 Mortality A trial. Record not fetched yet; retractions not checked; "
            "identity not confirmed PubMed 26052984 · DOI",
            "The trial measured what the claim says. The verdict rests on it.",
            "Randomised trial n = 14,671 Decisive",
            "Hazard ratio 0.90 (95% CI 0.80 to 1.01), p = 0.07 death from any cause",
            "Direct Matches the claim",
            "Low Randomised, blinded, nobody lost.",
        ]
    ]


def test_evidence_stands_on_its_side(client):
    claim = ClaimFactory()
    pro = EvidenceItemFactory(claim=claim, judged=True)
    con = EvidenceItemFactory(claim=claim, judged=True, judged__against=True)
    neutral = EvidenceItemFactory(claim=claim, judged=True, judged__neutral=True)
    mouse = EvidenceItemFactory(claim=claim, judged=True, judged__study_design="animal")
    derive(claim)

    response = show(client, claim)

    assert texts(response, "side") == [
        "Evidence for the claim (1)",
        "Evidence against the claim (1)",
        "Evidence that points neither way (1)",
        "What did not count, and why (1)",
    ]
    rows = [link for link in links(response, "trace") if link.startswith("#EVI")]
    assert sorted(rows) == sorted(f"#{item.key}" for item in (pro, con, neutral, mouse))
    assert cells(response, mouse.key)[0][5].startswith("Its design is background")
    assert cells(response, neutral.key)[0][5].startswith("It points neither way.")


def test_evidence_added_after_the_verdict_is_not_weighed_yet(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim)
    item = EvidenceItemFactory(claim=claim, judged=True)

    response = show(client, claim)

    assert cells(response, item.key)[0][5].startswith(
        "It was added after this verdict was derived and is not weighed yet."
    )


def test_judgement_without_consensus_stays_hidden(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(claim=claim)
    AssessmentFactory(item=item, rationale="Mine alone.")
    derive(claim)

    response = show(client, claim)

    assert cells(response, item.key)[0][1:3] == ["", "Not settled yet"]


def test_only_submitted_assessments_are_shown(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(claim=claim)
    ConsensusFactory(item=item)
    AssessmentFactory(item=item, rationale="Settled.")
    AssessmentFactory(item=item, rationale="Still thinking.", draft=True)
    AssessmentFactory(item=item, rationale="Old.", state="superseded")
    derive(claim)

    response = show(client, claim)

    assert cells(response, item.key)[0][1] == "Settled. The verdict rests on it."


def test_quote_is_shown_with_what_the_machine_found(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(claim=claim)
    ConsensusFactory(item=item)
    QuoteFactory(
        assessment=AssessmentFactory(item=item, rationale="See."),
        text="Insulin was given to forty people.",
        status="stale",
    )
    derive(claim)

    response = show(client, claim)

    assert cells(response, item.key)[0][1] == (
        "See. “Insulin was given to forty people.” Stale The verdict rests on it."
    )


def test_fetched_source_says_when_and_what_was_checked(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(claim=claim, publication=PublicationFactory(fetched=True))
    derive(claim)

    states = texts(show(client, claim), "state")

    assert states == [
        "Record fetched 1 March 2026; PubMed: no notice found, checked 1 March 2026 · "
        "Crossref: cannot be asked without a DOI"
    ]
    assert item.publication.is_fetched


def test_sources_that_disagree_say_so_beside_the_evidence(client):
    paper = PublicationFactory(
        doi="10.5555/x",
        integrity="retracted",
        pubmed_integrity="current",
        pubmed_checked_at=NOW,
        crossref_integrity="retracted",
        crossref_checked_at=NOW,
        integrity_checked_at=NOW,
    )
    item = EvidenceItemFactory(publication=paper, judged=True)

    states = texts(show(client, item.claim), "state")

    assert states == [
        "Record not fetched yet; retracted; PubMed: no notice found, checked 1 March 2026 · "
        "Crossref: retracted, checked 1 March 2026 · the sources disagree"
        "; identity not confirmed"
    ]


def test_mismatched_source_is_flagged_and_does_not_count(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(
        claim=claim, publication=PublicationFactory(mismatched=True), judged=True
    )
    derive(claim)

    response = show(client, claim)

    assert texts(response, "danger") == [
        "The fetched record is another paper than expected. It does not count until that is "
        "settled."
    ]
    assert cells(response, item.key)[0][5].startswith(
        "Its identity is in conflict: the record fetched is another work"
    )


def test_retracted_source_is_flagged_and_does_not_count(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(
        claim=claim, publication=PublicationFactory(retracted=True), judged=True
    )
    derive(claim)

    response = show(client, claim)

    assert texts(response, "danger") == ["retracted"]
    assert cells(response, item.key)[0][5].startswith("The publication is retracted.")


def test_evidence_of_a_trial_names_its_registration(client):
    claim = ClaimFactory()
    trial = TrialFactory(acronym="TECOS", registry_id="NCT00790205")
    item = EvidenceItemFactory(claim=claim, publication=None, trial=trial, finding="deaths")
    derive(claim)

    response = show(client, claim)

    assert cells(response, item.key)[0][0] == (
        "TECOS (NCT00790205) Deaths Registration not fetched yet"
    )


def test_publication_that_reports_a_trial_names_it(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(claim=claim)
    report = ReportFactory(publication=item.publication)
    derive(claim)

    response = show(client, claim)

    assert report.trial.get_absolute_url() in links(response, item.key)


def test_claim_on_one_study_says_what_it_would_be_without(client):
    claim = ClaimFactory()
    item = EvidenceItemFactory(
        claim=claim,
        publication=PublicationFactory(expected_first_author="Green JB"),
        judged=True,
    )
    derive(claim)

    response = show(client, claim)

    assert part(response, "rests-on") == (
        "What the verdict rests on It rests on one study. Without it the verdict would be another. "
        "Without Green JB 2015 it would be unassessed."
    )
    assert links(response, "rests-on") == [f"#{item.key}"]


def test_claim_on_several_studies_rests_on_none(client):
    claim = ClaimFactory()
    EvidenceItemFactory.create_batch(2, claim=claim, judged=True)
    derive(claim)

    response = show(client, claim)

    assert part(response, "rests-on") == (
        "What the verdict rests on No single piece of evidence decides it alone: taking any one "
        "away leaves the verdict as it is."
    )


def test_why_is_three_sentences(client):
    claim = ClaimFactory()
    EvidenceItemFactory.create_batch(2, claim=claim, judged=True)
    derive(claim)

    response = show(client, claim)

    assert part(response, "why") == (
        "Why Counted for the claim: 2 decisive studies; against it: nothing. "
        "Decisive evidence supports the claim as it stands, and none contradicts it. "
        "No single item of evidence decides it alone. "
        "2 items: 2 for. One study can have several items, and counts once."
    )


def test_trace_names_the_rule_and_its_text(client):
    claim = ClaimFactory()
    EvidenceItemFactory(claim=claim, judged=True)
    derive(claim)

    response = show(client, claim)

    trace = part(response, "trace")
    assert trace.startswith(
        "How the verdict came about Rule V5 of ruleset 1 decided: if decisive evidence for that "
        "matches the claim, none against, the verdict is supported."
    )
    assert links(response, "trace")[0] == "/methods/#rule-V5"


def test_overridden_verdict_says_why(client):
    claim = ClaimFactory()
    VerdictFactory(
        claim=claim,
        supported=True,
        derived_verdict="unassessed",
        override_reason="The only study is decisive.",
    )

    trace = part(show(client, claim), "trace")

    assert "The editors chose another verdict than the rules. The only study is decisive." in trace
    assert "the verdict is unassessed." in trace


def test_certainty_lists_the_domains_that_moved_it(client):
    claim = ClaimFactory()
    VerdictFactory(
        claim=claim, supported=True, rated=True, domain_reasons={"risk_of_bias": "Open label."}
    )

    response = show(client, claim)

    assert cells(response, "certainty") == [
        [
            "Risk of bias",
            "\N{MINUS SIGN}1",
            "Could flaws in the studies explain the result?",
            "Open label.",
        ]
    ]


def test_certainty_that_nothing_moved_says_so(client):
    claim = ClaimFactory()
    VerdictFactory(claim=claim, supported=True, rated=True, certainty="high", risk_of_bias=0)

    assert part(show(client, claim), "certainty") == (
        "How certain it is High certainty (GRADE). Further studies are very unlikely to change the "
        "conclusion. The body of evidence starts at high. None of the eight domains of GRADE moved "
        "it."
    )
