"""What counts, for how much, and why not; and that nothing counts twice."""

import pytest

from claims.ruleset import REASONS, Reason, derive_leaf
from claims.ruleset.vocabulary import ClaimType, Directness, RobLevel, StudyDesign
from tests.claims.ruleset_inputs import TODAY, item, leaf, review, unjudged

REVIEWS = {"systematic_review", "meta_analysis"}
TRIALS = REVIEWS | {"rct"}
OBSERVATIONS = REVIEWS | {"cohort", "cross_sectional"}
BACKGROUND = {"animal", "in_vitro", "in_silico", "narrative_review", "opinion"}
DECISIVE_AT_LOW_RISK = {
    "intervention_effect": TRIALS,
    "harm": TRIALS,
    "causation": TRIALS | {"mendelian_randomisation", "human_experimental", "cohort"},
    "mechanism": TRIALS | {"human_experimental"},
    "association": OBSERVATIONS | {"case_control"},
    "prevalence": OBSERVATIONS,
    "diagnosis": OBSERVATIONS,
    "prognosis": OBSERVATIONS,
}
DOCUMENT_TYPES = {"definition", "history_of_practice"}


def trace_of(*items, **claim):
    return derive_leaf(leaf(*items, **claim), today=TODAY).trace


def rows(*items, **claim):
    return {row["key"]: row for row in trace_of(*items, **claim)["items"]}


def counts(*items, **claim):
    return {name: n for name, n in trace_of(*items, **claim)["counts"].items() if n}


@pytest.mark.parametrize("claim_type", DECISIVE_AT_LOW_RISK)
@pytest.mark.parametrize("design", list(StudyDesign))
def test_tier_follows_the_bar_of_the_claim_type(claim_type, design):
    decisive = DECISIVE_AT_LOW_RISK[claim_type]
    at_low = (
        "background"
        if design in BACKGROUND
        else "decisive"
        if design in decisive
        else "contributory"
    )
    at_some = "contributory" if (claim_type, design) == ("causation", "cohort") else at_low

    tiers = {
        (directness, rob): rows(
            item("a", study_design=design, directness=directness, rob_overall=rob),
            claim_type=claim_type,
        )["a"]["tier"]
        for directness in Directness
        for rob in RobLevel
    }

    lesser = "background" if design in BACKGROUND else "contributory"
    assert tiers == {
        ("direct", "low"): at_low,
        ("direct", "some_concerns"): at_some,
        ("direct", "high"): "background",
        ("direct", "not_assessed"): lesser,
        ("indirect", "low"): lesser,
        ("indirect", "some_concerns"): lesser,
        ("indirect", "high"): "background",
        ("indirect", "not_assessed"): lesser,
    }


@pytest.mark.parametrize("claim_type", DOCUMENT_TYPES)
@pytest.mark.parametrize("design", list(StudyDesign))
@pytest.mark.parametrize("rob", list(RobLevel))
def test_documents_decide_whatever_their_design(claim_type, design, rob):
    found = rows(
        item("a", study_design=design, rob_overall=rob),
        item("b", study_design=design, rob_overall=rob, directness="indirect"),
        claim_type=claim_type,
    )

    assert {key: row["tier"] for key, row in found.items()} == {
        "a": "decisive",
        "b": "contributory",
    }


def test_every_claim_type_has_a_bar():
    assert DECISIVE_AT_LOW_RISK.keys() | DOCUMENT_TYPES | {"value"} == set(ClaimType)


REASONS_NOT_TO_COUNT = {
    "awaiting_consensus": unjudged("a"),
    "identity_in_conflict": item("a", identity="mismatch"),
    "retracted": item("a", integrity="retracted"),
    "withdrawn": item("a", integrity="withdrawn"),
    "background_role": item("a", finding_role="background"),
    "background_design": item("a", study_design="in_vitro"),
    "high_risk_of_bias": item("a", rob_overall="high"),
    "not_addressed": item("a", stance="not_addressed"),
    "neutral": item("a", stance="neutral"),
}


@pytest.mark.parametrize("reason", REASONS_NOT_TO_COUNT)
def test_item_does_not_count_and_says_why(reason):
    trace = trace_of(REASONS_NOT_TO_COUNT[reason], item("b"))

    row = next(row for row in trace["items"] if row["key"] == "a")
    side = "neutral" if reason == "neutral" else "none"
    assert (row["counted"], row["side"], row["reason"], row["reason_text"]) == (
        False,
        side,
        reason,
        REASONS[reason],
    )
    assert trace["counts"] == trace_of(item("b"))["counts"]


@pytest.mark.parametrize(
    ("integrity", "counted"),
    [
        ("current", True),
        ("corrected", True),
        ("expression_of_concern", True),
        ("retracted", False),
        ("retracted_republished", True),
        ("withdrawn", False),
        ("superseded", True),
        ("unknown", True),
    ],
)
def test_only_retracted_and_withdrawn_lose_their_vote(integrity, counted):
    assert rows(item("a", integrity=integrity))["a"]["counted"] == counted


