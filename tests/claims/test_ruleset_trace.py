"""The trace as others read it: pinned whole once, and refused where it does not belong."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from claims.ruleset import REASONS, VERSION, Leaf, Part, derive_compound, derive_leaf, replay
from tests.claims.ruleset_inputs import TODAY, item, leaf, part, unjudged


def test_leaf_trace_tells_the_whole_derivation():
    claim = leaf(
        item("E2", stance="contradicts", study_design="cohort", rob_overall="some_concerns"),
        item("E1", unit="trial:NCT1"),
        last_search=date(2026, 1, 31),
    )

    trace = derive_leaf(claim, today=TODAY).trace

    assert trace == {
        "ruleset_version": VERSION,
        "kind": "leaf",
        "claim": "a-claim",
        "verdict": "supported",
        "contested_kind": None,
        "certainty": "moderate",
        "rule": "V5",
        "because": "Decisive evidence supports the claim as it stands, and none contradicts it.",
        "claim_type": "intervention_effect",
        "checkability": "checkable",
        "certainty_given": "moderate",
        "last_search": "2026-01-31",
        "today": "2026-06-15",
        "counts": {
            "decisive_for": 1,
            "decisive_for_matching": 1,
            "decisive_against": 0,
            "decisive_against_matching": 0,
            "contributory_for": 0,
            "contributory_against": 1,
            "all_for": 1,
        },
        "items": [
            {
                "key": "E1",
                "unit": "trial:NCT1",
                "stance": "supports",
                "directness": "direct",
                "scope": "matches",
                "finding_role": "own_result",
                "study_design": "rct",
                "rob_overall": "low",
                "includes": [],
                "integrity": "current",
                "identity": "confirmed",
                "tier": "decisive",
                "counted": True,
                "side": "for",
                "reason": "decisive",
                "reason_text": REASONS["decisive"],
                "review": None,
            },
            {
                "key": "E2",
                "unit": "publication:E2",
                "stance": "contradicts",
                "directness": "direct",
                "scope": "matches",
                "finding_role": "own_result",
                "study_design": "cohort",
                "rob_overall": "some_concerns",
                "includes": [],
                "integrity": "current",
                "identity": "confirmed",
                "tier": "contributory",
                "counted": True,
                "side": "against",
                "reason": "contributory",
                "reason_text": REASONS["contributory"],
                "review": None,
            },
        ],
        "flags": [],
        "rests_on": [{"key": "E1", "verdict": "contested", "contested_kind": "contradicted"}],
        "evidence_counts": {"supports": 1, "contradicts": 1, "neutral": 0, "not_counted": 0},
    }


def test_unjudged_item_is_listed_as_awaiting_consensus():
    trace = derive_leaf(leaf(item("a"), unjudged("b")), today=TODAY).trace

    row = trace["items"][1]
    assert {name: row[name] for name in ("key", "stance", "tier", "counted", "reason")} == {
        "key": "b",
        "stance": None,
        "tier": None,
        "counted": False,
        "reason": "awaiting_consensus",
    }


def test_verdict_of_two_agreeing_trials_rests_on_neither():
    assert derive_leaf(leaf(item("a"), item("b")), today=TODAY).trace["rests_on"] == []


def test_verdict_of_one_trial_with_two_papers_rests_on_neither_paper():
    claim = leaf(item("a", unit="trial:1"), item("b", unit="trial:1"))

    assert derive_leaf(claim, today=TODAY).trace["rests_on"] == []


@pytest.mark.parametrize(
    "outcome",
    [
        derive_leaf(leaf(item("a")), today=TODAY),
        derive_compound("a-claim", [part("a", "supported")]),
    ],
    ids=["leaf", "compound"],
)
def test_replay_refuses_the_trace_of_another_ruleset(outcome):
    with pytest.raises(ValueError, match="ruleset 1 cannot replay ruleset 0"):
        replay(outcome.trace | {"ruleset_version": "0"})


def test_replay_believes_the_inputs_and_not_the_outcome():
    outcome = derive_leaf(leaf(item("a")), today=TODAY)

    assert replay(outcome.trace | {"verdict": "contested", "rule": "V4"}) == outcome


def test_replay_uses_the_day_of_the_trace():
    claim = leaf(last_search=date(2020, 1, 1))

    outcome = derive_leaf(claim, today=date(2020, 6, 1))

    assert replay(outcome.trace).rule == "V2"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("claim_type", "opinion"),
        ("checkability", "maybe"),
        ("certainty", "absolute"),
    ],
)
def test_leaf_refuses_unknown_words(field, value):
    with pytest.raises(ValueError, match=f"^{field}: '{value}' is none of "):
        replace(leaf(), **{field: value})


@pytest.mark.parametrize(("field", "value"), [("integrity", "fine"), ("identity", "probable")])
def test_item_refuses_unknown_words(field, value):
    with pytest.raises(ValueError, match=f"^{field}: '{value}' is none of "):
        item("a", **{field: value})


@pytest.mark.parametrize(
    "field", ["stance", "directness", "scope", "finding_role", "study_design", "rob_overall"]
)
def test_judgement_refuses_unknown_words(field):
    with pytest.raises(ValueError, match=f"^{field}: 'partly' is none of "):
        item("a", **{field: "partly"})


def test_leaf_refuses_a_repeated_key():
    with pytest.raises(ValueError, match="keys: a occur more than once"):
        Leaf(**asdict(leaf()) | {"items": (item("a"), item("b"), item("a"))})


@pytest.mark.parametrize(
    ("verdict", "kind", "message"),
    [
        ("true", None, "^verdict: 'true' is none of "),
        ("contested", None, "a: contested_kind goes with the verdict contested"),
        ("supported", "conflicting", "a: contested_kind goes with the verdict contested"),
        ("contested", "doubtful", "^contested_kind: 'doubtful' is none of "),
    ],
)
def test_part_refuses_what_cannot_be(verdict, kind, message):
    with pytest.raises(ValueError, match=message):
        Part("a", verdict, kind, "low", is_core=False, is_essential=True)


def test_part_refuses_an_unknown_certainty():
    with pytest.raises(ValueError, match=r"^certainty: 'absolute' is none of "):
        part("a", "supported", certainty="absolute")
