"""A trial's page."""

import pytest

from tests.claims.reading import cells, heading, links, part, texts
from tests.factories import (
    ArticleFactory,
    CitationFactory,
    ClaimFactory,
    EvidenceItemFactory,
    FetchRequestFactory,
    ReportFactory,
    TrialDigestFactory,
    TrialFactory,
    TrialResultFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db


def show(client, trial):
    return client.get(trial.get_absolute_url())


def test_fetched_trial_shows_what_is_registered(client):
    trial = TrialFactory(
        fetched=True,
        registry_id="NCT01107886",
        acronym="SAVOR-TIMI 53",
        aliases=["SAVOR-TIMI 53", "SAVIOR"],
        secondary_ids=["D1680C00003"],
        title="Saxagliptin in diabetes",
        official_title="A multicentre trial",
        status="COMPLETED",
        study_type="INTERVENTIONAL",
        phases=["PHASE4"],
        allocation="RANDOMIZED",
        masking="QUADRUPLE",
        enrollment=16496,
        enrollment_type="ACTUAL",
        conditions=["Diabetes"],
        interventions=[{"name": "Saxagliptin"}, {"name": "Placebo"}],
        primary_outcomes=[{"measure": "CV death", "time_frame": "2 years"}],
        start_date="2010-05",
        completion_date="2013-05",
        sponsor="AstraZeneca",
        last_update_posted="2015-07-16",
    )

    response = show(client, trial)

    assert response.status_code == 200
    assert heading(response) == "SAVOR-TIMI 53"
    assert part(response, "registration") == (
        "Registration Registry ClinicalTrials.gov: NCT01107886 Also written SAVIOR "
        "Other numbers D1680C00003 Official title A multicentre trial Status Completed "
        "Type Interventional, phase 4 Allocation Randomized Masking Quadruple "
        "Enrolled 16,496 (actual) Conditions Diabetes Interventions Saxagliptin, Placebo "
        "Primary outcomes, registered CV death (2 years) Started 2010-05 Completed 2013-05 "
        "Sponsor AstraZeneca Last update 2015-07-16 Fetched 1 March 2026, 12:00 UTC "
        "Identity Confirmed"
    )


def test_unfetched_trial_says_so(client):
    trial = TrialFactory(registry_id="NCT01107886")
    FetchRequestFactory(for_trial=True, identifier="NCT01107886")

    assert part(show(client, trial), "registration") == (
        "Registration Not fetched yet. A fetch has been queued since 1 March 2026, 12:00 UTC and "
        "not yet been tried. What stands here is what the curators recorded. "
        "Registry ClinicalTrials.gov: NCT01107886 Identity Not confirmed yet"
    )


def test_trial_of_another_registry_cannot_be_asked_for(client):
    trial = TrialFactory(registry="drks", registry_id="DRKS00012345")

    assert part(show(client, trial), "registration").startswith(
        "Registration Not fetched yet. DRKS cannot be asked by machine from here."
    )


def test_mismatched_trial_is_flagged(client):
    trial = TrialFactory(fetched=True, identity="mismatch", expected_title="Leeches")

    assert texts(show(client, trial), "notice") == [
        "This is another trial than expected. The registration behind the number does not match "
        "what the curators meant: “Leeches”."
    ]


def test_trial_without_acronym_is_called_by_its_title(client):
    trial = TrialFactory(acronym="", title="Leeches in diabetes")

    response = show(client, trial)

    assert heading(response) == "Leeches in diabetes"
    assert texts(response, "lead") == []


def test_digest_says_what_was_tested_shown_and_not_shown(client):
    digest = TrialDigestFactory(
        tested="safety of a DPP-4 inhibitor",
        insulin_randomised="no",
        population="Adults",
        intervention="Saxagliptin",
        comparator="Placebo",
        years="2010-2013",
        follow_up="2.1 years",
        shows="Neither harm nor benefit.",
        does_not_show="Anything on insulin.",
        numbers_from="abstract_seen",
    )

    assert (
        part(show(client, digest.trial), "content")
        .partition("Results")[0]
        .endswith(
            "In the curators' words. Tested Safety of a DPP-4 inhibitor Was insulin randomised? No "
            "In whom Adults Intervention Saxagliptin Compared with Placebo Years 2010-2013 "
            "Follow-up 2.1 years It shows Neither harm nor benefit. "
            "It does not show Anything on insulin. Where the figures were seen: abstract seen. "
        )
    )


def test_results_are_a_table_with_their_source(client):
    result = TrialResultFactory(outcome="Heart failure", events="3.5% v 2.8%", p="0.007")
    TrialResultFactory(
        trial=result.trial,
        outcome="Weight",
        role="post_hoc",
        measure="MD",
        estimate=-1.5,
        ci_low=None,
        ci_high=None,
    )

    rows = cells(show(client, result.trial), "results")

    assert [row[:3] for row in rows] == [
        [
            "Heart failure Primary outcome",
            "Hazard ratio 0.90 (95% CI 0.80 to 1.01), p = 0.007",
            "3.5% v 2.8%",
        ],
        ["Weight Post hoc outcome", "Mean difference \N{MINUS SIGN}1.5", "not recorded"],
    ]
    assert rows[0][3] == result.publication.short_citation


def test_trial_without_results_or_publications_says_so(client):
    response = show(client, TrialFactory())

    assert part(response, "results") == "Results No results are recorded here."
    assert part(response, "publications") == "Publications None is on record here."
    assert part(response, "claims").endswith("It is tied to no claim yet.")


def test_trial_lists_publications_by_role(client):
    report = ReportFactory(role="follow_up", publication__title="Ten years on")

    assert part(show(client, report.trial), "publications") == (
        f"Publications {report.publication.short_citation}: follow-up Ten years on"
    )


def test_primary_results_come_first_and_older_follow_ups_before_newer(client):
    trial = TrialFactory()
    newer, older, primary = (
        ReportFactory(trial=trial, role=role, publication__year=year)
        for role, year in (("follow_up", 2016), ("follow_up", 2011), ("primary_results", 2008))
    )

    assert links(show(client, trial), "publications") == [
        report.publication.get_absolute_url() for report in (primary, older, newer)
    ]


def test_trial_bears_on_claims_itself_and_through_its_papers(client):
    trial = TrialFactory()
    one, other = ClaimFactory.create_batch(2, article=ArticleFactory())
    own = EvidenceItemFactory(claim=one, publication=None, trial=trial, judged=True)
    report = ReportFactory(trial=trial)
    through = EvidenceItemFactory(claim=other, publication=report.publication, judged=True)
    EvidenceItemFactory(publication=None, trial=trial, claim__state="draft", judged=True)

    response = show(client, trial)

    assert [link for link in links(response, "claims") if "#EVI" in link] == [
        f"{own.claim.get_absolute_url()}#{own.key}",
        f"{through.claim.get_absolute_url()}#{through.key}",
    ]


def test_spelling_of_the_article_is_shown(client):
    trial = TrialFactory()
    CitationFactory(
        trial=trial, raw="SAVIOR", resolution="resolved", accuracy="major_error", note="Misspelt."
    )

    assert part(show(client, trial), "citations").startswith("Cited by the article “SAVIOR” is")


def test_small_letters_redirect(client):
    response = client.get("/trials/nct01107886/")

    assert (response.status_code, response["Location"]) == (301, "/trials/NCT01107886/")


def test_unknown_trial_is_not_found(client):
    assert client.get("/trials/NCT00000000/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_trial_takes_the_same_queries_for_any_rows(client, rows, django_assert_num_queries):
    trial = TrialDigestFactory().trial
    for _ in range(rows):
        item = EvidenceItemFactory(publication=None, trial=trial, judged=True)
        VerdictFactory(claim=item.claim)
        report = ReportFactory(trial=trial)
        EvidenceItemFactory(publication=report.publication, judged=True)
        TrialResultFactory(trial=trial)
        CitationFactory(trial=trial, resolution="resolved")

    with django_assert_num_queries(10):
        show(client, trial)