@pytest.mark.parametrize(("identity", "counted"), [("confirmed", True), ("unconfirmed", True)])
def test_unconfirmed_identity_counts(identity, counted):
    assert rows(item("a", identity=identity))["a"]["counted"] == counted


def test_every_reason_has_words():
    assert set(REASONS) == set(Reason)


def test_trial_counts_once_however_many_papers_it_has():
    found = counts(*(item(key, unit="trial:1") for key in "abc"), item("d", unit="trial:2"))

    assert found == {"decisive_for": 2, "decisive_for_matching": 2, "all_for": 2}


def test_trial_with_a_decisive_paper_is_not_contributory_too():
    found = counts(item("a", unit="trial:1"), item("b", unit="trial:1", directness="indirect"))

    assert found == {"decisive_for": 1, "decisive_for_matching": 1, "all_for": 1}


def test_trial_on_both_sides_is_neutral_and_flagged():
    trace = trace_of(
        item("a", unit="trial:1"),
        item("b", unit="trial:1", stance="contradicts", directness="indirect"),
        item("c"),
    )

    assert {row["key"]: (row["side"], row["reason"]) for row in trace["items"]} == {
        "a": ("neutral", "disagrees_with_itself"),
        "b": ("neutral", "disagrees_with_itself"),
        "c": ("for", "decisive"),
    }
    assert [(flag["code"], flag["unit"]) for flag in trace["flags"]] == [
        ("disagrees_with_itself", "trial:1")
    ]


def test_trial_does_not_disagree_with_what_is_not_counted():
    trace = trace_of(
        item("a", unit="trial:1"),
        item("b", unit="trial:1", stance="contradicts", rob_overall="high"),
        item("c", unit="trial:1", stance="neutral"),
    )

    assert (trace["rule"], trace["flags"]) == ("V5", [])


def test_review_stands_for_the_trials_it_includes():
    found = counts(
        review("a", ["trial:1", "trial:2"]),
        item("b", unit="trial:1"),
        item("c", unit="trial:2"),
        item("d", unit="trial:3"),
    )

    assert found == {"decisive_for": 3, "decisive_for_matching": 3, "all_for": 3}


def test_reviews_that_share_a_trial_count_once():
    found = counts(review("a", ["trial:1", "trial:2"]), review("b", ["trial:2", "trial:3"]))

    assert found == {"decisive_for": 1, "decisive_for_matching": 1, "all_for": 1}


def test_review_of_a_review_shares_it():
    found = counts(review("a", ["trial:1"]), review("b", ["publication:a"]))

    assert found == {"decisive_for": 1, "decisive_for_matching": 1, "all_for": 1}


def test_all_support_packs_decisive_and_contributory_together():
    found = counts(
        review("a", ["trial:1", "trial:2"]), item("b", unit="trial:1", directness="indirect")
    )

    assert found == {
        "decisive_for": 1,
        "decisive_for_matching": 1,
        "contributory_for": 1,
        "all_for": 1,
    }


@pytest.mark.parametrize(
    ("review_directness", "trial_directness", "counted"),
    [
        ("direct", "direct", False),
        ("direct", "indirect", False),
        ("indirect", "direct", True),
        ("indirect", "indirect", False),
    ],
)
def test_trial_inside_an_opposing_review_counts_only_above_its_tier(
    review_directness, trial_directness, counted
):
    found = rows(
        review("r", ["trial:1"], stance="contradicts", directness=review_directness),
        item("t", unit="trial:1", directness=trial_directness),
    )

    assert found["r"]["counted"] is True
    assert (found["t"]["counted"], found["t"]["review"]) == (counted, None if counted else "r")


def test_trial_inside_an_agreeing_review_counts():
    assert rows(review("r", ["trial:1"]), item("t", unit="trial:1"))["t"]["counted"] is True


def test_review_that_does_not_count_puts_nothing_out():
    found = rows(
        review("r", ["trial:1"], stance="contradicts", rob_overall="high"),
        item("t", unit="trial:1"),
    )

    assert found["t"]["counted"] is True


def test_evidence_counts_are_items_each_in_one_place():
    trace = trace_of(
        item("a", unit="trial:1"),
        item("b", unit="trial:1"),
        item("c", stance="contradicts"),
        item("d", stance="neutral"),
        item("e", unit="trial:2"),
        item("f", unit="trial:2", stance="contradicts"),
        item("g", study_design="opinion"),
        unjudged("h"),
        item("i", stance="not_addressed"),
    )

    assert trace["evidence_counts"] == {
        "supports": 2,
        "contradicts": 1,
        "neutral": 3,
        "not_counted": 3,
    }
