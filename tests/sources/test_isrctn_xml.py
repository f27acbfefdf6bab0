"""Answers of the ISRCTN registry, to records."""

import pytest

from sources.isrctn_xml import parse_answer
from sources.registration import Malformed, TrialRecord
from tests.standins.isrctn import answer, study

DIET = "ISRCTN00000010"
OTHER = "ISRCTN00000029"


def parsed(number=DIET, **options):
    return parse_answer(answer([study(number, **options)], total=1), number)


def test_a_trial_is_read_whole():
    record = parsed(title="A diet", acronym="DIET", nct="NCT00000010")

    assert record == TrialRecord(
        registry_id=DIET,
        secondary_ids=["NCT00000010", "Version 3"],
        acronym="DIET",
        brief_title="A diet",
        official_title="A diet: an open randomised controlled trial",
        status=None,
        phases=["NA"],
        study_type="Interventional",
        allocation="Randomized controlled trial",
        masking="Open (masking not used)",
        intervention_model="Parallel",
        primary_purpose="Treatment, Prevention",
        enrollment=280,
        enrollment_type="ESTIMATED",
        interventions=[
            {
                "type": "Other",
                "name": "Other",
                "description": "A diet, given by the practice.",
                "arms": [],
                "other_names": [],
            }
        ],
        conditions=["Type 2 diabetes"],
        primary_outcomes=[
            {
                "measure": "Change in body weight",
                "description": "Calibrated scales",
                "time_frame": "Baseline and 12 months",
            }
        ],
        secondary_outcomes=[
            {
                "measure": "1. Quality of life at 12 months",
                "description": None,
                "time_frame": None,
            }
        ],
        start_date="2014-07-25",
        completion_date="2019-11-01",
        first_posted="2013-12-18",
        last_update_posted="2019-05-14",
        sponsor="A university",
        has_results=False,
    )


def test_the_trial_is_found_by_its_number_and_not_by_its_place():
    body = answer([study(OTHER, "Another that names it"), study(DIET, "A diet")], total=2)

    assert parse_answer(body, DIET).brief_title == "A diet"
    assert parse_answer(body, OTHER).brief_title == "Another that names it"


def test_an_answer_without_the_trial_says_that_there_is_none():
    assert parse_answer(answer([], total=0), DIET) is None
    assert parse_answer(answer([study(OTHER)], total=1), DIET) is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (answer([study(OTHER)], total=60), "not among the first 1 of 60 trials"),
        (b"<!DOCTYPE html><html><body>Sorry.</body></html>", "it begins with html"),
        (b"<html/>", "it begins with html"),
        (b"", "not XML"),
        (answer([study(DIET)], total=1)[:-40], "not XML"),
        (b'{"totalCount": 1}', "not XML"),
        (b"<allTrials/>", "without totalCount"),
        (b'<!DOCTYPE a [<!ENTITY x "boo">]><allTrials totalCount="0">&x;</allTrials>', "allTrials"),
    ],
)
def test_what_is_no_answer_is_malformed(body, reason):
    with pytest.raises(Malformed, match=reason):
        parse_answer(body, DIET)


def test_a_trial_without_anything_but_its_number_is_a_record():
    body = answer(["<fullTrial><trial><isrctn>00000010</isrctn></trial></fullTrial>"], total=1)

    assert parse_answer(body, DIET) == TrialRecord(registry_id=DIET)


def test_the_final_number_of_participants_goes_before_the_planned_one():
    record = parsed(target="280", final="306")

    assert (record.enrollment, record.enrollment_type) == (306, "ACTUAL")


def test_a_planned_number_in_words_is_doubted_and_not_guessed():
    record = parsed(target="about 280")

    assert (record.enrollment, record.unknown) == (None, ["targetEnrolment"])


def test_a_status_is_only_what_the_registrant_wrote():
    assert parsed(override="Stopped").status == "Stopped"
    assert parsed().status is None


@pytest.mark.parametrize(
    ("said", "phases"),
    [
        ("Phase III", ["PHASE3"]),
        ("Phase I/II", ["PHASE1", "PHASE2"]),
        ("Not Applicable", ["NA"]),
        ("Not Specified", None),
        ("", None),
    ],
)
def test_phases_are_written_as_everywhere(said, phases):
    body = answer([study(DIET).replace("Not Applicable", said)], total=1)

    assert parse_answer(body, DIET).phases == phases


def test_a_phase_that_is_none_is_doubted():
    body = answer([study(DIET).replace("Not Applicable", "Phase V")], total=1)

    record = parse_answer(body, DIET)

    assert (record.phases, record.unknown) == (None, ["interventions/intervention/phase"])


def test_papers_are_told_apart_and_come_once():
    record = parsed(
        published="""2016 protocol in: http://www.ncbi.nlm.nih.gov/pubmed/77
2018 results in: https://www.ncbi.nlm.nih.gov/pubmed/123
2019 results in: https://www.ncbi.nlm.nih.gov/pubmed/124 (added 01/02/2019)""",
        more="""
        <outputs>
          <output outputType="resultsarticle"><externalLink url="https://pubmed.ncbi.nlm.nih.gov/123/"/>
            <description>Main</description></output>
          <output outputType="protocolarticle"><externalLink url="https://example.org/p"/></output>
        </outputs>
        """,
    )

    assert [(each["pmid"], each["type"]) for each in record.references] == [
        ("123", "RESULT"),
        (None, None),
        ("77", None),
        ("124", "RESULT"),
    ]
    assert record.references[0]["citation"] == (
        "resultsarticle: Main: https://pubmed.ncbi.nlm.nih.gov/123/"
    )


def test_older_registrations_say_elsewhere_that_they_were_randomised():
    full = study(DIET)
    start, end = full.index("<interventionalTrialDesign>"), full.index("<secondaryStudyDesign>")

    record = parse_answer(answer([full[:start] + full[end:]], total=1), DIET)

    assert (record.allocation, record.masking) == ("Randomised controlled trial", None)


def test_a_contact_person_is_not_read():
    assert "person@example.org" not in repr(parsed())


def test_unknown_elements_and_comments_are_passed_over():
    record = parsed(more="<novelty><title>No title</title><!-- x --></novelty>", title="A diet")

    assert record == parsed(title="A diet")
