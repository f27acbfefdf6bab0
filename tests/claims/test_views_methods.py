"""The methods page says what the ruleset does, because it is printed from it."""

import pytest

from claims.ruleset import COMPOUND_RULES, REASONS, RULES, TIERS
from claims.ruleset.vocabulary import ClaimType
from tests.claims.reading import cells, page_of, part

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        return client.get("/methods/")


def test_methods_prints_every_rule_in_order(response):
    rows = cells(response, "rules")

    assert [(row[0], row[3]) for row in rows] == [(rule.id, rule.explanation) for rule in RULES]
    assert rows[5] == [
        "V3p",
        "Decisive evidence on both sides, the minority at least 25% of it, and no decisive "
        "contradiction matches the claim's scope",
        "Partly supported",
        RULES[5].explanation,
    ]


def test_methods_prints_every_rule_for_compound_claims(response):
    rows = cells(response, "compound")

    assert [(row[0], row[3]) for row in rows] == [
        (rule.id, rule.explanation) for rule in COMPOUND_RULES
    ]


def test_each_rule_can_be_pointed_at(response):
    assert [part(response, f"rule-{rule.id}") is None for rule in (*RULES, *COMPOUND_RULES)] == [
        False
    ] * (len(RULES) + len(COMPOUND_RULES))


def test_methods_says_which_designs_decide_what(response):
    rows = cells(response, "designs")

    assert [row[0] for row in rows] == [ClaimType(kind).label for kind in TIERS]
    assert rows[2] == [
        "Causation",
        "Systematic review, Meta-analysis, Randomised trial, Mendelian randomisation, Human "
        "experiment; with a low risk of bias also: Cohort study",
        "GRADE",
    ]
    assert rows[-1] == ["Value", "None: it is never checked", "not rated"]


def test_methods_lists_every_reason_of_a_trace(response):
    items = page_of(response).xpath("//section[@id='counting']//li")

    assert [item.text_content() for item in items] == list(REASONS.values())


def test_methods_explains_the_steps_of_grade(response):
    rows = cells(response, "certainty")

    assert [rows[0][0], rows[0][2]] == ["Risk of bias", "down by up to 3"]
    assert [rows[5][0], rows[5][2]] == ["Large effect", "up by up to 2"]


def test_methods_says_how_far_a_verdict_can_be_reviewed(response):
    assert part(response, "review").startswith(
        "Who has reviewed it How far a verdict was reviewed is shown beside it and never mixed "
        "into it. Provisional Provisional: machine-assisted curation"
    )
