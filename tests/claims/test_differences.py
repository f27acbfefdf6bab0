"""What changed between two derivations, in words; and what is no change."""

from dataclasses import replace
from datetime import date

import pytest

from claims.differences import differences
from claims.fingerprints import fingerprint_of_leaf, fingerprint_of_parts
from claims.ruleset import Item, Judgement, Leaf, Part, derive_compound, derive_leaf

TODAY = date(2026, 3, 1)
JUDGEMENT = Judgement("supports", "direct", "matches", "own_result", "rct", "low")
ITEM = Item("EVI-1", "publication:1", JUDGEMENT)
LEAF = Leaf("claim", "causation", "checkable", (ITEM,), "low", date(2026, 1, 1))
PART = Part("first", "supported", None, "low", is_core=False, is_essential=True)


def with_item(**values):
    return replace(LEAF, items=(replace(ITEM, **values),))


def with_judgement(**values):
    return with_item(judgement=replace(JUDGEMENT, **values))


def told(before, after):
    return differences(
        derive_leaf(before, today=TODAY).trace, derive_leaf(after, today=TODAY).trace
    )


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (LEAF, []),
        (with_item(integrity="current", identity="unconfirmed"), []),
        (
            replace(LEAF, items=()),
            ["EVI-1 was removed"],
        ),
        (
            replace(LEAF, items=(ITEM, replace(ITEM, key="EVI-2"))),
            ["EVI-2 was added"],
        ),
        (
            with_item(integrity="retracted"),
            ["EVI-1: its publication is now marked as retracted"],
        ),
        (
            with_item(identity="mismatch"),
            ["EVI-1: the record fetched is not the work that was meant"],
        ),
        (with_item(unit="trial:NCT1"), ["EVI-1: it counts as trial NCT1"]),
        (
            with_item(includes=frozenset({"trial:NCT1"})),
            ["EVI-1: what the review includes has changed"],
        ),
        (with_item(judgement=None), ["EVI-1: the reviewers disagree on it"]),
        (
            with_judgement(stance="neutral", rob_overall="some_concerns"),
            [
                "EVI-1: stance changed from supports to neutral",
                "EVI-1: rob overall changed from low to some concerns",
            ],
        ),
        (
            replace(LEAF, claim_type="intervention_effect"),
            ["the type of the claim changed from causation to intervention effect"],
        ),
        (
            replace(LEAF, checkability="not_checkable"),
            ["whether the claim can be checked changed from checkable to not checkable"],
        ),
        (
            replace(LEAF, certainty="very_low"),
            ["the certainty changed from low to very low"],
        ),
        (
            replace(LEAF, last_search=date(2026, 2, 2)),
            ["a search of 2026-02-02 is on record"],
        ),
    ],
)
def test_changes_of_a_claim_are_told(after, words):
    assert told(LEAF, after) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (
            with_item(integrity="retracted"),
            ["EVI-1: its publication is no longer marked as retracted"],
        ),
        (
            with_item(identity="mismatch"),
            ["EVI-1: the record fetched is the work that was meant after all"],
        ),
        (with_item(judgement=None), ["EVI-1: the reviewers agree on it"]),
    ],
)
def test_changes_back_are_told(before, words):
    assert told(before, LEAF) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ([PART], []),
        ([], ["the part first was removed"]),
        ([PART, replace(PART, key="second")], ["the part second was added"]),
        (
            [replace(PART, verdict="contested", contested_kind="contradicted")],
            [
                "the part first changed: supported, essential, certainty low, "
                "now contested, contradicted, essential, certainty low"
            ],
        ),
    ],
)
def test_changes_of_a_compound_claim_are_told(after, words):
    traces = [derive_compound("whole", parts).trace for parts in ([PART], after)]

    assert differences(*traces) == words


def test_taking_a_claim_apart_and_a_new_ruleset_are_told():
    before = {**derive_leaf(LEAF, today=TODAY).trace, "ruleset_version": "0"}

    assert differences(before, derive_compound("claim", [PART]).trace) == [
        "the ruleset changed from version 0 to 1",
        "the claim was taken apart, or put together again",
    ]


def fingerprint(leaf, today=TODAY, statement="Insulin acts."):
    return fingerprint_of_leaf(statement, leaf, today)


@pytest.mark.parametrize(
    "same",
    [
        with_item(integrity="current"),
        with_item(identity="unconfirmed"),
        replace(LEAF, items=(Item("EVI-2", "publication:2", None), ITEM)),
        replace(LEAF, last_search=date(2026, 2, 2)),
        replace(LEAF, key="renamed"),
    ],
)
def test_fingerprint_is_the_same_for_what_bears_on_nothing(same):
    assert fingerprint(same) == fingerprint(LEAF)


@pytest.mark.parametrize(
    "other",
    [
        with_item(integrity="corrected"),
        with_item(identity="mismatch"),
        with_item(unit="trial:NCT1"),
        with_item(includes=frozenset({"trial:NCT1"})),
        with_judgement(scope="narrower"),
        replace(LEAF, items=()),
        replace(LEAF, certainty="high"),
        replace(LEAF, claim_type="harm"),
        replace(LEAF, checkability="not_checkable"),
        replace(LEAF, last_search=None),
        replace(LEAF, last_search=date(2020, 1, 1)),
    ],
)
def test_fingerprint_is_another_for_what_bears_on_the_verdict(other):
    assert fingerprint(other) != fingerprint(LEAF)


def test_fingerprint_does_not_depend_on_the_order():
    second = replace(ITEM, key="EVI-2")
    parts = [PART, replace(PART, key="second")]

    assert fingerprint(replace(LEAF, items=(ITEM, second))) == fingerprint(
        replace(LEAF, items=(second, ITEM))
    )
    assert fingerprint_of_parts("Both.", parts) == fingerprint_of_parts("Both.", parts[::-1])


def test_fingerprint_knows_the_words_of_the_claim():
    assert fingerprint(LEAF) != fingerprint(LEAF, statement="Insulin rests.")
    assert fingerprint_of_parts("Both.", [PART]) != fingerprint_of_parts("All.", [PART])
