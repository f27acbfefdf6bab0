"""A trial's page."""

import pytest

from sources.clinicaltrials_json import parse_study
from tests.claims.reading import cells, heading, links, part, texts
from tests.factories import (
    ArticleFactory,
    CitationFactory,
    ClaimFactory,
    EvidenceItemFactory,
    FetchRequestFactory,
    IdentityConflictFactory,
    PublicationFactory,
    RegistrationAliasFactory,
    RegistrationChangeFactory,
    ReportFactory,
    TrialDigestFactory,
    TrialFactory,
    TrialResultFactory,
    VerdictFactory,
)
from tests.standins.records import FIXTURES

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
        "Enrolled 16,496 (actual) Conditions Diabetes Start 2010-05 Completion 2013-05 "
        "Sponsor AstraZeneca Results in the registry none posted Last update 2015-07-16 Fetched 1 March 2026, 12:00 UTC "
        "Identity Confirmed"
    )
    assert part(response, "registered") == (
        "As registered Primary outcome CV death (2 years) Interventions Saxagliptin Placebo"
    )


def test_what_a_fetched_registration_leaves_out_is_said(client):
    trial = TrialFactory(fetched=True, study_type="INTERVENTIONAL", phases=None, enrollment=0)

    said = part(show(client, trial), "registration")

    assert "Status not stated by the registry" in said
    assert "Type Interventional, phase not stated" in said
    assert "Enrolled 0" in said


def test_phases_that_do_not_apply_are_not_phases_that_are_not_stated(client):
    trial = TrialFactory(fetched=True, study_type="INTERVENTIONAL", phases=["NA"])

    assert "Type Interventional, no phase" in part(show(client, trial), "registration")


def test_an_unknown_status_is_shown_with_the_last_known_one(client):
    trial = TrialFactory(fetched=True, status="UNKNOWN", last_known_status="RECRUITING")

    assert "Status Unknown (last known: recruiting)" in part(show(client, trial), "registration")


def test_changes_of_the_registration_are_told_then_and_now(client):
    trial = TrialFactory(fetched=True)
    RegistrationChangeFactory(trial=trial, field="enrollment", before=300, after=200)
    RegistrationChangeFactory(trial=trial, field="enrollment", before=200, after=120)
    RegistrationChangeFactory(
        trial=trial,
        field="primary_outcomes",
        before=[{"measure": "Weight", "time_frame": "1 year"}],
        after=[{"measure": "Death", "time_frame": None}],
        acknowledged=True,
    )

    page = show(client, trial)

    assert part(page, "registration-changed") == (
        "The registration differs from what was recorded before: enrolment. Nobody has looked at "
        "it yet; assessments and verdicts are as they were. Then and now"
    )
    assert cells(page, "changes") == [
        [
            "Enrolment not looked at yet",
            "300 what the registry had before",
            "120 in 2 steps",
            "1 March 2026",
        ],
        [
            "Primary outcomes looked at",
            "Weight (1 year) what the registry had before",
            "Death",
            "1 March 2026",
        ],
    ]


def test_a_registration_without_changes_speaks_of_none(client):
    page = show(client, TrialFactory(fetched=True)).content.decode()

    assert "then and now" not in page
    assert "differs from what was recorded" not in page


def test_posted_results_are_shown_character_for_character(client):
    record = parse_study((FIXTURES / "clinicaltrials" / "complete.json").read_bytes())
    trial = TrialFactory(fetched=True, posted_results=record.posted_results, has_results=True)

    assert part(show(client, trial), "posted").endswith(
        "Mood (12 weeks) Mean, with standard deviation; unit: points Week 12 · Keepers "
        "Moss tea (n = 6) 7.10 ± 1.2 Plain tea (n = 5) NA (0.5 to NA) "
        "Moss tea v Plain tea; Mean Difference (Net) 0.98 (95% CI 0.50 to 1.46); p <0.001; "
        "t-test, 2 sided Gloom (1 year) Not posted yet."
    )


def test_references_of_the_registration_are_kept_apart_by_type(client):
    ours = PublicationFactory(pmid="990000001")
    record = parse_study((FIXTURES / "clinicaltrials" / "complete.json").read_bytes())
    trial = TrialFactory(fetched=True, references=record.references)

    page = show(client, trial)

    assert part(page, "references") == (
        "References in the registration Named by the sponsor as results (1) The sponsor's word; a "
        "paper on the design can be among them. "
        f"{ours.short_citation} retracted, says the registry Fictus A. Moss tea and mood. "
        "Matched by the registry (1) Papers that carry this trial's number; nobody at the trial "
        "has vouched for them. PMID 990000044 Letters about letters. "
        "Background (1) What the trial builds on, not what it found. Lumen I. Lamps I have known."
    )


def test_an_old_number_leads_to_the_trial_for_good(client):
    trial = TrialFactory(fetched=True, registry_id="NCT00790205")
    RegistrationAliasFactory(trial=trial, registry_id="NCT00000009")

    moved = client.get("/trials/NCT00000009/")

    assert (moved.status_code, moved["Location"]) == (301, "/trials/NCT00790205/")
    assert "Once registered as NCT00000009" in part(show(client, trial), "registration")


def test_a_fetch_asked_for_under_the_old_number_is_shown(client):
    trial = TrialFactory(registry_id="NCT00790205")
    RegistrationAliasFactory(trial=trial, registry_id="NCT00000009")
    FetchRequestFactory(
        for_trial=True, identifier="NCT00000009", succeeded=True, answered_as="NCT00790205"
    )

    assert "asked for as NCT00000009, which the registry has merged into NCT00790205" in part(
        show(client, trial), "registration"
    )


def test_a_number_that_the_registry_answers_with_another_trial_is_shown_as_in_conflict(client):
    trial = TrialFactory(identity="in_conflict", registry_id="NCT00000009")
    real = TrialFactory(registry_id="NCT00790205", acronym="DIET")
    IdentityConflictFactory(
        kind="registry_id", publication=None, other_publication=None, trial=trial, other_trial=real
    )

    assert texts(show(client, trial), "notice") == [
        "In conflict: its number belongs to two trials here. It does not count as evidence until "
        "somebody settles it. The registry answers NCT00000009 with DIET (NCT00790205)."
    ]


def test_a_name_leads_to_the_trial_and_an_ambiguous_one_to_the_search(client):
    trial = TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"])
    TrialFactory.create_batch(2, acronym="HEART")

    one, many = client.get("/trials/savior/"), client.get("/trials/heart/")

    assert (one.status_code, one["Location"]) == (302, trial.get_absolute_url())
    assert (many.status_code, many["Location"]) == (302, "/search/?q=heart")
    assert client.get("/trials/nobody-knows/").status_code == 404


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

    with django_assert_num_queries(12):
        show(client, trial)
