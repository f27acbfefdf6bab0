"""A claim's own page."""

import pytest

from claims.actions.verdicts import derive_verdicts
from tests.claims.reading import cells, heading, links, part, texts
from tests.factories import (
    NOW,
    ArticleSnapshotFactory,
    AssessmentFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ClaimRelationFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
    ReportFactory,
    SearchRecordFactory,
    TrialFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

TEXT = "Insulin opens the door. Glucose walks in."
OUTLINE = {"sections": [{"key": "S0", "label": "the door", "start": 0, "end": 41}]}


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
        "reviewed it yet, and no systematic search stands behind it. What that means"
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

    assert states == ["Record fetched 1 March 2026; no notice found, checked 1 March 2026"]
    assert item.publication.is_fetched


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
    assert cells(response, item.key)[0][5].startswith("The record fetched is not the work")


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


def test_compound_claim_shows_its_parts_and_no_evidence(client):
    whole = ClaimFactory()
    core = ClaimFactory(parent=whole, is_core=True, position=1)
    extra = ClaimFactory(parent=whole, is_essential=False, position=2)
    for leaf in (core, extra):
        EvidenceItemFactory(claim=leaf, judged=True)
    derive(core, extra)
    derive(whole)

    response = show(client, whole)

    assert part(response, "evidence") is None
    assert part(response, "parts") == (
        "Its parts The sentence makes more than one claim. Evidence is tied to each part, and the "
        "verdict on the whole follows from theirs. "
        f"{core.statement} Supported Certainty not rated One reviewer "
        f"{core.public_id} · the core of the claim "
        f"{extra.statement} Supported Certainty not rated One reviewer "
        f"{extra.public_id} · not essential: left out of the verdict on the whole"
    )


def test_compound_claim_shows_what_is_cited_for_its_parts(client):
    whole = ClaimFactory()
    leaf = ClaimFactory(parent=whole)
    CitationFactory(claim=leaf, raw="TECOS")

    response = show(client, whole)

    assert leaf.get_absolute_url() in links(response, "citations")


def test_part_names_its_whole_and_its_siblings(client):
    whole = ClaimFactory()
    one, other = ClaimFactory.create_batch(2, parent=whole)
    hidden = ClaimFactory(parent=whole, state="draft")

    response = show(client, one)

    assert whole.get_absolute_url() in links(response)
    assert links(response, "siblings") == [other.get_absolute_url()]
    assert hidden.get_absolute_url() not in links(response)


def test_citation_accuracy_is_kept_apart_from_truth(client):
    claim = ClaimFactory()
    citation = CitationFactory(
        claim=claim, resolved=True, raw="SAVIOR", accuracy="major_error", note="It is misspelt."
    )

    response = show(client, claim)

    source = citation.publication.short_citation
    assert part(response, "citations") == (
        "What the article cites for it Whether the article's source says what the article says is "
        f"another question than whether the claim is true. “SAVIOR” is {source} "
        "Major error cited as vague, resolved It is misspelt."
    )


def test_claim_without_citation_says_so(client):
    assert part(show(client, ClaimFactory()), "citations").endswith(
        "The article cites nothing for this claim."
    )


def test_place_without_text_is_told_without_the_passage(client):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot)

    assert part(show(client, claim), "place") == (
        "Where it stands in the article In the section “the door”, paragraph 1. The article's text "
        "is not imported here, so the passage itself (8 words) is not shown."
    )


def test_place_with_text_shows_the_passage(client):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=0, end=23, exact=True)

    assert part(show(client, claim), "place") == (
        "Where it stands in the article In the section “the door”, paragraph 1. "
        "Insulin opens the door."
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("orphaned", "The passage was not found in the present text of the article."),
        (
            "ambiguous",
            "The passage occurs more than once in the present text; it is not guessed which one "
            "was meant.",
        ),
    ],
)
def test_lost_place_is_not_guessed(client, status, words):
    claim = ClaimFactory()
    snapshot = ArticleSnapshotFactory(article=claim.article, outline=OUTLINE, text=TEXT)
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=None, end=None, status=status)

    assert part(show(client, claim), "place") == (
        f"Where it stands in the article In the section “the door”, paragraph 1. {words}"
    )


def test_part_stands_where_its_whole_stands(client):
    whole = ClaimFactory()
    leaf = ClaimFactory(parent=whole)
    ClaimAnchorFactory(claim=whole, section="", paragraph=None, comment=4)

    assert part(show(client, leaf), "place") == (
        "Where it stands in the article In readers' comment 4 below the article. As a part it "
        "stands where its whole stands. The article's text is not imported here, so the passage "
        "itself (8 words) is not shown."
    )


def test_relations_read_in_both_directions(client):
    claim = ClaimFactory()
    premise = ClaimRelationFactory(source=claim, type="depends_on").target
    critic = ClaimRelationFactory(target=claim, type="contradicts").source
    ClaimRelationFactory(source=claim, target__state="draft")

    response = show(client, claim)

    unrated = "No verdict yet"
    assert part(response, "related") == (
        f"Related claims This claim depends on {premise.statement} {unrated} "
        f"{premise.public_id} · Causation "
        f"Claims that speak against this one {critic.statement} {unrated} "
        f"{critic.public_id} · Causation"
    )


def test_search_that_found_nothing_is_told(client):
    claim = ClaimFactory()
    SearchRecordFactory(claim=claim)

    assert part(show(client, claim), "searches") == (
        "Searches of the literature PubMed, 1 February 2026: 3 hits, 0 included. "
        "insulin AND leeches"
    )


def test_claim_nobody_searched_for_says_so(client):
    assert part(show(client, ClaimFactory()), "searches").startswith(
        "Searches of the literature No search is recorded for this claim."
    )


def test_history_lists_versions_newest_first(client):
    claim = ClaimFactory()
    old = VerdictFactory(claim=claim, superseded=True)
    new = VerdictFactory(claim=claim, version=2, supported=True, approved=True)

    response = show(client, claim)

    assert cells(response, "history") == [
        [
            "2 (current)",
            "1 March 2026",
            "Supported",
            "Certainty not rated",
            "One reviewer, approved 1 March 2026",
        ],
        ["1", "1 March 2026", "Unassessed", "Certainty not rated", "Provisional, a proposal"],
    ]
    assert [part(response, version.public_id) is None for version in (old, new)] == [False, False]


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

    with django_assert_num_queries(18):
        show(client, claim)


@pytest.mark.parametrize("parts", [1, 3])
def test_compound_page_takes_the_same_queries_for_any_parts(
    client, parts, django_assert_num_queries
):
    whole = ClaimFactory()
    for leaf in ClaimFactory.create_batch(parts, parent=whole):
        CitationFactory(claim=leaf, resolved=True)
        VerdictFactory(claim=leaf)

    with django_assert_num_queries(12):
        show(client, whole)
