"""Which requests a planned fault strikes."""

import pytest

from tests.standins.faults import FaultPlan, fault


def struck(plan, *requests):
    """Return the numbers of those requests, given by their ids, that a fault strikes."""
    return [number for number, ids in enumerate(requests, start=1) if plan.due(number, ids)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"requests": [2, 4]}, [2, 4]),
        ({"ids": ["b"]}, [2, 3]),
        ({"ids": ["b"], "requests": [3, 4]}, [3]),
        ({"after": 1}, [2, 3, 4]),
        ({"times": 2}, [1, 2]),
        ({"ids": ["b"], "after": 1, "times": 1}, [3]),
    ],
)
def test_fault_strikes_as_planned(said, expected):
    plan = FaultPlan(["E1"], [fault("E1", **said)])

    assert struck(plan, ["a"], ["b"], ["b", "c"], ["c"]) == expected


def test_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="no such fault: E99"):
        FaultPlan(["E1"], [fault("E99")])
