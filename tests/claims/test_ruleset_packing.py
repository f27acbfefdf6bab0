"""The exact packing, held against trying everything, and kept small on hard instances."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.ruleset.packing import Packing, largest_packing

small_sets = st.lists(
    st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=4), max_size=9
)


def by_trying_everything(sets):
    distinct = list(set(sets))
    return max(
        size
        for size in range(len(distinct) + 1)
        for chosen in combinations(distinct, size)
        if sum(map(len, chosen)) == len(frozenset().union(*chosen))
    )


def hard(seed, *, sets=60, trials=20, size=4):
    """Reviews of the same few trials, each with a publication of its own."""
    pick = random.Random(seed)  # noqa: S311  a seed, so that the steps are the same each time
    return [
        frozenset({f"publication:{n}", *pick.sample([f"trial:{t}" for t in range(trials)], size)})
        for n in range(sets)
    ]


@pytest.mark.parametrize(
    ("sets", "size"),
    [
        ([], 0),
        (["a"], 1),
        (["a", "a"], 1),
        (["a", "b", "ab"], 2),
        (["ab", "bc", "cd"], 2),
        (["ab", "bc", "ca"], 1),
        (["ab", "bc", "cd", "de", "ea"], 2),
        (["abc", "ade", "bdf", "cef"], 1),
        (["abc", "def", "ad", "be", "cf"], 3),
    ],
)
def test_packing_finds_the_largest(sets, size):
    assert largest_packing(frozenset(members) for members in sets) == size


@given(small_sets)
def test_packing_agrees_with_trying_everything(sets):
    assert largest_packing(sets) == by_trying_everything(sets)


@given(small_sets, st.randoms())
def test_packing_ignores_order_and_repeats(sets, shuffler):
    shuffled = [*sets, *sets[:3]]
    shuffler.shuffle(shuffled)

    assert Packing(shuffled).size() == Packing(sets).size()


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(4))
def test_packing_of_sixty_reviews_of_twenty_trials_takes_few_steps(seed, size):
    packing = Packing(hard(seed, size=size))

    packing.size()

    assert packing.steps < 1_000


@pytest.mark.parametrize("seed", range(4))
def test_packing_of_sixty_reviews_of_sixty_trials_stays_bounded(seed):
    packing = Packing(hard(seed, trials=60, size=3))

    packing.size()

    assert packing.steps < 4_000


def test_packing_of_trials_alone_takes_one_step():
    packing = Packing(frozenset({f"trial:{n}"}) for n in range(500))

    assert (packing.size(), packing.steps) == (500, 1)
