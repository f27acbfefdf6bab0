"""Each rule for claims without parts, by the least evidence that makes it fire."""

from datetime import date
from pathlib import Path

import pytest

from claims.ruleset import COMPOUND_RULES, RULES, derive_leaf
from tests.claims.ruleset_inputs import TODAY, item, leaf, review, several, unjudged

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ruleset.md"
AGAINST = {"stance": "contradicts"}
WEAK = {"study_design": "cohort"}
WEAK_AGAINST = WEAK | AGAINST

CASES = {
    "not checkable": (leaf(item("a"), checkability="not_checkable"), "V0"),
    "a value claim": (leaf(item("a"), claim_type="value"), "V0"),
    "items without consensus": (leaf(unjudged("a"), unjudged("b"), last_search=TODAY), "V1"),
    "one neutral study": (leaf(item("a", stance="neutral")), "V2n"),
    "neutral, and searched": (leaf(item("a", stance="neutral"), last_search=TODAY), "V2n"),
    "a study on both sides": (
        leaf(item("a", unit="trial:1"), item("b", unit="trial:1", **AGAINST)),
        "V2n",
    ),
    "searched, nothing found": (leaf(last_search=TODAY), "V2"),
    "searched, only background": (leaf(item("a", study_design="animal"), last_search=TODAY), "V2"),
    "nobody looked": (leaf(), "V2u"),
    "a neutral animal study is not human": (
        leaf(item("a", stance="neutral", study_design="animal")),
        "V2u",
    ),
    "retracted and neutral": (leaf(item("a", stance="neutral", integrity="retracted")), "V2u"),
    "contradiction hits a part": (leaf(item("a"), item("b", scope="narrower", **AGAINST)), "V3p"),
    "one against one": (leaf(item("a"), item("b", **AGAINST)), "V3"),
    "one in four against": (leaf(*several(3, "a"), item("b", **AGAINST)), "V3"),
    "one in four for": (leaf(item("a"), *several(3, "b", **AGAINST)), "V3"),
    "one in five against": (leaf(*several(4, "a"), item("b", **AGAINST)), "V3b"),
    "one in five for": (leaf(item("a"), *several(4, "b", **AGAINST)), "V3c"),
    "one in five for, all narrower": (
        leaf(item("a"), *several(4, "b", scope="narrower", **AGAINST)),
        "V3c",
    ),
    "only against": (leaf(item("a", **AGAINST)), "V4"),
    "against, narrower": (leaf(item("a", scope="narrower", **AGAINST)), "V4"),
    "weak support does not help": (leaf(item("a", **AGAINST), *several(5, "b", **WEAK)), "V4"),
    "support for a part": (leaf(item("a", scope="narrower")), "V5n"),
    "support for something wider": (leaf(item("a", scope="broader")), "V5n"),
    "support for something else": (leaf(item("a", scope="different")), "V5n"),
    "outnumbered by weak evidence": (leaf(item("a"), *several(2, "b", **WEAK_AGAINST)), "V5m"),
    "two weak against, two for": (leaf(*several(2, "a"), *several(2, "b", **WEAK_AGAINST)), "V5"),
    "two weak against, one and a weak one for": (
        leaf(item("a"), item("c", **WEAK), *several(2, "b", **WEAK_AGAINST)),
        "V5",
    ),
    "one weak against": (leaf(item("a"), item("b", **WEAK_AGAINST)), "V5"),
    "certainty very low": (leaf(item("a"), certainty="very_low"), "V5c"),
    "one good study": (leaf(item("a")), "V5"),
    "one good study and one on a part": (leaf(item("a"), item("b", scope="narrower")), "V5"),
    "not rated": (leaf(item("a"), certainty="not_rated"), "V5"),
    "weak, and very uncertain": (leaf(item("a", **WEAK), certainty="very_low"), "V6i"),
    "weak against, and very uncertain": (
        leaf(item("a", **WEAK_AGAINST), certainty="very_low"),
        "V6i",
    ),
    "weak on both sides": (leaf(item("a", **WEAK), item("b", **WEAK_AGAINST)), "V6x"),
    "weak for": (leaf(item("a", **WEAK)), "V6p"),
    "weak for, beside a neutral one": (
        leaf(item("a", **WEAK), item("b", stance="neutral")),
        "V6p",
    ),
    "weak against": (leaf(item("a", **WEAK_AGAINST)), "V6c"),
    "judged and unjudged": (leaf(item("a"), unjudged("b")), "V5"),
    "a review for and its trial against": (
        leaf(review("a", ["trial:1"]), item("b", unit="trial:1", **AGAINST)),
        "V5",
    ),
}

