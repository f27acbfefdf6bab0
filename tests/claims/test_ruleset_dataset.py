"""The first data set, derived: every verdict as its curators say, and what each rests on."""

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from claims.ruleset import Item, Judgement, Leaf, Part, derive_compound, derive_leaf, replay
from claims.ruleset.grade import FRAMEWORK, certainty
from tests.claims.ruleset_inputs import JUDGED, TODAY

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "insulin_resistance"


@pytest.fixture(scope="module")
def dataset():
    names = ("claims", "publications", "evidence", "assessments", "search_records", "verdicts")
    return {
        name: yaml.load((FIXTURE / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)[
            name
        ]
        for name in names
    }


@pytest.fixture(scope="module")
def verdicts(dataset):
    return {row["claim"]: row for row in dataset["verdicts"]}


@pytest.fixture(scope="module")
def derived(dataset, verdicts):
    """Each claim's outcome: leaves first, then the compounds from their parts."""
    children = defaultdict(list)
    for claim in dataset["claims"]:
        children[claim["parent"]].append(claim)
    items = items_by_claim(dataset)
    leaves = [claim for claim in dataset["claims"] if claim["key"] not in children]
    outcomes = {
        claim["key"]: derive_leaf(
            leaf_of(claim, items[claim["key"]], verdicts[claim["key"]]["certainty"]), today=TODAY
        )
        for claim in leaves
    }
    return outcomes | {
        key: derive_compound(key, [part_of(claim, outcomes[claim["key"]]) for claim in claims])
        for key, claims in children.items()
        if key
    }


def items_by_claim(dataset):
    publications = {row["key"]: row for row in dataset["publications"]}
    assessments = {row["evidence"]: row for row in dataset["assessments"]}
    items = defaultdict(list)
    for row in dataset["evidence"]:
        items[row["claim"]].append(
            item_of(row, assessments[row["key"]], publications.get(row["publication"]))
        )
    return items


def item_of(evidence, assessment, publication):
    return Item(
        key=evidence["key"],
        unit=evidence["unit"],
        judgement=Judgement(**{name: assessment[name] for name in JUDGED}),
        includes=frozenset(publication["includes"] if publication else ()),
        integrity=publication["integrity"] if publication else "unknown",
        identity=publication["identity"] if publication else "confirmed",
    )


def leaf_of(claim, items, certainty):
    return Leaf(
        claim["key"], claim["claim_type"], claim["checkability"], tuple(items), certainty, None
    )


def part_of(claim, outcome):
    return Part(
        claim["key"],
        outcome.verdict,
        outcome.contested_kind,
        outcome.certainty,
        claim["is_core"],
        claim["is_essential"],
    )


def test_no_search_was_recorded(dataset):
    assert dataset["search_records"] == []


def test_all_verdicts_derive_as_the_curators_say(derived, verdicts):
    fields = ("verdict", "contested_kind", "rule")

    found = {
        key: tuple(getattr(outcome, name) for name in fields) for key, outcome in derived.items()
    }

    assert len(found) == 124
    assert found == {
        key: tuple(row["derived"][name] for name in fields) for key, row in verdicts.items()
    }


def test_all_certainties_derive_as_the_curators_say(derived, verdicts):
    assert {key: outcome.certainty for key, outcome in derived.items()} == {
        key: row["certainty"] for key, row in verdicts.items()
    }


def test_all_certainties_add_up(dataset, verdicts):
    types = {claim["key"]: claim["claim_type"] for claim in dataset["claims"]}
    rated = {key: row for key, row in verdicts.items() if row["domains"]}

    assert {key: row["framework"] for key, row in rated.items()} == {
        key: FRAMEWORK[types[key]] for key in rated
    }
    assert {key: certainty(row["start_level"], row["domains"]) for key, row in rated.items()} == {
        key: row["certainty"] for key, row in rated.items()
    }


def test_every_trace_replays(derived):
    assert {key: replay(outcome.trace) for key, outcome in derived.items()} == derived


def test_many_verdicts_rest_on_a_single_item(derived):
    leaves = {key: o for key, o in derived.items() if o.trace["kind"] == "leaf"}

    fragile = [key for key, outcome in leaves.items() if outcome.trace["rests_on"]]
    changing_the_verdict_itself = [
        key
        for key, outcome in leaves.items()
        if {pillar["verdict"] for pillar in outcome.trace["rests_on"]} - {outcome.verdict}
    ]

    # Three more would stay contested, but in the other way.
    assert (len(leaves), len(changing_the_verdict_itself), len(fragile)) == (113, 47, 50)
