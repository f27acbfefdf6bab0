"""Marks over a text: they may overlap, nest and touch, and the text is cut so that none is lost.

A mark is a key and where it lies: code points, end exclusive. Nothing here looks at the text itself.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark(Generic[Key]):
    key: Key
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment(Generic[Key]):
    """A stretch with the keys of the marks over all of it, outermost first, and of those that begin
    with it."""

    start: int
    end: int
    keys: tuple[Key, ...] = ()
    begins: tuple[Key, ...] = ()


def segments(span: Span, marks: Iterable[Mark[Key]]) -> list[Segment[Key]]:
    """Cut a stretch where marks begin and end.

    The segments join to the stretch without gap or overlap. A mark that reaches beyond the stretch
    is over what of it lies inside; it begins here only if its first character does.
    """
    start, end = span
    inside = in_order(mark for mark in marks if mark.start < end and mark.end > start)
    edges = {start, end, *(mark.start for mark in inside), *(mark.end for mark in inside)}
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    return [_segment(low, high, inside) for low, high in pairwise(cuts)]


def in_order(marks: Iterable[Mark[Key]]) -> list[Mark[Key]]:
    """Return the marks in the order of reading; of those that begin together the longest first."""
    return sorted(marks, key=lambda mark: (mark.start, -mark.end))


def lanes(marks: Iterable[Mark[Key]]) -> Mapping[Key, int]:
    """Give each mark a lane from 0 on, so that no two that overlap share one."""
    ends: list[int] = []
    found: dict[Key, int] = {}
    for mark in in_order(marks):
        free = (lane for lane, end in enumerate(ends) if end <= mark.start)
        lane = next(free, len(ends))
        ends[lane : lane + 1] = [mark.end]
        found[mark.key] = lane
    return found


def _segment(low: int, high: int, marks: Sequence[Mark[Key]]) -> Segment[Key]:
    over = [mark for mark in marks if mark.start <= low and high <= mark.end]
    begins = tuple(mark.key for mark in over if mark.start == low)
    return Segment(low, high, tuple(mark.key for mark in over), begins)
