"""GRADE's arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.ruleset.grade import DOMAINS, FRAMEWORK, certainty, highest, lowest
from claims.ruleset.vocabulary import Certainty, ClaimType

NOTHING = dict.fromkeys([domain.name for domain in DOMAINS], 0)
ORDER = ["very_low", "low", "moderate", "high"]

domains = st.fixed_dictionaries(
    {domain.name: st.integers(domain.lowest, domain.highest) for domain in DOMAINS}
)


@pytest.mark.parametrize(
    ("start", "steps", "expected"),
    [
        (4, {}, "high"),
        (3, {}, "moderate"),
        (2, {}, "low"),
        (1, {}, "very_low"),
        (4, {"risk_of_bias": -1}, "moderate"),
        (4, {"risk_of_bias": -1, "imprecision": -1}, "low"),
        (4, {"inconsistency": -2, "indirectness": -3, "publication_bias": -1}, "very_low"),
        (2, {"large_effect": 2}, "high"),
        (2, {"dose_response": 1}, "moderate"),
        (2, {"large_effect": 2, "dose_response": 1, "plausible_confounding": 1}, "high"),
        (2, {"large_effect": 1, "risk_of_bias": -1}, "low"),
    ],
)
def test_certainty_is_start_plus_steps_within_bounds(start, steps, expected):
    assert certainty(start, NOTHING | steps) == expected


def test_domains_take_the_steps_that_grade_allows():
    assert {domain.name: (domain.lowest, domain.highest) for domain in DOMAINS} == {
        "risk_of_bias": (-3, 0),
        "inconsistency": (-3, 0),
        "indirectness": (-3, 0),
        "imprecision": (-3, 0),
        "publication_bias": (-3, 0),
        "large_effect": (0, 2),
        "dose_response": (0, 1),
        "plausible_confounding": (0, 1),
    }


@given(st.integers(1, 4), domains, st.sampled_from(DOMAINS))
def test_one_step_up_never_lowers_certainty(start, steps, domain):
    higher = steps | {domain.name: domain.highest}

    assert ORDER.index(certainty(start, higher)) >= ORDER.index(certainty(start, steps))


@pytest.mark.parametrize(
    ("start", "steps", "message"),
    [
        (0, NOTHING, "start_level: 0 is none of 1, 2, 3, 4"),
        (5, NOTHING, "start_level: 5 is none of 1, 2, 3, 4"),
        (4, NOTHING | {"luck": 1}, "luck: unknown domain"),
        (4, NOTHING | {"risk_of_bias": -4}, "risk_of_bias: -4 is not within -3 to 0"),
        (4, NOTHING | {"imprecision": 1}, "imprecision: 1 is not within -3 to 0"),
        (2, NOTHING | {"large_effect": 3}, "large_effect: 3 is not within 0 to 2"),
        (2, NOTHING | {"dose_response": 2}, "dose_response: 2 is not within 0 to 1"),
        (4, {}, "risk_of_bias: None is not within -3 to 0"),
    ],
)
def test_certainty_refuses_what_grade_does_not_know(start, steps, message):
    with pytest.raises(ValueError, match=message):
        certainty(start, steps)


@pytest.mark.parametrize(
    ("found", "low", "high"),
    [
        ([], "not_rated", "not_rated"),
        (["not_rated"], "not_rated", "not_rated"),
        (["not_rated", "low"], "low", "low"),
        (["high", "very_low", "not_rated", "moderate"], "very_low", "high"),
    ],
)
def test_extremes_leave_out_what_is_not_rated(found, low, high):
    assert (lowest(found), highest(found)) == (low, high)


def test_extremes_order_all_certainties():
    assert [lowest([name, "high"]) for name in ORDER] == ORDER
    assert {*ORDER, "not_rated"} == set(Certainty)


def test_every_claim_type_has_a_framework():
    assert set(FRAMEWORK) == set(ClaimType)
