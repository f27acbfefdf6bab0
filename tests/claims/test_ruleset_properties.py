"""What holds for all evidence, not only for the cases that somebody thought of."""

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from claims.ruleset import (
    COMPOUND_RULES,
    RULES,
    Judgement,
    derive_compound,
    derive_leaf,
    replay,
)
from tests.claims.ruleset_inputs import TODAY, items, judgements, leaves, parts

RANK = {
    ("contested", "contradicted"): 0,
    ("contested", "conflicting"): 1,
    ("insufficient_evidence", None): 2,
    ("partly_supported", None): 3,
    ("supported", None): 4,
}
UNRANKED = {("unassessed", None), ("not_applicable", None)}


def result(outcome):
    return outcome.verdict, outcome.contested_kind


def derive(leaf):
    return derive_leaf(leaf, today=TODAY)


def with_stance(stance):
    judged = judgements.map(lambda judgement: replace(judgement, stance=stance))
    return items(key=st.just("E99-more"), judgement=judged).filter(lambda item: item.judgement)


@given(leaves)
def test_every_leaf_has_an_outcome_of_the_table(leaf):
    outcome = derive(leaf)

    rule = next(rule for rule in RULES if rule.id == outcome.rule)
    assert result(outcome) == (rule.verdict, rule.contested_kind)
    assert result(outcome) in RANK.keys() | UNRANKED


@given(leaves)
def test_leaf_derives_the_same_twice(leaf):
    assert derive(leaf) == derive(leaf)


@given(leaves, st.randoms())
def test_order_of_items_changes_nothing_not_even_the_trace(leaf, shuffler):
    shuffled = list(leaf.items)
    shuffler.shuffle(shuffled)

    assert derive(replace(leaf, items=tuple(shuffled))) == derive(leaf)


@pytest.mark.parametrize(("stance", "direction"), [("supports", 1), ("contradicts", -1)])
@given(data=st.data())
def test_one_more_item_never_moves_the_verdict_the_other_way(stance, direction, data):
    leaf = data.draw(leaves)
    more = data.draw(with_stance(stance))

    before = result(derive(leaf))
    after = result(derive(replace(leaf, items=(*leaf.items, more))))

    assume(before not in UNRANKED and after not in UNRANKED)
    assert (RANK[after] - RANK[before]) * direction >= 0


@given(leaves)
def test_trace_is_json_and_replays_to_the_same_outcome(leaf):
    outcome = derive(leaf)

    stored = json.loads(json.dumps(outcome.trace))

    assert stored == outcome.trace
    assert replay(stored) == outcome


@given(leaves)
def test_verdict_rests_on_the_items_whose_removal_changes_it(leaf):
    outcome = derive(leaf)

    without = {
        item.key: result(
            derive(replace(leaf, items=tuple(other for other in leaf.items if other != item)))
        )
        for item in leaf.items
    }
    assert outcome.trace["rests_on"] == [
        {"key": key, "verdict": verdict, "contested_kind": kind}
        for key, (verdict, kind) in sorted(without.items())
        if (verdict, kind) != result(outcome)
    ]


@given(leaves)
def test_trace_accounts_for_each_item_once(leaf):
    trace = derive(leaf).trace

    assert [row["key"] for row in trace["items"]] == sorted(item.key for item in leaf.items)
    assert sum(trace["evidence_counts"].values()) == len(leaf.items)
    counted = [row for row in trace["items"] if row["counted"]]
    assert {row["side"] for row in counted} <= {"for", "against"}
    assert {row["side"] for row in trace["items"] if not row["counted"]} <= {"neutral", "none"}


@given(leaves)
def test_counts_never_exceed_the_units_that_count(leaf):
    trace = derive(leaf).trace

    units = {
        side: len({row["unit"] for row in trace["items"] if row["side"] == side})
        for side in ("for", "against")
    }
    counts = trace["counts"]
    assert counts["decisive_for_matching"] <= counts["decisive_for"] <= counts["all_for"]
    assert counts["decisive_against_matching"] <= counts["decisive_against"]
    assert counts["decisive_for"] + counts["contributory_for"] <= units["for"]
    assert counts["all_for"] <= units["for"]
    assert counts["decisive_against"] + counts["contributory_against"] <= units["against"]


@given(leaves, items(key=st.just("E99-more"), judgement=judgements))
def test_item_without_vote_leaves_the_counts_alone(leaf, more):
    void = replace(more, integrity="retracted")

    counts = derive(replace(leaf, items=(*leaf.items, void))).trace["counts"]

    assert counts == derive(leaf).trace["counts"]


@given(parts())
def test_every_compound_has_an_outcome_of_the_table(found):
    outcome = derive_compound("a-claim", found)

    rule = next(rule for rule in COMPOUND_RULES if rule.id == outcome.rule)
    assert outcome.verdict == rule.verdict
    assert (outcome.verdict == "contested") == (outcome.contested_kind is not None)


@given(parts(), st.randoms())
def test_order_of_parts_changes_nothing_not_even_the_trace(found, shuffler):
    shuffled = list(found)
    shuffler.shuffle(shuffled)

    assert derive_compound("a-claim", shuffled) == derive_compound("a-claim", found)


@given(parts())
def test_compound_trace_is_json_and_replays_to_the_same_outcome(found):
    outcome = derive_compound("a-claim", found)

    stored = json.loads(json.dumps(outcome.trace))

    assert stored == outcome.trace
    assert replay(stored) == outcome


@given(parts())
def test_compound_rests_on_the_parts_whose_removal_changes_it(found):
    outcome = derive_compound("a-claim", found)

    without = {
        part.key: result(derive_compound("a-claim", [p for p in found if p != part]))
        for part in found
    }
    assert outcome.trace["rests_on"] == [
        {"key": key, "verdict": verdict, "contested_kind": kind}
        for key, (verdict, kind) in sorted(without.items())
        if (verdict, kind) != result(outcome)
    ]


@given(parts(), st.data())
def test_raising_a_part_never_lowers_the_whole(found, data):
    assume(found and all((part.verdict, part.contested_kind) in RANK for part in found))
    raised = data.draw(st.sampled_from(found))
    rank = RANK[raised.verdict, raised.contested_kind]
    verdict, kind = data.draw(st.sampled_from([r for r in RANK if RANK[r] >= rank]))

    better = [
        replace(part, verdict=verdict, contested_kind=kind) if part is raised else part
        for part in found
    ]

    before = result(derive_compound("a-claim", found))
    after = result(derive_compound("a-claim", better))
    assume(before not in UNRANKED)
    assert RANK[after] >= RANK[before]


def test_judgement_refuses_what_is_no_word_of_the_vocabulary():
    with pytest.raises(ValueError, match=r"^stance: 'partly' is none of supports, contradicts, "):
        Judgement("partly", "direct", "matches", "own_result", "rct", "low")
