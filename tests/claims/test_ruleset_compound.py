"""The rules for claims made of parts."""

from itertools import product

import pytest

from claims.ruleset import COMPOUND_RULES, derive_compound
from tests.claims.ruleset_inputs import part

SUPPORTED = ("supported", None)
PARTLY = ("partly_supported", None)
CONFLICTING = ("contested", "conflicting")
CONTRADICTED = ("contested", "contradicted")
INSUFFICIENT = ("insufficient_evidence", None)
UNASSESSED = ("unassessed", None)
NOT_APPLICABLE = ("not_applicable", None)
RANKED = [CONTRADICTED, CONFLICTING, INSUFFICIENT, PARTLY, SUPPORTED]


def essential(*results):
    return [part(f"part-{n}", *result) for n, result in enumerate(results)]


def cored(core, *results):
    return [part("core", *core, is_core=True), *essential(*results)]


CASES = {
    "no parts": ([], "C0", NOT_APPLICABLE),
    "nothing applicable": (essential(NOT_APPLICABLE, NOT_APPLICABLE), "C0", NOT_APPLICABLE),
    "nothing essential": ([part("a", *SUPPORTED, is_essential=False)], "C0", NOT_APPLICABLE),
    "all supported": (essential(SUPPORTED, SUPPORTED), "C1", SUPPORTED),
    "the rest not applicable": (essential(SUPPORTED, NOT_APPLICABLE), "C1", SUPPORTED),
    "the rest not essential": (
        [*essential(SUPPORTED), part("extra", *CONTRADICTED, is_essential=False)],
        "C1",
        SUPPORTED,
    ),
    "contested core": (cored(CONFLICTING, SUPPORTED), "C2", CONFLICTING),
    "contradicted core": (cored(CONTRADICTED, SUPPORTED), "C2", CONTRADICTED),
    "contested core that nobody called essential": (
        [part("core", *CONTRADICTED, is_core=True, is_essential=False), *essential(SUPPORTED)],
        "C2",
        CONTRADICTED,
    ),
    "one contested, none supported": (essential(CONFLICTING, PARTLY), "C2", CONFLICTING),
    "one contested, one unassessed": (essential(CONFLICTING, UNASSESSED), "C2", CONFLICTING),
    "both kinds of contested": (essential(CONFLICTING, CONTRADICTED), "C2", CONTRADICTED),
    "contested core, another contradicted": (
        cored(CONFLICTING, CONTRADICTED, SUPPORTED),
        "C2",
        CONTRADICTED,
    ),
    "one unassessed": (essential(SUPPORTED, UNASSESSED), "C3", UNASSESSED),
    "one contested, one supported, one unassessed": (
        essential(CONTRADICTED, SUPPORTED, UNASSESSED),
        "C3",
        UNASSESSED,
    ),
    "all insufficient": (essential(INSUFFICIENT, INSUFFICIENT), "C4", INSUFFICIENT),
    "one insufficient": (essential(SUPPORTED, INSUFFICIENT), "C5", PARTLY),
    "one contested, one supported": (essential(CONTRADICTED, SUPPORTED), "C5", PARTLY),
    "supported core, one contested": (cored(SUPPORTED, CONTRADICTED), "C5", PARTLY),
    "one partly": (essential(SUPPORTED, PARTLY), "C5", PARTLY),
}


@pytest.mark.parametrize("case", CASES)
def test_parts_fire_the_rule(case):
    parts, rule, result = CASES[case]

    outcome = derive_compound("a-claim", parts)

    assert (outcome.rule, (outcome.verdict, outcome.contested_kind)) == (rule, result)


def test_every_compound_rule_has_a_case():
    assert {rule for _, rule, _ in CASES.values()} == {rule.id for rule in COMPOUND_RULES}


@pytest.mark.parametrize(
    ("parts", "certainty"),
    [
        ([], "not_rated"),
        ([part("a", *SUPPORTED, certainty="high"), part("b", *SUPPORTED, certainty="low")], "low"),
        (
            [
                part("a", *SUPPORTED, certainty="not_rated"),
                part("b", *PARTLY, certainty="moderate"),
            ],
            "moderate",
        ),
        ([part("a", *SUPPORTED, certainty="not_rated")], "not_rated"),
        (
            [
                part("a", *SUPPORTED, certainty="high"),
                part("b", *PARTLY, certainty="very_low", is_essential=False),
            ],
            "high",
        ),
        (
            [
                part("a", *CONFLICTING, certainty="low"),
                part("b", *CONTRADICTED, certainty="moderate"),
                part("c", *PARTLY, certainty="high"),
            ],
            "moderate",
        ),
        (
            [
                part("a", *CONFLICTING, certainty="not_rated"),
                part("b", *PARTLY, certainty="high"),
            ],
            "not_rated",
        ),
    ],
)
def test_certainty_comes_from_the_parts_that_decide(parts, certainty):
    assert derive_compound("a-claim", parts).certainty == certainty


def test_raising_any_part_never_lowers_the_whole():
    rank = RANKED.index

    for size, core in [(n, core) for n in (1, 2, 3) for core in range(-1, n)]:
        for results in product(RANKED, repeat=size):
            before = whole(results, core)
            for n, better in [(n, r) for n in range(size) for r in RANKED]:
                if rank(better) > rank(results[n]):
                    raised = (*results[:n], better, *results[n + 1 :])
                    assert rank(whole(raised, core)) >= rank(before)


def whole(results, core):
    parts = [part(f"part-{n}", *result, is_core=n == core) for n, result in enumerate(results)]
    outcome = derive_compound("a-claim", parts)
    return outcome.verdict, outcome.contested_kind


def test_compound_trace_lists_parts_with_their_roles():
    parts = [
        part("b", *SUPPORTED),
        part("a", *CONTRADICTED, is_core=True),
        part("c", *SUPPORTED, is_essential=False),
        part("d", *NOT_APPLICABLE),
    ]

    trace = derive_compound("a-claim", parts).trace

    assert [(row["key"], row["verdict"], row["role"]) for row in trace["parts"]] == [
        ("a", "contested", "core"),
        ("b", "supported", "essential"),
        ("c", "supported", "left_out"),
        ("d", "not_applicable", "left_out"),
    ]
    assert trace["rests_on"] == [{"key": "a", "verdict": "supported", "contested_kind": None}]
