"""The largest number of sets no two of which share an element: how many studies count, each once.

A trial is a set of one; a review is the set of what it pooled. The answer is exact, by branch and
bound over the sets that clash, kept as bit masks: bit i of a mask stands for set i.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache


def largest_packing(sets: Iterable[frozenset[str]]) -> int:
    """Return the largest number of pairwise disjoint sets among these."""
    return _size(frozenset(sets))


# What an outcome rests on is found by deriving it again without each item: mostly the same sets.
@lru_cache(maxsize=1024)
def _size(sets: frozenset[frozenset[str]]) -> int:
    return Packing(sets).size()


class Packing:
    """One search. `steps` counts the nodes of its tree."""

    def __init__(self, sets: Iterable[frozenset[str]]) -> None:
        distinct = sorted(set(sets), key=lambda members: (len(members), sorted(members)))
        holders = _holders(distinct)
        self.clashes = [
            sum({1 << i, *(1 << j for member in members for j in holders[member])})
            for i, members in enumerate(distinct)
        ]
        self.shared = [_shared(members, holders) for members in distinct]
        self.best = 0
        self.steps = 0

    def size(self) -> int:
        self._search(self._undominated(), 0)
        return self.best

    def _undominated(self) -> int:
        """Return the sets that are left when each gives way to one that clashes with less."""
        free = (1 << len(self.clashes)) - 1
        for i in _bits(free):
            rivals = self.clashes[i] & free & ~(1 << i)
            if any(self.clashes[j] & free & ~self.clashes[i] == 0 for j in _bits(rivals)):
                free &= ~(1 << i)
        return free

    def _search(self, free: int, taken: int) -> None:
        self.steps += 1
        free, gained = self._take_the_obvious(free)
        taken += gained
        self.best = max(self.best, taken)
        if taken + self._bound(free) <= self.best:
            return
        widest = max(_bits(free), key=lambda i: (self.clashes[i] & free).bit_count())
        self._search(free & ~self.clashes[widest], taken + 1)
        self._search(free & ~(1 << widest), taken)

    def _take_the_obvious(self, free: int) -> tuple[int, int]:
        """Take every set that clashes with at most one other: no packing does better without it."""
        gained = 0
        while True:
            for i in _bits(free):
                clashing = self.clashes[i] & free
                if clashing.bit_count() <= 2:
                    free &= ~clashing
                    gained += 1
                    break
            else:
                return free, gained

    def _bound(self, free: int) -> int:
        """Return a number of sets that no packing of the free ones can exceed."""
        return min(self._bound_by_elements(free), self._bound_by_cliques(free))

    def _bound_by_elements(self, free: int) -> int:
        """The smallest sets first: so many fit into the elements that there are."""
        available = 0
        for i in _bits(free):
            available |= self.shared[i]
        room, fitting = available.bit_count(), 0
        for size in sorted(self.shared[i].bit_count() for i in _bits(free)):
            room -= size
            if room < 0:
                break
            fitting += 1
        return fitting

    def _bound_by_cliques(self, free: int) -> int:
        """Of sets that all clash with each other a packing holds one."""
        cliques = 0
        while free:
            rest = free
            while rest:
                lowest = rest & -rest
                free &= ~lowest
                rest &= self.clashes[lowest.bit_length() - 1] & ~lowest
            cliques += 1
        return cliques


def _holders(sets: list[frozenset[str]]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = {}
    for i, members in enumerate(sets):
        for member in members:
            holders.setdefault(member, []).append(i)
    return holders


def _shared(members: frozenset[str], holders: dict[str, list[int]]) -> int:
    """Return the mask of those members that other sets hold too."""
    return sum(
        1 << rank
        for rank, (member, sets) in enumerate(holders.items())
        if member in members and len(sets) > 1
    )


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
