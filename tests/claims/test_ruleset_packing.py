"""The exact packing, held against trying everything, and kept small on hard instances."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.ruleset.packing import Packing, largest_packing

small_sets = st.lists(
    st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=4), max_size=9
)


def by_trying_everything(sets):
    """Each set is left or taken: the definition, and too slow for more than a few."""
    if not sets:
        return 0
    first, *rest = sets
    return max(
        by_trying_everything(rest),
        1 + by_trying_everything([other for other in rest if not first & other]),
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


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("trials", "size"), [(8, 2), (10, 2), (14, 2), (12, 3), (20, 3)])
def test_packing_of_tangled_reviews_agrees_with_trying_everything(seed, trials, size):
    sets = hard(seed, sets=18, trials=trials, size=size)

    assert Packing(sets).size() == by_trying_everything(sets)


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