VERDICTS = {
    "V0": ("not_applicable", None),
    "V1": ("unassessed", None),
    "V2n": ("insufficient_evidence", None),
    "V2": ("insufficient_evidence", None),
    "V2u": ("unassessed", None),
    "V3p": ("partly_supported", None),
    "V3": ("contested", "conflicting"),
    "V3b": ("partly_supported", None),
    "V3c": ("contested", "contradicted"),
    "V4": ("contested", "contradicted"),
    "V5n": ("partly_supported", None),
    "V5m": ("partly_supported", None),
    "V5c": ("partly_supported", None),
    "V5": ("supported", None),
    "V6i": ("insufficient_evidence", None),
    "V6x": ("contested", "conflicting"),
    "V6p": ("partly_supported", None),
    "V6c": ("contested", "contradicted"),
}


@pytest.mark.parametrize("case", CASES)
def test_evidence_fires_the_rule(case):
    claim, rule = CASES[case]

    outcome = derive_leaf(claim, today=TODAY)

    assert (outcome.rule, (outcome.verdict, outcome.contested_kind)) == (rule, VERDICTS[rule])


def test_rules_give_the_verdicts_of_the_text_in_its_order():
    table = {rule.id: (rule.verdict, rule.contested_kind) for rule in RULES}

    assert list(table.items()) == list(VERDICTS.items())


def test_document_prints_the_rules_as_they_decide():
    rules = [(rule, rule.contested_kind) for rule in RULES] + [
        (rule, None) for rule in COMPOUND_RULES
    ]

    lines = DOCUMENT.read_text("utf-8").splitlines()

    assert [line for line in lines if line.startswith(("| V", "| C"))] == [
        f"| {rule.id} | {rule.condition} | {rule.verdict.replace('_', ' ')}"
        f"{f' ({kind})' if kind else ''} |"
        for rule, kind in rules
    ]


def test_every_rule_has_a_case():
    assert {rule for _, rule in CASES.values()} == set(VERDICTS)


@pytest.mark.parametrize(
    ("last_search", "today", "rule"),
    [
        (date(2025, 6, 15), date(2026, 6, 15), "V2"),
        (date(2025, 6, 14), date(2026, 6, 15), "V2u"),
        (date(2025, 6, 1), date(2026, 5, 31), "V2"),
        (date(2024, 2, 29), date(2025, 2, 28), "V2"),
        (date(2024, 2, 29), date(2025, 3, 1), "V2u"),
        (date(2024, 12, 31), date(2025, 12, 31), "V2"),
        (date(2024, 12, 31), date(2026, 1, 1), "V2u"),
    ],
)
def test_search_counts_for_twelve_months(last_search, today, rule):
    outcome = derive_leaf(leaf(last_search=last_search), today=today)

    assert outcome.rule == rule


@pytest.mark.parametrize(
    ("claim", "certainty"),
    [
        (leaf(item("a"), certainty="low"), "low"),
        (leaf(item("a", stance="neutral"), certainty="very_low"), "very_low"),
        (leaf(certainty="high"), "not_rated"),
        (leaf(unjudged("a"), certainty="high"), "not_rated"),
        (leaf(item("a"), checkability="not_checkable", certainty="high"), "not_rated"),
    ],
)
def test_certainty_is_kept_where_evidence_was_weighed(claim, certainty):
    assert derive_leaf(claim, today=TODAY).certainty == certainty
