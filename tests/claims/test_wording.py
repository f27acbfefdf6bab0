"""Sentences for readers: whole, natural, and there for every combination."""

import re
from itertools import product

import pytest
from hypothesis import given

from claims.ruleset import derive_compound, derive_leaf
from claims.ruleset.vocabulary import Certainty, ClaimType
from claims.wording import MEANINGS, NAMES, REVIEW_STATUS, badge, plain_sentence, why
from tests.claims.ruleset_inputs import TODAY, item, leaf, leaves, part, parts, several

COMBINATIONS = list(product(NAMES, Certainty, ClaimType))


def is_a_sentence(text):
    return (
        re.fullmatch(r"[A-Z][^\n{}]+[^ ]\.", text) is not None
        and "  " not in text
        and "None" not in text
    )


@pytest.mark.parametrize(("result", "certainty", "claim_type"), COMBINATIONS)
def test_plain_sentence_exists_for_every_combination(result, certainty, claim_type):
    assert is_a_sentence(plain_sentence(*result, certainty, claim_type))


@pytest.mark.parametrize(
    ("verdict", "kind", "certainty", "claim_type", "sentence"),
    [
        ("supported", None, "high", "mechanism", "The evidence supports this claim."),
        ("supported", None, "moderate", "harm", "The evidence probably supports this claim."),
        ("supported", None, "low", "causation", "The evidence may support this claim."),
        (
            "supported",
            None,
            "very_low",
            "causation",
            "The evidence is very uncertain; what there is supports this claim.",
        ),
        (
            "supported",
            None,
            "not_rated",
            "causation",
            "The evidence supports this claim; how certain it is was not rated.",
        ),
        (
            "supported",
            None,
            "not_rated",
            "definition",
            "Usage in the literature supports this definition.",
        ),
        (
            "partly_supported",
            None,
            "low",
            "prevalence",
            "The evidence may support this claim in part.",
        ),
        (
            "contested",
            "contradicted",
            "moderate",
            "intervention_effect",
            "The evidence probably contradicts this claim.",
        ),
        (
            "contested",
            "conflicting",
            "not_rated",
            "history_of_practice",
            "The written record on this claim conflicts.",
        ),
        (
            "insufficient_evidence",
            None,
            "low",
            "harm",
            "The evidence does not tell whether this claim holds.",
        ),
        (
            "unassessed",
            None,
            "not_rated",
            "harm",
            "The evidence on this claim has not been assessed yet.",
        ),
        (
            "not_applicable",
            None,
            "not_rated",
            "value",
            "This is a judgement of values, which evidence alone cannot settle.",
        ),
        (
            "not_applicable",
            None,
            "not_rated",
            "harm",
            "This statement is not one that evidence can check.",
        ),
    ],
)
def test_plain_sentence_carries_the_certainty(verdict, kind, certainty, claim_type, sentence):
    assert plain_sentence(verdict, kind, certainty, claim_type) == sentence


@pytest.mark.parametrize("claim_type", ClaimType)
def test_plain_sentences_of_assessed_verdicts_differ(claim_type):
    assessed = [result for result in NAMES if result[0] in ("supported", "partly_supported")]
    assessed += [result for result in NAMES if result[0] == "contested"]
    rated = [certainty for certainty in Certainty if certainty != "not_rated"]

    sentences = [plain_sentence(*result, c, claim_type) for result in assessed for c in rated]

    assert len(set(sentences)) == 16


@pytest.mark.parametrize(
    ("verdict", "kind"), [("contested", None), ("supported", "conflicting"), ("true", None)]
)
def test_plain_sentence_refuses_what_is_no_verdict(verdict, kind):
    with pytest.raises(KeyError):
        plain_sentence(verdict, kind, "low", "harm")


@pytest.mark.parametrize(
    ("verdict", "kind", "certainty", "words"),
    [
        ("partly_supported", None, "low", "Partly supported · low certainty"),
        ("contested", "contradicted", "very_low", "Contested (contradicted) · very low certainty"),
        ("supported", None, "not_rated", "Supported · certainty not rated"),
        ("unassessed", None, "not_rated", "Unassessed"),
        ("not_applicable", None, "not_rated", "Not applicable"),
    ],
)
def test_badge_keeps_verdict_and_certainty_apart(verdict, kind, certainty, words):
    assert badge(verdict, kind, certainty) == words


def test_review_status_has_a_sentence_for_each_step():
    assert list(REVIEW_STATUS) == [0, 1, 2, 3]
    assert all(is_a_sentence(sentence) for sentence in REVIEW_STATUS.values())


def test_every_verdict_has_a_meaning():
    assert list(MEANINGS) == list(NAMES)
    assert all(is_a_sentence(sentence) for sentence in MEANINGS.values())


def test_why_names_the_one_item_on_which_a_verdict_rests():
    trace = derive_leaf(leaf(item("E1")), today=TODAY).trace

    assert why(trace) == [
        "Counted for the claim: 1 decisive study; against it: nothing.",
        "Decisive evidence supports the claim as it stands, and none contradicts it.",
        "It rests on one item of evidence: without E1 it would be “unassessed”.",
    ]


def test_why_calls_items_by_their_names():
    trace = derive_leaf(leaf(item("E1"), item("E2", stance="contradicts")), today=TODAY).trace

    assert why(trace, {"E1": "Conte 2012"})[2] == (
        "It rests on each of 2 items of evidence: without Conte 2012 it would be “contested "
        "(contradicted)” and without E2 it would be “supported”."
    )


def test_why_joins_items_without_which_the_same_would_follow():
    claim = leaf(
        *several(4, "F"),
        item("A1", stance="contradicts"),
        item("W", study_design="cohort"),
    )

    sentences = why(derive_leaf(claim, today=TODAY).trace)

    assert sentences[0] == (
        "Counted for the claim: 4 decisive studies and 1 contributory study; against it: 1 "
        "decisive study."
    )
    assert sentences[2] == (
        "It rests on each of 5 items of evidence: without A1 it would be “supported” and without "
        "F0, F1, F2 or F3 it would be “contested (conflicting)”."
    )


def test_why_says_so_when_nothing_counts():
    assert why(derive_leaf(leaf(), today=TODAY).trace) == [
        "Nothing counts for the claim or against it.",
        "Nothing that counts is on record, and no recent search has looked for it.",
        "No single item of evidence decides it alone.",
    ]


def test_why_counts_the_parts_of_a_compound():
    claim = [
        part("a", "supported"),
        part("b", "supported"),
        part("c", "contested", "conflicting"),
        part("d", "supported", is_essential=False),
    ]

    assert why(derive_compound("a-claim", claim).trace, {"c": "the third part"}) == [
        "Essential parts of the claim: 2 supported and 1 contested (conflicting).",
        "Some of what the claim says is supported, but not all of it.",
        "It rests on one part: without the third part it would be “supported”.",
    ]


def test_why_says_so_when_no_part_can_decide():
    assert why(derive_compound("a-claim", [part("a", "not_applicable")]).trace) == [
        "No part of the claim can decide it.",
        "No essential part of the claim is of a kind that evidence can check.",
        "No single part decides it alone.",
    ]


@given(leaves)
def test_why_is_three_sentences_for_any_leaf(claim):
    sentences = why(derive_leaf(claim, today=TODAY).trace)

    assert [is_a_sentence(sentence) for sentence in sentences] == [True] * 3


@given(parts())
def test_why_is_three_sentences_for_any_compound(found):
    sentences = why(derive_compound("a-claim", found).trace)

    assert [is_a_sentence(sentence) for sentence in sentences] == [True] * 3
